"""Charts of reports: what a table says, at a glance (RPT-06). Every number of a chart is in its table, too."""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final
from xml.etree.ElementTree import Element

from markupsafe import Markup, escape

from crmcore.reports.tables import Chart, ChartKind, Row, Shape, Table
from crmcore_demo import chart_drawing
from crmcore_demo.chart_drawing import NARROW, WIDE
from crmcore_demo.chart_parts import COLOURS, Mark, Picture, Series
from crmcore_demo.display import t, today
from crmcore_demo.written import written

Address = Callable[[str, str], str | None]
"""Answers where the records behind the number of a row (its key) and a column (its name) are listed."""
MOST_BARS: Final = 15
MOST_SLICES: Final = 6
RUNNING: Final = "*"
"""Stands behind the name of a step of time that is not over."""
_TIME: Final = re.compile(r"\d{4}(-Q[1-4]|-\d{2}(-\d{2})?)?")
"""Keys of rows that are steps of time."""


def draw(
    table: Table, chart: Chart, *, address: Address | None = None, name: str = "", sizes: Sequence[int] = (WIDE, NARROW)
) -> Markup:
    """Draw one chart of a table: a figure with its caption and, where colours tell things apart, a legend.

    It needs no script, takes the colours of the page, and holds no style of its own.

    Args:
        table: What is drawn.
        chart: How.
        address: Where the records behind a number are; without it numbers lead nowhere.
        name: Tells the chart from others on the page, where two tables have the same name.
        sizes: Drawn for a wide and for a narrow place, of which the stylesheet shows the one that fits; for a place
            that is always narrow ``(NARROW,)`` is enough.

    Returns:
        The figure; empty if there is nothing to draw.
    """
    picture = _picture(table, chart, address)
    if not any(mark.value for one in picture.series for mark in one.marks):
        return Markup("")
    kind = _kind(chart, picture)
    if kind in {ChartKind.BAR, ChartKind.STACKED_BAR, ChartKind.WATERFALL} and not picture.upright:
        picture, cut = _first(picture), len(table.rows) > MOST_BARS
    else:
        cut = False
    caption = _caption(table, chart)
    id_ = f"chart-{name or table.name}-{table.charts.index(chart) if chart in table.charts else 0}"
    told = t("chart.told", kind=t(f"chart.{kind.value}"), n=len(picture.labels))
    drawn = Markup(
        ""
    ).join(
        Markup(chart_drawing.as_text(_drawn(kind, picture, size), f"{id_}-{size}", id_, told))  # noqa: S704  # escaped
        for size in (sizes if kind is not ChartKind.SHARE else sizes[-1:])
    )
    notes = [t("chart.first", n=MOST_BARS, all=len(table.rows))] if cut else []
    notes += [t("chart.running", sign=RUNNING)] if any(map(_is_running, table.rows)) else []
    note = Markup("").join(Markup('<p class="soft">{}</p>').format(one) for one in notes)
    return Markup('<figure class="chart {}"><figcaption id="{}">{}</figcaption>{}{}{}</figure>').format(
        "several" if len(picture.series) > 1 else "one", id_, caption, drawn, _legend(kind, picture), note
    )


_DRAWN: Final = {
    ChartKind.BAR: chart_drawing.bars,
    ChartKind.STACKED_BAR: chart_drawing.stacked,
    ChartKind.LINE: chart_drawing.line,
    ChartKind.SHARE: chart_drawing.share,
    ChartKind.WATERFALL: chart_drawing.waterfall,
}


def _drawn(kind: ChartKind, picture: Picture, size: int) -> Element:
    root = _DRAWN[kind](picture, size)
    if kind is not ChartKind.WATERFALL:
        chart_drawing.tint(root, picture)
    return root


