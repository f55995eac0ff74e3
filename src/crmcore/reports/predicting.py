"""What to expect of customers: whether they still are, how often they will order, for how much.

Requirements X-ANA-03, X-ANA-04, X-CUS-11. With the parameters that the nightly job has learnt, so that a page costs the
orders of its customers and nothing else.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import desc, eq, in_query, is_null, negate, query
from crmcore.reports.asking import names_of
from crmcore.reports.learning import Learnt, learnt_of
from crmcore.reports.purchasing import bought_by, purchases_until
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.bgnbd import BgNbdFit
from crmcore.statistics.explaining import Outlook, histories, outlooks
from crmcore.statistics.figures import Figure, counted, measured
from crmcore.statistics.learnt import spending_of
from crmcore.statistics.lifetime_value import LifetimeValue, Terms, lifetime_values, rate_per_period
from crmcore.statistics.purchasing import Bought
from crmcore.statistics.refusals import NoPrediction, NotLearntYet, outside
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = [
    "A_YEAR_AHEAD",
    "CustomerOutlook",
    "OutlookReport",
    "churn_outlooks",
    "customer_outlook",
    "customer_outlooks",
]

QUARTER: Final = 90
LONGEST: Final = 3660
A_YEAR_AHEAD: Final = Terms(periods=12, length=365 / 12, rate=rate_per_period(Decimal("0.10"), 12))
"""Twelve months; money a year later is worth ten percent less; turnover, not profit, as the CRM keeps no costs."""
_s = fields(OrderSummary)
_o = fields(Order)
_c = fields(Customer)


@attrs.frozen(kw_only=True)
class CustomerOutlook:
    """What to expect of one customer, and the orders that it is reckoned from."""

    key: CustomerId
    orders: Figure[int]
    amount: Figure[Decimal]
    """What he has ordered so far."""
    outlook: Outlook
    """Whether he is still a customer, and how often he will order; explains itself."""
    value: LifetimeValue | None
    """What he will still be worth; None where what his orders are worth can't be told."""


@attrs.frozen(kw_only=True)
class OutlookReport:
    """A page of active customers, who has ordered for most first, and what to expect of each."""

    learnt: Learnt
    """By what it was reckoned."""
    until: dt.date
    """The day from which it looks ahead."""
    period: int
    """How many days the expected orders are about."""
    terms: Terms
    page: Page[OrderSummary]
    """The customers; a summary's id is the customer's."""
    rows: Mapping[UUID, CustomerOutlook]
    """Those of the page who have ordered in the company's currency."""
    names: Mapping[UUID, str]


@action("report.read")
def customer_outlooks(
    work: Work, *, period: int = QUARTER, terms: Terms = A_YEAR_AHEAD, page: int = 1, size: int | None = None
) -> OutlookReport:
    """Answer what to expect of active customers, who has ordered for most first (X-ANA-03, X-ANA-04, X-CUS-11).

    Six questions to the store, however many customers and orders there are.

    Args:
        work: The unit of work.
        period: How many days ahead orders are expected, 1 to 3660.
        terms: How far ahead value is counted, and what later money is worth.
        page: Which page, from 1.
        size: Most customers on a page; None for the company's setting.

    Raises:
        NoPrediction: Nothing was learnt yet, or the orders can't carry it; the subclass says why.
        Invalid: The period, the terms or the page is none.
    """
    learnt, model = _needed(work, period)
    active = query(Customer).where(eq(_c.status, CustomerStatus.NORMAL))
    buying = query(OrderSummary).where(negate(is_null(_s.last_order_on)), in_query(_s.id, active))
    found = page_of(work, work.order_summaries, buying.sort(desc(_s.amount)), page=page, size=size)
    ids = [CustomerId(one.id) for one in found.rows]
    return OutlookReport(
        learnt=learnt,
        until=work.today,
        period=period,
        terms=terms,
        page=found,
        rows={one.key: one for one in _outlooks(work, learnt, model, ids, period, terms)},
        names=names_of(work, ids),
    )


