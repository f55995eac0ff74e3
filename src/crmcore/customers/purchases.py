"""Which products a customer uses, from what he has ordered (requirement X-CUS-14)."""

from collections.abc import Sequence
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.customers.entity import CustomerId
from crmcore.query import count, eq, in_query, negate, query, total
from crmcore.sales.entity import Order, OrderLine, OrderStatus
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["ProductBought", "products_bought"]

_l = fields(OrderLine)
_o = fields(Order)


@attrs.frozen
class ProductBought:
    """A product, and how much of it a customer has ordered in all; cancelled orders do not count."""

    product_key: str
    """What the sales system calls it."""
    product_name: str
    unit: str
    quantity: Decimal
    lines: int
    """In how many order lines."""


@action("order.read_all", "order.read")
def products_bought(work: Work, customer: CustomerId) -> Sequence[ProductBought]:
    """List the products that a customer has ordered, by what the sales system calls them (requirement X-CUS-14).

    Amounts are left out: they may be in several currencies (decision 16.7).
    """
    work.customers.get(customer)
    valid = query(Order).where(eq(_o.customer, customer), negate(eq(_o.status, OrderStatus.CANCELLED)))
    rows = work.order_lines.tally(
        query(OrderLine).where(in_query(_l.order, valid)),
        by=(_l.product_key, _l.product_name, _l.unit),
        measures=(total(_l.quantity), count()),
    )
    return [ProductBought(*row.key, *row.values) for row in rows]
