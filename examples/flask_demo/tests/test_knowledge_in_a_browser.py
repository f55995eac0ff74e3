"""The pages of knowledge and surveys in Chromium: looked at by axe, on a desk and on a phone, in both languages."""

from collections.abc import Callable

import pytest
from visiting import DESK, PHONE, Visit

from conftest import CUSTOMER, PERSON
from crmcore import Crm, customers, knowledge, surveys
from crmcore.surveys import QuestionKind

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
LONG = "打印机在打印超过一百页之后每次都会卡纸，重启之后仍然无法继续打印时应该怎么办，以及怎样联系维修人员"


@pytest.mark.requirement("X-SRV-03", "X-SRV-04", "GEN-12", "GEN-14")
@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("zh", DESK, "light"), ("en", PHONE, "dark"), ("zh", PHONE, "light")],
    ids=["desk", "phone", "zh-phone"],
)
def test_knowledge_and_surveys_look_right(
    visit: Callable[..., Visit], crm: Crm, language: str, viewport: dict[str, int], scheme: str
) -> None:
    draft = crm.perform(
        knowledge.create, title=LONG, body="打开前盖。\n" * 5, tags=("HP-1020", "卡纸"), as_user="wangwei"
    )
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    crm.perform(knowledge.publish, draft.article, as_user="lihua")
    crm.perform(knowledge.revise, draft.article, body="先关机。", as_user="wangwei")
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    survey = crm.perform(surveys.create, title="服务满意吗？", introduction="只要一分钟。", as_user="lihua")
    for kind, text, more in (
        (QuestionKind.SATISFACTION, "维修满意吗？", {}),
        (QuestionKind.RECOMMENDATION, "愿意推荐我们吗？", {}),
        (QuestionKind.CHOICE, "最看重什么？", {"choices": ("价格", LONG)}),
        (QuestionKind.TEXT, "还有什么建议？", {"required": False}),
    ):
        crm.perform(surveys.add_question, survey.id, kind=kind, text=text, **more, as_user="lihua")
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)

    one = visit(language, viewport, color_scheme=scheme)
    page = one.page
    one.sign_in("lihua")
    one.open(f"/surveys/{survey.id}")
    one.look()
    crm.perform(surveys.open_survey, survey.id, as_user="lihua")
    for path in (
        "/knowledge",
        "/knowledge/review",
        f"/knowledge/{draft.article}",
        f"/knowledge/{draft.article}/editions",
        f"/knowledge/{draft.article}/reject",
        f"/knowledge/{draft.article}/hand_over",
        "/knowledge/new",
        "/surveys",
        f"/surveys/{survey.id}/results",
    ):
        one.open(path)
        one.look()
    one.open(f"/customers/{customer.id}/surveys/invite")
    one.look()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    one.look()
    link = page.locator("#f-link").input_value()
    one.open(f"/customers/{customer.id}/surveys")
    one.look()

    guest = visit(language, viewport, color_scheme=scheme)
    guest.page.goto(link)
    guest.look()
    assert guest.page.evaluate("document.title") == "服务满意吗？"
    with guest.page.expect_navigation():
        guest.page.locator("main button[type=submit]").click()
    guest.look()
    assert guest.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for name, value in {"question_1": "4", "question_2": "10", "question_3": "2"}.items():
        guest.page.locator(f"input[name={name}][value='{value}']").check()
    with guest.page.expect_navigation():
        guest.page.locator("main button[type=submit]").click()
    guest.look()
    guest.page.goto(link)
    guest.look()

    one.open(f"/surveys/{survey.id}/results")
    one.look()
    with page.expect_navigation():
        page.locator("dl.results a").first.click()
    one.look()
    with page.expect_navigation():
        page.locator("td.name a").first.click()
    one.look()
