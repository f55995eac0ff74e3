"""What every report looks like, wherever it is shown: tables of cells, some of which open to their records (RPT-06).

A web page, a file and a printed page draw the same thing, so that they say the same. All words are in the language
that was asked for; numbers are numbers, and whoever draws them decides how they are written.
"""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import Period

__all__ = [
    "BLANK",
    "TOTAL",
    "Cell",
    "Chart",
    "ChartKind",
    "Column",
    "Report",
    "Row",
    "Shape",
    "Table",
    "Value",
]

Value = str | int | Decimal | dt.date | None
TOTAL: Final = "total"
"""The key of every total row."""


class Shape(enum.Enum):
    """How a value is written."""

    TEXT = "text"
    NUMBER = "number"
    """A number of records or of anything else; whole, or with as many decimal places as it has."""
    AMOUNT = "amount"
    """Money; the unit is the currency's code."""
    PERCENT = "percent"
    TIME = "time"
    """How long something took; the unit says in what."""
    DATE = "date"


class ChartKind(enum.Enum):
    """Which picture shows a table best."""

    BAR = "bar"
    STACKED_BAR = "stacked_bar"
    LINE = "line"
    SHARE = "share"
    """Parts of a whole: a pie, or whatever tells shares apart."""
    WATERFALL = "waterfall"
    """Where an amount comes from: the first row stands, each further one adds or takes away, the last one stands."""


@attrs.frozen
class Column:
    """A column of a table."""

    name: str
    """Stable between languages: ``amount``."""
    title: str
    shape: Shape = Shape.TEXT
    unit: str = ""
    """What its numbers are in, as people read it: ``CNY``, ``days``; empty for numbers of records."""


@attrs.frozen
class Cell:
    """One place in a table."""

    value: Value = None
    """None where it is undefined, never 0 instead; an empty text where there is nothing to say."""
    figure: Figure[Any] | None = None
    """The number, where it opens to its records; see :func:`crmcore.reports.drill_down`."""
    record: tuple[str, UUID] | None = None
    """Kind and id of the record that a text names: ``("customer", id)``."""
    shape: Shape | None = None
    """Where it is not that of the column: in tables that list different figures below each other."""
    unit: str = ""
    """Where it is not that of the column."""
    period: Period | None = None
    """Which days its number is of, or of a step's name those of its row; None for those of the report."""


BLANK: Final = Cell("")
"""A place in which there is nothing to say, as beside a total."""


@attrs.frozen
class Row:
    """A row of a table."""

    key: str
    """Names the row in an address; the same whenever the report is run: a code, an id, the first day of a period."""
    cells: tuple[Cell, ...]
    """One for each column."""


@attrs.frozen
class Chart:
    """A picture of a table; the table beside it says the same in numbers."""

    kind: ChartKind
    label: str
    """Name of the column that names the rows."""
    values: tuple[str, ...]
    """Names of the columns that are drawn."""
    title: str = ""


@attrs.frozen(kw_only=True)
class Table:
    """One table of a report."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    """What somebody should know who reads the numbers."""
    empty: str = ""
    """Why there are no rows, and what to do; to be shown if there are none."""
    page: int = 1
    """Which page of its rows this is, from 1."""
    pages: int = 1
    first_number: int | None = None
    """The row number of the first row, further pages counted on; None where rows have no numbers. Whoever draws the
    table puts them into a first column (requirements RPT-01 to RPT-04)."""

    def on_page(self, page: int, pages: int, first_number: int | None = None) -> "Table":
        """Answer the table as one page of several."""
        return attrs.evolve(self, page=page, pages=pages, first_number=first_number)

    def place(self, column: str) -> int:
        """Answer the place of a column, from 0.

        Raises:
            KeyError: There is no such column.
        """
        for place, one in enumerate(self.columns):
            if one.name == column:
                return place
        raise KeyError(column)

    def cell(self, row: str, column: str) -> Cell | None:
        """Answer the cell of a row and a column by their names; the total row is called :data:`TOTAL`."""
        for one in (*self.rows, *([] if self.total is None else [self.total])):
            if one.key == row and column in {each.name for each in self.columns}:
                return one.cells[self.place(column)]
        return None

    def period(self, row: Row, cell: Cell) -> Period | None:
        """Answer which days the number in a cell of a row is of; None for those that the report is about."""
        return cell.period or row.cells[0].period

    def shape(self, place: int, cell: Cell) -> Shape:
        """Answer how the value of a cell in the column at *place* is written."""
        return cell.shape or self.columns[place].shape

    def unit(self, place: int, cell: Cell) -> str:
        """Answer what the value of a cell in the column at *place* is in."""
        return cell.unit or self.columns[place].unit


@attrs.frozen(kw_only=True)
class Report:
    """A report as its reader sees it."""

    name: str
    title: str
    about: tuple[tuple[str, str], ...]
    """What it was asked about, in words: the period, the filters, the currency."""
    tables: tuple[Table, ...]
    made_at: dt.datetime
    """In the company's zone."""

    def table(self, name: str) -> Table | None:
        """Answer a table by its name."""
        return next((one for one in self.tables if one.name == name), None)

    def cell(self, table: str, row: str, column: str) -> Cell | None:
        """Answer a cell by the names of its table, row and column: what an address of a number names."""
        found = self.table(table)
        return None if found is None else found.cell(row, column)

    def to_pandas(self, table: str = "") -> Any:
        """Answer a table as a pandas ``DataFrame`` (extra ``pandas``), a column for each of its columns, by name.

        Args:
            table: Which table; the first unless told.

        Raises:
            KeyError: There is no such table.
            MissingPackage: pandas is not installed.
        """
        from crmcore.reports.writing.frames import as_frame  # what writes, knows tables: not the other way round

        found = self.table(table) if table else self.tables[0]
        if found is None:
            raise KeyError(table)
        return as_frame(found)
