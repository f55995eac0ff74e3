"""The steps of a dashboard's trend: a month, quarter or year, and those before it that it is compared with."""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.checked import FIRST_YEAR
from crmcore.base.errors import Invalid, Problem
from crmcore.query import TallyRow, banded
from crmcore.query.conditions import FieldRef
from crmcore.query.groups import Banded
from crmcore.statistics.figures import Comparison, Figure
from crmcore.statistics.periods import Period, Span, before, starts

__all__ = ["Steps", "of_step", "steps_to"]

_LENGTHS: Final = {Span.MONTH: (13, 12), Span.QUARTER: (9, 4), Span.YEAR: (5, 1)}
"""How many steps a trend has, so that the same step of last year is one of them; and how many make a year."""


@attrs.frozen
class Steps:
    """A period and those before it, the earliest first.

    A store is asked once, by bands of these steps: that answers the figure, what it is compared with, and the trend.
    """

    parts: tuple[Period, ...]
    year: int
    """How many steps make a year."""

    @property
    def period(self) -> Period:
        """The one that the dashboard is about."""
        return self.parts[-1]

    @property
    def whole(self) -> Period:
        """All of them together."""
        return Period(self.parts[0].first, self.parts[-1].last)

    def days(self, field: FieldRef[Any]) -> Banded:
        """Answer the bands of a date: 0 lies before all steps, n is the nth."""
        return banded(field, [one.first for one in self.parts])

    def instants(self, field: FieldRef[Any], zone: ZoneInfo) -> Banded:
        """Answer the bands of an instant: 0 lies before all steps, n is the nth, the highest lies behind them."""
        return banded(field, starts(self.parts, zone))

    def compared(self, series: Sequence[Figure[Any]]) -> Comparison[Any]:
        """Answer the figure of the period beside those it is compared with, of figures of all steps."""
        return Comparison(now=series[-1], before=series[-2], last_year=series[-1 - self.year])


def of_step(rows: Sequence[TallyRow], place: int, at: int = 0) -> list[TallyRow]:
    """Pick the rows of one step, and take the step out of their keys.

    Args:
        rows: Rows of a tally by steps.
        place: Which step, from 1.
        at: Where in the key its band stands.
    """
    return [TallyRow(row.key[:at] + row.key[at + 1 :], row.values) for row in rows if row.key[at] == place]


def steps_to(period: object) -> Steps:
    """Answer the steps of a trend that ends with a period.

    Raises:
        Invalid: It is no month, quarter or year of the calendar, or the calendar ends before the trend begins.
    """
    span = period.span if isinstance(period, Period) else None
    if not isinstance(period, Period) or span not in _LENGTHS or period.first.year < FIRST_YEAR + 6:
        raise Invalid(Problem(field="period", code="report.period_of_calendar", entity="report"))
    length, year = _LENGTHS[span]
    parts = [period]
    while len(parts) < length:
        parts.append(before(parts[-1]))
    return Steps(tuple(reversed(parts)), year)
