"""Time as the core sees it: passed in, in UTC, to the millisecond."""

import calendar
import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from crmcore.base.errors import Invalid, Problem

__all__ = ["Clock", "as_kept", "cut", "day_range", "instant_of", "local_date", "month_before", "months_after"]

Clock = Callable[[], dt.datetime]
"""Answers the present instant, aware of its zone."""

_MILLISECOND: Final = 1000


def cut(instant: dt.datetime) -> dt.datetime:
    """Bring an aware instant to UTC and cut it to milliseconds, the precision every store keeps."""
    if instant.tzinfo is not dt.UTC:
        instant = instant.astimezone(dt.UTC)
    rest = instant.microsecond % _MILLISECOND
    return instant.replace(microsecond=instant.microsecond - rest) if rest else instant


def as_kept(value: Any) -> Any:
    """Cut an aware instant to what every store keeps; leave anything else as it is, for a check to refuse."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        try:
            return cut(value)
        except OverflowError:
            return value
    return value


def instant_of(value: object, field: str) -> dt.datetime:
    """Answer an instant that somebody has given, as every store keeps it.

    Args:
        value: What he gave.
        field: What the problem is said to be about.

    Raises:
        Invalid: It is no instant, or has no zone.
    """
    if not isinstance(value, dt.datetime):
        got = type(value).__name__
        raise Invalid(Problem(field=field, code="value.type", params={"wanted": "instant", "got": got}))
    if value.utcoffset() is None:
        raise Invalid(Problem(field=field, code="value.naive"))
    try:
        return cut(value)
    except OverflowError:  # in UTC it is before the first year, or after the last
        raise Invalid(Problem(field=field, code="value.instant", params={"got": str(value)})) from None


def local_date(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Tell which day *instant* is in the company's *zone* (requirement 16.8)."""
    return instant.astimezone(zone).date()


def day_range(first: dt.date, last: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Turn days in *zone* into instants: from the start of *first*, inclusive, to the end of *last*, exclusive."""
    start = dt.datetime.combine(first, dt.time(), zone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone)
    return cut(start), cut(end)


def month_before(day: dt.date, months: int) -> dt.date:
    """Go back *months* calendar months; a day the month lacks becomes its last day (requirement 16.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_after(day: dt.date, months: int) -> dt.date:
    """Go on *months* calendar months; a day the month lacks becomes its last day."""
    return month_before(day, -months)
