"""Churn warnings on the pages: the notice, who may decide, and what is refused; and the first page of a stranger."""

import datetime as dt

import pytest
from browsing import Browser
from flask import Flask

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, churn, customers, sales
from crmcore_demo import create_app
from crmcore_demo.start import SampleUser

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.fixture
def case(crm: Crm) -> churn.ChurnCase:
    """A warning about one of 王伟's customers."""
    it = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    order = {"source_key": "S1", "customer": it.number, "ordered_on": dt.date(2025, 1, 1), "amount": 1}
    crm.perform(sales.import_orders, [order], as_user="lihua")
    churn.sweep(crm)
    with crm.work(as_user="wangwei", readonly=True) as work:
        return churn.listing(work).rows[0]


@pytest.mark.requirement("CHN-11")
def test_who_signs_in_is_told_of_his_own_warnings(browser: Browse, case: churn.ChurnCase) -> None:
    assert case.status is churn.ChurnStatus.WARNING
    one = browser(language="zh")
    page = one.sign_in("wangwei")
    assert "您有 1 个客户出现新的流失预警" in page.text
    assert "上次下单 2025-01-01" in page.text
    assert "北京华建" in one.follow("查看预警").text
    for name in ("zhangmin", "lihua", "admin"):
        assert "出现新的流失预警" not in browser(language="zh").sign_in(name).text


@pytest.mark.requirement("CHN-07", "CHN-08", "CHN-09", "CHN-10")
def test_the_manager_decides_and_others_look_on(browser: Browse, crm: Crm, case: churn.ChurnCase) -> None:
    boss = browser("lihua")
    page = boss.open("/churn?status=warning&customer_name=华建")
    assert "北京华建" in page.text
    assert not page.has_link("Delay churn")
    page = boss.open(f"/churn/{case.id}")
    assert "What is not possible, and why" in page.text
    assert boss.open(f"/churn/{case.id}/delay").status == 403
    assert browser("zhangmin").open(f"/churn/{case.id}").status == 404
    one = browser("wangwei")
    one.open(f"/churn/{case.id}/delay")
    stale = one.page.main_form().fields
    page = one.submit("Add measure", measure=" ")
    assert page.status == 422
    page = one.submit("Add measure", measure="登门拜访")
    assert "Measure noted" in page.text
    assert "登门拜访" in page.text
    assert one.post(f"/churn/{case.id}/delay", {**stale, "measure": "再来一次"}).status == 409
    assert one.open(f"/churn/{case.id}/retain").status == 403
    one.open(f"/churn/{case.id}/confirm")
    assert "登门拜访" in one.page.text
    page = one.submit("Confirm churn", reason="改用别家")
    assert "Churn confirmed" in page.text
    assert "has already been confirmed" in page.text
    assert one.open(f"/churn/{case.id}/delay").status == 403
    assert "改用别家" in boss.open(f"/churn/{case.id}").text


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("en-GB,en;q=0.8", "Sign in"),
        ("zh-CN,zh;q=0.9,en;q=0.1", "登录"),
        ("de", "登录"),
        ("", "登录"),
        ("\xff", "登录"),
    ],
)
def test_strangers_are_spoken_to_as_their_browser_asks(app: Flask, header: str, words: str) -> None:
    one = Browser(app)
    assert words in one.open("/sign-in", headers={"Accept-Language": header}).text
    one.client.set_cookie("crm_language", "zh" if words == "Sign in" else "en")
    assert words not in one.open("/sign-in", headers={"Accept-Language": header}).text


def test_sample_people_are_offered_with_sample_data_only(app: Flask, crm: Crm) -> None:
    assert "crm-demo" not in Browser(app).open("/sign-in").text
    sample = (SampleUser(name="lihua", full_name="李华", role="sales_supervisor"),)
    one = Browser(create_app(crm, secret_key="k" * 40, sample=sample))
    page = one.open("/sign-in")
    assert "crm-demo-2026" in page.text
    page = one.submit("李华", press="李华")
    assert page.status == 403  # here the password is another
    assert page.with_id("f-name")["value"] == "lihua"
