"""The one way in which requests are stored: with everything that hangs on their clock (requirement X-SRV-05)."""

from collections.abc import Sequence
from typing import Any, Final

from crmcore.care.reopening import reopen
from crmcore.escalation.planning import forget, plan, replan
from crmcore.service.belongings import remove_all
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest
from crmcore.service.events import RequestPaused, RequestResumed
from crmcore.service.hours import hours_of
from crmcore.service.measuring import timed, to_time
from crmcore.storage.work import Work

__all__ = ["discard", "keep", "keep_many"]

_AT_ONCE: Final = 500


def keep(work: Work, before: ServiceRequest | None, after: ServiceRequest) -> ServiceRequest:
    """Store a request, and plan its escalations anew if its clock changed; for actions that have checked it.

    The working time of its answer and its handling is measured in the same statement (requirement X-SRV-14).

    Args:
        work: The unit of work.
        before: The request as it is stored; None for a new one.
        after: The request as it shall be.
    """
    requests = work.unscoped(ServiceRequest)
    if before is None:
        stored = requests.add(_measured(work, None, after))
        plan(work, stored)
        return stored
    stored = requests.save(_measured(work, before, after))
    _tell_clock(work, before, stored)
    if _watched(before) != _watched(stored):
        replan(work, stored)
    return stored


def keep_many(work: Work, pairs: Sequence[tuple[ServiceRequest, ServiceRequest]]) -> list[ServiceRequest]:
    """Store changed requests as :func:`keep` does, in a number of statements that does not grow with each.

    Args:
        work: The unit of work.
        pairs: Each request as it is stored, and as it shall be.
    """
    kept: list[ServiceRequest] = []
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        stored = work.bulk.change([(before, _measured(work, before, after)) for before, after in some])
        replan(work, *(one for (before, _), one in zip(some, stored, strict=True) if _watched(before) != _watched(one)))
        kept += stored
    return kept


def discard(work: Work, request: ServiceRequest) -> None:
    """Remove a request with all that is nothing without it, and what was planned for it.

    The opinion it came from waits again.
    """
    forget(work, request)
    reopen(work, request.id)
    remove_all(work, request)
    work.unscoped(ServiceRequest).remove(request)


def _measured(work: Work, before: ServiceRequest | None, after: ServiceRequest) -> ServiceRequest:
    """Answer the request with everything the core computes of it; its hours are read only where they are counted."""
    hours = hours_of(work, after) if to_time(before, after) else None
    return with_derived(timed(before, after, hours))


def _tell_clock(work: Work, before: ServiceRequest, after: ServiceRequest) -> None:
    """Tell other systems when the clock begins to stand, and when it goes on."""
    if after.waiting_since is not None and before.waiting_since is None:
        work.record(RequestPaused(after.id, after.waiting_since), about=after.id)
    elif after.waiting_since is None and before.waiting_since is not None:
        said = RequestResumed(after.id, after.waited, after.respond_by, after.resolve_by)
        work.record(said, about=after.id)


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
