"""The view of one request: earlier treatments, what was said, files, and how its promises stand (SVC-04, SVC-06)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.calendars.timetables import timetable
from crmcore.customers.entity import Contact, Customer
from crmcore.query import Query, asc, desc, eq, query
from crmcore.service.clock import DeadlineState, resolution, response
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest, ServiceRequestId, ServiceRound
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["SHOWN", "Reachable", "RequestDetail", "attachments", "detail", "notes"]

SHOWN: Final = 200
"""How many notes and how many files a request is shown with; customers write notes, too, and as many as they like."""
_n = fields(RequestNote)
_f = fields(RequestAttachment)


@attrs.frozen(kw_only=True)
class Reachable:
    """Whom to speak to about a request, and how: whoever treats a colleague's customer needs no more of him."""

    customer: str
    """What the customer is called."""
    name: str = ""
    """The contact the request names; empty if it names none."""
    phones: tuple[str, ...] = ()
    """The contact's numbers; the customer's if there is no contact."""
    email: str = ""


@attrs.frozen(kw_only=True)
class RequestDetail:
    """A request with what belongs to it (requirements SVC-04, SVC-06)."""

    request: ServiceRequest
    rounds: Sequence[ServiceRound]
    """Earlier treatments, the first one first."""
    notes: Sequence[RequestNote]
    """The last 200, the oldest of them first."""
    more_notes: bool = False
    """There are older ones, see :func:`notes`."""
    attachments: Sequence[RequestAttachment]
    """The last 200 files, the oldest of them first."""
    more_attachments: bool = False
    """There are older ones, see :func:`attachments`."""
    customer: Customer | None
    """Whose request it is, if the actor may see him."""
    reachable: Reachable
    response: DeadlineState
    """How the promise of a first answer stands."""
    response_left: dt.timedelta | None = None
    """Working time left for it, negative if it is late; None if nothing is to be kept, or the clock stands."""
    resolution: DeadlineState
    """How the promise stands that it is handled."""
    resolution_left: dt.timedelta | None = None


@action("service.read")
def detail(work: Work, id: ServiceRequestId) -> RequestDetail:  # noqa: A002
    """Answer one request with its rounds, notes, files and its clock (requirements SVC-04, SVC-06, X-SRV-05).

    Whoever may see a request sees whom to speak to about it, also of a colleague's customer.

    Raises:
        NotFound: There is no such request, or the actor may not see it.
    """
    request = work.service_requests.get(id)
    r = fields(ServiceRound)
    said = work.unscoped(RequestNote).find(_notes(id).page(SHOWN + 1))
    files = work.unscoped(RequestAttachment).find(_files(id).page(SHOWN + 1))
    customer = _visible(work, request)
    promises = response(request), resolution(request)
    runs = any(one.due is not None for one in promises)
    hours = timetable(work, request.calendar) if runs and request.calendar is not None else None
    left = [None if hours is None else one.left(hours, work.now) for one in promises]
    return RequestDetail(
        request=request,
        rounds=tuple(
            work.unscoped(ServiceRound).find(query(ServiceRound).where(eq(r.request, id)).sort(asc(r.number)))
        ),
        notes=tuple(reversed(said[:SHOWN])),
        more_notes=len(said) > SHOWN,
        attachments=tuple(reversed(files[:SHOWN])),
        more_attachments=len(files) > SHOWN,
        customer=customer,
        reachable=_reachable(work, request, customer),
        response=promises[0].state(work.now),
        response_left=left[0],
        resolution=promises[1].state(work.now),
        resolution_left=left[1],
    )


def _visible(work: Work, request: ServiceRequest) -> Customer | None:
    if work.crm.scope_of(Customer, work.actor) is None:
        return None
    return work.customers.first(eq(fields(Customer).id, request.customer))


def _reachable(work: Work, request: ServiceRequest, customer: Customer | None) -> Reachable:
    called = request.customer_name if customer is None else customer.name
    person = None if request.contact is None else work.session.load(Contact, request.contact)
    if person is None:
        employer = customer or work.session.load(Customer, request.customer)
        return Reachable(customer=called, phones=() if employer is None or not employer.phone else (employer.phone,))
    numbers = tuple(filter(None, (person.mobile, person.office_phone)))
    return Reachable(customer=called, name=person.name, phones=numbers, email=person.email)


@action("service.read")
def notes(work: Work, request: ServiceRequestId, *, page: int = 1, size: int | None = None) -> Page[RequestNote]:
    """List everything that was said about a request, the newest first (requirement X-SRV-09).

    Args:
        work: The unit of work.
        request: Which request.
        page: Which page, from 1.
        size: Most notes on a page; None for the company's setting.

    Raises:
        NotFound: There is no such request, or the actor may not see it.
        Invalid: Page or size is no whole number.
    """
    known = work.service_requests.get(request)
    return page_of(work, work.unscoped(RequestNote), _notes(known.id), page=page, size=size)


@action("service.read")
def attachments(
    work: Work, request: ServiceRequestId, *, page: int = 1, size: int | None = None
) -> Page[RequestAttachment]:
    """List all files that belong to a request, the newest first (requirement X-SRV-09).

    Args:
        work: The unit of work.
        request: Which request.
        page: Which page, from 1.
        size: Most files on a page; None for the company's setting.

    Raises:
        NotFound: There is no such request, or the actor may not see it.
        Invalid: Page or size is no whole number.
    """
    known = work.service_requests.get(request)
    return page_of(work, work.unscoped(RequestAttachment), _files(known.id), page=page, size=size)


def _notes(request: ServiceRequestId) -> Query[RequestNote]:
    return query(RequestNote).where(eq(_n.request, request)).sort(desc(_n.written_at))


def _files(request: ServiceRequestId) -> Query[RequestAttachment]:
    return query(RequestAttachment).where(eq(_f.request, request)).sort(desc(_f.added_at))
