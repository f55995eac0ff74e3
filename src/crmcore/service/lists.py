"""The five work lists of service, and the view of one request (requirements SVC-01 to 04, X-SRV-13)."""

import datetime as dt

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.clock import day_range
from crmcore.base.paging import Page
from crmcore.customers.entity import CustomerId
from crmcore.query import Condition, Query, asc, desc, eq, ge, lt, query
from crmcore.service.clock import DeadlineState, resolution, response
from crmcore.service.entity import (
    Priority,
    RequestAttachment,
    RequestNote,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceStatus,
)
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = [
    "RequestDetail",
    "RequestFilter",
    "archive",
    "creation",
    "detail",
    "for_assignment",
    "for_feedback",
    "for_handling",
    "overdue",
]

_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class RequestFilter:
    """What a work list is narrowed to (requirements SVC-02, X-SRV-06, X-SRV-13); what is empty does not narrow it."""

    number: str = ""
    """Part of the number people read out."""

    customer_name: str = ""
    """Part of the customer's name."""
    customer: CustomerId | None = None
    title: str = ""
    """Part of the title."""
    type: str = ""
    priority: Priority | None = None
    created_from: dt.date | None = None
    """First day, in the company's zone."""
    created_to: dt.date | None = None
    """Last day."""
    assignee: UserId | None = None
    satisfaction: int | None = None
    """Stars of the present round."""
    returned: bool = False
    """Only what a customer was not satisfied with before, or what was opened again."""


_ALL = RequestFilter()


@attrs.frozen(kw_only=True)
class RequestDetail:
    """A request with everything that belongs to it (requirements SVC-04, SVC-06)."""

    request: ServiceRequest
    rounds: tuple[ServiceRound, ...]
    """Earlier treatments, the first one first."""
    notes: tuple[RequestNote, ...]
    """The oldest first."""
    attachments: tuple[RequestAttachment, ...]
    response: DeadlineState
    resolution: DeadlineState


@action("service.create")
def creation(work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[ServiceRequest]:
    """List the requests the actor has filed that nobody has been given yet, newest first (requirement SVC-01)."""
    mine = eq(_r.created_by, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.NEW).where(mine), page, size)


@action("service.assign")
def for_assignment(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests that nobody has been given yet, newest first (requirement SVC-01)."""
    return _listed(work, only, _in(ServiceStatus.NEW), page, size)


@action("service.handle")
def for_handling(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests that the actor is to handle, newest first (requirement SVC-01)."""
    mine = eq(_r.assignee, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.ASSIGNED).where(mine), page, size)


@action("service.feedback")
def for_feedback(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests the actor has handled and the customer has not judged yet (requirements SVC-01, SVC-05).

    Those that a colleague handled who has left since, and that were handed over to the actor, are among them.
    """
    mine = eq(_r.assignee, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.HANDLED).where(mine), page, size)


@action("service.read")
def archive(
    work: Work,
    only: RequestFilter = _ALL,
    *,
    status: ServiceStatus | None = ServiceStatus.ARCHIVED,
    page: int = 1,
    size: int | None = None,
) -> Page[ServiceRequest]:
    """List the requests of a state, the archived ones unless asked for others; None for all (SVC-01, SVC-02)."""
    wanted = query(ServiceRequest).where(*exactly((_r.status, status))).sort(desc(_r.created_at))
    return _listed(work, only, wanted, page, size)


@action("service.read")
def overdue(work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[ServiceRequest]:
    """List what is treated too late at this moment, the most urgent first (requirement X-SRV-05).

    Overdue is an open request whose first answer or handling was promised for an earlier instant and not given yet. One
    whose clock stands is overdue only if it was before the company began to wait.
    """
    wanted = query(ServiceRequest).where(lt(_r.next_due_at, work.now)).sort(asc(_r.next_due_at))
    return _listed(work, only, wanted, page, size)


@action("service.read")
def detail(work: Work, id: ServiceRequestId) -> RequestDetail:  # noqa: A002
    """Answer one request with all its rounds, notes, files and its clock (requirements SVC-04, SVC-06)."""
    request = work.service_requests.get(id)
    rounds, notes, files = fields(ServiceRound), fields(RequestNote), fields(RequestAttachment)
    found = (
        query(ServiceRound).where(eq(rounds.request, id)).sort(asc(rounds.number)),
        query(RequestNote).where(eq(notes.request, id)).sort(asc(notes.written_at)),
        query(RequestAttachment).where(eq(files.request, id)),
    )
    return RequestDetail(
        request=request,
        rounds=tuple(work.unscoped(ServiceRound).find(found[0])),
        notes=tuple(work.unscoped(RequestNote).find(found[1])),
        attachments=tuple(work.unscoped(RequestAttachment).find(found[2])),
        response=response(request).state(work.now),
        resolution=resolution(request).state(work.now),
    )


def _in(status: ServiceStatus) -> Query[ServiceRequest]:
    return query(ServiceRequest).where(eq(_r.status, status)).sort(desc(_r.created_at))


def _listed(
    work: Work, only: RequestFilter, wanted: Query[ServiceRequest], page: int, size: int | None
) -> Page[ServiceRequest]:
    narrowed = wanted.where(
        *partly((_r.number, only.number), (_r.customer_name, only.customer_name), (_r.title, only.title)),
        *exactly((_r.customer, only.customer), (_r.type, only.type or None), (_r.priority, only.priority)),
        *exactly((_r.assignee, only.assignee), (_r.satisfaction, only.satisfaction)),
        *((ge(_r.round, 2),) if only.returned else ()),
        *_created(work, only),
    )
    return page_of(work, work.service_requests, narrowed, page=page, size=size)


def _created(work: Work, only: RequestFilter) -> list[Condition]:
    """Answer the conditions of the days a request was filed on."""
    conditions: list[Condition] = []
    if only.created_from is not None:
        conditions.append(ge(_r.created_at, day_range(only.created_from, only.created_from, work.zone)[0]))
    if only.created_to is not None:
        conditions.append(lt(_r.created_at, day_range(only.created_to, only.created_to, work.zone)[1]))
    return conditions
