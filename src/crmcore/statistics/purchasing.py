"""From orders to purchases: what each customer bought on which days, as the models of prediction need it.

The store adds up the orders of a customer's day; here the days of a customer are put one behind the other. Rows come
in the order of time, so that a customer costs the same memory however long he has been one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.customers.entity import CustomerId
from crmcore.query import Query, Tally, TallyRow, banded, count, ge, largest, lt, smallest, tally, total
from crmcore.sales.entity import Order
from crmcore.statistics.rfm import Purchases

__all__ = ["MOST_ROWS", "Bought", "by_band", "by_day", "days_there", "put_together", "windows"]

MOST_ROWS: Final = 200_000
"""So many orders one question may be about: what it answers stays small, however many orders there are."""
_BANDS: Final = 400
_o = fields(Order)


@attrs.frozen
class Bought:
    """What one customer has bought, and how many orders say so."""

    purchases: Purchases
    orders: int
    amount: Decimal
    """Of all days, also of the first."""


def days_there(orders: Query[Order]) -> Tally:
    """Ask for the first and the last day of some orders."""
    return tally(orders, measures=(smallest(_o.ordered_on), largest(_o.ordered_on)))


def by_band(orders: Query[Order], first: dt.date, last: dt.date) -> Tally:
    """Ask how many of some orders there are in each part of their time."""
    step = (last - first).days // _BANDS + 1
    edges = [first + dt.timedelta(days=step * place) for place in range((last - first).days // step + 1)]
    return tally(orders, by=(banded(_o.ordered_on, edges),), measures=(count(),))


def windows(asked: Tally, rows: Iterable[TallyRow], most: int = MOST_ROWS) -> Iterator[Query[Order]]:
    """Answer queries that find the orders of one part of the time after the other, each part small enough to hold.

    Args:
        asked: What :func:`by_band` asked.
        rows: What the store answered.
        most: Orders in one part; only a band that has more by itself is larger.
    """
    (band,) = asked.by
    edges: Sequence[dt.date] = band.edges  # type: ignore[union-attr, assignment]  # by_band made it
    begin, end, held = 0, 0, 0
    for row in rows:
        (place,), (number,) = row.key, row.values
        if held and held + number > most:
            yield _between(asked.of, edges, begin, end)
            begin, held = end, 0
        end, held = place, held + number
    if held:
        yield _between(asked.of, edges, begin, end)


def by_day(orders: Query[Order]) -> Tally:
    """Ask for what each customer bought on each day: number of orders, and their sum."""
    return tally(orders, by=(_o.customer, _o.ordered_on), measures=(count(), total(_o.amount)))


def put_together(parts: Iterable[Iterable[TallyRow]]) -> dict[CustomerId, Bought]:
    """Answer what each customer has bought: days, repeats, and what these came to (requirements X-ANA-02, X-CUS-11).

    Definition: all orders of one day are one purchase. What came after the first day is a repeat, and its sum is the
        repeat amount; a credit note takes away from it.
    Formula: repeats = days − 1; repeat amount = Σ amount of all days but the first.
    Unit: days; the currency of the orders.
    Undefined when: a customer without an order has no row.
    Source: Fader, Hardie and Lee, "RFM and CLV" (2005); there x, t_x and T count repeat purchases.

    Args:
        parts: What :func:`by_day` was answered for each part of the time, the earliest first.
    """
    known: dict[CustomerId, tuple[dt.date, dt.date, int, Decimal, int, Decimal]] = {}
    for rows in parts:
        for row in rows:
            (customer, day), (orders, amount) = row.key, row.values
            before = known.get(customer)
            if before is None:
                known[customer] = (day, day, 0, Decimal(0), orders, amount)
            else:
                first, _, repeats, again, number, whole = before
                sums = EXACT.add(again, amount), number + orders, EXACT.add(whole, amount)
                known[customer] = (first, day, repeats + 1, *sums)
    return {
        customer: Bought(Purchases(customer, repeats, first, last, again), number, whole)
        for customer, (first, last, repeats, again, number, whole) in known.items()
    }


def _between(orders: Query[Order], edges: Sequence[dt.date], begin: int, end: int) -> Query[Order]:
    """Narrow to the bands after *begin*, up to and with *end*; band n begins at the nth edge, counted from one."""
    since = [ge(_o.ordered_on, edge) for edge in edges[begin : begin + 1]]
    until = [lt(_o.ordered_on, edge) for edge in edges[end : end + 1]]
    return orders.where(*since, *until)
