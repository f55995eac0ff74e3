"""Makes the cards of a dashboard, and the tables that say the same."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crmcore.reports.dashboards.board import FIGURES, TREND, Card, Good, Wanted
from crmcore.reports.presenting.building import (
    changed_cell,
    column,
    columns,
    own_shape,
    period_cell,
    text_cell,
    unfinished,
)
from crmcore.reports.tables import Cell, Chart, ChartKind, Column, Row, Shape, Table
from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import Period

__all__ = ["card", "figures_table", "present", "trend_table"]

_FIRST: Final = {"figure": Shape.TEXT, "now": Shape.NUMBER}
_COMPARED: Final = {
    "before": Shape.NUMBER,
    "since_before": Shape.PERCENT,
    "last_year": Shape.NUMBER,
    "since_last_year": Shape.PERCENT,
}


def card(wanted: Wanted, name: str, figures: Mapping[Period, Figure[Any]], good: Good = Good.MORE) -> Card:
    """Put a figure with its trend on a card.

    Args:
        wanted: What somebody wants to see.
        name: Of the card; what it is called stands in the catalogue of texts.
        figures: The figure of every period of the steps.
        good: Which way it should go.
    """
    return Card(
        name=name,
        title=wanted.say(f"dashboard_card.{name}"),
        figure=figures[wanted.steps.period],
        series=tuple(figures[one] for one in wanted.steps.parts),
        compared=wanted.steps.compared(figures),
        good=good,
    )


def present(wanted: Wanted, name: str, figure: Figure[Any], good: Good = Good.NEITHER, note: str = "") -> Card:
    """Put a figure that tells how things stand now on a card."""
    return Card(name=name, title=wanted.say(f"dashboard_card.{name}"), figure=figure, good=good, note=note)


def figures_table(wanted: Wanted, cards: Sequence[Card]) -> Table:
    """Say in a table what the cards say: each figure, what it is compared with, and how it has changed."""
    compared = any(one.compared is not None for one in cards)
    shapes = {**_FIRST, **_COMPARED} if compared else _FIRST
    return Table(
        name=FIGURES,
        title=wanted.say("dashboard_table.figures"),
        columns=columns(wanted, "dashboard_column", shapes),
        rows=tuple(Row(one.name, _cells(wanted, one, compared=compared)) for one in cards),
        notes=unfinished(wanted, wanted.steps.beside) if compared else (),
    )


def _cells(wanted: Wanted, one: Card, *, compared: bool) -> tuple[Cell, ...]:
    known: tuple[Cell, ...] = (text_cell(one.title), own_shape(wanted, one.figure))
    if one.compared is None:
        return (*known, *(Cell() for _ in _COMPARED)) if compared else known
    then, year_ago = one.compared.before, one.compared.last_year
    return (
        *known,
        own_shape(wanted, then, wanted.steps.beside.before),
        changed_cell(wanted, one.figure, then),
        own_shape(wanted, year_ago, wanted.steps.beside.last_year),
        changed_cell(wanted, one.figure, year_ago),
    )


def trend_table(wanted: Wanted, cards: Sequence[Card]) -> Table | None:
    """Say in a table what the trends of the cards show: a row for each step; None if no card has a trend."""
    shown = [one for one in cards if one.series]
    if not shown:
        return None
    rows = []
    for place, part in enumerate(wanted.steps.parts):
        cells = (own_shape(wanted, one.series[place]) for one in shown)
        rows.append(Row(part.first.isoformat(), (period_cell(part), *cells)))
    return Table(
        name=TREND,
        title=wanted.say("dashboard_table.trend"),
        columns=(column(wanted, "dashboard_column.step"), *(_column(wanted, one) for one in shown)),
        rows=tuple(rows),
        charts=(Chart(ChartKind.BAR, "step", (shown[0].name,)),),
    )


def _column(wanted: Wanted, one: Card) -> Column:
    cell = own_shape(wanted, one.figure)
    return Column(one.name, one.title, cell.shape or Shape.NUMBER, cell.unit)
