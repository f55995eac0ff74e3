"""Says a cell of a report as people read it; whatever draws a report for people asks here (RPT-06, RPT-07)."""

import datetime as dt
from decimal import Decimal
from typing import Final

import attrs

from crmcore.base.numbers import EXACT
from crmcore.i18n import Language, text
from crmcore.reports.tables import BLANK, Cell, Column, Report, Shape, Table

__all__ = [
    "ROW_NUMBER",
    "UNDEFINED",
    "about_lines",
    "exact",
    "has_own_units",
    "heading",
    "numbered",
    "own_unit",
    "spoken",
]

UNDEFINED: Final = "–"
"""Stands where a figure is undefined; never 0."""


ROW_NUMBER: Final = "row_number"
"""Name of the column that numbers the rows."""


def numbered(table: Table, language: Language) -> Table:
    """Answer a table with its row numbers as a first column, if its rows have such; the total has none."""
    if table.first_number is None:
        return table
    title = Column(ROW_NUMBER, text("report.row_number", language), Shape.NUMBER)
    rows = tuple(
        attrs.evolve(row, cells=(Cell(number), *row.cells))
        for number, row in enumerate(table.rows, start=table.first_number)
    )
    total = None if table.total is None else attrs.evolve(table.total, cells=(BLANK, *table.total.cells))
    return attrs.evolve(table, columns=(title, *table.columns), rows=rows, total=total, first_number=None)


def spoken(table: Table, place: int, cell: Cell) -> str:
    """Answer the words or digits of a cell; :data:`UNDEFINED` where there is no value.

    Args:
        table: The table it is in.
        place: Which column, from 0.
        cell: The cell.
    """
    value = cell.value
    if value is None:
        return UNDEFINED
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    shape = table.shape(place, cell)
    said = f"{exact(value, shape):,f}"
    if shape is Shape.PERCENT:
        return f"{said}%"
    return f"{said} {cell.unit}" if cell.unit else said


def exact(value: int | Decimal, shape: Shape) -> Decimal:
    """Answer a number with as many decimal places as it is written with, whatever store it comes from.

    An amount has two, or more if it needs them; other numbers have those that they need, shares and times those that
    they were computed with.
    """
    number = Decimal(value)
    if shape in {Shape.PERCENT, Shape.TIME}:
        return number
    digits = number.normalize(EXACT)
    exponent = digits.as_tuple().exponent
    least = -2 if shape is Shape.AMOUNT else 0
    if isinstance(exponent, int) and exponent > least:
        return digits.quantize(Decimal(1).scaleb(least), context=EXACT)
    return digits


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
