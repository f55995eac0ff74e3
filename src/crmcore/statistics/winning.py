"""What becomes of opportunities: how many are won, for how much, how soon, and where they come from (X-OPP-05)."""

import datetime as dt
import enum
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.opportunities.entity import ARCHIVED, Opportunity, OpportunityStatus
from crmcore.query import (
    Condition,
    Query,
    Tally,
    TallyRow,
    all_of,
    banded,
    count,
    elapsed,
    eq,
    ge,
    lt,
    one_of,
    query,
    tally,
    total,
)
from crmcore.query.groups import Grouping
from crmcore.statistics.figures import Figure, mean, measured, share
from crmcore.statistics.periods import Period
from crmcore.statistics.sums import DAY, amount_of, mean_time, number_of, rows_with

__all__ = ["Outcomes", "OutcomesAsked", "OutcomesBy", "Results", "closed", "outcomes", "recorded", "results_of"]

_CYCLE: Final = 2
_o = fields(Opportunity)
_WON, _LOST = OpportunityStatus.WON, OpportunityStatus.LOST


class OutcomesBy(enum.Enum):
    """By what opportunities are told apart."""

    OWNER = "owner"
    """The account manager it was dispatched to; None for those nobody was."""
    SOURCE = "source"
    """Where it came from (机会来源), as somebody typed it; empty if nobody did."""
    STEP = "step"
    """Months, or other parts of the period: a trend."""


@attrs.frozen(kw_only=True)
class Results:
    """What became of a group of opportunities."""

    group: Any
    """The person's id, the source, or the part of the period; None for all together, and for nobody's."""
    recorded: Figure[int]
    """Recorded in the period."""
    converted: Figure[int]
    """How many of these are won by now."""
    conversion: Figure[Decimal]
    """Their share (转化率)."""
    won: Figure[int]
    """Won in the period, whenever they were recorded."""
    lost: Figure[int]
    """Lost in the period."""
    win_rate: Figure[Decimal]
    """Share of the won ones among those that were won or lost."""
    won_amount: Figure[Decimal]
    """What the won ones brought (成交金额)."""
    lost_amount: Figure[Decimal]
    """What the lost ones were expected to bring."""
    amount_rate: Figure[Decimal]
    """Share of the won amount in both."""
    deal: Figure[Decimal]
    """What a won one brought on average, those without an amount counting as nothing."""
    cycle: Figure[Decimal]
    """Days from recording to winning, on average."""


@attrs.frozen(kw_only=True)
class Outcomes:
    """The groups by their key, and all together."""

    groups: tuple[Results, ...]
    whole: Results


def closed(
    start: dt.datetime, end: dt.datetime, by: OutcomesBy | None = None, edges: Sequence[dt.datetime] = ()
) -> Tally:
    """Ask for what was won and lost from one instant up to another: number, amount, time since recording.

    Args:
        start: The first instant of the period.
        end: The first instant after it.
        by: What the groups are; None for one.
        edges: Where the parts of the period begin and the last one ends, if these are the groups.
    """
    over = query(Opportunity).where(one_of(_o.status, ARCHIVED), ge(_o.closed_at, start), lt(_o.closed_at, end))
    keys = (*_keys(by, banded(_o.closed_at, edges) if edges else None), _o.status)
    measures = (count(), total(_o.expected_amount), elapsed(_o.created_at, _o.closed_at, "cycle"))
    return tally(over, by=keys, measures=measures)


def recorded(
    start: dt.datetime, end: dt.datetime, by: OutcomesBy | None = None, edges: Sequence[dt.datetime] = ()
) -> Tally:
    """Ask for what was recorded from one instant up to another, and how it stands now; groups as in :func:`closed`."""
    new = query(Opportunity).where(ge(_o.created_at, start), lt(_o.created_at, end))
    return tally(new, by=(*_keys(by, banded(_o.created_at, edges) if edges else None), _o.status), measures=(count(),))


