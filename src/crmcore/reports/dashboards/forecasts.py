"""What will be sold: the open opportunities by quarter, stage and category, asked once."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.query import TallyRow, through
from crmcore.query.groups import key_from
from crmcore.reports.dashboards.board import Wanted
from crmcore.reports.dashboards.closing import Closed
from crmcore.reports.presenting.building import columns, figure_cell, figure_cells, period_cell, text_cell
from crmcore.reports.seeing import counted_for
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.forecasting import Chances, Expected, Forecast, asked_open, brought, forecast
from crmcore.statistics.periods import Period, Span, period_of

__all__ = ["expected", "forecast_table", "quarters"]

_o = fields(Opportunity)
_AHEAD: Final = 4
_SHAPES: Final = {
    "quarter": Shape.TEXT,
    "open": Shape.NUMBER,
    "open_amount": Shape.AMOUNT,
    "commit": Shape.AMOUNT,
    "best_case": Shape.AMOUNT,
    "weighted": Shape.AMOUNT,
    "closed": Shape.AMOUNT,
    "forecast": Shape.AMOUNT,
    "target": Shape.AMOUNT,
}


def quarters(wanted: Wanted) -> tuple[Period, ...]:
    """Answer the quarters that a forecast is about: this one and the next ones; of another period, from its first."""
    period, today = wanted.steps.period, wanted.work.today
    day = today if period.first <= today <= period.last else period.first
    found = [period_of(day, Span.QUARTER)]
    while len(found) < _AHEAD:
        found.append(period_of(found[-1].last + dt.timedelta(days=1), Span.QUARTER))
    return tuple(found)


def expected(wanted: Wanted, ahead: tuple[Period, ...], won: Closed) -> Forecast:
    """Answer what will be sold in some quarters. One question to the store.

    Args:
        wanted: What somebody wants to see.
        ahead: The quarters.
        won: What was won in them already.
    """
    asked = asked_open(ahead, Chances.STAGE, wanted.owner)
    chance = key_from(through(_o.stage, SalesStage, fields(SalesStage).probability))
    rows = counted_for(wanted.work, Opportunity).groups(attrs.evolve(asked, by=(*asked.by, chance)))
    closed = [TallyRow((place,), row.values) for place, part in enumerate(ahead, start=1) for row in won.won(part)]
    return forecast(
        ahead,
        {row.key[3]: row.key[4] for row in rows if row.key[3] is not None},
        rows,
        (brought(ahead, wanted.work.zone, wanted.owner), closed),
        wanted.currency,
        wanted.owner,
    )


def forecast_table(wanted: Wanted, found: Forecast, targets: Mapping[dt.date, Decimal | None]) -> Table:
    """Show a forecast by quarter, and what is open beside it.

    Args:
        wanted: What somebody wants to see.
        found: The forecast.
        targets: What is to be sold, by the first day of the quarter.
    """
    rows = []
    for step in found.steps:
        closing = (figure_cell(step.closed), figure_cell(step.forecast), Cell(targets.get(step.period.first)))
        cells = (period_cell(step.period), *_open(step.open), *closing)
        rows.append(Row(step.period.first.isoformat(), cells))
    beside = (("earlier", found.earlier), ("later", found.later), ("undated", found.undated))
    for name, one in beside:
        if one.number.value:
            rows.append(Row(name, (text_cell(wanted.say(f"dashboard.{name}")), *_open(one), Cell(), Cell(), Cell())))
    return Table(
        name="forecast",
        title=wanted.say("dashboard_table.forecast"),
        columns=columns(wanted, "dashboard_column", _SHAPES, wanted.currency),
        rows=tuple(rows),
        charts=(Chart(ChartKind.STACKED_BAR, "quarter", ("closed", "weighted")),),
        notes=(wanted.say("dashboard.forecast_note"),),
    )


def _open(one: Expected) -> tuple[Cell, ...]:
    categories = (one.categories[ForecastCategory.COMMIT], one.categories[ForecastCategory.BEST_CASE])
    return figure_cells(one.number, one.amount, *categories, one.weighted)
