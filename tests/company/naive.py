"""Figures worked out by plain loops over all records, to compare reports with."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from company.past import Past
from crmcore.sales.entity import Order, OrderStatus
from crmcore.statistics.periods import Period

__all__ = ["Seen", "sum_of", "tenth"]


@attrs.frozen
class Seen:
    """What a reader sees of a past."""

    past: Past
    ids: Any
    zone: ZoneInfo

    def all(self, kind: type[Any], records: Iterable[Any]) -> list[Any]:
        """Those of some records that he sees."""
        return [one for one in records if one.id in self.ids[kind]]

    def orders(self, period: Period | None = None, *, unpaid: bool = False, currency: str = "CNY") -> list[Order]:
        """Orders that count."""
        return [
            one
            for one in self.all(Order, self.past.orders)
            if (one.status is not OrderStatus.CANCELLED if unpaid else one.status is OrderStatus.PAID)
            and (period is None or period.first <= one.ordered_on <= period.last)
            and (not currency or one.currency == currency)
        ]

    def day(self, instant: dt.datetime | None) -> dt.date:
        """The day in the company's zone."""
        return dt.date.min if instant is None else instant.astimezone(self.zone).date()

    def within(self, instant: dt.datetime | None, period: Period) -> bool:
        """Whether something happened in a period."""
        return period.first <= self.day(instant) <= period.last


def sum_of(amounts: Iterable[Decimal]) -> Decimal | None:
    """What some amounts come to; None if there are none."""
    known = [*amounts]
    return sum(known, Decimal(0)) if known else None


def tenth(part: Any, whole: Any) -> Decimal | None:
    """A share in percent, rounded half away from zero to one decimal place."""
    if not whole or whole < 0:
        return None
    exact = Fraction(part) * 1000 / Fraction(whole)
    whole_tenths = int(abs(exact) + Fraction(1, 2))
    return Decimal(whole_tenths if exact >= 0 else -whole_tenths) / 10
