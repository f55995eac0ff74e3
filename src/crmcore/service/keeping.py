"""The one way in which requests are stored: with everything that hangs on their clock (requirement X-SRV-05)."""

from typing import Any

from crmcore.escalation.planning import forget, plan, replan
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest
from crmcore.storage.work import Work

__all__ = ["discard", "keep"]


def keep(work: Work, before: ServiceRequest | None, after: ServiceRequest) -> ServiceRequest:
    """Store a request, and plan its escalations anew if its clock changed; for actions that have checked it.

    Args:
        work: The unit of work.
        before: The request as it is stored; None for a new one.
        after: The request as it shall be.
    """
    requests = work.unscoped(ServiceRequest)
    if before is None:
        stored = requests.add(with_derived(after))
        plan(work, stored)
        return stored
    stored = requests.save(with_derived(after))
    if _watched(before) != _watched(stored):
        replan(work, stored)
    return stored


def discard(work: Work, request: ServiceRequest) -> None:
    """Remove a request, and what was planned for it."""
    forget(work, request)
    work.unscoped(ServiceRequest).remove(request)


def _watched(request: ServiceRequest) -> tuple[Any, ...]:
    """Answer everything of a request that says when it is escalated, and to whom."""
    return (
        request.status,
        request.type,
        request.priority,
        request.customer,
        request.assignee,
        request.calendar,
        request.respond_by,
        request.responded_at,
        request.resolve_by,
        request.waiting_since,
    )
