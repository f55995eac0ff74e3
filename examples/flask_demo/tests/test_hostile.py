"""Whatever a client sends, the answer is a page it can use: never 500, never a stack trace, and nothing is written."""

import gzip
import json
from collections.abc import Mapping
from uuid import UUID

import pytest
from attacking import BYTES, FUZZ, NAMES, NASTY, Site, answer
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from conftest import Browse, Chance
from crmcore import Crm

# In a file, where what is stored comes back through a driver.
pytestmark = pytest.mark.parametrize("crm", ["company"], indirect=True)


SAID = {200, 302, 400, 403, 404, 409, 413, 422}
"""Answers a person understands: a page, a way on, or what is wrong."""


@pytest.fixture
def site(crm: Crm, app: Flask, browser: Browse, chance: Chance, records: Mapping[str, UUID]) -> Site:
    return Site(crm, app, browser, chance, records)


@FUZZ
@given(data=st.data())
def test_forms_full_of_nonsense(site: Site, data: st.DataObject) -> None:
    method, address = data.draw(st.sampled_from([pair for pair in site.addresses if pair[0] == "POST"]))
    one = site.of(address)
    fields = data.draw(st.lists(st.tuples(NAMES, NASTY), max_size=8))
    body: dict[str, list[str]] = {"csrf_token": [one.token()]}
    for name, value in fields:
        body.setdefault(name, []).append(value)
    kind = data.draw(st.sampled_from([None, "multipart/form-data"]))
    assert answer(one, method, address, data=body, content_type=kind).status_code in SAID


@FUZZ
@given(data=st.data())
def test_addresses_full_of_nonsense(site: Site, data: st.DataObject) -> None:
    _, address = data.draw(st.sampled_from([pair for pair in site.addresses if pair[0] == "GET"]))
    query = data.draw(st.lists(st.tuples(NAMES, NASTY), max_size=6))
    assert answer(site.of(address), "GET", address, query_string=query).status_code in SAID


@FUZZ
@given(raw=BYTES, data=st.data())
def test_bodies_that_are_no_forms(site: Site, raw: bytes, data: st.DataObject) -> None:
    method, address = data.draw(st.sampled_from([pair for pair in site.addresses if pair[0] == "POST"]))
    kind = data.draw(
        st.sampled_from(
            [
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded; charset=utf-16",
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=x",
                "application/json",
                "text/xml",
                "",
                "é",
            ]
        )
    )
    before = site.written()
    response = answer(site.of(address), method, address, data=raw, content_type=kind)
    assert response.status_code in {400, 413}
    assert site.written() == before


def test_every_way_without_a_token_is_closed(site: Site) -> None:
    before = site.written()
    for method, address in site.addresses:
        if method == "POST":
            one = site.of(address)
            for token in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": one.token() + "x"}):
                response = answer(one, method, address, data={**token, "version": "1", "name": "x"})
                assert response.status_code == 400, address
    assert site.written() == before


def test_a_token_of_somebody_else_is_none(site: Site) -> None:
    theirs = site.people["lihua"].token()
    address = f"/opportunities/{site.waiting.id}/delete"
    assert answer(site.people["wangwei"], "POST", address, data={"csrf_token": theirs}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/opportunities/%00",
        "/opportunities/%ff%fe",
        "/opportunities/%ed%a0%80",
        "/opportunities/../../etc/passwd",
        "/opportunities/" + "a" * 5000,
        "/opportunities/00000000-0000-0000-0000-00000000000g",
        "/opportunities/00000000-0000-0000-0000-000000000000",
        "/history/opportunity/00000000-0000-0000-0000-000000000000",
        "/history/__class__/00000000-0000-0000-0000-000000000000",
        "/roles/00000000-0000-0000-0000-000000000000/explode",
        "/help/%00",
        "/help/../home",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/",
        "//evil.example/",
        "/opportunities?page=%00&size=%ff&customer_name=%ed%a0%80&from=%00",
        "/opportunities?customer_name=%C3%28&title=%25&contact_name=_",
        "/opportunities?" + "&".join(f"customer_name={number}" for number in range(500)),
        "/opportunities?" + "x" * 20000,
        "/search?q=%00%00",
        "/search/suggest?q=" + "%F0%9F%98%80" * 200,
        "/customers?manager=x&level=%00&status=nonsense&region=../..",
        "/customers?endpoint=x&_scheme=javascript&_external=1&_anchor=x&_method=POST&self=1&region=beijing",
        "/customers?amount_from=NaN&amount_to=Infinity&created_from=9999-12-31&sort=x&custom_fleet=NaN&keyword=%25_",
        "/exports?endpoint=x&_scheme=javascript&_external=1&region=beijing",
        "/groups/new?endpoint=x&_external=1",
        "/hand-over?before=x&assignee=%00",
        "/imports/look?kind=x&encoding=rot13&delimiter=x&sheet=%00",
        "/audit?entity=nonsense&outcome=maybe&page=-5",
    ],
)
def test_addresses_nobody_types(site: Site, path: str) -> None:
    for one in site.people.values():
        response = answer(one, "GET", path)
        assert response.status_code in {200, 302, 308, 400, 403, 404}
        if response.status_code == 308:
            assert response.location.startswith(("/", "http://localhost/"))


