"""Dashboards: what a person looks at first, each number a link to the records behind it (X-ANA-05, X-ANA-07)."""

from typing import Any

from flask import render_template

from crmcore import Invalid, NotFound
from crmcore.reports.dashboards import Dashboard, Section, sections_for
from crmcore.reports.dashboards.board import FIGURES, TREND
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.customer_page import Tab
from crmcore_demo.dashboard_page import Asking, ask, faces, show
from crmcore_demo.display import label, language
from crmcore_demo.listing import typed
from crmcore_demo.report_tables import Address, drawing, opened, records_page
from crmcore_demo.session import person

pages = pages_of("dashboards", "dashboard", "/dashboard")


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
        **drawing(_address(shown, asking)),
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
    address = _address(found.section, asking)
    where = {row.key: opened(address, table, row, column, row.cells[1]) for row in table.rows}
    return tuple(faces(found, table, where))


def _address(section: Section, asking: Asking) -> Address:
    """Answer where the records behind a number are, with the same filters."""
    return lambda place: asking.address("dashboards.records", section, *place)


@pages.get("/<section>/records")
def records(section: str) -> Answer:
    """List the records behind one number: just as many as it says."""
    shown, asking = _section(section), ask()
    return records_page(show(shown, asking).report, lambda _: asking.address("dashboards.index", shown))
