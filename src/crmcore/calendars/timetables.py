"""Making calendars ready to count with."""

from zoneinfo import ZoneInfo

from attrs import fields

from crmcore.calendars.entity import SpecialDay, WorkingCalendar, WorkingCalendarId
from crmcore.calendars.working_time import Timetable, read_spans
from crmcore.query import eq, query
from crmcore.storage.work import Work

__all__ = ["WEEKDAYS", "timetable"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def timetable(work: Work, id_: WorkingCalendarId) -> Timetable:
    """Answer the hours of a calendar, its special days included; for actions that have checked their permission.

    Raises:
        NotFound: There is no such calendar.
    """
    kept = work.unscoped(WorkingCalendar).get(id_)
    days = work.unscoped(SpecialDay).find(query(SpecialDay).where(eq(fields(SpecialDay).calendar, id_)))
    return Timetable(
        zone=ZoneInfo(kept.zone) if kept.zone else work.zone,
        week=tuple(read_spans(getattr(kept, name), name) for name in WEEKDAYS),
        special={one.day: read_spans(one.spans) for one in days},
    )
