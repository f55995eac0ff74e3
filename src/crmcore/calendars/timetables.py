"""Making calendars ready to count with, and seeing that they keep the hours that are counted on."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.agreements.entity import ServiceTarget
from crmcore.base.errors import Invalid, Problem
from crmcore.calendars.entity import WEEKDAYS, SpecialDay, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.working_time import NoWorkingTime, Timetable, read_spans
from crmcore.query import eq, query
from crmcore.storage.work import Work

__all__ = ["check_hours_left", "company_hours", "days_of", "timetable"]


def timetable(work: Work, id_: WorkingCalendarId) -> Timetable:
    """Answer the hours of a calendar, its special days included; for actions that have checked their permission.

    Raises:
        NotFound: There is no such calendar.
    """
    return _counted(work, work.unscoped(WorkingCalendar).get(id_), days_of(work, id_))


def company_hours(work: Work) -> Timetable | None:
    """Answer the hours of the company's calendar; for actions that have checked their permission.

    Definition: of the calendars in use, those in the company's zone come first; of these, the oldest is the company's.
    Undefined when: no calendar is in use; then None.
    """
    in_use = query(WorkingCalendar).where(eq(fields(WorkingCalendar).status, Validity.VALID))
    found = work.unscoped(WorkingCalendar).find(in_use)
    if not found:
        return None
    first = min(found, key=lambda one: (one.zone not in {"", work.zone.key}, one.id))
    return _counted(work, first, days_of(work, first.id))


def days_of(work: Work, calendar: WorkingCalendarId) -> Sequence[SpecialDay]:
    """Answer every day on which a calendar differs from its weekday; for actions."""
    return work.unscoped(SpecialDay).find(query(SpecialDay).where(eq(fields(SpecialDay).calendar, calendar)))


def check_hours_left(work: Work, calendar: WorkingCalendar, days: Iterable[SpecialDay], problem: Problem) -> None:
    """Refuse to take hours from a calendar in which targets that are in use have to be kept; for actions.

    Args:
        work: The unit of work.
        calendar: The calendar as it shall be.
        days: Its special days as they shall be.
        problem: What is wrong then; the name of a target that could not be kept is added.

    Raises:
        Invalid: A target promises more working time than is left.
    """
    t = fields(ServiceTarget)
    promising = query(ServiceTarget).where(eq(t.calendar, calendar.id), eq(t.status, Validity.VALID))
    hours = _counted(work, calendar, days)
    for one in work.unscoped(ServiceTarget).find(promising):
        longest = max(one.respond_within or 0, one.resolve_within or 0)
        try:
            hours.add(work.now, dt.timedelta(minutes=longest))
        except NoWorkingTime:
            raise Invalid(attrs.evolve(problem, params={"target": one.name})) from None


def _counted(work: Work, calendar: WorkingCalendar, days: Iterable[SpecialDay]) -> Timetable:
    return Timetable(
        zone=ZoneInfo(calendar.zone) if calendar.zone else work.zone,
        week=tuple(read_spans(getattr(calendar, name), name) for name in WEEKDAYS),
        special={one.day: read_spans(one.spans) for one in days},
    )
