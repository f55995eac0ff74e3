"""Which customers contribute how much, and beside other periods (RPT-01, menu L0401)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.query import Query, Tally, TallyRow, eq, largest, records_behind, smallest
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.reports.asking import (
    OrderFilter,
    buyers,
    chosen,
    currency_of,
    customers_who,
    names_of,
    needed_period,
    orders_of,
    within_days,
)
from crmcore.sales.entity import Order
from crmcore.statistics.contribution import (
    AmountBand,
    Contribution,
    by_currency,
    by_customer,
    by_year,
    contributions,
    within_band,
    years_in,
)
from crmcore.statistics.figures import Comparison, Figure, counted, measured
from crmcore.statistics.periods import Period, before, last_year, latest_years
from crmcore.storage.action import action
from crmcore.storage.listing import place_of
from crmcore.storage.work import Work

__all__ = [
    "ContributionReport",
    "CurrencyTotal",
    "contribution",
    "contribution_years",
    "days_of",
    "sales_compared",
    "totals_of",
]

_o = fields(Order)
_ALL = OrderFilter()


@attrs.frozen(kw_only=True)
class CurrencyTotal:
    """What all orders of one currency come to."""

    orders: Figure[int]
    amount: Figure[Decimal]
    distinct_customers: int
    """How many customers these orders belong to, those too that the reader's list of customers does not show."""


@attrs.frozen(kw_only=True)
class ContributionReport:
    """A page of the customer contribution analysis, the largest sum first."""

    page: Page[Contribution]
    currency: str
    """Of all sums of the page."""
    customers: Figure[int]
    """All customers with matching orders in that currency, whatever their band."""
    whole: CurrencyTotal
    """What these orders come to together."""
    others: tuple[CurrencyTotal, ...]
    """What matching orders in other currencies come to, each by itself."""
    names: Mapping[UUID, str]
    """What the customers of the page are called."""


@action("report.contribution")
def contribution(
    work: Work,
    only: OrderFilter = _ALL,
    *,
    band: AmountBand | None = None,
    page: int = 1,
    size: int | None = None,
) -> ContributionReport:
    """Answer how much each customer has spent, the largest sum first (requirement RPT-01, decisions 16.6, 16.7).

    Args:
        work: The unit of work.
        only: Which orders count: paid ones of all time unless asked for others.
        band: Only customers whose sum lies in it; None for all.
        page: Which page, from 1.
        size: Most customers on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the band or the page is none.
    """
    if band is not None:
        chosen(band, AmountBand, "band")
    currency, orders = currency_of(work, only), orders_of(only)
    whole, others = totals_of(work, orders, currency)
    here = orders.where(eq(_o.currency, currency))
    if band is None:
        number = whole.distinct_customers
        place, rows = place_of(work, number, page=page, size=size)
        asked = by_customer(orders, currency, place * rows)
        found: Sequence[TallyRow] = work.orders.groups(asked) if number else ()
        customers = customers_who(work, buyers(here), number)
    else:
        asked = by_customer(orders, currency, LARGEST_OFFSET)
        every = work.orders.groups(asked)
        customers = customers_who(work, buyers(here), len(every))
        found = within_band(every, band)
        number = len(found)
        place, rows = place_of(work, number, page=page, size=size)
    shown = contributions(asked, found[(place - 1) * rows : place * rows], currency, whole.amount)
    return ContributionReport(
        page=Page(shown, number, place, rows),
        currency=currency,
        customers=customers,
        whole=whole,
        others=others,
        names=names_of(work, [one.key for one in shown]),
    )


@action("report.contribution")
def contribution_years(work: Work, *, all_orders: bool = False) -> tuple[int, ...]:
    """Answer the years in which there are orders, the latest first: the choices of a filter (requirement RPT-01)."""
    orders = orders_of(OrderFilter(all_orders=all_orders))
    known = days_of(work, orders)
    if known is None:
        return ()
    years = latest_years(known)
    since = orders.where(*within_days(_o.ordered_on, Period(years[0].first, years[-1].last)))
    return years_in(work.orders.groups(by_year(since, years)), years)


@action("report.contribution")
def sales_compared(work: Work, only: OrderFilter) -> Comparison[Decimal]:
    """Answer what orders of a period come to, beside the period before and the same of last year (RPT-01, X-ANA-05).

    Args:
        work: The unit of work.
        only: Which orders count; its period is compared.

    Raises:
        Invalid: There is no period, or a filter is none.
    """
    period = needed_period(only.period)
    currency = currency_of(work, only)
    now, then, year_ago = (
        totals_of(work, orders_of(attrs.evolve(only, period=one)), currency)[0].amount
        for one in (period, before(period), last_year(period))
    )
    return Comparison(now=now, before=then, last_year=year_ago)


def totals_of(work: Work, orders: Query[Order], currency: str) -> tuple[CurrencyTotal, tuple[CurrencyTotal, ...]]:
    """Answer what orders come to in one currency, and in each of the others."""
    asked = by_currency(orders)
    found = {row.key[0]: _total(asked, row) for row in work.orders.groups(asked)}
    whole = found.pop(currency, None) or _total(asked, TallyRow((currency,), (0, None, 0)))
    return whole, tuple(found.values())


def _total(asked: Tally, row: TallyRow) -> CurrencyTotal:
    number, amount, customers = row.values
    behind = records_behind(asked, row)
    return CurrencyTotal(
        orders=counted(number, behind, "order"),
        amount=measured(amount, behind, row.key[0], number),
        distinct_customers=customers,
    )


def days_of(work: Work, orders: Query[Order]) -> Period | None:
    """Answer the days from the first to the last of some orders; None if there are none."""
    measures = (smallest(_o.ordered_on), largest(_o.ordered_on))
    ((first, last),) = (row.values for row in work.orders.tally(orders, measures=measures))
    return None if first is None else Period(first, last)
