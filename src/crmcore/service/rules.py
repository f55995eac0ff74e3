"""Who sees and treats which requests, in which state (requirements chapter 4, chapter 9, decision 16.1)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import is_visible
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.rules import of_own
from crmcore.query import Condition, any_of, eq, in_query, query
from crmcore.query.conditions import FieldRef
from crmcore.service.agreed import ServiceContract, ServiceTarget, StaffSkill
from crmcore.service.entity import (
    RequestAttachment,
    RequestMerge,
    RequestNote,
    ServiceRequest,
    ServiceRound,
    ServiceStatus,
)

__all__ = [
    "SATISFIED_FROM",
    "SCOPES",
    "CustomerNotActive",
    "NotArchived",
    "NotAssigned",
    "NotHandled",
    "NotNew",
    "NotTheAssignee",
    "NotTheHandler",
    "NotTheManagerOfCustomer",
    "ReopenedTooLate",
    "RequestArchived",
    "StepNotUsed",
    "check_filled_in",
    "check_step_used",
    "may_assign",
    "may_change",
    "may_delete",
    "may_file_for",
    "may_give_feedback",
    "may_handle",
    "may_note",
    "may_reopen",
    "may_take_over",
    "of_own_requests",
    "written",
]

SATISFIED_FROM: Final = 3
"""Stars from which on a customer counts as satisfied (requirement 4.2)."""

_r = fields(ServiceRequest)
_READ: Final = frozenset({"service.read"})
_READ_ALL: Final = frozenset({"service.read_all"})


def _own(actor: Actor) -> Condition:
    """Answer what makes a request a person's own: he recorded it, treats or treated it, or looks after the customer."""
    his_customers = query(Customer).where(eq(fields(Customer).manager, actor.id))
    return any_of(
        eq(_r.created_by, actor.id),
        eq(_r.assignee, actor.id),
        eq(_r.handled_by, actor.id),
        in_query(_r.customer, his_customers),
    )


def of_own_requests(field: FieldRef[Any]) -> Callable[[Actor], Condition]:
    """Answer the scope of records that belong to a request: those of a person's own requests."""
    return lambda actor: in_query(field, query(ServiceRequest).where(_own(actor)))


SCOPES: Final = (
    Scope(entity=ServiceRequest, read=_READ, read_all=_READ_ALL, own=_own),
    *(
        Scope(entity=entity, read=_READ, read_all=_READ_ALL, own=of_own_requests(field))
        for entity, field in (
            (ServiceRound, fields(ServiceRound).request),
            (RequestNote, fields(RequestNote).request),
            (RequestAttachment, fields(RequestAttachment).request),
        )
    ),
    Scope(entity=RequestMerge, read_all=frozenset({"service.merge"}), read=frozenset({"service.merge"})),
    Scope(
        entity=ServiceContract,
        read=frozenset({"contract.read"}),
        read_all=frozenset({"contract.read_all"}),
        own=of_own(fields(ServiceContract).customer),
    ),
    Scope(entity=ServiceTarget, read=frozenset({"service.read", "service.configure", "contract.read"})),
    Scope(entity=StaffSkill, read=frozenset({"service.read_all", "service.assign", "service.configure"})),
)


class CustomerNotActive(Refused):
    """Requests are filed for customers who are neither lost nor deleted (requirement 4.2)."""

    code = "service.customer_not_active"


class NotTheManagerOfCustomer(Refused):
    """An account manager files requests of his own customers (requirement 4.2, chapter 9)."""

    code = "service.not_the_manager"


class NotNew(Refused):
    """Somebody has been given the request; it is neither assigned for the first time nor deleted any more."""

    code = "service.not_new"


class NotAssigned(Refused):
    """The request is handled by whom it has been assigned to, and by nobody before that."""

    code = "service.not_assigned"


class NotHandled(Refused):
    """The customer is asked whether he is satisfied when his request has been handled."""

    code = "service.not_handled"


class RequestArchived(Refused):
    """The request is archived; nothing about it changes any more (requirement 4.2)."""

    code = "service.archived"


class NotTheAssignee(Refused):
    """Only the account manager it was assigned to treats a request (requirement 4.2)."""

    code = "service.not_the_assignee"


class NotTheHandler(Refused):
    """Only the account manager who handled a request records what the customer says (requirement SVC-05)."""

    code = "service.not_the_handler"


class NotArchived(Refused):
    """Only a request that was archived is opened again."""

    code = "service.not_archived"


class ReopenedTooLate(Refused):
    """The time in which an archived request may be opened again is over; file a new one."""

    code = "service.reopened_too_late"


