"""How sales divide over products (X-ANA-06, menu L0405)."""

from collections.abc import Mapping
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.query import eq, in_query, query
from crmcore.reports.asking import OrderFilter, currency_of, orders_of, product_names
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.figures import Figure
from crmcore.statistics.trading import ProductSales, all_products, by_product, product_mix
from crmcore.storage.action import action
from crmcore.storage.listing import check_whole
from crmcore.storage.work import Work

__all__ = ["ProductMix", "products_sold"]

_o = fields(Order)
_l = fields(OrderLine)
_ALL = OrderFilter()


@attrs.frozen(kw_only=True)
class ProductMix:
    """How sales divide over products, the largest amount first."""

    amount: Figure[Decimal]
    """What all lines come to."""
    rows: tuple[ProductSales, ...]
    names: Mapping[str, str]
    """What the products are called, as far as the sales system has told."""


@action("report.read")
def products_sold(work: Work, only: OrderFilter = _ALL, *, most: int = 50) -> ProductMix:
    """Answer which products were sold for how much, the largest amount first (requirement X-ANA-06, product mix).

    Args:
        work: The unit of work.
        only: Which orders count.
        most: How many products to answer.

    Raises:
        Invalid: A filter is none, or the number.
    """
    check_whole(most=most)
    currency = currency_of(work, only)
    orders = orders_of(only).where(eq(_o.currency, currency))
    lines = query(OrderLine).where(in_query(_l.order, orders))
    asked = by_product(lines, max(most, 1))
    found = work.order_lines.groups(asked)
    whole = all_products(asked, found, currency)
    rows = product_mix(asked, found, currency, whole)
    return ProductMix(amount=whole, rows=rows, names=product_names(work, (row.product for row in rows)))
