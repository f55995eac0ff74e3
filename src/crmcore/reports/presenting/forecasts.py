"""Tables of forecasts, how good they were, and how a pipeline changed (requirement X-TGT-01)."""

from collections.abc import Callable
from typing import Final

from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.pipeline.flow import Movement, Pipeline
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, SnapshotStage
from crmcore.reports.asking import needed_period
from crmcore.reports.expecting import forecast_accuracy, pipeline_waterfall, sales_forecast
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.meaning import before_day, chosen_snapshot, newest_snapshot, oldest_snapshot
from crmcore.reports.presenting.asking import (
    ALL_TIME,
    LAST_QUARTER,
    MONTHS_OF_YEAR,
    OWNER,
    SPAN,
    choice,
    snapshot_filter,
)
from crmcore.reports.presenting.building import column, columns, figure_cells, period_cell, text_cell
from crmcore.reports.presenting.opportunities import READERS
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.forecasting import Chances, Expected
from crmcore.statistics.waterfall import Waterfall

__all__ = ["FORECAST", "FORECAST_ACCURACY", "WATERFALL", "without_amounts"]

_CATEGORIES: Final = (ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)
_OPEN: Final = {"number": Shape.NUMBER, "amount": Shape.AMOUNT, "weighted": Shape.AMOUNT}
_BROUGHT: Final = {"won": Shape.NUMBER, "closed": Shape.AMOUNT, "forecast": Shape.AMOUNT}
_ACCURACY: Final = {
    "open": Shape.NUMBER,
    "weighted": Shape.AMOUNT,
    "won_then": Shape.AMOUNT,
    "forecast": Shape.AMOUNT,
    "won": Shape.NUMBER,
    "actual": Shape.AMOUNT,
    "error": Shape.PERCENT,
    "accuracy": Shape.PERCENT,
}


def _forecast(asked: Asked) -> tuple[Table, ...]:
    found = sales_forecast(
        asked.work, asked["period"], span=asked["span"], chances=asked["chances"], owner=asked["owner"]
    )
    steps = tuple(
        Row(
            one.period.first.isoformat(),
            (period_cell(one.period), *_expected(one.open), *figure_cells(one.won, one.closed, one.forecast)),
        )
        for one in found.steps
    )
    beside = tuple(
        Row(name, (text_cell(asked.say(f"forecast.{name}")), *_expected(getattr(found, name))))
        for name in ("earlier", "later", "undated")
    )
    currency = asked.work.parameter(CURRENCY)
    shown = (
        column(asked, "report.period"),
        *columns(asked, "expected", _OPEN, currency),
        *(column(asked, f"forecast_category.{one.value}", Shape.AMOUNT, currency) for one in _CATEGORIES),
        *columns(asked, "forecast_step", _BROUGHT, currency),
    )
    return (
        Table(
            name="forecast",
            title=asked.say("report_kind.sales_forecast"),
            columns=shown,
            rows=steps,
            charts=(
                Chart(ChartKind.BAR, "period", ("forecast",)),
                Chart(ChartKind.STACKED_BAR, "period", ("closed", *(one.value for one in reversed(_CATEGORIES)))),
            ),
            notes=(asked.say("report_note.forecast"),),
        ),
        Table(name="beside", title=asked.say("report_table.beside"), columns=shown[: -len(_BROUGHT)], rows=beside),
    )


def _expected(one: Expected) -> tuple[Cell, ...]:
    categories = (one.categories[each] for each in _CATEGORIES)
    return figure_cells(one.number, one.amount, one.weighted, *categories)


