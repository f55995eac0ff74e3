"""When customers buy, and what they prefer: all of them, or one (requirements X-ANA-02, X-ANA-03)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.query import count, eq, in_query, query, total
from crmcore.reports.asking import OrderFilter, currency_of, orders_of, product_names
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.habits import MONTHS, WEEKDAYS, Habit, Rhythm, by_date, habits, month, rhythm, weekday
from crmcore.statistics.sums import number_of
from crmcore.statistics.trading import ProductSales, by_product, product_mix
from crmcore.storage.action import action
from crmcore.storage.listing import check_whole
from crmcore.storage.work import Work

__all__ = ["BuyingHabits", "buying_habits"]

_o = fields(Order)
_l = fields(OrderLine)
_ALL: Final = OrderFilter()


@attrs.frozen(kw_only=True)
class BuyingHabits:
    """What is known of somebody's, or everybody's, habits."""

    currency: str
    orders: Figure[int]
    weekdays: tuple[Habit, ...]
    """From Monday on."""
    months: tuple[Habit, ...]
    products: tuple[ProductSales, ...]
    """Those that most was spent on: what he prefers."""
    lines: Figure[Decimal]
    """What all products come to."""
    names: Mapping[str, str]
    """What the products are called, as far as the sales system has told."""
    rhythm: Rhythm | None
    """How often one customer buys; None for several."""


@action("report.read", "order.read")
def buying_habits(work: Work, only: OrderFilter = _ALL, *, most: int = 10) -> BuyingHabits:
    """Answer on which weekdays and in which months customers buy, and which products (requirements X-ANA-02, X-ANA-03).

    An account manager gets the habits of his own customers. Four questions to the store.

    Args:
        work: The unit of work.
        only: Which orders count; with a customer it is his habits, and when his next order would be due.
        most: How many products to answer.

    Raises:
        Invalid: A filter is none, or the number.
    """
    check_whole(most=most)
    currency = currency_of(work, only)
    orders = orders_of(only).where(eq(_o.currency, currency))
    rows = work.orders.groups(by_date(orders))
    lines = query(OrderLine).where(in_query(_l.order, orders))
    ((number, amount),) = (row.values for row in work.order_lines.tally(lines, measures=(count(), total(_l.amount))))
    whole = measured(amount, lines, currency, number)
    asked = by_product(lines, max(most, 1))
    products = product_mix(asked, work.order_lines.groups(asked) if number else (), currency, whole)
    return BuyingHabits(
        currency=currency,
        orders=number_of(rows, orders, "order"),
        weekdays=habits(orders, rows, WEEKDAYS, weekday, currency),
        months=habits(orders, rows, MONTHS, month, currency),
        products=products,
        lines=whole,
        names=product_names(work, (one.product for one in products)),
        rhythm=None if only.customer is None else rhythm(rows),
    )
