"""Which customers are key, and which are to be looked at: screening by five criteria (requirement X-CUS-09)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.numbers import EXACT
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import Query, count, eq, in_query, one_of, query, through
from crmcore.reports.asking import check_choice, names_of
from crmcore.reports.costing import Costs, check_costs, kept_costs
from crmcore.reports.weighing import Records, Weighed, facts_of, year_until
from crmcore.sales.entity import Order, OrderLine
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import PERCENT, Figure, counted, measured, share
from crmcore.statistics.periods import Period
from crmcore.statistics.screening import Criterion, Points, Verdict, paid_share, screened
from crmcore.statistics.trading import margin_rate
from crmcore.storage.action import action
from crmcore.storage.listing import page_among
from crmcore.storage.work import Work

__all__ = ["ScreenedCustomer", "ScreenedGroup", "Screening", "customer_screening"]

_c = fields(Customer)
_o = fields(Order)
_l = fields(OrderLine)
_r = fields(ServiceRequest)
_STAR: Final = "star"


@attrs.frozen(kw_only=True)
class ScreenedCustomer:
    """One customer, his points, and what each criterion rests on."""

    key: CustomerId
    points: Points
    figures: Mapping[Criterion, Figure[Any]]
    """What each criterion rests on, and opens to: what he has paid; the margin rate of that; what part of his due
    orders is paid; the number of orders that the future is reckoned from; his stars. What profit and future come to
    stands in the facts of the points."""


@attrs.frozen(kw_only=True)
class ScreenedGroup:
    """The customers of one verdict."""

    verdict: Verdict
    customers: Figure[int]
    share: Figure[Decimal]


@attrs.frozen(kw_only=True)
class Screening:
    """All active customers by verdict, and a page of them, the best first."""

    period: Period
    """The twelve months that are looked at."""
    currency: str
    customers: Figure[int]
    groups: tuple[ScreenedGroup, ...]
    known: frozenset[Criterion]
    """By which criteria anybody has points; the others could not be told of anybody."""
    page: Page[ScreenedCustomer]
    names: Mapping[UUID, str]


@action("report.read")
def customer_screening(
    work: Work,
    *,
    verdict: Verdict | None = None,
    costs: Costs | None = None,
    page: int = 1,
    size: int | None = None,
) -> Screening:
    """Answer which active customers are key and which to look at, by the last twelve months (X-CUS-09).

    Nobody is dropped by it: that is decided by people. Purchase amount, payment safety and cooperation are known from
    orders and requests; the future from what :func:`crmcore.reports.learn` has learnt; profit from the costs of
    products, as far as the sales system has told them or they are given.

    Args:
        work: The unit of work.
        verdict: Only customers of that verdict on the page; None for all.
        costs: What products cost, in the company's currency; None for what the sales system has told. Their stock
            plays no part.
        page: Which page, from 1.
        size: Most customers on a page; None for the company's setting.

    Raises:
        Invalid: The verdict, the costs or the page are none.
    """
    check_choice(verdict, Verdict, "verdict")
    records = year_until(work, work.today)
    weighed = facts_of(work, records, kept_costs(work) if costs is None else check_costs(costs))
    found, everybody = screened(weighed.facts), counted(len(weighed.facts), records.customers, "customer")
    wanted = [one for one in found if verdict is None or one.verdict is verdict]
    shown = page_among(work, wanted, lambda some: _figures(work, records, weighed, some), page=page, size=size)
    return Screening(
        period=records.period,
        currency=records.currency,
        customers=everybody,
        groups=tuple(_groups(found, everybody)),
        known=frozenset(kind for one in found for kind, points in one.by_criterion.items() if points is not None),
        page=shown,
        names=names_of(work, [one.key for one in shown.rows]),
    )


def _groups(found: Sequence[Points], everybody: Figure[int]) -> Iterable[ScreenedGroup]:
    for kind in Verdict:
        ids = [one.facts.customer for one in found if one.verdict is kind]
        customers = counted(len(ids), query(Customer).where(one_of(_c.id, ids)), "customer")
        yield ScreenedGroup(verdict=kind, customers=customers, share=share(customers, everybody))


def _figures(work: Work, records: Records, weighed: Weighed, points: Sequence[Points]) -> tuple[ScreenedCustomer, ...]:
    """Answer the customers of a page with figures that open; their records are counted for the page at once."""
    ids = [one.facts.customer for one in points]
    known = _numbers(work.orders, records.known, _o.customer, ids)
    lines = _lines(work, records, ids) if weighed.lines is None else weighed.lines
    sees = work.crm.scope_of(ServiceRequest, work.actor) is not None
    rated = _numbers(work.service_requests, records.rated, _r.customer, ids) if sees else {}
    return tuple(
        ScreenedCustomer(
            key=one.facts.customer,
            points=one,
            figures={
                Criterion.AMOUNT: _amount(records, one, weighed.paid),
                Criterion.PROFIT: _margin(records, one, lines),
                Criterion.SAFETY: _safety(records, one, weighed.due),
                Criterion.FUTURE: _known(records, one, known),
                Criterion.COOPERATION: _stars(records, one, rated),
            },
        )
        for one in points
    )


def _numbers(records: Any, of: Query[Any], whose: Any, ids: Collection[CustomerId]) -> Mapping[CustomerId, int]:
    if not ids:
        return {}
    rows = records.tally(of.where(one_of(whose, ids)), by=(whose,), measures=(count(),))
    return {row.key[0]: row.values[0] for row in rows}


def _lines(work: Work, records: Records, ids: Collection[CustomerId]) -> Mapping[CustomerId, int]:
    if not ids:
        return {}
    lines = query(OrderLine).where(in_query(_l.order, records.paid.where(one_of(_o.customer, ids))))
    rows = work.order_lines.tally(lines, by=(through(_l.order, Order, _o.customer),), measures=(count(),))
    return {row.key[0]: row.values[0] for row in rows}


def _amount(records: Records, one: Points, numbers: Mapping[CustomerId, int]) -> Figure[Decimal]:
    number = numbers.get(one.facts.customer, 0)
    of = records.paid.where(eq(_o.customer, one.facts.customer))
    return measured(one.facts.amount if number else None, of, records.currency, number)


def _known(records: Records, one: Points, numbers: Mapping[CustomerId, int]) -> Figure[int]:
    customer = one.facts.customer
    return counted(numbers.get(customer, 0), records.known.where(eq(_o.customer, customer)), "order")


def _margin(records: Records, one: Points, numbers: Mapping[CustomerId, int]) -> Figure[Decimal]:
    facts = one.facts
    cost = None if facts.profit is None else EXACT.subtract(facts.amount, facts.profit)
    of = query(OrderLine).where(in_query(_l.order, records.paid.where(eq(_o.customer, facts.customer))))
    return measured(margin_rate(facts.amount, cost), of, PERCENT, numbers.get(facts.customer, 0))


def _safety(records: Records, one: Points, numbers: Mapping[CustomerId, int]) -> Figure[Decimal]:
    """Answer what part of the orders that should be paid is; it opens to all of these."""
    facts = one.facts
    of = records.due.where(eq(_o.customer, facts.customer))
    return measured(paid_share(facts.due, facts.paid), of, PERCENT, numbers.get(facts.customer, 0))


def _stars(records: Records, one: Points, numbers: Mapping[CustomerId, int]) -> Figure[Decimal]:
    """Answer the stars; they open to the requests that were rated, or else to the customer himself."""
    customer = one.facts.customer
    if number := numbers.get(customer, 0):
        return measured(one.facts.satisfaction, records.rated.where(eq(_r.customer, customer)), _STAR, number)
    return measured(one.facts.satisfaction, query(Customer).where(eq(_c.id, customer)), _STAR, 1)
