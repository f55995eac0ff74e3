"""The customer window: coming in by a link, what a guest may do there, and that its doors lead nowhere else."""

import email
import email.policy
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import attrs
import pytest
from browsing import Browser
from flask import Flask

from conftest import PERSON, Browse
from crmcore import Crm, customers, dictionary, knowledge, service, surveys, window
from crmcore.surveys import QuestionKind
from crmcore_demo.window import create_window
from crmcore_demo.window.post import FOLDER, MailServer, Post

pytestmark = pytest.mark.parametrize("crm", ["company"], indirect=True)
MAIL = "chenjing@huajian.example"
SITE = "https://crm.example"


@attrs.frozen
class Window:
    """The window with a guest, and the folder where mail goes."""

    app: Flask
    post: Post
    folder: Path
    contact: customers.ContactId
    customer: UUID

    def letters(self) -> list[Path]:
        self.post.wait()
        return sorted((self.folder / FOLDER).glob("*"))

    def link(self) -> str:
        """Answer the link of the newest letter, as a path."""
        (letter,) = self.letters()
        mail = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
        assert mail["To"].addresses[0].addr_spec == MAIL
        found = re.search(rf"{SITE}(/window/enter\S+)", mail.get_content())
        assert found
        letter.unlink()
        return found[1]

    def ask(self, one: Browser, address: str = MAIL) -> str:
        one.open("/window/sign-in")
        return one.submit(address=address).text

    def browser(self, language: str = "en") -> Browser:
        made = Browser(self.app)
        made.client.set_cookie("crm_language", language)
        return made

    def come_in(self, language: str = "en") -> Browser:
        one = self.browser(language)
        self.ask(one)
        one.open(self.link())
        one.submit()
        assert one.page.path == "/window/", one.page.text
        return one


@pytest.fixture
def open_window(crm: Crm, records: Mapping[str, UUID], tmp_path: Path) -> Iterator[Window]:
    """An open window with one guest."""
    crm.perform(dictionary.set_parameter, "window.open", "yes", as_user="admin")
    customer = customers.CustomerId(records["customers"])
    made = crm.perform(customers.add_contact, customer, **{**PERSON, "name": "陈静", "email": MAIL}, as_user="wangwei")
    crm.perform(window.invite, made.id, language="en", as_user="wangwei")
    post = Post(crm, tmp_path, SITE)
    app = create_window(crm, secret_key="k" * 40, deliver=post)
    app.testing = False
    yield Window(app, post, tmp_path, made.id, customer)
    post.close()


@pytest.mark.requirement("X-SLF-01", "X-SLF-02", "X-SLF-03")
def test_a_guest_comes_in_files_follows_rates_and_leaves(open_window: Window, crm: Crm) -> None:
    one = open_window.come_in()
    one.open("/window/requests/new")
    refused = one.submit(type="", title="", request="")
    assert refused.status == 422
    page = one.submit(type="complaint", title="Two dead pixels", request="Please replace it.")
    assert "Filed as FW" in page.text
    assert "Please replace it." in page.text
    one.open("/window/")
    assert one.follow("Two dead pixels").path == page.path
    (asked,) = _requests(crm, "Two dead pixels")
    crm.perform(service.assign, asked.id, to="wangwei", as_user="lihua")
    crm.perform(service.note, asked.id, "He is always late.", internal=True, as_user="wangwei")
    crm.perform(service.wait_for_customer, asked.id, "Which of the three?", as_user="wangwei")
    page = one.open(f"/window/requests/{asked.id}")
    assert "Which of the three?" in page.text
    assert "always late" not in page.text
    assert one.submit("Send", text="").status == 422
    page = one.submit("Send", text="The left one.")
    assert "The left one." in page.text
    early = one.open(f"/window/requests/{asked.id}/rating")
    assert early.path == f"/window/requests/{asked.id}", "there is nothing to rate yet"
    crm.perform(service.handle, asked.id, "Replaced.", as_user="wangwei")
    page = one.open(f"/window/requests/{asked.id}")
    assert one.submit("Send rating", text="").status == 422
    assert one.submit("Send rating", satisfaction="9", text="x").status == 422
    page = one.submit("Send rating", satisfaction="5", text="Thank you.")
    assert "★★★★★" in page.text
    assert "/rating" not in page.response.get_data(as_text=True)
    one.open("/window/requests/feedback")
    assert "Filed as FW" in one.submit(title="Delivery", request="Kind driver.").text
    page = one.open("/window/orders")
    page = one.follow("SO-1")
    assert "笔记本电脑" in page.text
    one.post("/window/sign-out", {"csrf_token": one.token()})
    assert one.open("/window/").path == "/window/sign-in"


