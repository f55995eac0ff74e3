"""Writes tables of a report as separated values, one file a table (RPT-07, X-ANA-09)."""

import csv
import datetime as dt
import io
import re
import zipfile
from typing import BinaryIO, Final

import attrs

from crmcore.exchange.guarding import guarded
from crmcore.i18n import Language, text
from crmcore.reports.tables import Cell, Column, Report, Shape, Table
from crmcore.reports.writing.words import about_lines, exact, has_own_units, heading, numbered, own_unit

__all__ = ["write_csv", "write_zip"]

_PLAIN: Final = re.compile(r"[^a-z0-9_]")


def write_csv(given: Table, to: BinaryIO, language: Language) -> int:
    """Write a table as UTF-8 with the mark by which spreadsheets recognise it; no text is taken for a formula.

    What is undefined is an empty field. The total is left out: whoever reckons with the rows would count it twice.

    Returns:
        How many rows it were.
    """
    table = numbered(given, language)
    file = io.TextIOWrapper(to, encoding="utf-8-sig", newline="")
    try:
        rows = csv.writer(file)
        units = has_own_units(table)
        titles = [_title(one, language) for one in table.columns]
        rows.writerow([*titles, *([text("report.unit", language)] if units else [])])
        for row in table.rows:
            own = [own_unit(row.cells)] if units else []
            rows.writerow([*(_field(table, place, cell) for place, cell in enumerate(row.cells)), *own])
        file.flush()
    finally:
        file.detach()
    return len(table.rows)


def write_zip(report: Report, to: BinaryIO, language: Language) -> int:
    """Write an archive with a file of separated values for each table, and one that says what they are about."""
    done = 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member("about.csv", report), _about(report, language))
        for one in report.tables:
            content = io.BytesIO()
            done += write_csv(one, content, language)
            archive.writestr(_member(f"{_PLAIN.sub('_', one.name.lower())}.csv", report), content.getvalue())
    return done


def _about(report: Report, language: Language) -> bytes:
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow([guarded(report.title), ""])
    rows.writerows([guarded(title), guarded(said)] for title, said in about_lines(report, language))
    for table in report.tables:
        rows.writerows([guarded(table.title), guarded(note)] for note in table.notes)
    return file.getvalue().encode("utf-8-sig")


def _member(name: str, report: Report) -> zipfile.ZipInfo:
    """Answer a member of the archive that was made when the report was: the same report is the same file."""
    made = report.made_at
    member = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second // 2 * 2))
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _title(column: Column, language: Language) -> str:
    """Answer the heading of a column; numbers in percent come without the sign, so it stands here."""
    return guarded(heading(attrs.evolve(column, unit="%") if column.shape is Shape.PERCENT else column, language))


def _field(table: Table, place: int, cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return value.isoformat() if isinstance(value, dt.date) else f"{exact(value, table.shape(place, cell)):f}"
