"""Makes columns and cells of a report, so that every table is built the same way."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.i18n import has_text
from crmcore.reports.kinds import Asked
from crmcore.reports.tables import Cell, Column, Row, Shape
from crmcore.statistics.compared_periods import ComparedPeriods, compared_periods
from crmcore.statistics.figures import PERCENT, POINT, Comparison, Figure, changed
from crmcore.statistics.periods import Period, Span

__all__ = [
    "band_text",
    "begun",
    "beside_share",
    "change_cell",
    "changed_cell",
    "column",
    "columns",
    "compared_columns",
    "compared_notes",
    "compared_rows",
    "figure_cell",
    "figure_cells",
    "figure_columns",
    "key_of",
    "listed_figures",
    "own_shape",
    "period_cell",
    "still_coming_back",
    "text_cell",
    "unfinished",
]

_TIMES: Final = {"d", "h", "ms"}
_POINTS: Final = {PERCENT: "dashboard.percentage_points", POINT: "unit.point"}
"""Units of figures that change by points, and what these are called."""
_COUNTS: Final = 3
"""Currencies have codes of so many letters."""


def column(asked: Asked, key: str, shape: Shape = Shape.TEXT, unit: str = "", *, name: str = "") -> Column:
    """Answer a column whose title stands at *key* of the texts; its name is the last part of that unless told."""
    said = asked.say(f"unit.{unit}") if unit and has_text(f"unit.{unit}", asked.language) else unit
    return Column(name or key.rpartition(".")[2], asked.say(key), shape, said)


def columns(asked: Asked, subject: str, shapes: Mapping[str, Shape], unit: str = "") -> tuple[Column, ...]:
    """Answer the columns of a subject; amounts are in *unit*, and time in days unless told otherwise."""
    return tuple(
        column(asked, f"{subject}.{name}", shape, unit if shape in {Shape.AMOUNT, Shape.TIME} else "")
        for name, shape in shapes.items()
    )


def figure_cell(figure: Figure[Any]) -> Cell:
    """Answer the cell of a number that opens to its records."""
    return Cell(figure.value, figure)


def figure_cells(*figures: Figure[Any]) -> tuple[Cell, ...]:
    """Answer the cells of numbers that open to their records."""
    return tuple(map(figure_cell, figures))


def beside_share(share: Figure[Any], figures: Iterable[Figure[Any]]) -> tuple[Cell, ...]:
    """Answer the cells of a row that says what share of a goal is reached: beside 0 percent, a sum of nothing is 0.

    Args:
        share: Of the goal; where it is undefined, the figures are as they are.
        figures: Of the row; of these, sums that no record belongs to.
    """
    if share.value is None:
        return figure_cells(*figures)
    return figure_cells(
        *(attrs.evolve(one, value=Decimal(0)) if one.value is None and not one.records else one for one in figures)
    )


def own_shape(asked: Asked, figure: Figure[Any], period: Period | None = None) -> Cell:
    """Answer a cell that says itself how it is written, for tables that list different figures below each other.

    Args:
        asked: Whose language units are in.
        figure: The number.
        period: Which days it is of, if not those of the report.
    """
    shape = _shape_of(figure.unit)
    if shape in {Shape.NUMBER, Shape.PERCENT} and figure.unit != POINT:
        return Cell(figure.value, figure, shape=shape, period=period)
    key = f"unit.{figure.unit}"
    unit = asked.say(key) if has_text(key, asked.language) else figure.unit
    return Cell(figure.value, figure, shape=shape, unit=unit, period=period)


def text_cell(said: str, kind: str = "", record: UUID | None = None) -> Cell:
    """Answer a text, which may name a record that has a page."""
    return Cell(said, record=(kind, record) if record is not None else None)


def begun(asked: Asked, period: Period) -> bool:
    """Tell whether a step of time has begun: of what lies ahead nothing was counted, which is not 0."""
    return period.first <= asked.work.today


def period_cell(period: Period) -> Cell:
    """Answer what a step of time is called: ``2026``, ``2026-Q3``, ``2026-10``, a day, or from when to when."""
    match period.span:
        case Span.YEAR:
            return Cell(f"{period.first:%Y}", period=period)
        case Span.QUARTER:
            return Cell(f"{period.first:%Y}-Q{(period.first.month + 2) // 3}", period=period)
        case Span.MONTH:
            return Cell(f"{period.first:%Y-%m}", period=period)
        case Span.DAY:
            return Cell(period.first.isoformat(), period=period)
    return Cell(f"{period.first.isoformat()} – {period.last.isoformat()}", period=period)


def band_text(asked: Asked, over: int | None, up_to: int | None) -> str:
    """Answer what a band of days is called: up to 30 days, over 30 to 90 days, over 90 days."""
    if over is None:
        return asked.say("report.up_to_days", up_to=up_to)
    if up_to is None:
        return asked.say("report.over_days", over=over)
    return asked.say("report.over_up_to_days", over=over, up_to=up_to)


def key_of(value: Any) -> str:
    """Answer the key of a row that stands for a code, a person, a step of time, or for nothing in particular."""
    if value is None or value == "":
        return "none"
    if isinstance(value, Period):
        return value.first.isoformat()
    return str(getattr(value, "value", value))


def change_cell(value: Decimal | None) -> Cell:
    """Answer by how many percent something has changed; there are no records of a change."""
    return Cell(value, shape=Shape.PERCENT)


def changed_cell(asked: Asked, now: Figure[Any], then: Figure[Any]) -> Cell:
    """Answer how a figure has changed since an earlier one: in percent; of a share, in percentage points."""
    value = changed(then, now)
    if now.unit not in _POINTS:
        return change_cell(value)
    return Cell(value, shape=Shape.NUMBER, unit=asked.say(_POINTS[now.unit]))


def figure_columns(asked: Asked) -> tuple[Column, ...]:
    """Answer the columns of a table that lists figures below each other."""
    return column(asked, "report.figure"), column(asked, "report.value", Shape.NUMBER)


def listed_figures(
    asked: Asked, subject: str, figures: Iterable[tuple[str, Figure[Any]]], **params: object
) -> tuple[Row, ...]:
    """List figures below each other: what each is called, and what it is."""
    return tuple(
        Row(name, (Cell(asked.say(f"{subject}.{name}", **params)), own_shape(asked, figure)))
        for name, figure in figures
    )


def compared_columns(asked: Asked) -> tuple[Column, ...]:
    """Answer the columns of a table that puts figures beside those of other periods."""
    shapes = (("now", Shape.NUMBER), ("before", Shape.NUMBER), ("since_before", Shape.PERCENT))
    year = (("last_year", Shape.NUMBER), ("since_last_year", Shape.PERCENT))
    return column(asked, "report.figure"), *(
        column(asked, f"comparison.{name}", shape) for name, shape in shapes + year
    )


def compared_notes(asked: Asked) -> tuple[str, ...]:
    """Say what a period is compared with that is not over; nothing of one that is, for the columns say it."""
    period: Period = asked["period"]
    return unfinished(asked, compared_periods(period, asked.work.today))


def unfinished(asked: Asked, periods: ComparedPeriods) -> tuple[str, ...]:
    """Say that as many days of other periods are compared as this one has had, if it is not over."""
    if periods.days is None:
        return ()
    day = periods.now.first + dt.timedelta(days=periods.days - 1)
    return (asked.say("comparison.unfinished", day=day.isoformat(), n=periods.days),)


def still_coming_back(asked: Asked, period: Period) -> tuple[str, ...]:
    """Say of a retention that it will rise, if its period is not over."""
    if not period.first <= asked.work.today < period.last:
        return ()
    return (asked.say("report_note.retention_unfinished", day=period.last.isoformat()),)


def compared_rows(
    asked: Asked, subject: str, names: Sequence[str], comparison: Callable[[str], Comparison[Any]]
) -> tuple[Row, ...]:
    """List figures below each other, each beside those of the period before and of the year before."""
    beside = compared_periods(asked["period"], asked.work.today)
    rows = []
    for name in names:
        found = comparison(name)
        rows.append(
            Row(
                name,
                (
                    Cell(asked.say(f"{subject}.{name}")),
                    own_shape(asked, found.now),
                    own_shape(asked, found.before, beside.before),
                    changed_cell(asked, found.now, found.before),
                    own_shape(asked, found.last_year, beside.last_year),
                    changed_cell(asked, found.now, found.last_year),
                ),
            )
        )
    return tuple(rows)


def _shape_of(unit: str) -> Shape:
    if unit == PERCENT:
        return Shape.PERCENT
    if unit in _TIMES:
        return Shape.TIME
    return Shape.AMOUNT if len(unit) == _COUNTS and unit.isupper() else Shape.NUMBER
