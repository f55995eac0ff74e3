"""The work lists of service, and the page of one request (requirements SVC-01 to SVC-04, X-SRV-13)."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from flask import url_for

from crmcore.access import User
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.customers.entity import CustomerId
from crmcore.service import (
    Priority,
    RequestFilter,
    ServiceRequest,
    ServiceRequestId,
    ServiceStatus,
    archive,
    creation,
    detail,
    for_assignment,
    for_feedback,
    for_handling,
    overdue,
)
from crmcore.service.rules import may_file_for
from crmcore.views.reading import Unreadable, read
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import onward
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.customer_page import Tab, customer_of, customer_page
from crmcore_demo.display import label, language, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, codes, list_page, possible_with, read_filter, texts
from crmcore_demo.possible import allowed
from crmcore_demo.service_page import pressing, request_page
from crmcore_demo.service_possible import with_request
from crmcore_demo.session import company, names_of, person, reading, settings

pages = pages_of("service", "L0305", "/service")
LISTS: Final = {
    "creation": ("L0301", ServiceStatus.NEW, creation),
    "assignment": ("L0302", ServiceStatus.NEW, for_assignment),
    "handling": ("L0303", ServiceStatus.ASSIGNED, for_handling),
    "feedback": ("L0304", ServiceStatus.HANDLED, for_feedback),
}
"""The four lists of one state: entry of the menu, state, and the library's list (SVC-01)."""
ALL: Final = "all"
BESIDE: Final = {
    "archive": "service.archive_list",
    "overdue": "service.overdue_list",
    "escalations": "escalations.index",
}
"""The lists of service that are not about one state, one beside the other."""
MOST_CHOICES: Final = 1500
"""So many names in the rows of a list; with more of them, colleagues are chosen on a page of their own."""


def _filters(status: Shown) -> tuple[Shown, ...]:
    """Return the common filters (SVC-02); what is asked for less often stands behind "more"."""
    kinds = [
        (one.code, settings().words("service_type", one.code, language())) for one in settings().choices("service_type")
    ]
    return (
        *texts("service_request", "customer_name", "title"),
        codes("type", label("service_request.type"), kinds),
        status,
        Shown(name="created_from", label=t("requests.created_from"), kind="date", seldom=True),
        Shown(name="created_to", label=t("requests.created_to"), kind="date", seldom=True),
        Shown(name="number", label=label("service_request.number"), seldom=True),
        _seldom("priority", [(one.value, label(one)) for one in Priority]),
        _seldom("returned", [("yes", t("requests.returned_only"))]),
    )


def _seldom(name: str, values: Sequence[tuple[str, str]]) -> Shown:
    words = t("requests.returned") if name == "returned" else label(f"service_request.{name}")
    found = codes(name, words, values)
    return Shown(name=found.name, label=found.label, kind=found.kind, options=found.options, seldom=True)


def _day(text: str) -> dt.date | None:
    """Read a day; what is none asks for nothing (GEN-16)."""
    try:
        found = read("date", text, settings().zone) if text else None
    except Unreadable:
        return None
    return found if isinstance(found, dt.date) and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _wanted(asked: Filter) -> RequestFilter:
    return RequestFilter(
        number=asked["number"],
        customer_name=asked["customer_name"],
        title=asked["title"],
        type=asked["type"],
        priority=asked.chosen("priority", Priority),
        created_from=_day(asked["created_from"]),
        created_to=_day(asked["created_to"]),
        returned=bool(asked["returned"]),
    )


def _in_list(it: ServiceRequest) -> Iterable[Action | Refusal]:
    """Return the row operations: what brings a request on, and what else can be done; otherwise it is viewed."""
    found = Possibilities.of(with_request(it, onward)).actions
    return found or (Action(words=t("requests.view"), address=onward("service.show", id=it.id)),)


def _beside_assigning(it: ServiceRequest) -> Iterable[Action | Refusal]:
    """Return the row operations beside giving it to somebody, which is done in the row itself (SVC-03)."""
    assign = t("requests.assign")
    address = onward("service_assign.ask", id=it.id, step="assign")
    yield Action(words=t("requests.proposals"), address=address)
    yield from (one for one in _in_list(it) if one.words != assign)


