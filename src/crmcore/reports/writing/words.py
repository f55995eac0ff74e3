"""Says a cell of a report as people read it; whatever draws a report for people asks here (RPT-06, RPT-07)."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from crmcore.i18n import Language, text
from crmcore.reports.tables import Cell, Column, Report, Shape, Table

__all__ = ["UNDEFINED", "about_lines", "has_own_units", "heading", "own_unit", "spoken"]

UNDEFINED: Final = "–"
"""Stands where a figure is undefined; never 0."""
_CENT: Final = Decimal("0.01")
_LEAST: Final = -2


def spoken(table: Table, place: int, cell: Cell, language: Language) -> str:
    """Answer the words or digits of a cell; :data:`UNDEFINED` where there is no value.

    Args:
        table: The table it is in.
        place: Which column, from 0.
        cell: The cell.
        language: Of units that stand behind a number.
    """
    value = cell.value
    if value is None:
        return UNDEFINED
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    shape = table.shape(place, cell)
    if shape is Shape.PERCENT:
        return f"{value:,f} %" if language == "en" else f"{value:,f}%"
    said = _money(value) if shape is Shape.AMOUNT else f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    return f"{said} {cell.unit}" if cell.unit else said


def heading(column: Column, language: Language) -> str:
    """Answer what stands over a column: its title, and what its numbers are in."""
    if not column.unit:
        return column.title
    return f"{column.title} ({column.unit})" if language == "en" else f"{column.title}（{column.unit}）"


def has_own_units(table: Table) -> bool:
    """Tell whether a table lists different figures below each other, so that each row says what it is in."""
    return any(cell.shape is not None for row in table.rows for cell in row.cells)


def own_unit(cells: tuple[Cell, ...]) -> str:
    """Answer what the figures of a row are in, in a table whose rows say so; empty for numbers of anything."""
    for cell in cells:
        if cell.shape is not None:
            return "%" if cell.shape is Shape.PERCENT else cell.unit
    return ""


def about_lines(report: Report, language: Language) -> tuple[tuple[str, str], ...]:
    """Answer what a report was asked about, and when it was made, a line each."""
    made = report.made_at.strftime("%Y-%m-%d %H:%M")
    return (*report.about, (text("report.made_at", language), f"{made} {report.made_at.tzname() or ''}".strip()))


def _money(value: int | Decimal) -> str:
    """Answer an amount with two decimal places; more only where it has more."""
    amount = Decimal(value)
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent >= _LEAST:
        amount = amount.quantize(_CENT, ROUND_HALF_UP)
    return f"{amount:,f}"
