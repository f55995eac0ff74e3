"""Customer care on the pages: planned, due, late, done, called off, and what customers said (X-CAR-01 to 03)."""

import datetime as dt

import pytest

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, care, customers
from crmcore.customers.entity import Customer

pytestmark = pytest.mark.parametrize("crm", ["memory", "sqlite"], indirect=True)


@pytest.fixture
def customer(crm: Crm) -> Customer:
    return crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)


@pytest.fixture
def today(crm: Crm) -> dt.date:
    with crm.work(as_user="wangwei", readonly=True) as work:
        return work.today


@pytest.mark.requirement("X-CAR-01", "X-CAR-02", "X-CAR-03")
def test_care_is_planned_done_and_planned_again(browser: Browse, crm: Crm, customer: Customer, today: dt.date) -> None:
    one = browser("wangwei")
    assert "Care to be done0" in one.open("/").text
    one.open("/care")
    one.follow("Plan care")
    assert customer.number in one.page.text
    one.follow(customer.name)
    page = one.submit("Save", kind="", content=" ", planned_on="soon", remind_days="366")
    assert page.status == 422
    assert "4 things need your attention" in page.text
    with crm.work(as_user="wangwei", readonly=True) as work:
        (contact,) = customers.contacts(work, customer.id)
    filled = {"kind": "greeting", "content": "中秋问候", "planned_on": f"{today}", "remind_days": "3"}
    page = one.submit("Save", **filled, repeats_months="12", contact=str(contact.id))
    assert "中秋问候" in page.text
    assert "12 months" in page.text
    assert "Care to be done1" in one.open("/").text
    assert "/care/reminders" in {link["href"] for link in one.page.links}
    one.open("/care/reminders")
    one.follow("Done")
    page = one.submit("Record as done", result="", done_on="never")
    assert page.status == 422
    assert "2 things need your attention" in page.text
    tomorrow = today + dt.timedelta(days=1)
    page = one.submit("Record as done", result="已致电", opinion="交货太慢", done_on=f"{tomorrow}")
    assert "must not lie in the future" in page.text
    page = one.submit("Record as done", done_on="")
    assert "Recorded as done" in page.text
    assert "交货太慢" in one.open("/care/opinions").text
    assert "交货太慢" not in one.open(f"/care/opinions?done_from={tomorrow}").text
    assert "Nothing is to be done for your customers now" in one.open("/care/reminders").text
    assert one.open(f"/customers/{customer.id}/care").text.count("中秋问候") >= 2


@pytest.mark.requirement("X-CAR-02")
def test_what_is_late_is_seen_put_off_and_called_off(
    browser: Browse, crm: Crm, customer: Customer, today: dt.date
) -> None:
    late = {"kind": "visit", "content": "拜访", "planned_on": today - dt.timedelta(days=2)}
    it = crm.perform(care.plan, customer.id, **late, as_user="wangwei")
    boss = browser("lihua", "zh")
    page = boss.open("/care/overdue")
    assert "拜访" in page.text
    assert "逾期" in page.text
    assert not page.has_link("新建关怀计划")
    assert boss.open(f"/care/{it.id}/complete").status == 403
    assert browser("zhangmin").open(f"/care/{it.id}").status == 404
    one = browser("wangwei", "zh")
    one.open(f"/care/{it.id}/edit")
    stale = one.page.main_form().fields
    assert "拜访" in one.submit("保存", planned_on=f"{today}").text
    assert one.post(f"/care/{it.id}/edit", {**stale, "content": "别的"}).status == 409
    assert "没有逾期的关怀" in one.open("/care/overdue").text
    one.open(f"/care/{it.id}/cancel")
    page = one.submit("取消关怀", reason="客户出差")
    assert "已取消" in page.text
    assert "客户出差" in page.text
    assert one.open(f"/care/{it.id}/edit").status == 403
    assert "拜访" in one.open("/care?status=cancelled&kind=visit&planned_to=x").text


@pytest.mark.requirement("X-CAR-03")
def test_what_a_customer_said_is_filed_or_dealt_with(
    browser: Browse, crm: Crm, customer: Customer, today: dt.date
) -> None:
    said = []
    for opinion in ("交货太慢", "发票有误"):
        it = crm.perform(care.plan, customer.id, kind="visit", content="回访", planned_on=today, as_user="wangwei")
        said.append(crm.perform(care.complete, it.id, result="已回访", opinion=opinion, as_user="wangwei"))
    one = browser("wangwei")
    page = one.open("/care/opinions?opinion_state=open")
    assert "交货太慢" in page.text
    assert page.has_link("File as request")
    page = one.open(f"/care/{said[0].id}/file")
    assert page.main_form().fields["request"] == ["交货太慢"]
    assert one.submit("Save request", type="complaint", title=" ").status == 422
    page = one.submit("Save request", title="交货")
    asked = page.path
    assert asked.startswith("/service/")
    page = one.open(f"/care/{said[0].id}")
    assert "Processed" in page.text
    assert asked in {link["href"].split("?")[0] for link in page.links}
    one.open(f"/care/{said[1].id}")
    one.follow("Record what was done")
    assert one.submit("Record and close", opinion_outcome=" ").status == 422
    page = one.submit("Record and close", opinion_outcome="已更正发票")
    assert "已更正发票" in page.text
    assert not page.has_link("Record what was done")
    assert one.open(f"/care/{said[1].id}/process").status == 403
    assert "发票有误" not in one.open("/care/opinions?opinion_state=open").text
