"""A complaint in Chromium, in both languages: filed in the window, treated by staff, rated, treated again, archived."""

import email
import email.policy
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from visiting import DESK, PHONE, Visit
from werkzeug.serving import make_server

from conftest import PERSON
from crmcore import Crm, customers, dictionary, service, window
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
        "invite button": "邀请这位联系人",
        "message": "请问是哪一台？",
        "answer": "左边那台。",
        "send message": "发送",
        "orders": "我的订单",
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
        "invite button": "Invite this contact",
        "message": "Which one is it?",
        "answer": "The left one.",
        "send message": "Send",
        "orders": "My orders",
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


def picture(one: Visit, name: str) -> None:
    """Let axe look, and keep what the page looks like where somebody wants to see it."""
    one.look()
    if folder := os.environ.get("TEST_PICTURES"):
        width = one.page.viewport_size["width"]
        one.page.screenshot(path=f"{folder}/{name}-{one.language}-{width}.png", full_page=True)


def newest_link(post: Post, folder: Path) -> str:
    post.wait()
    (letter,) = sorted((folder / FOLDER).glob("*.eml"))
    mail: Any = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    found = re.search(r"https://crm\.example(/window/enter\S+)", mail.get_content())
    assert found
    return found[1]


def treated(crm: Crm, asked: service.ServiceRequestId, what: str) -> None:
    crm.perform(service.handle, asked, what, as_user="wangwei")


def rate(one: Visit, stars: int, words: str) -> None:
    one.page.locator(f"input[name=satisfaction][value='{stars}']").check()
    one.page.fill("#f-text", SAY[one.language][words])
    one.click(SAY[one.language]["rate"], role="button")
    one.told(SAY[one.language]["thanks"])


@pytest.mark.requirement("X-SLF-01", "X-SLF-02", "X-SLF-03", "SVC-06")
@pytest.mark.parametrize(("language", "viewport", "scheme"), [("zh", DESK, "light"), ("en", PHONE, "dark")])
def test_a_complaint_from_the_window_to_the_archive(  # noqa: PLR0915  # a story is told in one piece
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
    crm.perform(dictionary.set_parameter, "window.open", "yes", as_user="admin")
    customer = customers.CustomerId(records["customers"])
    person = crm.perform(
        customers.add_contact, customer, **{**PERSON, "name": "赵静", "email": MAIL}, as_user="wangwei"
    )
    staff = visit(language, viewport, color_scheme=scheme)
    staff.sign_in("wangwei")
    staff.open(f"/customers/{customer}/contacts")
    picture(staff, "contacts")
    staff.open(f"/guests/{person.id}/invite")
    picture(staff, "invite")
    staff.page.locator(f"input[name=language][value={language}]").check()
    staff.click(said["invite button"], role="button")
    staff.open("/guests")
    picture(staff, "guests")

    one = visit(language, viewport, color_scheme=scheme)
    one.open("/window")
    picture(one, "sign-in")
    one.page.fill("#f-address", MAIL)
    one.click(said["send"], role="button")
    picture(one, "sent")
    one.open(newest_link(post, tmp_path))
    picture(one, "enter")
    one.click(said["come in"], role="button")
    picture(one, "empty")
    one.click(said["new"])
    picture(one, "new")
    one.page.select_option("#f-type", "complaint")
    one.page.fill("#f-title", said["title"])
    one.page.fill("#f-request", said["text"])
    one.click(said["file"], role="button")
    one.told(said["filed"])
    picture(one, "requests")
    with crm.work(as_user="lihua", readonly=True) as work:
        (asked,) = [one for one in work.service_requests.find() if one.title == said["title"]]
    crm.perform(service.assign, asked.id, to="wangwei", as_user="lihua")
    crm.perform(service.wait_for_customer, asked.id, said["message"], as_user="wangwei")
    one.click(said["title"])
    picture(one, "waiting")
    one.page.fill("#f-text", said["answer"])
    one.click(said["send message"], role="button")
    treated(crm, asked.id, "replaced")
    one.open(f"/window/requests/{asked.id}")
    picture(one, "handled")
    rate(one, 2, "bad")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert (work.service_requests.get(asked.id).status, work.service_requests.get(asked.id).round) == (
            service.ServiceStatus.ASSIGNED,
            2,
        )
    treated(crm, asked.id, "replaced again")
    one.open(f"/window/requests/{asked.id}")
    rate(one, 5, "good")
    picture(one, "archived")
    with crm.work(as_user="lihua", readonly=True) as work:
        done = work.service_requests.get(asked.id)
    assert (done.status, done.satisfaction, done.result) == (service.ServiceStatus.ARCHIVED, 5, said["good"])
    one.click(said["orders"], within="nav")
    picture(one, "orders")
    one.click("SO-1")
    picture(one, "order")
    one.page.get_by_role("button", name=said["leave"]).click()
    one.page.wait_for_url("**/window/sign-in")
    crm.perform(window.withdraw, person.id, as_user="wangwei")
    crm.perform(dictionary.set_parameter, "window.open", "no", as_user="admin")
    one.open("/window")
    picture(one, "closed")
