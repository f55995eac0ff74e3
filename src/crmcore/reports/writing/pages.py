"""Writes a report as one page that prints well: no script, no network, readable by everybody (RPT-05, RPT-06)."""

from decimal import Decimal
from html import escape
from importlib import resources
from typing import BinaryIO, Final

from crmcore.i18n import Language, text
from crmcore.reports.tables import Cell, ChartKind, Report, Row, Shape, Table
from crmcore.reports.writing.words import ROW_NUMBER, UNDEFINED, about_lines, heading, numbered, spoken

__all__ = ["page_of", "write_html"]

_TAGS: Final[dict[Language, str]] = {"en": "en", "zh": "zh-Hans"}
_NARROW: Final = 7
"""A table with more columns is printed across."""
_WIDTH: Final = 100
_TENTH: Final = Decimal("0.1")


def write_html(report: Report, to: BinaryIO, language: Language) -> int:
    """Write a page of its own: styles inside, nothing loaded, nothing run.

    Returns:
        How many rows its tables have.
    """
    to.write(page_of(report, language).encode())
    return sum(len(table.rows) for table in report.tables)


def page_of(report: Report, language: Language) -> str:
    """Answer the page as a text."""
    style = resources.files("crmcore.reports.writing").joinpath("page.css").read_text(encoding="utf-8")
    about = "".join(
        f"<div><dt>{escape(title)}</dt><dd>{escape(said)}</dd></div>" for title, said in about_lines(report, language)
    )
    sections = "\n".join(_section(table, language) for table in (numbered(one, language) for one in report.tables))
    return (
        f'<!DOCTYPE html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(report.title)}</h1>\n<dl>{about}</dl>\n{sections}\n</main>\n</body>\n</html>\n"
    )


def _section(table: Table, language: Language) -> str:
    wide = ' class="wide"' if len(table.columns) > _NARROW else ""
    name = escape(table.name, quote=True)
    notes = "".join(f"<p>{escape(note)}</p>\n" for note in table.notes)
    body = _body(table, language) if table.rows or table.total else ""
    empty = f"<p>{escape(table.empty)}</p>\n" if not table.rows and table.empty else ""
    return (
        f'<section{wide} aria-labelledby="title-{name}">\n<h2 id="title-{name}">{escape(table.title)}</h2>\n'
        f"{empty}{body}{notes}</section>"
    )


def _body(table: Table, language: Language) -> str:
    drawn = _drawn(table)
    most = _most(table, drawn)
    heads = "".join(
        f'<th scope="col"{_class(column.shape)}>{escape(heading(column, language))}</th>' for column in table.columns
    )
    rows = "\n".join(_row(table, row, language, drawn, most) for row in table.rows)
    foot = "" if table.total is None else f"<tfoot>\n{_row(table, table.total, language, None, most)}\n</tfoot>\n"
    return (
        f"<table>\n<caption>{escape(table.title)}</caption>\n<thead>\n<tr>{heads}</tr>\n</thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n{foot}</table>\n"
    )


def _row(table: Table, row: Row, language: Language, drawn: int | None, most: Decimal) -> str:
    said = [
        _said(table, place, cell, language) + (_bar(cell, most) if place == drawn else "")
        for place, cell in enumerate(row.cells)
    ]
    named = int(table.columns[0].name == ROW_NUMBER)
    cells = "".join(
        f'<th scope="row">{one}</th>'
        if place == named
        else f"<td{_class(table.shape(place, row.cells[place]))}>{one}</td>"
        for place, one in enumerate(said)
    )
    return f"<tr>{cells}</tr>"


def _said(table: Table, place: int, cell: Cell, language: Language) -> str:
    said = escape(spoken(table, place, cell))
    if cell.value is None:
        label = escape(text("report.undefined", language), quote=True)
        return f'<span role="img" aria-label="{label}">{UNDEFINED}</span>'
    return said.replace("\n", "<br>")


def _drawn(table: Table) -> int | None:
    """Answer the column that gets bars: the first that a chart draws."""
    kinds = {ChartKind.BAR, ChartKind.SHARE, ChartKind.WATERFALL, ChartKind.LINE, ChartKind.STACKED_BAR}
    return next((table.place(one.values[0]) for one in table.charts if one.kind in kinds and one.values), None)


def _most(table: Table, drawn: int | None) -> Decimal:
    if drawn is None:
        return Decimal(0)
    values = (row.cells[drawn].value for row in table.rows)
    return max((abs(Decimal(one)) for one in values if isinstance(one, int | Decimal)), default=Decimal(0))


def _bar(cell: Cell, most: Decimal) -> str:
    """Answer a bar as long as the number is large; what is below zero is striped, not only of another colour."""
    value = cell.value
    if not isinstance(value, int | Decimal) or most <= 0:
        return ""
    length = (abs(Decimal(value)) * _WIDTH / most).quantize(_TENTH)
    kind = "less" if value < 0 else "more"
    return (
        f'<svg class="{kind}" viewBox="0 0 {_WIDTH} 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{length}" height="6"/></svg>'
    )


def _class(shape: Shape) -> str:
    return "" if shape in {Shape.TEXT, Shape.DATE} else ' class="number"'
