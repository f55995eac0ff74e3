"""What a guest sees of his own company's orders, as classes of their own (requirement X-SLF-02)."""

import datetime as dt
from decimal import Decimal

import attrs
from attrs import fields

from crmcore.base.errors import NotFound
from crmcore.base.paging import Page
from crmcore.query import asc, desc, eq, query
from crmcore.sales.entity import Order, OrderId, OrderLine
from crmcore.sales.lists import payment_of
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work
from crmcore.window.visitors import present_guest

__all__ = ["OwnOrder", "OwnOrderDetail", "OwnOrderLine", "my_order", "my_orders"]

_o = fields(Order)


@attrs.frozen(kw_only=True)
class OwnOrder:
    """An order as the customer sees it."""

    id: OrderId
    number: str
    ordered_on: dt.date
    payment: str
    """Key of the text: paid, unpaid or cancelled (requirement ORD-02)."""
    currency: str
    amount: Decimal


@attrs.frozen(kw_only=True)
class OwnOrderLine:
    """One product of an order as the customer sees it."""

    product_name: str
    quantity: Decimal
    unit: str
    amount: Decimal


@attrs.frozen(kw_only=True)
class OwnOrderDetail:
    """An order with its lines."""

    order: OwnOrder
    lines: tuple[OwnOrderLine, ...]


@action("window.use")
def my_orders(work: Work, *, page: int = 1, size: int | None = None) -> Page[OwnOrder]:
    """List the orders of one's own company, the newest first (requirement X-SLF-02).

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
    """
    guest = present_guest(work)
    wanted = query(Order).where(eq(_o.customer, guest.customer.id)).sort(desc(_o.ordered_on))
    found = page_of(work, work.unscoped(Order), wanted, page=page, size=size)
    return Page([_own(one) for one in found.rows], found.total, found.number, found.size, more=found.more)


@action("window.use")
def my_order(work: Work, id: OrderId) -> OwnOrderDetail:  # noqa: A002
    """Answer one order of one's own company with its lines (requirement X-SLF-02).

    Raises:
        NotFound: There is no such order, or it is another company's.
        WindowClosed, NotAGuest: As for :func:`my_orders`.
    """
    guest = present_guest(work)
    order = work.unscoped(Order).get(id)
    if order.customer != guest.customer.id:
        work.changes.denied("order", id, "access.out_of_scope")
        raise NotFound(entity="order", id=id)
    line = fields(OrderLine)
    found = work.unscoped(OrderLine).find(query(OrderLine).where(eq(line.order, id)).sort(asc(line.position)))
    lines = tuple(
        OwnOrderLine(product_name=one.product_name, quantity=one.quantity, unit=one.unit, amount=one.amount)
        for one in found
    )
    return OwnOrderDetail(order=_own(order), lines=lines)


def _own(order: Order) -> OwnOrder:
    return OwnOrder(
        id=order.id,
        number=order.source_key,
        ordered_on=order.ordered_on,
        payment=payment_of(order),
        currency=order.currency,
        amount=order.amount,
    )
