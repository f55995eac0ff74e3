"""Writes a report as an Excel workbook: a sheet a table, numbers as numbers, charts of Excel's own (RPT-06, RPT-07)."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any, BinaryIO, Final

from crmcore.exchange.writing import openpyxl_here, printable
from crmcore.i18n import Language, text
from crmcore.reports.tables import Cell, Report, Shape, Table
from crmcore.reports.writing.charts import add_charts, charted
from crmcore.reports.writing.words import UNDEFINED, about_lines, exact, heading, numbered

__all__ = ["write_xlsx"]

_MOST_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps; longer ones are written as texts."""
_LONGEST_NAME: Final = 31
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_WIDEST: Final = 60
_NARROWEST: Final = 10
_WIDE: Final = 2
"""A Chinese character is as wide as two others."""
_ASCII: Final = 128
_PLACES: Final = "0000"
_WHOLE: Final = "#,##0"
_AMOUNT: Final = "#,##0.00"


def write_xlsx(report: Report, to: BinaryIO, language: Language) -> int:
    """Write a workbook: a sheet that says what the report is about, and one for each table.

    Every text is a text, whatever it begins with. Percentages are such, dates are dates. What is undefined is a dash;
    in a column that is drawn it is left empty, for charts draw texts as 0.

    Returns:
        How many rows the tables have.

    Raises:
        MissingPackage: openpyxl is not installed (extra ``excel``).
    """
    openpyxl = openpyxl_here()
    book = openpyxl.Workbook()
    bold = openpyxl.styles.Font(bold=True)
    _about(book.active, report, language, bold)
    names = {book.active.title.casefold()}
    for table in (numbered(one, language) for one in report.tables):
        sheet = book.create_sheet(_sheet_name(table.title, names))
        _table(sheet, table, language, bold)
        add_charts(sheet, table)
    book.save(to)
    return sum(len(table.rows) for table in report.tables)


def _about(sheet: Any, report: Report, language: Language, bold: Any) -> None:
    sheet.title = _sheet_name(text("report", language), set())
    _text(sheet, 1, 1, report.title).font = bold
    for number, (title, said) in enumerate(about_lines(report, language), start=3):
        _text(sheet, number, 1, title)
        _text(sheet, number, 2, said)
    number = sheet.max_row + 2
    for table in report.tables:
        _text(sheet, number, 1, table.title).font = bold
        notes = [one for one in (*table.notes, *([] if table.rows else [table.empty])) if one]
        for place, note in enumerate(notes):
            _text(sheet, number + place, 2, note)
        number += max(len(notes), 1)
    _text(sheet, number + 1, 1, text("report.undefined_note", language))
    sheet.column_dimensions["A"].width = 36
    sheet.column_dimensions["B"].width = _WIDEST


def _table(sheet: Any, table: Table, language: Language, bold: Any) -> None:
    drawn = charted(table)
    for place, column in enumerate(table.columns, start=1):
        _text(sheet, 1, place, heading(column, language)).font = bold
    rows = (*table.rows, *([] if table.total is None else [table.total]))
    for number, row in enumerate(rows, start=2):
        for place, cell in enumerate(row.cells):
            made = _cell(sheet, table, number, place, cell, empty=table.columns[place].name in drawn)
            if row is table.total:
                made.font = bold
    if not table.rows and table.empty:
        _text(sheet, 2, 1, table.empty)
    sheet.freeze_panes = "B2"
    for place, column in enumerate(table.columns):
        said = (heading(column, language), *(str(row.cells[place].value or "") for row in rows))
        width = min(max(max(map(_width, said)) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[sheet.cell(1, place + 1).column_letter].width = width


def _cell(sheet: Any, table: Table, number: int, place: int, cell: Cell, *, empty: bool) -> Any:
    value = cell.value
    if value is None:
        return sheet.cell(number, place + 1) if empty else _text(sheet, number, place + 1, UNDEFINED)
    if isinstance(value, str):
        return _text(sheet, number, place + 1, value)
    shape = table.shape(place, cell)
    if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > _MOST_DIGITS:
        return _text(sheet, number, place + 1, f"{value:f}")
    made = sheet.cell(number, place + 1, _value(value, shape))
    made.number_format = _format(value, shape, cell.unit)
    return made


def _value(value: Any, shape: Shape) -> Any:
    if shape is Shape.PERCENT and isinstance(value, int | Decimal):
        return Decimal(value).scaleb(-2)
    return value


def _format(value: Any, shape: Shape, unit: str) -> str:
    if isinstance(value, dt.date):
        return "yyyy-mm-dd"
    if shape is Shape.PERCENT:
        return "0.0%"
    said = _AMOUNT if shape is Shape.AMOUNT else _WHOLE
    if shape is not Shape.AMOUNT and isinstance(value, Decimal):
        exponent = exact(value, shape).as_tuple().exponent
        places = min(-exponent, len(_PLACES)) if isinstance(exponent, int) and exponent < 0 else 0
        said = f"{_WHOLE}.{_PLACES[:places]}" if places else _WHOLE
    return f'{said} "{unit}"' if unit.replace(" ", "").isalnum() else said


def _text(sheet: Any, number: int, place: int, said: str) -> Any:
    """Write a text; what begins with = is no formula."""
    made = sheet.cell(number, place)
    made.value = printable(said)
    made.data_type = "s"
    return made


def _sheet_name(title: str, taken: set[str]) -> str:
    """Answer a name that a sheet can have, and no other one has."""
    plain = " ".join(_NO_NAME.sub(" ", printable(title)).split())[:_LONGEST_NAME] or "1"
    name, number = plain, 2
    while name.casefold() in taken:
        name = f"{plain[: _LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(name.casefold())
    return name


def _width(said: str) -> int:
    return sum(_WIDE if ord(one) >= _ASCII else 1 for one in said)
