"""Who sees and treats which requests, in which state (requirements chapter 4, chapter 9, decision 16.1)."""

import datetime as dt
from typing import Final

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import is_visible
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.service.entity import (
    ServiceRequest,
    ServiceStatus,
)
from crmcore.service.refusals import (
    CustomerNotActive,
    NotArchived,
    NotAssigned,
    NotHandled,
    NotNew,
    NotTheAssignee,
    NotTheHandler,
    NotTheManagerOfCustomer,
    OtherCustomer,
    ReopenedTooLate,
    RequestArchived,
    SameRequest,
    StepNotUsed,
)

__all__ = [
    "SATISFIED_FROM",
    "check_active",
    "check_filled_in",
    "check_step_used",
    "check_treats",
    "may_assign",
    "may_change",
    "may_delete",
    "may_file_for",
    "may_give_feedback",
    "may_handle",
    "may_merge",
    "may_note",
    "may_reopen",
    "may_take_over",
    "may_undo_merge",
]

SATISFIED_FROM: Final = 3
"""Stars from which on a customer counts as satisfied (requirement 4.2)."""


def may_file_for(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* files requests, and for this customer: his own, and active (requirement 4.2)."""
    may(actor, "service.create")
    if not actor.is_user(customer.manager):
        raise NotTheManagerOfCustomer(name=customer.name)
    check_active(customer)


def check_active(customer: Customer) -> None:
    """Refuse a customer who is lost or deleted: no treatment begins for him (requirement 4.2)."""
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
    """Refuse unless *actor* has handled the request and nothing was heard of the customer yet (SVC-05).

    Whoever handled it is whom it was assigned to; if he has left since, it is whom it was handed over to.
    """
    may(actor, "service.feedback")
    _not_archived(request)
    if request.status is not ServiceStatus.HANDLED:
        raise NotHandled(number=request.number, status=_status(request))
    if not actor.is_user(request.assignee):
        raise NotTheHandler(number=request.number)


def may_note(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless the request is open, and *actor* filed it, treats or treated it, or assigns requests."""
    _not_archived(request)
    check_treats(request, actor)


def check_treats(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* filed the request, treats or treated it, or assigns requests; open or not."""
    if actor.may("service.assign"):
        return
    may(actor, "service.handle")
    if not any(map(actor.is_user, (request.assignee, request.handled_by, request.created_by))):
        raise NotTheAssignee(number=request.number)


def may_merge(kept: ServiceRequest, absorbed: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* merges requests, and these are two open ones of the same customer (X-SRV-09)."""
    may(actor, "service.merge")
    if kept.id == absorbed.id:
        raise SameRequest(number=kept.number)
    _not_archived(kept)
    _not_archived(absorbed)
    if kept.customer != absorbed.customer:
        raise OtherCustomer(kept=kept.number, absorbed=absorbed.number)


def may_undo_merge(kept: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* merges requests, and the one that was kept is open (X-SRV-09)."""
    may(actor, "service.merge")
    _not_archived(kept)


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
