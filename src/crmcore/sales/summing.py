"""Keeps the orders of every customer in short, exactly and without reading them all again (decisions 16.6, 16.7).

A customer has a summary if he has an order that counts; what it says depends on his orders alone and not on the way
they came. So undoing an import, or a merge, can bring it back by summing up again. A customer who was merged into
another one keeps an empty summary: an import that is just adding his first order comes upon it, and is run again.
"""

import datetime as dt
import operator
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.ids import quick_uuid
from crmcore.base.numbers import EXACT
from crmcore.base.schema import describe
from crmcore.customers.entity import CustomerId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import Query, count, eq, largest, negate, one_of, query, smallest, total
from crmcore.sales.checking import AMOUNTS
from crmcore.sales.entity import Order, OrderId, OrderStatus, OrderSummary, lapse_of
from crmcore.storage.work import Work

__all__ = ["Summaries", "sum_up"]

ZERO: Final = Decimal(0)
_o: Final = fields(Order)
_number: Final = operator.attrgetter("id.int")
_hydrate: Final = describe(OrderSummary).hydrate
_Parts = tuple[int, dt.date, dt.date, OrderId | None, Decimal, Decimal]
"""A summary from ``order_count`` to ``paid_amount``, without the name of the lapse, which follows from the order."""

_LEAST: Final = -AMOUNTS
_NOTHING: Final[Any] = (0, None, None, None, ZERO, ZERO)


class Summaries:
    """The summaries of the customers that some orders belong to, as they were and as they become.

    Customers go by the numbers of their ids here, which dictionaries find in a fraction of the time.
    """

    def __init__(self, work: Work, customers: Collection[CustomerId], currency: str = "") -> None:
        """Read the summaries of *customers*; *currency* is the company's, if that is known already."""
        self._work = work
        self._currency = currency or work.parameter(CURRENCY)
        some = query(OrderSummary).where(one_of(fields(OrderSummary).id, customers))
        self._known = {one.id.int: one for one in work.unscoped(OrderSummary).find(some)} if customers else {}
        self._parts: dict[int, _Parts] = {
            number: (s.order_count, s.first_order_on, s.last_order_on, s.last_order, s.amount, s.paid_amount)  # type: ignore[misc]  # a summary of no order is left out below
            for number, s in self._known.items()
        }
        self._before = dict(self._parts)
        for number, parts in self._before.items():
            if not parts[0]:
                del self._parts[number]

    def recount(self, customers: Collection[CustomerId], *, but: Collection[OrderId] = ()) -> None:
        """Sum up all orders of some of the customers again, as they are stored, but those left out."""
        if not customers:
            return
        for id_ in customers:
            self._parts.pop(id_.int, None)
        counted = _counted(self._work, self._currency, customers, but)
        self._parts.update((id_.int, parts) for id_, parts in counted.items())

    def add(self, orders: Iterable[Order]) -> None:
        """Count orders in that are new, or that were left out and are back as something else."""
        parts, currency, cancelled, settled = self._parts, self._currency, OrderStatus.CANCELLED, OrderStatus.PAID
        for order in orders:
            if order.status is cancelled:
                continue
            day, amount = order.ordered_on, order.amount if order.currency == currency else ZERO
            paid = amount if order.status is settled else ZERO
            customer = order.customer.int
            before = parts.get(customer)
            if before is None:
                parts[customer] = (1, day, day, order.id, amount, paid)
                continue
            number, first, last, latest, sum_of_all, sum_of_paid = before
            if day > last or (day == last and (latest is None or order.id < latest)):
                last, latest = day, order.id
            parts[customer] = (
                number + 1,
                min(day, first),
                last,
                latest,
                EXACT.add(sum_of_all, amount),
                EXACT.add(sum_of_paid, paid) if paid else sum_of_paid,
            )

    def write(self, keep: Collection[CustomerId] = ()) -> None:
        """Store what has become different; customers to *keep* have a summary even if no order counts."""
        for id_ in keep:
            self._parts.setdefault(id_.int, _NOTHING)
        new: list[OrderSummary] = []
        changed: list[OrderSummary] = []
        for number, parts in self._parts.items():
            known = self._known.get(number)
            if known is None:
                new.append(_summary(CustomerId(quick_uuid(number)), parts, 1))
            elif parts is not self._before[number] and parts != self._before[number]:
                changed.append(_summary(known.id, parts, known.version + 1))
        self._work.bulk.add(sorted(new, key=_number))  # near each other in every index by id
        self._work.bulk.renew(changed, numbered=True)
        self._work.bulk.remove([one for number, one in self._known.items() if number not in self._parts])


