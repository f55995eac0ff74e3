"""The customer stories in Chromium, in Chinese and in English: import, merge, churn, and every page on a phone."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from visiting import DESK, PHONE, Visit, expect

from conftest import CUSTOMER, PERSON, id_of, of_customers
from crmcore import Crm, churn, customers, sales

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
VIEWS = pytest.mark.parametrize(("language", "viewport"), [("zh", DESK), ("en", PHONE)], ids=["zh-desk", "en-phone"])
SAY = {
    "zh": {
        "upload": "上传并查看",
        "read again": "重新读取",
        "rehearse": "先检查，不写入",
        "rehearsed": "检查了 3 行",
        "run": "正式导入",
        "taken": "导入完成",
        "download": "下载这些行",
        "undo import": "撤销",
        "undo this import": "撤销这次导入",
        "import undone": "已撤销",
        "merge": "合并",
        "merge into": "合并到",
        "merged": "合并完成",
        "undo merge": "撤销合并",
        "undo this merge": "撤销这次合并",
        "merge undone": "合并已撤销",
        "notice": "出现新的流失预警",
        "see": "查看预警",
        "delay": "暂缓流失",
        "add": "追加措施",
        "noted": "措施已记录",
        "confirm": "确认流失",
        "confirmed": "已确认流失",
        "lost": "流失",
        "ordered again": "再次下单",
        "retain": "挽回",
        "close": "作为挽回结束预警",
        "retained": "已作为挽回结束",
        "duplicate": "这个客户可能已经存在",
        "save": "保存客户",
        "though": "不是同一个客户",
        "saved": "保存成功",
        "delete": "删除",
        "delete this": "删除这个客户",
        "deleted": "已删除",
    },
    "en": {
        "upload": "Upload and look",
        "read again": "Read again",
        "rehearse": "Check without writing",
        "rehearsed": "Checked 3 rows",
        "run": "Import now",
        "taken": "taken in",
        "download": "Download these rows",
        "undo import": "Undo",
        "undo this import": "Undo this import",
        "import undone": "Undone",
        "merge": "Merge",
        "merge into": "Merge into",
        "merged": "Merged",
        "undo merge": "Undo the merge",
        "undo this merge": "Undo this merge",
        "merge undone": "The merge is undone",
        "notice": "new churn warning",
        "see": "See the warnings",
        "delay": "Delay churn",
        "add": "Add measure",
        "noted": "Measure noted",
        "confirm": "Confirm churn",
        "confirmed": "Churn confirmed",
        "lost": "Lost",
        "ordered again": "ordered again",
        "retain": "Retained",
        "close": "Close as retained",
        "retained": "Closed as retained",
        "duplicate": "This customer may exist already",
        "save": "Save customer",
        "though": "It is a different customer",
        "saved": "Saved",
        "delete": "Delete",
        "delete this": "Delete this customer",
        "deleted": "is deleted",
    },
}


def say(one: Visit, what: str) -> str:
    """Return what the screens say in the visitor's language."""
    return SAY[one.language][what]


def ask(one: Visit, words: str, button: str) -> None:
    """Choose what asks in a dialog first, and say yes."""
    one.page.locator("main").get_by_role("link", name=words).first.click()
    dialog = one.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    with one.page.expect_navigation():
        dialog.get_by_role("button", name=button).click()


@VIEWS
@pytest.mark.requirement("X-ADM-10")
def test_a_file_comes_in_and_goes_again(
    visit: Callable[..., Visit], crm: Crm, tmp_path: Path, language: str, viewport: dict[str, int]
) -> None:
    file = tmp_path / "客户名单.csv"
    rows = "单位名称,地区,联系人,职位\n北京华建,北京,刘经理,经理\n,上海,陈静,经理\n沈阳重工,火星,王芳,经理\n"
    file.write_bytes(rows.encode("gb18030"))
    one = visit(language, viewport)
    one.sign_in("lihua")
    one.open("/imports")
    one.look()
    one.click(say(one, "upload"), role="button")
    one.look()
    one.page.set_input_files("#f-file", file)
    one.click(say(one, "upload"), role="button")
    one.look()
    assert one.page.locator("select[name=encoding]").input_value() == "gb18030"
    one.page.select_option("select[name=encoding]", "big5")
    one.click(say(one, "read again"), role="button")
    expect(one.page.get_by_role("alert")).to_contain_text("big5")
    assert one.page.locator("select[name=column-0]").input_value() == "name"
    one.page.select_option("#f-manager", str(id_of(crm, "wangwei")))
    one.click(say(one, "rehearse"), role="button")
    one.told(say(one, "rehearsed"))
    one.look()
    one.click(say(one, "run"), role="button")
    one.told(say(one, "taken"))
    one.look()
    with one.page.expect_download() as download:
        one.page.get_by_role("link", name=say(one, "download")).click()
    assert "火星" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    ask(one, say(one, "undo import"), say(one, "undo this import"))
    one.told(say(one, "import undone"))
    one.look()


