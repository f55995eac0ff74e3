"""Customers for an order feed, and what is kept of sales data; put in and read through the port."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import eq, query
from crmcore.sales import LineRow, OrderRow
from crmcore.sales.entity import (
    Order,
    OrderLine,
    OrderStatus,
    OrderSummary,
    Product,
    StockItem,
    UnmatchedOrder,
    lapse_of,
)
from crmcore.storage.crm import Crm

KINDS = (Order, OrderLine, OrderSummary, UnmatchedOrder, Product, StockItem)
DAY = dt.date(2026, 3, 2)


def buyer(
    crm: Crm,
    number: str,
    *,
    name: str = "",
    key: str | None = None,
    manager: str = "lihua",
    deleted: bool = False,
    merged_into: CustomerId | None = None,
) -> Customer:
    """A stored customer."""
    user = kept(crm, User, eq(fields(User).name_key, manager))[0]
    name = name or f"客户{number}"
    customer = Customer(
        id=CustomerId(crm.ids()),
        number=number,
        name=name,
        name_key=None if deleted else name.casefold(),
        external_key=key,
        manager=UserId(user.id),
        status=CustomerStatus.DELETED if deleted else CustomerStatus.NORMAL,
        merged_into=merged_into,
        created_by=UserId(user.id),
        created_at=crm.clock(),
        version=1,
    )
    session = crm.store.begin(write=True)
    try:
        assert session.insert(customer)
        session.commit()
    finally:
        session.close()
    return customer


def row(key: str, customer: str = "KH1", *, day: dt.date = DAY, **more: Any) -> OrderRow:
    """An order of one line, 3 × 12.50, unless something else is given."""
    given = {"lines": [LineRow("P1", "钢管", 3, "根", Decimal("12.50"))], **more}
    return OrderRow(key, day, customer, **given)


def kept(crm: Crm, kind: type[Any], *conditions: Any) -> list[Any]:
    """All records of a kind that meet conditions."""
    session = crm.store.begin(write=False)
    try:
        return list(session.find(query(kind).where(*conditions)))
    finally:
        session.close()


def contents(crm: Crm, *kinds: type[Any]) -> Mapping[type[Any], Mapping[UUID, Any]]:
    """Everything of some kinds, by id; all sales data if none is named."""
    return {kind: {one.id: one for one in kept(crm, kind)} for kind in kinds or KINDS}


def expected_summaries(crm: Crm, currency: str = "CNY") -> dict[UUID, tuple[Any, ...]]:
    """What the summaries have to be, counted from the orders one by one."""
    found: dict[UUID, tuple[Any, ...]] = {}
    by_customer: dict[CustomerId, list[Order]] = {}
    for one in kept(crm, Order):
        if one.status is not OrderStatus.CANCELLED:
            by_customer.setdefault(one.customer, []).append(one)
    for customer, orders in by_customer.items():
        last = max(one.ordered_on for one in orders)
        own = [one for one in orders if one.currency == currency]
        found[customer] = (
            len(orders),
            min(one.ordered_on for one in orders),
            last,
            latest := min(one.id for one in orders if one.ordered_on == last),
            lapse_of(customer, latest),
            sum((one.amount for one in own), Decimal(0)),
            sum((one.amount for one in own if one.status is OrderStatus.PAID), Decimal(0)),
        )
    return found


def summaries(crm: Crm) -> dict[UUID, tuple[Any, ...]]:
    """What the summaries are, in the same form."""
    return {
        one.id: (
            one.order_count,
            one.first_order_on,
            one.last_order_on,
            one.last_order,
            one.lapse,
            one.amount,
            one.paid_amount,
        )
        for one in kept(crm, OrderSummary)
    }
