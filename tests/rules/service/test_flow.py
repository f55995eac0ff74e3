"""The flow of a service request on every store, from the first call to the archive (requirements chapter 4, X-SRV)."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.chances import won
from company.clients import GIVEN, contact_of, entered, stored
from company.desk import ASKED, archived, assigned, filed, handled, judged, promised, reread
from company.lapses import change
from crmcore import access, customers, dictionary, service
from crmcore.base.errors import Conflict, CrmError, Invalid, NotFound
from crmcore.calendars.timetables import timetable
from crmcore.customers.entity import CustomerStatus
from crmcore.query import query
from crmcore.service.clock import DeadlineState
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage


def code_of(crm: Crm, action: Any, *args: Any, who: str, **given: Any) -> str:
    """What an action answers that must not be done."""
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user=who, **given)
    return caught.value.code


def problems(crm: Crm, action: Any, *args: Any, who: str, **given: Any) -> set[tuple[str, str]]:
    """Field and code of everything that was wrong."""
    with pytest.raises(Invalid) as caught:
        crm.perform(action, *args, as_user=who, **given)
    return {(one.field, one.code) for one in caught.value.problems}


def told(crm: Crm) -> list[str]:
    """What other systems were told, the first one first."""
    session = crm.store.begin(write=False)
    try:
        return [one.kind for one in sorted(session.find(query(OutboxMessage)), key=lambda one: one.id)]
    finally:
        session.close()


@pytest.mark.requirement("4.1", "4.2", "SVC-00", "SVC-05", "SVC-07", "X-SRV-08")
def test_from_the_first_call_to_a_satisfied_customer(crm: Crm, clock: SetClock, people: People) -> None:
    customer = entered(crm)
    chance = won(crm, to="lihua", customer_name="另一家公司")
    new = filed(crm, customer, contact=contact_of(crm, customer).id, channel="phone", priority=Priority.HIGH)
    assert (new.status, new.created_by, new.created_at) == (ServiceStatus.NEW, people.lihua.id, clock.now)
    assert (new.customer_name, new.round, new.assignee) == (GIVEN["name"], 1, None)
    assert new.number.startswith("FW")
    given = crm.perform(service.assign, new.id, to="wangwei", as_user="zhaomin")
    assert (given.status, given.assignee, given.assigned_at) == (ServiceStatus.ASSIGNED, people.wangwei.id, clock.now)
    later = clock.advance(hours=1)
    done = crm.perform(service.handle, new.id, "  已更换显示器。 ", as_user="wangwei")
    assert (done.status, done.handling, done.handled_by) == (ServiceStatus.HANDLED, "已更换显示器。", people.wangwei.id)
    assert done.handled_at == done.responded_at == later
    over = crm.perform(service.feedback, new.id, result="满意", satisfaction=3, as_user="wangwei")
    assert (over.status, over.result, over.satisfaction) == (ServiceStatus.ARCHIVED, "满意", 3)
    assert (over.archived_at, over) == (later, reread(crm, new))
    assert told(crm)[-4:] == ["request_created", "request_assigned", "request_handled", "request_closed"]
    assert stored(crm, customer).satisfaction == customer.satisfaction  # SVC-07
    other = entered(crm, name="第三家公司")
    assert problems(crm, service.create, who="lihua", **ASKED, customer=other.id, opportunity=chance.id) == {
        ("opportunity", "service.not_his_opportunity")
    }


@pytest.mark.requirement("4.2", "SVC-08", "9")
def test_requests_are_filed_for_own_active_customers_with_everything_filled_in(crm: Crm) -> None:
    customer, other = entered(crm), entered(crm, "wangwei", name="别人的客户")
    assert problems(crm, service.create, who="lihua", type="poetry", title=" ", customer=customer.id, request="") == {
        ("title", "value.missing"),
        ("request", "value.missing"),
    }
    assert problems(crm, service.create, who="lihua", **{**ASKED, "type": "poetry"}, customer=customer.id) == {
        ("type", "dictionary.not_offered")
    }
    stranger = contact_of(crm, other).id
    assert problems(crm, service.create, who="lihua", **ASKED, customer=customer.id, contact=stranger) == {
        ("contact", "customer.not_a_contact")
    }
    assert code_of(crm, service.create, who="lihua", **ASKED, customer=other.id) == "not_found", "as if there were none"
    assert code_of(crm, service.create, who="lihua", **ASKED, customer=crm.ids()) == NotFound.code
    for status in (CustomerStatus.LOST, CustomerStatus.DELETED):
        change(crm, customer, status=status)
        assert code_of(crm, service.create, who="lihua", **ASKED, customer=customer.id) == "service.customer_not_active"


@pytest.mark.requirement("4.2")
def test_what_people_enter_is_checked_and_nothing_is_stored(crm: Crm) -> None:
    new = filed(crm)
    assert code_of(crm, service.assign, new.id, to="nobody", who="zhaomin") == NotFound.code
    for unfit in ("zhaomin", "sunli"):
        assert code_of(crm, service.assign, new.id, to=unfit, who="zhaomin") == "access.not_an_account_manager"
    assert reread(crm, new) == new
    given = crm.perform(service.assign, new.id, to="wangwei", as_user="zhaomin")
    for text in ("", " \n", "x" * 3001):
        assert problems(crm, service.handle, new.id, text, who="wangwei") <= {
            ("handling", "value.missing"),
            ("handling", "value.too_long"),
        }
    assert code_of(crm, service.handle, new.id, "好", who="wangwei", expected=1) == Conflict.code
    assert reread(crm, new) == given
    done = crm.perform(service.handle, new.id, "x" * 3000, as_user="wangwei")
    assert problems(crm, service.feedback, new.id, result=" ", satisfaction=None, who="wangwei") == {
        ("result", "value.missing"),
        ("satisfaction", "value.missing"),
    }
    for wrong in (0, 6, "5", True, 2.5):
        assert problems(crm, service.feedback, new.id, result="r", satisfaction=wrong, who="wangwei")
    assert reread(crm, new) == done


@pytest.mark.requirement("SVC-04", "SVC-06", "4.2")
def test_two_low_scores_leave_two_rounds_of_history(crm: Crm, clock: SetClock, people: People) -> None:
    promised(crm, respond_within=60, resolve_within=480)
    request = handled(crm)
    for satisfaction in (1, 2):
        clock.advance(days=1)
        again = judged(crm, request, satisfaction)
        assert (again.status, again.assignee, again.round) == (
            ServiceStatus.ASSIGNED,
            people.wangwei.id,
            satisfaction + 1,
        )
        assert (again.handling, again.handled_by, again.result, again.satisfaction) == ("", None, "", None)
        assert again.resolve_by == clock.now + dt.timedelta(days=1)  # the promise is given anew
        request = crm.perform(service.handle, request.id, f"第 {satisfaction + 1} 次处理", as_user="wangwei")
    judged(crm, request, 4)
    with crm.work(as_user="chengang", readonly=True) as work:
        shown = service.detail(work, request.id)
    assert [(one.number, one.handling, one.result, one.satisfaction) for one in shown.rounds] == [
        (1, "已更换。", "客户意见", 1),
        (2, "第 2 次处理", "客户意见", 2),
    ]
    assert {one.handled_by for one in shown.rounds} == {one.ended_by for one in shown.rounds} == {people.wangwei.id}
    assert (shown.request.round, shown.request.handling, shown.request.satisfaction) == (3, "第 3 次处理", 4)
    assert shown.resolution is DeadlineState.MET


@pytest.mark.requirement("X-SRV-09")
def test_an_archived_request_is_opened_again_within_the_window(crm: Crm, clock: SetClock, people: People) -> None:
    crm.perform(dictionary.set_parameter, "service.reopen_days", "2", as_user="admin")
    first, late = archived(crm), archived(crm, entered(crm, name="乙公司"))
    over = clock.now
    clock.now = over + dt.timedelta(days=2)
    assert problems(crm, service.reopen, first.id, " ", who="lihua") == {("reason", "value.missing")}
    again = crm.perform(service.reopen, first.id, "又坏了", as_user="lihua")
    assert (again.status, again.round, again.assignee) == (ServiceStatus.ASSIGNED, 2, people.wangwei.id)
    assert (again.archived_at, again.satisfaction) == (None, None)
    with crm.work(as_user="lihua", readonly=True) as work:
        (past,) = service.detail(work, first.id).rounds
    assert (past.satisfaction, past.reason, past.ended_by) == (5, "又坏了", people.lihua.id)
    clock.advance(milliseconds=1)
    assert code_of(crm, service.reopen, late.id, "又坏了", who="zhaomin") == "service.reopened_too_late"
    left = crm.perform(service.handle, again.id, "再换一次", as_user="wangwei")
    left = judged(crm, left, 5)
    crm.perform(customers.hand_over_some, before="wangwei", to="lihua", as_user="zhaomin")
    crm.perform(access.retire_user, people.wangwei.id, as_user="admin")
    assert code_of(crm, service.reopen, left.id, "又坏了", who="zhaomin") == "access.not_an_account_manager"


@pytest.mark.requirement("X-SRV-05")
def test_waiting_for_the_customer_moves_the_promise_by_the_working_time_waited(crm: Crm, clock: SetClock) -> None:
    office = promised(crm, respond_within=60, resolve_within=480)
    request = assigned(crm)  # Monday, half past nine
    due, risk = request.resolve_by, request.resolve_risk_at
    assert (request.respond_by, due) == (clock.now + dt.timedelta(hours=1), clock.now + dt.timedelta(days=1))
    clock.advance(minutes=30)
    waiting = crm.perform(service.wait_for_customer, request.id, "是哪一台？", as_user="wangwei")
    assert (waiting.waiting_since, waiting.responded_at, waiting.resolve_by) == (clock.now, clock.now, due)
    since = clock.now
    clock.advance(days=2, hours=9)  # Wednesday evening, an hour after office hours
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert service.detail(work, request.id).resolution is DeadlineState.WAITING
        waited = timetable(work, office.id).between(since, clock.now)
        hours = timetable(work, office.id)
    assert waited == dt.timedelta(hours=8 * 2 + 7)
    going = crm.perform(service.resume, request.id, as_user="wangwei")
    assert due is not None
    assert risk is not None
    assert (going.resolve_by, going.resolve_risk_at) == (hours.add(due, waited), hours.add(risk, waited))
    assert (going.waiting_since, going.waited) == (None, 23 * 3600)
    assert going.respond_by == request.respond_by  # it had been answered
    assert crm.perform(service.resume, request.id, as_user="wangwei") == going
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert [(one.text, one.internal) for one in service.detail(work, request.id).notes] == [("是哪一台？", False)]
    paused = crm.perform(service.wait_for_customer, request.id, "还有？", as_user="wangwei")
    clock.advance(days=1)
    done = crm.perform(service.handle, paused.id, "好了", as_user="wangwei")  # handling it ends the pause
    assert (done.waiting_since, done.waited) == (None, 31 * 3600)


@pytest.mark.requirement("X-SRV-09")
def test_notes_files_and_other_hands(crm: Crm, clock: SetClock, people: People) -> None:
    request = assigned(crm)
    crm.perform(service.note, request.id, "客户很急", as_user="zhaomin")
    assert reread(crm, request).responded_at is None
    clock.advance(minutes=5)
    crm.perform(service.note, request.id, "明天到", internal=False, as_user="wangwei")
    first = clock.now
    clock.advance(minutes=5)
    crm.perform(service.note, request.id, "后天到", internal=False, as_user="lihua")
    assert reread(crm, request).responded_at == first
    file = crm.perform(service.attach, request.id, file_name="照片.jpg", size=1024, as_user="wangwei")
    assert problems(crm, service.attach, request.id, file_name="", size=-1, who="wangwei") == {
        ("file_name", "value.missing"),
        ("size", "value.range"),
    }
    with crm.work(as_user="lihua", readonly=True) as work:
        shown = service.detail(work, request.id)
    assert [(one.text, one.internal) for one in shown.notes] == [
        ("客户很急", True),
        ("明天到", False),
        ("后天到", False),
    ]
    assert (shown.attachments, file.added_by) == ((file,), people.wangwei.id)
    moved = crm.perform(service.hand_over, request.id, to="lihua", as_user="zhaomin")
    assert (moved.assignee, moved.assigned_at) == (people.lihua.id, clock.now)
    assert crm.perform(service.hand_over, request.id, to="lihua", as_user="zhaomin") == moved
    assert code_of(crm, service.handle, request.id, "好", who="wangwei") == NotFound.code
    assert told(crm)[-1] == "request_assigned"


@pytest.mark.requirement("X-SRV-08", "X-SRV-09", "X-SRV-10", "X-ADM-01")
def test_a_company_adjusts_the_flow(crm: Crm, people: People) -> None:
    customer = entered(crm)
    new, given, over = filed(crm, customer), assigned(crm, customer), archived(crm, customer)

    def set_to(key: str, value: str) -> None:
        crm.perform(dictionary.set_parameter, key, value, as_user="admin")

    set_to("service.required", "contact, channel")
    assert problems(crm, service.create, who="lihua", **ASKED, customer=customer.id) == {
        ("contact", "value.missing"),
        ("channel", "value.missing"),
    }
    filed(crm, customer, contact=contact_of(crm, customer).id, channel="phone")
    assert problems(crm, dictionary.set_parameter, "service.unused", "assign", who="admin") == {
        ("service.unused", "parameter.names")
    }
    set_to("service.unused", "delete,hand_over,reopen,wait,merge")
    steps: list[tuple[Any, tuple[Any, ...], dict[str, Any], str]] = [
        (service.delete, (new.id,), {}, "zhaomin"),
        (service.hand_over, (given.id,), {"to": "lihua"}, "zhaomin"),
        (service.reopen, (over.id, "x"), {}, "zhaomin"),
        (service.wait_for_customer, (given.id, "?"), {}, "wangwei"),
        (service.merge, (new.id, given.id), {}, "zhaomin"),
    ]
    for action, args, more, who in steps:
        assert code_of(crm, action, *args, who=who, **more) == "service.step_not_used"
    set_to("service.unused", "none")
    crm.perform(service.delete, new.id, as_user="zhaomin")
    assert code_of(crm, service.detail, new.id, who="zhaomin") == NotFound.code
    assert crm.perform(service.hand_over, given.id, to="lihua", as_user="zhaomin").assignee == people.lihua.id


@pytest.mark.requirement("X-SRV-10")
def test_who_may_corrects_a_request_until_it_is_handled(crm: Crm, clock: SetClock, people: People) -> None:
    promised(crm, respond_within=60, resolve_within=480)
    role = people.supervisor.roles[0]
    allowed = [*crm.perform(access.role, role, as_user="admin").permissions, "service.edit"]
    crm.perform(access.set_permissions, role, allowed, as_user="admin")
    request = assigned(crm)
    clock.advance(hours=2)
    edited = crm.perform(service.edit, request.id, title="新概要", priority=Priority.URGENT, as_user="zhaomin")
    assert (edited.title, edited.priority, edited.resolve_by) == ("新概要", Priority.URGENT, request.resolve_by)
    assert problems(crm, service.edit, request.id, type="poetry", who="zhaomin") == {("type", "dictionary.not_offered")}
    crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    assert code_of(crm, service.edit, request.id, title="x", who="zhaomin") == "service.not_assigned"


@pytest.mark.requirement("16.11", "4.1")
def test_no_two_requests_have_the_same_number(crm: Crm) -> None:
    customer = entered(crm)
    with crm.work(as_user="lihua") as work:
        made = [service.create(work, **{**ASKED, "customer": customer.id}) for _ in range(20)]
    gone = crm.perform(service.delete, made[0].id, as_user="zhaomin")
    assert gone is None
    assert len({one.number for one in (*made, filed(crm, customer))}) == 21


@pytest.mark.requirement("USR-06", "SVC-05")
def test_a_leaving_manager_hands_his_requests_over(crm: Crm, people: People) -> None:
    customer = entered(crm)
    treated, asked, over = assigned(crm, customer), handled(crm, customer), archived(crm, customer)
    assert code_of(crm, access.retire_user, people.wangwei.id, who="admin") == "access.user_has_requests"
    supervising = [people.supervisor.roles[0]]
    assert (
        code_of(crm, access.edit_user, people.wangwei.id, roles=supervising, who="admin") == "access.user_has_requests"
    )
    assert crm.perform(customers.held_by, "wangwei", as_user="zhaomin").requests == 2
    assert customers.hand_over(crm, before="wangwei", to="lihua", as_user="zhaomin").requests == 2
    crm.perform(access.retire_user, people.wangwei.id, as_user="admin")
    assert [reread(crm, one).assignee for one in (treated, asked)] == [people.lihua.id] * 2
    assert reread(crm, over) == over
    with crm.work(as_user="lihua", readonly=True) as work:
        assert [one.id for one in service.for_feedback(work).rows] == [asked.id]
    back = judged(crm, asked, 1, by="lihua")
    assert (back.assignee, back.status) == (people.lihua.id, ServiceStatus.ASSIGNED)
    with crm.work(as_user="lihua", readonly=True) as work:
        assert service.detail(work, asked.id).rounds[0].handled_by == people.wangwei.id
