"""Which customers contribute how much, and beside other periods (RPT-01, menu L0401)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.query import Query, Tally, TallyRow, count, eq, largest, negate, records_behind, smallest, total
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.reports.asking import (
    OrderFilter,
    buyers,
    check_choice,
    currency_of,
    customers_who,
    names_of,
    narrowed,
    needed_period,
    orders_of,
)
from crmcore.reports.years import years_of_days
from crmcore.sales.entity import Order
from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.contribution import (
    AmountBand,
    Contribution,
    by_currency,
    by_customer,
    contributions,
    groups_in,
    part_together,
    together,
    within_band,
)
from crmcore.statistics.figures import Comparison, Figure, counted, measured
from crmcore.statistics.periods import Period
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
    "total_of",
]

_o = fields(Order)
_ALL = OrderFilter()


@attrs.frozen(kw_only=True)
class CurrencyTotal:
    """What all orders of one currency come to."""

    orders: Figure[int]
    amount: Figure[Decimal]


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
    in_band: CurrencyTotal | None = None
    """What the orders of all customers of the band that was asked for come to; None where none was."""
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
    check_choice(band, AmountBand, "band")
    currency, orders = currency_of(work, only), orders_of(only)
    place, rows = place_of(work, LARGEST_OFFSET, page=page, size=size)
    asked = by_customer(orders, currency, LARGEST_OFFSET if band is not None else min(place * rows, LARGEST_OFFSET))
    found = work.orders.groups(asked)
    every, whole = groups_in(found), total_of(asked, found, currency)
    wanted = found if band is None else within_band(found, band)
    in_band = None if band is None else _band_of(asked, wanted, currency)
    number = every if band is None else len(wanted)
    place, rows = place_of(work, number, page=page, size=rows)
    shown = contributions(asked, wanted[(place - 1) * rows : place * rows], currency, whole.amount)
    return ContributionReport(
        page=Page(shown, number, place, rows),
        currency=currency,
        customers=customers_who(work, buyers(asked.of), every),
        whole=whole,
        in_band=in_band,
        others=_others(work, orders, currency),
        names=names_of(work, [one.key for one in shown]),
    )


@action("report.contribution")
def contribution_years(work: Work, *, all_orders: bool = False) -> tuple[int, ...]:
    """Answer the years in which there are orders, the latest first: the choices of a filter (requirement RPT-01)."""
    return years_of_days(work.orders, orders_of(OrderFilter(all_orders=all_orders)), _o.ordered_on)


@action("report.contribution")
def sales_compared(work: Work, only: OrderFilter) -> Comparison[Decimal]:
    """Answer what orders of a period come to, beside the period before and the same of last year (RPT-01, X-ANA-05).

    A period that is not over is compared with as many days of them.

    Args:
        work: The unit of work.
        only: Which orders count; its period is compared.

    Raises:
        Invalid: There is no period, or a filter is none.
    """
    periods = compared_periods(needed_period(narrowed(only, OrderFilter).period), work.today)
    currency = currency_of(work, only)
    now, then, year_ago = (
        _amount(work, orders_of(attrs.evolve(only, period=one)).where(eq(_o.currency, currency)), currency)
        for one in periods.all
    )
    return Comparison(now=now, before=then, last_year=year_ago)


def total_of(asked: Tally, rows: Sequence[TallyRow], currency: str) -> CurrencyTotal:
    """Answer what the orders of all groups of a tally come to."""
    orders, amount = together(asked, rows, currency)
    return CurrencyTotal(orders=orders, amount=amount)


def _band_of(asked: Tally, rows: Sequence[TallyRow], currency: str) -> CurrencyTotal:
    """Answer what the orders of some customers come to."""
    orders, amount = part_together(asked, rows, currency)
    return CurrencyTotal(orders=orders, amount=amount)


def _others(work: Work, orders: Query[Order], currency: str) -> tuple[CurrencyTotal, ...]:
    """Answer what orders in every other currency come to, each by itself."""
    asked = by_currency(orders.where(negate(eq(_o.currency, currency))))
    found = []
    for row in work.orders.groups(asked):
        number, amount = row.values
        behind = records_behind(asked, row)
        orders_there, amount_there = counted(number, behind, "order"), measured(amount, behind, row.key[0], number)
        found.append(CurrencyTotal(orders=orders_there, amount=amount_there))
    return tuple(found)


def _amount(work: Work, orders: Query[Order], currency: str) -> Figure[Decimal]:
    ((number, amount),) = (row.values for row in work.orders.tally(orders, measures=(count(), total(_o.amount))))
    return measured(amount, orders, currency, number)


def days_of(work: Work, orders: Query[Order]) -> Period | None:
    """Answer the days from the first to the last of some orders; None if there are none."""
    measures = (smallest(_o.ordered_on), largest(_o.ordered_on))
    ((first, last),) = (row.values for row in work.orders.tally(orders, measures=measures))
    return None if first is None else Period(first, last)
