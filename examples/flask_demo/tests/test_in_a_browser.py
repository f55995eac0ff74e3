"""The whole story in Chromium, in Chinese and in English: by mouse, by keyboard, on a phone, and looked at by axe."""

import datetime as dt
from collections.abc import Callable

import pytest
from browsing import PASSWORD
from visiting import DESK, PHONE, Visit, expect

from conftest import STAFF, Chance, id_of
from crmcore import Crm, access, opportunities

DAY = dt.date(2026, 12, 1)
SAY = {
    "zh": {
        "record": "新建销售机会",
        "save": "保存销售机会",
        "saved": "保存成功",
        "dispatch": "指派",
        "dispatch to": "指派给王伟",
        "dispatched": "指派成功",
        "plan": "制定计划",
        "add": "新增计划项",
        "execute": "执行计划",
        "result": "保存执行效果",
        "won": "开发成功",
        "make customer": "确认开发成功，建立客户",
        "done": "操作成功",
        "sign in": "登录",
        "sign out": "退出系统",
        "give up": "终止开发",
        "cancel": "取消",
        "help": "帮助",
        "menu": "打开菜单",
        "more": "更多",
        "search": "搜索名称、标题或编号",
    },
    "en": {
        "record": "New opportunity",
        "save": "Save opportunity",
        "saved": "Saved",
        "dispatch": "Dispatch",
        "dispatch to": "Dispatch to 王伟",
        "dispatched": "Dispatched",
        "plan": "Make plan",
        "add": "Add step",
        "execute": "Carry out",
        "result": "Save result",
        "won": "Won",
        "make customer": "Mark as won and create customer",
        "done": "Done",
        "sign in": "Sign in",
        "sign out": "Sign out",
        "give up": "Give up",
        "cancel": "Cancel",
        "help": "Help",
        "menu": "Open menu",
        "more": "More",
        "search": "Search names, titles, numbers",
    },
}
pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


def say(one: Visit, what: str) -> str:
    """Return what the screens say in the visitor's language."""
    return SAY[one.language][what]


@pytest.mark.requirement("OPP-01", "OPP-02", "OPP-06", "OPP-08", "OPP-09", "OPP-10", "PLN-01", "GEN-12", "GEN-14")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_the_whole_story(visit: Callable[..., Visit], language: str, viewport: dict[str, int], scheme: str) -> None:
    one = visit(language, viewport, color_scheme=scheme)
    page = one.page
    one.sign_in("wangwei")
    one.click(say(one, "record"))
    one.look()
    one.click(say(one, "save"), role="button")
    one.look()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for name, value in {
        "customer_name": "北京华建",
        "title": "采购笔记本电脑意向",
        "success_rate": "60",
        "contact_name": "刘经理",
        "contact_phone": "010-62345678",
        "description": "一百二十台",
    }.items():
        page.fill(f"#f-{name}", value)
    one.click(say(one, "save"), role="button")
    one.told(say(one, "saved"))
    one.look()
    one.sign_out()

    one.sign_in("lihua")
    one.open("/opportunities?customer_name=华建")
    one.look()
    one.click(say(one, "dispatch"))
    one.look()
    page.get_by_label("王伟").check()
    one.click(say(one, "dispatch to"), role="button")
    one.told(say(one, "dispatched"))
    one.sign_out()

    one.sign_in("wangwei")
    one.open("/development")
    one.look()
    one.click(say(one, "plan"))
    one.look()
    page.fill("#f-plan_date", "2026-12-01")
    page.fill("#f-content", "带样机上门演示")
    one.click(say(one, "add"), role="button")
    one.told(say(one, "saved"))
    one.click(say(one, "execute"))
    one.look()
    page.locator("textarea").fill("客户很满意")
    one.click(say(one, "result"), role="button")
    one.told(say(one, "saved"))
    one.click(say(one, "won"))
    one.look()
    page.fill("#f-proof", "HT-2026-7")
    one.click(say(one, "make customer"), role="button")
    one.told(say(one, "done"))
    one.look()
    one.click("北京华建")
    page.wait_for_url("**/customers/*")
    one.look()
    assert page.get_by_text("刘经理").count()
    one.open("/customers")
    one.look()
    assert len(one.looked_at) >= 12


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "dark"), (PHONE, "light")], ids=["desk", "phone"])
def test_the_administrators_pages(
    visit: Callable[..., Visit], language: str, viewport: dict[str, int], scheme: str
) -> None:
    one = visit(language, viewport, color_scheme=scheme)
    one.sign_in("admin")
    for path in ("/", "/users", "/users/new", "/roles", "/dictionary", "/dictionary/new", "/parameters", "/audit"):
        one.open(path)
        one.look()
    for path in ("/account", "/help", "/help/rights", "/users?name=lihua", "/nowhere"):
        one.open(path)
        one.look()
    one.open("/roles")
    one.page.locator(".row-actions a").first.click()
    one.look()
    one.page.get_by_role("button", name="全选" if language == "zh" else "Select all").click()
    boxes = one.page.locator("input[type=checkbox]")
    assert boxes.count() == one.page.locator("input[type=checkbox]:checked").count()


