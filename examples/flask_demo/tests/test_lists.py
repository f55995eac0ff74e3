import datetime as dt

import pytest

from conftest import Browse, Chance, id_of, of_customers
from crmcore import Crm, opportunities, service

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.mark.requirement("GEN-10")
def test_the_pager_says_everything_and_leads_everywhere(browser: Browse, chance: Chance) -> None:
    for number in range(23):
        chance(customer_name=f"客户{number:02}")
    one = browser("lihua", "zh")
    page = one.open("/opportunities")
    assert "共 23 条记录 · 第 1 页，共 3 页 · 每页 10 条" in page.text
    assert "客户22" in page.text
    assert not page.has_link("首页")
    page = one.follow("下一页")
    assert "第 2 页" in page.text
    assert "客户12" in page.text
    assert "第 3 页" in one.follow("末页").text
    assert "第 2 页" in one.follow("上一页").text
    assert "第 1 页" in one.follow("首页").text
    assert "第 3 页，共 3 页" in one.open("/opportunities?page=99999999999999999999").text
    assert "第 1 页，共 2 页 · 每页 20 条" in one.open("/opportunities?size=20").text
    for nonsense in ("0", "-1", "x", "", "1e3", "٣", "1" * 5000):
        assert one.open(f"/opportunities?page={nonsense}&size={nonsense}").status == 200


@pytest.mark.requirement("OPP-04", "GEN-16")
def test_filters_narrow_stay_in_the_address_and_can_be_cleared(browser: Browse, chance: Chance) -> None:
    chance(customer_name="北京华建", title="笔记本")
    chance(customer_name="上海远洋", title="打印机", contact_name="陈静")
    one = browser("lihua", "en")
    page = one.open("/opportunities?customer_name=华建&title=")
    assert "1 match" in page.text
    assert "上海远洋" not in page.text
    assert page.with_id("q-customer_name")["value"] == "华建"
    page = one.follow("Clear")
    assert page.path == "/opportunities"
    assert "2 records" in page.text
    assert "北京华建" not in one.open("/opportunities?contact_name=陈").text
    assert "2 records" in one.open("/opportunities?customer_name=%20%20").text


def test_the_way_back_keeps_the_filters(browser: Browse, chance: Chance) -> None:
    chance(customer_name="北京华建")
    one = browser("lihua", "en")
    one.open("/opportunities?customer_name=华建")
    one.follow("北京华建")
    assert one.page.link("Back").startswith("/opportunities?customer_name=")
    one.follow("Edit")
    page = one.submit(title="另一个概要")
    assert "另一个概要" in page.text
    assert one.page.link("Back").startswith("/opportunities?customer_name=")


@pytest.mark.requirement("OPP-03", "OPP-05", "GEN-17")
def test_the_opportunity_list_shows_what_waits_newest_first(browser: Browse, chance: Chance) -> None:
    chance(customer_name="先来", by="zhangmin")
    chance("wangwei", customer_name="已指派")
    chance(customer_name="后到", by="wangwei")
    page = browser("lihua").open("/opportunities")
    assert "已指派" not in page.text
    assert page.text.index("后到") < page.text.index("先来")
    assert page.has_link("Dispatch")
    assert not page.has_link("Delete")
    mine = browser("wangwei").open("/opportunities")
    assert not mine.has_link("Dispatch")
    assert mine.has_link("Delete")


@pytest.mark.requirement("OPP-07", "OPP-08")
def test_the_plan_list_shows_account_managers_their_own(browser: Browse, chance: Chance, crm: Crm) -> None:
    chance("wangwei", customer_name="进行中")
    won, lost = chance("wangwei", customer_name="成功了"), chance("wangwei", customer_name="放弃了")
    crm.perform(opportunities.win, won.id, as_user="wangwei")
    crm.perform(opportunities.terminate, lost.id, as_user="wangwei")
    chance("zhangmin", customer_name="别人的")
    chance(customer_name="没指派")
    page = browser("wangwei", "zh").open("/development")
    assert "别人的" not in page.text
    assert "没指派" not in page.text
    for words in ("制定计划", "执行计划", "开发成功", "终止开发", "查看"):
        assert page.has_link(words), words
    assert page.text.count("已归档") == 2
    archived = browser("wangwei", "zh").open("/development?status=won")
    assert "成功了" in archived.text
    assert not archived.has_link("制定计划")
    everything = browser("lihua", "zh").open("/development")
    assert "别人的" in everything.text
    assert not everything.has_link("制定计划")
    his = browser("lihua", "zh").open(f"/development?assignee={id_of(crm, 'zhangmin')}")
    assert "别人的" in his.text
    assert "进行中" not in his.text


