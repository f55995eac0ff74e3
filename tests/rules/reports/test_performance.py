"""What each account manager has done and reached, on every store (X-TGT-03)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import People, SetClock
from company.chances import dispatched
from company.clients import entered
from company.counting import CountingStore
from company.desk import assigned, filed, handled, judged, promised
from company.opened import check_opens, records_of, values
from company.process import expected
from crmcore import opportunities, reports, service
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.statistics.appraisal import Appraisal, Appraised
from crmcore.statistics.periods import month_of
from crmcore.storage.crm import Crm
from crmcore.targets.entity import TargetSpan

MARCH = month_of(2026, 3)


def performance(crm: Crm, who: str = "chengang", month: int = 3) -> dict[Any, Appraised]:
    """What is told of whom."""
    found = crm.perform(reports.sales_performance, month_of(2026, month), as_user=who)
    check_opens(crm, found, who)
    return {one.user: one for one in found}


def sales(one: Appraisal) -> tuple[Any, ...]:
    return values(one.won, one.amount, one.win_rate, one.activities, one.customers)


def service_of(one: Appraisal) -> tuple[Any, ...]:
    return values(one.requests, one.in_time, one.csat)


def sell(crm: Crm, amount: int | None, to: str = "lihua") -> None:
    chance = expected(crm, amount, to, customer_name=f"客户{crm.ids()}")
    crm.perform(opportunities.win, chance.id, as_user=to)


def act(crm: Crm, by: str, *, done: bool = True) -> None:
    chance = dispatched(crm, by, customer_name=f"客户{crm.ids()}")
    today = (crm.clock() + dt.timedelta(hours=8)).date()
    planned = crm.perform(
        opportunities.plan_activity, chance.id, kind="visit", planned_on=today, content="演示", as_user=by
    )
    if done:
        crm.perform(opportunities.complete_activity, planned.id, result="好", as_user=by)


@pytest.mark.requirement("X-TGT-03")
def test_what_each_account_manager_did_is_told_beside_the_month_before(
    crm: Crm, people: People, clock: SetClock
) -> None:
    assert performance(crm) == {}
    clock.now = dt.datetime(2026, 2, 10, 2, tzinfo=dt.UTC)
    promised(crm, respond_within=60, resolve_within=60)
    sell(crm, 50)
    client = entered(crm, name="二月的客户")
    judged(crm, handled(crm, client), 2)
    clock.now = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)
    for amount in (100, None):
        sell(crm, amount)
    lost = expected(crm, 70, "lihua", customer_name="没成")
    crm.perform(opportunities.terminate, lost.id, as_user="lihua")
    act(crm, "lihua")
    act(crm, "lihua", done=False)
    act(crm, "wangwei")
    late, gone = assigned(crm, client), filed(crm, client)
    happy = judged(crm, handled(crm, client), 5)
    crm.perform(service.merge, late.id, gone.id, as_user="zhaomin")
    clock.advance(hours=2)
    crm.perform(service.handle, late.id, "好了", as_user="wangwei")
    found = performance(crm)
    assert [*found] == [people.lihua.id, people.wangwei.id]  # who sold most comes first
    lihua, wangwei = found.values()
    assert sales(lihua.now) == (2, 100, Decimal("66.7"), 1, 2)  # each success brings a customer
    assert sales(lihua.before) == (1, 50, 100, 0, 2)
    assert service_of(lihua.now) == (0, None, None)
    assert sales(wangwei.now) == (0, None, None, 1, 0)
    assert sales(wangwei.before) == (0, None, None, 0, 0)
    assert service_of(wangwei.now) == (2, Decimal("50.0"), 100)
    assert service_of(wangwei.before) == (0, 100, 0)  # it came back and is treated again: he had treated it, in time
    assert wangwei.before.treatments.value == 1
    assert [one.id for one in records_of(crm, wangwei.now.csat)] == [happy.id]


@pytest.mark.requirement("X-TGT-03", "9")
def test_an_account_manager_sees_his_own_figures_alone(crm: Crm, people: People) -> None:
    sell(crm, 100)
    sell(crm, 200, "wangwei")
    act(crm, "lihua")
    own, all_ = performance(crm, "lihua"), performance(crm, "zhaomin")
    assert ([*own], [*all_]) == ([people.lihua.id], [people.wangwei.id, people.lihua.id])
    mine, told = own[people.lihua.id].now, all_[people.lihua.id].now
    assert sales(mine) == sales(told) == (1, 100, 100, 1, 1)
    assert service_of(mine) == service_of(told)


@pytest.mark.requirement("X-TGT-03", "9")
def test_performance_asks_little_and_only_for_who_sees_targets(crm: Crm) -> None:
    calls: tuple[tuple[Any, Any, int], ...] = (
        (reports.sales_performance, MARCH, 6),
        (reports.target_attainment, TargetSpan.MONTH, 7),
    )
    for report, given, most in calls:
        with pytest.raises(NoPermission):
            crm.perform(report, given, as_user="admin")
        counted = CountingStore(crm.store)
        with Crm(counted, clock=crm.clock, ids=crm.ids).work(as_user="zhaomin", readonly=True) as work:
            counted.asked.clear()
            report(work, given)
        assert len(counted.asked) <= most
    wrong: Any = None
    with pytest.raises(Invalid):
        crm.perform(reports.sales_performance, wrong, as_user="zhaomin")
