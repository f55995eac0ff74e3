"""Working time counted the slow way, to compare with: a walker who looks at every minute."""

import datetime as dt

from crmcore.calendars.working_time import Timetable

__all__ = ["MINUTE", "walked"]

MINUTE = dt.timedelta(minutes=1)


def walked(table: Timetable, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Count the minutes whose beginning the clocks on the wall show within the hours of their day."""
    total, at = dt.timedelta(), start
    while at < end:
        shown = at.astimezone(table.zone)
        spans = table.special.get(shown.date(), table.week[shown.weekday()])
        minute = shown.hour * 60 + shown.minute
        total += MINUTE * any(opens <= minute < closes for opens, closes in spans)
        at += MINUTE
    return total
