"""Surveys on the pages: made, opened, sent as a link, answered by a stranger, and read (X-SRV-04)."""

import datetime as dt
import logging
import re

import pytest
from browsing import Browser, Page
from flask import Flask

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, customers, surveys
from crmcore.surveys import QuestionKind

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
LINK = re.compile(r"http://localhost(/s/[A-Za-z0-9_-]{43})")
GOOD = {"question_1": "5", "question_2": "9", "question_3": "2"}


@pytest.fixture
def asked(crm: Crm) -> tuple[surveys.Survey, customers.Customer]:
    """An open survey with every kind of question, and one of 王伟's customers."""
    survey = crm.perform(surveys.create, title="服务满意吗？", introduction="只要一分钟。", as_user="lihua")
    for kind, text, more in (
        (QuestionKind.SATISFACTION, "维修满意吗？", {}),
        (QuestionKind.RECOMMENDATION, "愿意推荐我们吗？", {}),
        (QuestionKind.CHOICE, "最看重什么？", {"choices": ("价格", "速度")}),
        (QuestionKind.TEXT, "还有什么建议？", {"required": False}),
    ):
        crm.perform(surveys.add_question, survey.id, kind=kind, text=text, **more, as_user="lihua")
    opened = crm.perform(surveys.open_survey, survey.id, as_user="lihua")
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    return opened, customer


def link_of(page: Page) -> str:
    """Return the path of the link that a page shows."""
    found = LINK.search(page.response.get_data(as_text=True))
    assert found
    return found.group(1)


def invited(one: Browser, customer: customers.Customer) -> str:
    """Invite a customer on his page, and return the path of the link."""
    one.open(f"/customers/{customer.id}/surveys")
    one.follow("Invite to a survey")
    return link_of(one.submit("Make link"))


@pytest.mark.requirement("X-SRV-04")
def test_a_survey_is_made_opened_and_closed(browser: Browse) -> None:
    boss = browser("lihua")
    boss.open("/surveys")
    boss.follow("New survey")
    assert boss.submit("Save survey", title=" ", valid_days="0").text.count("Answered within") >= 2
    page = boss.submit("Save survey", title="年度调查", valid_days="30")
    assert "There are no questions yet" in page.text
    address = page.path
    assert "has no question yet" in page.text
    boss.follow("Add question")
    page = boss.submit("Save question", kind="choice", text="哪一项？", choices="只有一项")
    assert (page.status, page.main_form("Save question").fields["text"][0]) == (422, "哪一项？")
    boss.submit("Save question", kind="choice", text="哪一项？", choices="价格\r\n速度", required="yes")
    boss.follow("Add question")
    page = boss.submit("Save question", kind="text", text="建议？")
    assert page.text.index("哪一项") < page.text.index("建议")
    page = boss.submit("Move up", press="Move up")
    assert page.text.index("哪一项") > page.text.index("建议")
    boss.follow("Delete")  # of the first question
    boss.open(address)
    boss.follow("Open survey")
    page = boss.submit("Open this survey")
    assert "Open" in page.text
    assert not page.has_link("Add question")
    assert boss.open(f"{address}/edit").status == 403
    boss.open(f"{address}/close")
    assert "Closed" in boss.submit("Close this survey").text
    assert browser("wangwei").open("/surveys/new").status == 403
    assert browser("admin").open("/surveys").status == 403


