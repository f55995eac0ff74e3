"""How the number of customers grows: who was won, who was lost, how many there are (requirement X-ANA-05)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer
from crmcore.query import Query, Tally, TallyRow, banded, count, ge, lt, tally
from crmcore.statistics.figures import Figure, counted
from crmcore.statistics.periods import Period, instants, starts

__all__ = ["GrowthStep", "growth", "lost_by_step", "new_by_step"]

_c = fields(Customer)
_n = fields(ChurnCase)


@attrs.frozen(kw_only=True)
class GrowthStep:
    """One step of a trend."""

    period: Period
    new: Figure[int]
    """Customers who were recorded in it."""
    lost: Figure[int]
    """Losses that were confirmed in it."""
    all: Figure[int]
    """Customers who had been recorded by its end."""

    @property
    def net(self) -> int:
        """By how many customers the company gained more than it lost."""
        return (self.new.value or 0) - (self.lost.value or 0)


def new_by_step(customers: Query[Customer], steps: Sequence[Period], zone: ZoneInfo) -> Tally:
    """Ask how many customers were recorded before a period and in each step of it."""
    until = customers.where(lt(_c.created_at, instants(steps[-1], zone)[1]))
    return tally(until, by=(banded(_c.created_at, starts(tuple(steps), zone)),), measures=(count(),))


def lost_by_step(losses: Query[ChurnCase], steps: Sequence[Period], zone: ZoneInfo) -> Tally:
    """Ask how many losses were confirmed in each step of a period."""
    edges = starts(tuple(steps), zone)
    within = losses.where(ge(_n.closed_at, edges[0]), lt(_n.closed_at, edges[-1]))
    return tally(within, by=(banded(_n.closed_at, edges),), measures=(count(),))


def growth(
    new: Tally,
    new_rows: Iterable[TallyRow],
    lost: Tally,
    lost_rows: Iterable[TallyRow],
    steps: Sequence[Period],
    zone: ZoneInfo,
) -> tuple[GrowthStep, ...]:
    """Answer how the number of customers grew, step by step (requirement X-ANA-05).

    Definition: new are customers by the day they were recorded; lost are confirmed losses by the day of confirmation;
        all are the customers recorded until the end of the step. Deleted customers, and those who turned out to be
        another one, are as if they had never been.
    Formula: all(n) = all(n − 1) + new(n). The lost stay customers that the company knows.
    Unit: customers; of losses, churn cases.
    Undefined when: never; a step in which nothing happened counts 0.
    Source: requirement X-ANA-05.

    Args:
        new: The tally of :func:`new_by_step` as it was asked.
        new_rows: What the store has answered.
        lost: That of :func:`lost_by_step`.
        lost_rows: What the store has answered.
        steps: The steps, in their order.
        zone: The company's.
    """
    came, went, found = _by_band(new_rows), _by_band(lost_rows), []
    running = came[0]
    for place, step in enumerate(steps, start=1):
        start, end = instants(step, zone)
        running += came[place]
        found.append(
            GrowthStep(
                period=step,
                new=counted(came[place], _recorded(new, start, end), "customer"),
                lost=counted(went[place], _confirmed(lost, start, end), "churn_case"),
                all=counted(running, _recorded(new, None, end), "customer"),
            )
        )
    return tuple(found)


def _by_band(rows: Iterable[TallyRow]) -> Counter[int]:
    """Answer the number of each step; that of one in which nothing happened is 0."""
    return Counter({row.key[0]: row.values[0] for row in rows})


def _recorded(asked: Tally, start: dt.datetime | None, end: dt.datetime) -> Query[Customer]:
    known: Query[Customer] = asked.of.where(lt(_c.created_at, end))
    return known if start is None else known.where(ge(_c.created_at, start))


def _confirmed(asked: Tally, start: dt.datetime, end: dt.datetime) -> Query[ChurnCase]:
    found: Query[ChurnCase] = asked.of.where(ge(_n.closed_at, start), lt(_n.closed_at, end))
    return found