def _picture(table: Table, chart: Chart, address: Address | None) -> Picture:
    label = table.place(chart.label)
    labels = tuple(
        written(table, label, row.cells[label]) + (RUNNING if _is_running(row) else "") for row in table.rows
    )
    series = tuple(
        Series(
            table.columns[table.place(name)].title,
            tuple(_mark(table, name, row, label, address) for row in table.rows),
            name,
        )
        for name in chart.values
    )
    upright = table.columns[label].shape is Shape.DATE or bool(
        labels and all(_TIME.fullmatch(row.key) for row in table.rows)
    )
    return Picture(labels, series, upright=upright and chart.kind is not ChartKind.SHARE)


def _is_running(row: Row) -> bool:
    """Tell whether a row is a step of time that is not over: what it says is not all yet."""
    period = row.cells[0].period
    return period is not None and period.first <= today() < period.last


def _mark(table: Table, name: str, row: Row, label: int, address: Address | None) -> Mark:
    place = table.place(name)
    cell = row.cells[place]
    value = None if cell.value is None or isinstance(cell.value, str) else float(cell.value)  # type: ignore[arg-type]
    words = written(table, place, cell)
    said = written(table, place, cell, alone=True)
    title = f"{written(table, label, row.cells[label])} · {table.columns[place].title}: {said}"
    to = address(row.key, name) if address is not None and cell.figure is not None else None
    return Mark(value, words, title, to)


def _kind(chart: Chart, picture: Picture) -> ChartKind:
    """Draw what can be read: no pie of many slices or of less than nothing, no line through a single point."""
    values = [mark.value or 0 for one in picture.series for mark in one.marks]
    if chart.kind is ChartKind.SHARE and (len(values) > MOST_SLICES or min(values) < 0 or len(picture.series) > 1):
        return ChartKind.BAR
    if chart.kind is ChartKind.STACKED_BAR and (min(values) < 0 or len(picture.series) == 1):
        return ChartKind.BAR
    if chart.kind is ChartKind.LINE and len(picture.labels) == 1:
        return ChartKind.BAR
    if chart.kind is ChartKind.WATERFALL and (len(picture.series) > 1 or min(_levels(values)) < 0):
        return ChartKind.BAR
    return chart.kind


def _levels(steps: Sequence[float]) -> Sequence[float]:
    """Return how high a waterfall stands after each of its steps."""
    return list(accumulate(steps[:-1])) + list(steps[-1:])


def _first(picture: Picture) -> Picture:
    series = tuple(Series(one.title, one.marks[:MOST_BARS], one.name) for one in picture.series)
    return Picture(picture.labels[:MOST_BARS], series, picture.upright)


def _caption(table: Table, chart: Chart) -> str:
    columns = [table.columns[table.place(name)] for name in chart.values]
    (unit, *others) = {one.unit for one in columns}
    by = table.columns[table.place(chart.label)].title
    said = chart.title or t("chart.by", what=" / ".join(one.title for one in columns), by=_inside(by))
    return t("chart.in", title=said, unit=unit) if unit and not others else said


def _inside(title: str) -> str:
    """Answer a title as it stands inside a sentence: with a small letter, unless it is an abbreviation."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _legend(kind: ChartKind, picture: Picture) -> Markup:
    """Say what each colour is: of a pie with its number."""
    said: list[tuple[str, Mark | None, str]]
    if kind is ChartKind.SHARE:
        pairs = enumerate(zip(picture.labels, picture.series[0].marks, strict=True))
        said = [(label, mark, str(place)) for place, (label, mark) in pairs]
    elif len(picture.series) > 1:
        series = enumerate(picture.series)
        said = [(one.title, None, one.name if one.name in COLOURS else str(place)) for place, one in series]
    else:
        return Markup("")
    parts = Markup("").join(
        Markup('<li><span class="swatch color-{}"></span>{}{}</li>').format(colour, label, _number(mark))
        for label, mark, colour in said
    )
    return Markup('<ul class="legend">{}</ul>').format(parts)


def _number(mark: Mark | None) -> Markup:
    if mark is None:
        return Markup("")
    said = Markup('<a href="{}">{}</a>').format(mark.address, mark.words) if mark.address else escape(mark.words)
    return Markup(" <b>{}</b>").format(said)
