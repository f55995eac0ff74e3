"""Which customers bought lately, often and for much, and what that makes of them (requirements X-CUS-05, X-CUS-11)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import Query, eq, le, one_of, query
from crmcore.reports.asking import (
    OrderFilter,
    buyers,
    check_choice,
    currency_of,
    is_period,
    names_of,
    narrowed,
    orders_of,
    seen,
)
from crmcore.reports.purchasing import everything_bought
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure, counted, measured, share
from crmcore.statistics.purchasing import Bought
from crmcore.statistics.rfm import Rfm, RfmSegment, assess
from crmcore.statistics.sums import together
from crmcore.storage.action import action
from crmcore.storage.listing import page_among
from crmcore.storage.work import Work

__all__ = ["Segment", "SegmentedCustomer", "SegmentsReport", "customer_segments"]

_o = fields(Order)
_c = fields(Customer)
_ALL: Final = OrderFilter()


@attrs.frozen(kw_only=True)
class Segment:
    """The customers of one kind together."""

    segment: RfmSegment | None
    """None for customers who can't be told apart: there are fewer than five, or all are alike."""
    customers: Figure[int]
    share: Figure[Decimal]
    """Of all customers who have bought."""
    amount: Figure[Decimal]
    """What they have spent."""
    amount_share: Figure[Decimal]


@attrs.frozen(kw_only=True)
class SegmentedCustomer:
    """One customer with his figures, his scores, and what he has spent."""

    key: CustomerId
    rfm: Rfm
    orders: Figure[int]
    amount: Figure[Decimal]


@attrs.frozen(kw_only=True)
class SegmentsReport:
    """The segments, the best first, and a page of customers."""

    until: dt.date
    """The last day that is looked at."""
    currency: str
    customers: Figure[int]
    amount: Figure[Decimal]
    segments: tuple[Segment, ...]
    page: Page[SegmentedCustomer]
    """The best score first, and among equal ones who has spent most."""
    names: Mapping[UUID, str]


@action("report.read")
def customer_segments(
    work: Work,
    only: OrderFilter = _ALL,
    *,
    segment: RfmSegment | None = None,
    page: int = 1,
    size: int | None = None,
) -> SegmentsReport:
    """Answer how recently, how often and for how much customers have bought, and their segments (X-CUS-05, X-CUS-11).

    A customer's segment says how he stands among all who meet the same filter. Three questions to the store, one more
    for each two hundred thousand orders.

    Args:
        work: The unit of work.
        only: Which orders count; the last day of its period is the day from which silence is reckoned, today at most.
        segment: Only customers of that segment on the page; None for all.
        page: Which page of customers, from 1.
        size: Most customers on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the segment or the page is none.
    """
    check_choice(segment, RfmSegment, "segment")
    until, currency = _last_day(work, only), currency_of(work, only)
    orders = orders_of(only).where(eq(_o.currency, currency), le(_o.ordered_on, until), *seen(work, _o.customer))
    bought = everything_bought(work.orders, orders)
    rated = assess((one.purchases for one in bought.values()), until)
    everybody, whole = counted(len(bought), buyers(orders), "customer"), _spent(bought, bought, orders, currency)
    best = sorted((one for one in rated if segment in {None, one.segment}), key=lambda one: _standing(one, bought))
    shown = page_among(work, best, lambda some: _rows(some, bought, orders, currency), page=page, size=size)
    return SegmentsReport(
        until=until,
        currency=currency,
        customers=everybody,
        amount=whole,
        segments=tuple(_segments(rated, bought, orders, everybody, whole)),
        page=shown,
        names=names_of(work, [one.key for one in shown.rows]),
    )


def _last_day(work: Work, only: OrderFilter) -> dt.date:
    period = is_period(narrowed(only, OrderFilter).period)
    return work.today if period is None else min(period.last, work.today)


def _segments(
    rated: tuple[Rfm, ...],
    bought: Mapping[CustomerId, Bought],
    orders: Query[Order],
    everybody: Figure[int],
    whole: Figure[Decimal],
) -> Iterable[Segment]:
    members: dict[RfmSegment | None, list[Any]] = defaultdict(list)
    for one in rated:
        members[one.segment].append(one.customer)
    for kind in (*RfmSegment, *((None,) if None in members else ())):
        ids = members[kind]
        customers = counted(len(ids), _customers(ids), "customer")
        amount = _spent(ids, bought, orders, whole.unit)
        yield Segment(
            segment=kind,
            customers=customers,
            share=share(customers, everybody),
            amount=amount,
            amount_share=share(amount, whole),
        )


def _standing(one: Rfm, bought: Mapping[CustomerId, Bought]) -> tuple[int, Decimal, CustomerId]:
    key: CustomerId = one.customer  # type: ignore[assignment]  # the readers of orders put ids there
    scores = (one.recency_score or 0) + (one.frequency_score or 0) + (one.monetary_score or 0)
    return -scores, -bought[key].amount, key


def _rows(
    some: Sequence[Rfm], bought: Mapping[CustomerId, Bought], orders: Query[Order], currency: str
) -> tuple[SegmentedCustomer, ...]:
    return tuple(_row(one, bought, orders, currency) for one in some)


def _row(one: Rfm, bought: Mapping[CustomerId, Bought], orders: Query[Order], currency: str) -> SegmentedCustomer:
    key: CustomerId = one.customer  # type: ignore[assignment]
    it, his = bought[key], orders.where(eq(_o.customer, key))
    return SegmentedCustomer(
        key=key,
        rfm=one,
        orders=counted(it.orders, his, "order"),
        amount=measured(it.amount, his, currency, it.orders),
    )


def _spent(
    ids: Collection[CustomerId], bought: Mapping[CustomerId, Bought], orders: Query[Order], currency: str
) -> Figure[Decimal]:
    """Answer what some customers have spent; without any, that is undefined."""
    number = sum(bought[one].orders for one in ids)
    whole = together(*(bought[one].amount for one in ids))
    return measured(whole if number else None, _theirs(ids, bought, orders), currency, number)


def _theirs(ids: Collection[CustomerId], bought: Mapping[CustomerId, Bought], orders: Query[Order]) -> Query[Order]:
    return orders if len(ids) == len(bought) else orders.where(one_of(_o.customer, ids))


def _customers(ids: Iterable[CustomerId]) -> Query[Customer]:
    return query(Customer).where(one_of(_c.id, ids))
