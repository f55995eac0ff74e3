"""Reports: what there is, each with its filters, tables and charts, and the records behind a number (RPT-01 to 07)."""

import io
from collections.abc import Sequence
from typing import Any, Final

from flask import render_template, request, send_file, url_for

from crmcore import Invalid, NotFound
from crmcore.reports import catalogue
from crmcore.reports.exporting import export_report
from crmcore.reports.filters import FilterKind
from crmcore.reports.kinds import ReportKind
from crmcore.reports.managing import MANAGEMENT
from crmcore.reports.tables import Report, Table
from crmcore_demo.addresses import narrowed
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.display import language, today
from crmcore_demo.errors import trouble
from crmcore_demo.listing import possible_with, typed
from crmcore_demo.pages.saved_reports import kept_actions, kept_reports
from crmcore_demo.paging import whole_number
from crmcore_demo.report_form import Asking, ask, with_form
from crmcore_demo.report_tables import REPORT_PAGE, Address, drawing, records_page
from crmcore_demo.session import crm, person, reading, settings, stop_reading

pages = pages_of("reports", "L0405", "/reports")
FORMATS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "html": "text/html",
    "zip": "application/zip",
}
"""Files to take a report out as; several tables are several files of separated values."""
GROUPS: Final = ("management", "customers", "sales", "service", "outlook")
"""In the order in which they are shown; others follow."""
MENU: Final = {"contribution": "L0401", "composition": "L0402", "services": "L0403", "losses": "L0404"}
"""Reports that stand in the menu themselves."""


@pages.get("")
def index() -> str:
    """Show which reports there are for this person, by subject, each with the question it answers."""
    kinds = catalogue.offered(person().actor)
    if not kinds:
        person().require("report.read")
    groups: dict[str, list[ReportKind]] = {name: [] for name in GROUPS if any(one.group == name for one in kinds)}
    for kind in kinds:
        groups.setdefault(kind.group, []).append(kind)
    kept = kept_reports()
    possible = possible_with([one.it for one in kept], kept_actions)
    return render_template("reports/index.html", groups=groups, language_of=language(), kept=kept, possible=possible)


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
        formats=_formats(report),
        keeping=narrowed(url_for("saved_reports.new"), [("report", kind.name), *asking.kept]),
        **drawing(_address(kind, asking)),
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


def _address(kind: ReportKind, asking: Asking) -> Address:
    """Answer where the records behind a number are, with the same filters."""
    page = url_for("reports.records", name=kind.name)
    return lambda place: narrowed(page, [*asking.kept, *place])


@pages.get("/<name>/records")
def records(name: str) -> Answer:
    """List the records behind one number: just as many as it says."""
    kind = _kind(name)
    asking, there = ask(kind), url_for("reports.show", name=kind.name)
    settings()  # what the report asks of the company's settings is kept with them
    report = kind.run(reading(), _given(asking, kind, REPORT_PAGE), language())

    def back(table: Table) -> str:
        kept = [*asking.kept, *([("page", str(table.page))] if table.page > 1 else [])]
        return narrowed(there, kept)

    return records_page(report, back, module=MENU.get(kind.name, "L0405"))
