"""A complaint in Chromium, in both languages: filed in the window, treated by staff, rated, treated again, archived."""

import email
import email.policy
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import deskwork
import pytest
from deskwork import look
from flask import Flask
from visiting import DESK, PHONE, Visit, expect
from werkzeug.serving import make_server

from conftest import PERSON
from crmcore import Crm, customers, dictionary, knowledge, surveys
from crmcore.surveys import QuestionKind
from crmcore_demo.site import joined
from crmcore_demo.window import create_window
from crmcore_demo.window.post import FOLDER, Post

pytestmark = pytest.mark.parametrize("crm", ["company"], indirect=True)
MAIL = "chenjing@huajian.example"
SAY = {
    "zh": {
        "send": "发送登录链接",
        "come in": "进入",
        "new": "提交请求",
        "file": "提交请求",
        "title": "屏幕有坏点",
        "text": "新到的笔记本有两个坏点，请更换。",
        "filed": "已提交",
        "rate": "提交评价",
        "bad": "换来的还是坏的。",
        "good": "这次没问题，谢谢。",
        "thanks": "谢谢您的评价",
        "invite link": "邀请进入客户窗口",
        "invite button": "邀请这位联系人",
        "message": "请问是哪一台？",
        "answer": "左边那台。",
        "send message": "发送",
        "orders": "我的订单",
        "look first": "先看看常见问题",
        "helped": "帮到了",
        "voted": "谢谢，已记下",
        "answer now": "去回答",
        "send answers": "提交回答",
        "answered": "谢谢您的回答",
        "leave": "退出系统",
    },
    "en": {
        "send": "Send me a link",
        "come in": "Come in",
        "new": "New request",
        "file": "File request",
        "title": "Two dead pixels",
        "text": "The new notebook has two dead pixels. Please replace it.",
        "filed": "Filed",
        "rate": "Send rating",
        "bad": "The new one is broken, too.",
        "good": "All right this time, thank you.",
        "thanks": "Thank you for your rating",
        "invite link": "Invite to window",
        "invite button": "Invite this contact",
        "message": "Which one is it?",
        "answer": "The left one.",
        "send message": "Send",
        "orders": "My orders",
        "look first": "Look here first",
        "helped": "It helped",
        "voted": "Thank you, noted",
        "answer now": "Answer now",
        "send answers": "Send answers",
        "answered": "Thank you for your answers",
        "leave": "Sign out",
    },
}


@pytest.fixture
def post(crm: Crm, tmp_path: Path) -> Iterator[Post]:
    made = Post(crm, tmp_path, "https://crm.example")
    yield made
    made.close()


@pytest.fixture
def address(crm: Crm, app: Flask, post: Post) -> Iterator[str]:
    """Both applications at one address, as the start command serves them."""
    app.extensions["window_address"] = "https://crm.example/window"
    site = joined(app, create_window(crm, secret_key="k" * 40, deliver=post))
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def newest_link(post: Post, folder: Path) -> str:
    post.wait()
    (letter,) = sorted((folder / FOLDER).glob("*.eml"))
    mail: Any = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    found = re.search(r"https://crm\.example(/window/enter\S+)", mail.get_content())
    assert found
    return found[1]


def rate(one: Visit, stars: int, words: str) -> None:
    one.page.locator(f"input[name=satisfaction][value='{stars}']").check()
    one.page.fill("#f-text", SAY[one.language][words])
    one.click(SAY[one.language]["rate"], role="button")
    one.told(SAY[one.language]["thanks"])


def open_the_window(staff: Visit) -> None:
    """Let the administrator open the customer window."""
    staff.sign_in("admin")
    staff.open("/parameters")
    staff.page.locator("[name='window.open']").select_option("yes")
    with staff.page.expect_navigation():
        staff.page.locator("main form button[type=submit]").click()
    staff.sign_out()


def invite(staff: Visit, customer: UUID) -> None:
    """Let the account manager invite the contact, from the customer's page."""
    staff.sign_in("wangwei")
    staff.open(f"/customers/{customer}/contacts")
    look(staff, "contacts")
    row = staff.page.locator("main li, main tr").filter(has_text="赵静")
    row.locator("summary").click()
    row.get_by_role("link", name=SAY[staff.language]["invite link"]).click()
    dialog = staff.page.locator("dialog[open]")
    dialog.locator(f"input[name=language][value={staff.language}]").check()
    look(staff, "invite")
    with staff.page.expect_navigation():
        dialog.get_by_role("button", name=SAY[staff.language]["invite button"]).click()
    staff.open("/guests")
    look(staff, "guests")
    staff.sign_out()


def come_in(one: Visit, post: Post, folder: Path) -> None:
    """Ask for a link, and follow it."""
    one.open("/window")
    look(one, "sign-in")
    one.page.fill("#f-address", MAIL)
    one.click(SAY[one.language]["send"], role="button")
    look(one, "sent")
    one.open(newest_link(post, folder))
    look(one, "enter")
    one.click(SAY[one.language]["come in"], role="button")
    look(one, "empty")


def publish(crm: Crm) -> None:
    """Publish an article for customers."""
    body = "1. 关机，等一分钟。\n2. 再开机，在全白的画面上数一数坏点。\n\n三个以下属于正常范围。"
    draft = crm.perform(
        knowledge.create, title="屏幕有坏点怎么办，多少个可以更换", body=body, public=True, as_user="wangwei"
    )
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    crm.perform(knowledge.publish, draft.article, as_user="lihua")