@action("order.read_all", "order.read")
def customer_outlook(
    work: Work, customer: CustomerId, *, period: int = QUARTER, terms: Terms = A_YEAR_AHEAD
) -> CustomerOutlook | None:
    """Answer what to expect of one customer; None if he has not ordered (X-ANA-03, X-ANA-04, X-CUS-11).

    Args:
        work: The unit of work.
        customer: One that the actor sees.
        period: How many days ahead orders are expected, 1 to 3660.
        terms: How far ahead value is counted, and what later money is worth.

    Raises:
        NoPrediction: Nothing was learnt yet, or the orders can't carry it; the subclass says why.
        NotFound: There is no such customer, or the actor does not see him.
        Invalid: The period or the terms are none.
    """
    work.customers.get(customer)
    learnt, model = _needed(work, period)
    return next(iter(_outlooks(work, learnt, model, [customer], period, terms)), None)


@action("churn.read")
def churn_outlooks(
    work: Work, customers: Iterable[CustomerId], *, period: int = QUARTER
) -> Mapping[CustomerId, Outlook]:
    """Answer how unusual the silence of warned customers is for each of them, beside the rule (CHN-01, X-ANA-04).

    A hint and no more: the six-month rule alone decides who is warned of. Two questions to the store at most. Customers
    that the actor does not see, and such as have not ordered, are not in it; nobody is, where nothing could be learnt.

    Args:
        work: The unit of work.
        customers: Those of a page of churn cases.
        period: How many days ahead orders are expected, 1 to 3660.

    Raises:
        Invalid: The period is none.
    """
    _check(period)
    wanted = set(customers)
    if not wanted or work.crm.scope_of(Order, work.actor) is None:
        return {}
    learnt = learnt_of(work)
    if learnt is None or isinstance(learnt.orders, NoPrediction):
        return {}
    today = work.today
    bought = bought_by(work.orders, purchases_until(learnt.currency, today), wanted)
    found = outlooks(learnt.orders.model, [one.purchases for one in bought.values()], today, period)
    return dict(zip(bought, found, strict=True))


def _needed(work: Work, period: int) -> tuple[Learnt, BgNbdFit]:
    _check(period)
    learnt = learnt_of(work)
    if learnt is None:
        raise NotLearntYet
    if isinstance(learnt.orders, NoPrediction):
        raise learnt.orders
    return learnt, learnt.orders


def _check(period: object) -> None:
    if type(period) is not int or not 1 <= period <= LONGEST:
        raise outside("period", 1, LONGEST, str(period)[:50])


def _outlooks(
    work: Work, learnt: Learnt, model: BgNbdFit, ids: Sequence[CustomerId], period: int, terms: Terms
) -> Iterable[CustomerOutlook]:
    today = work.today
    wanted = purchases_until(learnt.currency, today)
    bought = bought_by(work.orders, wanted, ids)
    rows = [one.purchases for one in bought.values()]
    values = _values(learnt, model, bought, today, terms)
    for key, outlook, value in zip(bought, outlooks(model.model, rows, today, period), values, strict=True):
        it, his = bought[key], wanted.where(eq(_o.customer, key))
        yield CustomerOutlook(
            key=key,
            orders=counted(it.orders, his, "order"),
            amount=measured(it.amount, his, learnt.currency, it.orders),
            outlook=outlook,
            value=value,
        )


def _values(
    learnt: Learnt, model: BgNbdFit, bought: Mapping[CustomerId, Bought], until: dt.date, terms: Terms
) -> Sequence[LifetimeValue | None]:
    if isinstance(learnt.amounts, NoPrediction):
        return [None] * len(bought)
    rows = [one.purchases for one in bought.values()]
    known = list(zip(histories(rows, until), map(spending_of, rows), strict=True))
    return lifetime_values(model.model, learnt.amounts.model, known, terms)
