"""The four classic analyses by known answers: contribution, composition, service, churn (requirements chapter 5)."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from company import SetClock
from company.opened import check_opens, records_of, values
from company.trade import bought, customer, lost, requested, staff_of
from crmcore import dictionary, reports, sales
from crmcore.customers.entity import CustomerStatus
from crmcore.reports import LossFilter, OrderFilter, ServiceFilter
from crmcore.reports.tables import BLANK
from crmcore.reports.writing.words import numbered
from crmcore.sales.entity import OrderStatus
from crmcore.service.entity import ServiceStatus
from crmcore.statistics.contribution import AmountBand, ContributionBy
from crmcore.statistics.parts import CompositionBy, ServicesBy
from crmcore.statistics.periods import Period, day_of, month_of, year_of
from crmcore.storage.crm import Crm

NEW_YEAR = dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
"""When 2026 begins in Shanghai."""
MOMENT = dt.timedelta(milliseconds=1)


def ask(crm: Crm, report: Any, *args: Any, reader: str = "zhaomin", **given: Any) -> Any:
    return crm.perform(report, *args, as_user=reader, **given)


def spent(crm: Crm, *args: Any, **given: Any) -> dict[str, Decimal]:
    """Who has spent how much, in the order of the report."""
    shown = ask(crm, reports.contribution, *args, **given)
    return {shown.names[row.key]: row.amount.value for row in shown.page.rows}


@pytest.mark.requirement("RPT-01", "16.6", "16.7", "14.12")
def test_contribution_counts_paid_orders_of_one_currency(crm: Crm) -> None:
    steel, glass = customer(crm, "华北钢铁"), customer(crm, "江南玻璃", "wangwei")
    customer(crm, "没有订单")
    bought(crm, steel, dt.date(2025, 12, 31), "1000")
    bought(crm, steel, dt.date(2026, 1, 1), "0.01")
    bought(crm, glass, dt.date(2026, 12, 31), "5000")
    bought(crm, glass, dt.date(2026, 5, 5), "300", currency="USD")
    bought(crm, glass, dt.date(2026, 5, 5), "7", status=OrderStatus.SHIPPED)
    bought(crm, glass, dt.date(2026, 5, 5), "9999", status=OrderStatus.CANCELLED)
    assert spent(crm) == {"江南玻璃": 5000, "华北钢铁": Decimal("1000.01")}
    assert spent(crm, OrderFilter(all_orders=True)) == {"江南玻璃": 5007, "华北钢铁": Decimal("1000.01")}
    assert spent(crm, OrderFilter(period=year_of(2026))) == {"江南玻璃": 5000, "华北钢铁": Decimal("0.01")}
    assert spent(crm, OrderFilter(period=Period(dt.date(2025, 12, 31), dt.date(2026, 1, 1)))) == {
        "华北钢铁": Decimal("1000.01")
    }
    assert spent(crm, OrderFilter(customer_name=" 钢 ")) == {"华北钢铁": Decimal("1000.01")}
    assert spent(crm, OrderFilter(currency="USD")) == {"江南玻璃": 300}
    assert spent(crm, OrderFilter(currency="EUR")) == {}
    assert spent(crm, band=AmountBand.TO_5000) == {"江南玻璃": 5000}
    assert spent(crm, band=AmountBand.OVER_5000) == {}
    assert spent(crm, band=AmountBand.TO_3000) == {"华北钢铁": Decimal("1000.01")}
    assert ask(crm, reports.contribution_years) == (2026, 2025)
    shown = ask(crm, reports.contribution, reader="chengang", size=1, page=2)
    assert (shown.page.number, shown.page.total, shown.page.first_row) == (2, 2, 2)
    assert (shown.whole.amount.value, shown.whole.amount.unit, shown.customers.value) == (
        Decimal("6000.01"),
        "CNY",
        2,
    )
    assert [(one.amount.value, one.amount.unit) for one in shown.others] == [(300, "USD")]
    assert shown.page.rows[0].share.value == Decimal("16.7")


@pytest.mark.requirement("RPT-01", "9")
def test_contribution_names_customers_as_the_list_of_orders_does(crm: Crm) -> None:
    """Who sees all orders, but few customers, is told in both places whose these are; customers he counts his own."""
    mine, other = customer(crm, "自己的", manager="lihua"), customer(crm, "别人的", manager="wangwei")
    for one in (mine, other):
        bought(crm, one, dt.date(2026, 3, 1), "10")
    with crm.work(as_user="lihua", readonly=True) as work:
        rights = {"customer.read", "order.read_all", "report.contribution"}
        work.actor = attrs.evolve(work.actor, permissions=frozenset(rights))
        found = reports.contribution(work)
        listed = {one.customer for one in sales.orders(work).rows}
        assert found.names == sales.customer_names(work, listed) == {mine.id: "自己的", other.id: "别人的"}
        assert found.customers.value == reports.drill_down(work, found.customers).total == 1
        rights = {"customer.read", "order.read", "report.contribution"}
        work.actor = attrs.evolve(work.actor, permissions=frozenset(rights))
        assert reports.contribution(work).names == {mine.id: "自己的"}


@pytest.mark.requirement("RPT-01", "RPT-06")
def test_the_total_of_a_band_is_that_of_its_customers(crm: Crm) -> None:
    for number, amounts in enumerate((("400", "500"), ("1000",), ("2000",), ("9000", "-1"))):
        who = customer(crm, f"客户{number}")
        for day, amount in enumerate(amounts, start=1):
            bought(crm, who, dt.date(2026, 1, day), amount)
    bought(crm, customer(crm, "海外"), dt.date(2026, 1, 9), "50", currency="USD")
    shown = ask(crm, reports.contribution, band=AmountBand.TO_1000, size=1)
    assert values(shown.in_band.orders, shown.in_band.amount) == (3, 1900)
    assert values(shown.whole.orders, shown.whole.amount) == (6, 12899)
    assert {order.amount for order in records_of(crm, shown.in_band.amount)} == {400, 500, 1000}
    check_opens(crm, shown, "zhaomin")
    none = ask(crm, reports.contribution, band=AmountBand.TO_5000)
    assert values(none.in_band.orders, none.in_band.amount) == (0, None)
    check_opens(crm, none, "zhaomin")
    assert ask(crm, reports.contribution).in_band is None
    with crm.work(as_user="zhaomin", readonly=True) as work:
        kind = reports.catalogue.kind_named("contribution")
        table, all_bands, _ = kind.run(work, {"band": "to_1000"}, "en").tables
        plain, _ = kind.run(work, {}, "en").tables
    assert table.total is not None
    assert plain.total is not None
    assert [cell.value for cell in table.total.cells[1:]] == [3, 1900, Decimal("14.7")]
    assert [cell.value for cell in all_bands.rows[0].cells[1:]] == [6, 12899]
    assert [cell.value for cell in plain.total.cells[1:]] == [6, 12899, ""]


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04")
def test_the_rows_of_the_four_analyses_have_numbers_that_go_on_over_pages(crm: Crm) -> None:
    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    for number in range(3):
        who = customer(crm, f"客户{number}")
        bought(crm, who, dt.date(2026, 1, 1), str(10 + number))
        requested(crm, who, at)
        lost(crm, who, at)
    crm.perform(dictionary.set_parameter, "list.page_size", "2", as_user="admin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for name, given in (("contribution", {}), ("services", {"by": "customer"}), ("losses", {})):
            kind = reports.catalogue.kind_named(name)
            second = numbered(kind.run(work, {**given, "page": 2}, "en").tables[0], "en")
            whole = numbered(kind.run(work, given, "en", whole=True).tables[0], "en")
            assert [row.cells[0].value for row in second.rows] == [3], name
            assert [row.cells[0].value for row in whole.rows] == [1, 2, 3], name
            assert (whole.columns[0].title, whole.columns[0].name) == ("No.", "row_number")
            assert whole.total is not None
            assert whole.total.cells[0] == BLANK
            assert len(whole.total.cells) == len(whole.columns)
        (table,) = reports.catalogue.kind_named("composition").run(work, {}, "zh").tables
    assert [row.cells[0].value for row in numbered(table, "zh").rows] == [*range(1, len(table.rows) + 1)]


@pytest.mark.requirement("RPT-01", "X-ANA-06", "X-ANA-05", "X-ANA-08")
def test_contribution_is_summed_up_by_kind_and_by_time(crm: Crm, clock: SetClock) -> None:
    north = customer(crm, "华北钢铁", region="north", manager="wangwei")
    nowhere = customer(crm, "江南玻璃")
    bought(crm, north, dt.date(2025, 3, 31), "30")
    bought(crm, north, dt.date(2026, 4, 1), "50")
    bought(crm, nowhere, dt.date(2026, 4, 30), "20")
    found = ask(crm, reports.contribution_by, ContributionBy.REGION)
    assert [(one.key, one.amount.value, one.share.value) for one in found.rows] == [("north", 80, 80), ("", 20, 20)]
    assert (found.labels, found.whole.amount.value, found.currency) == ({"north": "华北"}, 100, "CNY")
    managers = ask(crm, reports.contribution_by, ContributionBy.MANAGER)
    assert [one.key for one in managers.rows] == [staff_of(crm)["wangwei"], staff_of(crm)["lihua"]]
    assert [managers.labels[one.key] for one in managers.rows] == ["王伟", "李华"]
    quarters = ask(crm, reports.contribution_by, ContributionBy.QUARTER)
    assert [(one.period, one.amount.value) for one in quarters.rows] == [
        (Period(dt.date(2025, 3, 31), dt.date(2025, 3, 31)), 30),
        (Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30)), 70),
    ]
    years = ask(crm, reports.contribution_by, ContributionBy.YEAR, OrderFilter(period=year_of(2026)))
    assert [(one.period, one.amount.value, one.orders.value) for one in years.rows] == [(year_of(2026), 70, 2)]
    compared = ask(crm, reports.sales_compared, OrderFilter(period=month_of(2026, 4)))
    assert (compared.now.value, compared.before.value, compared.last_year.value) == (70, None, None)
    assert compared.since_before is None
    running = ask(crm, reports.sales_compared, OrderFilter(period=year_of(2026)))  # there have been 61 days of it
    assert (running.now.value, running.before.value, running.last_year.value) == (70, None, None)
    clock.now = dt.datetime(2026, 3, 31, 8, tzinfo=dt.UTC)  # now also that day of last year counts
    running = ask(crm, reports.sales_compared, OrderFilter(period=year_of(2026)))
    assert (running.before.value, running.last_year.value) == (30, 30)
    clock.now = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    compared = ask(crm, reports.sales_compared, OrderFilter(period=year_of(2026)))
    assert (compared.since_before, compared.since_last_year) == (Decimal("133.3"), Decimal("133.3"))


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04", "X-ANA-05", "X-ANA-06")
def test_an_empty_company_has_empty_reports_and_no_shares(crm: Crm) -> None:
    shown = ask(crm, reports.contribution, OrderFilter(period=month_of(2026, 3)))
    assert (shown.page.rows, shown.page.total, shown.customers.value) == ((), 0, 0)
    assert (shown.whole.orders.value, shown.whole.amount.value) == (0, None)
    assert ask(crm, reports.contribution_by, ContributionBy.MONTH).rows == ()
    levels = ask(crm, reports.composition).rows
    assert [(one.key, one.number.value, one.share.value) for one in levels] == [(key, 0, None) for key in "12345"]
    assert ask(crm, reports.services).page.rows == ()
    assert ask(crm, reports.losses).losses.value == 0
    for years in (reports.contribution_years, reports.service_years, reports.loss_years):
        assert ask(crm, years) == ()
    kept = ask(crm, reports.customer_retention, OrderFilter(period=month_of(2026, 3)))
    assert (kept.customers.value, kept.retention_rate.value, kept.churn_rate.value) == (0, None, None)
    assert (kept.revenue.value, kept.revenue_retention.value, kept.revenue_churn.value) == (None, None, None)
    few = ask(crm, reports.customer_concentration)
    assert (few.best_share.value, few.needed.value, few.needed_share.value) == (None, None, None)
    (cohort,) = ask(crm, reports.customer_cohorts, month_of(2026, 3))
    assert (cohort.size.value, cohort.retention[0].value) == (0, None)


@pytest.mark.requirement("RPT-02", "X-ANA-06", "X-ANA-08")
def test_composition_counts_active_customers_and_lists_every_level_and_star(crm: Crm) -> None:
    customer(crm, "甲", level="3", credit=5, satisfaction=None, region="beijing", industry="it")
    customer(crm, "乙", level="3", credit=1, satisfaction=4, region="", industry="it")
    customer(crm, "丙", level="1", credit=1, satisfaction=4, region="atlantis")
    customer(crm, "丁", level="2", status=CustomerStatus.LOST)
    customer(crm, "戊", level="2", status=CustomerStatus.DELETED)

    def shown(by: CompositionBy) -> list[tuple[Any, int]]:
        return [(one.key, one.number.value) for one in ask(crm, reports.composition, by).rows]

    assert shown(CompositionBy.LEVEL) == [("1", 1), ("2", 0), ("3", 2), ("4", 0), ("5", 0)]
    assert shown(CompositionBy.CREDIT) == [(1, 2), (2, 0), (3, 0), (4, 0), (5, 1)]
    assert shown(CompositionBy.SATISFACTION) == [(1, 0), (2, 0), (3, 0), (4, 2), (5, 0), (None, 1)]
    assert shown(CompositionBy.REGION) == [("beijing", 1), ("atlantis", 1), ("", 1)]
    assert shown(CompositionBy.INDUSTRY) == [("it", 2), ("", 1)]
    by_level = ask(crm, reports.composition)
    assert by_level.customers.value == 3
    assert [one.share.value for one in by_level.rows] == [Decimal("33.3"), 0, Decimal("66.7"), 0, 0]
    assert by_level.labels["2"] == "重点开发客户"


@pytest.mark.requirement("RPT-03", "16.6", "16.8", "14.7")
def test_service_counts_all_requests_of_the_companys_year(crm: Crm, clock: SetClock) -> None:
    steel, glass = customer(crm, "华北钢铁"), customer(crm, "江南玻璃", "wangwei")
    requested(crm, steel, NEW_YEAR - MOMENT, type="inquiry")
    requested(crm, steel, NEW_YEAR, type="complaint", status=ServiceStatus.ARCHIVED)
    requested(crm, steel, NEW_YEAR, type="inquiry")
    requested(crm, glass, NEW_YEAR.replace(year=2026) - MOMENT, type="complaint")
    requested(crm, glass, NEW_YEAR.replace(year=2026), type="suggestion")

    def shown(**given: Any) -> list[tuple[str, int]]:
        report = ask(crm, reports.services, ServiceFilter(**given))
        return [(report.labels[one.key], one.number.value) for one in report.page.rows]

    assert shown() == [("咨询", 2), ("建议", 1), ("投诉", 2)]
    assert shown(period=year_of(2026)) == [("咨询", 1), ("投诉", 2)]
    assert shown(period=year_of(2026), archived_only=True) == [("投诉", 1)]
    by_customer = ask(crm, reports.services, ServiceFilter(period=year_of(2026)), by=ServicesBy.CUSTOMER, size=1)
    (first,) = by_customer.page.rows
    assert (by_customer.labels[first.key], first.number.value, first.share.value) == ("华北钢铁", 2, Decimal("66.7"))
    assert (by_customer.requests.value, by_customer.page.total) == (3, 2)
    assert ask(crm, reports.service_years) == (2027, 2026, 2025)
    running = ask(crm, reports.services_compared, ServiceFilter(period=year_of(2026)))  # there have been 61 days of it
    assert (running.now.value, running.before.value, running.last_year.value) == (3, 0, 0)
    clock.now = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
    compared = ask(crm, reports.services_compared, ServiceFilter(period=year_of(2026)))
    assert (compared.now.value, compared.before.value, compared.since_last_year) == (3, 1, 200)


@pytest.mark.requirement("RPT-04", "16.8", "GEN-16")
def test_churn_lists_confirmed_losses_with_their_year_and_reason(crm: Crm) -> None:
    steel, glass = customer(crm, "华北钢铁"), customer(crm, "江南玻璃", "wangwei")
    other = customer(crm, "中南水泥", "wangwei")
    lost(crm, steel, NEW_YEAR - MOMENT, "停业")
    lost(crm, glass, NEW_YEAR, "价格", customer_name="苏州玻璃")
    lost(crm, other, None)

    def shown(**given: Any) -> list[tuple[str, int, str, str]]:
        rows = ask(crm, reports.losses, LossFilter(**given)).page.rows
        return [(one.case.customer_name, one.year, one.manager_name, one.case.reason) for one in rows]

    first, second = ("苏州玻璃", 2026, "王伟", "价格"), ("华北钢铁", 2025, "李华", "停业")
    assert shown() == [first, second]
    assert shown(period=year_of(2025)) == [second]
    assert shown(customer_name="苏州") == shown(customer_name="江南") == shown(manager="伟") == [first]
    assert shown(manager="lihu") == [second]
    assert shown(manager="nobody") == shown(customer_name="水泥") == []
    assert ask(crm, reports.loss_years) == (2026, 2025)


@pytest.mark.requirement("16.8", "RPT-03")
def test_a_year_begins_with_the_companys_zone_even_at_half_past(crm: Crm, clock: SetClock) -> None:
    crm.perform(dictionary.set_parameter, "company.zone", "Asia/Kolkata", as_user="admin")
    begins = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert begins.astimezone(dt.UTC).time() == dt.time(18, 30)
    steel = customer(crm, "华北钢铁", created_at=begins.astimezone(dt.UTC))
    requested(crm, steel, begins.astimezone(dt.UTC))
    requested(crm, steel, begins.astimezone(dt.UTC) - MOMENT)
    lost(crm, steel, begins.astimezone(dt.UTC))
    for period, number in ((year_of(2026), 1), (year_of(2025), 1), (day_of(dt.date(2026, 1, 1)), 1)):
        assert ask(crm, reports.services, ServiceFilter(period=period)).requests.value == number
    assert ask(crm, reports.loss_years) == (2026,)
    (step,) = ask(crm, reports.customer_growth, month_of(2026, 1))
    assert (step.new.value, step.lost.value, step.all.value, step.net) == (1, 1, 1, 0)