@pytest.mark.requirement("X-SRV-04")
def test_a_stranger_answers_once_with_nothing_but_the_link(
    browser: Browse,
    app: Flask,
    asked: tuple[surveys.Survey, customers.Customer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    survey, customer = asked
    one = browser("wangwei")
    one.open(f"/customers/{customer.id}/surveys/invite")
    sent = one.page.main_form("Make link").fields
    path = link_of(one.submit("Make link"))
    token = path.removeprefix("/s/")
    again = one.post(f"/customers/{customer.id}/surveys/invite", sent)
    assert again.with_id("f-link") is None  # the same form sent twice makes one link, which is shown once
    assert "is not kept" in again.text
    assert token not in one.open(f"/customers/{customer.id}/surveys").response.get_data(as_text=True)

    guest = browser()
    page = guest.open(path, headers={"Accept-Language": "en"})
    assert page.status == 200
    assert "服务满意吗？" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert token not in page.response.get_data(as_text=True)
    assert "北京华建" not in page.text
    assert not [link for link in page.links if not link["href"].startswith("?")]
    page = guest.submit("Send answers", question_1="7", question_2="", question_3="9", question_4="x" * 2001)
    assert page.status == 422
    assert all(f"Question {number}:" in page.text for number in (1, 2, 3, 4))
    assert page.main_form("Send answers").fields["question_4"][0] == "x" * 2001
    assert guest.post(path, GOOD).status == 400  # a form of another site
    page = guest.open(path)
    page = guest.submit("Send answers", **{**GOOD, "question_4": "早点来"})
    assert "Thank you" in page.text
    assert token not in page.path
    assert not [record for record in caplog.records if token in record.getMessage()]

    useless = [guest.open(path)]
    useless += [guest.open(f"/s/{bad}") for bad in ("x" * 43, "nonsense", "a/b", "%00", "é" * 50)]
    assert {one.status for one in useless} == {403}
    assert len({one.response.get_data(as_text=True) for one in useless}) == 1
    form = guest.open(path)
    assert not form.forms
    caught = browser("wangwei").open(path)  # colleagues see what everybody sees
    assert caught.response.get_data(as_text=True) == useless[0].response.get_data(as_text=True)
    assert survey.title not in caught.text


@pytest.mark.requirement("X-SRV-04")
def test_the_form_is_guarded_where_pages_are_encrypted(
    browser: Browse, asked: tuple[surveys.Survey, customers.Customer]
) -> None:
    path = invited(browser("wangwei"), asked[1])
    secure = {"base_url": "https://crm.example"}
    guest = browser()
    guest.open(path, **secure)
    token = guest.token()
    assert guest.post(path, GOOD, **secure).status == 400
    assert guest.post(path, {**GOOD, "csrf_token": f"{token}x"}, **secure).status == 400
    page = guest.post(f"{path}?language=zh", {**GOOD, "csrf_token": token}, **secure)  # without a Referer
    assert page.status == 200
    assert "谢谢" in page.text


@pytest.mark.requirement("X-SRV-04")
def test_withdrawn_expired_and_closed_links_are_of_no_use(
    browser: Browse, crm: Crm, asked: tuple[surveys.Survey, customers.Customer]
) -> None:
    survey, customer = asked
    one = browser("wangwei")
    first, second = invited(one, customer), invited(one, customer)
    one.open(f"/customers/{customer.id}/surveys")
    one.follow(survey.title)
    one.follow("Withdraw invitation")
    assert "Withdrawn" in one.submit("Withdraw this invitation").text
    guest = browser()
    assert sorted(guest.open(path).status for path in (first, second)) == [200, 403]
    crm.perform(surveys.close_survey, survey.id, as_user="lihua")
    assert {guest.open(path).status for path in (first, second)} == {403}
    assert not one.open(f"/customers/{customer.id}/surveys/invite").has_link("Make link")
    assert browser("zhangmin").open(f"/customers/{customer.id}/surveys").status == 404


@pytest.mark.requirement("X-SRV-04")
def test_every_number_opens_as_many_records(
    browser: Browse, crm: Crm, asked: tuple[surveys.Survey, customers.Customer]
) -> None:
    survey, customer = asked
    for scores in ((5, 9), (4, 8), (2, 3)):
        made = crm.perform(surveys.invite, survey.id, customer=customer.id, as_user="wangwei")
        questions = surveys.questions_for(crm, made.token).questions
        said = {questions[0].id: scores[0], questions[1].id: scores[1], questions[2].id: 1, questions[3].id: "快点"}
        surveys.answer(crm, made.token, said)
    crm.perform(surveys.invite, survey.id, customer=customer.id, as_user="wangwei")
    one = browser("wangwei")
    page = one.open(f"/surveys/{survey.id}/results")
    for words in ("75.0%", "66.7%", "0.0"):
        assert words in page.text
    numbers = [(link["href"], int(link["text"])) for link in page.links if "/results/records" in link["href"]]
    assert len(numbers) == 8 + 4 + 5 + 11 + 2
    for address, number in numbers:
        found = one.open(address)
        assert found.status == 200, address
        assert f"{number} record" in found.text, (address, number)
    before = dt.date(2020, 1, 1)
    empty = one.open(f"/surveys/{survey.id}/results?first={before}&last={before}")
    assert empty.text.count("None yet") >= 3
    assert one.open(f"/surveys/{survey.id}/results?first={before}").status == 422
    assert browser("zhangmin").open(f"/surveys/{survey.id}/results").text.count("None yet") >= 3
    assert one.open(f"/surveys/{survey.id}/results/records?question=99").status == 404


@pytest.mark.requirement("X-SRV-04")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_link_that_is_asked_wrongly_is_kept_as_well(browser: Browse, method: str) -> None:
    token = "k" * 43
    for one in (browser(), browser("wangwei")):
        answered = one.client.open(f"/s/{token}", method=method, headers={"Referer": f"http://localhost/x?{token}"})
        assert answered.status_code == (200 if method == "OPTIONS" else 405)
        assert answered.headers["Referrer-Policy"] == "no-referrer"
        assert answered.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert token not in answered.get_data(as_text=True)
        assert one.open("/sign-in").response.headers["Referrer-Policy"] == "same-origin"