@pytest.mark.requirement("GEN-18")
def test_dates_are_short_in_lists_and_exact_in_records(browser: Browse, chance: Chance) -> None:
    it = chance()
    one = browser("lihua")
    local = it.created_at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    listed = one.open("/opportunities").text
    assert f"{local:%Y-%m-%d}" in listed
    assert f"{local:%Y-%m-%d %H:%M}" not in listed
    assert f"{local:%Y-%m-%d %H:%M:%S}" in one.follow("北京华建").text


@pytest.mark.requirement("CUS-01", "CUS-02", "CUS-05")
def test_customers_can_be_filtered(browser: Browse, chance: Chance, crm: Crm) -> None:
    for name, manager in (("北京华建", "wangwei"), ("上海远洋", "zhangmin")):
        crm.perform(opportunities.win, chance(manager, customer_name=name).id, as_user=manager)
    everybody = browser("gaojianguo", "zh")
    assert "共 2 条" in everybody.open("/customers").text
    for query in ("name=华建", f"manager={id_of(crm, 'wangwei')}", "name=华&level=1&status=normal&region="):
        page = everybody.open(f"/customers?{query}")
        assert "北京华建" in page.text
        assert "上海远洋" not in page.text
    own = browser("zhangmin", "zh").open("/customers")
    assert "上海远洋" in own.text
    assert "北京华建" not in own.text
    assert "1 record" in browser("zhangmin").open("/customers?manager=" + str(id_of(crm, "wangwei"))).text


def test_the_search_finds_what_one_may_see(browser: Browse, chance: Chance, crm: Crm) -> None:
    crm.perform(opportunities.win, chance("wangwei", customer_name="北京华建").id, as_user="wangwei")
    chance("zhangmin", customer_name="华北电力")
    boss, one = browser("lihua"), browser("wangwei")
    page = boss.open("/search?q=华")
    assert "北京华建" in page.text
    assert "华北电力" in page.text
    assert "华北电力" in one.open("/search?q=华").text  # he recorded it
    assert "华北电力" not in browser("zhangmin").open("/search?q=建").text
    found = boss.client.get("/search/suggest?q=华").get_json()["records"]
    assert {record["name"] for record in found} == {"北京华建", "华北电力"}
    assert boss.client.get("/search/suggest").get_json() == {"records": []}
    assert "“<b>x</b>”" in boss.open("/search?q=<b>x</b>").text


@pytest.mark.requirement("SVC-02", "X-SRV-03")
def test_the_search_finds_requests_by_number_and_articles_by_title(browser: Browse, crm: Crm) -> None:
    of_customers(crm)
    with crm.work(as_user="lihua", readonly=True) as work:
        numbers = {one.title: one.number for one in service.archive(work, status=None).rows}
    boss, one = browser("lihua"), browser("wangwei")
    for each in (boss, one):
        page = each.open(f"/search?q={numbers['打印机卡纸']}")
        assert "打印机卡纸" in page.text
        assert "显示器有亮点" not in page.text
    assert one.follow("北京华建科技有限公司").path.startswith("/service/")
    assert one.open("/search?q=显示器").has_link("显示器有亮点")
    assert one.open("/search?q=卡纸").has_link("打印机卡纸")
    found = one.client.get("/search/suggest?q=卡纸").get_json()["records"]
    assert {(record["kind"], record["name"]) for record in found} == {
        ("Service request", "北京华建科技有限公司"),
        ("Article", "卡纸"),
    }
    assert "缺墨" not in one.open("/search?q=缺墨").text.replace("“缺墨”", "")  # it was never published
    assert "打印机卡纸" not in browser("zhangmin").open(f"/search?q={numbers['打印机卡纸']}").text


@pytest.mark.requirement("GEN-16")
def test_an_address_has_only_what_was_filled_in(browser: Browse, chance: Chance) -> None:
    chance(customer_name="北京华建")
    one = browser("lihua", "en")
    answer = one.client.get("/opportunities?customer_name=&title=&contact_name=")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/opportunities"
    answer = one.client.get("/customers?keyword=华建&region=&name=&size=20&tag=")
    assert answer.headers["Location"] == "/customers?keyword=%E5%8D%8E%E5%BB%BA&size=20"
    assert one.client.get("/customers?keyword=华建&size=20").status_code == 200
