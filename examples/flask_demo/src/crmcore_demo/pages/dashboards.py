"""Dashboards: what a person looks at first, each number a link to the records behind it (X-ANA-05, X-ANA-07)."""

from typing import Any, Final

from flask import render_template, request

from crmcore import Invalid, NotFound
from crmcore.reports import drill_down
from crmcore.reports.dashboards import Dashboard, Section, sections_for
from crmcore.reports.dashboards.board import FIGURES, TREND
from crmcore.reports.tables import Cell, Column, Row, Table
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.charts import draw
from crmcore_demo.customer_page import Tab
from crmcore_demo.dashboard_page import Asking, ask, faces, show
from crmcore_demo.display import label, language, t
from crmcore_demo.listing import typed
from crmcore_demo.paging import read_paging
from crmcore_demo.record_rows import listed, page_of_record
from crmcore_demo.session import person, reading, settings
from crmcore_demo.written import written

pages = pages_of("dashboards", "dashboard", "/dashboard")
WIDEST: Final = 7
"""A table with more columns is moved sideways instead of being broken into cards."""


def _section(name: str | None = None) -> Section:
    """Return the section an address names; without a name the person's first.

    Raises:
        NotFound: There is no such section.
        NoPermission: He may not see it, or has none.
    """
    offered = sections_for(person().actor)
    if not offered:
        person().require("order.read")
    if name is None:
        return offered[0]
    found = next((one for one in Section if one.value == name), None)
    if found is None:
        raise NotFound(entity="report", id=typed(name))
    return found


@pages.get("", defaults={"section": None})
@pages.get("/<section>")
def index(section: str | None) -> Answer:
    """Show a section of the person's dashboard, or what is wrong with what was asked."""
    shown, asking, status = _section(section), ask(), 200
    found: Dashboard | None = None
    try:
        found = show(shown, asking)
    except Invalid as error:
        asking, status = Asking(period=asking.period, whose=asking.whose, problem=error.explain(language())), 422
    page = render_template(
        "dashboards/show.html",
        section=shown,
        tabs_of_dashboard=_tabs(shown, asking),
        asking=asking,
        found=found,
        cards=() if found is None else _cards(found, asking),
        tables=() if found is None else [one for one in found.report.tables if one.name not in {FIGURES, TREND}],
        figures=None if found is None else found.report.table(FIGURES),
        trend=None if found is None else found.report.table(TREND),
        opened=lambda *place: _records_address(shown, asking, *place),
        record_page=_record_page,
        written=written,
        draw=lambda table, chart: _drawn(shown, asking, table, chart),
        sorts=_sorts,
        widest=WIDEST,
    )
    return page, status


def _tabs(shown: Section, asking: Asking) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            words=label(f"dashboard_section.{one.value}"),
            address=asking.address("dashboards.index", one),
            here=one is shown,
        )
        for one in sections_for(person().actor)
    )


def _cards(found: Dashboard, asking: Asking) -> tuple[Any, ...]:
    table = found.report.table(FIGURES)
    if table is None:
        return ()
    column = table.columns[1]
    where = {row.key: _records_address(found.section, asking, table, row, column, row.cells[1]) for row in table.rows}
    return tuple(faces(found, table, where))


def _records_address(
    section: Section, asking: Asking, table: Table, row: Row, column: Column, cell: Cell
) -> str | None:
    """Return where the records behind a number are listed; of a number of nothing there are none."""
    if cell.figure is None or not cell.figure.records:
        return None
    place = ("table", table.name), ("row", row.key), ("column", column.name)
    return asking.address("dashboards.records", section, *place)


def _drawn(section: Section, asking: Asking, table: Table, chart: Any) -> Any:
    rows = {row.key: row for row in table.rows}

    def address(row: str, column: str) -> str | None:
        place = table.place(column)
        return _records_address(section, asking, table, rows[row], table.columns[place], rows[row].cells[place])

    return draw(table, chart, address=address)


def _record_page(cell: Cell) -> str | None:
    return page_of_record(*cell.record) if cell.record is not None else None


def _sorts(table: Table, place: int) -> str:
    """Say how a column stands: numbers to the right."""
    return "number" if table.columns[place].shape.value not in {"text", "date"} else ""


@pages.get("/<section>/records")
def records(section: str) -> Answer:
    """List the records behind one number: just as many as it says."""
    shown, asking, paging = _section(section), ask(), read_paging(request.args, settings().page_size)
    found = show(shown, asking)
    table = found.report.table(request.args.get("table", ""))
    key, name = request.args.get("row", ""), request.args.get("column", "")
    cell = None if table is None else table.cell(key, name)
    if table is None or cell is None or cell.figure is None:
        raise NotFound(entity="report", id=typed(key))
    page = drill_down(reading(), cell.figure, page=paging.page, size=paging.size)
    row = next(one for one in (*table.rows, table.total) if one is not None and one.key == key)
    return render_template(
        "reports/records.html",
        title=t("reports.behind", row=written(table, 0, row.cells[0]), column=table.columns[table.place(name)].title),
        number=written(table, table.place(name), cell, alone=True),
        report=found.report,
        table=table,
        page=page,
        listed=listed(page.rows),
        back=asking.address("dashboards.index", shown),
    )
