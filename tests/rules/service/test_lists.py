"""The five work lists on every store: what each shows to whom, and how it is narrowed."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered
from company.desk import archived, assigned, filed, handled, judged, promised
from crmcore import service
from crmcore.access.rules import NoPermission
from crmcore.base.errors import NotFound
from crmcore.service.clock import DeadlineState
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.service.lists import RequestFilter
from crmcore.storage.crm import Crm


def titles(crm: Crm, look: Any, who: str, *only: RequestFilter, **given: Any) -> list[str]:
    """What a list shows, in its order."""
    with crm.work(as_user=who, readonly=True) as work:
        page = look(work, *only, **given)
    assert page.total == len(page.rows)
    return [one.title for one in page.rows]


@pytest.mark.requirement("SVC-01", "SVC-02", "SVC-03", "SVC-05", "16.1", "X-SRV-13", "X-SRV-17")
def test_each_list_shows_the_requests_of_its_state_to_whom_they_concern(crm: Crm, clock: SetClock) -> None:
    hers, his = entered(crm), entered(crm, "wangwei", name="王伟的客户")
    for make, customer, by, title in (
        (filed, hers, {}, "new1"),
        (filed, his, {"by": "wangwei"}, "new2"),
        (assigned, hers, {}, "given to wangwei"),
        (assigned, hers, {"to": "lihua"}, "given to lihua"),
        (handled, hers, {}, "handled"),
        (archived, hers, {}, "done"),
    ):
        clock.advance(minutes=1)
        make(crm, customer, title=title, **by)
    assert titles(crm, service.creation, "lihua") == ["new1"]
    assert titles(crm, service.creation, "wangwei") == ["new2"]
    assert titles(crm, service.for_assignment, "zhaomin") == ["new2", "new1"]  # the newest first
    assert titles(crm, service.for_handling, "wangwei") == ["given to wangwei"]
    assert titles(crm, service.for_handling, "lihua") == ["given to lihua"]
    assert titles(crm, service.for_feedback, "wangwei") == ["handled"]
    assert titles(crm, service.for_feedback, "lihua") == []
    assert titles(crm, service.archive, "chengang") == ["done"]
    everything = ["done", "handled", "given to lihua", "given to wangwei", "new2", "new1"]
    assert titles(crm, service.archive, "zhaomin", status=None) == everything
    assert titles(crm, service.archive, "lihua", status=None) == [one for one in everything if one != "new2"]
    assert titles(crm, service.archive, "wangwei", status=None) == ["done", "handled", "given to wangwei", "new2"]
    assert titles(crm, service.archive, "chengang", status=ServiceStatus.HANDLED) == ["handled"]
    for look, who in (
        (service.creation, "zhaomin"),
        (service.for_assignment, "lihua"),
        (service.for_handling, "chengang"),
        (service.for_feedback, "zhaomin"),
        (service.archive, "admin"),
    ):
        with pytest.raises(NoPermission):
            titles(crm, look, who)


@pytest.mark.requirement("SVC-02")
def test_a_list_is_narrowed_by_customer_title_type_priority_and_day(crm: Crm, clock: SetClock) -> None:
    one, other = entered(crm, name="华建科技"), entered(crm, name="远东贸易")
    filed(crm, one, title="显示器", type="complaint", priority=Priority.HIGH)
    clock.now = dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.UTC)  # half past midnight on 3 March in Shanghai
    filed(crm, other, title="打印机 100%", type="inquiry")
    third = dt.date(2026, 3, 3)
    for only, wanted in (
        (RequestFilter(customer_name="华建"), ["显示器"]),
        (RequestFilter(customer=other.id), ["打印机 100%"]),
        (RequestFilter(title="0%"), ["打印机 100%"]),
        (RequestFilter(title="_"), []),
        (RequestFilter(type="complaint"), ["显示器"]),
        (RequestFilter(priority=Priority.NORMAL), ["打印机 100%"]),
        (RequestFilter(created_from=third), ["打印机 100%"]),
        (RequestFilter(created_to=third - dt.timedelta(days=1)), ["显示器"]),
        (RequestFilter(created_from=third, created_to=third, type="complaint"), []),
    ):
        for look, who in ((service.creation, "lihua"), (service.for_assignment, "zhaomin")):
            assert titles(crm, look, who, only) == wanted, only
    with crm.work(as_user="zhaomin", readonly=True) as work:
        page = service.for_assignment(work, page=2, size=1)
    assert ([row.title for row in page.rows], page.total) == (["显示器"], 2)
    assert titles(crm, service.for_assignment, "zhaomin", RequestFilter(number=page.rows[0].number)) == ["显示器"]


@pytest.mark.requirement("X-SRV-06", "X-SRV-13", "X-SRV-14")
def test_dissatisfied_customers_are_found(crm: Crm, people: People) -> None:
    customer = entered(crm)
    back = judged(crm, handled(crm, customer, title="back"), 1)
    crm.perform(service.handle, back.id, "再换", as_user="wangwei")
    judged(crm, back, 3)
    archived(crm, customer, title="well", by="lihua")
    for only, wanted in (
        (RequestFilter(returned=True), ["back"]),
        (RequestFilter(satisfaction=3), ["back"]),
        (RequestFilter(satisfaction=5), ["well"]),
        (RequestFilter(assignee=people.lihua.id), ["well"]),
        (RequestFilter(assignee=people.lihua.id, returned=True), []),
    ):
        assert titles(crm, service.archive, "chengang", only) == wanted, only


@pytest.mark.requirement("X-SRV-05", "X-SRV-13")
def test_what_is_too_late_is_seen_at_once(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=120, risk_percent=50)
    customer = entered(crm)
    late = assigned(crm, customer, title="late")
    waiting = assigned(crm, customer, title="waiting")
    crm.perform(service.wait_for_customer, waiting.id, "?", as_user="wangwei")
    handled(crm, customer, title="handled")
    states = []
    for minutes in (30, 29, 1, 1, 59, 1):  # at risk after half an hour, late after an hour; then of the whole
        clock.advance(minutes=minutes)
        with crm.work(as_user="zhaomin", readonly=True) as work:
            shown = service.detail(work, late.id)
        states.append((shown.response.value, shown.resolution.value, titles(crm, service.overdue, "zhaomin")))
    assert states == [
        ("at_risk", "running", []),
        ("at_risk", "running", []),
        ("at_risk", "at_risk", []),
        ("breached", "at_risk", ["late"]),
        ("breached", "at_risk", ["late"]),
        ("breached", "breached", ["late"]),
    ]
    crm.perform(service.note, late.id, "已收到", internal=False, as_user="wangwei")
    assert titles(crm, service.overdue, "wangwei") == ["late"]
    crm.perform(service.handle, late.id, "好了", as_user="wangwei")
    assert titles(crm, service.overdue, "zhaomin") == []
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown = service.detail(work, late.id)
    assert (shown.response, shown.resolution) == (DeadlineState.MISSED, DeadlineState.MISSED)


@pytest.mark.requirement("SVC-04", "16.1")
def test_what_belongs_to_other_peoples_requests_is_hidden_like_the_requests(crm: Crm, people: People) -> None:
    request = assigned(crm, to="lihua")
    crm.perform(service.note, request.id, "x", as_user="lihua")
    crm.perform(service.attach, request.id, file_name="x", size=0, as_user="lihua")
    with crm.work(as_user="wangwei", readonly=True) as work:
        with pytest.raises(NotFound):
            service.detail(work, request.id)
        for hidden in (work.service_requests, work.request_notes, work.request_attachments, work.service_rounds):
            assert list(hidden.find()) == []
    with crm.work(as_user=people.executive.id, readonly=True) as work:
        assert len(work.request_notes.find()) == len(work.request_attachments.find()) == 1
