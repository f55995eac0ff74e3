"""My work: every role finds something true and useful on its first page, an empty company says so, orders wait."""

import datetime as dt

import pytest

from conftest import CUSTOMER, PERSON, Browse, Chance, of_customers
from crmcore import Crm, customers

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
NEW = {**CUSTOMER, "name": "无此客户", "contact": PERSON}


@pytest.mark.requirement("CHN-07", "X-LIF-02")
def test_an_executive_sees_warnings_and_customers_of_the_whole_company(browser: Browse, crm: Crm) -> None:
    of_customers(crm)
    one = browser("gaojianguo", "zh")
    page = one.open("/")
    assert "全公司新的流失预警" in page.text
    assert page.has_link("北京华建科技有限公司")
    with crm.work(as_user="gaojianguo", readonly=True) as work:
        existing = customers.life_cycle(work).existing
    assert f"现有客户{existing}" in page.text.replace(" ", "")
    assert "客户" in one.follow("北京华建科技有限公司").text
    assert one.page.path.startswith("/churn/")
    assert not one.page.has_link("暂缓流失")


@pytest.mark.requirement("X-ADM-09")
def test_an_administrator_sees_what_was_refused(browser: Browse, crm: Crm) -> None:
    one = browser("admin", "zh")
    assert "没有被拒绝的操作" in one.open("/").text
    assert browser("wangwei").open("/users").status == 403
    page = one.open("/")
    assert "最近被拒绝的操作" in page.text
    assert page.has_link("王伟")
    assert one.follow("王伟").path == "/audit?outcome=refused"


@pytest.mark.requirement("ORD-04")
def test_orders_without_a_customer_are_tried_again_or_given_up(browser: Browse, crm: Crm) -> None:
    of_customers(crm)
    one = browser("lihua", "zh")
    assert "未匹配客户的订单1" in one.open("/").text.replace(" ", "")
    page = one.open("/orders/unmatched")
    assert "SO-2" in page.text
    assert "客户不存在" in page.text
    assert "已匹配 0 张订单，还有 1 张等待匹配" in one.submit("重新匹配").text
    with crm.work(as_user="lihua") as work:
        customers.create(work, **NEW, manager="wangwei")
    assert "已匹配 1 张订单，还有 0 张等待匹配" in one.submit("重新匹配").text
    assert "没有等待匹配的订单" in one.page.text
    assert "SO-2" in one.open("/orders").text


@pytest.mark.requirement("ORD-04")
def test_an_order_is_given_up_after_a_question(browser: Browse, crm: Crm) -> None:
    of_customers(crm)
    one = browser("lihua", "en")
    one.open("/orders/unmatched")
    page = one.follow("Give up")
    assert "Give up the order SO-2 of “无此客户”?" in page.text
    page = one.submit("Give up this order")
    assert page.path == "/orders/unmatched"
    assert "No order is waiting for its customer" in page.text
    assert browser("wangwei").open("/orders/unmatched").status == 403


@pytest.mark.requirement("X-LIF-01")
def test_potential_customers_lead_to_their_opportunities(browser: Browse, chance: Chance) -> None:
    chance("zhangmin", customer_name="深圳汇通", planned=dt.date(2026, 12, 1))
    one = browser("lihua", "zh")
    one.open("/groups")
    assert one.follow("1").path == "/prospects"
    assert one.page.has_link("深圳汇通")
    assert "销售机会" in one.follow("深圳汇通").text


@pytest.mark.requirement("GEN-22")
@pytest.mark.parametrize("path", ["/", "/opportunities", "/development", "/customers"])
def test_an_empty_company_says_so(browser: Browse, path: str) -> None:
    for name in ("lihua", "wangwei"):
        page = browser(name, "zh").open(path)
        assert page.status == 200
        assert "没有" in page.text
    if path != "/":
        assert "没有任何数据" in page.text
        assert (
            "清除条件" in browser("lihua", "zh").open(f"{path}?{'name' if 'cust' in path else 'customer_name'}=x").text
        )
