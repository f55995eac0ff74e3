"""A customer's trust rating as a curve, beside customers of his level and all others (requirement X-CUS-18)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.customers.entity import Customer, CustomerId
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import (
    Query,
    TallyRow,
    banded,
    count,
    eq,
    in_query,
    negate,
    query,
    tally,
    through,
    total,
)
from crmcore.reports.asking import within_days
from crmcore.reports.rating import rated_requests, verdicts_on
from crmcore.reports.weighing import DUE_AFTER
from crmcore.sales.entity import Order, OrderStatus
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.periods import Period, Span, before, period_of, starts, steps
from crmcore.statistics.trust import TrustStep, ratings
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["TrustCurve", "trust_curve"]

QUARTERS: Final = 8
"""Two years: enough to see which way it goes."""
_c = fields(Customer)
_o = fields(Order)
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class TrustCurve:
    """How far a customer could be trusted in the last eight quarters, the present one included."""

    customer: Customer
    """``trust`` is the rating that people have given him by hand."""
    steps: tuple[TrustStep, ...]


@action("report.read", "order.read")
def trust_curve(work: Work, customer: CustomerId) -> TrustCurve:
    """Answer how a customer's trust rating has developed, beside his level's and everybody's (requirement X-CUS-18).

    Compared with are the customers that the actor sees. Eight questions to the store at most.

    Args:
        work: The unit of work.
        customer: One that the actor sees.

    Raises:
        NotFound: There is no such customer, or the actor does not see him.
    """
    it = work.customers.get(customer)
    parts = _quarters(work.today)
    edges = starts(parts, work.zone)
    due, rated = _due(work, parts), rated_requests(edges[0], edges[-1])
    his_orders, his_requests = due.where(eq(_o.customer, it.id)), rated.where(eq(_r.customer, it.id))
    level = query(Customer).where(eq(_c.level, it.level))
    every, opinions = _orders(work, due, parts), _requests(work, rated, edges)
    of_level = due.where(in_query(_o.customer, level)), rated.where(in_query(_r.customer, level))

    def alike(key: tuple[Any, ...]) -> bool:
        return key == (it.level,)

    return TrustCurve(
        customer=it,
        steps=tuple(
            TrustStep(period=part, his=his, of_level=peers, of_all=everybody)
            for part, his, peers, everybody in zip(
                parts,
                ratings(
                    parts,
                    edges,
                    (his_orders, _orders(work, his_orders, parts)),
                    (his_requests, _requests(work, his_requests, edges)),
                ),
                ratings(parts, edges, (of_level[0], every), (of_level[1], opinions), alike),
                ratings(parts, edges, (due, every), (rated, opinions)),
                strict=True,
            )
        ),
    )


def _quarters(today: dt.date) -> tuple[Period, ...]:
    first = period_of(today, Span.QUARTER)
    for _ in range(QUARTERS - 1):
        first = before(first)
    return steps(Period(first.first, period_of(today, Span.QUARTER).last), Span.QUARTER)


def _due(work: Work, parts: Sequence[Period]) -> Query[Order]:
    """Answer the orders of the quarters that should be paid by now."""
    until = min(parts[-1].last, work.today - dt.timedelta(days=DUE_AFTER))
    return query(Order).where(
        negate(eq(_o.status, OrderStatus.CANCELLED)),
        eq(_o.currency, work.parameter(CURRENCY)),
        *within_days(_o.ordered_on, Period(parts[0].first, until)),
    )


def _orders(work: Work, due: Query[Order], parts: Sequence[Period]) -> Sequence[TallyRow]:
    quarter = banded(_o.ordered_on, [one.first for one in parts])
    level = through(_o.customer, Customer, _c.level)
    return work.orders.groups(tally(due, by=(quarter, _o.status, level), measures=(count(), total(_o.amount))))


def _requests(work: Work, rated: Query[ServiceRequest], edges: Sequence[dt.datetime]) -> Sequence[TallyRow]:
    """Answer how satisfied customers were; nothing to somebody who sees no requests."""
    if work.crm.scope_of(ServiceRequest, work.actor) is None:
        return ()
    return verdicts_on(work, rated, through(_r.customer, Customer, _c.level), edges[:-1])
