"""Tables of reports and dashboards on their pages: where a number leads, how columns stand, what is behind one."""

from collections.abc import Callable
from typing import Any, Final

from flask import render_template, request

from crmcore import NotFound
from crmcore.reports import drill_down
from crmcore.reports.filters import words_of
from crmcore.reports.tables import Cell, Chart, Column, Report, Row, Shape, Table
from crmcore.statistics.figures import PERCENT, Figure, percent
from crmcore.statistics.periods import Period
from crmcore_demo.charts import draw
from crmcore_demo.display import label, language, t
from crmcore_demo.listing import typed
from crmcore_demo.paging import read_paging
from crmcore_demo.record_rows import listed, page_of_record
from crmcore_demo.session import reading, settings
from crmcore_demo.written import written

REPORT_PAGE: Final = "report_page"
"""In addresses of records: which page of the report the number is on."""
WIDEST: Final = 6
"""A table with more columns is moved sideways instead of being broken into cards."""
Place = tuple[tuple[str, str], ...]
"""Where a number stands, as parts of an address."""
Address = Callable[[Place], str]
"""Answers the address of the records behind the number at a place."""


def drawing(address: Address) -> dict[str, Any]:
    """Return what the templates draw tables with.

    Args:
        address: Where the records behind a number of these tables are.
    """
    return {
        "opened": lambda *place: opened(address, *place),
        "record_page": _record_page,
        "written": written,
        "draw": lambda table, chart: _drawn(address, table, chart),
        "sorts": _sorts,
        "widest": WIDEST,
    }


def opened(address: Address, table: Table, row: Row, column: Column, cell: Cell) -> str | None:
    """Return where the records behind a number are listed; of a number of nothing there are none."""
    if cell.figure is None or not cell.figure.records:
        return None
    place: Place = (("table", table.name), ("row", row.key), ("column", column.name))
    return address((*place, (REPORT_PAGE, str(table.page))) if table.page > 1 else place)


def records_page(report: Report, back: Callable[[Table], str], **more: Any) -> str:
    """Show the records behind the number that the address names: just as many as it says.

    Args:
        report: The report or dashboard, made again.
        back: Answers the address of the page that the number of a table is on.
        more: What the page is told besides.

    Raises:
        NotFound: There is no such number.
    """
    table, row, column, cell, figure = _found(report)
    paging = read_paging(request.args, settings().page_size)
    page = drill_down(reading(), figure, page=paging.page, size=paging.size)
    return render_template(
        "reports/records.html",
        title=t("reports.behind", row=written(table, 0, row.cells[0]), column=column.title),
        about=_about(report, table.period(row, cell)),
        number=written(table, table.place(column.name), cell, alone=True),
        part_of=part_of(figure),
        report=report,
        table=table,
        page=page,
        listed=listed(page.rows),
        back=back(table),
        **more,
    )


def _about(report: Report, period: Period | None) -> tuple[tuple[str, str], ...]:
    """Say what a report is about; of a number of other days than its own, which days these are."""
    only, days = label("report.only"), label("report.period")
    said = [one for one in report.about if one[0] not in ({only} if period is None else {only, days})]
    return (*([] if period is None else [(days, words_of(period, language()))]), *said)


def part_of(figure: Figure[Any]) -> str:
    """Say how many of how many records a share is, where it is one of records and opens to those of the part."""
    whole = figure.whole
    if figure.unit != PERCENT or whole is None or whole.value != whole.records:
        return ""
    if figure.value is None or figure.value != percent(figure.records, whole.records):
        return ""
    return t("reports.part_of", n=figure.records, of=whole.records)


def _found(report: Report) -> tuple[Table, Row, Column, Cell, Figure[Any]]:
    table = report.table(request.args.get("table", ""))
    key, name = request.args.get("row", ""), request.args.get("column", "")
    cell = None if table is None else table.cell(key, name)
    if table is None or cell is None or cell.figure is None:
        raise NotFound(entity="report", id=typed(key))
    row = next(one for one in (*table.rows, table.total) if one is not None and one.key == key)
    return table, row, table.columns[table.place(name)], cell, cell.figure


def _drawn(address: Address, table: Table, chart: Chart) -> Any:
    rows = {row.key: row for row in table.rows}

    def mark(row: str, column: str) -> str | None:
        place = table.place(column)
        return opened(address, table, rows[row], table.columns[place], rows[row].cells[place])

    return draw(table, chart, address=mark)


def _record_page(cell: Cell) -> str | None:
    return page_of_record(*cell.record) if cell.record is not None else None


def _sorts(table: Table, place: int) -> str:
    """Say how a column stands: numbers to the right, dates in one piece."""
    shape = table.columns[place].shape
    return {Shape.TEXT: "", Shape.DATE: "nowrap"}.get(shape, "number")
