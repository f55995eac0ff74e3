"""The nightly check on every store: who is warned of, and that nobody is warned of twice."""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from company import People, SetClock
from company.feeds import buyer, row
from company.lapses import case_of, cases, change, contents, customer_of, now, order
from crmcore import SYSTEM, churn, dictionary, sales
from crmcore.base.clock import month_before
from crmcore.base.errors import Invalid
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.query import eq, query
from crmcore.sales.entity import OrderSummary
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

TODAY = dt.date(2026, 3, 2)
"""What the clock of the company says in Shanghai."""
CUTOFF = dt.date(2025, 9, 2)
DAY = dt.timedelta(days=1)


def set_to(crm: Crm, key: str, value: str) -> None:
    crm.perform(dictionary.set_parameter, key, value, as_user="admin")


@pytest.mark.requirement("CHN-01", "CHN-02", "CHN-06", "16.3")
def test_whoever_has_not_ordered_for_more_than_six_months_is_warned_of(crm: Crm, people: People) -> None:
    lapsed = customer_of(crm, "久未下单", CUTOFF - DAY)
    customer_of(crm, "恰在期限当天", CUTOFF)
    customer_of(crm, "昨天下单", TODAY - DAY)
    customer_of(crm, "从未下单", created_at=crm.clock() - 900 * DAY)
    for status in (CustomerStatus.LOST, CustomerStatus.DELETED):
        customer_of(crm, status.value, CUTOFF - DAY, status=status)
    swept = churn.sweep(crm)
    assert swept == churn.Swept(today=TODAY, cutoff=CUTOFF, opened=1)
    (summary,) = [one for one in contents(crm, OrderSummary)[OrderSummary] if one.id == lapsed.id]
    assert cases(crm) == [
        ChurnCase(
            id=summary.lapse,
            customer=lapsed.id,
            customer_name="久未下单",
            manager=people.wangwei.id,
            last_order_on=CUTOFF - DAY,
            status=ChurnStatus.WARNING,
            opened_at=crm.clock(),
            version=1,
        )
    ]
    assert now(crm, lapsed) == lapsed


@pytest.mark.requirement("CHN-01", "NFR-13")
def test_a_check_leaves_one_change_record_with_what_it_did(crm: Crm) -> None:
    for number in range(3):
        customer_of(crm, f"客户 {number}", CUTOFF - DAY)
    churn.sweep(crm)
    (change_record,) = contents(crm, ChangeRecord)[ChangeRecord]
    assert (change_record.action, change_record.entity) == ("churn.open_cases", "churn_case")
    assert json.loads(change_record.changes) == {
        "today": [None, "2026-03-02"],
        "cutoff": [None, "2025-09-02"],
        "opened": [None, "3"],
        "never_ordered": [None, "0"],
    }


@pytest.mark.requirement("CHN-05")
def test_the_same_lapse_is_warned_of_once_and_the_next_one_again(crm: Crm, clock: SetClock) -> None:
    customer = customer_of(crm, "反复流失", CUTOFF - DAY)
    assert [churn.sweep(crm).opened for _ in range(2)] == [1, 0]
    order(crm, customer, CUTOFF - 9 * DAY)
    assert churn.sweep(crm).opened == 0, "an earlier order is no new lapse"
    order(crm, customer, TODAY)
    assert churn.sweep(crm).opened == 0
    clock.advance(days=400)
    assert [churn.sweep(crm).opened for _ in range(2)] == [1, 0]
    assert [one.last_order_on for one in cases(crm)] == [CUTOFF - DAY, TODAY]


@pytest.mark.requirement("CHN-05")
@pytest.mark.parametrize("status", [ChurnStatus.DELAYED, ChurnStatus.LOST, ChurnStatus.RETAINED])
def test_a_case_that_was_treated_stays_as_it_is(crm: Crm, status: ChurnStatus) -> None:
    customer = customer_of(crm, "处理过", CUTOFF - DAY)
    churn.sweep(crm)
    treated = change(crm, case_of(crm, customer), status=status, measures="2026-03-02 09:30 拜访")
    assert churn.sweep(crm).opened == 0
    assert cases(crm) == [treated]


