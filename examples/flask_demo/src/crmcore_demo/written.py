"""Numbers of reports as people read them: grouped, with their unit, and a dash where there is none (RPT-06)."""

import datetime as dt
from decimal import Decimal
from typing import Final

from crmcore.reports.tables import Cell, Shape, Table

UNDEFINED: Final = "—"
"""Where a number is undefined, or there is nothing to say; never 0 instead."""


def written(table: Table, place: int, cell: Cell, *, alone: bool = False) -> str:
    """Write the value of a cell.

    Args:
        table: Where it stands.
        place: In which column, from 0.
        cell: The cell.
        alone: Whether no head of a column says the unit.
    """
    if cell.value is None:
        return UNDEFINED
    shape = table.shape(place, cell)
    unit = table.unit(place, cell) if alone or cell.unit else ""
    return f"{_plain(cell.value, shape)} {unit}".rstrip()


def _plain(value: str | int | Decimal | dt.date, shape: Shape) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return value
    if shape is Shape.AMOUNT:
        return f"{value:,.2f}"
    if shape is Shape.PERCENT:
        return f"{value:,.1f}%"
    if shape is Shape.TIME:
        return f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else f"{value.normalize():,f}"
