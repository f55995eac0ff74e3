"""What became of the promises of a request: how much working time was taken, and whether it was in time (X-SRV-14).

Kept with the request in the statement that stores its answer or its handling: hours that are changed later change
nothing that was measured. Pure functions of a request and a timetable; nothing here reads a clock.
"""

import datetime as dt
from typing import Any

import attrs

from crmcore.calendars.working_time import Timetable
from crmcore.service.clock import Deadline, resolution, response
from crmcore.service.entity import ServiceRequest

__all__ = ["handling_time", "in_time", "kept", "response_time", "timed", "to_time"]


def response_time(request: ServiceRequest, hours: Timetable | None) -> int | None:
    """Answer how many seconds of working time the customer waited for the first answer.

    Formula: working time from filing to the answer, whole seconds. Nothing is taken off for waiting for the customer:
    whoever asks him something has answered. An answer given before, to a request merged into this one, took none.
    Undefined when: there was no answer, or the company has no calendar; then None.
    """
    if hours is None or request.responded_at is None:
        return None
    return _seconds(hours.between(request.created_at, request.responded_at))


def handling_time(request: ServiceRequest, hours: Timetable | None) -> int | None:
    """Answer how many seconds of working time the present round took until the request was handled.

    Formula: working time from when the round is counted to the handling, less what was waited for the customer in it;
    0 at least, where waiting was counted by other hours before kind or priority were corrected.
    Undefined when: it is not handled, or the company has no calendar; then None.
    """
    if hours is None or request.handled_at is None:
        return None
    whole = hours.between(request.counted_from or request.created_at, request.handled_at)
    return max(0, _seconds(whole) - request.waited)


def to_time(before: ServiceRequest | None, after: ServiceRequest) -> bool:
    """Tell whether there is something to measure, for which the hours are needed."""
    known = (None, None) if before is None else (before.responded_at, before.handled_at)
    there = (after.responded_at, after.handled_at)
    return any(new is not None and new != old for old, new in zip(known, there, strict=True))


def timed(before: ServiceRequest | None, after: ServiceRequest, hours: Timetable | None) -> ServiceRequest:
    """Answer the request with the working time of its answer and of its handling, each measured when it happened.

    Args:
        before: The request as it is stored; None for a new one.
        after: The request as it shall be.
        hours: Those that are counted for it; None if nothing is to be measured, or there is no calendar.
    """
    changed: dict[str, Any] = {}
    if before is None or before.responded_at != after.responded_at:
        changed["responded_in"] = response_time(after, hours)
    if before is None or before.handled_at != after.handled_at:
        changed["resolved_in"] = handling_time(after, hours)
    return attrs.evolve(after, **changed)


def kept(request: ServiceRequest) -> ServiceRequest:
    """Answer the request with whether its promises were kept, of everything else it says."""
    return attrs.evolve(request, respond_met=in_time(response(request)), resolve_met=in_time(resolution(request)))


def in_time(promise: Deadline) -> bool | None:
    """Answer whether what was promised was done in time; None while it is not done, and if nothing was promised."""
    return None if promise.by is None or promise.kept_at is None else promise.kept_at <= promise.by


def _seconds(amount: dt.timedelta) -> int:
    return int(amount.total_seconds())
