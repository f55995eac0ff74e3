"""The flow of a service request: filed, assigned, handled, answered by the customer, archived (requirement 4.2)."""

from typing import Any, Final, Unpack

import attrs

from crmcore.access.directory import account_manager
from crmcore.access.entity import User, UserId
from crmcore.base.building import build, change, written
from crmcore.customers.entity import Customer
from crmcore.dictionary.parameters import SERVICE_UNUSED
from crmcore.service.checking import check_request
from crmcore.service.clock import resumed
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.service.events import (
    RequestAssigned,
    RequestCreated,
    RequestDeleted,
    RequestEdited,
    RequestHandled,
)
from crmcore.service.inputs import RequestChanges, RequestFields
from crmcore.service.keeping import discard, keep
from crmcore.service.merges import check_absorbed_none
from crmcore.service.rounds import promised, promised_anew, running_timetable, take_answer
from crmcore.service.rules import (
    check_step_used,
    may_assign,
    may_change,
    may_delete,
    may_file_for,
    may_give_feedback,
    may_handle,
)
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["PREFIX", "assign", "create", "delete", "edit", "feedback", "file", "handle", "take_answer"]

PREFIX: Final = "FW"
"""Starts the number of every request (服务)."""


@action("service.create")
def create(work: Work, **fields: Unpack[RequestFields]) -> ServiceRequest:
    """File a request of one's own customer (服务创建; requirements 4.2, SVC-00, X-SRV-08).

    Args:
        work: The unit of work.
        fields: ``type`` from the dictionary, ``title`` (1–500 characters), ``customer`` and ``request`` (1–3000);
            optionally ``contact`` and ``opportunity`` of that customer, ``channel`` from the dictionary and
            ``priority``. A system parameter can make the optional ones mandatory.

    Raises:
        NotTheManagerOfCustomer: Somebody else is responsible for the customer.
        CustomerNotActive: The customer is lost or deleted.
        NotFound: There is no such customer.
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    given: dict[str, Any] = dict(fields)
    made = build(
        ServiceRequest,
        given,
        id=ServiceRequestId(work.new_id()),
        number=work.new_number(PREFIX),
        created_by=work.user_id,
        created_at=work.now,
    )
    customer = work.customers.get(made.customer)
    may_file_for(customer, work.actor)
    return file(work, made, customer)


def file(work: Work, made: ServiceRequest, customer: Customer, *, unasked: tuple[str, ...] = ()) -> ServiceRequest:
    """Store a request with its clock; for actions that have checked who files it.

    Args:
        work: The unit of work.
        made: The request.
        customer: Whose it is.
        unasked: What the company wants filled in and whoever files it can't know.

    Raises:
        Invalid: A code can't be chosen, contact or opportunity are another customer's, or something is missing.
    """
    made = attrs.evolve(made, customer_name=customer.name)
    check_request(work, made, None, unasked=unasked)
    stored = keep(work, None, promised(work, made, customer, work.now))
    work.unscoped(Customer).touch(customer)  # nobody deletes him, or hands him over, at the same moment
    work.record(RequestCreated(stored.id, stored.number, customer.id, stored.title), about=stored.id)
    return stored


@action("service.edit")
def edit(
    work: Work,
    id: ServiceRequestId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[RequestChanges],
) -> ServiceRequest:
    """Correct what was recorded of a request that is not handled yet (requirement X-SRV-10); nobody may at delivery.

    Another kind or priority may mean another promise: the handling is counted anew from when the request came in, or
    came back, and put off by what was waited for the customer; so is the first answer while there was none.

    Raises:
        RequestArchived, NotAssigned: It was handled or archived.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    request = work.service_requests.get(id, expected=expected)
    may_change(request, work.actor)
    changed = change(request, changes)
    check_request(work, changed, request)
    if (changed.type, changed.priority) != (request.type, request.priority):
        changed = promised_anew(work, changed)
    stored = keep(work, request, changed)
    if stored.version != request.version:
        work.record(RequestEdited(id), about=id)
    return stored


