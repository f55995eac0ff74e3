"""The clock of a request: what was promised, how near it is, and what a pause does to it (requirement X-SRV-05).

Pure functions of a request, a timetable and instants; nothing here reads a clock.
"""

import datetime as dt
import enum

import attrs

from crmcore.agreements.entity import ServiceTarget
from crmcore.calendars.working_time import Timetable
from crmcore.service.entity import OPEN, ServiceRequest, ServiceStatus

__all__ = [
    "Deadline",
    "DeadlineState",
    "paused",
    "resolution",
    "response",
    "restarted",
    "resumed",
    "started",
]


class DeadlineState(enum.Enum):
    """How a promise to the customer stands."""

    NONE = "none"
    """Nothing was promised."""
    RUNNING = "running"
    WAITING = "waiting"
    """The clock stands while the company waits for the customer."""
    AT_RISK = "at_risk"
    BREACHED = "breached"
    """It is too late, and still to be done."""
    MET = "met"
    MISSED = "missed"
    """It was done too late."""


@attrs.frozen(kw_only=True)
class Deadline:
    """One promise to the customer."""

    by: dt.datetime | None
    """When it shall be kept."""
    risk_at: dt.datetime | None
    """From when on it is at risk."""
    kept_at: dt.datetime | None
    """When it was kept."""
    waiting: bool = False

    def state(self, now: dt.datetime) -> DeadlineState:
        """Tell how the promise stands at an instant; being due at that very instant is still in time."""
        if self.by is None:
            return DeadlineState.NONE
        if self.kept_at is not None:
            return DeadlineState.MET if self.kept_at <= self.by else DeadlineState.MISSED
        if self.waiting:
            return DeadlineState.WAITING
        if now > self.by:
            return DeadlineState.BREACHED
        if self.risk_at is not None and now >= self.risk_at:
            return DeadlineState.AT_RISK
        return DeadlineState.RUNNING


def response(request: ServiceRequest) -> Deadline:
    """Answer the promise of a first answer."""
    return Deadline(
        by=request.respond_by,
        risk_at=request.respond_risk_at,
        kept_at=request.responded_at,
        waiting=_waits(request),
    )


def resolution(request: ServiceRequest) -> Deadline:
    """Answer the promise that the request is handled."""
    return Deadline(
        by=request.resolve_by,
        risk_at=request.resolve_risk_at,
        kept_at=request.handled_at,
        waiting=_waits(request),
    )


def started(
    request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime
) -> ServiceRequest:
    """Promise what the target says, counted from an instant in working time; without a target nothing is promised.

    Args:
        request: A request nobody has answered yet.
        target: Which target applies.
        timetable: The hours of the target's calendar.
        at: When the request came in.

    Raises:
        NoWorkingTime: The calendar has no hours in which the promise could be kept.
    """
    answered = restarted(request, target, timetable, at)
    respond_by, respond_risk_at = _promised(target, timetable, at, None if target is None else target.respond_within)
    return attrs.evolve(answered, respond_by=respond_by, respond_risk_at=respond_risk_at)


def restarted(
    request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime
) -> ServiceRequest:
    """Promise anew when the request will be handled: it has come back from the customer (SVC-06).

    Raises:
        NoWorkingTime: The calendar has no hours in which the promise could be kept.
    """
    resolve_by, resolve_risk_at = _promised(target, timetable, at, None if target is None else target.resolve_within)
    return attrs.evolve(
        request,
        calendar=target.calendar if target is not None else None,
        resolve_by=resolve_by,
        resolve_risk_at=resolve_risk_at,
        waiting_since=None,
    )


def paused(request: ServiceRequest, at: dt.datetime) -> ServiceRequest:
    """Let the clock stand: the company waits for the customer."""
    return attrs.evolve(request, waiting_since=request.waiting_since or at)


def resumed(request: ServiceRequest, timetable: Timetable | None, at: dt.datetime) -> ServiceRequest:
    """Let the clock go on; what is still open is put off by exactly the working time waited.

    Raises:
        NoWorkingTime: The calendar has no hours left to put it off by.
    """
    if request.waiting_since is None:
        return request
    if timetable is None:
        return attrs.evolve(request, waiting_since=None)
    waited = timetable.between(request.waiting_since, at)

    def later(instant: dt.datetime | None) -> dt.datetime | None:
        return None if instant is None else timetable.add(instant, waited)

    moved = attrs.evolve(
        request,
        waiting_since=None,
        waited=request.waited + int(waited.total_seconds()),
        resolve_by=later(request.resolve_by),
        resolve_risk_at=later(request.resolve_risk_at),
    )
    if request.responded_at is not None:
        return moved
    return attrs.evolve(moved, respond_by=later(request.respond_by), respond_risk_at=later(request.respond_risk_at))


def _promised(
    target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime, minutes: int | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Answer when a promise is due, and from when on it is at risk."""
    if target is None or timetable is None or minutes is None:
        return None, None
    whole = dt.timedelta(minutes=minutes)
    return timetable.add(at, whole), timetable.add(at, whole * target.risk_percent / 100)


def _waits(request: ServiceRequest) -> bool:
    return request.waiting_since is not None and request.status in OPEN and request.status is not ServiceStatus.HANDLED
