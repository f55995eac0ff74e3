"""Keeping working calendars: hours of weekdays, holidays and days worked instead (requirement X-SRV-05)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.base.building import build, change
from crmcore.base.errors import Problem
from crmcore.base.text import name_key
from crmcore.calendars.entity import WEEKDAYS, SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.inputs import CalendarChanges, CalendarFields, SpecialDayFields
from crmcore.calendars.rules import check_calendar, check_year
from crmcore.calendars.timetables import check_hours_left, days_of
from crmcore.calendars.working_time import read_spans
from crmcore.query import asc, eq, ge, le, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly
from crmcore.storage.work import Work

__all__ = [
    "calendars",
    "create_calendar",
    "edit_calendar",
    "remove_special_day",
    "restore_calendar",
    "retire_calendar",
    "set_special_day",
    "special_days",
]

_OFFICE_HOURS = ("09:00-12:00", "13:00-18:00")
_c = attributes(WorkingCalendar)
_d = attributes(SpecialDay)
_LAST_HOURS = Problem(field="spans", code="calendar.too_few_hours", entity="special_day")


@action("service.configure", "service.read")
def calendars(work: Work, *, status: Validity | None = Validity.VALID) -> tuple[WorkingCalendar, ...]:
    """List the working calendars, by name: those in use unless asked for others; None for all."""
    return tuple(
        work.working_calendars.find(query(WorkingCalendar).where(*exactly((_c.status, status))).sort(asc(_c.name)))
    )


@action("service.configure")
def create_calendar(work: Work, **fields: Unpack[CalendarFields]) -> WorkingCalendar:
    """Make a calendar; if no hours are given, Monday to Friday are worked from 9 to 12 and from 13 to 18.

    Args:
        work: The unit of work.
        fields: ``name`` (1–50 characters); optionally ``zone`` (empty for the company's) and for each weekday its
            hours, ``("09:00-12:00", "13:00-18:00")``.

    Raises:
        AlreadyExists: Another calendar has the name.
        Invalid: A field is missing or unknown, a zone or span is none, or hours overlap; all problems are listed.
    """
    given: dict[str, Any] = dict(fields)
    if not any(name in given for name in WEEKDAYS):
        given |= dict.fromkeys(WEEKDAYS[:5], _OFFICE_HOURS)
    id_ = WorkingCalendarId(work.new_id())
    made = build(WorkingCalendar, given, id=id_, name_key=name_key(given.get("name")))
    check_calendar(made)
    return work.working_calendars.add(made)


@action("service.configure")
def edit_calendar(
    work: Work,
    id: WorkingCalendarId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[CalendarChanges],
) -> WorkingCalendar:
    """Change a calendar; what was promised before stays as it was promised.

    Args:
        work: The unit of work.
        id: Which calendar.
        expected: The version the person saw; None if that does not matter.
        changes: The fields to change, as in :func:`create_calendar`.

    Raises:
        NotFound: There is no such calendar.
        Conflict: Somebody changed it since the person saw it.
        AlreadyExists: Another calendar has the name.
        Invalid: A zone or span is none, hours overlap, or a target in use could not be kept in the hours that are left.
    """
    known = work.working_calendars.get(id, expected=expected)
    changed = change(known, changes)
    check_calendar(changed)
    taken = [name for name in WEEKDAYS if getattr(changed, name) != getattr(known, name)]
    if taken:
        wrong = Problem(field=taken[0], code="calendar.too_few_hours", entity="working_calendar")
        check_hours_left(work, changed, days_of(work, id), wrong)
    return work.working_calendars.save(attrs.evolve(changed, name_key=name_key(changed.name)))


@action("service.configure")
def retire_calendar(work: Work, id: WorkingCalendarId, *, expected: int | None = None) -> WorkingCalendar:  # noqa: A002
    """Let a calendar be chosen no more; targets and deadlines that count its hours go on.

    Args:
        work: The unit of work.
        id: Which calendar.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such calendar.
        Conflict: Somebody changed it since the person saw it.
    """
    known = work.working_calendars.get(id, expected=expected)
    return work.working_calendars.save(attrs.evolve(known, status=Validity.RETIRED))


@action("service.configure")
def restore_calendar(work: Work, id: WorkingCalendarId, *, expected: int | None = None) -> WorkingCalendar:  # noqa: A002
    """Let a calendar be chosen again; arguments and refusals are those of :func:`retire_calendar`."""
    known = work.working_calendars.get(id, expected=expected)
    return work.working_calendars.save(attrs.evolve(known, status=Validity.VALID))


@action("service.configure", "service.read")
def special_days(work: Work, calendar: WorkingCalendarId, year: int) -> tuple[SpecialDay, ...]:
    """List the days of a year that differ from their weekday, the first one first.

    Args:
        work: The unit of work.
        calendar: Which calendar.
        year: Which year, 1990 to 2100.

    Raises:
        NotFound: There is no such calendar.
        Invalid: The year is none, or out of range.
    """
    work.working_calendars.get(calendar)
    known = check_year(year, field="year", entity="special_day")
    first, last = dt.date(known, 1, 1), dt.date(known, 12, 31)
    wanted = query(SpecialDay).where(eq(_d.calendar, calendar), ge(_d.day, first), le(_d.day, last)).sort(asc(_d.day))
    return tuple(work.special_days.find(wanted))


@action("service.configure")
def set_special_day(work: Work, calendar: WorkingCalendarId, **fields: Unpack[SpecialDayFields]) -> SpecialDay:
    """Say that a day differs from its weekday: without hours it is a holiday; said again, the last word counts.

    Args:
        work: The unit of work.
        calendar: Which calendar.
        fields: ``day``; optionally ``name`` (up to 100 characters) and ``spans``, the hours worked that day.

    Raises:
        NotFound: There is no such calendar.
        Invalid: The day is none, a span is none, hours overlap, or a target in use could not be kept in the hours that
            are left.
    """
    owner = work.working_calendars.get(calendar)
    given: dict[str, Any] = dict(fields)
    made = build(SpecialDay, given, id=SpecialDayId(work.new_id()), calendar=calendar)
    read_spans(made.spans, "spans", "special_day")
    before, others = _apart(days_of(work, calendar), made.day)
    check_hours_left(work, owner, [*others, made], _LAST_HOURS)
    work.working_calendars.touch(owner)  # two who say something about the same day come one after the other
    if before is None:
        return work.special_days.add(made)
    return work.special_days.save(attrs.evolve(before, name=made.name, spans=made.spans, source=made.source))


@action("service.configure")
def remove_special_day(work: Work, id: SpecialDayId, *, expected: int | None = None) -> None:  # noqa: A002
    """Let a day be like its weekday again.

    Args:
        work: The unit of work.
        id: What was said about the day.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such day.
        Conflict: Somebody said something else about it since the person saw it.
        Invalid: A target in use could not be kept in the hours that are left.
    """
    known = work.special_days.get(id, expected=expected)
    owner = work.working_calendars.get(known.calendar)
    _, others = _apart(days_of(work, known.calendar), known.day)
    check_hours_left(work, owner, others, _LAST_HOURS)
    work.working_calendars.touch(owner)  # nobody takes other hours at the same moment
    work.special_days.remove(known)


def _apart(days: Sequence[SpecialDay], day: dt.date) -> tuple[SpecialDay | None, list[SpecialDay]]:
    """Answer what is said about a day, and what is said about all others."""
    said = next((one for one in days if one.day == day), None)
    return said, [one for one in days if one.day != day]
