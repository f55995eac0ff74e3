"""From the dispatch to the customer, through forms, without JavaScript."""

import datetime as dt
import uuid

import pytest

from conftest import Browse, Chance, id_of
from crmcore import Crm, access, dictionary, opportunities
from crmcore.access.delivered import delivered_role_id

DAY = dt.date(2026, 12, 1)


def count(crm: Crm) -> int:
    with crm.work(as_user="lihua", readonly=True) as work:
        return work.opportunities.count()


@pytest.mark.requirement("OPP-02", "OPP-06", "GEN-14")
def test_dispatching(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    one = browser("lihua", "zh")
    one.open("/opportunities")
    page = one.follow("指派")
    for words in ("北京华建", "采购笔记本电脑意向", "60%", "刘经理", "010-62345678", "一百二十台", "王伟", "指派时间"):
        assert words in page.text, words
    assert "李华" not in page.main_form().labels
    page = one.submit()
    assert page.status == 422
    assert "请选择一位客户经理" in page.text
    page = one.submit(assignee=str(id_of(crm, "zhangmin")))
    assert "指派成功" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.opportunities.get(it.id).assignee == id_of(crm, "zhangmin")
    page = one.open(f"/opportunities/{it.id}/dispatch")
    assert page.status == 403
    assert "该数据已指派" in page.text


@pytest.mark.requirement("RBA-15")
def test_many_account_managers_are_offered_in_a_list(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    for number in range(20):
        role = (delivered_role_id("account_manager"),)
        crm.perform(access.create_user, name=f"am{number}", roles=role, as_user="admin")
    one = browser("lihua")
    page = one.open(f"/opportunities/{it.id}/dispatch")
    assert any(tag == "select" and facts.get("name") == "assignee" for tag, facts in page.tags)
    assert len(page.main_form().choices["assignee"]) == 1 + 2 + 20
    assert one.submit().status == 422
    assert "Dispatched" in one.submit(assignee=str(id_of(crm, "am7"))).text


@pytest.mark.parametrize("whom", ["x", "", "lihua", str(uuid.UUID(int=0)), "\x00", "1" * 4000])
def test_dispatching_to_nobody_is_refused(browser: Browse, chance: Chance, crm: Crm, whom: str) -> None:
    it = chance()
    one = browser("lihua")
    one.open(f"/opportunities/{it.id}/dispatch")
    page = one.submit(assignee=id_of(crm, "lihua") if whom == "lihua" else whom)
    assert page.status in {403, 404, 422}
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.opportunities.get(it.id).assignee is None


@pytest.mark.requirement("PLN-01", "PLN-02", "PLN-04")
def test_making_and_executing_a_plan(browser: Browse, chance: Chance) -> None:
    it = chance("wangwei")
    one = browser("wangwei", "zh")
    one.open("/development")
    page = one.follow("执行计划")
    assert "还没有制定计划" in page.text
    page = one.follow("制定计划")
    for words in ("北京华建", "指派给", "王伟", "指派时间"):
        assert words in page.text
    one.submit("新增计划项", plan_date="2026-12-09", content="第二步")
    page = one.submit("新增计划项", plan_date="2026-12-01", content="第一步")
    assert "保存成功" in page.text
    assert page.text.index("第一步") < page.text.index("第二步")
    for sent in ({"plan_date": "", "content": "x"}, {"plan_date": "2026-13-40", "content": "x"}, {"content": " "}):
        page = one.submit("新增计划项", **{"plan_date": "2026-12-01", **sent})
        assert page.status == 422
    one.open(f"/development/{it.id}/plan")
    page = one.follow("编辑")
    assert "plan_date" not in page.main_form().fields
    page = one.submit(content="第一步，改过", plan_date="1999-01-01")
    assert "第一步，改过" in page.text
    assert "1999" not in page.text
    page = one.follow("执行计划")
    form = page.main_form("保存执行效果")
    field = next(name for name in form.fields if name.startswith("result-"))
    page = one.submit("保存执行效果", **{field: "预算八十万"})
    assert "保存成功" in page.text
    assert "2 项中已完成 1 项" in page.text
    page = one.submit("保存执行效果", **{field: " "})
    assert page.status == 422
    assert page.with_id(f"p-{field}")
    one.open(f"/development/{it.id}/plan")
    one.follow("删除")
    assert "确认删除" in one.page.text
    assert "删除成功" in one.submit().text


def test_a_plan_step_changed_twice_at_once(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance("wangwei", planned=DAY)
    with crm.work(as_user="wangwei", readonly=True) as work:
        (step,) = opportunities.plan(work, it.id)
    one = browser("wangwei")
    one.open(f"/development/{it.id}/plan/{step.id}/edit")
    crm.perform(opportunities.edit_plan_item, step.id, content="meanwhile", as_user="wangwei")
    page = one.submit(content="mine")
    assert page.status == 409
    assert page.main_form().fields["content"] == ["mine"]
    assert "mine" in one.submit().text
    one.open(f"/development/{it.id}/plan/{step.id}/delete")
    crm.perform(opportunities.edit_plan_item, step.id, content="again", as_user="wangwei")
    assert one.submit().status == 409
    other = chance("wangwei", customer_name="另一家")
    assert one.open(f"/development/{other.id}/plan/{step.id}/edit").status == 404


@pytest.mark.requirement("PLN-03", "OPP-09", "OPP-10", "OPP-11", "GEN-14")
def test_winning_from_the_execute_screen_makes_customer_and_contact(browser: Browse, chance: Chance) -> None:
    it = chance("wangwei", planned=DAY)
    one = browser("wangwei", "zh")
    one.open(f"/development/{it.id}/plan")
    one.follow("执行计划")
    page = one.follow("开发成功")
    assert "刘经理 · 010-62345678" in page.text
    page = one.submit(proof="HT-2026-7")
    assert "操作成功" in page.text
    assert "HT-2026-7" in page.text
    page = one.follow("北京华建")
    assert page.path.startswith("/customers/")
    for words in ("KH", "正常", "王伟", "刘经理", "010-62345678", "★★★☆☆", "HT-2026-7"):
        assert words in page.text, words
    page = one.open(f"/development/{it.id}/win")
    assert page.status == 403
    assert "该数据已归档" in page.text


@pytest.mark.requirement("OPP-12")
def test_winning_without_a_contact(browser: Browse, chance: Chance) -> None:
    it = chance("wangwei", contact_name="", contact_phone="")
    one = browser("wangwei", "zh")
    page = one.open(f"/development/{it.id}/win")
    assert "只建立客户" in page.text
    one.submit()
    assert "还没有联系人" in one.follow("北京华建").text


@pytest.mark.requirement("OPP-13")
def test_the_same_name_twice_is_shown_and_linked_only_when_confirmed(browser: Browse, chance: Chance, crm: Crm) -> None:
    crm.perform(opportunities.win, chance("wangwei").id, as_user="wangwei")
    again = chance("wangwei")
    one = browser("wangwei", "zh")
    one.open(f"/development/{again.id}/win")
    page = one.submit(proof="HT-2")
    assert page.status == 403
    assert "已经有名为“北京华建”的客户" in page.text
    assert page.main_form().fields["proof"] == ["HT-2"]
    page = one.submit("关联到这个客户")
    assert "操作成功" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.customers.count() == 1


def test_the_company_can_ask_for_proof(browser: Browse, chance: Chance, crm: Crm) -> None:
    crm.perform(dictionary.set_parameter, "opportunity.proof_required", "yes", as_user="admin")
    it = chance("wangwei")
    one = browser("wangwei", "zh")
    page = one.open(f"/development/{it.id}/win")
    assert "proof" in page.main_form().required
    page = one.submit(proof=" ")
    assert page.status == 422
    assert page.with_id("p-proof")
    assert one.submit(proof="x" * 51).status == 422
    assert "操作成功" in one.submit(proof="HT-1").text


@pytest.mark.requirement("OPP-09", "GEN-14")
def test_giving_up(browser: Browse, chance: Chance) -> None:
    it = chance("wangwei")
    one = browser("wangwei", "zh")
    one.open("/development")
    page = one.follow("终止开发")
    assert "北京华建" in page.text
    page = one.submit()
    assert "操作成功" in page.text
    assert "开发失败" in page.text
    assert not page.has_link("制定计划")
    assert "该数据已归档" in page.text
    assert it.number in page.text


def test_home_shows_what_waits_most_urgent_first(browser: Browse, chance: Chance, crm: Crm) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        today = work.today
    chance("wangwei", customer_name="早该做了", planned=today - dt.timedelta(days=3))
    chance("wangwei", customer_name="就在今天", planned=today)
    chance("wangwei", customer_name="以后再说", planned=today + dt.timedelta(days=30))
    chance("wangwei", customer_name="没有计划")
    chance("wangwei", customer_name="已经做完", planned=today, result="好")
    chance(customer_name="等待指派")
    page = browser("wangwei", "zh").open("/")
    due, rest = page.text.split("没有安排下一步的销售机会")
    assert due.index("早该做了") < due.index("就在今天")
    assert "已过期" in due
    assert "以后再说" not in page.text
    assert "没有计划" in rest
    assert "已经做完" in rest
    assert "等待指派" not in page.text
    assert "等待指派" in browser("lihua", "zh").open("/").text
    assert browser("admin", "zh").open("/").has_link("5")