def ask_opinion(crm: Crm, customer: customers.CustomerId, contact: customers.ContactId) -> None:
    """Invite the contact to a survey with a scale, choices and words of his own."""
    survey = crm.perform(surveys.create, title="您对我们的服务满意吗", introduction="只要一分钟。", as_user="lihua")
    for kind, text, more in (
        (QuestionKind.SATISFACTION, "维修满意吗？", {}),
        (QuestionKind.CHOICE, "最看重什么？", {"choices": ("价格", "速度"), "required": False}),
        (QuestionKind.TEXT, "还有什么建议？", {"required": False}),
    ):
        crm.perform(surveys.add_question, survey.id, kind=kind, text=text, **more, as_user="lihua")
    crm.perform(surveys.open_survey, survey.id, as_user="lihua")
    crm.perform(surveys.invite, survey.id, customer=customer, contact=contact, as_user="wangwei")


def look_first(one: Visit) -> None:
    """Look for an answer before asking, and say that it helped."""
    said = SAY[one.language]
    one.click(said["look first"])
    look(one, "articles")
    one.click("屏幕有坏点")
    one.click(said["helped"], role="button", exact=True)
    one.told(said["voted"])
    look(one, "article")
    one.open("/window/requests/new")


def say_what_one_thinks(one: Visit) -> None:
    """Answer the survey that the first page tells of."""
    said = SAY[one.language]
    one.open("/window/")
    look(one, "asked")
    one.click(said["answer now"])
    look(one, "surveys")
    one.click("您对我们的服务满意吗")
    look(one, "survey")
    one.page.locator("input[name=question_1][value='5']").check()
    one.click(said["send answers"], role="button")
    one.told(said["answered"])


def file_it(one: Visit) -> None:
    """File a complaint in the window."""
    said = SAY[one.language]
    one.click(said["new"])
    look(one, "new")
    look_first(one)
    one.page.select_option("#f-type", "complaint")
    one.page.fill("#f-title", said["title"])
    one.page.fill("#f-request", said["text"])
    one.click(said["file"], role="button")
    one.told(said["filed"])
    look(one, "filed")


def treat(staff: Visit, title: str, done: str, question: str = "") -> None:
    """Let the account manager find the complaint in his list, ask back, and handle it."""
    staff.open("/service/handling")
    deskwork.open_row(staff, title)
    if question:
        deskwork.ask_customer(staff, question)
    else:
        deskwork.handle_it(staff, done)


def again(one: Visit) -> None:
    """Open one's request from the list."""
    one.open("/window/")
    one.click(SAY[one.language]["title"])


@pytest.mark.requirement("X-SLF-01", "X-SLF-02", "X-SLF-03", "SVC-06")
@pytest.mark.parametrize(("language", "viewport", "scheme"), [("zh", DESK, "light"), ("en", PHONE, "dark")])
def test_a_complaint_from_the_window_to_the_archive(
    visit: Callable[..., Visit],
    crm: Crm,
    post: Post,
    tmp_path: Path,
    records: Mapping[str, UUID],
    *,
    language: str,
    viewport: dict[str, int],
    scheme: str,
) -> None:
    said = SAY[language]
    customer = customers.CustomerId(records["customers"])
    zhao = crm.perform(customers.add_contact, customer, **{**PERSON, "name": "赵静", "email": MAIL}, as_user="wangwei")
    publish(crm)
    staff = visit(language, viewport, color_scheme=scheme)
    open_the_window(staff)
    invite(staff, customer)
    one = visit(language, viewport, color_scheme=scheme)
    come_in(one, post, tmp_path)
    file_it(one)
    staff.sign_in("lihua")
    deskwork.assign_it(staff, "王伟", said["title"])
    staff.sign_out()
    staff.sign_in("wangwei")
    treat(staff, said["title"], "", said["message"])
    again(one)
    look(one, "waiting")
    one.page.fill("#f-text", said["answer"])
    one.click(said["send message"], role="button")
    treat(staff, said["title"], "换了一台")
    again(one)
    look(one, "handled")
    rate(one, 2, "bad")
    staff.open("/service/handling")
    deskwork.open_row(staff, said["title"])
    expect(staff.page.get_by_role("heading", name=deskwork.SAY[language]["round"])).to_be_visible()
    expect(staff.page.locator("main")).to_contain_text(said["bad"])
    treat(staff, said["title"], "又换了一台")
    again(one)
    rate(one, 5, "good")
    look(one, "archived")
    staff.open("/service/archive")
    deskwork.open_row(staff, said["title"])
    expect(staff.page.locator("main")).to_contain_text(said["good"])
    ask_opinion(crm, customer, zhao.id)
    say_what_one_thinks(one)
    one.click(said["orders"], within="nav")
    look(one, "orders")
    one.click("SO-1")
    look(one, "order")
    one.page.get_by_role("button", name=said["leave"]).click()
    one.page.wait_for_url("**/window/sign-in")
    crm.perform(dictionary.set_parameter, "window.open", "no", as_user="admin")
    one.open("/window")
    look(one, "closed")
