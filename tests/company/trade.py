"""What a company sold, served and lost, for tests of reports: records as other modules leave them in the store."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs

from company.clients import put
from crmcore.access.entity import User, UserId
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import query
from crmcore.sales.entity import Order, OrderId, OrderLine, OrderLineId, OrderStatus, OrderSummary, lapse_of
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.storage.crm import Crm

__all__ = ["Trade", "bought", "customer", "lost", "requested", "some_trade", "staff_of"]


def staff_of(crm: Crm) -> Mapping[str, UserId]:
    """Who works here, by log-in name."""
    session = crm.store.begin(write=False)
    try:
        return {one.name: one.id for one in session.find(query(User))}
    finally:
        session.close()


def customer(crm: Crm, name: str, manager: str = "lihua", **given: Any) -> Customer:
    """A stored customer."""
    owner = given.pop("owner", None) or staff_of(crm)[manager]
    deleted = given.get("status") is CustomerStatus.DELETED
    made = Customer(
        id=CustomerId(crm.ids()),
        number=f"KH{crm.ids().hex[-12:]}",
        name=name,
        name_key=None if deleted else name.casefold(),
        manager=owner,
        created_by=owner,
        version=1,
        **{"created_at": crm.clock(), **given},
    )
    put(crm, made)
    return made


def bought(crm: Crm, buyer: Customer, day: dt.date, amount: str, product: str = "P1", **given: Any) -> Order:
    """A paid order of one line, without the customer's summary."""
    order = Order(
        id=OrderId(crm.ids()),
        source_key=f"SO-{crm.ids().hex[-12:]}",
        customer=buyer.id,
        ordered_on=day,
        amount=Decimal(amount),
        line_count=1,
        version=1,
        **{"status": OrderStatus.PAID, "currency": "CNY", **given},
    )
    line = OrderLine(
        id=OrderLineId(crm.ids()),
        order=order.id,
        position=1,
        product_key=product,
        quantity=Decimal(2),
        amount=order.amount,
        version=1,
    )
    put(crm, order, line)
    return order


def requested(crm: Crm, asker: Customer, at: dt.datetime, **given: Any) -> ServiceRequest:
    """A service request that was created at an instant."""
    request = ServiceRequest(
        id=ServiceRequestId(crm.ids()),
        number=f"FW{crm.ids().hex[-12:]}",
        title="t",
        customer=asker.id,
        customer_name=asker.name,
        request="r",
        created_by=asker.manager,
        created_at=at,
        version=1,
        **{"type": "complaint", **given},
    )
    put(crm, request)
    return request


def lost(crm: Crm, who: Customer, at: dt.datetime | None, reason: str = "价格", **given: Any) -> ChurnCase:
    """A churn case whose loss was confirmed at an instant; None for a warning."""
    case = ChurnCase(
        id=ChurnCaseId(crm.ids()),
        customer=who.id,
        opened_at=at or crm.clock(),
        closed_at=at,
        reason="" if at is None else reason,
        version=1,
        **{
            "customer_name": who.name,
            "manager": who.manager,
            "status": ChurnStatus.WARNING if at is None else ChurnStatus.LOST,
            **given,
        },
    )
    put(crm, case)
    return case


@attrs.define
class Trade:
    """Everything that was sold, served and lost."""

    customers: list[Customer] = attrs.field(factory=list)
    orders: list[Order] = attrs.field(factory=list)
    requests: list[ServiceRequest] = attrs.field(factory=list)
    cases: list[ChurnCase] = attrs.field(factory=list)


def some_trade(crm: Crm, seed: int, owners: tuple[UserId, ...]) -> Trade:
    """Two years of trade at random: few customers, days and amounts, so that every border is met."""
    dice, made = random.Random(seed), Trade()
    for number in range(9):
        made.customers.append(_someone(crm, dice, number, owners[number % len(owners)]))
    for _ in range(45):
        buyer = dice.choice(made.customers)
        day = dt.date(dice.choice((2025, 2025, 2026)), dice.choice((1, 3, 4, 12)), dice.choice((1, 15, 30)))
        amount = dice.choice(("0", "1000", "3000", "2000.01", "5000", "-10.5", "0.0001"))
        status = dice.choice((*[OrderStatus.PAID] * 4, OrderStatus.NEW, OrderStatus.CANCELLED))
        currency = dice.choice(("CNY", "CNY", "CNY", "USD"))
        made.orders.append(
            bought(crm, buyer, day, amount, dice.choice(("P1", "P2", "")), status=status, currency=currency)
        )
    for _ in range(20):
        at = dt.datetime(2026, dice.choice((1, 3)), 1, dice.randrange(24), tzinfo=dt.UTC) - dt.timedelta(hours=12)
        given = {
            "type": dice.choice(("inquiry", "complaint")),
            "status": dice.choice((ServiceStatus.NEW, ServiceStatus.ARCHIVED)),
        }
        made.requests.append(requested(crm, dice.choice(made.customers), at, **given))
    for one in made.customers[::2]:
        at = dt.datetime(2025, 12, 31, dice.randrange(24), tzinfo=dt.UTC)
        made.cases.append(lost(crm, one, dice.choice((at, at, None))))
    put(crm, *_summaries(made))
    return made


def _someone(crm: Crm, dice: random.Random, number: int, owner: UserId) -> Customer:
    return customer(
        crm,
        f"客户{number}",
        owner=owner,
        region=dice.choice(("", "beijing", "west")),
        level=dice.choice(("1", "3")),
        credit=dice.choice((None, 1, 5)),
        industry=dice.choice(("", "it")),
        status=dice.choice((CustomerStatus.NORMAL, CustomerStatus.NORMAL, CustomerStatus.LOST, CustomerStatus.DELETED)),
        created_at=dt.datetime(2025, dice.randrange(1, 13), 28, 16, tzinfo=dt.UTC),
    )


def _summaries(made: Trade) -> Iterator[OrderSummary]:
    """What an import would have kept of these orders, as far as reports look at it."""
    for one in made.customers:
        counting = [o for o in made.orders if o.customer == one.id and o.status is not OrderStatus.CANCELLED]
        if counting:
            last = max(counting, key=lambda o: o.ordered_on)
            yield OrderSummary(
                id=one.id,
                order_count=len(counting),
                first_order_on=min(o.ordered_on for o in counting),
                last_order_on=last.ordered_on,
                last_order=last.id,
                lapse=lapse_of(one.id, last.id),
                version=1,
            )
