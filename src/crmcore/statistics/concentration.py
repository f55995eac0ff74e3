"""How much of the revenue few customers bring: the best fifth's share, and who it takes for four fifths (X-ANA-06)."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from itertools import accumulate
from typing import Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.customers.entity import Customer
from crmcore.query import Query, Tally, TallyRow, in_query, one_of, query
from crmcore.sales.entity import Order
from crmcore.statistics.contribution import groups_in, together
from crmcore.statistics.figures import Figure, counted, share
from crmcore.statistics.sums import AMOUNT, amount_of

__all__ = ["FEW", "MUCH", "Concentration", "concentration"]

_o = fields(Order)
_c = fields(Customer)
_HUNDRED: Final = 100
FEW: Final = 20
"""Percent of the customers that Pareto's rule looks at."""
MUCH: Final = 80
"""Percent of the revenue that it says they bring."""


@attrs.frozen(kw_only=True)
class Concentration:
    """How far the company depends on its best customers."""

    customers: Figure[int]
    revenue: Figure[Decimal]
    best: Figure[int]
    """The best customers that are a given share of all, rounded up to a whole one."""
    best_revenue: Figure[Decimal]
    best_share: Figure[Decimal]
    """What share of the revenue these bring."""
    needed: Figure[int]
    """The fewest customers who bring a given share of the revenue together."""
    needed_share: Figure[Decimal]
    """What share of all customers these are."""


def concentration(
    asked: Tally, rows: Sequence[TallyRow], currency: str, *, few: int = FEW, much: int = MUCH
) -> Concentration:
    """Answer how much of the revenue the best customers bring, and how many it takes for most of it (X-ANA-06).

    Definition: customers in the order of what they have spent, the largest sum first, equal ones by their id. The best
        are the first of them, as many as *few* percent of all, rounded up. Needed are the first of them whose sums
        reach *much* percent of the revenue.
    Formula: best share = Σ sums of the first ⌈few × customers ÷ 100⌉ ÷ Σ all sums;
        needed = least n with Σ sums of the first n ≥ much × Σ all sums ÷ 100.
    Unit: customers; one currency; percent.
    Undefined when: nobody has bought, or all sums together come to nothing or less; then None, never 0.
    Source: requirement X-ANA-06 (contribution ratio); Pareto's 80/20 rule: Koch, "The 80/20 Principle"; Schmittlein,
        Cooper and Morrison, "Truth in Concentration in the Land of (80/20) Laws", Marketing Science 12 (1993).

    Args:
        asked: The tally by customer, the largest sum first, of all customers.
        rows: What the store has answered.
        currency: Of all sums.
        few: Percent of the customers.
        much: Percent of the revenue.
    """
    every, revenue = _all(asked, rows, currency)
    enough = None if revenue.value is None or revenue.value <= 0 else _needed(rows, revenue.value, much)
    best, best_revenue = _first(asked, rows, -(-len(rows) * few // _HUNDRED), currency)
    needed, _ = _first(asked, rows, enough or 0, currency)
    if enough is None:
        needed = attrs.evolve(needed, value=None)
    return Concentration(
        customers=every,
        revenue=revenue,
        best=best,
        best_revenue=best_revenue,
        best_share=share(best_revenue, revenue),
        needed=needed,
        needed_share=share(needed, every),
    )


def _all(asked: Tally, rows: Sequence[TallyRow], currency: str) -> tuple[Figure[int], Figure[Decimal]]:
    customers = query(Customer).where(in_query(_c.id, asked.of, on=_o.customer))
    return counted(groups_in(rows), customers, "customer"), together(asked, rows, currency)[1]


def _first(asked: Tally, rows: Sequence[TallyRow], number: int, currency: str) -> tuple[Figure[int], Figure[Decimal]]:
    """Answer the first customers, and what they have spent; of all of them, by the query of the tally itself."""
    if number == len(rows):
        return _all(asked, rows, currency)
    some = rows[:number]
    named = [row.key[0] for row in some]
    orders: Query[Order] = asked.of.where(one_of(_o.customer, named))
    customers = query(Customer).where(one_of(_c.id, named))
    return counted(len(some), customers, "customer"), amount_of(some, orders, currency)


def _needed(rows: Sequence[TallyRow], revenue: Decimal, much: int) -> int:
    """Answer how many of the first customers bring enough."""
    with localcontext(EXACT):
        wanted = revenue * much / _HUNDRED
        spent = accumulate([row.values[AMOUNT] for row in rows])
        return next((number for number, sum_ in enumerate(spent, start=1) if sum_ >= wanted), len(rows))
