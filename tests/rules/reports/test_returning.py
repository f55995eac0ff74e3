"""Growth, retention, cohorts, concentration and the product mix by known answers (X-ANA-04 to 06)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company.clients import put
from company.trade import bought, customer, lost
from crmcore import reports
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.reports import OrderFilter
from crmcore.sales.entity import OrderStatus, OrderSummary, Product, ProductId
from crmcore.statistics.periods import Period, Span, month_of, quarter_of, year_of
from crmcore.storage.crm import Crm


def ask(crm: Crm, report: Any, *args: Any, **given: Any) -> Any:
    return crm.perform(report, *args, as_user="zhaomin", **given)


def buyer(crm: Crm, name: str, *days: str, amount: str = "10") -> Customer:
    """A customer who has ordered on some days of 2026, for the same amount each time."""
    one = customer(crm, name)
    bought_on = [dt.date.fromisoformat(f"2026-{day}") for day in days]
    for day in bought_on:
        bought(crm, one, day, amount)
    put(crm, OrderSummary(id=one.id, order_count=len(days), first_order_on=min(bought_on), version=1))
    return one


@pytest.mark.requirement("X-ANA-05", "16.8")
def test_growth_counts_who_came_and_who_was_lost(crm: Crm) -> None:
    def on(day: str) -> dt.datetime:
        return dt.datetime.fromisoformat(f"{day}T16:30:00+00:00")  # half past midnight in Shanghai, a day later

    first = customer(crm, "甲", created_at=on("2025-06-30"))
    customer(crm, "乙", created_at=on("2025-12-31"), status=CustomerStatus.LOST)
    customer(crm, "丙", created_at=on("2026-01-30"))
    customer(crm, "丁", created_at=on("2026-01-31"), status=CustomerStatus.DELETED)
    customer(crm, "戊", created_at=on("2026-03-31"))
    lost(crm, first, on("2026-02-28"))
    lost(crm, first, None)
    steps = ask(crm, reports.customer_growth, quarter_of(2026, 1))
    assert [(one.new.value, one.lost.value, one.all.value, one.net) for one in steps] == [
        (2, 0, 3, 2),
        (0, 0, 3, 0),
        (0, 1, 3, -1),
    ]
    (year,) = ask(crm, reports.customer_growth, year_of(2025), span=Span.YEAR)
    assert (year.new.value, year.all.value) == (1, 1)


@pytest.mark.requirement("X-ANA-04", "X-ANA-05")
def test_retention_by_customers_and_by_revenue(crm: Crm) -> None:
    stayed = buyer(crm, "留下", "01-31", "02-01", "02-28")
    buyer(crm, "走了", "01-01", amount="30")
    buyer(crm, "新来", "02-10", amount="500")
    bought(crm, stayed, dt.date(2026, 1, 5), "9", currency="USD")
    bought(crm, stayed, dt.date(2026, 1, 5), "9", status=OrderStatus.NEW)
    kept = ask(crm, reports.customer_retention, OrderFilter(period=month_of(2026, 2)))
    assert (kept.customers.value, kept.retained.value, kept.lost.value) == (2, 1, 1)
    assert (kept.retention_rate.value, kept.churn_rate.value) == (50, 50)
    assert (kept.revenue.value, kept.revenue_kept.value, kept.revenue_lost.value) == (40, 20, 30)
    assert (kept.revenue_retention.value, kept.revenue_churn.value) == (50, 75)
    later = OrderFilter(period=month_of(2026, 3))
    none = ask(crm, reports.customer_retention, later, earlier=Period(dt.date(2026, 1, 1), dt.date(2026, 2, 28)))
    assert (none.customers.value, none.retention_rate.value, none.revenue_churn.value) == (3, 0, 100)
    assert none.revenue_retention.value == 0
    again = OrderFilter(period=Period(dt.date(2026, 2, 1), dt.date(2026, 2, 9)))
    every = ask(crm, reports.customer_retention, again, earlier=Period(dt.date(2026, 1, 31), dt.date(2026, 1, 31)))
    assert (every.retention_rate.value, every.churn_rate.value, every.revenue_churn.value) == (100, 0, 0)


@pytest.mark.requirement("X-ANA-05", "X-ANA-02")
def test_cohorts_are_read_along_their_age(crm: Crm) -> None:
    buyer(crm, "甲", "01-15", "02-01", "03-31")
    buyer(crm, "乙", "01-31", "03-01", "03-02")
    buyer(crm, "丙", "03-01")
    january, february, march = ask(crm, reports.customer_cohorts, quarter_of(2026, 1))
    assert [one.value for one in january.active] == [2, 1, 2]
    assert [one.value for one in january.retention] == [100, 50, 100]
    assert ([one.value for one in february.active], [one.value for one in february.retention]) == ([0, 0], [None] * 2)
    assert (march.size.value, [one.value for one in march.active]) == (1, [1])


@pytest.mark.requirement("X-ANA-06")
def test_a_fifth_of_the_customers_brings_most(crm: Crm) -> None:
    for number, amount in enumerate(("800", "50", "60", "70", "20")):
        buyer(crm, f"客户{number}", "01-15", amount=amount)
    found = ask(crm, reports.customer_concentration)
    assert (found.customers.value, found.revenue.value) == (5, 1000)
    assert (found.best.value, found.best_revenue.value, found.best_share.value) == (1, 800, 80)
    assert (found.needed.value, found.needed_share.value) == (1, 20)
    assert ask(crm, reports.customer_concentration, much=81).needed.value == 2
    assert ask(crm, reports.customer_concentration, few=21).best_share.value == 87


@pytest.mark.requirement("X-ANA-06")
def test_sales_divide_over_products(crm: Crm) -> None:
    one = customer(crm, "甲")
    put(crm, Product(id=ProductId(crm.ids()), source_key="P1", name="钢管", version=1))
    bought(crm, one, dt.date(2026, 1, 1), "75")
    bought(crm, one, dt.date(2026, 1, 1), "25", product="P2")
    bought(crm, one, dt.date(2026, 1, 1), "1000", status=OrderStatus.NEW)
    bought(crm, one, dt.date(2025, 1, 1), "1000", product="P2")
    mix = ask(crm, reports.products_sold, OrderFilter(period=year_of(2026)))
    assert (mix.amount.value, mix.names) == (100, {"P1": "钢管"})
    assert [(row.product, row.quantity.value, row.amount.value, row.share.value) for row in mix.rows] == [
        ("P1", 2, 75, 75),
        ("P2", 2, 25, 25),
    ]
    (best,) = ask(crm, reports.products_sold, OrderFilter(period=year_of(2026)), most=1).rows
    assert best.share.value == Decimal(75)