def outcomes(
    over: tuple[Tally, Sequence[TallyRow]],
    new: tuple[Tally, Sequence[TallyRow]],
    currency: str,
    by: OutcomesBy | None = None,
    parts: Sequence[Period] = (),
    edges: Sequence[dt.datetime] = (),
) -> Outcomes:
    """Answer what became of opportunities in a period (requirement X-OPP-05).

    Definition: win rate: of the opportunities won or lost in the period, the share of those won; by number, and by
        amount. Conversion: of those recorded in the period, the share won by now, so that a young period has little of
        it yet. Cycle: mean time from recording to winning, of those won in the period.
    Formula: 100 × won / (won + lost); 100 × won by now / recorded; sum of amounts / won; sum of (closed − recorded) /
        won.
    Unit: opportunities, percent, the company's currency, days.
    Undefined when: nothing was won or lost (win rate), recorded (conversion), won (deal, cycle); an amount if no
        opportunity has one. Then None, never 0.
    Source: requirement X-OPP-05; win rate and sales cycle as in Jordan and Vazzana, "Cracking the Sales Management
        Code".

    Args:
        over: What :func:`closed` asked, and the answer.
        new: What :func:`recorded` asked, and the answer.
        currency: The company's currency.
        by: What the groups are.
        parts: The parts of the period, if these are the groups.
        edges: Where they begin and the last one ends, as given to the two.
    """
    asked = OutcomesAsked(over=over[0].of, new=new[0].of, closed=over[1], recorded=new[1], currency=currency)
    if by is None:
        return Outcomes(groups=(), whole=results_of(None, asked))
    if by is OutcomesBy.STEP:
        keys: list[Any] = [*range(1, len(edges))]
    else:
        found = {row.key[0] for row in (*asked.closed, *asked.recorded)}
        keys = sorted(found, key=lambda one: (one is not None, str(one)))
    named = dict(enumerate(parts, start=1)) if by is OutcomesBy.STEP else {key: key for key in keys}
    groups = tuple(results_of(named[key], asked.of(key, by, edges)) for key in keys)
    return Outcomes(groups=groups, whole=results_of(None, asked.flat()))


@attrs.frozen(kw_only=True)
class OutcomesAsked:
    """What was asked and answered of one group; the last part of each key is the status."""

    over: Query[Opportunity]
    new: Query[Opportunity]
    closed: Sequence[TallyRow]
    recorded: Sequence[TallyRow]
    currency: str

    def of(self, key: Any, by: OutcomesBy, edges: Sequence[dt.datetime]) -> "OutcomesAsked":
        """Answer what concerns one group."""
        over, new = _within(key, by, edges)
        return attrs.evolve(
            self,
            over=self.over.where(over),
            new=self.new.where(new),
            closed=_last(rows_with(self.closed, lambda group, _: group == key)),
            recorded=_last(rows_with(self.recorded, lambda group, _: group == key)),
        )

    def flat(self) -> "OutcomesAsked":
        """Answer all groups as one."""
        return attrs.evolve(self, closed=_last(self.closed), recorded=_last(self.recorded))


def _last(rows: Sequence[TallyRow]) -> list[TallyRow]:
    return [TallyRow(row.key[-1:], row.values) for row in rows]


def _within(key: Any, by: OutcomesBy, edges: Sequence[dt.datetime]) -> tuple[Condition, Condition]:
    """Answer what opportunities of a group meet that were closed, and that were recorded, in the period."""
    if by is OutcomesBy.OWNER:
        return (eq(_o.assignee, key),) * 2
    if by is OutcomesBy.SOURCE:
        return (eq(_o.source, key),) * 2
    first, last = edges[key - 1], edges[key]
    return all_of(ge(_o.closed_at, first), lt(_o.closed_at, last)), all_of(
        ge(_o.created_at, first), lt(_o.created_at, last)
    )


def results_of(group: Any, asked: OutcomesAsked) -> Results:
    """Answer what became of one group; see :func:`outcomes` for what each figure is."""
    won_rows, lost_rows = (rows_with(asked.closed, lambda is_, of=of: is_ is of) for of in (_WON, _LOST))
    won_by_now = rows_with(asked.recorded, lambda status: status is _WON)
    was_won, was_lost = (asked.over.where(eq(_o.status, of)) for of in (_WON, _LOST))
    new = number_of(asked.recorded, asked.new, "opportunity")
    converted = number_of(won_by_now, asked.new.where(eq(_o.status, _WON)), "opportunity")
    won = number_of(won_rows, was_won, "opportunity")
    won_amount = amount_of(won_rows, was_won, asked.currency)
    return Results(
        group=group,
        recorded=new,
        converted=converted,
        conversion=share(converted, new),
        won=won,
        lost=number_of(lost_rows, was_lost, "opportunity"),
        win_rate=share(won, number_of(asked.closed, asked.over, "opportunity")),
        won_amount=won_amount,
        lost_amount=amount_of(lost_rows, was_lost, asked.currency),
        amount_rate=share(won_amount, amount_of(asked.closed, asked.over, asked.currency)),
        deal=measured(mean(won_amount.value, won.records), was_won, asked.currency, won.records),
        cycle=mean_time(won_rows, _CYCLE, was_won, unit="d", length=DAY),
    )


def _keys(by: OutcomesBy | None, step: Grouping | None) -> tuple[Grouping, ...]:
    match by:
        case None:
            return ()
        case OutcomesBy.OWNER:
            return (_o.assignee,)
        case OutcomesBy.SOURCE:
            return (_o.source,)
    assert step is not None  # noqa: S101  # a trend has parts
    return (step,)
