"""Service contracts on the pages: made for a customer, used, corrected and ended; errors all at once (X-SRV-01)."""

import datetime as dt
from typing import Any

import pytest

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, agreements, calendars, customers
from crmcore.agreements.entity import ServiceContract
from crmcore.customers.entity import Customer

pytestmark = [
    pytest.mark.parametrize("crm", ["memory", "sqlite"], indirect=True),
    pytest.mark.requirement("X-SRV-01"),
]


@pytest.fixture
def customer(crm: Crm) -> Customer:
    return crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)


def agreed(crm: Crm, customer: Customer, **more: Any) -> ServiceContract:
    with crm.work(as_user="wangwei", readonly=True) as work:
        today = work.today
    term = {"starts_on": today - dt.timedelta(days=10), "ends_on": today + dt.timedelta(days=20)}
    fields = {"title": "维护合同", **term, "included_requests": 3, **more}
    return crm.perform(agreements.create_contract, customer=customer.id, as_user="wangwei", **fields)


def test_a_contract_is_made_with_a_customer_who_is_named(browser: Browse, crm: Crm, customer: Customer) -> None:
    days = calendars.create_calendar
    office = crm.perform(days, name="总部", as_user="lihua")
    gold = crm.perform(agreements.create_target, name="金牌", calendar=office.id, resolve_within=120, as_user="lihua")
    one = browser("wangwei")
    assert "No contract has been recorded yet" in one.open("/contracts").text
    one.follow("New contract")
    assert "No customer matches" in one.open("/contracts/new?name=上海远洋").text
    assert one.open(f"/contracts/new?number={customer.number}").has_link("华建")
    one.open("/contracts/new?name=华建")
    page = one.follow("华建")
    assert page.path.startswith(f"/customers/{customer.id}/contracts/new")
    page = one.submit("Save contract", title="", starts_on="2026-13-01", ends_on="", included_requests="-1")
    assert page.status == 422
    assert "4 things need your attention" in page.text
    assert one.page.main_form("Save contract").fields["included_requests"] == ["-1"]
    wrong = {"title": "维护合同", "starts_on": "2026-12-01", "ends_on": "2026-11-01", "included_requests": "10"}
    page = one.submit("Save contract", **wrong)
    assert "must not lie before the first day" in page.text
    page = one.submit(
        "Save contract",
        starts_on="2020-01-01",
        ends_on="2099-12-31",
        covers=["complaint", "inquiry"],
        products="服务器 X1\n服务器 X2",
        target=str(gold.id),
    )
    assert page.status == 200
    assert "Saved" in page.text
    assert "Requests used0 of 10" in page.text
    assert "120 min" in page.text
    with crm.work(as_user="wangwei", readonly=True) as work:
        (stored,) = agreements.contracts(work, customer=customer.id).rows
    assert stored.covers == ("complaint", "inquiry")
    assert stored.products == ("服务器 X1", "服务器 X2")
    assert stored.number in one.open("/contracts?state=running&title=维护&ending_within=x").text
    assert stored.number not in one.open("/contracts?state=ended").text


def test_one_is_corrected_ended_and_then_fixed(browser: Browse, crm: Crm, customer: Customer) -> None:
    it = agreed(crm, customer)
    one = browser("wangwei")
    assert it.title in one.open("/contracts?ending_within=30").text
    assert it.title not in one.open("/contracts?ending_within=5").text
    one.follow("Clear")
    one.follow(it.title)
    one.follow("Edit")
    assert one.page.main_form().fields["number"] == [it.number]
    stale = one.page.main_form().fields
    page = one.submit("Save contract", title="金牌维护", covers="complaint")
    assert "金牌维护" in page.text
    assert one.post(f"/contracts/{it.id}/edit", {**stale, "title": "别的"}).status == 409
    one.open(f"/contracts/{it.id}/end")
    page = one.submit("End the contract today", reason="客户搬迁")
    assert "Contract ended" in page.text
    assert "客户搬迁" in page.text
    assert "Ended" in page.text
    assert one.open(f"/contracts/{it.id}/edit").status == 403
    assert one.open(f"/contracts/{it.id}/end").status == 403


def test_who_sees_and_keeps_contracts(browser: Browse, crm: Crm, customer: Customer) -> None:
    it = agreed(crm, customer)
    assert browser("zhangmin").open(f"/contracts/{it.id}").status == 404
    assert browser("zhangmin").open(f"/contracts/{it.id}/end").status == 404
    assert browser("admin").open("/contracts").status == 403
    boss = browser("lihua", "zh")
    assert "终止" in boss.open(f"/contracts/{it.id}").text
    looker = browser("gaojianguo", "zh")
    page = looker.open(f"/customers/{customer.id}/contracts")
    assert it.title in page.text
    assert not page.has_link("新建合同")
    assert looker.open(f"/customers/{customer.id}/contracts/new").status == 403
