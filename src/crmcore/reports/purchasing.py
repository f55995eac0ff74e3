"""Reads what customers have bought, day by day, added up by the store; for the actions of this package."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import fields

from crmcore.customers.entity import CustomerId
from crmcore.query import Query, TallyRow, eq, le, negate, one_of, query
from crmcore.sales.entity import Order, OrderStatus
from crmcore.statistics.purchasing import Bought, by_band, by_day, days_there, put_together, windows
from crmcore.storage.collection import Collection

__all__ = ["bought_by", "everything_bought", "purchases_until"]

_o = fields(Order)
_NOTHING: Final[Mapping[CustomerId, Bought]] = {}


def purchases_until(currency: str, until: dt.date) -> Query[Order]:
    """Answer the orders that predictions rest on: all in a currency up to a day, but cancelled ones.

    Unpaid ones count too, unlike in the contribution analysis (decision 16.6): who has ordered is a customer, whether
    or not he has paid, as the churn check sees it (requirement CHN-02).
    """
    valid = negate(eq(_o.status, OrderStatus.CANCELLED))
    return query(Order).where(valid, eq(_o.currency, currency), le(_o.ordered_on, until))


def everything_bought(orders: Collection[Order], wanted: Query[Order]) -> Mapping[CustomerId, Bought]:
    """Answer what every customer has bought. Two questions, and one for each two hundred thousand orders.

    Args:
        orders: Where the orders are: those that somebody sees, or all.
        wanted: Which of them.
    """
    ((first, last),) = (row.values for row in orders.groups(days_there(wanted)))
    if first is None:
        return _NOTHING
    asked = by_band(wanted, first, last)
    parts = windows(asked, orders.groups(asked))
    return put_together(_read(orders, parts))


def bought_by(
    orders: Collection[Order], wanted: Query[Order], customers: Iterable[CustomerId]
) -> Mapping[CustomerId, Bought]:
    """Answer what some customers have bought. One question, or none."""
    ids = set(customers)
    if not ids:
        return _NOTHING
    return put_together([orders.groups(by_day(wanted.where(one_of(_o.customer, ids))))])


def _read(orders: Collection[Order], parts: Iterable[Query[Order]]) -> Iterator[Iterable[TallyRow]]:
    for part in parts:
        yield orders.groups(by_day(part))
