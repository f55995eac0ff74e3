"""Writes rows as separated values, Excel workbooks, vCards or pandas data frames, a row at a time (X-ADM-08, 14.20)."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, BinaryIO, Final

from crmcore.access.argon2 import MissingPackage
from crmcore.exchange.guarding import guarded, kept
from crmcore.exchange.limits import file_refused
from crmcore.exchange.tables import Cell, ExportTable, longest
from crmcore.exchange.vcards import CARD_COLUMNS, card

__all__ = ["WRITERS", "as_frame", "openpyxl_here", "printable"]

_MOST_ROWS: Final = 1_048_575
"""Rows of a spreadsheet, less the heading."""
_MOST_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps; longer ones are written as texts."""
_UNPRINTABLE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def write_csv(table: ExportTable, to: BinaryIO) -> int:
    """Write UTF-8 with the mark by which spreadsheets recognise it; no text is taken for a formula."""
    text = io.TextIOWrapper(to, encoding="utf-8-sig", newline="")
    try:
        rows = csv.writer(text)
        long = longest(table.specs)
        rows.writerow([guarded(one) for one in table.headings()])
        done = 0
        for cells in table.rows():
            rows.writerow(
                [
                    guarded(cell, long=several) if isinstance(cell, str) else _number(cell)
                    for cell, several in zip(cells, long, strict=True)
                ]
            )
            done += 1
        text.flush()
    finally:
        text.detach()
    return done


def write_xlsx(table: ExportTable, to: BinaryIO) -> int:
    """Write an Excel workbook in which every text is a text, whatever it begins with."""
    openpyxl = openpyxl_here()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    long = longest(table.specs)

    def cell_of(value: Cell, *, several: bool) -> Any:
        if isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) > _MOST_DIGITS:
            value = _number(value)
        if not isinstance(value, str):
            return value
        made = openpyxl.cell.WriteOnlyCell(sheet, value=printable(kept(value, long=several)))
        made.data_type = "s"  # what begins with = is no formula
        return made

    sheet.append([cell_of(one, several=True) for one in table.headings()])
    done = 0
    with ExitStack() as broken_off:
        broken_off.callback(sheet.close)  # or else openpyxl complains later that it could not
        for cells in table.rows():
            if done == _MOST_ROWS:
                raise file_refused("exchange.too_many_rows", max=_MOST_ROWS)
            sheet.append([cell_of(cell, several=several) for cell, several in zip(cells, long, strict=True)])
            done += 1
        broken_off.pop_all()
    book.save(to)
    return done


def write_vcards(table: ExportTable, to: BinaryIO) -> int:
    """Write a card for each contact, version 3.0, which every phone reads."""
    names = [one.name for one in table.columns]
    if not {*CARD_COLUMNS} <= {*names}:
        raise file_refused("exchange.unknown_format", got="vcard")
    done = 0
    for cells in table.rows():
        said = dict(zip(names, map(_text, cells), strict=True))
        to.write(card({name: said[name] for name in CARD_COLUMNS}).encode())
        done += 1
    return done


def as_frame(table: ExportTable) -> Any:
    """Answer a pandas ``DataFrame`` with a column for each field, by name."""
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise MissingPackage(package="pandas", extra="pandas") from error
    rows: Iterator[list[Cell]] = table.rows()
    frame = pd.DataFrame.from_records(list(rows), columns=[one.name for one in table.columns])
    whole = [one.name for one, spec in zip(table.columns, table.specs, strict=True) if spec.kind == "integer"]
    return frame.astype(dict.fromkeys(whole, "Int64"))


WRITERS: Final[dict[str, Callable[[ExportTable, BinaryIO], int]]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "vcard": write_vcards,
}
"""The formats that files are written in; each answers how many rows it wrote."""


def _number(value: Cell) -> str:
    if isinstance(value, Decimal):
        return f"{max(value.normalize(), round(value, 2), key=lambda one: -int(one.as_tuple().exponent)):f}"
    return "" if value is None else str(value)


def _text(value: Cell) -> str:
    return value if isinstance(value, str) else _number(value)


def printable(text: str) -> str:
    """Answer a text as workbooks write it, whose XML has no place for some characters."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def openpyxl_here() -> Any:
    """Answer openpyxl, with what makes cells.

    Raises:
        MissingPackage: It is not installed.
    """
    try:
        import openpyxl
        import openpyxl.cell
    except ModuleNotFoundError as error:
        raise MissingPackage(package="openpyxl", extra="excel") from error
    return openpyxl
