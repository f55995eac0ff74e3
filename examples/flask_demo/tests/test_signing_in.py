import re

import pytest
from browsing import Browser
from flask import Flask

import crmcore
from conftest import PASSWORD, Browse, id_of
from crmcore import Crm, access

pytestmark = pytest.mark.parametrize("crm", ["memory"], indirect=True)


@pytest.mark.requirement("USR-01")
@pytest.mark.parametrize(
    ("name", "password", "status", "words"),
    [
        ("", PASSWORD, 422, "用户名不能为空"),
        ("lihua", "", 422, "密码不能为空"),
        ("lihua", "wrong phrase", 403, "用户名或密码错误"),
        ("nobody", PASSWORD, 403, "用户名或密码错误"),
        ("x" * 5000, "y" * 5000, 403, "用户名或密码错误"),
        ("\x00", "\x00", 403, "用户名或密码错误"),
    ],
)
def test_what_is_wrong_is_reported_and_the_name_kept(
    browser: Browse, name: str, password: str, status: int, words: str
) -> None:
    one = browser(language="zh")
    one.open("/sign-in")
    page = one.submit(name=name, password=password)
    assert page.status == status
    assert words in page.text
    assert page.main_form().fields["password"] == [""]


@pytest.mark.requirement("USR-01", "GEN-20")
def test_in_and_out(browser: Browse) -> None:
    one = browser("lihua", "zh")
    assert "李华" in one.page.text
    assert "退出系统" in one.page.text
    token = one.token()
    page = one.post("/sign-out", {"csrf_token": token})
    assert page.path == "/sign-in"
    assert one.open("/opportunities").path.startswith("/sign-in")


@pytest.mark.requirement("USR-02")
def test_retired_people_are_shut_out_at_once(browser: Browse, crm: Crm) -> None:
    one = browser("gaojianguo")
    crm.perform(access.retire_user, id_of(crm, "gaojianguo"), as_user="admin")
    assert one.open("/customers").path.startswith("/sign-in")
    one.open("/sign-in")
    assert one.submit(name="gaojianguo", password=PASSWORD).status == 403


def test_the_way_leads_back_to_where_one_wanted_to_go(browser: Browse) -> None:
    one = browser()
    one.open("/opportunities?customer_name=华建&page=2")
    page = one.submit(name="lihua", password=PASSWORD)
    assert page.path.startswith("/opportunities?customer_name=")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "/\tevil", "javascript:alert(1)"],
)
def test_nobody_is_led_elsewhere(browser: Browse, target: str) -> None:
    one = browser()
    one.open("/sign-in")
    response = one.client.post(
        "/sign-in", data={"csrf_token": one.token(), "name": "lihua", "password": PASSWORD, "next": target}
    )
    assert response.status_code == 302
    assert response.location == "/"


def test_signing_in_begins_a_session_of_its_own(app: Flask) -> None:
    one = Browser(app)
    one.open("/sign-in")
    with one.client.session_transaction() as before:
        before["left behind"] = "by an attacker"
        old_token = before["csrf_token"]
    one.submit(name="lihua", password=PASSWORD)
    with one.client.session_transaction() as after:
        assert "left behind" not in after
        assert after.get("csrf_token") != old_token


@pytest.mark.requirement("USR-05")
def test_a_new_password_ends_all_other_sessions(browser: Browse) -> None:
    here, there = browser("lihua"), browser("lihua")
    here.open("/account")
    page = here.submit(old=PASSWORD, new="another phrase", repeated="another phrase")
    assert "Password changed" in page.text
    assert here.open("/opportunities").status == 200
    assert there.open("/opportunities").path.startswith("/sign-in")


@pytest.mark.requirement("USR-05")
@pytest.mark.parametrize(
    ("old", "new", "repeated", "field"),
    [
        ("wrong phrase", "another phrase", "another phrase", ""),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, "another phrase", "a third phrase", "repeated"),
        (PASSWORD, "short", "short", "new"),
        ("", "another phrase", "another phrase", "old"),
    ],
)
def test_a_new_password_is_checked(browser: Browse, old: str, new: str, repeated: str, field: str) -> None:
    one = browser("lihua")
    one.open("/account")
    page = one.submit(old=old, new=new, repeated=repeated)
    assert page.status in {403, 422}
    if field:
        assert page.with_id(f"p-{field}")
    fresh = browser()
    fresh.open("/sign-in")
    assert fresh.submit(name="lihua", password=PASSWORD).path == "/"


@pytest.mark.requirement("USR-05")
def test_a_first_password_has_to_be_changed_before_anything_else(browser: Browse, crm: Crm) -> None:
    crm.perform(access.set_password, id_of(crm, "lihua"), password="first phrase", as_user="admin")
    one = browser()
    one.open("/sign-in")
    page = one.submit(name="lihua", password="first phrase")
    assert page.path == "/account"
    assert one.open("/opportunities").path == "/account"
    page = one.submit(old="first phrase", new="my own phrase", repeated="my own phrase")
    assert one.open("/opportunities").path == "/opportunities"


def test_the_language_belongs_to_the_person(browser: Browse, crm: Crm) -> None:
    one = browser("lihua", "en")
    assert "Sign out" in one.page.text
    fresh = browser()
    fresh.client.set_cookie("crm_language", "zh")
    fresh.open("/sign-in")
    assert "登录" in fresh.page.text
    fresh.submit(name="lihua", password=PASSWORD)
    assert "Sign out" in fresh.page.text
    fresh.post("/language", {"language": "xx", "csrf_token": fresh.token()})
    assert "Sign out" in fresh.page.text


def test_cookies_stay_with_this_site(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    safe = app.test_client().get("/sign-in", base_url="https://crm.example").headers["Set-Cookie"]
    assert "; Secure" in safe


def test_every_page_is_closed_to_scripts_of_others(app: Flask) -> None:
    response = app.test_client().get("/sign-in")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style", body)
    assert "Strict-Transport-Security" not in response.headers
    safe = app.test_client().get("/sign-in", base_url="https://crm.example")
    assert "Strict-Transport-Security" in safe.headers


def test_a_forged_session_is_no_session(app: Flask) -> None:
    client = app.test_client()
    for forged in ("", "x", "eyJ1c2VyIjoiMSJ9.x.y", "é", "." * 4000):
        client.set_cookie("crm_session", forged)
        assert client.get("/opportunities").status_code == 302
    with client.session_transaction() as made:
        made.update(user=["not", "an", "id"], stamp=3)
    assert client.get("/opportunities").status_code == 302
    with client.session_transaction() as made:
        made.update(user="00000000-0000-0000-0000-000000000000", stamp="x")
    assert client.get("/opportunities").status_code == 302


def test_too_many_wrong_passwords_pause_signing_in(browser: Browse, crm: Crm) -> None:
    one = browser()
    one.open("/sign-in")
    for _ in range(6):
        one.submit(name="lihua", password="a wrong phrase")
    assert one.submit(name="lihua", password=PASSWORD).status == 403
    with crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
        assert work.users.count() == 5


@pytest.mark.requirement("GEN-20")
def test_a_language_chosen_before_signing_in_holds_afterwards(app: Flask, crm: Crm) -> None:
    one = Browser(app)
    one.open("/sign-in")
    one.post("/language", {"language": "en", "next": "/sign-in", "csrf_token": one.token()})
    assert "Sign in" in one.page.text
    page = one.sign_in("lihua")
    assert "Sign out" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert work.actor.language == "zh"  # what he likes at other times is his own affair
    one.post("/sign-out", {"csrf_token": one.token()})
    other = Browser(app)
    assert "退出系统" in other.sign_in("lihua").text
