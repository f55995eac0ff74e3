"""What a guest sees of his own company's requests, as classes of their own (requirements X-SLF-03, X-SLF-04).

No record of the company's own leaves this module: what is not named in a class here can't be shown by mistake. There
are no internal notes, no deadlines, no names of colleagues but the display names of those who wrote to the customer,
and nothing about his other contacts but that one of them wrote.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.access.guests import is_guest
from crmcore.base.clock import day_range
from crmcore.base.days import day_of
from crmcore.base.paging import Page
from crmcore.query import asc, desc, eq, ge, lt, one_of, query
from crmcore.service.entity import RequestNote, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work
from crmcore.window.requests import request_of_company
from crmcore.window.rules import of_company
from crmcore.window.visitors import Guest, present_guest

__all__ = [
    "Message",
    "OwnRequest",
    "OwnRequestDetail",
    "my_request",
    "my_requests",
]

_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class OwnRequest:
    """A request as the customer sees it."""

    id: ServiceRequestId
    number: str
    title: str
    type: str
    """Code of the dictionary's service types."""
    status: ServiceStatus
    created_at: dt.datetime
    handled_at: dt.datetime | None
    archived_at: dt.datetime | None
    waiting: bool
    """The company waits for an answer."""
    merged_into: ServiceRequestId | None
    """The request in which it goes on, which is his company's, too; None for most."""
    mine: bool
    """The guest filed it himself; otherwise somebody else of his company, or an account manager, did."""


@attrs.frozen(kw_only=True)
class Message:
    """Something the customer and the company said to each other about a request."""

    text: str
    at: dt.datetime
    from_customer: bool
    by: str
    """Who wrote it: a colleague's display name, or the guest's own; empty for another contact of his company."""


@attrs.frozen(kw_only=True)
class OwnRequestDetail:
    """A request with what was said about it."""

    request: OwnRequest
    text: str
    """What was asked for; of a request somebody else filed nothing, since it may speak of him."""
    messages: tuple[Message, ...]
    """The oldest first."""
    result: str
    satisfaction: int | None
    """Stars the customer gave; None as long as the request is open."""


@action("window.use")
def my_requests(
    work: Work,
    *,
    number: str = "",
    title: str = "",
    created_from: dt.date | None = None,
    created_to: dt.date | None = None,
    status: ServiceStatus | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[OwnRequest]:
    """List the requests of one's own company, the newest first (requirements X-SLF-03, X-SLF-04).

    Args:
        work: The unit of work.
        number: Part of the number; empty for all, as the other filters.
        title: Part of the title.
        created_from: First day, in the company's zone.
        created_to: Last day.
        status: How far they have come.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
        Invalid: A filter is of the wrong type, or no day that is known.
    """
    guest = present_guest(work)
    wanted = query(ServiceRequest).where(of_company(guest.customer), *exactly((_r.status, status)))
    wanted = wanted.where(*partly((_r.number, number), (_r.title, title)))
    if created_from is not None:
        first = day_of(created_from, "created_from", "service_request")
        wanted = wanted.where(ge(_r.created_at, day_range(first, first, work.zone)[0]))
    if created_to is not None:
        last = day_of(created_to, "created_to", "service_request")
        wanted = wanted.where(lt(_r.created_at, day_range(last, last, work.zone)[1]))
    found = page_of(work, work.unscoped(ServiceRequest), wanted.sort(desc(_r.created_at)), page=page, size=size)
    return Page([_shown(one, guest) for one in found.rows], found.total, found.number, found.size, more=found.more)


@action("window.use")
def my_request(work: Work, id: ServiceRequestId) -> OwnRequestDetail:  # noqa: A002
    """Answer one request of one's own company, with what was said about it (requirement X-SLF-03).

    Raises:
        NotFound: There is no such request, or it is another company's.
        WindowClosed, NotAGuest: As for :func:`my_requests`.
    """
    guest = present_guest(work)
    known = request_of_company(work, guest, id)
    n = fields(RequestNote)
    said = query(RequestNote).where(eq(n.request, known.id), eq(n.internal, value=False)).sort(asc(n.written_at))
    shown = _shown(known, guest)
    archived = known.status is ServiceStatus.ARCHIVED
    return OwnRequestDetail(
        request=shown,
        text=known.request if shown.mine else "",
        messages=_messages(work, work.unscoped(RequestNote).find(said), guest),
        result=known.result if archived else "",
        satisfaction=known.satisfaction if archived else None,
    )


def _shown(request: ServiceRequest, guest: Guest) -> OwnRequest:
    return OwnRequest(
        id=request.id,
        number=request.number,
        title=request.title,
        type=request.type,
        status=request.status,
        created_at=request.created_at,
        handled_at=request.handled_at,
        archived_at=request.archived_at,
        waiting=request.waiting_since is not None and request.status is ServiceStatus.ASSIGNED,
        merged_into=request.merged_into,
        mine=request.created_by == guest.user,
    )


def _messages(work: Work, notes: Sequence[RequestNote], guest: Guest) -> tuple[Message, ...]:
    """Answer notes as the customer sees them, with the names he may see; one statement for all writers."""
    wanted = {one.written_by for one in notes}
    found = work.unscoped(User).find(query(User).where(one_of(fields(User).id, wanted))) if wanted else ()
    writers: dict[UUID, User] = {one.id: one for one in found}
    return tuple(
        Message(
            text=one.text,
            at=one.written_at,
            from_customer=_is_customer(writers, one.written_by),
            by=_called(writers, one.written_by, guest),
        )
        for one in notes
    )


def _is_customer(writers: dict[UUID, User], writer: UserId) -> bool:
    return writer in writers and is_guest(writers[writer])


def _called(writers: dict[UUID, User], writer: UserId, guest: Guest) -> str:
    """Answer the name that is shown of a writer; none of another contact, and none of the system."""
    if writer not in writers or (_is_customer(writers, writer) and writer != guest.user):
        return ""
    return writers[writer].display_name
