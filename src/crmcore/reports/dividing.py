"""What kinds of customer contribute how much, and when it was (RPT-01, menu L0401)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.directory import names
from crmcore.base.errors import Invalid
from crmcore.query import Query, Tally, TallyRow, eq, largest, query, records_behind, smallest
from crmcore.reports.asking import OrderFilter, chosen, currency_of, names_of, orders_of
from crmcore.reports.composing import entries_of, labels_of
from crmcore.reports.contributing import CurrencyTotal, days_of, total_of
from crmcore.sales.entity import Order
from crmcore.statistics.contribution import (
    SPANS,
    Contribution,
    ContributionBy,
    by_customer,
    by_kind,
    by_time,
    contributions,
)
from crmcore.statistics.periods import Period, Span, period_of, steps
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["ContributionTable", "contribution_by"]

_o = fields(Order)
_ALL = OrderFilter()
MOST_KINDS: Final = 1000
"""The most kinds of customer that a table shows: regions are many, down to districts."""
_CATEGORIES: Final = {
    ContributionBy.REGION: "region",
    ContributionBy.INDUSTRY: "industry",
    ContributionBy.LEVEL: "customer_level",
    ContributionBy.CATEGORY: "customer_category",
    ContributionBy.COMPANY_SIZE: "company_size",
}


@attrs.frozen(kw_only=True)
class ContributionTable:
    """What kinds of customer, or steps of time, have brought."""

    by: ContributionBy
    currency: str
    whole: CurrencyTotal
    """What all these orders come to."""
    rows: tuple[Contribution, ...]
    labels: Mapping[Any, str]
    """What codes mean in the reader's language, or what customers or managers are called; empty for time."""


@action("report.contribution")
def contribution_by(work: Work, by: ContributionBy, only: OrderFilter = _ALL) -> ContributionTable:
    """Answer how much customers of each kind have spent, or what was spent in each year, quarter or month (RPT-01).

    Kinds come with the largest sum first; steps of time in their order, those without an order left out.

    Args:
        work: The unit of work.
        by: What to sum up by.
        only: Which orders count.

    Raises:
        Invalid: There is no such kind, a filter is none, or time would be cut into too many steps.
    """
    kind: ContributionBy = chosen(by, ContributionBy, "by")
    currency, orders = currency_of(work, only), orders_of(only)
    parts = _parts(work, kind, only, orders.where(eq(_o.currency, currency)))
    asked = _asked(orders, currency, kind, parts)
    rows = work.orders.groups(asked)
    whole = total_of(asked, rows, currency)
    if parts and rows and only.period is None:
        parts = _cut_short(work, asked, rows, parts)
    shown = contributions(asked, rows, currency, whole.amount, parts)
    return ContributionTable(by=kind, currency=currency, whole=whole, rows=shown, labels=_labels(work, kind, rows))


def _parts(work: Work, kind: ContributionBy, only: OrderFilter, orders: Query[Order]) -> Sequence[Period]:
    """Answer the steps of time that orders lie in; none, if they are not summed up by time.

    Without a period, those from the first order of all to the last: an index knows them. Where these are too many, the
    orders that count may lie in fewer.
    """
    if kind not in SPANS:
        return ()
    span = SPANS[kind]
    if only.period is not None:
        return steps(only.period, span)
    try:
        return _steps_of(work, days_of(work, query(Order)), span)
    except Invalid:
        return _steps_of(work, days_of(work, orders), span)


def _steps_of(work: Work, known: Period | None, span: Span) -> Sequence[Period]:
    """Answer the whole steps that days lie in; today's, where there are none."""
    days = known or Period(work.today, work.today)
    return steps(Period(period_of(days.first, span).first, period_of(days.last, span).last), span)


def _cut_short(work: Work, asked: Tally, rows: Sequence[TallyRow], parts: Sequence[Period]) -> Sequence[Period]:
    """Let the first step begin with the first order that counts, and the last end with the last: an index tells."""
    ends = ((rows[0], smallest(_o.ordered_on)), (rows[-1], largest(_o.ordered_on)))
    first, last = (
        work.orders.tally(records_behind(asked, row), measures=(measure,))[0].values[0] for row, measure in ends
    )
    return tuple(Period(max(one.first, first), min(one.last, last)) for one in parts)


def _asked(orders: Query[Order], currency: str, kind: ContributionBy, parts: Sequence[Period]) -> Tally:
    if parts:
        return by_time(orders, currency, parts)
    if kind is ContributionBy.CUSTOMER:
        return by_customer(orders, currency, MOST_KINDS)
    return by_kind(orders, currency, kind, MOST_KINDS)


def _labels(work: Work, kind: ContributionBy, rows: Sequence[TallyRow]) -> Mapping[Any, str]:
    keys = [row.key[0] for row in rows if row.key[0]]
    if not keys or kind in SPANS:
        return {}
    if kind is ContributionBy.CUSTOMER:
        return names_of(work, keys)
    if kind is ContributionBy.MANAGER:
        return names(work, keys)
    return labels_of(work, entries_of(work, _CATEGORIES[kind], rows))
