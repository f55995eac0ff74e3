"""Whatever was traded: every number opens to as many records as it counts, whoever reads it, and is right (chapter 5).

On every store the same random trade, read by people who see all, their own, and all orders of few customers.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from attrs import fields

from company.opened import figures_of
from company.trade import Trade, some_trade, staff_of
from crmcore import SYSTEM, access, reports
from crmcore.access.delivered import delivered_role_id
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.customers.entity import CustomerId, CustomerStatus
from crmcore.query import total
from crmcore.reports import LossFilter, OrderFilter, ServiceFilter
from crmcore.sales.entity import Order, OrderLine, OrderStatus
from crmcore.statistics.contribution import AmountBand, ContributionBy
from crmcore.statistics.figures import Figure
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import Span, month_of, quarter_of, year_of
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

RIGHTS = tuple(f"report.{one}" for one in ("contribution", "composition", "service", "churn", "read"))
COUNTED = {"customer", "order", "service_request", "churn_case"}
_AMOUNT = {Order: fields(Order).amount, OrderLine: fields(OrderLine).amount}


def readers(crm: Crm) -> list[str]:
    """Let account managers read reports too, and hire somebody who sees all orders and requests but few customers."""
    manager = (*DELIVERED_ROLES["account_manager"], *RIGHTS)
    crm.perform(access.set_permissions, delivered_role_id("account_manager"), manager, as_user="admin")
    mixed = ("customer.read", "order.read_all", "service.read_all", "churn.read", *RIGHTS)
    role = crm.perform(access.create_role, name="混合", permissions=mixed, as_user=SYSTEM)
    crm.perform(access.create_user, name="mixed", roles=[role.id], as_user=SYSTEM)
    return ["zhaomin", "chengang", "wangwei", "mixed"]


def everything(work: Work) -> Iterator[Any]:
    """Every report there is, in several variants."""
    march, year = month_of(2026, 3), year_of(2026)
    for only in (OrderFilter(), OrderFilter(all_orders=True, period=year), OrderFilter(customer_name="客户1")):
        yield reports.contribution(work, only, size=4, page=2)
    yield reports.contribution(work, OrderFilter(currency="USD"), band=AmountBand.TO_3000)
    for by in ContributionBy:
        yield reports.contribution_by(work, by, OrderFilter(all_orders=by is ContributionBy.REGION))
    for kind in CompositionBy:
        yield reports.composition(work, kind)
    for how in ServicesBy:
        yield reports.services(work, by=how)
        yield reports.services(work, ServiceFilter(period=march, archived_only=True), by=how)
    yield reports.losses(work)
    yield reports.losses(work, LossFilter(customer_name="客户", manager="i", period=year_of(2025)))
    yield reports.customer_growth(work, year_of(2025), span=Span.QUARTER)
    yield reports.customer_retention(work, OrderFilter(period=year))
    yield reports.customer_cohorts(work, year_of(2025), span=Span.QUARTER)
    yield reports.customer_concentration(work)
    yield reports.products_sold(work)
    for compared in (OrderFilter(period=year), OrderFilter(period=quarter_of(2026, 1), all_orders=True)):
        yield reports.sales_compared(work, compared)
    yield reports.services_compared(work, ServiceFilter(period=march))


def check(work: Work, known: dict[Any, int], figure: Figure[Any]) -> None:
    """Open a number: there are as many records as it says, and they add up to it."""
    if figure.of not in known:
        known[figure.of] = reports.drill_down(work, figure, size=200).total
        if (amount := _AMOUNT.get(figure.of.entity)) is not None and figure.unit in {"CNY", "USD"}:
            ((value,),) = (row.values for row in work.of(figure.of.entity).tally(figure.of, measures=(total(amount),)))
            assert figure.value == value
    assert figure.records == known[figure.of], figure
    if figure.unit in COUNTED and figure.value is not None:
        assert figure.value == figure.records


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04", "X-ANA-05", "X-ANA-06", "16.1", "9")
def test_every_number_opens_to_the_records_it_counts(crm: Crm) -> None:
    names, staff = readers(crm), staff_of(crm)
    trade = some_trade(crm, 7, (staff["lihua"], staff["wangwei"], staff["mixed"]))
    for name in names:
        with crm.work(as_user=name, readonly=True) as work:
            known: dict[Any, int] = {}
            seen = [figure for report in everything(work) for figure in figures_of(report)]
            for figure in seen:
                check(work, known, figure)
            assert len(known) > 60
            shows_what_was_traded(work, trade, name, staff)


def shows_what_was_traded(work: Work, trade: Trade, name: str, staff: Any) -> None:
    """Compare with what an independent count of the records that the reader may see gives."""
    all_seen = name in {"zhaomin", "chengang"}
    his = {one.id for one in trade.customers if all_seen or one.manager == staff[name]}
    orders = [one for one in trade.orders if name == "mixed" or one.customer in his]
    sums: dict[CustomerId, Decimal] = defaultdict(Decimal)
    for one in orders:
        if one.status is OrderStatus.PAID and one.currency == "CNY":
            sums[one.customer] += one.amount
    shown = reports.contribution(work, size=200)
    assert {row.key: row.amount.value for row in shown.page.rows} == sums
    assert [row.amount.value for row in shown.page.rows] == sorted(sums.values(), reverse=True)
    assert shown.whole.amount.value == sum(sums.values())
    assert shown.customers.value == len(sums.keys() & his)
    levels = Counter(one.level for one in trade.customers if one.id in his and one.status is CustomerStatus.NORMAL)
    assert {row.key: row.number.value for row in reports.composition(work).rows} == {
        level: levels[level] for level in "12345"
    }
    asked = Counter(one.type for one in trade.requests if name == "mixed" or one.customer in his)
    assert {row.key: row.number.value for row in reports.services(work).page.rows} == asked
    gone = [one for one in trade.cases if one.closed_at and one.customer in his]
    listed = [row.case for row in reports.losses(work, size=200).page.rows]
    assert {one.id for one in listed} == {one.id for one in gone}
    assert listed == sorted(listed, key=lambda one: (one.closed_at or one.opened_at, one.id), reverse=True)
    retained_and_cohorts(work, trade, orders, his)


def retained_and_cohorts(work: Work, trade: Trade, orders: list[Order], his: set[CustomerId]) -> None:
    paid = [one for one in orders if one.status is OrderStatus.PAID]
    then, now = ({o.customer for o in paid if o.ordered_on.year == year} for year in (2025, 2026))
    found = reports.customer_retention(work, OrderFilter(period=year_of(2026)))
    assert (found.customers.value, found.retained.value) == (len(then & his), len(then & now & his))
    gone = [o.amount for o in paid if o.ordered_on.year == 2025 and o.customer not in now and o.currency == "CNY"]
    assert (found.revenue_lost.value or 0) == sum(gone)
    counting = [one for one in trade.orders if one.status is not OrderStatus.CANCELLED and one.customer in his]
    first: dict[CustomerId, dt.date] = {}
    for one in sorted(counting, key=lambda one: one.ordered_on, reverse=True):
        first[one.customer] = one.ordered_on
    for cohort in reports.customer_cohorts(work, year_of(2025), span=Span.QUARTER):
        members = {who for who, day in first.items() if cohort.period.first <= day <= cohort.period.last}
        assert cohort.size.value == cohort.active[0].value == len(members)
        last = {o.customer for o in counting if dt.date(2025, 10, 1) <= o.ordered_on <= dt.date(2025, 12, 31)}
        assert cohort.active[-1].value == len(members & last)
