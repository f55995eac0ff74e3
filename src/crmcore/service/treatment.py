"""What happens to a request beside its flow: notes, files, waiting, other hands, opening it again (X-SRV-09)."""

import datetime as dt
from typing import Any, Unpack

import attrs

from crmcore.access.directory import account_manager
from crmcore.access.entity import User, UserId
from crmcore.base.building import build, written
from crmcore.customers.entity import Customer
from crmcore.dictionary.parameters import SERVICE_REOPEN_DAYS, SERVICE_UNUSED
from crmcore.service.clock import paused, resumed
from crmcore.service.entity import (
    RequestAttachment,
    RequestAttachmentId,
    RequestNote,
    ServiceRequest,
    ServiceRequestId,
)
from crmcore.service.events import CustomerNotified, RequestAssigned, RequestReopened
from crmcore.service.inputs import AttachmentFields
from crmcore.service.keeping import keep
from crmcore.service.noting import add_note
from crmcore.service.rounds import begin_round, running_timetable
from crmcore.service.rules import check_active, check_step_used, may_handle, may_note, may_reopen, may_take_over
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["attach", "hand_over", "note", "reopen", "resume", "wait_for_customer"]


@action("service.handle", "service.assign")
def note(work: Work, request: ServiceRequestId, text: str, *, internal: bool = True) -> RequestNote:
    """Say something about a request: to colleagues, or to the customer, which counts as an answer (X-SRV-09, 11).

    Args:
        work: The unit of work.
        request: Which request.
        text: 1 to 3000 characters.
        internal: For colleagues alone; otherwise the customer window shows it.

    Raises:
        NotTheAssignee: The actor neither treats the request nor assigns requests.
        RequestArchived: It is archived.
        Invalid: The text is missing or too long.
    """
    known = work.service_requests.get(request)
    may_note(known, work.actor)
    stored = add_note(work, known, text, internal=internal, by=work.user_id)
    if internal:
        work.service_requests.touch(known)  # nobody archives it at the same moment
    else:
        _answered(work, known)
        work.record(CustomerNotified(request, stored.text), about=request)
    return stored


@action("service.handle", "service.assign")
def attach(work: Work, request: ServiceRequestId, **fields: Unpack[AttachmentFields]) -> RequestAttachment:
    """Note that a file belongs to a request; the application keeps the file itself.

    Args:
        work: The unit of work.
        request: Which request.
        fields: ``file_name`` (1–255 characters) and ``size`` in bytes; optionally ``media_type``, ``digest``
            (SHA-256 in hexadecimal), ``location`` (where the application keeps it) and ``internal``.

    Raises:
        NotTheAssignee: The actor neither treats the request nor assigns requests.
        RequestArchived: It is archived.
        Invalid: A field is missing, unknown, too long or of the wrong type.
    """
    known = work.service_requests.get(request)
    may_note(known, work.actor)
    given: dict[str, Any] = dict(fields)
    made = build(
        RequestAttachment,
        given,
        id=RequestAttachmentId(work.new_id()),
        request=request,
        added_by=work.user_id,
        added_at=work.now,
    )
    stored = work.unscoped(RequestAttachment).add(made)
    work.service_requests.touch(known)
    return stored


@action("service.handle")
def wait_for_customer(
    work: Work,
    id: ServiceRequestId,  # noqa: A002
    question: str,
    *,
    expected: int | None = None,
) -> ServiceRequest:
    """Ask the customer something; until he answers, the clock stands (requirement X-SRV-05).

    Args:
        work: The unit of work.
        id: Which request.
        question: What he is asked, 1 to 3000 characters; kept as a note to the customer.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotTheAssignee: It was assigned to somebody else.
        NotAssigned, RequestArchived: It is not being treated.
        StepNotUsed: The company never lets the clock stand.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The question is missing or too long.
    """
    request = work.service_requests.get(id, expected=expected)
    may_handle(request, work.actor)
    check_step_used("wait", work.parameter(SERVICE_UNUSED))
    said = add_note(work, request, question, internal=False, by=work.user_id)
    answered = attrs.evolve(request, responded_at=request.responded_at or work.now)
    stored = keep(work, request, paused(answered, work.now))
    work.record(CustomerNotified(id, said.text), about=id)
    return stored


