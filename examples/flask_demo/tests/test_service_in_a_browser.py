"""A complaint in Chromium, in Chinese and in English: filed, assigned, handled, judged twice, archived."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from visiting import DESK, PHONE, Visit, expect

from conftest import CUSTOMER, PERSON
from crmcore import Crm, calendars, customers, knowledge, service

SAY = {
    "zh": {
        "file": "新建服务",
        "save": "保存服务",
        "saved": "保存成功",
        "assign": "指派",
        "assigned": "已指派给张敏",
        "handle": "处理",
        "save handling": "保存处理情况",
        "feedback": "反馈",
        "save feedback": "保存反馈",
        "returned": "需要重新处理",
        "archived": "已归档",
        "round": "第 2 次处理",
        "wait": "等待客户",
        "ask": "询问并暂停计时",
        "waiting": "等待客户",
    },
    "en": {
        "file": "File a request",
        "save": "Save request",
        "saved": "Saved",
        "assign": "Assign",
        "assigned": "Assigned to 张敏",
        "handle": "Handle",
        "save handling": "Save handling",
        "feedback": "Record feedback",
        "save feedback": "Save feedback",
        "returned": "handled again",
        "archived": "archived",
        "round": "Round 2",
        "wait": "Wait for the customer",
        "ask": "Ask and stop the clock",
        "waiting": "Waiting for the customer",
    },
}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.fixture
def prepared(crm: Crm) -> None:
    """A customer of 王伟, a promise for every request, and an article that may help."""
    crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    always = dict.fromkeys(DAYS, ("00:00-24:00",))
    calendar = crm.perform(calendars.create_calendar, name="24/7", as_user="lihua", **always)
    promised = {"calendar": calendar.id, "respond_within": 60, "resolve_within": 600}
    crm.perform(service.create_target, name="all", as_user="lihua", **promised)
    words = {"title": "显示器有亮点怎么办", "body": "三个以上亮点可以更换。", "language": "zh"}
    written = crm.perform(knowledge.create, as_user="wangwei", **words)
    crm.perform(knowledge.hand_in, written.article, as_user="wangwei")
    crm.perform(knowledge.publish, written.article, as_user="lihua")


def picture(one: Visit, name: str) -> None:
    """Keep a picture for people to look at, where the environment names a folder."""
    if folder := os.environ.get("TEST_PICTURES"):
        wide = one.page.viewport_size["width"]
        one.page.screenshot(path=Path(folder) / f"{name}-{one.language}-{wide}.png", full_page=True)


@pytest.mark.requirement("SVC-00", "SVC-01", "SVC-03", "SVC-04", "SVC-05", "SVC-06", "SVC-07", "X-SRV-03")
@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(
    ("language", "viewport", "scheme"), [("zh", DESK, "light"), ("en", PHONE, "dark")], ids=["zh-desk", "en-phone"]
)
def test_a_complaint_until_it_is_archived(
    visit: Callable[..., Visit], language: str, viewport: dict[str, int], scheme: str
) -> None:
    one = visit(language, viewport, color_scheme=scheme)
    page, say = one.page, SAY[language]

    def look(name: str) -> None:
        one.look()
        picture(one, name)

    one.sign_in("wangwei")
    one.open("/service/creation")
    look("creation-empty")
    one.click(say["file"])
    look("whose")
    one.click("北京华建")
    one.click(say["save"], role="button")
    look("filing-wrong")
    page.select_option("#f-type", "complaint")
    page.fill("#f-title", "显示器有亮点")
    page.fill("#f-request", "三台显示器有亮点，请更换。")
    expect(page.locator("#articles summary")).to_have_text("显示器有亮点怎么办")
    page.locator("#articles summary").click()
    look("filing")
    one.click(say["save"], role="button")
    one.told(say["saved"])
    look("filed")
    one.sign_out()

    one.sign_in("lihua")
    one.open("/service/assignment")
    look("assignment")
    with page.expect_navigation():
        page.locator(".list tbody a").first.click()
    one.click(say["assign"])
    look("proposals")
    one.open("/service/assignment")
    page.locator("select[name=assignee]").select_option(label="张敏")
    one.click(say["assign"], role="button")
    one.told(say["assigned"])
    one.sign_out()

    one.sign_in("zhangmin")
    one.open("/service/handling")
    look("handling")
    one.click(say["handle"])
    look("handle")
    page.fill("#f-handling", "换了两台")
    one.click(say["save handling"], role="button")
    for stars, name in ((2, "returned"), (5, "archived")):
        one.click(say["feedback"])
        page.fill("#f-result", "还有一台没换" if name == "returned" else "都好了")
        page.locator(f"[name=satisfaction][value='{stars}']").check()
        look(f"feedback-{stars}")
        one.click(say["save feedback"], role="button")
        one.told(say[name])
        look(name)
        if name == "returned":
            expect(page.get_by_role("heading", name=say["round"])).to_be_visible()
            one.click(say["wait"])
            page.fill("#f-question", "是哪一台？")
            one.click(say["ask"], role="button")
            look("waiting")
            one.click(say["handle"])
            expect(page.locator("main")).to_contain_text("还有一台没换")
            page.fill("#f-handling", "第三台也换了")
            one.click(say["save handling"], role="button")
    one.open("/service/archive")
    look("archive")
    expect(page.locator(".list tbody tr")).to_have_count(1)
