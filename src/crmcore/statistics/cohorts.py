"""Customers by when they first bought, and how many of them bought again later (X-ANA-02, X-ANA-05)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import attrs
from attrs import fields

from crmcore.customers.entity import Customer
from crmcore.query import (
    Banded,
    Query,
    Tally,
    TallyRow,
    banded,
    count,
    distinct,
    ge,
    in_query,
    le,
    query,
    tally,
    through,
)
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.figures import Figure, counted, share
from crmcore.statistics.periods import Period

__all__ = ["Cohort", "buying_again", "cohorts", "sizes"]

_o = fields(Order)
_s = fields(OrderSummary)
_c = fields(Customer)


@attrs.frozen(kw_only=True)
class Cohort:
    """The customers who first bought in one step of time."""

    period: Period
    size: Figure[int]
    active: tuple[Figure[int], ...]
    """Those of them who bought in that step, which is all of them, and in each step after it."""
    retention: tuple[Figure[Decimal], ...]
    """What share of the cohort that is."""


def sizes(summaries: Query[OrderSummary], steps: Sequence[Period]) -> Tally:
    """Ask how many customers first bought in each step."""
    within = summaries.where(ge(_s.first_order_on, steps[0].first), le(_s.first_order_on, steps[-1].last))
    return tally(within, by=(_step(_s.first_order_on, steps),), measures=(count(),))


def buying_again(orders: Query[Order], steps: Sequence[Period]) -> Tally:
    """Ask how many customers, by the step in which they first bought, bought in each step."""
    within = orders.where(ge(_o.ordered_on, steps[0].first), le(_o.ordered_on, steps[-1].last))
    first = _step(through(_o.customer, OrderSummary, _s.first_order_on), steps)
    return tally(within, by=(first, _step(_o.ordered_on, steps)), measures=(distinct(_o.customer),))


def cohorts(
    size: Tally,
    size_rows: Iterable[TallyRow],
    again: Tally,
    again_rows: Iterable[TallyRow],
    steps: Sequence[Period],
) -> tuple[Cohort, ...]:
    """Answer how many of the customers who first bought in a step bought again later (requirement X-ANA-05).

    Definition: a cohort are the customers whose first order lies in a step of time. A customer is active in a step if
        he ordered in it, at least once. Cancelled orders do not count, unpaid ones do: to order is to come back.
    Formula: retention(n) = customers of the cohort who ordered in its nth step ÷ customers of the cohort.
    Unit: customers; percent.
    Undefined when: the retention of a step in which nobody first bought; then None, never 0.
    Source: requirement X-ANA-05; Fader and Hardie, "How to Project Customer Retention", Journal of Interactive
        Marketing 21 (2007), on reading retention by cohort.

    Args:
        size: The tally of :func:`sizes` as it was asked.
        size_rows: What the store has answered.
        again: That of :func:`buying_again`.
        again_rows: What the store has answered.
        steps: The steps, in their order.
    """
    first = {row.key[0]: row.values[0] for row in size_rows}
    then = {row.key: row.values[0] for row in again_rows}
    found = []
    for place, step in enumerate(steps, start=1):
        whole = counted(first.get(place, 0), _of_cohort(size, step), "customer")
        active = tuple(
            counted(
                then.get((place, place + later), 0),
                whole.of.where(in_query(_c.id, _ordered_in(again, steps[place + later - 1]), on=_o.customer)),
                "customer",
            )
            for later in range(len(steps) - place + 1)
        )
        retained = tuple(share(one, whole) for one in active)
        found.append(Cohort(period=step, size=whole, active=active, retention=retained))
    return tuple(found)


def _step(field: Any, steps: Sequence[Period]) -> Banded:
    """Answer the place of a day's step, from 1."""
    return banded(field, [step.first for step in steps])


def _of_cohort(asked: Tally, step: Period) -> Query[Customer]:
    summaries = asked.of.where(ge(_s.first_order_on, step.first), le(_s.first_order_on, step.last))
    return query(Customer).where(in_query(_c.id, summaries))


def _ordered_in(asked: Tally, step: Period) -> Query[Any]:
    return asked.of.where(ge(_o.ordered_on, step.first), le(_o.ordered_on, step.last))