@action("service.delete")
def delete(work: Work, id: ServiceRequestId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a request that nobody has been given, with its notes and files (requirement 4.2, decision 16.12).

    What was asked about it in surveys stays, and names it no more; change records stay.

    Raises:
        NotNew: Somebody has been given it.
        RequestArchived: It is archived.
        HasAbsorbed: Another request was merged into it; undo that first.
        StepNotUsed: The company deletes no requests.
        NotFound: There is no such request.
        Conflict: Somebody changed it since the person saw it.
    """
    request = work.service_requests.get(id, expected=expected)
    may_delete(request, work.actor)
    check_step_used("delete", work.parameter(SERVICE_UNUSED))
    check_absorbed_none(work, request)
    discard(work, request)
    work.record(RequestDeleted(id, request.number), about=id)


@action("service.assign")
def assign(
    work: Work,
    id: ServiceRequestId,  # noqa: A002
    *,
    to: UserId | str,
    expected: int | None = None,
) -> ServiceRequest:
    """Ask an account manager to treat a request (服务分配; requirement 4.2).

    Args:
        work: The unit of work.
        id: Which request.
        to: The account manager, by id or user name.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotNew, RequestArchived: Somebody has been given it, or it is archived.
        NotAnAccountManager: *to* is not a valid account manager.
        NotFound: There is no such request or user.
        Conflict: Somebody changed the request since the person saw it.
    """
    request = work.service_requests.get(id, expected=expected)
    may_assign(request, work.actor)
    manager = account_manager(work, to)
    work.unscoped(User).touch(manager)  # he stays an account manager until this is committed
    assigned = attrs.evolve(request, assignee=manager.id, assigned_at=work.now, status=ServiceStatus.ASSIGNED)
    stored = keep(work, request, assigned)
    work.record(RequestAssigned(id, manager.id), about=id)
    return stored


@action("service.handle")
def handle(work: Work, id: ServiceRequestId, handling: str, *, expected: int | None = None) -> ServiceRequest:  # noqa: A002
    """Record what was done for the customer (服务处理; requirement 4.2); the clock goes on if it stood.

    Args:
        work: The unit of work.
        id: Which request.
        handling: What was done, 1 to 3000 characters.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotTheAssignee: It was assigned to somebody else.
        NotAssigned, RequestArchived: It is not to be handled.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The text is missing or too long.
    """
    request = work.service_requests.get(id, expected=expected)
    may_handle(request, work.actor)
    running = resumed(request, running_timetable(work, request), work.now)
    handled = attrs.evolve(
        running,
        handling=written(handling, "handling", "service_request"),
        handled_by=work.user_id,
        handled_at=work.now,
        responded_at=request.responded_at or work.now,
        status=ServiceStatus.HANDLED,
    )
    stored = keep(work, request, handled)
    work.record(RequestHandled(id, work.user_id), about=id)
    return stored


@action("service.feedback")
def feedback(
    work: Work,
    id: ServiceRequestId,  # noqa: A002
    *,
    result: str,
    satisfaction: int,
    expected: int | None = None,
) -> ServiceRequest:
    """Record what the customer says (服务反馈): a satisfied one's request is archived, another's treated again.

    Below three stars the request goes back to the same assignee; what was done, the result and the score stay as a
    round (requirements 4.2, SVC-05, SVC-06).

    Args:
        work: The unit of work.
        id: Which request.
        result: What came of it, 1 to 500 characters.
        satisfaction: Stars, 1 to 5.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotTheHandler: Somebody else handled it.
        NotHandled, RequestArchived: There is nothing to say about it.
        Conflict: Somebody changed it since the person saw it.
        Invalid: Result or satisfaction are missing or out of range; all problems are listed.
    """
    request = work.service_requests.get(id, expected=expected)
    may_give_feedback(request, work.actor)
    return take_answer(work, request, result, satisfaction)
