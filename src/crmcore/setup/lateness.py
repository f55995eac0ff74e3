"""How far sample requests have come: those that are over, and those that are late, at risk or in time now."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs

from crmcore.calendars.working_time import Timetable
from crmcore.service.entity import Priority
from crmcore.setup.cases import Step

__all__ = ["CURRENT", "PAST", "UNUSED", "Standing", "filed_between", "so_long_ago"]

_OFTEN: Final = 12
"""So many of the oldest customers have all wanted something; of the others, every third has."""
_SELDOM: Final = 3
_NOW_AND_THEN: Final = 9
"""One of so many customers of long standing."""
_PAST_YEAR: Final = (330.0, 25.0)
"""When requests that are over were filed: days ago, at most and at least."""
_YEAR_BEFORE: Final = (700.0, 370.0)
"""When most customers of long standing wanted something."""
_LATELY: Final = 5
"""One of so many of those has wanted something in the past year."""
_LONGEST: Final = dt.timedelta(days=120)

PAST: Final[tuple[tuple[tuple[float, float, Step], ...], ...]] = (
    ((0.02, 0.3, "assigned"), (0.1, 2, "handled"), (0.3, 5, "praised")),
    ((0.02, 0.3, "assigned"), (0.02, 0.3, "told"), (0.2, 2, "handled"), (0.3, 5, "praised")),
    ((0.1, 1, "assigned"), (0.1, 1, "asked"), (0.3, 2, "answered"), (0.1, 1, "handled"), (0.3, 5, "praised")),
    ((0.02, 0.3, "assigned"), (0.1, 2, "handled"), (0.5, 3, "blamed"), (0.5, 3, "handled"), (1, 4, "praised")),
    ((0.02, 0.3, "assigned"), (1, 6, "handled"), (0.3, 5, "praised")),
    ((0.1, 2, "assigned"), (0.1, 1, "noted"), (0.1, 1, "moved"), (0.1, 2, "handled"), (0.3, 5, "praised")),
    (
        (0.02, 0.3, "assigned"),
        (0.1, 2, "handled"),
        (0.3, 2, "praised"),
        (1, 4, "reopened"),
        (0.3, 2, "handled"),
        (0.3, 5, "praised"),
    ),
)
"""How requests went that are over: so many days, at least and at most, after the step before."""

UNUSED: Final[dict[str, Step]] = {"wait": "asked", "hand_over": "moved", "reopen": "reopened", "merge": "merged"}
"""Steps of a request that a company can do without, to what nobody does then in the sample either."""


@attrs.frozen
class Standing:
    """A request that somebody has something to do about now."""

    priority: Priority
    passed: float
    """Part of the time promised for handling it that has passed; above 1, it is late."""
    steps: Sequence[tuple[float, Step]]
    """What was done when that part of the time had passed."""


CURRENT: Final = (
    Standing(Priority.NORMAL, 0.02, ()),
    Standing(Priority.HIGH, 0.90, ((0.1, "assigned"), (0.2, "noted"))),
    Standing(Priority.NORMAL, 1.40, ((0.1, "assigned"), (0.15, "told"))),
    Standing(Priority.NORMAL, 0.60, ((0.05, "assigned"), (0.2, "asked"))),
    Standing(Priority.NORMAL, 0.70, ((0.05, "assigned"), (0.5, "handled"))),
    Standing(Priority.LOW, 0.40, ((0.05, "assigned"), (0.1, "handled"), (0.2, "blamed"))),
    Standing(Priority.NORMAL, 0.50, ()),
    Standing(Priority.URGENT, 2.00, ((0.2, "assigned"), (1.5, "moved"))),
    Standing(Priority.HIGH, 0.30, ((0.1, "assigned"),)),
    Standing(Priority.LOW, 0.50, ((0.02, "assigned"), (0.1, "handled"), (0.2, "praised"), (0.4, "reopened"))),
    Standing(Priority.NORMAL, 0.85, ((0.1, "assigned"), (0.12, "told"))),
    Standing(Priority.HIGH, 1.60, ((0.2, "assigned"), (1.4, "handled"))),
    Standing(Priority.NORMAL, 0.80, ((0.02, "assigned"), (0.1, "asked"), (0.4, "answered"))),
    Standing(Priority.NORMAL, 0.30, ((0.05, "assigned"), (0.1, "filed_twice"), (0.15, "merged"))),
    Standing(Priority.LOW, 0.10, ((0.05, "assigned"),)),
)
"""The requests of the present, in the order in which a small company has them."""


def filed_between(place: int, *, regular: bool) -> tuple[float, float] | None:
    """Answer how many days ago, at most and at least, a customer wanted something that is over; None if he did not.

    Args:
        place: The customer's place among all, the oldest one first.
        regular: Whether he is one of long standing.
    """
    if place >= _OFTEN and place % (_NOW_AND_THEN if regular else _SELDOM):
        return None
    return _YEAR_BEFORE if regular and place % _LATELY else _PAST_YEAR


def so_long_ago(timetable: Timetable, now: dt.datetime, amount: dt.timedelta) -> dt.datetime:
    """Answer the last instant, to the millisecond, since which *amount* of working time has passed.

    If there was not that much in the last 120 days, it answers the instant 120 days ago.
    """
    span = dt.timedelta(days=1)
    while timetable.between(now - span, now) < amount:
        if span >= _LONGEST:
            return now - _LONGEST
        span = min(span * 2, _LONGEST)
    early, late = 0, int(span / dt.timedelta(milliseconds=1))
    while late - early > 1:  # the working time before now grows with the distance
        middle = (early + late) // 2
        if timetable.between(now - dt.timedelta(milliseconds=middle), now) < amount:
            early = middle
        else:
            late = middle
    return now - dt.timedelta(milliseconds=late)