@pytest.mark.requirement("GEN-13")
def test_questions_are_asked_in_a_dialog_that_escape_closes(
    visit: Callable[..., Visit], chance: Chance, crm: Crm
) -> None:
    it = chance("wangwei")
    one = visit("zh")
    one.sign_in("wangwei")
    one.open(f"/opportunities/{it.id}")
    give_up = one.page.get_by_role("link", name=say(one, "give up"))
    give_up.click()
    dialog = one.page.get_by_role("dialog")
    expect(dialog).to_contain_text("北京华建")
    one.look()
    assert one.page.evaluate("document.activeElement.textContent") == say(one, "cancel")
    one.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert one.page.evaluate("document.activeElement.textContent") == say(one, "give up")
    give_up.click()
    dialog.get_by_role("link", name=say(one, "cancel")).click()
    expect(dialog).to_have_count(0)
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.opportunities.get(it.id).status is opportunities.OpportunityStatus.ASSIGNED
    one.page.get_by_role("link", name=say(one, "help")).click()
    expect(dialog).to_be_visible()
    one.page.keyboard.press("Escape")
    give_up.click()
    dialog.get_by_role("button", name=say(one, "give up")).click()
    one.told(say(one, "done"))


def test_the_search_completes_by_keyboard(visit: Callable[..., Visit], chance: Chance) -> None:
    it = chance()
    one = visit("en")
    one.sign_in("lihua")
    box = one.page.get_by_role("combobox", name=say(one, "search"))
    box.press_sequentially("华建", delay=20)
    option = one.page.get_by_role("option").first
    expect(option).to_contain_text("北京华建")
    one.look()
    box.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    box.press("Enter")
    one.page.wait_for_url(f"**/opportunities/{it.id}")


def test_on_a_phone_the_menu_is_a_drawer(visit: Callable[..., Visit]) -> None:
    one = visit("zh", PHONE)
    one.sign_in("lihua")
    menu = one.page.locator("#modules")
    expect(menu).to_be_hidden()
    one.page.get_by_role("button", name=say(one, "menu")).click()
    expect(menu).to_be_visible()
    one.look()
    one.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    one.page.get_by_role("button", name=say(one, "menu")).click()
    menu.get_by_role("link", name="客户信息管理").click()
    one.page.wait_for_url("**/customers")
    assert one.page.get_by_role("heading", level=1).inner_text() == "客户信息管理"
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("sign", ["W", "北"])
def test_the_longest_names_fit(
    visit: Callable[..., Visit], chance: Chance, crm: Crm, viewport: dict[str, int], sign: str
) -> None:
    long = {"customer_name": sign * 100, "title": sign * 200, "contact_name": sign * 50, "contact_phone": "9" * 50}
    waiting = chance(**long, description=sign * 2000, source=sign * 50)
    running = chance("wangwei", **long, planned=DAY, result=sign * 500)
    for name in ("lihua", "wangwei"):
        crm.perform(access.edit_user, id_of(crm, name), full_name=sign * 50, speciality=sign * 50, as_user="admin")
    crm.perform(access.create_role, name=sign * 50, description=sign * 200, as_user="admin")
    won = crm.perform(opportunities.win, chance("wangwei", **long).id, proof=sign * 50, as_user="wangwei")
    one = visit("en", viewport)
    paths = {
        "lihua": [
            "/opportunities",
            f"/opportunities/{waiting.id}/dispatch",
            "/development",
            "/customers",
            "/search?q=" + sign,
        ],
        "wangwei": [
            "/development",
            f"/opportunities/{running.id}",
            f"/development/{running.id}/plan",
            f"/development/{running.id}/execute",
            f"/customers/{won.customer}",
            f"/history/opportunity/{won.id}",
        ],
        "admin": ["/users", "/roles", "/audit"],
    }
    for name, wanted in paths.items():
        one.sign_in(name)
        for path in wanted:
            one.open(path)
            expect(one.page.locator(".trouble")).to_have_count(0)
            one.look()
        one.sign_out()
    assert len(one.looked_at) >= len({path for wanted in paths.values() for path in wanted})


def test_everything_that_matters_works_without_scripts(visit: Callable[..., Visit], chance: Chance) -> None:
    it = chance(by="wangwei")
    one = visit("zh", PHONE, java_script_enabled=False)
    one.open("/sign-in")
    one.page.fill("#f-name", "wangwei")
    one.page.fill("#f-password", PASSWORD)
    one.page.get_by_role("button", name=say(one, "sign in")).click()
    one.page.get_by_role("button", name=say(one, "menu")).click()
    one.page.locator("#modules").get_by_role("link", name="销售机会管理").click()
    one.page.get_by_role("link", name="删除").click()
    assert one.page.url.endswith(f"/opportunities/{it.id}/delete")
    one.page.get_by_role("button", name="删除这条销售机会").click()
    one.told("删除成功")


@pytest.mark.parametrize("name", STAFF)
def test_everybody_s_first_page_by_keyboard(visit: Callable[..., Visit], name: str) -> None:
    one = visit("en")
    one.sign_in(name)
    one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(12):
        one.page.keyboard.press("Tab")
        outline = one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        tag = one.page.evaluate("document.activeElement.tagName")
        assert outline != "none" or tag in {"MAIN", "BODY"}, tag
        seen.add(tag)
    assert "A" in seen