class StepNotUsed(Refused):
    """The company has decided not to use this step (requirement X-SRV-09)."""

    code = "service.step_not_used"


def may_file_for(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* files requests, and for this customer: his own, and active (requirement 4.2)."""
    may(actor, "service.create")
    if not actor.is_user(customer.manager):
        raise NotTheManagerOfCustomer(name=customer.name)
    if customer.status is not CustomerStatus.NORMAL:
        raise CustomerNotActive(name=customer.name)


def may_change(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* corrects requests, and it is not handled yet (requirement X-SRV-10)."""
    may(actor, "service.edit")
    _not_archived(request)
    if request.status is ServiceStatus.HANDLED:
        raise NotAssigned(number=request.number, status=_status(request))


def may_delete(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* deletes requests, and nobody has been given it yet (requirement 4.2)."""
    may(actor, "service.delete")
    _is_new(request)


def may_assign(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* assigns requests, and nobody has been given it yet (requirement 4.2)."""
    may(actor, "service.assign")
    _is_new(request)


def may_take_over(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* assigns requests, and somebody is treating it who can be relieved."""
    may(actor, "service.assign")
    _not_archived(request)
    if request.status is not ServiceStatus.ASSIGNED:
        raise NotAssigned(number=request.number, status=_status(request))


def may_handle(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* has been assigned the request and it is to be handled (requirement 4.2)."""
    may(actor, "service.handle")
    _not_archived(request)
    if request.status is not ServiceStatus.ASSIGNED:
        raise NotAssigned(number=request.number, status=_status(request))
    if not actor.is_user(request.assignee):
        raise NotTheAssignee(number=request.number)


def may_give_feedback(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* has handled the request and nothing was heard of the customer yet (SVC-05)."""
    may(actor, "service.feedback")
    _not_archived(request)
    if request.status is not ServiceStatus.HANDLED:
        raise NotHandled(number=request.number, status=_status(request))
    if not actor.is_user(request.handled_by):
        raise NotTheHandler(number=request.number)


def may_note(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless the request is open, and *actor* treats it, looks after it, or assigns requests."""
    _not_archived(request)
    if actor.may("service.assign"):
        return
    may(actor, "service.handle")
    if not any(map(actor.is_user, (request.assignee, request.handled_by, request.created_by))):
        raise NotTheAssignee(number=request.number)


def may_reopen(request: ServiceRequest, actor: Actor, *, until: dt.datetime | None, now: dt.datetime) -> None:
    """Refuse unless *actor* opens requests again, it is archived, and not for too long.

    Args:
        request: Which request.
        actor: Who wants to.
        until: The last instant at which it may be opened again; None for no such step.
        now: The present instant.
    """
    may(actor, "service.reopen")
    if request.status is not ServiceStatus.ARCHIVED or request.merged_into is not None:
        raise NotArchived(number=request.number, status=_status(request))
    if until is None or now > until:
        raise ReopenedTooLate(number=request.number)


def check_filled_in(request: ServiceRequest, required: tuple[str, ...]) -> None:
    """Refuse a request without what the company wants to know of every one (requirement X-SRV-09)."""
    missing = [name for name in required if not _filled_in(getattr(request, name))]
    if missing:
        raise Invalid(Problem(field=name, code="value.missing", entity="service_request") for name in missing)


def written(text: object, field: str, entity: str) -> Any:
    """Answer a text without the blanks around it; what it is stored in checks type and length.

    Raises:
        Invalid: Nothing is written.
    """
    said = text.strip() if isinstance(text, str) else text
    if said is None or said == "":
        raise Invalid(Problem(field=field, code="value.missing", entity=entity))
    return said


def check_step_used(step: str, unused: tuple[str, ...]) -> None:
    """Refuse a step that the company has decided not to use (requirement X-SRV-09)."""
    if step in unused:
        raise StepNotUsed(step=f"service_step.{step}")


def _filled_in(value: object) -> bool:
    return is_visible(value) if isinstance(value, str) else value is not None


def _is_new(request: ServiceRequest) -> None:
    _not_archived(request)
    if request.status is not ServiceStatus.NEW:
        raise NotNew(number=request.number, status=_status(request))


def _not_archived(request: ServiceRequest) -> None:
    if request.status is ServiceStatus.ARCHIVED:
        raise RequestArchived(number=request.number)


def _status(request: ServiceRequest) -> str:
    """Catalogue key of the state, for texts."""
    return f"service_status.{request.status.value}"
