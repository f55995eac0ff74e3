"""What will be sold: the open opportunities by chance and by category, and what is won already (销售预测; X-TGT-01).

Chances are fixed: of the stage an opportunity is in, as the company reckons, or the one its account manager gave. The
known answer: 100,000 at 50 % in June, 100,000 at 50 % in July and 100,000 won in August make 50,000, 50,000, 100,000.
"""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import ForecastCategory, SalesStageId
from crmcore.query import (
    Banded,
    Condition,
    Tally,
    TallyRow,
    any_of,
    banded,
    count,
    eq,
    is_null,
    query,
    records_behind,
    tally,
    total,
)
from crmcore.query.groups import Grouping
from crmcore.statistics.chances import Owner, open_now, won_from
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.periods import Period, starts
from crmcore.statistics.sums import Answered, amount_of, number_of, rows_with, together, weighted_of

__all__ = [
    "Chances",
    "Expected",
    "Forecast",
    "ForecastStep",
    "asked_open",
    "brought",
    "forecast",
    "together",
]

_o = fields(Opportunity)
_UNSAID: Final = ForecastCategory.PIPELINE
"""What counts as the category of an opportunity of which nobody has said any."""


class Chances(enum.Enum):
    """Whose chance of success an amount is weighted with."""

    STAGE = "stage"
    """That of the stage; of an opportunity in no stage, its own."""
    OWN = "own"
    """The success rate of the opportunity itself."""


@attrs.frozen(kw_only=True)
class Expected:
    """Open opportunities that are expected at some time."""

    number: Figure[int]
    amount: Figure[Decimal]
    """What they are expected to bring."""
    weighted: Figure[Decimal]
    """The same, each amount times its chance."""
    categories: Mapping[ForecastCategory, Figure[Decimal]]
    """Their amounts by category: pipeline, best case, commit. Who has said nothing counts on nothing: pipeline."""


@attrs.frozen(kw_only=True)
class ForecastStep:
    """One part of the period."""

    period: Period
    open: Expected
    won: Figure[int]
    """Won within it."""
    closed: Figure[Decimal]
    """What these brought: the category "closed"."""
    forecast: Figure[Decimal]
    """Weighted and closed together."""


@attrs.frozen(kw_only=True)
class Forecast:
    """The parts of the period in their order, and what is open beside it; together, everything that is open."""

    steps: tuple[ForecastStep, ...]
    earlier: Expected
    """Expected before the period, and still open."""
    later: Expected
    undated: Expected
    """Nobody has said when."""


def asked_open(steps: tuple[Period, ...], chances: Chances, owner: Owner = None) -> Tally:
    """Ask for the open opportunities by part of the period, success rate, category and perhaps stage.

    Those in a stage and those in none are asked for together: to find them costs more than to tell them apart.

    Args:
        steps: The parts of the period.
        chances: Whether their stage says how likely they are.
        owner: One account manager's; None for all.
    """
    said: tuple[Grouping, ...] = (_days(steps), _o.success_rate, _o.category)
    by = said if chances is Chances.OWN else (*said, _o.stage)
    return tally(open_now(owner), by=by, measures=(count(), total(_o.expected_amount)))


def brought(steps: tuple[Period, ...], zone: ZoneInfo, owner: Owner = None) -> Tally:
    """Ask for what was won, by part of the period: number, and what it brought."""
    edges = starts(steps, zone)
    won = won_from(edges[0], edges[-1], owner)
    return tally(won, by=(banded(_o.closed_at, edges),), measures=(count(), total(_o.expected_amount)))


