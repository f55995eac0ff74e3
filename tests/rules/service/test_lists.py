"""The five work lists on every store: what each shows to whom, and how it is narrowed."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered
from company.desk import archived, assigned, filed, handled, judged, promised
from crmcore import service
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.service import details
from crmcore.service.clock import DeadlineState
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.service.lists import RequestFilter
from crmcore.storage import listing
from crmcore.storage.crm import Crm


def titles(crm: Crm, look: Any, who: str, *only: RequestFilter, **given: Any) -> list[str]:
    """What a list shows, in its order."""
    with crm.work(as_user=who, readonly=True) as work:
        page = look(work, *only, **given)
    assert page.total == len(page.rows)
    return [one.title for one in page.rows]


@pytest.mark.requirement("SVC-01", "SVC-02", "SVC-03", "SVC-05", "16.1", "X-SRV-13")
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


@pytest.mark.requirement("X-SRV-13")
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


@pytest.mark.requirement("SVC-02", "GEN-16")
def test_a_filter_that_makes_no_sense_is_named(crm: Crm) -> None:
    early, late = dt.date.min, dt.date.max
    wrong: tuple[tuple[str, Any, str], ...] = (
        ("created_from", "2026-03-02", "value.type"),
        ("created_to", dt.datetime(2026, 3, 2, tzinfo=dt.UTC), "value.type"),
        ("created_from", early, "value.year"),
        ("created_to", late, "value.year"),
        ("number", 7, "query.value"),
        ("title", b"x", "query.value"),
        ("type", 7, "query.value"),
        ("priority", "high", "query.value"),
        ("satisfaction", "3", "query.value"),
    )
    lists = (
        (service.creation, "lihua"),
        (service.for_assignment, "zhaomin"),
        (service.for_handling, "lihua"),
        (service.for_feedback, "lihua"),
        (service.archive, "zhaomin"),
        (service.overdue, "zhaomin"),
    )
    for field, value, code in wrong:
        for look, who in lists if field == "created_from" else lists[-1:]:
            with pytest.raises(Invalid) as caught:
                titles(crm, look, who, RequestFilter(**{field: value}))
            assert [(one.field, one.code) for one in caught.value.problems] == [(field, code)], (field, value)


@pytest.mark.requirement("SVC-03", "SVC-01")
def test_each_list_has_what_its_columns_show(crm: Crm, clock: SetClock, people: People) -> None:
    """Chapter 4.3: number, customer, title, type, creator, date; whom it goes to, or its state, besides."""
    customer = entered(crm, name="华建科技")
    made = {
        service.creation: (filed(crm, customer, title="一", type="inquiry"), "lihua"),
        service.for_handling: (assigned(crm, customer, title="二"), "wangwei"),
        service.for_feedback: (handled(crm, customer, title="三"), "wangwei"),
        service.archive: (archived(crm, customer, title="四"), "chengang"),
    }
    made[service.for_assignment] = (made[service.creation][0], "zhaomin")
    shown = {}
    for look, (request, who) in made.items():
        with crm.work(as_user=who, readonly=True) as work:
            (row,) = look(work).rows
        assert (row.number, row.customer, row.title) == (request.number, customer.id, request.title)
        assert (row.customer_name, row.created_by, row.created_at) == ("华建科技", people.lihua.id, clock.now)
        shown[look] = (row.type, row.status.value, row.assignee)
    given = people.wangwei.id
    assert shown == {
        service.creation: ("inquiry", "new", None),
        service.for_assignment: ("inquiry", "new", None),
        service.for_handling: ("complaint", "assigned", given),
        service.for_feedback: ("complaint", "handled", given),
        service.archive: ("complaint", "archived", given),
    }


@pytest.mark.requirement("SVC-02", "GEN-10")
def test_a_search_is_counted_no_further_than_people_read(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = entered(crm, name="华建 科技")
    for place in range(5):
        filed(crm, customer, title=f"显示器 {place} 号")
    monkeypatch.setattr(listing, "COUNTED", 2)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for only in ({"title": "显示器"}, {"customer_name": "建 科"}, {"number": "FW"}):
            page = service.for_assignment(work, RequestFilter(**only), size=1)
            assert (page.total, page.more) == (2, True), only
        assert service.for_assignment(work, RequestFilter(title="示器 4"), size=1).total == 1
        assert service.for_assignment(work, RequestFilter(title="华建"), size=1).total == 0  # that is the customer
        assert service.for_assignment(work, size=1).total == 5


@pytest.mark.requirement("SVC-04", "SVC-06", "X-SRV-09")
def test_a_request_shows_its_last_notes_and_files_and_lists_all_of_them(
    crm: Crm, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(details, "SHOWN", 2)
    request = assigned(crm)
    for place in range(3):
        with crm.work(as_user="zhaomin", readonly=True) as work:
            shown = service.detail(work, request.id)
        assert (shown.more_notes, shown.more_attachments) == (False, False)
        clock.advance(minutes=1)
        crm.perform(service.note, request.id, str(place), as_user="wangwei")
        crm.perform(service.attach, request.id, file_name=f"{2 - place}.jpg", size=1, as_user="wangwei")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown = service.detail(work, request.id)
        assert [one.text for one in shown.notes] == ["1", "2"]
        assert [one.file_name for one in shown.attachments] == ["1.jpg", "0.jpg"]
        assert (shown.more_notes, shown.more_attachments) == (True, True)
        assert [one.text for one in service.notes(work, request.id).rows] == ["2", "1", "0"]
        page = service.attachments(work, request.id, page=2, size=2)
        assert ([one.file_name for one in page.rows], page.total) == (["2.jpg"], 3)


@pytest.mark.requirement("X-SRV-05")
def test_a_request_says_how_much_working_time_is_left(crm: Crm, clock: SetClock) -> None:
    hour = dt.timedelta(hours=1)
    customer = entered(crm)
    request = assigned(crm, customer)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown = service.detail(work, request.id)
    assert (shown.response_left, shown.resolution_left) == (None, None)
    promised(crm, respond_within=60, resolve_within=480)
    request = assigned(crm, customer)
    clock.advance(hours=2)
    with crm.work(as_user="wangwei", readonly=True) as work:
        shown = service.detail(work, request.id)
    assert (shown.response_left, shown.resolution_left) == (-hour, 6 * hour)
    crm.perform(service.wait_for_customer, request.id, "?", as_user="wangwei")
    with crm.work(as_user="wangwei", readonly=True) as work:
        shown = service.detail(work, request.id)
    assert (shown.response_left, shown.resolution_left) == (None, None)


@pytest.mark.requirement("SVC-04", "16.1")
def test_what_belongs_to_other_peoples_requests_is_hidden_like_the_requests(crm: Crm, people: People) -> None:
    request = assigned(crm, to="lihua")
    crm.perform(service.note, request.id, "x", as_user="lihua")
    crm.perform(service.attach, request.id, file_name="x", size=0, as_user="lihua")
    with crm.work(as_user="wangwei", readonly=True) as work:
        with pytest.raises(NotFound):
            service.detail(work, request.id)
        for look in (service.notes, service.attachments):
            with pytest.raises(NotFound):
                look(work, request.id)
        for hidden in (work.service_requests, work.request_notes, work.request_attachments, work.service_rounds):
            assert list(hidden.find()) == []
    with crm.work(as_user=people.executive.id, readonly=True) as work:
        assert len(work.request_notes.find()) == len(work.request_attachments.find()) == 1