def beside(here: str) -> Sequence[Tab]:
    """Lead from what has been archived to what is late and what was escalated, and back."""
    return tuple(
        Tab(words=t(f"requests.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, endpoint in BESIDE.items()
    )


def _draw(name: str, found: Any, asked: Filter, answers: Callable[..., Any], **more: Any) -> str:
    empty = f"requests.none_{name}" if not asked.active else "requests.none_found"
    return list_page(
        "service/list.html",
        "requests",
        found,
        asked,
        answers,
        lead=t(f"requests.lead_{name}"),
        nothing=t(empty),
        names=names_of(*(row.created_by for row in found.rows), *(row.assignee for row in found.rows)),
        pressing=pressing,
        **{"managers": (), "which": name, **more},
    )


def _work_list(name: str) -> str:
    """Show the requests of one state (SVC-01)."""
    module, status, listed = LISTS[name]
    asked = read_filter(*_filters(codes("status", label("service_request.status"), [("", label(status))])))
    found = listed(reading(), _wanted(asked), **asked.part)
    managers: Sequence[User] = company().account_managers(reading()) if name == "assignment" else ()
    in_rows = managers if len(managers) * len(found.rows) <= MOST_CHOICES else ()
    new = Action(words=t("requests.file"), address=url_for("service_entry.whose"), primary=name == "creation")
    late = Action(words=t("requests.to_overdue"), address=url_for("service.overdue_list"))
    told = Action(words=t("requests.to_escalations"), address=url_for("escalations.index"))
    return _draw(
        name,
        found,
        asked,
        _beside_assigning if in_rows else _in_list,
        title=label(f"menu.{module}"),
        module=module,
        managers=in_rows,
        actions=(new,) if name == "creation" else (),
        ways=(late, told) if person().may("service.read", "service.read_all") else (),
    )


@pages.get("/creation")
def creation_list() -> str:
    """Show what the person has filed and nobody has been given yet (服务创建)."""
    return _work_list("creation")


@pages.get("/assignment")
def assignment_list() -> str:
    """Show what nobody has been given yet; to whom it goes is chosen in the row (服务分配, SVC-03)."""
    return _work_list("assignment")


@pages.get("/handling")
def handling_list() -> str:
    """Show what the person is to handle (服务处理)."""
    return _work_list("handling")


@pages.get("/feedback")
def feedback_list() -> str:
    """Show what the person has handled and the customer has not judged yet (服务反馈)."""
    return _work_list("feedback")


@pages.get("/archive")
def archive_list() -> str:
    """Show what is archived, or what is in any other state (服务归档, SVC-02)."""
    others = [(one.value, label(one)) for one in ServiceStatus if one is not ServiceStatus.ARCHIVED]
    states = [("", label(ServiceStatus.ARCHIVED)), (ALL, t("requests.all_states")), *others]
    asked = read_filter(*_filters(codes("status", label("service_request.status"), states)))
    chosen = asked["status"]
    status = None if chosen == ALL else ServiceStatus(chosen) if chosen else ServiceStatus.ARCHIVED
    found = archive(reading(), _wanted(asked), status=status, **asked.part)
    return _draw("archive", found, asked, _in_list, title=label("menu.L0305"), beside=beside("archive"))


@pages.get("/overdue")
def overdue_list() -> str:
    """Show what is treated too late now, the most urgent first (X-SRV-05)."""
    open_ones = codes("status", label("service_request.status"), [("", t("requests.open_states"))])
    asked = read_filter(*_filters(open_ones))
    found = overdue(reading(), _wanted(asked), **asked.part)
    return _draw("overdue", found, asked, _in_list, title=t("requests.overdue"), beside=beside("overdue"))


@pages.get("/<uuid:id>")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show one request with all its rounds, notes, files and its clock (SVC-04, SVC-06, X-SRV-05)."""
    return request_page("service/show.html", detail(reading(), ServiceRequestId(id)))


@pages.get("/of-customer/<uuid:id>")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show the requests of one customer in all states, the newest first."""
    it = customer_of(CustomerId(id))
    found = archive(reading(), RequestFilter(customer=it.id), status=None, **read_filter().part)
    mine = allowed(may_file_for, it, person().actor)
    new = Action(words=t("requests.file"), address=url_for("service_entry.new", id=it.id), primary=True)
    return customer_page(
        "service/of_customer.html",
        it,
        "requests",
        topic="requests",
        page=found,
        possible=possible_with(found.rows, _in_list),
        names=names_of(*(row.created_by for row in found.rows), *(row.assignee for row in found.rows)),
        pressing=pressing,
        which="customer",
        managers=(),
        heading_actions=(new,) if mine else (),
    )
