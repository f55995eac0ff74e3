"""Years, quarters, months and days of the company's zone, and what they are compared with (decision 16.8).

A period is made of days, both ends included. Which instants these are, the company's zone says: 1 January may begin at
half past six in the evening of the day before.
"""

import calendar
import datetime as dt
import enum
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.clock import cut, day_range, month_before
from crmcore.base.errors import Invalid, Problem

__all__ = [
    "MOST_STEPS",
    "Period",
    "Span",
    "before",
    "check_day",
    "check_period",
    "day_of",
    "instants",
    "last_year",
    "latest_years",
    "month_of",
    "months_up_to",
    "period_from",
    "period_of",
    "quarter_of",
    "starts",
    "steps",
    "year_of",
]

_YEAR: Final = 12
_REPORT: Final = "report"
MOST_STEPS: Final = 400
"""The most parts that a trend is divided into: each is a point that somebody looks at."""


class Span(enum.Enum):
    """How long a period of the calendar is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS: Final = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@attrs.frozen
class Period:
    """Days of the company's calendar, from the first to the last, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def span(self) -> Span | None:
        """Which period of the calendar it is; None for days of somebody's choice."""
        return next((span for span in reversed(Span) if period_of(self.first, span) == self), None)


def check_period(first: object, last: object) -> Period:
    """Answer the period from one day to another, both included.

    Raises:
        Invalid: One of them is no day of the calendar that records can have, or the last comes before the first.
    """
    begins, ends = check_day(first, "first", _REPORT), check_day(last, "last", _REPORT)
    if begins > ends:
        raise Invalid(
            Problem(field="last", code="report.backwards", entity="report", params={"first": begins, "got": ends})
        )
    return Period(begins, ends)


def check_day(day: object, field: str, entity: str = "") -> dt.date:
    """Answer a day that records can have.

    Args:
        day: What was said.
        field: What it is called where it was said, as the error names it.
        entity: Whose field it is.

    Raises:
        Invalid: It is no such day.
    """
    if type(day) is not dt.date or not FIRST_YEAR < day.year < LAST_YEAR:
        raise Invalid(Problem(field, "report.no_day", entity, {"got": str(day)[:50]}))
    return day


def period_from(
    year: int | None = None, quarter: int | None = None, month: int | None = None, day: int | None = None
) -> Period | None:
    """Answer the year, quarter, month or day that somebody has chosen; None for all time.

    Raises:
        Invalid: There is no such period, or a part is given without the year or month that it belongs to.
    """
    for name, given, least, most in (
        ("year", year, FIRST_YEAR + 1, LAST_YEAR - 1),
        ("quarter", quarter, 1, 4),
        ("month", month, 1, _YEAR),
    ):
        if given is not None and (type(given) is not int or not least <= given <= most):
            raise _outside(name, least, most, given)
    if year is None or (quarter is not None and month is not None) or (day is not None and month is None):
        if (year, quarter, month, day) == (None, None, None, None):
            return None
        raise Invalid(Problem("year" if year is None else "month", "report.part", _REPORT))
    if quarter is not None:
        return period_of(dt.date(year, quarter * 3, 1), Span.QUARTER)
    if month is None:
        return year_of(year)
    longest = calendar.monthrange(year, month)[1]
    if day is not None and (type(day) is not int or not 1 <= day <= longest):
        raise _outside("day", 1, longest, day)
    return month_of(year, month) if day is None else day_of(dt.date(year, month, day))


def period_of(day: dt.date, span: Span) -> Period:
    """Answer the day, month, quarter or year in which a day lies."""
    if span is Span.DAY:
        return Period(day, day)
    months = _MONTHS[span]
    start = day.year * _YEAR + (day.month - 1) // months * months
    return Period(_first(start), _last(start + months - 1))


def year_of(year: int) -> Period:
    """Answer a year, 1 January to 31 December."""
    return Period(dt.date(year, 1, 1), dt.date(year, _YEAR, 31))


def quarter_of(year: int, quarter: int) -> Period:
    """Answer a quarter of a year, 1 to 4."""
    return period_of(dt.date(year, quarter * 3, 1), Span.QUARTER)


def month_of(year: int, month: int) -> Period:
    """Answer a month of a year, 1 to 12."""
    return period_of(dt.date(year, month, 1), Span.MONTH)


def day_of(day: dt.date) -> Period:
    """Answer one day as a period."""
    return Period(day, day)


def before(period: Period) -> Period:
    """Answer the period directly before: the month before a month; before other days, as many of them."""
    ends = period.first - dt.timedelta(days=1)
    if period.span is not None:
        return period_of(ends, period.span)
    earliest = dt.date(FIRST_YEAR, 1, 1).toordinal()
    return Period(dt.date.fromordinal(max(ends.toordinal() - period.days + 1, earliest)), ends)


def last_year(period: Period) -> Period:
    """Answer the same period a year before.

    A period of the calendar stays one: February 2028 has a day more than February 2027. Otherwise the days are the
    same, and 29 February becomes the 28th.
    """
    if period.span not in {None, Span.DAY}:
        return Period(_year_before(period.first), _last(_month(period.last) - _YEAR))
    return Period(_year_before(period.first), _year_before(period.last))


def instants(period: Period, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Answer the instants of a period in a zone, in UTC: from the first, included, to the last, excluded."""
    return day_range(period.first, period.last, zone)


def steps(period: Period, span: Span) -> tuple[Period, ...]:
    """Divide a period into days, months, quarters or years of the calendar; the first and last may be cut short.

    Raises:
        Invalid: There would be more parts than anybody looks at.
    """
    parts: list[Period] = []
    first = period.first
    while first <= period.last:
        if len(parts) == MOST_STEPS:
            raise Invalid(Problem("span", "report.too_many_steps", _REPORT, {"max": MOST_STEPS}))
        last = min(period_of(first, span).last, period.last)
        parts.append(Period(first, last))
        first = last + dt.timedelta(days=1)
    return tuple(parts)


def latest_years(period: Period) -> tuple[Period, ...]:
    """Answer the years that a period touches, whole, in their order; of too many, the latest."""
    first = max(period.first.year, period.last.year - MOST_STEPS + 1)
    return tuple(year_of(year) for year in range(first, period.last.year + 1))


def starts(parts: tuple[Period, ...], zone: ZoneInfo) -> list[dt.datetime]:
    """Answer where parts that follow each other begin, and where the last ends: the edges of bands of instants.

    Band 0 lies before all of them, band n is the nth part, and the highest lies behind.
    """
    begins = [cut(dt.datetime.combine(part.first, dt.time(), zone)) for part in parts]
    return [*begins, instants(parts[-1], zone)[1]]


def _outside(name: str, least: int, most: int, got: object) -> Invalid:
    return Invalid(Problem(name, "value.range", _REPORT, {"min": least, "max": most, "got": str(got)[:50]}))


def _month(day: dt.date) -> int:
    return day.year * _YEAR + day.month - 1


def _first(month: int) -> dt.date:
    return dt.date(month // _YEAR, month % _YEAR + 1, 1)


def _last(month: int) -> dt.date:
    year, place = divmod(month, _YEAR)
    return dt.date(year, place + 1, calendar.monthrange(year, place + 1)[1])


def _year_before(day: dt.date) -> dt.date:
    """Answer the same day of the year before; 28 February for the 29th."""
    year = day.year - 1
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def months_up_to(day: dt.date, months: int) -> Period:
    """Answer the period of so many months that ends with a day, as the last twelve."""
    return Period(month_before(day, months) + dt.timedelta(days=1), day)