@action("service.handle")
def resume(work: Work, id: ServiceRequestId, *, expected: int | None = None) -> ServiceRequest:  # noqa: A002
    """Let the clock go on: the customer has answered; deadlines move by the working time waited (X-SRV-05).

    Raises:
        NotTheAssignee: It was assigned to somebody else.
        NotAssigned, RequestArchived: It is not being treated.
        Conflict: Somebody changed it since the person saw it.
    """
    request = work.service_requests.get(id, expected=expected)
    may_handle(request, work.actor)
    return keep(work, request, resumed(request, running_timetable(work, request), work.now))


@action("service.assign")
def hand_over(
    work: Work,
    id: ServiceRequestId,  # noqa: A002
    *,
    to: UserId | str,
    expected: int | None = None,
) -> ServiceRequest:
    """Give a request that is being treated to another account manager; what was promised stays.

    Args:
        work: The unit of work.
        id: Which request.
        to: The account manager, by id or user name.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotAssigned, RequestArchived: Nobody is treating it.
        NotAnAccountManager: *to* is not a valid account manager.
        StepNotUsed: The company hands no requests over.
        NotFound: There is no such request or user.
        Conflict: Somebody changed the request since the person saw it.
    """
    request = work.service_requests.get(id, expected=expected)
    may_take_over(request, work.actor)
    check_step_used("hand_over", work.parameter(SERVICE_UNUSED))
    manager = account_manager(work, to)
    if manager.id == request.assignee:
        return request
    work.unscoped(User).touch(manager)  # he stays an account manager until this is committed
    stored = keep(work, request, attrs.evolve(request, assignee=manager.id, assigned_at=work.now))
    work.record(RequestAssigned(id, manager.id), about=id)
    return stored


@action("service.reopen")
def reopen(work: Work, id: ServiceRequestId, reason: str, *, expected: int | None = None) -> ServiceRequest:  # noqa: A002
    """Open an archived request again, for whom it was assigned to, as a new round (requirement X-SRV-09).

    Args:
        work: The unit of work.
        id: Which request.
        reason: What is still wrong, 1 to 500 characters; kept with the round that did not end it.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotArchived: It is open, or was merged with another.
        ReopenedTooLate: More days have passed since than the company allows.
        CustomerNotActive: The customer is lost or deleted.
        NotAnAccountManager: Whom it was assigned to has left; file a new request.
        StepNotUsed: The company opens no requests again.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The reason is missing or too long.
    """
    request = work.service_requests.get(id, expected=expected)
    check_step_used("reopen", work.parameter(SERVICE_UNUSED))
    window = dt.timedelta(days=work.parameter(SERVICE_REOPEN_DAYS))
    until = None if request.archived_at is None else request.archived_at + window
    may_reopen(request, work.actor, until=until, now=work.now)
    customer = work.unscoped(Customer).get(request.customer)
    check_active(customer)
    said = written(reason, "reason", "service_round")
    assert request.assignee is not None  # noqa: S101  # what was archived had been assigned
    work.unscoped(User).touch(account_manager(work, request.assignee))
    stored = keep(work, request, begin_round(work, request, said))
    work.unscoped(Customer).touch(customer)  # nobody deletes him at the same moment
    work.record(RequestReopened(id, said), about=id)
    return stored


def _answered(work: Work, request: ServiceRequest) -> None:
    """Note the first answer to the customer; later ones only hold the request as it is."""
    if request.responded_at is None:
        keep(work, request, attrs.evolve(request, responded_at=work.now))
    else:
        work.service_requests.touch(request)
