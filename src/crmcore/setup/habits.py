"""How customers of long standing order: how often, for how much, when in the year, and until when."""

import datetime as dt
import random
from typing import Final

from crmcore.customers.entity import Customer
from crmcore.setup.hours import OfficeHours, workday

__all__ = ["is_regular", "order_days", "order_status", "usual_size"]

_LONG: Final = dt.timedelta(days=366)
"""Who has been a customer for longer came before the first opportunity of the sample."""
_KEPT: Final = 912
"""The sales system sends the orders of so many days: two years and a half."""
_GAPS: Final = (7, 14, 30, 45, 60, 90)
"""Days between two orders of a customer, more or less."""
_OFTEN: Final = (1, 2, 9, 18, 32, 38)
"""How many of a hundred customers order that often."""
_UNEVEN: Final = (0.6, 1.5)
_SEASONAL: Final = 0.08
"""Part of the customers who order at one time of the year only."""
_SEASON: Final = 75
_STAYS: Final = 2600
"""Days for which customers stay, on average."""
_RETURNS: Final = 0.15
_SIZES: Final = (1, 1, 1, 2, 2, 3, 5)
_CANCELLED: Final = 0.03
_PAYS_AT_ONCE: Final = 0.72
_PAYS_LATER: Final = 0.007
"""Part of the orders that are paid on each day that follows."""
_PAYS: Final = 0.995
_UNDER_WAY: Final = ("new", "confirmed", "in_production", "ready", "shipped")
_DELIVERED_AFTER: Final = 40


def is_regular(customer: Customer, hours: OfficeHours) -> bool:
    """Tell whether somebody was a customer before the sample's opportunities were recorded."""
    return hours.now - customer.created_at > _LONG


def usual_size(rng: random.Random) -> int:
    """Answer how many times as much as a small one a customer orders."""
    return rng.choice(_SIZES)


def order_status(rng: random.Random, age: int) -> str:
    """Answer how far an order has come that is *age* days old: those who know one another pay soon."""
    if rng.random() < _CANCELLED:
        return "cancelled"
    if rng.random() < min(_PAYS, _PAYS_AT_ONCE + _PAYS_LATER * age):
        return "paid"
    return "shipped" if age > _DELIVERED_AFTER else rng.choice(_UNDER_WAY)


def order_days(
    rng: random.Random, since: dt.date, today: dt.date, *, late: dt.date, first_check: dt.date
) -> list[dt.date]:
    """Answer the days on which a customer of long standing has ordered.

    Args:
        rng: Chooses; the customer's own.
        since: When he became one.
        today: He has ordered before that day.
        late: Who has not ordered since is warned of at the first churn check.
        first_check: Some of those who had stopped come back after it.
    """
    gap, season = rng.choices(_GAPS, _OFTEN)[0], rng.randrange(365) if rng.random() < _SEASONAL else None
    leaves = since + dt.timedelta(days=int(rng.expovariate(1 / _STAYS)))
    day = max(since + dt.timedelta(days=rng.randint(2, 15)), today - dt.timedelta(days=_KEPT - rng.randint(0, gap)))
    days: list[dt.date] = []
    while day < today and (day <= leaves or not days):
        if season is None or (day.timetuple().tm_yday - season) % 365 < _SEASON:
            days.append(workday(day))
        day += dt.timedelta(days=round(gap * rng.uniform(*_UNEVEN)))
    back = workday(first_check + dt.timedelta(days=rng.randint(5, 30)))
    if days and days[-1] < late and rng.random() < _RETURNS and back < today:
        days.append(back)
    return [day for day in days if day != first_check]