def _requests(crm: Crm, title: str) -> list[service.ServiceRequest]:
    with crm.work(as_user="lihua", readonly=True) as work:
        return [one for one in work.service_requests.find() if one.title == title]


@pytest.mark.requirement("X-SLF-03")
def test_a_form_sent_twice_files_once(open_window: Window, crm: Crm) -> None:
    one = open_window.come_in()
    form = one.open("/window/requests/new").main_form()
    data = {**form.fields, "type": "complaint", "title": "Once", "request": "Once."}
    for _ in range(2):
        assert one.post("/window/requests/new", data).path.startswith("/window/requests/")
    assert len(_requests(crm, "Once")) == 1


@pytest.mark.requirement("X-SLF-03")
def test_a_link_waits_for_the_button_and_works_once(open_window: Window, caplog: pytest.LogCaptureFixture) -> None:
    one, scanner = open_window.browser(), open_window.browser()
    open_window.ask(one)
    link = open_window.link()
    for _ in range(3):  # programs that look through mail open every link
        assert scanner.open(link).status == 200
        assert scanner.client.head(link).status_code == 200
    page = one.open(link)
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    form = page.main_form()
    assert one.submit().path == "/window/"
    again = scanner.post("/window/enter", {"csrf_token": scanner.token(), "token": form.fields["token"]})
    assert again.status == 403
    assert "works no more" in again.text
    assert form.fields["token"][0] not in caplog.text
    assert one.client.post("/window/enter", data={"token": form.fields["token"]}).status_code == 400


@pytest.mark.requirement("X-SLF-03")
def test_nobody_learns_who_is_known(open_window: Window) -> None:
    one = open_window.browser()
    known, unknown = open_window.ask(one), open_window.ask(one, "nobody@huajian.example")
    assert known == unknown
    assert len(open_window.letters()) == 1
    assert open_window.ask(one, "") != known
    assert one.page.status == 422
    (letter,) = open_window.letters()
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600
    assert stat.S_IMODE(letter.parent.stat().st_mode) == 0o700


@pytest.mark.requirement("X-SLF-03")
def test_the_host_somebody_names_is_not_where_links_lead(open_window: Window) -> None:
    one = open_window.browser()
    evil = "http://evil.example"
    one.open("/window/sign-in", base_url=evil)
    one.client.post("/window/sign-in", data={"csrf_token": one.token(), "address": MAIL}, base_url=evil)
    assert open_window.link().startswith("/window/enter?token=")


@pytest.mark.requirement("X-SLF-03", "RBA-13")
def test_the_doors_lead_nowhere_else(open_window: Window, app: Flask, browser: Browse) -> None:
    guest, staff = open_window.come_in(), browser("lihua")
    cookie = guest.client.get_cookie("crm_window", path="/window")
    assert cookie
    assert cookie.path == "/window"
    assert cookie.http_only
    assert guest.client.get_cookie("crm_session") is None
    stolen = staff.client.get_cookie("crm_session")
    assert stolen
    thief = app.test_client()
    with guest.client.session_transaction() as inside:
        facts = dict(inside)
    for name in ("crm_session", "crm_window"):
        thief.set_cookie(name, cookie.value)
    for path in ("/", "/customers", "/guests", "/account"):
        assert thief.get(path).location.startswith("/sign-in")
    with thief.session_transaction() as forged:  # even what the window's cookie says, signed with the staff's key
        forged.update(facts)
    assert thief.get("/customers").location.startswith("/sign-in")
    other = open_window.app.test_client()
    other.set_cookie("crm_window", stolen.value, path="/window")
    assert other.get("/window/").location == "/window/sign-in"
    with staff.client.session_transaction() as inside:
        facts = dict(inside)
    with other.session_transaction(path="/window/") as forged:
        forged.update(facts)
    assert other.get("/window/").location == "/window/sign-in"
    assert not any(str(rule).startswith("/window") for rule in app.url_map.iter_rules())
    assert all(str(rule).startswith("/window") for rule in open_window.app.url_map.iter_rules())


@pytest.mark.requirement("X-SLF-03")
def test_another_companys_records_are_not_there(open_window: Window, crm: Crm, records: Mapping[str, UUID]) -> None:
    other = crm.perform(
        service.create,
        type="complaint",
        title="Secret",
        customer=customers.CustomerId(records["other"]),
        request="x",
        as_user="wangwei",
    )
    one = open_window.come_in()
    assert "Secret" not in one.page.text
    for path in ("", "/message", "/rating"):
        assert one.open(f"/window/requests/{other.id}{path}").status == 404
    token = one.open("/window/requests/new").main_form().fields["csrf_token"][0]
    for path in ("message", "rating"):
        data = {"csrf_token": token, "text": "x", "satisfaction": "5"}
        assert one.post(f"/window/requests/{other.id}/{path}", data).status == 404


