"""The page of one service request: everything that was before stands above what is being entered (SVC-04)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
from attrs import fields

from crmcore.care import CareActivity
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.query import asc, eq, one_of, query
from crmcore.service import Deadline, DeadlineState, RequestDetail, RequestMerge, ServiceRequest, ServiceStatus
from crmcore.service.clock import resolution, response
from crmcore.service.merge_record import RequestMergeState
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, Problem, form_page
from crmcore_demo.display import label, t
from crmcore_demo.forms import Form
from crmcore_demo.possible import may_be_invited
from crmcore_demo.service_possible import with_request
from crmcore_demo.session import names_of, person, reading

MODULES: Mapping[str, str] = {"new": "L0302", "assigned": "L0303", "handled": "L0304", "archived": "L0305"}


@attrs.frozen(kw_only=True)
class Promise:
    """One promise to the customer as the page shows it (X-SRV-05)."""

    words: str
    state: DeadlineState
    deadline: Deadline
    told: str = ""
    """How much working time is left, or how late it is."""


def working_time(span: dt.timedelta) -> str:
    """Say a span of working time in hours and minutes."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return t("requests.span", h=hours, m=minutes)


def promises(it: RequestDetail) -> Sequence[Promise]:
    """Return what was promised and how it stands, counted in working time."""
    both = (
        ("service_request.respond_by", response(it.request), it.response, it.response_left),
        ("service_request.resolve_by", resolution(it.request), it.resolution, it.resolution_left),
    )
    return [
        Promise(words=label(words), state=state, deadline=one, told=_told(state, left))
        for words, one, state, left in both
        if one.by is not None
    ]


def _told(state: DeadlineState, left: dt.timedelta | None) -> str:
    if left is None:
        return ""
    if state is DeadlineState.BREACHED:
        return t("requests.late", span=working_time(-left))
    return t("requests.left", span=working_time(left))


def measured(one: ServiceRequest) -> Sequence[tuple[str, str]]:
    """Return in how much working time the customer was answered, and his request handled, where that is known."""
    both = (("requests.answered_in", one.responded_in), ("requests.handled_in", one.resolved_in))
    return [(t(words), working_time(dt.timedelta(seconds=took))) for words, took in both if took is not None]


def pressing(it: ServiceRequest) -> DeadlineState | None:
    """Return what a list shows of a request's clock: only what asks for attention."""
    now = reading().now
    states = {response(it).state(now), resolution(it).state(now)}
    shown = (DeadlineState.BREACHED, DeadlineState.AT_RISK, DeadlineState.WAITING)
    return next((state for state in shown if state in states), None)


def _people(it: RequestDetail) -> Iterable[UUID | None]:
    one = it.request
    yield from (one.created_by, one.assignee, one.handled_by)
    for past in it.rounds:
        yield from (past.assignee, past.handled_by, past.ended_by)
    yield from (note.written_by for note in it.notes)
    yield from (file.added_by for file in it.attachments)


@attrs.frozen(kw_only=True)
class Related:
    """What a request names, as far as the person may see it (X-SRV-08)."""

    opportunity: Opportunity | None = None
    merged_into: ServiceRequest | None = None
    origin: CareActivity | None = None
    """The care in which the customer said what the request is about (X-CAR-03)."""


def _related(it: ServiceRequest, *, origin: bool) -> Related:
    work, who = reading(), person()
    develops = who.may("opportunity.read", "opportunity.read_all", "plan.read")
    return Related(
        opportunity=work.opportunities.first(eq(fields(Opportunity).id, it.opportunity))
        if develops and it.opportunity
        else None,
        merged_into=work.service_requests.first(eq(fields(ServiceRequest).id, it.merged_into))
        if it.merged_into
        else None,
        origin=work.care_activities.first(eq(fields(CareActivity).opinion_request, it.id))
        if origin and who.may("care.read", "care.read_all")
        else None,
    )


def _asking(it: ServiceRequest, customer: Customer | None) -> Iterable[Action]:
    """Offer to ask the customer in a survey what he thinks, once his request was handled (X-SRV-04)."""
    over = it.status in {ServiceStatus.HANDLED, ServiceStatus.ARCHIVED} and it.merged_into is None
    if over and customer is not None and may_be_invited(customer):
        address = carry("survey_inviting.form", id=it.customer, request=it.id, contact=it.contact or "")
        yield Action(words=t("inviting.invite"), address=address)


def _merged(it: ServiceRequest) -> Sequence[tuple[RequestMerge, str]]:
    """Return the merges that made the request what it is, with the number of what was absorbed."""
    m = fields(RequestMerge)
    standing = query(RequestMerge).where(eq(m.kept, it.id), eq(m.state, RequestMergeState.DONE))
    done = reading().request_merges.find(standing.sort(asc(m.done_at))) if person().may("service.merge") else ()
    if not done:
        return ()
    wanted = query(ServiceRequest).where(one_of(fields(ServiceRequest).id, {one.absorbed for one in done}))
    numbers = {one.id: one.number for one in reading().service_requests.find(wanted)}
    return [(one, numbers.get(one.absorbed, "–")) for one in done]


def request_page(
    template: str, it: RequestDetail, form: Form | None = None, problem: Problem = None, **more: Any
) -> Answer:
    """Draw the page of a request, with a form below everything that was before.

    Args:
        template: Which page.
        it: The request with all that belongs to it.
        form: What is being entered.
        problem: Why it could not be stored a moment ago.
        more: What else the template needs.
    """
    one = it.request
    context = {
        "it": it,
        "one": one,
        "module": MODULES[one.status.value],
        "names": names_of(*_people(it)),
        "related": _related(one, origin=form is None),
        "promises": promises(it),
        "measured": measured(one),
        "waited": working_time(dt.timedelta(seconds=one.waited)) if one.waited else "",
        "merged": _merged(one) if form is None else (),
        "possibilities": Possibilities.of(
            (*with_request(one, carry), *_asking(one, it.customer)) if form is None else ()
        ),
        "back": back_to("service.archive_list") if form is None else carry("service.show", id=one.id),
    }
    return form_page(template, form or Form(), problem, **{**context, **more})