@pytest.mark.parametrize(("language", "viewport"), [("zh", PHONE), ("en", DESK)], ids=["zh-phone", "en-desk"])
@pytest.mark.requirement("CUS-07", "X-ADM-11", "X-CUS-17")
def test_one_customer_entered_twice_becomes_one(
    visit: Callable[..., Visit], crm: Crm, language: str, viewport: dict[str, int]
) -> None:
    crm.perform(customers.create, name="北京华建科技有限公司", contact=PERSON, as_user="wangwei", **CUSTOMER)
    one = visit(language, viewport, color_scheme="dark")
    page = one.page
    one.sign_in("wangwei")
    one.open("/customers/new")
    for name, value in {**CUSTOMER, "name": "北京华建科技", "phone": "010-99"}.items():
        if name in {"region", "level"}:
            page.select_option(f"#f-{name}", value)
        else:
            page.fill(f"#f-{name}", value)
    one.click(say(one, "save"), role="button")
    expect(page.get_by_role("alert")).to_contain_text(say(one, "duplicate"))
    one.look()
    one.click(say(one, "though"), role="button")
    one.told(say(one, "saved"))
    one.look()
    one.sign_out()
    one.sign_in("lihua")
    one.open("/duplicates")
    one.look()
    one.click(say(one, "merge"))
    one.look()
    page.locator("input[name=choose-phone][value=absorbed]").check()
    one.click(say(one, "merge into"), role="button")
    one.told(say(one, "merged"))
    assert page.get_by_text("010-99").count()
    one.look()
    one.click(say(one, "undo merge"), within="body")
    one.look()
    one.click(say(one, "undo this merge"), role="button")
    one.told(say(one, "merge undone"))
    one.sign_out()
    one.sign_in("wangwei")
    one.open("/customers")
    with page.expect_navigation():
        page.get_by_role("link", name="北京华建科技", exact=True).click()
    ask(one, say(one, "delete"), say(one, "delete this"))
    one.told(say(one, "deleted"))
    assert page.get_by_role("heading", level=1).inner_text() == "北京华建科技有限公司"


@VIEWS
@pytest.mark.requirement("CHN-07", "CHN-08", "CHN-10", "CHN-11", "CHN-12")
def test_warnings_are_told_and_treated(
    visit: Callable[..., Visit], crm: Crm, language: str, viewport: dict[str, int]
) -> None:
    names = ("北京华建", "上海远洋")
    made = [crm.perform(customers.create, name=one, contact=PERSON, as_user="wangwei", **CUSTOMER) for one in names]
    for number, it in enumerate(made):
        order = {"source_key": f"S{number}", "customer": it.number, "ordered_on": dt.date(2025, 1, 1), "amount": 1}
        crm.perform(sales.import_orders, [order], as_user="lihua")
    churn.sweep(crm)
    again = {"source_key": "S9", "customer": made[1].number, "ordered_on": dt.date(2026, 11, 1), "amount": 5}
    crm.perform(sales.import_orders, [again], as_user="lihua")
    one = visit(language, viewport)
    one.sign_in("wangwei")
    one.sign_out()
    one.open("/sign-in")
    one.page.fill("#f-name", "wangwei")
    one.page.fill("#f-password", "secret phrase")
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    one.told(say(one, "notice"))
    one.look()
    one.click(say(one, "see"), within="body")
    one.look()
    one.click("北京华建")
    one.look()
    one.click(say(one, "delay"))
    one.look()
    one.click(say(one, "add"), role="button")
    one.look()
    one.page.fill("#f-measure", "登门拜访，给出新报价")
    one.click(say(one, "add"), role="button")
    one.told(say(one, "noted"))
    one.click(say(one, "delay"))
    expect(one.page.locator("main")).to_contain_text("登门拜访")
    one.click(say(one, "confirm"))
    one.page.fill("#f-reason", "改用别家")
    one.click(say(one, "confirm"), role="button")
    one.told(say(one, "confirmed"))
    one.look()
    one.open("/churn?customer_name=远洋")
    one.click("上海远洋")
    expect(one.page.locator("main")).to_contain_text(say(one, "ordered again"))
    one.click(say(one, "retain"))
    one.click(say(one, "close"), role="button")
    one.told(say(one, "retained"))
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert [work.customers.get(it.id).status.value for it in made] == ["lost", "normal"]


def test_every_page_of_a_customer_fits_a_phone(visit: Callable[..., Visit], crm: Crm) -> None:
    ids = of_customers(crm)
    here = f"/customers/{ids['customers']}"
    tabs = ("", "/edit", "/contacts", "/interactions", "/orders", "/timeline", "/churn", "/changes", "/contacts/new")
    paths = {
        "wangwei": [
            *(f"{here}{tab}" for tab in tabs),
            *("/customers?tag=x", "/phone-book", "/groups", "/orders", "/products", "/stock"),
            *(f"/orders/{ids['sales']}", f"/groups/{ids['groups']}"),
        ],
        "lihua": [
            *("/customers?region=beijing", "/hand-over", "/exports?region=beijing"),
            *(f"/imports/{ids['imports']}", f"/duplicates/of/{ids['customers']}"),
        ],
        "admin": ["/custom-fields", "/custom-fields/new"],
    }
    one = visit("en", PHONE)
    for name, wanted in paths.items():
        one.sign_in(name)
        for path in wanted:
            one.open(path)
            expect(one.page.locator(".trouble")).to_have_count(0)
            one.look()
        one.sign_out()
    assert len(one.looked_at) >= sum(map(len, paths.values()))
