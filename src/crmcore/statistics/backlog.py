"""What is still to be done for customers, how long it has waited, and what is late (X-SRV-05, X-SRV-17)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.base.clock import cut
from crmcore.query import Tally, TallyRow, banded, count, eq, one_of, only, query, records_behind, tally
from crmcore.service.entity import OPEN, ServiceRequest, ServiceStatus
from crmcore.statistics.figures import Figure
from crmcore.statistics.requested import broken, overdue
from crmcore.statistics.sums import Answered, number_of, rows_with

__all__ = [
    "WAITS",
    "Backlog",
    "Wait",
    "backlog",
    "late_answers",
    "late_handlings",
    "late_parts",
    "waiting",
    "waiting_or_late",
]

WAITS: Final = (1, 3, 7, 30)
"""Days up to which open requests are taken together."""
_UNIT: Final = "service_request"
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class Wait:
    """The open requests that came in so long ago."""

    over: int | None
    """More than so many days ago; None for the latest."""
    up_to: int | None
    """At most so many days ago; None for the oldest."""
    number: Figure[int]


@attrs.frozen(kw_only=True)
class Backlog:
    """What is open now."""

    open: Figure[int]
    new: Figure[int]
    """Nobody has been given them."""
    assigned: Figure[int]
    """Somebody treats them."""
    handled: Figure[int]
    """The customer is still to be asked."""
    waits: tuple[Wait, ...]
    """The latest first."""
    unanswered: Figure[int]
    """Past the time by which the customer should have had a first answer, and without one."""
    unsolved: Figure[int]
    """Past the time by which they should have been handled, and not handled; not those that waited for the customer."""


def waiting(today: dt.date, zone: ZoneInfo) -> Tally:
    """Ask for the open requests by state and by bands of the day on which they came in."""
    ago = [today - dt.timedelta(days=days) for days in reversed(WAITS)]
    begin = [cut(dt.datetime.combine(day, dt.time(), zone)) for day in ago]
    of = query(ServiceRequest).where(one_of(_r.status, OPEN))
    return tally(of, by=(_r.status, banded(_r.created_at, begin)), measures=(count(),))


def late_answers(now: dt.datetime) -> Tally:
    """Ask for the open requests whose first answer is late."""
    late = overdue(_r.respond_by, _r.responded_at, now)
    return tally(query(ServiceRequest).where(*late), measures=(count(),))


def late_handlings(now: dt.datetime) -> Tally:
    """Ask for the open requests that should have been handled by now."""
    late = overdue(_r.resolve_by, _r.handled_at, now)
    return tally(query(ServiceRequest).where(*late), measures=(count(),))


def waiting_or_late(today: dt.date, zone: ZoneInfo, now: dt.datetime) -> Tally:
    """Ask what :func:`waiting`, :func:`late_answers` and :func:`late_handlings` ask, in one pass.

    :func:`late_parts` picks what is late from the answer; its other rows are those of :func:`waiting`.
    """
    answers = only(count(), "unanswered", *broken(_r.respond_by, _r.responded_at, now))
    handlings = only(count(), "unsolved", *broken(_r.resolve_by, _r.handled_at, now))
    asked = waiting(today, zone)
    return attrs.evolve(asked, measures=(*asked.measures, answers, handlings))


def late_parts(rows: Sequence[TallyRow]) -> tuple[Sequence[TallyRow], Sequence[TallyRow]]:
    """Answer the rows of :func:`late_answers` and :func:`late_handlings`, of those of :func:`waiting_or_late`."""
    return [TallyRow((), row.values[1:2]) for row in rows], [TallyRow((), row.values[2:]) for row in rows]


def backlog(open_: Answered, unanswered: Answered, unsolved: Answered) -> Backlog:
    """Answer what is still to be done for customers (requirements X-SRV-05, X-SRV-17).

    Definition: requests that are neither archived nor merged into another, by state and by calendar days in the
        company's zone since they came in. Late: what was promised, in working time, lies before this instant and has
        not been kept; while the company waits for the customer, nothing gets late.
    Formula: counts.
    Unit: requests.
    Undefined when: never; of nothing there are 0.
    Source: requirements X-SRV-05, X-SRV-09, X-SRV-17; the bands are ours.

    Args:
        open_: What :func:`waiting` asked, and the answer.
        unanswered: What :func:`late_answers` asked, and the answer.
        unsolved: What :func:`late_handlings` asked, and the answer.
    """
    asked, rows = open_
    by_day = attrs.evolve(asked, by=asked.by[1:])
    bounds: tuple[int | None, ...] = (None, *reversed(WAITS), None)

    def in_state(status: ServiceStatus) -> Figure[int]:
        return number_of(rows_with(rows, lambda of, _: of is status), asked.of.where(eq(_r.status, status)), _UNIT)

    return Backlog(
        open=number_of(rows, asked.of, _UNIT),
        new=in_state(ServiceStatus.NEW),
        assigned=in_state(ServiceStatus.ASSIGNED),
        handled=in_state(ServiceStatus.HANDLED),
        waits=tuple(
            Wait(over=bounds[place + 1], up_to=bounds[place], number=_in_band(by_day, rows, place))
            for place in range(len(WAITS), -1, -1)
        ),
        unanswered=number_of(unanswered[1], unanswered[0].of, _UNIT),
        unsolved=number_of(unsolved[1], unsolved[0].of, _UNIT),
    )


def _in_band(by_day: Tally, rows: Sequence[TallyRow], place: int) -> Figure[int]:
    of = records_behind(by_day, TallyRow((place,), ()))
    return number_of(rows_with(rows, lambda _, band: band == place), of, _UNIT)
