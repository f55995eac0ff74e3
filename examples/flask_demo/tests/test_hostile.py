"""Whatever a client sends, the answer is a page it can use: never 500, never a stack trace, and nothing is written."""

import gzip
import json
import os
import uuid
from typing import Any

import pytest
from browsing import Browser
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import crmcore
from conftest import Browse, Chance, id_of, of_customers
from crmcore import Crm, access, dictionary, opportunities
from crmcore.base.errors import Contention, SchemaNewer, Transient, Unavailable, UnknownOutcome
from crmcore.storage.ports import Session

# In a file, where what is stored comes back through a driver.
pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
BYTES = st.binary(max_size=200)
NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "\x00",
            "a\x00b",
            "\r\n\r\nSet-Cookie: x=y",
            "﷽" * 300,
            "é" * 3000,
            "\u202etxt.exe",
            "<script>alert(1)</script>",
            "{{ 7 * 7 }}",
            "{config}",
            "' OR 1=1 --",
            '{"$gt": ""}',
            "../../etc/passwd",
            "9" * 400,
            "-1",
            "1e309",
            "NaN",
            "٣٣",
            "2026-02-30",
            "2026-W01-1",
            "0000-00-00",
            "10000-01-01",
            str(uuid.UUID(int=0)),
            "{00000000-0000-0000-0000-000000000000}",
            "00000000000000000000000000000000\n",
            "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        ]
    ),
)
NAMES = st.sampled_from(
    [
        "customer_name",
        "title",
        "success_rate",
        "description",
        "assignee",
        "version",
        "key",
        "plan_date",
        "content",
        "step",
        "proof",
        "customer",
        "name",
        "password",
        "old",
        "new",
        "repeated",
        "roles",
        "permission",
        "tick",
        "category",
        "code",
        "label_zh",
        "position",
        "editable",
        "company.zone",
        "churn.run_at",
        "list.page_size",
        "language",
        "next",
        "from",
        "page",
        "size",
        "q",
        "status",
        "manager",
        "entity",
        "outcome",
        "keyword",
        "amount_from",
        "created_to",
        "custom_x",
        "region",
        "tags",
        "satisfaction",
        "contact_name",
        "contact_phone",
        "at",
        "measure",
        "reason",
        "choose-name",
        "kept_version",
        "mode",
        "column-0",
        "kind",
        "format",
        "encoding",
        "before",
        "though",
    ]
)
FUZZ = settings(
    max_examples=int(os.environ.get("TEST_FUZZ", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Site:
    """Somebody signed in, every address there is, and records behind them."""

    def __init__(self, crm: Crm, app: Flask, browser: Browse, chance: Chance) -> None:
        self.crm, self.app = crm, app
        self.waiting, self.running = chance(), chance("wangwei")
        self.people = {name: browser(name) for name in ("lihua", "wangwei", "admin")}
        with crm.work(as_user="admin", readonly=True) as work:
            role = access.roles(work, name="高管").rows[0].id
            entry = next(one for one in dictionary.entries(work, category="region").rows if one.editable).id
        user = id_of(crm, "gaojianguo")
        ids = {"opportunities": self.waiting.id, "dispatch": self.waiting.id, "roles": role, "rights": role}
        ids |= {"dictionary": entry, "users": user, "user_forms": user, "history": self.waiting.id}
        ids |= of_customers(crm)
        steps = {"churn": "delay", "execution": self.running.id, "development": self.running.id}
        self.addresses: list[tuple[str, str]] = []
        with app.test_request_context():
            for rule in app.url_map.iter_rules():
                subject = rule.endpoint.split(".")[0]
                given = {
                    "id": ids.get(rule.endpoint, ids.get(subject, self.running.id)),
                    "step": steps.get(subject, "retire"),
                    "kind": "opportunity",
                    "name": "home",
                    "filename": "style.css",
                    "kept": ids["customers"],
                    "absorbed": ids["other"],
                }
                if rule.endpoint != "account.leave":
                    address = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
                    self.addresses += [
                        (method, address) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
                    ]

    def of(self, address: str) -> Browser:
        admin = ("/users", "/roles", "/dictionary", "/parameters", "/audit", "/custom-fields")
        boss = ("/duplicates", "/imports", "/exports", "/hand-over")
        leads = "dispatch" in address or "hand-over" in address or address.startswith(boss)
        return self.people["admin" if address.startswith(admin) else "lihua" if leads else "wangwei"]

    def written(self) -> list[int]:
        with self.crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
            return [
                sum(one.version for one in getattr(work, kind).find())
                for kind in ("opportunities", "users", "roles", "customers", "contacts", "churn_cases")
            ]


@pytest.fixture
def site(crm: Crm, app: Flask, browser: Browse, chance: Chance) -> Site:
    return Site(crm, app, browser, chance)


def answer(one: Browser, method: str, address: str, **sent: Any) -> TestResponse:
    response = one.client.open(address, method=method, buffered=True, **sent)
    assert response.status_code < 500, (method, address, sent)
    assert b"Traceback" not in response.data
    return response


@FUZZ
@given(data=st.data())
def test_forms_full_of_nonsense(site: Site, data: st.DataObject) -> None:
    method, address = data.draw(st.sampled_from([pair for pair in site.addresses if pair[0] == "POST"]))
    one = site.of(address)
    fields = data.draw(st.lists(st.tuples(NAMES, NASTY), max_size=8))
    body: dict[str, list[str]] = {"csrf_token": [one.token()]}
    for name, value in fields:
        body.setdefault(name, []).append(value)
    answer(one, method, address, data=body, content_type=data.draw(st.sampled_from([None, "multipart/form-data"])))


@FUZZ
@given(data=st.data())
def test_addresses_full_of_nonsense(site: Site, data: st.DataObject) -> None:
    _, address = data.draw(st.sampled_from([pair for pair in site.addresses if pair[0] == "GET"]))
    query = data.draw(st.lists(st.tuples(NAMES, NASTY), max_size=6))
    answer(site.of(address), "GET", address, query_string=query)


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


def test_a_store_that_is_down_is_told_plainly(
    browser: Browse, crm: Crm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.errors_expected = True
    one = browser("lihua", "zh")
    one.open("/opportunities/new")
    token = one.token()

    def down(**_: object) -> None:
        raise Unavailable(reason="connection refused by 10.0.0.1")

    monkeypatch.setattr(crm.store, "begin", down)
    crm.patience = 0
    for method, path in (("GET", "/"), ("GET", "/opportunities"), ("POST", "/opportunities/new"), ("POST", "/sign-in")):
        response = one.client.open(path, method=method, data={"csrf_token": token})
        assert response.status_code == 503, path
        assert "系统暂时不能用" in response.get_data(as_text=True)
        assert "10.0.0.1" not in response.get_data(as_text=True)
    assert one.client.get("/static/style.css", buffered=True).status_code == 200


@pytest.mark.parametrize(
    ("error", "status"), [(Transient(), 503), (Contention(), 409), (UnknownOutcome(), 503), (SchemaNewer(url="x"), 503)]
)
def test_each_failure_of_the_store_has_its_answer(
    browser: Browse,
    crm: Crm,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    caplog.errors_expected = True
    one = browser("wangwei")
    one.open("/opportunities/new")
    begin = crm.store.begin

    def failing(*, write: bool) -> Session:
        session = begin(write=write)
        if write:
            session.close()
            raise error
        return session

    monkeypatch.setattr(crm.store, "begin", failing)
    crm.patience = 0
    form = one.page.main_form()
    filled = {**form.fields, "customer_name": "x", "title": "x", "success_rate": "1", "description": "x"}
    assert one.post("/opportunities/new", filled).status == status


def test_a_mistake_of_ours_shows_no_trace(
    browser: Browse, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.errors_expected = True

    def broken(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "opportunities.index", broken)
    response = browser("lihua", "zh").client.get("/opportunities")
    assert response.status_code == 500
    body = response.get_data(as_text=True)
    assert "系统出错了" in body
    assert "secret detail" not in body
    assert "Traceback" not in body


def test_refused_looks_and_deeds_leave_a_record(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    one = browser("wangwei")
    one.open(f"/opportunities/{it.id}/dispatch")
    one.open("/users")
    with crm.work(as_user="admin", readonly=True) as work:
        refused = access.audit_trail(work, denied=True).rows
    assert {record.actor_name for record in refused} >= {"王伟"}
    assert opportunities.OpportunityStatus.UNASSIGNED is it.status
