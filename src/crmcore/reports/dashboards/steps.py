"""The steps of a dashboard's trend: a month, quarter or year, and those before it that it is compared with."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.checked import FIRST_YEAR
from crmcore.base.errors import Invalid, Problem
from crmcore.query import TallyRow, banded
from crmcore.query.conditions import FieldRef
from crmcore.query.groups import Banded
from crmcore.statistics.compared_periods import ComparedPeriods, compared_periods
from crmcore.statistics.figures import Comparison, Figure
from crmcore.statistics.periods import Period, Span, before, instants, starts

__all__ = ["Steps", "of_step", "steps_to"]

_LENGTHS: Final = {Span.MONTH: 13, Span.QUARTER: 9, Span.YEAR: 5}
"""How many steps a trend has, so that the same step of last year is one of them."""


@attrs.frozen
class Steps:
    """A period and those before it, the earliest first.

    A store is asked once, by bands of these steps: that answers the figure, what it is compared with, and the trend.
    While the period is not over, two of the steps have a band more: as many of their days as it has had itself.
    """

    parts: tuple[Period, ...]
    beside: ComparedPeriods
    """What the period is compared with: two of the steps, or the first days of them."""

    @property
    def period(self) -> Period:
        """The one that the dashboard is about."""
        return self.parts[-1]

    @property
    def whole(self) -> Period:
        """All of them together."""
        return Period(self.parts[0].first, self.parts[-1].last)

    @property
    def every(self) -> tuple[Period, ...]:
        """All periods of which there are figures: the steps, and those that are compared in part."""
        return *self.parts, *self.beside.parts

    def edges(self, zone: ZoneInfo) -> list[dt.datetime]:
        """Answer the instants at which any of these periods begins or ends, the earliest first."""
        return sorted({*starts(self.parts, zone), *(instants(one, zone)[1] for one in self.beside.parts)})

    def days(self, field: FieldRef[Any]) -> Banded:
        """Answer the bands of a date: 0 lies before all steps, n is the nth."""
        return banded(field, [one.first for one in self.parts])

    def instants(self, field: FieldRef[Any], zone: ZoneInfo) -> Banded:
        """Answer the bands of an instant; :func:`within` picks those of a period."""
        return banded(field, self.edges(zone))

    def within(self, rows: Sequence[TallyRow], period: Period, zone: ZoneInfo, at: int = 0) -> list[TallyRow]:
        """Pick the rows of one period, and take the band out of their keys.

        Args:
            rows: Rows of a tally by :func:`instants`.
            period: One of ``every``.
            zone: The company's.
            at: Where in the key the band stands.
        """
        edges, (start, end) = self.edges(zone), instants(period, zone)
        places = range(edges.index(start) + 1, edges.index(end) + 1)
        return [TallyRow(row.key[:at] + row.key[at + 1 :], row.values) for row in rows if row.key[at] in places]

    def compared(self, figures: Mapping[Period, Figure[Any]]) -> Comparison[Any]:
        """Answer the figure of the period beside those it is compared with, of figures of all periods."""
        now, then, year_ago = (figures[one] for one in self.beside.all)
        return Comparison(now=now, before=then, last_year=year_ago)


def of_step(rows: Sequence[TallyRow], place: int, at: int = 0) -> list[TallyRow]:
    """Pick the rows of one step, and take the step out of their keys.

    Args:
        rows: Rows of a tally by steps.
        place: Which step, from 1.
        at: Where in the key its band stands.
    """
    return [TallyRow(row.key[:at] + row.key[at + 1 :], row.values) for row in rows if row.key[at] == place]


def steps_to(period: object, today: dt.date) -> Steps:
    """Answer the steps of a trend that ends with a period.

    Args:
        period: A month, quarter or year.
        today: The day it is in the company's zone.

    Raises:
        Invalid: It is no month, quarter or year of the calendar, or the calendar ends before the trend begins.
    """
    span = period.span if isinstance(period, Period) else None
    if not isinstance(period, Period) or span not in _LENGTHS or period.first.year < FIRST_YEAR + 6:
        raise Invalid(Problem(field="period", code="report.period_of_calendar", entity="report"))
    parts = [period]
    while len(parts) < _LENGTHS[span]:
        parts.append(before(parts[-1]))
    return Steps(tuple(reversed(parts)), compared_periods(period, today))
