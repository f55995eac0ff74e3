"""What became of opportunities in a period, the period before, and the same of last year (requirement X-OPP-05)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.opportunities.entity import Opportunity
from crmcore.query import Tally, TallyRow, ge, lt
from crmcore.statistics.compared_periods import ComparedPeriods
from crmcore.statistics.figures import Comparison
from crmcore.statistics.periods import Period, instants
from crmcore.statistics.sums import Answered, rows_with
from crmcore.statistics.winning import OutcomesAsked, OutcomesBy, Results, closed, recorded, results_of

__all__ = ["OutcomesCompared", "compared", "compared_edges", "compared_tallies"]

_o = fields(Opportunity)


@attrs.frozen(kw_only=True)
class OutcomesCompared:
    """The same figures of three periods."""

    now: Results
    before: Results
    """Of the period directly before, or of as many of its days."""
    last_year: Results
    """Of the same period a year before, or of as many of its days."""

    def comparison(self, name: str) -> Comparison[Any]:
        """Answer one figure beside those it is compared with; *name* is that of a figure of :class:`Results`."""
        now, then, year_ago = (getattr(one, name) for one in (self.now, self.before, self.last_year))
        return Comparison(now=now, before=then, last_year=year_ago)


def compared_edges(periods: ComparedPeriods, zone: ZoneInfo) -> list[dt.datetime]:
    """Answer where the three periods begin and end: between two of these instants, a record is in each or in none."""
    return sorted({edge for one in periods.all for edge in instants(one, zone)})


def compared_tallies(edges: Sequence[dt.datetime]) -> tuple[Tally, Tally]:
    """Ask for what was closed, and for what was recorded, between these instants."""
    first, last = edges[0], edges[-1]
    return closed(first, last, OutcomesBy.STEP, edges), recorded(first, last, OutcomesBy.STEP, edges)


def compared(
    periods: ComparedPeriods,
    zone: ZoneInfo,
    edges: Sequence[dt.datetime],
    over: Answered,
    new: Answered,
    currency: str,
) -> OutcomesCompared:
    """Answer what became of opportunities in a period and in those it is compared with (requirement X-OPP-05).

    Definition, formula, unit, undefined when, source: see :func:`crmcore.statistics.winning.outcomes`; the periods are
        those of :func:`crmcore.statistics.compared_periods.compared_periods`.

    Args:
        periods: Which days.
        zone: The company's zone.
        edges: What :func:`compared_edges` answered.
        over: The first of what :func:`compared_tallies` asked, and the answer.
        new: The second, and the answer.
        currency: The company's currency.
    """
    now, then, year_ago = (_of(one, zone, edges, over, new, currency) for one in periods.all)
    return OutcomesCompared(now=now, before=then, last_year=year_ago)


def _of(
    period: Period, zone: ZoneInfo, edges: Sequence[dt.datetime], over: Answered, new: Answered, currency: str
) -> Results:
    start, end = instants(period, zone)
    places = range(edges.index(start) + 1, edges.index(end) + 1)
    return results_of(
        period,
        OutcomesAsked(
            over=over[0].of.where(ge(_o.closed_at, start), lt(_o.closed_at, end)),
            new=new[0].of.where(ge(_o.created_at, start), lt(_o.created_at, end)),
            closed=_within(over[1], places),
            recorded=_within(new[1], places),
            currency=currency,
        ),
    )


def _within(rows: Sequence[TallyRow], places: range) -> list[TallyRow]:
    """Pick the rows of some bands; what is left of their keys is the status."""
    return [TallyRow(row.key[1:], row.values) for row in rows_with(rows, lambda band, _: band in places)]