def test_methods_nobody_uses(site: Site) -> None:
    for _, address in site.addresses:
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            assert answer(site.of(address), method, address).status_code in {400, 405}, (method, address)
        assert answer(site.of(address), "HEAD", address).status_code in {200, 302, 400, 403, 404, 405}
        assert answer(site.of(address), "OPTIONS", address).status_code in {200, 400}


def test_what_is_too_large_is_refused(site: Site) -> None:
    one = site.people["wangwei"]
    data = {"csrf_token": one.token(), "description": "x" * 300_000}
    for kind in (None, "multipart/form-data"):
        response = answer(one, "POST", "/opportunities/new", data=data, content_type=kind)
        assert response.status_code == 413
        assert "Too much" in response.get_data(as_text=True)
    many = {"csrf_token": one.token(), **{f"f{number}": "x" for number in range(3000)}}
    answer(one, "POST", "/opportunities/new", data=many, content_type="multipart/form-data")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "a b"},
        {"Host": ""},
        {"Cookie": "crm_session=\xff; crm_language=\x00"},
        {"Cookie": "=;" * 500},
        {"X-Fragment": "<dialog>"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"},
        {"Content-Encoding": "gzip"},
        {"Content-Length": "-1"},
        {"Content-Length": "99999999999999999999"},
        {"Transfer-Encoding": "nonsense"},
        {"Referer": "\xff\xfe"},
        {"Referer": "http://[bad"},
        {"Accept": "application/nonsense", "Accept-Language": "\xff", "Range": "bytes=-1"},
    ],
)
def test_headers_nobody_sends(site: Site, headers: dict[str, str]) -> None:
    for path in ("/", "/sign-in", "/static/style.css", "/nowhere"):
        response = answer(site.people["lihua"], "GET", path, headers=headers)
        assert "evil.example" not in response.headers.get("Location", "")
    body = gzip.compress(b"name=x")
    answer(site.people["lihua"], "POST", "/opportunities/new", data=body, headers=headers)


def test_json_is_no_form(site: Site) -> None:
    response = answer(
        site.people["lihua"],
        "POST",
        "/opportunities/new",
        data=json.dumps({"title": "x"}),
        content_type="application/json",
    )
    assert response.status_code == 400


def test_what_people_write_is_never_markup(browser: Browse, chance: Chance) -> None:
    nasty = "<script>alert('1')</script>\"'>&{{7*7}}<i>"
    it = chance(customer_name=nasty, title=nasty, description=nasty, contact_name=nasty, contact_phone="<i>")
    one = browser("lihua")
    paths = (
        "/",
        "/opportunities",
        f"/opportunities/{it.id}",
        f"/opportunities/{it.id}/edit",
        f"/opportunities/{it.id}/dispatch",
        f"/history/opportunity/{it.id}",
        "/search?q=<i>",
    )
    for path in paths:
        body = one.open(path).response.get_data(as_text=True)
        assert "<script>alert" not in body
        assert "<i>" not in body
        assert "{{7*7}}" in one.page.text or path.startswith("/opportunities/"), path
