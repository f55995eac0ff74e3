"""Orders that wait for their customer: written down as they came, and read again (requirement ORD-04)."""

import datetime as dt
import json
from decimal import Decimal

from crmcore.sales.entity import OrderStatus
from crmcore.sales.rows import ReadOrder
from crmcore.storage.codec import compact

__all__ = ["content_of", "order_in"]


def content_of(read: ReadOrder) -> str:
    """Write an order down as JSON; exact for amounts, which become text."""
    plain = read._asdict()
    plain["ordered_on"] = read.ordered_on.isoformat()
    plain["status"] = read.status.value
    plain["amount"] = f"{read.amount:f}"
    plain["lines"] = [[f"{one:f}" if isinstance(one, Decimal) else one for one in line] for line in read.lines]
    return compact(plain)


def order_in(content: str) -> ReadOrder:
    """Read an order that was written down."""
    plain = json.loads(content)
    plain["ordered_on"] = dt.date.fromisoformat(plain["ordered_on"])
    plain["status"] = OrderStatus(plain["status"])
    plain["amount"] = Decimal(plain["amount"])
    plain["lines"] = [
        (key, name, Decimal(quantity), unit, None if price is None else Decimal(price), Decimal(amount))
        for key, name, quantity, unit, price, amount in plain["lines"]
    ]
    return ReadOrder(**plain)
