"""How good forecasts were: what a snapshot expected, beside what was won in the end (requirement X-TGT-01)."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.numbers import EXACT
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.pipeline.entity import SalesStageId
from crmcore.pipeline.flow import standing_at
from crmcore.pipeline.standing import PipelinePosition
from crmcore.query import (
    Banded,
    Query,
    Tally,
    TallyRow,
    banded,
    count,
    eq,
    one_of,
    query,
    records_behind,
    tally,
    total,
)
from crmcore.statistics.chances import won_from
from crmcore.statistics.figures import PERCENT, Figure, measured, percent
from crmcore.statistics.forecasting import Chances
from crmcore.statistics.periods import Period, instants, starts
from crmcore.statistics.sums import Answered, amount_of, number_of, rows_with, together, weighted_of

__all__ = ["Accuracy", "AccuracyStep", "accuracy", "expected_then", "won_since"]

_HUNDRED: Final = Decimal(100)
_o = fields(Opportunity)
_p = fields(PipelinePosition)


@attrs.frozen(kw_only=True)
class AccuracyStep:
    """One part of the period: what a snapshot forecast for it, and what came."""

    period: Period
    open: Figure[int]
    """What was open then, and expected in this part."""
    weighted: Figure[Decimal]
    """Its amount, times the chances that the stages had then; by their own success rates, what was in none."""
    won_then: Figure[Decimal]
    """What had been won in this part already when the snapshot was taken."""
    forecast: Figure[Decimal]
    """Both together; it opens to the positions that were weighted."""
    won: Figure[int]
    """Won in this part, until now."""
    actual: Figure[Decimal]
    """What these brought."""
    error: Figure[Decimal]
    """By how many percent the forecast was too high; negative if it was too low."""
    accuracy: Figure[Decimal]
    """How near it was, in percent: 100 for the very amount, 0 if it was wrong by all of it or more."""


@attrs.frozen(kw_only=True)
class Accuracy:
    """The parts of the period in their order."""

    steps: tuple[AccuracyStep, ...]


def expected_then(parts: tuple[Period, ...], taken_at: dt.datetime, owner: UserId | None = None) -> Tally:
    """Ask for what was open at a snapshot, by stage, success rate and part of the period: number and amount."""
    of = query(PipelinePosition).where(
        standing_at(taken_at),
        one_of(_p.status, OPEN),
        *([] if owner is None else [eq(_p.owner, owner)]),
    )
    return tally(of, by=(_p.stage, _p.success_rate, _days(parts)), measures=(count(), total(_p.amount)))


def won_since(parts: tuple[Period, ...], zone: ZoneInfo, taken_at: dt.datetime, owner: UserId | None = None) -> Tally:
    """Ask for what was won, by part of the period, and by whether that was before the snapshot: number and amount."""
    edges = starts(parts, zone)
    keys = banded(_o.closed_at, edges), banded(_o.closed_at, [_after(taken_at)])
    return tally(won_from(edges[0], edges[-1], owner), by=keys, measures=(count(), total(_o.expected_amount)))


def accuracy(
    parts: tuple[Period, ...],
    chances: Mapping[SalesStageId, int],
    expected: Answered,
    won: Answered,
    zone: ZoneInfo,
    now: dt.datetime,
    currency: str,
    by: Chances = Chances.STAGE,
) -> Accuracy:
    """Answer how near a snapshot's forecast came to what was won (requirement X-TGT-01).

    Definition: the forecast of a part of the period is what was open then and expected in that part, times the chance
        that it had then, and what had been won in it by then. It is compared with everything that was won in that part.
        The chance is that of the stage or, in no stage, the success rate of the opportunity; or the latter for all.
    Formula: error = 100 × (forecast − actual) / actual; accuracy = 100 − |error|, 0 at least; rounded half up to one
        decimal place. A forecast of nothing is one of 0.
    Unit: the company's currency, percent.
    Undefined when: an amount if nothing has one; error and accuracy until the part is over, and if nothing was won in
        it, or for nothing. Then None, never 0.
    Source: requirement X-TGT-01; percentage error as in Hyndman and Koehler, "Another look at measures of forecast
        accuracy", International Journal of Forecasting 22 (2006).

    Args:
        parts: The parts of the period, in their order and without a gap.
        chances: The chance of each stage at the snapshot, in percent.
        expected: What :func:`expected_then` asked, and the answer.
        won: What :func:`won_since` asked, and the answer.
        zone: The company's zone.
        now: The present instant.
        currency: The company's currency.
        by: Which chances count, as in :func:`crmcore.statistics.forecasting.forecast`.
    """
    of_stage: Mapping[SalesStageId, int] | None = chances if by is Chances.STAGE else None
    over = [instants(part, zone)[1] <= now for part in parts]
    steps = (
        _step(part, place, of_stage, expected, won, over=over[place - 1], currency=currency)
        for place, part in enumerate(parts, start=1)
    )
    return Accuracy(steps=tuple(steps))


def _step(
    part: Period,
    place: int,
    chances: Mapping[SalesStageId, int] | None,
    expected: Answered,
    won: Answered,
    *,
    over: bool,
    currency: str,
) -> AccuracyStep:
    open_rows = rows_with(expected[1], lambda _, __, band: band == place)
    was_open = _behind(expected[0], 2, place)
    number = number_of(open_rows, was_open, "pipeline_position")
    weighted = weighted_of(open_rows, lambda row: _chance(chances, *row.key))
    rows = rows_with(won[1], lambda band, _: band == place)
    of = _behind(won[0], 0, place)
    before = rows_with(rows, lambda _, then: then == 0)
    won_then = amount_of(before, records_behind(won[0], TallyRow((place, 0), ())), currency)
    actual = amount_of(rows, of, currency)
    forecast = measured(together(weighted, won_then.value), was_open, currency, number.records)
    error = _error(forecast.value, actual.value) if over else None
    near = None if error is None else max(Decimal(0), EXACT.subtract(_HUNDRED, abs(error)))
    return AccuracyStep(
        period=part,
        open=number,
        weighted=measured(weighted, was_open, currency, number.records),
        won_then=won_then,
        forecast=forecast,
        won=number_of(rows, of, "opportunity"),
        actual=actual,
        error=measured(error, of, PERCENT, actual.records),
        accuracy=measured(near, of, PERCENT, actual.records),
    )


def _chance(
    chances: Mapping[SalesStageId, int] | None, stage: SalesStageId | None, rate: int | None, _: object
) -> int | None:
    """Answer the chance of what was in a stage, or in none; of all, its own where those of the stages do not count."""
    return rate if chances is None or stage is None else chances.get(stage)


def _error(forecast: Decimal | None, actual: Decimal | None) -> Decimal | None:
    if actual is None:
        return None
    return percent(EXACT.subtract(forecast or Decimal(0), actual), actual)


def _behind(asked: Tally, key: int, place: int) -> Query[Any]:
    """Answer the query of one part of the period, whatever else the tally is grouped by."""
    return records_behind(attrs.evolve(asked, by=(asked.by[key],)), TallyRow((place,), ()))


def _days(parts: tuple[Period, ...]) -> Banded:
    return banded(_p.expected_on, [*(one.first for one in parts), parts[-1].last + dt.timedelta(days=1)])


def _after(instant: dt.datetime) -> dt.datetime:
    """Answer the first instant that comes after another: stores keep milliseconds."""
    return instant + dt.timedelta(milliseconds=1)
