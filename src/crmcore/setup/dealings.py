"""Invents what came after a sale: orders, meetings, and customers who stop ordering; the same for the same seed.

Each customer's dealings follow from his number alone, so they can be told in any order, and again.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from crmcore.churn.rules import cutoff
from crmcore.customers.entity import Customer
from crmcore.dictionary.parameters import CHURN_MONTHS
from crmcore.setup.habits import is_regular, order_days, order_status, usual_size
from crmcore.setup.hours import OfficeHours, workday
from crmcore.setup.words import Words

__all__ = ["Dealing", "Dealings", "Exchange"]

_GAPS: Final = (14, 21, 30, 45, 60, 90)
"""Days between a customer's orders, more or less."""
_STOPS: Final = 0.6
_RETURNS: Final = 0.45
_SETTLED: Final = 40
"""Days after which most orders are paid."""
_PAID: Final = 0.93
_CANCELLED: Final = 0.03
_DISCOUNTS: Final = (Decimal("1.00"), Decimal("0.98"), Decimal("0.95"), Decimal("0.90"))
_OPEN: Final = ("new", "confirmed", "in_production", "ready", "shipped", "paid")


@attrs.frozen
class Exchange:
    """Something that passed between a customer and his account manager."""

    at: dt.datetime
    facts: dict[str, str]


@attrs.frozen
class Dealing:
    """What passed between a customer and the company since he was won."""

    days: tuple[dt.date, ...]
    """When he ordered, the first day first."""
    told: Callable[[int], dict[str, Any]]
    """Answers the order of a place among them, as the sales system sends it."""
    exchanges: tuple[Exchange, ...]
    rng: random.Random
    """For what else is decided about this customer."""

    def orders(self, since: dt.date, until: dt.date) -> list[dict[str, Any]]:
        """Answer the orders from one day until another, without that one."""
        return [self.told(place) for place, day in enumerate(self.days) if since <= day < until]


class Dealings:
    """Invents the dealings of any number of customers, one at a time."""

    def __init__(self, words: Words, hours: OfficeHours, *, seed: int, first_check: dt.date) -> None:
        """Invent what happened until the day of *hours*; some who had stopped ordering come back after *first_check*.

        Args:
            words: What texts are made of.
            hours: Tells the present day.
            seed: Another number gives other dealings.
            first_check: Day of the first churn check.
        """
        self._words, self._hours, self._seed, self._first_check = words, hours, seed, first_check
        self._late = cutoff(first_check, CHURN_MONTHS.default)

    def of(self, customer: Customer) -> Dealing:
        """Tell the dealings of one customer."""
        rng = random.Random(f"crmcore:dealings:{self._seed}:{customer.number}")  # noqa: S311  # repeatable, guards nothing
        since = self._hours.day_of(customer.created_at)
        if is_regular(customer, self._hours):
            days, told = self._of_a_regular(rng, customer, since)
        else:
            days = self._days(rng, since)
            orders = [self._order(rng, customer, day, place) for place, day in enumerate(days, start=1)]
            told = orders.__getitem__
        exchanges = sorted(self._exchanges(rng, customer), key=lambda one: one.at)
        return Dealing(tuple(days), told, tuple(exchanges), rng)

    def _of_a_regular(
        self, rng: random.Random, customer: Customer, since: dt.date
    ) -> tuple[list[dt.date], Callable[[int], dict[str, Any]]]:
        """Tell when a customer of long standing ordered; what, only when it is asked for, as he ordered often."""
        days = order_days(rng, since, self._hours.today, late=self._late, first_check=self._first_check)
        size, seed = usual_size(rng), f"crmcore:orders:{self._seed}:{customer.number}"

        def told(place: int) -> dict[str, Any]:
            own = random.Random(f"{seed}:{place}")  # noqa: S311  # repeatable, guards nothing
            status = order_status(own, (self._hours.today - days[place]).days)
            return {**self._order(own, customer, days[place], place + 1, size=size), "status": status}

        return days, told

    def _days(self, rng: random.Random, since: dt.date) -> list[dt.date]:
        """Answer the days on which a customer ordered; three of five stop some day, and some of them come back."""
        gap = rng.choice(_GAPS)
        stop = rng.choice((1, 1, 2, 3)) if rng.random() < _STOPS else None
        days: list[dt.date] = []
        day = since + dt.timedelta(days=rng.randint(2, 15))
        while day < self._hours.today and (stop is None or len(days) < stop):
            days.append(workday(day))
            day += dt.timedelta(days=round(gap * rng.uniform(0.6, 1.5)))
        back = workday(self._first_check + dt.timedelta(days=rng.randint(5, 30)))
        if days and days[-1] < self._late and rng.random() < _RETURNS and back < self._hours.today:
            days.append(back)
        return days

    def _order(
        self, rng: random.Random, customer: Customer, day: dt.date, place: int, *, size: int = 1
    ) -> dict[str, Any]:
        wares = rng.sample(range(len(self._words.products)), rng.choices((1, 2, 3, 4), (45, 30, 15, 10))[0])
        return {
            "source_key": f"SO{day:%y%m%d}-{customer.number[-9:]}-{place}",
            "customer": customer.number,
            "ordered_on": day,
            "status": self._status(rng, day),
            "delivery_address": customer.address[:200],
            "lines": [self._line(rng, ware, size) for ware in wares],
        }

    def _line(self, rng: random.Random, ware: int, size: int) -> dict[str, Any]:
        product = self._words.products[ware]
        price = (Decimal(product.hundreds * 100) * rng.choice(_DISCOUNTS)).quantize(Decimal("0.01"))
        return {
            "product_key": f"P{ware + 1:03d}",
            "product_name": product.name,
            "quantity": rng.randint(1, max(2, product.least)) * size,
            "unit": product.measure,
            "unit_price": price,
        }

    def _status(self, rng: random.Random, day: dt.date) -> str:
        if rng.random() < _CANCELLED:
            return "cancelled"
        settled = (self._hours.today - day).days > _SETTLED
        return ("paid" if rng.random() < _PAID else "shipped") if settled else rng.choice(_OPEN)

    def _exchanges(self, rng: random.Random, customer: Customer) -> Iterator[Exchange]:
        """Tell of one to four meetings and calls since the customer was won."""
        days = (self._hours.today - self._hours.day_of(customer.created_at)).days
        hours = self._hours.by(rng)
        for _ in range(rng.randint(1, 2 + min(2, days // 90))):
            type_, channel, place, title, detail = rng.choice(self._words.lists["exchanges"]).split("|")
            at = hours.between(customer.created_at, hours.now)
            where = place or customer.address or customer.name
            yield Exchange(at, {"type": type_, "channel": channel, "place": where, "title": title, "detail": detail})
