"""What was won and lost, asked once: by whose it was, in which step of the trend, in which quarter to come."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.query import TallyRow, banded, tally, through
from crmcore.reports.dashboards.board import Card, Good, Wanted
from crmcore.reports.dashboards.cards import card
from crmcore.reports.seeing import counted_for
from crmcore.statistics.chances import his, won_from
from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import Period, instants, starts
from crmcore.statistics.sums import rows_with, total_of
from crmcore.statistics.winning import OutcomesAsked, Results, closed, recorded, results_of

__all__ = ["Closed", "ask_closed"]

_o = fields(Opportunity)
_GOOD: Final = {
    "won_amount": Good.MORE,
    "won": Good.MORE,
    "win_rate": Good.MORE,
    "deal": Good.MORE,
    "cycle": Good.LESS,
}


@attrs.frozen(kw_only=True)
class Closed:
    """Everything won and lost within the steps of a trend and the quarters to come."""

    wanted: Wanted
    edges: Sequence[dt.datetime]
    rows: Sequence[TallyRow]
    """By owner, his territory (empty where it was not asked for), band of time, and status."""

    def within(self, period: Period) -> list[TallyRow]:
        """Answer the rows of a period; its edges are among those asked for."""
        start, end = instants(period, self.wanted.work.zone)
        places = range(self.edges.index(start) + 1, self.edges.index(end) + 1)
        return [row for row in self.rows if row.key[2] in places]

    def results(self, period: Period) -> Results:
        """Answer what became of opportunities in a period, as far as they were won or lost in it."""
        start, end = instants(period, self.wanted.work.zone)
        new, over = recorded(start, end).of, closed(start, end).of
        return results_of(
            period,
            OutcomesAsked(
                over=over.where(*his(self.wanted.owner)),
                new=new.where(*his(self.wanted.owner)),
                closed=[TallyRow(row.key[-1:], row.values) for row in self.within(period)],
                recorded=(),
                currency=self.wanted.currency,
            ),
        )

    def won(self, period: Period) -> list[TallyRow]:
        """Answer the rows of what was won in a period."""
        return rows_with(self.within(period), lambda *key: key[-1] is OpportunityStatus.WON)  # type: ignore[return-value]

    def sold(self, period: Period) -> tuple[Any, list[TallyRow]]:
        """Answer what was won in a period by whose it was, as attainment is reckoned from it."""
        rows = self.won(period)
        asked = tally(
            won_from(*instants(period, self.wanted.work.zone), self.wanted.owner), by=(_o.assignee,), measures=()
        )
        owners = {row.key[0]: [one for one in rows if one.key[0] == row.key[0]] for row in rows}
        return asked, [TallyRow((one,), (total_of(his_, 0), total_of(his_, 1))) for one, his_ in owners.items()]

    def teams(self) -> dict[str, frozenset[UserId]]:
        """Answer who of those that won something works in which territory."""
        found: dict[str, set[UserId]] = {}
        for row in self.rows:
            if row.key[0] is not None and row.key[1]:
                found.setdefault(row.key[1], set()).add(row.key[0])
        return {territory: frozenset(people) for territory, people in found.items()}

    def cards(self) -> tuple[Card, ...]:
        """Put what was won, how often, how large and how soon, on cards."""
        results = {one: self.results(one) for one in self.wanted.steps.every}

        def figures(name: str) -> dict[Period, Figure[Any]]:
            return {period: getattr(one, name) for period, one in results.items()}

        return tuple(card(self.wanted, name, figures(name), good) for name, good in _GOOD.items())


def ask_closed(wanted: Wanted, ahead: tuple[Period, ...]) -> Closed:
    """Ask for what was won and lost. One question to the store.

    Args:
        wanted: What somebody wants to see.
        ahead: Quarters that the forecast is about, whether or not they lie within the trend.
    """
    zone = wanted.work.zone
    edges = sorted({*wanted.steps.edges(zone), *starts(ahead, zone)})
    asked = closed(edges[0], edges[-1])
    by_team = not wanted.owners and wanted.work.actor.may("forecast.read_all")
    keys: tuple[Any, ...] = (_o.assignee, banded(_o.closed_at, edges), _o.status)
    if by_team:
        keys = (keys[0], through(_o.assignee, User, fields(User).territory), *keys[1:])
    every = tally(asked.of.where(*his(wanted.owner)), by=keys, measures=asked.measures)
    rows = counted_for(wanted.work, Opportunity).groups(every)
    found = [row if by_team else TallyRow((row.key[0], "", *row.key[1:]), row.values) for row in rows]
    return Closed(wanted=wanted, edges=edges, rows=found)
