"""Reports: what there is, each with its filters, tables and charts, and the records behind a number (RPT-01 to 07)."""

import io
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import render_template, request, send_file, url_for

from crmcore import Invalid, NotFound
from crmcore.reports import catalogue, drill_down
from crmcore.reports.exporting import export_report
from crmcore.reports.filters import FilterKind
from crmcore.reports.kinds import ReportKind
from crmcore.reports.managing import MANAGEMENT
from crmcore.reports.tables import Cell, Column, Report, Row, Shape, Table
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.charts import draw
from crmcore_demo.display import language, t, today
from crmcore_demo.errors import trouble
from crmcore_demo.listing import typed
from crmcore_demo.paging import read_paging, whole_number
from crmcore_demo.record_rows import listed, page_of_record
from crmcore_demo.report_form import Asking, ask, with_form
from crmcore_demo.session import crm, person, reading, settings, stop_reading
from crmcore_demo.written import written

pages = pages_of("reports", "L0405", "/reports")
REPORT_PAGE: Final = "report_page"
"""In addresses of records: which page of the report the number is on."""
FORMATS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "html": "text/html",
    "zip": "application/zip",
}
"""Files to take a report out as; several tables are several files of separated values."""
GROUPS: Final = ("customers", "sales", "service", "outlook")
"""In the order in which they are shown; others follow."""
MENU: Final = {"contribution": "L0401", "composition": "L0402", "services": "L0403", "losses": "L0404"}
"""Reports that stand in the menu themselves."""
WIDEST: Final = 6
"""A table with more columns is moved sideways instead of being broken into cards."""


@pages.get("")
def index() -> str:
    """Show which reports there are for this person, by subject, each with the question it answers."""
    kinds = catalogue.offered(person().actor)
    if not kinds:
        person().require("report.read")
    groups: dict[str, list[ReportKind]] = {name: [] for name in GROUPS if any(one.group == name for one in kinds)}
    for kind in kinds:
        groups.setdefault(kind.group, []).append(kind)
    return render_template("reports/index.html", groups=groups, language_of=language())


def _kind(name: str) -> ReportKind:
    """Return the report an address names; whether somebody may see it is checked before anything is read for it."""
    kind = catalogue.kind_named(typed(name))
    if not kind.is_for(person().actor):
        person().require(kind.rights[0])
    return kind


def _given(asking: Asking, kind: ReportKind, page: str) -> dict[str, Any]:
    """Return what the report is asked about, and which page of its rows."""
    given: dict[str, Any] = dict(asking.given)
    if any(one.kind is FilterKind.PAGE for one in kind.filters):
        given["page"] = whole_number(request.args.get(page), 1)
    return given


@pages.get("/<name>")
def show(name: str) -> Answer:
    """Show a report, or what is wrong with what was asked."""
    kind = _kind(name)
    asking, report, status = with_form(ask(kind), kind), None, 200
    try:
        report = kind.run(reading(), _given(asking, kind, "page"), language())
    except (Invalid, NotFound) as error:
        asking, status = asking.with_problem(error), 422
    page = render_template(
        "reports/show.html",
        kind=kind,
        title=kind.title(language()),
        lead=kind.question(language()),
        asking=asking,
        report=report,
        module=MENU.get(kind.name, "L0405"),
        opened=lambda *place: _records_address(kind, asking, *place),
        record_page=_record_page,
        written=written,
        draw=_draw(kind, asking),
        sorts=_sorts,
        widest=WIDEST,
        formats=_formats(report),
    )
    return page, status


def _formats(report: Report | None) -> Sequence[str]:
    """Return the files a report can be taken out as by this person."""
    if report is None or not person().may("report.export"):
        return ()
    if report.name == MANAGEMENT.name:
        return ("xlsx", "html", "zip")  # the whole report, whichever part of it is shown
    return ("xlsx", "csv" if len(report.tables) == 1 else "zip")


@pages.post("/<name>/file")
def take(name: str) -> Answer:
    """Hand a report out as a file, all of its rows; that it was taken is on record (RPT-07, X-ADM-08)."""
    kind, form = _kind(name), request.form.get("format", "")
    asking, user, words = ask(kind, request.form), person().id, language()
    file_name = f"{kind.title(words)}-{today().isoformat()}.{form}"
    stop_reading()
    file = io.BytesIO()
    try:
        export_report(crm(), kind.name, file, as_user=user, given=asking.given, format=form, language=words)
    except (Invalid, NotFound) as error:
        return trouble(422, asking.with_problem(error).problem)
    file.seek(0)
    return send_file(file, mimetype=FORMATS[form], as_attachment=True, download_name=file_name)


def _records_address(
    kind: ReportKind, asking: Asking, table: Table, row: Row, column: Column, cell: Cell
) -> str | None:
    """Return where the records behind a number are listed; of a number of nothing there are none."""
    if cell.figure is None or not cell.figure.records:
        return None
    place = [("table", table.name), ("row", row.key), ("column", column.name)]
    if table.page > 1:
        place.append((REPORT_PAGE, str(table.page)))
    return f"{url_for('reports.records', name=kind.name)}?{urlencode([*asking.kept, *place])}"


def _draw(kind: ReportKind, asking: Asking) -> Any:
    def drawn(table: Table, chart: Any) -> Any:
        rows = {row.key: row for row in table.rows}

        def address(row: str, column: str) -> str | None:
            place = table.place(column)
            return _records_address(kind, asking, table, rows[row], table.columns[place], rows[row].cells[place])

        return draw(table, chart, address=address)

    return drawn


def _record_page(cell: Cell) -> str | None:
    return page_of_record(*cell.record) if cell.record is not None else None


def _sorts(table: Table, place: int) -> str:
    """Say how a column stands: numbers to the right, dates in one piece."""
    shape = table.columns[place].shape
    return {Shape.TEXT: "", Shape.DATE: "nowrap"}.get(shape, "number")


def _found(report: Report) -> tuple[Table, Row, Column, Cell]:
    """Find the number that an address names.

    Raises:
        NotFound: There is none of these names.
    """
    table = report.table(request.args.get("table", ""))
    names = (request.args.get("row", ""), request.args.get("column", ""))
    cell = None if table is None else table.cell(*names)
    if table is None or cell is None or cell.figure is None:
        raise NotFound(entity="report", id=typed(names[0]))
    row = next(one for one in (*table.rows, table.total) if one is not None and one.key == names[0])
    return table, row, table.columns[table.place(names[1])], cell


@pages.get("/<name>/records")
def records(name: str) -> Answer:
    """List the records behind one number: just as many as it says."""
    kind = _kind(name)
    asking, paging = ask(kind), read_paging(request.args, settings().page_size)
    report = kind.run(reading(), _given(asking, kind, REPORT_PAGE), language())
    table, row, column, cell = _found(report)
    page = drill_down(reading(), cell.figure, page=paging.page, size=paging.size)  # type: ignore[arg-type]  # not None
    back = url_for("reports.show", name=kind.name)
    kept = [*asking.kept, *([("page", str(table.page))] if table.page > 1 else [])]
    return render_template(
        "reports/records.html",
        title=t("reports.behind", row=written(table, 0, row.cells[0]), column=column.title),
        number=written(table, table.place(column.name), cell, alone=True),
        report=report,
        table=table,
        page=page,
        listed=listed(page.rows),
        module=MENU.get(kind.name, "L0405"),
        back=f"{back}?{urlencode(kept)}" if kept else back,
    )
