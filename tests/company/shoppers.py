"""Customers who order by the very model that is learnt, from a fixed seed: enough of them to learn from."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from company.clients import put
from company.trade import staff_of
from crmcore.customers.entity import Customer, CustomerId
from crmcore.sales.entity import Order, OrderId, OrderStatus, OrderSummary
from crmcore.storage.crm import Crm

__all__ = ["FIRST", "UNTIL", "many_shoppers"]

FIRST = dt.date(2024, 7, 1)
UNTIL = dt.date(2026, 3, 2)
"""The present day of the tests' company."""


def many_shoppers(crm: Crm, customers: int = 130, seed: int = 7, manager: str = "lihua") -> tuple[Customer, ...]:
    """Store customers with their orders and what is summed up of them, in one go."""
    owner = staff_of(crm)[manager]
    chance = random.Random(seed)
    made, records = [], list[Any]()
    for place in range(customers):
        one = Customer(
            id=CustomerId(crm.ids()),
            number=f"KH{place:06}",
            name=f"客户{place:03}",
            name_key=f"客户{place:03}",
            manager=owner,
            created_by=owner,
            created_at=crm.clock(),
            version=1,
        )
        orders = [*_orders(crm, one, chance)]
        days = [each.ordered_on for each in orders]
        summary = OrderSummary(
            id=one.id,
            order_count=len(orders),
            first_order_on=min(days),
            last_order_on=max(days),
            amount=sum((each.amount for each in orders), Decimal(0)),
            version=1,
        )
        made.append(one)
        records += [one, summary, *orders]
    put(crm, *records)
    return tuple(made)


def _orders(crm: Crm, one: Customer, chance: random.Random) -> Iterator[Order]:
    rate, leaving = chance.gammavariate(1.2, 1 / 50), chance.betavariate(0.8, 3.0)
    mean = chance.gammavariate(6, 50)
    time = float(chance.randint(0, 300))
    while time < (UNTIL - FIRST).days:
        yield Order(
            id=OrderId(crm.ids()),
            source_key=f"SO-{crm.ids().hex[-12:]}",
            customer=one.id,
            ordered_on=FIRST + dt.timedelta(days=int(time)),
            status=OrderStatus.PAID,
            currency="CNY",
            amount=Decimal(f"{chance.gammavariate(5, mean / 5):.2f}"),
            version=1,
        )
        if chance.random() < leaving:
            return
        time += 1 + chance.expovariate(rate)
