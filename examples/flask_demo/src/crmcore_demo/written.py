"""Numbers of reports as people read them: grouped, with their unit, and a dash where there is none (RPT-06)."""

from crmcore.reports.tables import Cell, Table
from crmcore.reports.writing.words import UNDEFINED, spoken

__all__ = ["UNDEFINED", "written"]


def written(table: Table, place: int, cell: Cell, *, alone: bool = False) -> str:
    """Write the value of a cell as the library does in files.

    Args:
        table: Where it stands.
        place: In which column, from 0.
        cell: The cell.
        alone: Whether no head of a column says the unit.
    """
    words = spoken(table, place, cell)
    unit = table.unit(place, cell)
    return f"{words} {unit}" if alone and unit and not cell.unit and cell.value is not None else words
