"""Keeping working calendars: hours of weekdays, holidays and days worked instead (requirement X-SRV-05)."""

import datetime as dt
from typing import Any, Unpack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import key_of
from crmcore.calendars.entity import SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.inputs import CalendarChanges, CalendarFields, SpecialDayFields
from crmcore.calendars.timetables import WEEKDAYS
from crmcore.calendars.working_time import read_spans
from crmcore.query import asc, eq, ge, le, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = [
    "calendars",
    "create_calendar",
    "edit_calendar",
    "put",
    "remove_special_day",
    "restore_calendar",
    "retire_calendar",
    "set_special_day",
    "special_days",
]

_OFFICE_HOURS = ("09:00-12:00", "13:00-18:00")


@action("service.configure", "service.read")
def calendars(work: Work) -> tuple[WorkingCalendar, ...]:
    """List the working calendars, by name."""
    return tuple(work.working_calendars.find(query(WorkingCalendar).sort(asc(attributes(WorkingCalendar).name))))


@action("service.configure")
def create_calendar(work: Work, **fields: Unpack[CalendarFields]) -> WorkingCalendar:
    """Make a calendar; if no hours are given, Monday to Friday are worked from 9 to 12 and from 13 to 18.

    Args:
        work: The unit of work.
        fields: ``name`` (1–50 characters); optionally ``zone`` (empty for the company's) and for each weekday its
            hours, ``("09:00-12:00", "13:00-18:00")``.

    Raises:
        Invalid: A name is taken, a zone or span is none, or hours overlap.
    """
    given: dict[str, Any] = dict(fields)
    if not any(name in given for name in WEEKDAYS):
        given |= dict.fromkeys(WEEKDAYS[:5], _OFFICE_HOURS)
    made = build(
        WorkingCalendar, given, id=WorkingCalendarId(work.new_id()), name_key=key_of(str(given.get("name", ""))) or "?"
    )
    return work.working_calendars.add(_checked(work, made))


@action("service.configure")
def edit_calendar(
    work: Work,
    id: WorkingCalendarId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[CalendarChanges],
) -> WorkingCalendar:
    """Change a calendar; what was promised before stays as it was promised.

    Raises:
        Conflict: Somebody changed it since the person saw it.
        Invalid: A name is taken, a zone or span is none, or hours overlap.
    """
    known = work.working_calendars.get(id, expected=expected)
    changed = change(known, changes)
    return work.working_calendars.save(_checked(work, attrs.evolve(changed, name_key=key_of(changed.name))))


@action("service.configure")
def retire_calendar(work: Work, id: WorkingCalendarId) -> WorkingCalendar:  # noqa: A002
    """Let a calendar be chosen no more; deadlines that count its hours go on."""
    known = work.working_calendars.get(id)
    return work.working_calendars.save(attrs.evolve(known, status=Validity.RETIRED))


@action("service.configure")
def restore_calendar(work: Work, id: WorkingCalendarId) -> WorkingCalendar:  # noqa: A002
    """Let a calendar be chosen again."""
    known = work.working_calendars.get(id)
    return work.working_calendars.save(attrs.evolve(known, status=Validity.VALID))


@action("service.configure", "service.read")
def special_days(work: Work, calendar: WorkingCalendarId, year: int) -> tuple[SpecialDay, ...]:
    """List the days of a year that differ from their weekday, the first one first."""
    work.working_calendars.get(calendar)
    d = attributes(SpecialDay)
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    wanted = query(SpecialDay).where(eq(d.calendar, calendar), ge(d.day, first), le(d.day, last)).sort(asc(d.day))
    return tuple(work.special_days.find(wanted))


@action("service.configure")
def set_special_day(work: Work, calendar: WorkingCalendarId, **fields: Unpack[SpecialDayFields]) -> SpecialDay:
    """Say that a day differs from its weekday: without hours it is a holiday; said again, the last word counts.

    Args:
        work: The unit of work.
        calendar: Which calendar.
        fields: ``day``; optionally ``name`` (up to 100 characters) and ``spans``, the hours worked that day.

    Raises:
        Invalid: The day is none, a span is none, or hours overlap.
    """
    owner = work.working_calendars.get(calendar)
    given: dict[str, Any] = dict(fields)
    made = build(SpecialDay, given, id=SpecialDayId(work.new_id()), calendar=calendar)
    read_spans(made.spans)
    work.working_calendars.touch(owner)  # two who say something about the same day come one after the other
    return put(work, made)


@action("service.configure")
def remove_special_day(work: Work, id: SpecialDayId) -> None:  # noqa: A002
    """Let a day be like its weekday again."""
    work.special_days.remove(work.special_days.get(id))


def put(work: Work, made: SpecialDay) -> SpecialDay:
    """Store what is said about a day in place of what was said before."""
    d = attributes(SpecialDay)
    before = work.unscoped(SpecialDay).first(eq(d.calendar, made.calendar), eq(d.day, made.day))
    if before is None:
        return work.unscoped(SpecialDay).add(made)
    return work.unscoped(SpecialDay).save(attrs.evolve(before, name=made.name, spans=made.spans, source=made.source))


def _checked(work: Work, made: WorkingCalendar) -> WorkingCalendar:
    """Refuse hours and zones that are none, and a name that another calendar has; all problems are listed."""
    problems: list[Problem] = []
    for name in WEEKDAYS:
        try:
            read_spans(getattr(made, name), name)
        except Invalid as error:
            problems += error.problems
    if made.zone:
        try:
            ZoneInfo(made.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            params: dict[str, object] = {"got": made.zone[:50]}
            problems.append(Problem(field="zone", code="parameter.zone", entity="working_calendar", params=params))
    other = work.unscoped(WorkingCalendar).first(eq(attributes(WorkingCalendar).name_key, made.name_key))
    if other is not None and other.id != made.id:
        problems.append(Problem(field="name", code="value.taken", entity="working_calendar"))
    if problems:
        raise Invalid(problems)
    return made
