"""Whether customers are worth keeping, by five criteria, with points and a verdict (requirement X-CUS-09)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import attrs

from crmcore.base.numbers import EXACT
from crmcore.customers.entity import CustomerId
from crmcore.statistics.figures import mean, percent
from crmcore.statistics.rfm import scores

__all__ = [
    "LEAST_KNOWN",
    "Criterion",
    "Facts",
    "Points",
    "Verdict",
    "paid_share",
    "payment_points",
    "satisfaction_points",
    "screened",
    "verdict",
]

LEAST_KNOWN: Final = 2
"""So many criteria have to be known before a customer is judged; the bound is ours."""
_TENTH: Final = Decimal("0.1")
_KEPT: Final = Decimal(4)
_DOUBTED: Final = Decimal(2)
_PAID: Final = ((Decimal(100), 5), (Decimal(95), 4), (Decimal(80), 3), (Decimal(50), 2))


class Criterion(StrEnum):
    """What a customer is screened by."""

    AMOUNT = "amount"
    """购买额: what he bought in a year."""
    PROFIT = "profit"
    """收益性: what of it was left after cost."""
    SAFETY = "safety"
    """安全性: whether he pays."""
    FUTURE = "future"
    """未来性: what he is expected to buy in the year to come."""
    COOPERATION = "cooperation"
    """合作性: how he is to work with."""


class Verdict(StrEnum):
    """What the points suggest; people decide."""

    KEY = "key"
    """To be kept by all means."""
    ORDINARY = "ordinary"
    DOUBTFUL = "doubtful"
    """To be looked at: he may cost more than he brings."""
    UNKNOWN = "unknown"
    """Too little is known to judge him."""


@attrs.frozen(kw_only=True)
class Facts:
    """What is known of one customer; None where nothing is."""

    customer: CustomerId
    amount: Decimal
    """What he bought in the year; 0 for nothing."""
    profit: Decimal | None = None
    """Gross profit of that: known only where the cost of everything he bought is."""
    due: Decimal | None = None
    """What he ordered that should be paid by now."""
    paid: Decimal | None = None
    """What of it is paid."""
    future: Decimal | None = None
    """What he is expected to buy in the year to come."""
    satisfaction: Decimal | None = None
    """Stars, 1 to 5."""


@attrs.frozen(kw_only=True)
class Points:
    """One customer's points."""

    facts: Facts
    by_criterion: dict[Criterion, int | None]
    """1 to 5, 5 the best; None where nothing is known."""
    score: Decimal | None
    verdict: Verdict


def paid_share(due: Decimal | None, paid: Decimal | None) -> Decimal | None:
    """Answer what part of the orders that should be paid by now is paid.

    Definition: how many of a hundred of what is due have come in.
    Formula: 100 × paid / due, rounded half away from zero to one decimal place.
    Unit: percent.
    Undefined when: nothing is due, or it comes to nothing or less; then None, never 0. Nothing paid is 0 %.
    Source: requirements X-CUS-09 and X-CUS-18 name the payments; the measure is ours.
    """
    return None if due is None else percent(paid or Decimal(0), due)


def payment_points(due: Decimal | None, paid: Decimal | None) -> int | None:
    """Answer how safe a customer's payments are (安全性).

    Definition: by :func:`paid_share`.
    Formula: 5 points for all of it, 4 from 95 %, 3 from 80 %, 2 from 50 %, else 1.
    Unit: points.
    Undefined when: nothing is due; then None, never 0.
    Source: requirement X-CUS-09 names the criterion; the steps are ours.
    """
    share = paid_share(due, paid)
    if share is None:
        return None
    return next((points for least, points in _PAID if share >= least), 1)


def satisfaction_points(stars: Decimal | None) -> int | None:
    """Answer how a customer is to work with (合作性), from how satisfied he is.

    Definition: who is content with what is done for him is easy to work with.
    Formula: the stars, rounded half up.
    Unit: points.
    Undefined when: nobody has said; then None, never 0.
    Source: requirement X-CUS-09 names the criterion; the measure is ours.
    """
    return None if stars is None else int(stars.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=EXACT))


def verdict(score: Decimal | None, bought: int | None, profit: Decimal | None) -> Verdict:
    """Answer what the points suggest (requirement X-CUS-09: key customers are kept, unprofitable ones dropped).

    Definition: key from 4.0 points on, with 4 points or more for what he bought: who pays well but buys little is not;
        to be looked at if he was sold to below cost, or has 2.0 points or fewer.
    Formula: see the definition.
    Unit: none.
    Undefined when: the score is; then he is unknown, unless he was sold to below cost.
    Source: requirement X-CUS-09; the bounds are ours.
    """
    if profit is not None and profit < 0:
        return Verdict.DOUBTFUL
    if score is None:
        return Verdict.UNKNOWN
    if score >= _KEPT and bought is not None and bought >= _KEPT:
        return Verdict.KEY
    return Verdict.DOUBTFUL if score <= _DOUBTED else Verdict.ORDINARY


def screened(customers: Sequence[Facts]) -> tuple[Points, ...]:
    """Answer the points of each customer, the best first (requirement X-CUS-09).

    Definition: amount, profit and future are scored by how many fifths of the customers somebody surpasses; payment
        and satisfaction by fixed steps. The score is the mean of the criteria that are known.
    Formula: score = Σ points / number of known criteria, rounded half up to one decimal place.
    Unit: points, 1 to 5.
    Undefined when: fewer than two criteria are known; then None, never 0.
    Source: requirement X-CUS-09 (five criteria); equal weights are ours, as the source names none.
    """
    amounts = scores([one.amount for one in customers])
    profits = scores([one.profit for one in customers])
    futures = scores([one.future for one in customers])
    found = [
        _pointed(
            one,
            {
                Criterion.AMOUNT: amounts[at],
                Criterion.PROFIT: profits[at],
                Criterion.SAFETY: payment_points(one.due, one.paid),
                Criterion.FUTURE: futures[at],
                Criterion.COOPERATION: satisfaction_points(one.satisfaction),
            },
        )
        for at, one in enumerate(customers)
    ]
    return tuple(sorted(found, key=lambda one: (-(one.score or Decimal(0)), -one.facts.amount, one.facts.customer)))


def _pointed(facts: Facts, points: dict[Criterion, int | None]) -> Points:
    known = [one for one in points.values() if one is not None]
    score = mean(Decimal(sum(known)), len(known), _TENTH) if len(known) >= LEAST_KNOWN else None
    return Points(
        facts=facts, by_criterion=points, score=score, verdict=verdict(score, points[Criterion.AMOUNT], facts.profit)
    )
