"""Recency, frequency and monetary value: what each customer's orders say of him, and how he stands among the others.

Needs plain Python only. Frequency counts *repeat* purchases, as the models of :mod:`crmcore.statistics.bgnbd` and
:mod:`crmcore.statistics.gammagamma` do, so that one row serves all three.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.numbers import EXACT
from crmcore.statistics.refusals import outside

__all__ = ["FIFTHS", "Purchases", "Rfm", "RfmSegment", "assess", "monetary_value", "scores", "segment"]

FIFTHS: Final = 5
"""Scores run from 1 to this, the best."""
_CENT: Final = Decimal("0.01")


@attrs.frozen
class Purchases:
    """What one customer has bought until the end of a period; one row for each customer who has bought at all.

    Several orders of one day are one purchase: the models know no two purchases at the same moment.
    """

    customer: Hashable
    """Whose row it is; handed through as it is."""
    repeats: int
    """Distinct days with a purchase after the first."""
    first: dt.date
    """Day of the first purchase."""
    last: dt.date
    """Day of the last purchase."""
    repeat_amount: Decimal = Decimal(0)
    """What the purchases of those later days came to together, in one currency."""

    def __attrs_post_init__(self) -> None:
        """Refuse a row that no customer can have.

        Raises:
            Invalid: More repeat days than days, a last day before the first, or a second day without a repeat.
        """
        span = (self.last - self.first).days
        if span < 0:
            problem = Problem("last", "prediction.before_the_first", params={"got": self.last, "first": self.first})
            raise Invalid(problem)
        if not min(span, 1) <= self.repeats <= span:
            raise outside("repeats", min(span, 1), span, self.repeats)

    def recency(self) -> int:
        """Tell how long the customer was seen buying.

        Definition: from the first purchase to the last one.
        Formula: last − first.
        Unit: days, 0 for who has bought on one day only.
        Undefined when: never; who has bought nothing has no row.
        Source: Fader, Hardie and Lee, "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of
            Marketing Research 42 (2005); there t_x.
        """
        return (self.last - self.first).days

    def age(self, until: dt.date) -> int:
        """Tell how long the customer could have been buying.

        Definition: from the first purchase to the end of the period.
        Formula: until − first.
        Unit: days.
        Undefined when: the period ends before the last purchase; that is refused.
        Source: Fader, Hardie and Lee (2005), there T.

        Raises:
            Invalid: The period ends before the customer's last purchase.
        """
        if until < self.last:
            raise Invalid(Problem("until", "prediction.before_the_last", params={"got": until, "last": self.last}))
        return (until - self.first).days


class RfmSegment(StrEnum):
    """What a customer is to the company by recency and frequency, under the names in common use."""

    CHAMPIONS = "champions"
    LOYAL = "loyal"
    POTENTIAL_LOYALISTS = "potential_loyalists"
    NEW = "new"
    PROMISING = "promising"
    NEED_ATTENTION = "need_attention"
    ABOUT_TO_SLEEP = "about_to_sleep"
    AT_RISK = "at_risk"
    CANNOT_LOSE = "cannot_lose"
    HIBERNATING = "hibernating"


_S = RfmSegment
_SEGMENTS: Final = {  # recency score: segment by frequency score 1, 2, 3, 4, 5
    1: (_S.HIBERNATING, _S.HIBERNATING, _S.AT_RISK, _S.AT_RISK, _S.CANNOT_LOSE),
    2: (_S.HIBERNATING, _S.HIBERNATING, _S.AT_RISK, _S.AT_RISK, _S.CANNOT_LOSE),
    3: (_S.ABOUT_TO_SLEEP, _S.ABOUT_TO_SLEEP, _S.NEED_ATTENTION, _S.LOYAL, _S.LOYAL),
    4: (_S.PROMISING, _S.POTENTIAL_LOYALISTS, _S.POTENTIAL_LOYALISTS, _S.LOYAL, _S.LOYAL),
    5: (_S.NEW, _S.POTENTIAL_LOYALISTS, _S.POTENTIAL_LOYALISTS, _S.CHAMPIONS, _S.CHAMPIONS),
}


@attrs.frozen
class Rfm:
    """One customer's figures and how they compare with the others'."""

    customer: Hashable
    days_since_last: int
    """Days from the last purchase to the end of the period; what the recency score is about."""
    frequency: int
    """Repeat purchases."""
    recency: int
    """Days from the first to the last purchase."""
    age: int
    """Days from the first purchase to the end of the period."""
    monetary_value: Decimal | None
    """Mean of a repeat purchase; ``None`` without one."""
    recency_score: int | None
    frequency_score: int | None
    monetary_score: int | None
    segment: RfmSegment | None


def monetary_value(purchases: Purchases) -> Decimal | None:
    """Answer what a repeat purchase of this customer is worth on average (requirement X-CUS-11).

    Definition: mean amount of the purchase days after the first. The first is left out, as it often is unlike the rest.
    Formula: repeat amount / repeat purchases, rounded half up to the cent.
    Unit: the currency of the amounts.
    Undefined when: the customer has bought on one day only; then None, never 0.
    Source: Fader, Hardie and Lee (2005), section on monetary value.
    """
    if not purchases.repeats:
        return None
    mean = EXACT.divide(purchases.repeat_amount, Decimal(purchases.repeats))
    return mean.quantize(_CENT, rounding=ROUND_HALF_UP, context=EXACT)


def scores(values: Sequence[int | Decimal | None]) -> tuple[int | None, ...]:
    """Score each value from 1 to 5 by how many fifths of all values it surpasses.

    Definition: 1 more than the number of whole fifths of the values that are smaller. Equal values surpass the same
        ones and so always get the same score, in whatever order they come; where many are equal, scores are left out
        instead of tearing them apart.
    Formula: 1 + floor(5 × number of smaller values / number of values).
    Unit: points, 1 to 5, 5 the best.
    Undefined when: the value is None; there are fewer than five values, so that a fifth is less than one of them; or
        all are equal, so that none stands above another. Then None, never 0.
    Source: Hughes, "Strategic Database Marketing" (1994): quintiles; the rule for ties is ours.
    """
    known = sorted(value for value in values if value is not None)
    if len(known) < FIFTHS or known[0] == known[-1]:
        return (None,) * len(values)
    return tuple(
        None if value is None else 1 + FIFTHS * bisect_left(known, value) // len(known)  # bisect counts the smaller
        for value in values
    )


def segment(recency_score: int | None, frequency_score: int | None) -> RfmSegment | None:
    """Name what a customer is to the company (requirement X-CUS-05).

    Definition: a table of 25 fields, one for each pair of recency and frequency score; money has no say in it.
    Formula: the table ``_SEGMENTS``.
    Unit: none.
    Undefined when: either score is undefined; then None.
    Source: the ten segments of the recency–frequency grid published by Putler, "RFM analysis for successful customer
        segmentation", with the bounds of Guillaume Martin, "RFM segmentation with Python".
    """
    if recency_score is None or frequency_score is None:
        return None
    return _SEGMENTS[recency_score][frequency_score - 1]


def assess(rows: Iterable[Purchases], until: dt.date) -> tuple[Rfm, ...]:
    """Answer recency, frequency and monetary value of each customer, with scores and segment (requirement X-CUS-11).

    Definition: see :class:`Purchases`, :func:`monetary_value`, :func:`scores` and :func:`segment`. The recency score
        is about the days since the last purchase: the fewer, the better.
    Formula: scores of −(until − last), of repeat purchases, and of the monetary value where there is one.
    Unit: days, purchases, currency; scores from 1 to 5.
    Undefined when: see the parts; who never bought again has no monetary value and no score for it.
    Source: requirement X-CUS-05, X-CUS-11; Fader, Hardie and Lee (2005); Hughes (1994).

    Args:
        rows: One for each customer; answered in the same order.
        until: The last day of the period.

    Raises:
        Invalid: A purchase lies after the end of the period.
    """
    given = tuple(rows)
    ages = [one.age(until) for one in given]
    gaps = [age - one.recency() for age, one in zip(ages, given, strict=True)]
    values = [monetary_value(one) for one in given]
    recent, frequent, rich = scores([-gap for gap in gaps]), scores([one.repeats for one in given]), scores(values)
    return tuple(
        Rfm(
            customer=one.customer,
            days_since_last=gaps[at],
            frequency=one.repeats,
            recency=one.recency(),
            age=ages[at],
            monetary_value=values[at],
            recency_score=recent[at],
            frequency_score=frequent[at],
            monetary_score=rich[at],
            segment=segment(recent[at], frequent[at]),
        )
        for at, one in enumerate(given)
    )