def forecast(
    steps: tuple[Period, ...],
    chances: Mapping[SalesStageId, int] | None,
    open_: Sequence[TallyRow],
    won: Answered,
    currency: str,
    owner: Owner = None,
) -> Forecast:
    """Answer what will be sold in each part of a period (requirement X-TGT-01).

    Definition: an open opportunity counts in the part in which it is expected to be won, with its expected amount times
        its chance; a won one in the part in which it was won, with what it brought. One without an amount adds nothing.
        By category, amounts count whole.
    Formula: sum of amount × chance / 100 over the open ones + sum of amount over the won ones; not rounded, so that
        parts add up (four decimal places at most).
    Unit: the company's currency.
    Undefined when: no opportunity of the part has an amount; then None, never 0.
    Source: requirement X-TGT-01 and the rule under chapter 10.4; categories as in Odoo's and Salesforce's forecasts.

    Args:
        steps: The parts of the period, in their order and without a gap.
        chances: The chance of each stage in percent; None to weight all by their own success rate.
        open_: What the store has answered to :func:`asked_open`, which says the stage if it says their chances.
        won: What :func:`brought` asked, and the answer.
        currency: The company's currency.
        owner: The one given to these.
    """
    by_day = tally(open_now(owner), by=(_days(steps),), measures=(count(),))
    rows: defaultdict[int | None, list[TallyRow]] = defaultdict(list)
    for row in open_:
        rows[row.key[0]].append(row)
    asked = _Open(by_day=by_day, rows=rows, chance=_chance(chances), currency=currency)
    return Forecast(
        steps=tuple(_step(period, place, asked, won) for place, period in enumerate(steps, start=1)),
        earlier=asked.expected(0),
        later=asked.expected(len(steps) + 1),
        undated=asked.expected(None),
    )


@attrs.frozen(kw_only=True)
class _Open:
    """What was asked and answered of the open opportunities."""

    by_day: Tally
    """Everything that is open, by bands of the expected day."""
    rows: Mapping[int | None, Sequence[TallyRow]]
    """The answer, by band."""
    chance: Callable[[TallyRow], int | None]
    currency: str

    def expected(self, place: int | None) -> Expected:
        """Answer what is expected in one band of days."""
        of = records_behind(self.by_day, TallyRow((place,), ()))
        rows = self.rows.get(place, ())
        number = number_of(rows, of, "opportunity")
        return Expected(
            number=number,
            amount=amount_of(rows, of, self.currency),
            weighted=measured(weighted_of(rows, self.chance), of, self.currency, number.records),
            categories={
                category: amount_of(_called(rows, category), of.where(_is(category)), self.currency)
                for category in ForecastCategory
                if category is not ForecastCategory.CLOSED
            },
        )


def _step(period: Period, place: int, asked: _Open, won: Answered) -> ForecastStep:
    open_ = asked.expected(place)
    of = records_behind(won[0], TallyRow((place,), ()))
    rows = rows_with(won[1], lambda band: band == place)
    number, closed = number_of(rows, of, "opportunity"), amount_of(rows, of, asked.currency)
    both = query(Opportunity).where(any_of(open_.number.of.condition, of.condition))
    whole = together(open_.weighted.value, closed.value)
    return ForecastStep(
        period=period,
        open=open_,
        won=number,
        closed=closed,
        forecast=measured(whole, both, asked.currency, open_.number.records + number.records),
    )


def _days(steps: tuple[Period, ...]) -> Banded:
    """Band 0 lies before the parts of the period, band n is the nth, the highest lies behind."""
    behind = steps[-1].last + dt.timedelta(days=1)
    return banded(_o.expected_on, [*(one.first for one in steps), behind])


def _chance(chances: Mapping[SalesStageId, int] | None) -> Callable[[TallyRow], int | None]:
    """Answer what tells the chance of the opportunities of a row: that of their stage; of those in none, their own."""
    if chances is None:
        return lambda row: row.key[1]
    return lambda row: row.key[1] if row.key[3] is None else chances.get(row.key[3])


def _called(rows: Sequence[TallyRow], category: ForecastCategory) -> Sequence[TallyRow]:
    return rows_with(rows, lambda _, __, said, *___: (said or _UNSAID) is category)


def _is(category: ForecastCategory) -> Condition:
    said = eq(_o.category, category)
    return any_of(said, is_null(_o.category)) if category is _UNSAID else said
