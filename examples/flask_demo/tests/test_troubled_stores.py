"""A store that fails, and a mistake of ours: the page says what a person can do, and shows no trace."""

import pytest
from flask import Flask

from conftest import Browse, Chance
from crmcore import Crm, access, opportunities
from crmcore.base.errors import Contention, SchemaNewer, Transient, Unavailable, UnknownOutcome
from crmcore.storage.ports import Session

# In a file, where what is stored comes back through a driver.
pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


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
