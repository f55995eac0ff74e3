"""The clock of a request: what was promised, how near it is, and what a pause does to it (requirement X-SRV-05).

Pure functions of a request, a timetable and instants; nothing here reads a clock.
"""

import datetime as dt
import enum

import attrs

from crmcore.agreements.entity import ServiceTarget
from crmcore.calendars.working_time import NoWorkingTime, Timetable
from crmcore.service.entity import ServiceRequest

__all__ = [
    "Deadline",
    "DeadlineState",
    "next_due",
    "paused",
    "repromised",
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
    waiting_since: dt.datetime | None = None
    """Since when the clock stands; None while it runs."""

    @property
    def due(self) -> dt.datetime | None:
        """When it has to be kept yet; None if there is nothing to keep, or the clock stands.

        What was broken before the clock stood is still to be kept: waiting for the customer hides no delay.
        """
        if self.by is None or self.kept_at is not None:
            return None
        return None if self.waiting_since is not None and self.waiting_since <= self.by else self.by

    def state(self, now: dt.datetime) -> DeadlineState:
        """Tell how the promise stands at an instant; being due at that very instant is still in time."""
        if self.by is None:
            return DeadlineState.NONE
        if self.kept_at is not None:
            return DeadlineState.MET if self.kept_at <= self.by else DeadlineState.MISSED
        if self.due is None:
            return DeadlineState.WAITING
        if now > self.by:
            return DeadlineState.BREACHED
        if self.risk_at is not None and now >= self.risk_at:
            return DeadlineState.AT_RISK
        return DeadlineState.RUNNING

    def left(self, timetable: Timetable, now: dt.datetime) -> dt.timedelta | None:
        """Tell how much working time is left to keep it, negative if it is late; None if nothing is to be kept."""
        if self.due is None:
            return None
        return timetable.between(now, self.due) if now <= self.due else -timetable.between(self.due, now)


def response(request: ServiceRequest) -> Deadline:
    """Answer the promise of a first answer; none for what was merged, for which the kept request answers."""
    return Deadline(
        by=None if request.merged_into is not None else request.respond_by,
        risk_at=request.respond_risk_at,
        kept_at=request.responded_at,
        waiting_since=request.waiting_since,
    )


def resolution(request: ServiceRequest) -> Deadline:
    """Answer the promise that the request is handled; none for what was merged, as for :func:`response`."""
    return Deadline(
        by=None if request.merged_into is not None else request.resolve_by,
        risk_at=request.resolve_risk_at,
        kept_at=request.handled_at,
        waiting_since=request.waiting_since,
    )


def next_due(request: ServiceRequest) -> dt.datetime | None:
    """Answer when the next promise has to be kept: what is overdue has this behind it (requirement X-SRV-05)."""
    return min((due for one in (response(request), resolution(request)) if (due := one.due) is not None), default=None)


def started(
    request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime
) -> ServiceRequest:
    """Promise what the target says, counted from an instant in working time; without a target nothing is promised.

    Args:
        request: A request nobody has answered yet.
        target: Which target applies.
        timetable: The hours of the target's calendar.
        at: When the request came in.
    """
    restart = restarted(request, target, timetable, at)
    respond_by, respond_risk_at = _promised(target, timetable, at, None if target is None else target.respond_within)
    return attrs.evolve(restart, respond_by=respond_by, respond_risk_at=respond_risk_at)


def restarted(
    request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime
) -> ServiceRequest:
    """Promise anew when the request will be handled: it has come back from the customer (SVC-06)."""
    fresh = attrs.evolve(request, counted_from=at, waited=0, waiting_since=None)
    return _resolution_promised(fresh, target, timetable, at)


def repromised(request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None) -> ServiceRequest:
    """Promise what another target says, from the same instant: kind or priority were corrected (X-SRV-05, X-SRV-10).

    A first answer that was given keeps its promise. The handling is counted from the beginning of its round, and put
    off by the working time the company has waited for the customer in it; if it waits now, it goes on waiting.
    """
    at = request.counted_from or request.created_at
    if request.responded_at is None:
        return attrs.evolve(started(request, target, timetable, at), waiting_since=request.waiting_since)
    return _resolution_promised(request, target, timetable, at)


def paused(request: ServiceRequest, at: dt.datetime) -> ServiceRequest:
    """Let the clock stand: the company waits for the customer."""
    return attrs.evolve(request, waiting_since=request.waiting_since or at)


def resumed(request: ServiceRequest, timetable: Timetable | None, at: dt.datetime) -> ServiceRequest:
    """Let the clock go on; what is still open is put off by exactly the working time waited."""
    if request.waiting_since is None:
        return request
    if timetable is None:
        return attrs.evolve(request, waiting_since=None)
    waited = timetable.between(request.waiting_since, at)
    passed = request.waited + int(waited.total_seconds())
    by, risk_at = _later(timetable, waited, request.resolve_by, request.resolve_risk_at)
    moved = attrs.evolve(request, waiting_since=None, waited=passed, resolve_by=by, resolve_risk_at=risk_at)
    if request.responded_at is not None:
        return moved
    by, risk_at = _later(timetable, waited, request.respond_by, request.respond_risk_at)
    return attrs.evolve(moved, respond_by=by, respond_risk_at=risk_at)


def _later(
    timetable: Timetable, amount: dt.timedelta, by: dt.datetime | None, risk_at: dt.datetime | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Answer a promise put off by working time.

    Where there are not so many hours left, nothing is promised any more: that is no reason to refuse a customer's
    request, or to let nobody go on with it.
    """
    try:
        moved = None if by is None else timetable.add(by, amount)
        return moved, None if moved is None or risk_at is None else timetable.add(risk_at, amount)
    except NoWorkingTime:
        return None, None


def _resolution_promised(
    request: ServiceRequest, target: ServiceTarget | None, timetable: Timetable | None, at: dt.datetime
) -> ServiceRequest:
    """Answer the request with the promise that it is handled, put off by what was waited."""
    minutes = None if target is None else target.resolve_within
    resolve_by, risk_at = _promised(target, timetable, at, minutes, waited=dt.timedelta(seconds=request.waited))
    calendar = None if target is None else target.calendar
    return attrs.evolve(request, calendar=calendar, resolve_by=resolve_by, resolve_risk_at=risk_at)


def _promised(
    target: ServiceTarget | None,
    timetable: Timetable | None,
    at: dt.datetime,
    minutes: int | None,
    waited: dt.timedelta = dt.timedelta(0),
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Answer when a promise is due, and from when on it is at risk; see :func:`_later` where no hours are left."""
    if target is None or timetable is None or minutes is None:
        return None, None
    whole = dt.timedelta(minutes=minutes)
    try:
        return timetable.add(at, whole + waited), timetable.add(at, whole * target.risk_percent / 100 + waited)
    except NoWorkingTime:
        return None, None