def _summary(customer: CustomerId, parts: _Parts, version: int) -> OrderSummary:
    if not (_LEAST < parts[4] < AMOUNTS and _LEAST < parts[5] < AMOUNTS):
        raise Invalid(
            Problem(field="amount", code="order.sum_too_large", entity="order", params={"max": f"{AMOUNTS:f}"})
        )
    made: OrderSummary = _hydrate((customer, *parts[:4], lapse_of(customer, parts[3]), *parts[4:], version))
    return made


def _counted(
    work: Work, currency: str, customers: Collection[CustomerId], but: Collection[OrderId]
) -> dict[CustomerId, _Parts]:
    """Sum up the orders of some customers, by three questions whatever their number."""
    some = query(Order).where(one_of(_o.customer, customers), negate(eq(_o.status, OrderStatus.CANCELLED)))
    if but:
        some = some.where(negate(one_of(_o.id, but)))
    days = work.unscoped(Order).tally(
        some, by=(_o.customer,), measures=(count(), smallest(_o.ordered_on), largest(_o.ordered_on))
    )
    if not days:
        return {}
    latest = _latest(work, some, {row.key[0]: row.values[2] for row in days})
    amounts = _amounts(work, some.where(eq(_o.currency, currency)))
    return {
        customer: (*row.values, latest[customer], *amounts.get(customer, (ZERO, ZERO)))
        for row in days
        for customer in row.key
    }


def _latest(work: Work, some: Query[Order], days: Mapping[CustomerId, dt.date]) -> dict[CustomerId, OrderId]:
    """Answer the order of each customer's last day; of several the one with the lowest id."""
    rows = work.unscoped(Order).tally(
        some.where(one_of(_o.ordered_on, set(days.values()))),
        by=(_o.customer, _o.ordered_on, _o.id),
        measures=(count(),),
    )
    found: dict[CustomerId, OrderId] = {}
    for customer, day, id_ in (row.key for row in rows):
        if day == days[customer] and (customer not in found or id_ < found[customer]):
            found[customer] = id_
    return found


def _amounts(work: Work, some: Query[Order]) -> dict[CustomerId, tuple[Decimal, Decimal]]:
    """Answer what each customer's orders sum up to, and those of them that are paid."""
    rows = work.unscoped(Order).tally(some, by=(_o.customer, _o.status), measures=(total(_o.amount),))
    found: dict[CustomerId, tuple[Decimal, Decimal]] = {}
    for customer, status, amount in ((*row.key, *row.values) for row in rows):
        of_all, of_paid = found.get(customer, (ZERO, ZERO))
        paid = amount if status is OrderStatus.PAID else ZERO
        found[customer] = (EXACT.add(of_all, amount), EXACT.add(of_paid, paid))
    return found


def sum_up(work: Work, customers: Collection[CustomerId], *, keep: Collection[CustomerId] = ()) -> None:
    """Sum up all orders of some customers again; for what moves orders otherwise, merging customers say.

    Sees what this unit of work has changed with ``bulk.renew`` or ``save``, and perhaps not what it has added. Those of
    *keep* have a summary afterwards even if none of their orders counts.
    """
    summaries = Summaries(work, customers)
    summaries.recount(customers)
    summaries.write(keep)
