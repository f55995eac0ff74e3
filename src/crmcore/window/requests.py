"""What a guest does in the customer window: file a request, say something about one, rate it (X-SLF-01, X-SLF-03)."""

from typing import Any, Final

from attrs import fields

from crmcore.access.entity import Validity
from crmcore.base.building import build
from crmcore.base.errors import NotFound
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import asc, eq, query
from crmcore.service.actions import PREFIX, take_answer
from crmcore.service.actions import file as store_request
from crmcore.service.clock import resumed
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.service.keeping import keep
from crmcore.service.noting import add_note
from crmcore.service.refusals import NotHandled, RequestArchived
from crmcore.service.rounds import running_timetable
from crmcore.service.rules import check_active
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.window.events import CustomerWrote
from crmcore.window.visitors import Guest, present_guest

__all__ = ["answer", "file", "give_feedback", "rate", "request_of_company"]

_CHANNEL: Final = "web"
_FEEDBACK: Final = "suggestion"
_UNASKED: Final = ("opportunity", "channel")
"""What a customer can't know of his request."""


@action("window.use")
def file(work: Work, *, type: str, title: str, request: str) -> ServiceRequestId:  # noqa: A002
    """File a request of one's own company; somebody there assigns it as any other (requirements X-SLF-01, X-SLF-03).

    Args:
        work: The unit of work.
        type: A service type from the dictionary.
        title: 1 to 500 characters.
        request: What is wanted, 1 to 3000 characters.

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
        CustomerNotActive: The customer is lost.
        Invalid: A field is missing, too long or of the wrong type; all problems are listed.
    """
    return _filed(work, present_guest(work), {"type": type, "title": title, "request": request})


@action("window.use")
def give_feedback(work: Work, title: str, text: str) -> ServiceRequestId:
    """Tell the company what one thinks; a person in charge passes it on like any request (requirement X-SLF-01).

    It is filed as a suggestion, or as the first type the company offers if it has no suggestions.

    Raises:
        WindowClosed, NotAGuest, CustomerNotActive, Invalid: As for :func:`file`.
    """
    guest = present_guest(work)
    types = _codes(work, "service_type")
    type_ = _FEEDBACK if _FEEDBACK in types else next(iter(types), _FEEDBACK)
    return _filed(work, guest, {"type": type_, "title": title, "request": text})


@action("window.use")
def answer(work: Work, id: ServiceRequestId, text: str) -> None:  # noqa: A002
    """Say something about a request of one's company; if the company waited for that, its clock goes on (X-SLF-03).

    Args:
        work: The unit of work.
        id: Which request.
        text: 1 to 3000 characters.

    Raises:
        NotFound: There is no such request, or it is another company's.
        RequestArchived: It is archived; file a new one.
        WindowClosed, NotAGuest: As for :func:`file`.
        Invalid: The text is missing or too long.
    """
    guest = present_guest(work)
    request = request_of_company(work, guest, id)
    if request.status is ServiceStatus.ARCHIVED:
        raise RequestArchived(number=request.number)
    note = add_note(work, request, text, internal=False, by=guest.user)
    stored = keep(work, request, resumed(request, running_timetable(work, request), work.now))
    work.unscoped(ServiceRequest).touch(stored)  # nobody archives it at the same moment
    work.record(CustomerWrote(request.id, note.text), about=request.id)


@action("window.use")
def rate(work: Work, id: ServiceRequestId, *, satisfaction: int, text: str) -> None:  # noqa: A002
    """Say whether one is satisfied: a satisfied customer's request is archived, another's treated again (SVC-06).

    The same as when the account manager records it for him; below three stars the request goes back to its assignee.

    Args:
        work: The unit of work.
        id: Which request; it has to have been handled.
        satisfaction: Stars, 1 to 5.
        text: What came of it, 1 to 500 characters.

    Raises:
        NotFound: There is no such request, or it is another company's.
        NotHandled, RequestArchived: There is nothing to rate.
        WindowClosed, NotAGuest: As for :func:`file`.
        Invalid: Text or satisfaction are missing or out of range; all problems are listed.
    """
    request = request_of_company(work, present_guest(work), id)
    if request.status is ServiceStatus.ARCHIVED:
        raise RequestArchived(number=request.number)
    if request.status is not ServiceStatus.HANDLED:
        raise NotHandled(number=request.number, status=f"service_status.{request.status.value}")
    take_answer(work, request, text, satisfaction)


def request_of_company(work: Work, guest: Guest, id: ServiceRequestId) -> ServiceRequest:  # noqa: A002
    """Answer a request of a guest's company, for actions of the window.

    Raises:
        NotFound: There is none, or it is another company's, which is noted and not told.
        Invalid: The id is none.
    """
    known = work.unscoped(ServiceRequest).get(id)
    if known.customer != guest.customer.id:
        work.changes.denied("service_request", id, "access.out_of_scope")
        raise NotFound(entity="service_request", id=id)
    return known


def _filed(work: Work, guest: Guest, given: dict[str, Any]) -> ServiceRequestId:
    check_active(guest.customer)
    made = build(
        ServiceRequest,
        {
            **given,
            "customer": guest.customer.id,
            "contact": guest.contact.id,
            "channel": _CHANNEL if _CHANNEL in _codes(work, "service_channel") else "",
        },
        id=ServiceRequestId(work.new_id()),
        number=work.new_number(PREFIX),
        created_by=guest.user,
        created_at=work.now,
    )
    return store_request(work, made, guest.customer, unasked=_UNASKED).id


def _codes(work: Work, category: str) -> tuple[str, ...]:
    """Answer what can be chosen of a category, in its order."""
    d = fields(DictionaryEntry)
    valid = query(DictionaryEntry).where(eq(d.category, category), eq(d.status, Validity.VALID)).sort(asc(d.position))
    return tuple(one.code for one in work.unscoped(DictionaryEntry).find(valid))
