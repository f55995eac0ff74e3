"""What a period is compared with: whole periods if it is over, else as many days of them (X-ANA-05, decision 16.8)."""

import datetime as dt

import attrs

from crmcore.statistics.periods import Period, before, last_year

__all__ = ["ComparedPeriods", "compared_periods"]


@attrs.frozen(kw_only=True)
class ComparedPeriods:
    """A period beside those that its figures are fairly compared with."""

    now: Period
    before: Period
    """The period directly before, or as many of its first days as *now* has had."""
    last_year: Period
    """The same period of last year, or as many of its first days."""
    days: int | None
    """How many days of *now* there have been, today included; None where whole periods are compared."""

    @property
    def all(self) -> tuple[Period, Period, Period]:
        """All three: now, before, last year."""
        return self.now, self.before, self.last_year

    @property
    def parts(self) -> tuple[Period, ...]:
        """The periods that are compared only in part, each once; none where whole ones are."""
        return () if self.days is None else tuple(dict.fromkeys((self.before, self.last_year)))


def compared_periods(period: Period, today: dt.date) -> ComparedPeriods:
    """Answer which days a period is compared with, so that a month that has begun is not held against whole ones.

    Definition: a period that is over, or has not begun, is compared with the whole period before and the whole same
        period of last year. One that is running is compared with as many of their first days as it has had itself,
        today included: on 22 November with 1 to 22 October, and with 1 to 22 November of last year. Where they have
        fewer days, to their end: 30 March with all of February. Its last day ends it: whole months are compared then.
    Formula: n = today − first day + 1; the first n days of each, or all of them if there are fewer.
    Unit: days of the company's calendar.
    Undefined when: never.
    Source: requirement X-ANA-05; "month to date" as in accounting.
        After 29 February, the same number of days of another year ends a day later by date.

    Args:
        period: Which days.
        today: The day it is in the company's zone.
    """
    then, year_ago = before(period), last_year(period)
    if not period.first <= today < period.last:
        return ComparedPeriods(now=period, before=then, last_year=year_ago, days=None)
    days = (today - period.first).days + 1
    return ComparedPeriods(now=period, before=_first(then, days), last_year=_first(year_ago, days), days=days)


def _first(period: Period, days: int) -> Period:
    """Answer the first days of a period; all of it if it has no more."""
    return Period(period.first, min(period.first + dt.timedelta(days=days - 1), period.last))
