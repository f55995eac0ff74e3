"""Tables of what service is about, how it is done, and what customers say (RPT-03, X-SRV-14, X-SRV-17)."""

from typing import Any, Final

from crmcore.base.paging import Page
from crmcore.reports.handling import customer_opinions, service_backlog, service_handling
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import ALL_TIME, ARCHIVED_ONLY, PAGE, PERIOD, choice
from crmcore.reports.presenting.building import (
    band_text,
    column,
    columns,
    compared_columns,
    compared_notes,
    compared_rows,
    figure_cell,
    figure_cells,
    figure_columns,
    key_of,
    listed_figures,
    text_cell,
)
from crmcore.reports.presenting.composition import part_rows, part_table
from crmcore.reports.presenting.promises import groups_called
from crmcore.reports.serving import ServiceFilter, ServicesReport, services, services_compared
from crmcore.reports.tables import TOTAL, Chart, ChartKind, Row, Shape, Table
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.handling import Handled
from crmcore.statistics.parts import Part, ServicesBy
from crmcore.statistics.requested import HandlingBy
from crmcore.surveys.entity import SurveyAnswer, SurveyQuestion

__all__ = ["CUSTOMER_OPINIONS", "SERVICES", "SERVICES_COMPARED", "SERVICE_BACKLOG", "SERVICE_HANDLING"]

_HANDLED: Final = {
    "came": Shape.NUMBER,
    "answered": Shape.NUMBER,
    "response": Shape.TIME,
    "archived": Shape.NUMBER,
    "resolution": Shape.TIME,
    "at_once": Shape.NUMBER,
    "first_time": Shape.PERCENT,
    "satisfied": Shape.NUMBER,
    "judged_before": Shape.NUMBER,
    "satisfied_before": Shape.NUMBER,
    "csat": Shape.PERCENT,
    "finished": Shape.NUMBER,
    "reopened": Shape.NUMBER,
    "reopen_rate": Shape.PERCENT,
}
_BACKLOG: Final = ("open", "new", "assigned", "handled", "unanswered", "unsolved")
_OPINIONS: Final = (
    "judged",
    "satisfied",
    "csat",
    "recommending",
    "promoters",
    "passives",
    "detractors",
    "nps",
)
_SERVICES_BY: Final = {ServicesBy.TYPE: "service_request.type", ServicesBy.CUSTOMER: "spent.customer"}


def _services(asked: Asked) -> tuple[Table, ...]:
    only = ServiceFilter(period=asked["period"], archived_only=asked["archived_only"])
    said: dict[Any, str] = {}

    def fetch(page: int, size: int | None) -> tuple[ServicesReport, Page[Part]]:
        found = services(asked.work, only, by=asked["by"], page=page, size=size)
        said.update(found.labels)
        return found, found.page

    report, page = asked.rows(fetch)
    kind = "customer" if report.by is ServicesBy.CUSTOMER else ""
    rows = part_rows(asked, page.rows, said, kind)
    table = part_table(asked, "services", "services_part", _SERVICES_BY[report.by], rows, report.requests)
    return (table.on_page(page.number, page.pages, page.first_row),)


def _services_compared(asked: Asked) -> tuple[Table, ...]:
    only = ServiceFilter(period=asked["period"], archived_only=asked["archived_only"])
    found = services_compared(asked.work, only)
    return (
        Table(
            name="compared",
            title=asked.say("report_kind.services_compared"),
            columns=compared_columns(asked),
            rows=compared_rows(asked, "services_part", ("number",), lambda _: found),
            notes=compared_notes(asked),
        ),
    )


def _handling(asked: Asked) -> tuple[Table, ...]:
    by: HandlingBy | None = asked["by"]
    found = service_handling(asked.work, asked["period"], by=by)
    total: Row | None = None
    charts: tuple[Chart, ...] = ()
    if by is None:
        figures = ((name, getattr(found.whole, name)) for name in _HANDLED)
        rows, shown = listed_figures(asked, "handled", figures), figure_columns(asked)
    else:
        said = groups_called(asked, by, [one.group for one in found.groups])
        rows = tuple(Row(key_of(one.group), _handled(said[key_of(one.group)], one)) for one in found.groups)
        shown = (column(asked, f"service_request.{by.value}", name="group"), *columns(asked, "handled", _HANDLED, "h"))
        total = Row(TOTAL, _handled(asked.say("report.total"), found.whole))
        charts = (Chart(ChartKind.BAR, "group", ("came", "archived")), Chart(ChartKind.BAR, "group", ("resolution",)))
    return (
        Table(
            name="handling",
            title=asked.say("report_kind.service_handling"),
            columns=shown,
            rows=rows,
            total=total,
            charts=charts,
            notes=(asked.say("report_note.handling"),),
            empty=asked.say("report_empty.services"),
        ),
    )


def _handled(said: str, one: Handled) -> tuple[Any, ...]:
    return text_cell(said), *figure_cells(*(getattr(one, name) for name in _HANDLED))


def _backlog(asked: Asked) -> tuple[Table, ...]:
    found = service_backlog(asked.work)
    figures = ((name, getattr(found, name)) for name in _BACKLOG)
    waits = tuple(
        Row(
            str(one.over or 0),
            (text_cell(band_text(asked, one.over, one.up_to)), figure_cell(one.number)),
        )
        for one in found.waits
    )
    return (
        Table(
            name="backlog",
            title=asked.say("report_kind.service_backlog"),
            columns=figure_columns(asked),
            rows=listed_figures(asked, "backlog", figures),
        ),
        Table(
            name="waits",
            title=asked.say("report_table.waits"),
            columns=(column(asked, "wait.age"), *columns(asked, "wait", {"number": Shape.NUMBER})),
            rows=waits,
            charts=(Chart(ChartKind.BAR, "age", ("number",)),),
        ),
    )


def _opinions(asked: Asked) -> tuple[Table, ...]:
    found = customer_opinions(asked.work, asked["period"])
    figures = ((name, getattr(found, name)) for name in _OPINIONS)
    return (
        Table(
            name="opinions",
            title=asked.say("report_kind.customer_opinions"),
            columns=figure_columns(asked),
            rows=listed_figures(asked, "opinions", figures),
            notes=(asked.say("report_note.opinions"),),
        ),
    )


_READ: Final = ("service.read_all", "service.read")
SERVICES: Final = ReportKind(
    name="services",
    group="service",
    rights=("report.service",),
    reads=(ServiceRequest,),
    filters=(choice("by", ServicesBy, "type"), ALL_TIME, ARCHIVED_ONLY, PAGE),
    present=_services,
)
SERVICES_COMPARED: Final = ReportKind(
    name="services_compared",
    group="service",
    rights=("report.service",),
    reads=(ServiceRequest,),
    filters=(PERIOD, ARCHIVED_ONLY),
    present=_services_compared,
)
SERVICE_HANDLING: Final = ReportKind(
    name="service_handling",
    group="service",
    rights=_READ,
    reads=(ServiceRequest, ServiceRound),
    filters=(PERIOD, choice("by", HandlingBy)),
    present=_handling,
)
SERVICE_BACKLOG: Final = ReportKind(
    name="service_backlog", group="service", rights=_READ, reads=(ServiceRequest,), present=_backlog
)
CUSTOMER_OPINIONS: Final = ReportKind(
    name="customer_opinions",
    group="service",
    rights=("survey.read",),
    reads=(SurveyAnswer, SurveyQuestion),
    filters=(PERIOD,),
    present=_opinions,
)
