"""What reports about sales say, worked out again by plain loops: any past, any zone, any scope.

In memory; ``test_laws`` compares the other stores with this one, value by value.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from company.in_memory import shared_store
from company.naive import Seen, sum_of, tenth
from company.past import ZONE, Size
from company.reading import company_with_past, seen_by
from crmcore import reports
from crmcore.customers.entity import Customer
from crmcore.reports import OrderFilter
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.contribution import AmountBand, ContributionBy
from crmcore.statistics.periods import Period, Span, quarter_of, year_of
from crmcore.storage.ports import Store
from crmcore.storage.work import Work

__all__ = ["shared_store"]

YEAR = year_of(2025)
LAST_FEBRUARY = dt.date(2025, 2, 28)
NEXT = Period(dt.date(2025, 12, 31), dt.date(2026, 2, 28))


def summed(orders: Iterable[Order], key: Callable[[Order], Any]) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for one in orders:
        found[key(one)] += one.amount
    return dict(found)


def alike(sums: Mapping[Any, Decimal], seen: Seen, field: str) -> dict[Any, Decimal]:
    """Sums by what customers are like; of those whom the reader does not see, he is not told."""
    customers = {one.id: one for one in seen.all(Customer, seen.past.customers)}
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for key, one in sums.items():
        found[getattr(customers.get(key), field, None)] += one
    return dict(found)


def contributions(work: Work, seen: Seen) -> None:
    for only, orders in (
        (OrderFilter(), seen.orders()),
        (OrderFilter(period=YEAR, all_orders=True), seen.orders(YEAR, unpaid=True)),
        (OrderFilter(currency="USD"), seen.orders(currency="USD")),
    ):
        by_customer = summed(orders, lambda one: one.customer)
        found = reports.contribution(work, only, size=200)
        whole = sum_of(one.amount for one in orders)
        assert [(one.key, one.amount.value) for one in found.page.rows] == sorted(
            by_customer.items(), key=lambda one: (-one[1], one[0])
        )
        assert [one.share.value for one in found.page.rows] == [
            tenth(one.amount.value, whole) for one in found.page.rows
        ]
        assert (found.whole.amount.value, found.whole.orders.value) == (whole, len(orders))
        assert found.customers.value == len(by_customer.keys() & seen.ids[Customer])
        for by in ContributionBy:
            if by in {ContributionBy.YEAR, ContributionBy.QUARTER, ContributionBy.MONTH}:
                continue
            named = {one.key: one.amount.value for one in reports.contribution_by(work, by, only).rows}
            assert named == (by_customer if by is ContributionBy.CUSTOMER else alike(by_customer, seen, by.value))
    bounds = {AmountBand.TO_1000: (-1, 1000), AmountBand.TO_3000: (1000, 3000), AmountBand.TO_5000: (3000, 5000)}
    sums = summed(seen.orders(), lambda one: one.customer)
    for band in AmountBand:
        low, high = bounds.get(band, (5000, 10**18))
        inside = {key for key, one in sums.items() if low < one <= high and one >= 0}
        assert {one.key for one in reports.contribution(work, band=band, size=200).page.rows} == inside


def times(work: Work, seen: Seen) -> None:
    for by, months in ((ContributionBy.YEAR, 12), (ContributionBy.QUARTER, 3), (ContributionBy.MONTH, 1)):
        parts = summed(seen.orders(), lambda one: (one.ordered_on.year, (one.ordered_on.month - 1) // months))  # noqa: B023
        rows = reports.contribution_by(work, by).rows
        said = {(r.period.first.year, (r.period.first.month - 1) // months): r.amount.value for r in rows if r.period}
        assert said == parts
        assert len(rows) == len(parts)
    for period, earlier, year_ago in (
        (YEAR, year_of(2024), year_of(2024)),
        (quarter_of(2026, 1), quarter_of(2025, 4), quarter_of(2025, 1)),
        (
            NEXT,
            Period(dt.date(2025, 11, 1), dt.date(2025, 12, 30)),
            Period(dt.date(2024, 12, 31), dt.date(2025, 2, 28)),
        ),
    ):
        found = reports.sales_compared(work, OrderFilter(period=period))
        days = (work.today - period.first).days  # a period that is running is compared with as many days
        most = days if 0 <= days < (period.last - period.first).days else 366
        fair = [Period(one.first, min(one.first + dt.timedelta(most), one.last)) for one in (earlier, year_ago)]
        wanted = [sum_of(one.amount for one in seen.orders(part)) for part in (period, *fair)]
        assert [found.now.value, found.before.value, found.last_year.value] == wanted


def concentrated(work: Work, seen: Seen) -> None:
    sums = summed(seen.orders(), lambda one: one.customer)
    ranked = sorted((one for key, one in sums.items() if key in seen.ids[Customer]), reverse=True)
    whole = sum(ranked, Decimal(0))
    for few, much in ((20, 80), (100, 100), (1, 1)):
        found = reports.customer_concentration(work, few=few, much=much)
        first = ranked[: -(-len(ranked) * few // 100)]
        enough = next((n for n in range(1, len(ranked) + 1) if sum(ranked[:n]) * 100 >= whole * much), len(ranked))
        assert (found.customers.value, found.best.value) == (len(ranked), len(first))
        assert found.best_share.value == tenth(sum(first), whole)
        assert found.needed.value == (enough if whole > 0 else None)


def products(work: Work, seen: Seen) -> None:
    counting = {one.id for one in seen.orders(YEAR)}
    lines = [one for one in seen.all(OrderLine, seen.past.lines) if one.order in counting]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in lines:
        sums[one.product_key] += one.amount
    found = reports.products_sold(work, OrderFilter(period=YEAR))
    assert {one.product: one.amount.value for one in found.rows} == sums
    assert found.amount.value == sum_of(one.amount for one in lines)


def came_back(work: Work, seen: Seen) -> None:
    then, now = ({one.customer for one in seen.orders(part, currency="")} for part in (YEAR, quarter_of(2026, 1)))
    only = OrderFilter(period=quarter_of(2026, 1))
    found = reports.customer_retention(work, only, earlier=YEAR)
    his = then & seen.ids[Customer]
    assert (found.customers.value, found.retained.value) == (len(his), len(his & now))
    assert found.lost.value == len(his - now)
    assert found.retention_rate.value == tenth(len(his & now), len(his))
    assert found.revenue.value == sum_of(one.amount for one in seen.orders(YEAR))
    assert found.revenue_kept.value == sum_of(o.amount for o in seen.orders(only.period) if o.customer in then)
    assert found.revenue_lost.value == sum_of(o.amount for o in seen.orders(YEAR) if o.customer not in now)
    counting = seen.orders(unpaid=True, currency="")
    first = {
        who: min(o.ordered_on for o in counting if o.customer == who)
        for who in {o.customer for o in counting} & seen.ids[Customer]
    }
    parts = reports.customer_cohorts(work, YEAR, span=Span.QUARTER)
    for place, cohort in enumerate(parts):
        members = {who for who, day in first.items() if cohort.period.first <= day <= cohort.period.last}
        assert cohort.size.value == len(members)
        for later, active in enumerate(cohort.active):
            of = parts[place + later].period
            assert active.value == len(members & {o.customer for o in counting if of.first <= o.ordered_on <= of.last})


@pytest.mark.requirement("RPT-01", "X-ANA-05", "X-ANA-06", "16.8")
@settings(max_examples=8, phases=(Phase.generate,))  # a past is one number: there is nothing to shrink
@given(
    seed=st.integers(0, 2**32),
    size=st.builds(Size, customers=st.integers(0, 7), orders=st.integers(0, 30)),
    zone=st.sampled_from(("Asia/Shanghai", ZONE, "Asia/Kolkata", "America/St_Johns")),
    name=st.sampled_from(("zhaomin", "lihua", "mixed")),
)
def test_sales_are_what_plain_loops_find(shared_store: Store, seed: int, size: Size, zone: str, name: str) -> None:
    crm, past, readers = company_with_past(shared_store, seed, size, zone)
    seen = Seen(past, seen_by(past, readers[name]), ZoneInfo(zone))
    with crm.work(as_user=name, readonly=True) as work:
        for law in (contributions, times, concentrated, products, came_back):
            law(work, seen)