def _accuracy(asked: Asked) -> tuple[Table, ...]:
    period = needed_period(asked["period"])
    taken = chosen_snapshot(asked.work, asked["snapshot"], "snapshot") or before_day(asked.work, period.first)
    rows: tuple[Row, ...] = ()
    if taken is not None:
        found = forecast_accuracy(
            asked.work, taken.id, period, span=asked["span"], chances=asked["chances"], owner=asked["owner"]
        )
        rows = tuple(
            Row(
                one.period.first.isoformat(),
                (period_cell(one.period), *figure_cells(*(getattr(one, name) for name in _ACCURACY))),
            )
            for one in found.steps
        )
    currency = asked.work.parameter(CURRENCY)
    note = () if taken is None else (asked.say("report_note.accuracy", day=taken.day.isoformat()),)
    return (
        Table(
            name="accuracy",
            title=asked.say("report_kind.forecast_accuracy"),
            columns=(column(asked, "report.period"), *columns(asked, "accuracy_step", _ACCURACY, currency)),
            rows=rows,
            charts=(Chart(ChartKind.BAR, "period", ("forecast", "actual")),),
            notes=note,
            empty=asked.say("report_empty.snapshots"),
        ),
    )


def _waterfall(asked: Asked) -> tuple[Table, ...]:
    first = chosen_snapshot(asked.work, asked["first_snapshot"], "first_snapshot") or oldest_snapshot(asked.work)
    then = chosen_snapshot(asked.work, asked["then"], "then") or newest_snapshot(asked.work)
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    if first is not None and then is not None:
        period = asked["period"]
        days = (None, None) if period is None else (period.first, period.last)
        part = Pipeline(first=days[0], last=days[1], owner=asked["owner"])
        found = pipeline_waterfall(asked.work, first.id, then.id, pipeline=part)
        moves = ((one, found.movements[one]) for one in Movement if one in found.movements)
        rows = (
            Row("opening", (_called(asked, "waterfall.opening"), *figure_cells(found.opening, found.opening_amount))),
            *(
                Row(kind.value, (_called(asked, f"movement.{kind.value}"), *figure_cells(one.number, one.amount)))
                for kind, one in moves
            ),
            Row("closing", (_called(asked, "waterfall.closing"), *figure_cells(found.closing, found.closing_amount))),
        )
        between = {"first": first.day.isoformat(), "then": then.day.isoformat()}
        notes = (asked.say("report_note.waterfall", **between), *without_amounts(asked.say, found))
    shapes = {"number": Shape.NUMBER, "amount": Shape.AMOUNT}
    return (
        Table(
            name="waterfall",
            title=asked.say("report_kind.pipeline_waterfall"),
            columns=(
                column(asked, "moved_amount.step"),
                *columns(asked, "moved_amount", shapes, asked.work.parameter(CURRENCY)),
            ),
            rows=rows,
            charts=(Chart(ChartKind.WATERFALL, "step", ("amount",)),),
            notes=notes,
            empty=asked.say("report_empty.snapshots"),
        ),
    )


def without_amounts(say: Callable[[str], str], found: Waterfall) -> tuple[str, ...]:
    """Say why a pipeline amounts to nothing that can be told, at the beginning or at the end."""
    begin = () if found.opening_amount.value is not None else (say("report_note.waterfall_opening"),)
    end = () if found.closing_amount.value is not None else (say("report_note.waterfall_closing"),)
    return (*begin, *end)


def _called(asked: Asked, key: str) -> Cell:
    return text_cell(asked.say(key))


FORECAST: Final = ReportKind(
    name="sales_forecast",
    group="outlook",
    rights=READERS,
    reads=(Opportunity, SalesStage),
    filters=(MONTHS_OF_YEAR, SPAN, choice("chances", Chances, "stage"), OWNER),
    present=_forecast,
)
FORECAST_ACCURACY: Final = ReportKind(
    name="forecast_accuracy",
    group="outlook",
    rights=READERS,
    reads=(Opportunity, PipelinePosition, PipelineSnapshot, SnapshotStage),
    filters=(LAST_QUARTER, SPAN, snapshot_filter("snapshot"), choice("chances", Chances, "stage"), OWNER),
    present=_accuracy,
)
WATERFALL: Final = ReportKind(
    name="pipeline_waterfall",
    group="outlook",
    rights=READERS,
    reads=(PipelinePosition, PipelineSnapshot),
    filters=(snapshot_filter("first_snapshot"), snapshot_filter("then"), ALL_TIME, OWNER),
    present=_waterfall,
)