@pytest.mark.requirement("X-SLF-03")
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_closed_window_says_so_and_nothing_else(open_window: Window, crm: Crm, *, signed_in: bool) -> None:
    one = open_window.come_in("zh") if signed_in else open_window.browser("zh")
    crm.perform(dictionary.set_parameter, "window.open", "no", as_user="admin")
    for path in ("/window/", "/window/sign-in", "/window/orders", "/window/enter?token=x", "/window/nowhere"):
        page = one.open(path)
        assert (page.status, "客户窗口没有开放" in page.text) == (403, True)
        assert "address" not in {name for form in page.forms for name in form.fields}


@pytest.mark.requirement("X-SLF-03")
def test_whoever_is_withdrawn_is_out_at_once(open_window: Window, crm: Crm) -> None:
    one = open_window.come_in()
    crm.perform(window.withdraw, open_window.contact, as_user="wangwei")
    assert one.open("/window/orders").path == "/window/sign-in"
    open_window.ask(one)
    assert open_window.letters() == []


def test_every_form_wants_its_token_and_every_page_its_headers(open_window: Window) -> None:
    one = open_window.come_in()
    asked = "00000000-0000-0000-0000-000000000000"
    for rule in open_window.app.url_map.iter_rules():
        path = str(rule).replace("<uuid:id>", asked)
        if "POST" in (rule.methods or ()):
            assert one.client.post(path, data={"csrf_token": "x"}).status_code == 400, path
        elif "static" not in path:
            response = one.client.get(path)
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["X-Frame-Options"] == "DENY"
            body = response.get_data(as_text=True)
            assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", body), path
    safe = open_window.browser()
    safe.open("/window/sign-in", base_url="https://crm.example")
    done = safe.client.post(
        "/window/sign-in", data={"csrf_token": safe.token(), "address": MAIL}, base_url="https://crm.example"
    )
    assert done.status_code == 302  # browsers that send no referrer, as told, are not refused
    crossed = safe.client.post(
        "/window/sign-in",
        data={"csrf_token": safe.token(), "address": MAIL},
        base_url="https://crm.example",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert crossed.status_code == 400


@pytest.mark.requirement("X-SLF-03")
def test_staff_invites_lists_and_withdraws(open_window: Window, browser: Browse, records: Mapping[str, UUID]) -> None:
    one = browser("wangwei")
    page = one.open("/guests")
    assert MAIL in page.text
    assert "王伟" in page.text
    page = one.open(f"/customers/{records['customers']}/contacts")
    assert "Guest of the customer window" in page.text
    assert page.has_link("Invite to window")
    one.open(f"/guests/{open_window.contact}/withdraw")
    page = one.submit()
    assert MAIL not in page.text
    page = one.open(f"/guests/{open_window.contact}/invite")
    assert MAIL in page.text
    assert one.submit(language="xx").status == 422
    page = one.submit(language="zh")
    assert "Invited" in page.text
    assert MAIL in page.text
    assert browser("zhangmin").open(f"/guests/{open_window.contact}/invite").status == 404
    assert browser("admin").open("/guests").status == 403


def test_a_link_that_can_not_be_sent_is_void_and_noted(
    open_window: Window, crm: Crm, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post(crm, tmp_path, SITE, MailServer(host="127.0.0.1", port=1, security="none"))
    one = Browser(create_window(crm, secret_key="k" * 40, deliver=post))
    one.open("/window/sign-in")
    one.submit(address=MAIL)
    post.close()
    assert "could not be sent: ConnectionRefusedError" in caplog.text
    assert MAIL not in caplog.text
    with crm.work(as_user="admin", readonly=True) as work:
        assert work.unscoped(window.SignInLink).count() == 0


def _published(crm: Crm, title: str, *, public: bool) -> knowledge.Article:
    draft = crm.perform(knowledge.create, title=title, body="Open the lid.\nPull.", public=public, as_user="wangwei")
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    return crm.perform(knowledge.publish, draft.article, as_user="lihua")


@pytest.mark.requirement("X-SLF-01", "X-SRV-03")
def test_a_guest_looks_for_an_answer_before_he_asks(open_window: Window, crm: Crm) -> None:
    one = open_window.come_in()
    page = one.open("/window/articles")
    assert "Nothing is here yet" in page.text
    assert not one.open("/window/requests/new").has_link("Look here first")
    told = _published(crm, "Paper is stuck", public=True)
    kept = _published(crm, "How much we earn", public=False)
    one.open("/window/requests/new")
    page = one.follow("Look here first")
    assert page.has_link("Paper is stuck")
    assert "earn" not in page.text
    assert "No answer was found" in one.open("/window/articles?keyword=nothing").text
    one.open("/window/articles?keyword=stuck paper")
    page = one.follow("Paper is stuck")
    assert "Open the lid." in page.text
    assert "王伟" not in page.text
    assert "Thank you, noted" in one.submit(press="It helped", button="It helped").text
    page = one.submit("It did not", press="It did not")
    assert page.has_link("New request")
    with crm.work(as_user="lihua", readonly=True) as work:
        known = work.articles.get(told.id)
        assert (known.helpful, known.unhelpful) == (0, 1)
    page = one.submit("Take back", press="Take back")
    assert "Take back" not in page.text
    page = one.open("/window/articles?keyword=1 2 3 4 5 6 7 8 9 10 11")
    assert (page.status, "9 10 11" in page.response.get_data(as_text=True)) == (422, True)
    assert one.open(f"/window/articles/{kept.id}").status == 404
    data = {"csrf_token": one.token(), "helpful": "yes"}
    assert one.post(f"/window/articles/{kept.id}/vote", data).status == 404


@pytest.mark.requirement("X-SLF-01", "X-SRV-04")
def test_a_guest_answers_what_he_is_asked_once_and_without_a_link(open_window: Window, crm: Crm) -> None:
    survey = crm.perform(surveys.create, title="Our work", introduction="One minute.", as_user="lihua")
    crm.perform(surveys.add_question, survey.id, kind=QuestionKind.SATISFACTION, text="Satisfied?", as_user="lihua")
    crm.perform(surveys.open_survey, survey.id, as_user="lihua")
    one = open_window.come_in()
    assert "for your answer" not in one.page.text
    assert "nothing for you to answer" in one.open("/window/surveys").text
    customer = customers.CustomerId(open_window.customer)
    mine = crm.perform(surveys.invite, survey.id, customer=customer, contact=open_window.contact, as_user="wangwei")
    somebody = crm.perform(customers.add_contact, customer, **{**PERSON, "name": "别人"}, as_user="wangwei")
    others = crm.perform(surveys.invite, survey.id, customer=customer, contact=somebody.id, as_user="wangwei")
    assert "1 survey waits" in one.open("/window/").text
    one.follow("Answer now")
    page = one.follow("Our work")
    assert "One minute." in page.text
    assert one.submit("Send answers").status == 422
    sent = {**one.page.main_form("Send answers").fields, "question_1": "5"}
    assert "Thank you" in one.post(page.path, sent).text
    page = one.post(page.path, sent)
    assert page.path == "/window/surveys"
    assert "Thank you" not in page.text
    assert one.open(f"/window/surveys/{mine.invitation.id}").path == "/window/surveys"
    assert "for your answer" not in one.open("/window/").text
    assert one.open(f"/window/surveys/{others.invitation.id}").status == 404
    assert one.post(f"/window/surveys/{others.invitation.id}", {**sent, "csrf_token": one.token()}).status == 404


@pytest.mark.requirement("X-SLF-02")
def test_an_order_says_what_the_customer_has_to_pay_in_his_words(open_window: Window) -> None:
    one = open_window.come_in()
    assert "To be paid" in one.open("/window/orders").text
    data = {"csrf_token": one.token(), "language": "zh", "next": "/window/orders"}
    for page in (one.post("/window/language", data), one.follow("SO-1")):
        assert "待付款" in page.text
        assert "未回款" not in page.text


@pytest.mark.requirement("X-SLF-03")
@pytest.mark.parametrize("path", ["/favicon.ico", "/", "/windows", "/customers"])
def test_what_is_not_the_windows_signs_nobody_out(open_window: Window, path: str) -> None:
    one = open_window.come_in()
    for asked in (one.client.get, one.client.head, one.client.post):
        answered = asked(path)
        assert (answered.status_code, answered.headers.getlist("Set-Cookie")) == (404, [])
        assert answered.headers["Referrer-Policy"] == "no-referrer"
    assert one.open("/window/").path == "/window/"
    stranger = open_window.browser("zh")
    page = stranger.open(path)
    assert (page.status, page.has_link("客户窗口")) == (404, True)
