"""A customer's trust rating as a curve, beside customers of his level and all others (requirement X-CUS-18)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

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
    query,
    tally,
    through,
    total,
)
from crmcore.reports.owing import due_orders
from crmcore.reports.rating import rated_requests, verdicts_on
from crmcore.sales.entity import Order
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.periods import Period, Span, before, period_of, starts, steps
from crmcore.statistics.trust import TrustStep, points, ratings
from crmcore.storage.action import action
from crmcore.storage.history import values_over
from crmcore.storage.work import Work

__all__ = ["TrustCurve", "trust_curve"]

QUARTERS: Final = 8
"""Two years: enough to see which way it goes."""
_MOMENT: Final = dt.timedelta(milliseconds=1)
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

    Compared with are the customers that the actor sees; beside it stands the trust that people gave him by hand, as
    change records tell it. Nine questions to the store at most.

    Args:
        work: The unit of work.
        customer: One that the actor sees.

    Raises:
        NotFound: There is no such customer, or the actor does not see him.
    """
    it = work.customers.get(customer)
    parts = _quarters(work.today)
    edges = starts(parts, work.zone)
    due = due_orders(Period(parts[0].first, parts[-1].last), work.parameter(CURRENCY), work.today)
    rated = rated_requests(edges[0], edges[-1])
    his_orders, his_requests = due.where(eq(_o.customer, it.id)), rated.where(eq(_r.customer, it.id))
    level = query(Customer).where(eq(_c.level, it.level))
    every, opinions = _orders(work, due, parts), _requests(work, rated, edges)
    of_level = due.where(in_query(_o.customer, level)), rated.where(in_query(_r.customer, level))
    his = (his_orders, _orders(work, his_orders, parts)), (his_requests, _requests(work, his_requests, edges))
    compared = zip(
        parts,
        ratings(parts, edges, *his),
        ratings(parts, edges, (of_level[0], every), (of_level[1], opinions), lambda key: key == (it.level,)),
        ratings(parts, edges, (due, every), (rated, opinions)),
        map(points, values_over(work, it, _c.trust.name, [one - _MOMENT for one in edges[1:]])),
        strict=True,
    )
    steps_ = (
        TrustStep(period=part, his=own, of_level=peers, of_all=all_, given=given)
        for part, own, peers, all_, given in compared
    )
    return TrustCurve(customer=it, steps=tuple(steps_))


def _quarters(today: dt.date) -> tuple[Period, ...]:
    first = period_of(today, Span.QUARTER)
    for _ in range(QUARTERS - 1):
        first = before(first)
    return steps(Period(first.first, period_of(today, Span.QUARTER).last), Span.QUARTER)


def _orders(work: Work, due: Query[Order], parts: Sequence[Period]) -> Sequence[TallyRow]:
    quarter = banded(_o.ordered_on, [one.first for one in parts])
    level = through(_o.customer, Customer, _c.level)
    return work.orders.groups(tally(due, by=(quarter, _o.status, level), measures=(count(), total(_o.amount))))


def _requests(work: Work, rated: Query[ServiceRequest], edges: Sequence[dt.datetime]) -> Sequence[TallyRow]:
    """Answer how satisfied customers were; nothing to somebody who sees no requests."""
    if work.crm.scope_of(ServiceRequest, work.actor) is None:
        return ()
    return verdicts_on(work, rated, through(_r.customer, Customer, _c.level), edges[:-1])
