"""What a company sold and lost, by chance: few customers, days and amounts, so that every border is met."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from company.dice import DAYS, Dice
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.customers.entity import (
    Contact,
    ContactId,
    Customer,
    CustomerId,
    CustomerStatus,
    Interaction,
    InteractionId,
)
from crmcore.sales.entity import Order, OrderId, OrderLine, OrderLineId, OrderStatus, OrderSummary, lapse_of

__all__ = ["case", "contact", "customer", "interactions", "lines", "order", "summaries"]

_AMOUNTS: Final = ("0", "1000", "3000", "2000.01", "5000", "-10.5", "0.0001", "99999999999999.9999")
_NAMES: Final = ("100%_客户", "客户\\'; --", "İstanbul ß", "客户")


def customer(dice: Dice, place: int) -> Customer:
    roll, owner = dice.roll, dice.roll.choice(dice.owners)
    status = roll.choice((CustomerStatus.NORMAL, CustomerStatus.NORMAL, *CustomerStatus))
    name = f"{roll.choice(_NAMES)}{place}"
    return Customer(
        id=CustomerId(dice.crm.ids()),
        number=f"KH{place}",
        name=name,
        name_key=None if status is CustomerStatus.DELETED else f"{name.casefold()}",
        manager=owner,
        region=roll.choice(("", "beijing", "west")),
        level=roll.choice(("1", "3")),
        credit=roll.choice((None, 1, 5)),
        satisfaction=roll.choice((None, 2)),
        industry=roll.choice(("", "it")),
        category=roll.choice(("", "regular", "target")),
        company_size=roll.choice(("", "small")),
        status=status,
        created_by=owner,
        created_at=dice.instant(),
        version=1,
    )


def contact(dice: Dice, client: Customer) -> Contact:
    """Whom the company knows there."""
    return Contact(id=ContactId(dice.crm.ids()), customer=client.id, name="刘芳", version=1)


def interactions(dice: Dice, client: Customer) -> Iterator[Interaction]:
    """What was said to the customer."""
    for _ in range(dice.roll.choice((0, 1, 2))):
        yield Interaction(
            id=InteractionId(dice.crm.ids()),
            customer=client.id,
            at=dice.instant(),
            place="p",
            title="t",
            channel=dice.roll.choice(("", "phone", "%")),
            created_by=client.manager,
            created_at=dice.crm.clock(),
            version=1,
        )


def order(dice: Dice, customers: Sequence[Customer]) -> Order:
    roll = dice.roll
    return Order(
        id=OrderId(dice.crm.ids()),
        source_key=f"SO-{dice.crm.ids().hex[-12:]}",
        customer=roll.choice(customers).id,
        ordered_on=dt.date(*roll.choice(DAYS)),
        amount=Decimal(roll.choice(_AMOUNTS)),
        currency=roll.choice(("CNY", "CNY", "CNY", "USD")),
        status=roll.choice((*[OrderStatus.PAID] * 4, *OrderStatus)),
        line_count=1,
        version=1,
    )


def lines(dice: Dice, order: Order) -> Iterator[OrderLine]:
    for position in range(1, dice.roll.choice((1, 1, 2)) + 1):
        yield OrderLine(
            id=OrderLineId(dice.crm.ids()),
            order=order.id,
            position=position,
            product_key=dice.roll.choice(("P1", "P%", "")),
            quantity=Decimal(2),
            amount=order.amount if position == 1 else Decimal(0),
            version=1,
        )


def case(dice: Dice, customer: Customer) -> ChurnCase:
    at = dice.instant()
    status = dice.roll.choice((ChurnStatus.LOST, *ChurnStatus))
    over = status is ChurnStatus.LOST
    return ChurnCase(
        id=ChurnCaseId(dice.crm.ids()),
        customer=customer.id,
        customer_name=dice.roll.choice((customer.name, "从前叫 100%")),
        manager=dice.roll.choice(dice.owners),
        status=status,
        opened_at=at,
        closed_at=at if over else None,
        reason="价格" if over else "",
        version=1,
    )


def summaries(customers: Sequence[Customer], orders: Sequence[Order]) -> Iterator[OrderSummary]:
    """What an import would have kept of these orders."""
    for one in customers:
        counting = [o for o in orders if o.customer == one.id and o.status is not OrderStatus.CANCELLED]
        if counting:
            last = max(counting, key=lambda o: (o.ordered_on, o.id))
            yield OrderSummary(
                id=one.id,
                order_count=len(counting),
                first_order_on=min(o.ordered_on for o in counting),
                last_order_on=last.ordered_on,
                last_order=last.id,
                lapse=lapse_of(one.id, last.id),
                version=1,
            )