@pytest.mark.requirement("CHN-03", "CHN-13")
def test_who_never_ordered_is_warned_of_where_the_company_wants_it(crm: Crm, clock: SetClock) -> None:
    start = dt.datetime(2025, 9, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    old = customer_of(crm, "老客户", created_at=start - dt.timedelta(milliseconds=1))
    customer_of(crm, "新客户", created_at=start)
    customer_of(crm, "已流失", created_at=start - 99 * DAY, status=CustomerStatus.LOST)
    customer_of(crm, "下过单", TODAY, created_at=start - 99 * DAY)
    cancelled = customer_of(crm, "订单已取消", TODAY, created_at=start - 99 * DAY)
    summary = contents(crm, OrderSummary)[OrderSummary][-1]
    change(crm, summary, order_count=0, first_order_on=None, last_order_on=None, last_order=None, lapse=None)
    assert churn.sweep(crm).opened == 0
    set_to(crm, "churn.never_ordered", "yes")
    assert [churn.sweep(crm) for _ in range(2)] == [
        churn.Swept(today=TODAY, cutoff=CUTOFF, opened=2, never_ordered=2),
        churn.Swept(today=TODAY, cutoff=CUTOFF, opened=0),
    ]
    opened: set[Any] = {(one.customer, one.id, one.last_order_on) for one in cases(crm)}
    assert opened == {(one.id, one.id, None) for one in (old, cancelled)}
    order(crm, old, TODAY)
    clock.advance(days=400)
    swept = churn.sweep(crm)
    assert (swept.opened, swept.never_ordered) == (3, 1), "two ordered and lapsed, the new customer never did"


@pytest.mark.requirement("CHN-13", "16.8")
def test_threshold_and_zone_are_the_companys(crm: Crm, clock: SetClock) -> None:
    customer_of(crm, "两个月", dt.date(2026, 1, 1))
    clock.now = dt.datetime(2026, 3, 1, 18, tzinfo=dt.UTC)
    set_to(crm, "churn.months", "2")
    set_to(crm, "company.zone", "America/New_York")
    assert churn.sweep(crm) == churn.Swept(today=dt.date(2026, 3, 1), cutoff=dt.date(2026, 1, 1), opened=0)
    set_to(crm, "company.zone", "Asia/Shanghai")
    assert churn.sweep(crm) == churn.Swept(today=dt.date(2026, 3, 2), cutoff=dt.date(2026, 1, 2), opened=1)


@pytest.mark.requirement("CHN-04", "CHN-13")
def test_the_check_is_due_once_a_day_from_its_hour_on(crm: Crm, clock: SetClock) -> None:
    def due() -> bool:
        with crm.work(as_user=SYSTEM, readonly=True) as work:
            return churn.is_due(work)

    clock.now = dt.datetime(2026, 3, 1, 17, 59, tzinfo=dt.UTC)  # 01:59 on the second in Shanghai
    assert not due()
    clock.advance(minutes=1)
    assert due()
    churn.sweep(crm)
    assert not due()
    clock.advance(hours=23)
    assert not due(), "an hour after midnight it is tomorrow, but too early"
    clock.advance(hours=1)
    assert due()
    set_to(crm, "churn.run_at", "03:30")
    assert not due()


@pytest.mark.requirement("CHN-01")
def test_a_day_that_is_given_is_the_day_it_is_made_for(crm: Crm) -> None:
    customer_of(crm, "二月最后一天", dt.date(2025, 2, 27))
    customer_of(crm, "期限当天", dt.date(2025, 2, 28))
    assert churn.sweep(crm, dt.date(2025, 8, 31)) == churn.Swept(
        today=dt.date(2025, 8, 31), cutoff=dt.date(2025, 2, 28), opened=1
    )


def test_what_is_no_day_is_refused_and_changes_nothing(crm: Crm) -> None:
    customer_of(crm, "久未下单", CUTOFF - DAY)
    wrong: list[Any] = ["2026-03-02", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 5, dt.date(1, 1, 1)]
    for today in wrong:
        with pytest.raises(Invalid) as refusal:
            churn.sweep(crm, today)
        assert refusal.value.fields == {"today"}
    assert cases(crm) == contents(crm, ChangeRecord)[ChangeRecord] == []


ORDERS = st.lists(st.tuples(st.sampled_from(CustomerStatus), st.none() | st.integers(-3, 3)), max_size=6)


@pytest.mark.requirement("CHN-02", "CHN-05", "16.3")
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=ORDERS, later=st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), max_size=3))
def test_the_check_is_the_rule_applied_to_everybody(
    crm: Crm, company: list[tuple[CustomerStatus, int | None]], later: list[tuple[int, int]]
) -> None:
    """Compared with the rule read out customer by customer, before and after some have ordered again."""
    before = {one.id for one in cases(crm)}
    customers = [
        customer_of(crm, f"{crm.ids()}", None if days is None else CUTOFF + days * DAY, status=status)
        for status, days in company
    ]
    known: dict[Any, list[dt.date]] = {one.id: [] for one in customers}
    for _ in range(2):
        expected = 0
        for one in customers:
            latest = _latest(crm, one)
            if one.status is not CustomerStatus.NORMAL or latest is None or latest >= month_before(TODAY, 6):
                continue
            if not any(day >= latest for day in known[one.id]):
                known[one.id].append(latest)
                expected += 1
        assert churn.sweep(crm).opened == expected
        assert churn.sweep(crm).opened == 0
        for place, days in later:
            if place < len(customers):
                order(crm, customers[place], CUTOFF + days * DAY)
    opened = [(one.customer, one.last_order_on) for one in cases(crm) if one.id not in before]
    assert sorted(opened, key=str) == sorted(((id_, day) for id_, days in known.items() for day in days), key=str)


def _latest(crm: Crm, customer: Customer) -> dt.date | None:
    session = crm.store.begin(write=False)
    try:
        found = session.find(query(OrderSummary).where(eq(fields(OrderSummary).id, customer.id)))
    finally:
        session.close()
    return found[0].last_order_on if found else None


@pytest.mark.requirement("CHN-05", "ORD-04")
def test_an_order_that_turns_out_to_be_anothers_is_a_lapse_of_his(crm: Crm) -> None:
    one, other = (buyer(crm, number) for number in ("KH1", "KH2"))
    long_ago = row("SO-1", "KH1", day=CUTOFF - DAY)
    crm.perform(sales.import_orders, [long_ago], as_user="zhaomin")
    assert churn.sweep(crm).opened == 1
    crm.perform(sales.import_orders, [long_ago._replace(customer="KH2")], as_user="zhaomin")
    assert [churn.sweep(crm).opened for _ in range(2)] == [1, 0]
    assert [case.customer for case in cases(crm)] == [one.id, other.id]
