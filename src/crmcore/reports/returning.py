"""Who came back: retention, churn and cohorts, and how far the company depends on few (X-ANA-04 to 06, menu L0405)."""

from typing import Final

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.customers.entity import Customer
from crmcore.query import eq, in_query, negate, query
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.reports.asking import (
    OrderFilter,
    buyers,
    chosen,
    currency_of,
    customers_who,
    narrowed,
    needed_period,
    orders_of,
    seen,
)
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.cohorts import Cohort, buying_again, cohorts, sizes
from crmcore.statistics.concentration import FEW, MUCH, Concentration, concentration
from crmcore.statistics.contribution import by_customer
from crmcore.statistics.figures import counted, measured
from crmcore.statistics.periods import Period, Span, before, steps
from crmcore.statistics.retention import Retention, coming_back, kept, retention
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["customer_cohorts", "customer_concentration", "customer_retention"]

_o = fields(Order)
_c = fields(Customer)
_s = fields(OrderSummary)
_ALL = OrderFilter()
_HUNDRED: Final = 100
MOST_COHORTS: Final = 60
"""Five years of months: more is no table that anybody reads."""


@action("report.read")
def customer_retention(work: Work, only: OrderFilter, *, earlier: Period | None = None) -> Retention:
    """Answer how many customers of one period bought in the next one, too, and what that meant in revenue (X-ANA-04).

    Who bought counts whatever the currency; revenue is in one currency (decision 16.7).

    Args:
        work: The unit of work.
        only: Which orders count; its period is the later one.
        earlier: The period whose customers are looked for; None for the one directly before.

    Raises:
        Invalid: There is no period, the earlier one does not end before the later one begins, or a filter is none.
    """
    later = needed_period(narrowed(only, OrderFilter).period)
    first = before(later) if earlier is None else needed_period(earlier)
    if first.last >= later.first:
        raise Invalid(Problem(field="earlier", code="report.not_earlier", entity="report"))
    currency = currency_of(work, only)
    then, now = orders_of(attrs.evolve(only, period=first)), orders_of(only)
    of_any_day = orders_of(attrs.evolve(only, period=None))
    stayed, left = kept(work.orders.groups(coming_back(of_any_day, first, later, currency)))
    every = stayed + left
    paid = eq(_o.currency, currency)
    came, back = buyers(then), in_query(_c.id, now, on=_o.customer)
    again = in_query(_o.customer, now, on=_o.customer)
    kept_orders = now.where(in_query(_o.customer, then, on=_o.customer), paid)
    customers = customers_who(work, came, every.customers)
    retained = customers_who(work, came.where(back), stayed.customers)
    gone = (customers.value or 0) - (retained.value or 0)  # of one snapshot: nobody is counted twice, or left out
    return retention(
        customers=customers,
        retained=retained,
        lost=counted(gone, came.where(negate(back)), "customer"),
        revenue=measured(every.spent, then.where(paid), currency, every.orders),
        revenue_kept=measured(stayed.later_spent, kept_orders, currency, stayed.later_orders),
        revenue_lost=measured(left.spent, then.where(negate(again), paid), currency, left.orders),
    )


@action("report.read")
def customer_cohorts(work: Work, period: Period, *, span: Span = Span.MONTH) -> tuple[Cohort, ...]:
    """Answer how many of the customers who first bought in each step of a period bought again later (X-ANA-05).

    Args:
        work: The unit of work.
        period: Which days.
        span: Months, quarters or years; the first and last step may be cut short.

    Raises:
        Invalid: Period or span is none, or there would be more steps than a table shows.
    """
    parts = steps(needed_period(period), chosen(span, Span, "span"))
    if len(parts) > MOST_COHORTS:
        raise Invalid(Problem("span", "report.too_many_steps", "report", {"max": MOST_COHORTS}))
    size = sizes(query(OrderSummary).where(*seen(work, _s.id)), parts)
    again = buying_again(orders_of(OrderFilter(all_orders=True)).where(*seen(work, _o.customer)), parts)
    theirs = attrs.evolve(again, of=again.of.where(in_query(_o.customer, size.of)))  # few orders lead to many figures
    return cohorts(size, work.order_summaries.groups(size), again, work.orders.groups(theirs), parts)


@action("report.read")
def customer_concentration(work: Work, only: OrderFilter = _ALL, *, few: int = FEW, much: int = MUCH) -> Concentration:
    """Answer how much the best fifth of the customers brings, and how few bring four fifths of the revenue (X-ANA-06).

    Args:
        work: The unit of work.
        only: Which orders count.
        few: Percent of the customers, 1 to 100.
        much: Percent of the revenue, 1 to 100.

    Raises:
        Invalid: A filter or a share is none.
    """
    for name, given in (("few", few), ("much", much)):
        if type(given) is not int or not 1 <= given <= _HUNDRED:
            params = {"min": 1, "max": _HUNDRED, "got": str(given)[:50]}
            raise Invalid(Problem(name, "value.range", "report", params))
    currency = currency_of(work, only)
    asked = by_customer(orders_of(only).where(*seen(work, _o.customer)), currency, LARGEST_OFFSET)
    return concentration(asked, work.orders.groups(asked), currency, few=few, much=much)
