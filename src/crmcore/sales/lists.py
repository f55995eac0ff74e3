"""Order history, products and stock as people see them; nobody changes them here (ORD-01 to 03, PRD-01, INV-01)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import Condition, asc, count, desc, eq, ge, in_query, le, negate, one_of, query
from crmcore.sales.entity import (
    Order,
    OrderId,
    OrderLine,
    OrderStatus,
    OrderSummary,
    Product,
    ProductId,
    StockItem,
)
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = [
    "OrderDetail",
    "customer_names",
    "order_detail",
    "orders",
    "payment_of",
    "product_names",
    "products",
    "stock",
    "summary",
]

_o = fields(Order)
_p = fields(Product)
_s = fields(StockItem)


@attrs.frozen(kw_only=True)
class OrderDetail:
    """An order as it is looked at (requirement ORD-03)."""

    order: Order
    customer_name: str
    lines: Sequence[OrderLine]
    total: Decimal
    """Sum of the lines; what the sales system gave, where it sends no lines."""


def payment_of(order: Order) -> str:
    """Answer the text's key of what people see of an order's status: paid or unpaid (requirement ORD-02, 14.12)."""
    if order.status is OrderStatus.CANCELLED:
        return "order_status.cancelled"
    return "order_status.paid" if order.status is OrderStatus.PAID else "order.unpaid"


@action("order.read", "order.read_all")
def orders(
    work: Work,
    *,
    customer: CustomerId | None = None,
    customer_name: str = "",
    number: str = "",
    ordered_from: dt.date | None = None,
    ordered_to: dt.date | None = None,
    paid: bool | None = None,
    amount_from: Decimal | None = None,
    amount_to: Decimal | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[Order]:
    """List orders, the newest first; an account manager's are those of his own customers (requirements 3.6, ORD-02).

    Args:
        work: The unit of work.
        customer: One customer's; None for all, as the other filters.
        customer_name: Part of the customer's name; empty for all.
        number: The order's number in the sales system, in full; empty for all.
        ordered_from: First day.
        ordered_to: Last day.
        paid: Paid or unpaid; cancelled orders are neither.
        amount_from: Least total amount. Amounts are compared within the company's currency (decision 16.7).
        amount_to: Largest total amount.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Order).where(*exactly((_o.customer, customer), (_o.source_key, str(number or "").strip())))
    if name := str(customer_name or "").strip():
        wanted = wanted.where(in_query(_o.customer, query(Customer).where(*partly((fields(Customer).name, name)))))
    wanted = wanted.where(*_between(ordered_from, ordered_to), *_payment(paid))
    if amount_from is not None or amount_to is not None:
        wanted = wanted.where(eq(_o.currency, work.parameter(CURRENCY)))
        wanted = wanted.where(*([] if amount_from is None else [ge(_o.amount, amount_from)]))
        wanted = wanted.where(*([] if amount_to is None else [le(_o.amount, amount_to)]))
    return page_of(work, work.orders, wanted.sort(desc(_o.ordered_on)), page=page, size=size)


def _between(first: dt.date | None, last: dt.date | None) -> list[Condition]:
    since = [] if first is None else [ge(_o.ordered_on, first)]
    return since if last is None else [*since, le(_o.ordered_on, last)]


def _payment(paid: bool | None) -> list[Condition]:  # noqa: FBT001  # three states of a filter
    if paid is None:
        return []
    if paid:
        return [eq(_o.status, OrderStatus.PAID)]
    return [negate(one_of(_o.status, (OrderStatus.PAID, OrderStatus.CANCELLED)))]


@action("order.read", "order.read_all")
def order_detail(work: Work, id: OrderId) -> OrderDetail:  # noqa: A002
    """Answer one order with its lines and their sum (requirement ORD-03)."""
    order = work.orders.get(id)
    wanted = query(OrderLine).where(eq(fields(OrderLine).order, id)).sort(asc(fields(OrderLine).position))
    lines = work.unscoped(OrderLine).find(wanted)
    customer = work.unscoped(Customer).get(order.customer)
    return OrderDetail(order=order, customer_name=customer.name, lines=lines, total=order.amount)


@action("order.read", "order.read_all")
def summary(work: Work, customer: CustomerId) -> OrderSummary | None:
    """Answer a customer's orders in short: how many, since when, what they add up to; None if none counts (16.7)."""
    work.customers.get(customer)
    return work.order_summaries.first(eq(fields(OrderSummary).id, customer))


@action("order.read", "order.read_all")
def customer_names(work: Work, ids: Iterable[CustomerId]) -> Mapping[UUID, str]:
    """Answer what the customers are called whose orders one sees, for showing beside the orders."""
    wanted = set(ids)
    if not wanted:
        return {}
    seen = work.orders.tally(query(Order).where(one_of(_o.customer, wanted)), by=(_o.customer,), measures=(count(),))
    c = fields(Customer)
    some = query(Customer).where(one_of(c.id, [row.key[0] for row in seen]))
    return {
        row.key[0]: row.key[1] for row in work.unscoped(Customer).tally(some, by=(c.id, c.name), measures=(count(),))
    }


@action("product.read")
def products(
    work: Work, *, name: str = "", model: str = "", batch: str = "", page: int = 1, size: int | None = None
) -> Page[Product]:
    """List products by name (requirements 6.2, PRD-01).

    Args:
        work: The unit of work.
        name: Part of the name; empty for all, as the other filters.
        model: Part of the model.
        batch: Part of the grade or batch.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Product).where(*partly((_p.name, name), (_p.model, model), (_p.batch, batch))).sort(asc(_p.name))
    return page_of(work, work.products, wanted, page=page, size=size)


@action("stock.read")
def stock(
    work: Work,
    *,
    product: str = "",
    warehouse: str = "",
    product_id: ProductId | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[StockItem]:
    """List stock by warehouse (requirements 6.3, INV-01); :func:`product_names` answers what the products are called.

    Args:
        work: The unit of work.
        product: Part of the product's name; empty for all, as the other texts.
        warehouse: Part of the warehouse's name.
        product_id: One product's; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(StockItem).where(*partly((_s.warehouse, warehouse)), *exactly((_s.product, product_id)))
    if name := str(product or "").strip():
        named = work.unscoped(Product).find(query(Product).where(*partly((_p.name, name))))
        wanted = wanted.where(one_of(_s.product, [one.id for one in named]))
    return page_of(work, work.stock, wanted.sort(asc(_s.warehouse)), page=page, size=size)


@action("stock.read", "product.read")
def product_names(work: Work, ids: Iterable[ProductId]) -> Mapping[UUID, str]:
    """Answer what products are called, for showing beside stock."""
    wanted = set(ids)
    if not wanted:
        return {}
    some = query(Product).where(one_of(_p.id, wanted))
    return {
        row.key[0]: row.key[1] for row in work.unscoped(Product).tally(some, by=(_p.id, _p.name), measures=(count(),))
    }
