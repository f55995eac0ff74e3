"""A complaint in Chromium, in Chinese and in English: filed, assigned, handled, judged twice, archived."""

from collections.abc import Callable

import pytest
from deskwork import SAY, ask_customer, assign_it, handle_it, judge_it, look
from visiting import DESK, PHONE, Visit, expect

from conftest import CUSTOMER, PERSON
from crmcore import Crm, agreements, calendars, customers, knowledge

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.fixture
def prepared(crm: Crm) -> None:
    """A customer of 王伟, a promise for every request, and an article that may help."""
    crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    always = dict.fromkeys(DAYS, ("00:00-24:00",))
    calendar = crm.perform(calendars.create_calendar, name="24/7", as_user="lihua", **always)
    promised = {"calendar": calendar.id, "respond_within": 60, "resolve_within": 600}
    crm.perform(agreements.create_target, name="all", as_user="lihua", **promised)
    words = {"title": "显示器有亮点怎么办", "body": "三个以上亮点可以更换。", "language": "zh"}
    written = crm.perform(knowledge.create, as_user="wangwei", **words)
    crm.perform(knowledge.submit, written.article, as_user="wangwei")
    crm.perform(knowledge.publish, written.article, as_user="lihua")


def file_it(one: Visit) -> None:
    """File a complaint from the menu; everything that is missing is said at once."""
    page, say = one.page, SAY[one.language]
    one.open("/service/creation")
    look(one, "creation-empty")
    one.click(say["file"])
    look(one, "whose")
    one.click("北京华建")
    one.click(say["save"], role="button")
    look(one, "filing-wrong")
    page.select_option("#f-type", "complaint")
    page.fill("#f-title", "显示器有亮点")
    page.fill("#f-request", "三台显示器有亮点，请更换。")
    expect(page.locator("#articles summary")).to_have_text("显示器有亮点怎么办")
    page.locator("#articles summary").click()
    look(one, "filing")
    one.click(say["save"], role="button")
    one.told(say["saved"])
    look(one, "filed")


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
    one.sign_in("wangwei")
    file_it(one)
    one.sign_out()
    one.sign_in("lihua")
    assign_it(one, "张敏", "显示器有亮点")
    one.sign_out()

    one.sign_in("zhangmin")
    one.open("/service/handling")
    look(one, "handling")
    handle_it(one, "换了两台")
    judge_it(one, "还有一台没换", 2)
    one.told(say["returned"])
    look(one, "returned")
    expect(page.get_by_role("heading", name=say["round"])).to_be_visible()
    ask_customer(one, "是哪一台？")
    handle_it(one, "第三台也换了")
    expect(page.locator("main")).to_contain_text("还有一台没换")
    judge_it(one, "都好了", 5)
    one.told(say["archived"])
    look(one, "archived")
    one.open("/service/archive")
    look(one, "archive")
    expect(page.locator(".list tbody tr")).to_have_count(1)
