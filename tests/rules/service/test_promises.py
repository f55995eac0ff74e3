"""What was promised, on every store: which request presses most, and what corrections, pauses and new rounds change."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered, put
from company.desk import archived, assigned, filed, handled, judged, promised, reread
from crmcore import access, agreements, service
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.calendars.entity import WorkingCalendar
from crmcore.service.clock import DeadlineState
from crmcore.service.entity import Priority, ServiceRequest
from crmcore.service.lists import count_overdue
from crmcore.storage import listing
from crmcore.storage.crm import Crm

HOUR = dt.timedelta(hours=1)


def targeted(crm: Crm, office: WorkingCalendar, name: str, **given: Any) -> ServiceTarget:
    """A promise for some requests."""
    made = ServiceTarget(
        id=ServiceTargetId(crm.ids()), name=name, name_key=name, calendar=office.id, version=1, **given
    )
    put(crm, made)
    return made


def late(crm: Crm, who: str = "zhaomin") -> list[str]:
    """The titles of what is overdue, in the order of the list."""
    with crm.work(as_user=who, readonly=True) as work:
        page = service.overdue(work)
        assert page.total == len(page.rows) == count_overdue(work, 99)
        assert count_overdue(work, 1) == min(page.total, 1)
    return [one.title for one in page.rows]


def states(crm: Crm, request: ServiceRequest) -> tuple[DeadlineState, DeadlineState]:
    """How both promises stand."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown = service.detail(work, request.id)
    return shown.response, shown.resolution


@pytest.fixture
def correcting(crm: Crm, people: People) -> None:
    """Supervisors may correct requests."""
    role = people.supervisor.roles[0]
    allowed = [*crm.perform(access.role, role, as_user="admin").permissions, "service.edit"]
    crm.perform(access.set_permissions, role, allowed, as_user="admin")


@pytest.mark.requirement("X-SRV-05")
def test_the_most_urgent_comes_first_and_what_is_over_is_left_out(
    crm: Crm, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = promised(crm, respond_within=180, resolve_within=480)
    targeted(crm, office, "只答复", type="inquiry", respond_within=120)
    targeted(crm, office, "只处理", type="suggestion", resolve_within=60)
    customer = entered(crm)
    filed(crm, customer, title="answer in two hours", type="inquiry")
    filed(crm, customer, title="handle in one hour", type="suggestion")
    both = assigned(crm, customer, title="answer in three hours")
    gone, kept = filed(crm, customer, title="merged"), filed(crm, customer, title="kept", type="inquiry")
    crm.perform(service.note, kept.id, "收到", internal=False, as_user="zhaomin")
    merged = crm.perform(service.merge, kept.id, gone.id, as_user="zhaomin")
    handled(crm, customer, title="handled")
    archived(crm, customer, title="archived")
    assert late(crm) == []
    began, seen = clock.now, []
    for hours in (1, 2, 4):  # nobody works for an hour at noon
        clock.now = began + hours * HOUR
        on_time = late(crm)
        clock.advance(milliseconds=1)
        seen.append((on_time, late(crm)))
    with monkeypatch.context() as counting, crm.work(as_user="zhaomin", readonly=True) as work:
        counting.setattr(listing, "COUNTED", 2)
        page = service.overdue(work, size=1)
    assert (len(page.rows), page.total, page.more) == (1, 2, True)
    first, second, third = ["handle in one hour"], ["answer in two hours"], ["answer in three hours"]
    assert seen == [([], first), (first, first + second), (first + second, first + second + third)]
    crm.perform(service.note, both.id, "收到", internal=False, as_user="wangwei")
    assert late(crm) == first + second  # five hours are left to handle it
    assert states(crm, gone) == (DeadlineState.NONE, DeadlineState.NONE)
    crm.perform(service.undo_merge, merged.id, as_user="zhaomin")
    assert late(crm) == [*first, *second, "merged"]
    assert states(crm, gone)[0] is DeadlineState.BREACHED


@pytest.mark.requirement("X-SRV-05")
def test_waiting_for_the_customer_hides_no_delay(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=30, resolve_within=60)
    customer = entered(crm)
    broken, timely = assigned(crm, customer, title="broken"), assigned(crm, customer, title="timely")
    clock.advance(hours=1)
    crm.perform(service.wait_for_customer, timely.id, "?", as_user="wangwei")  # at the very last instant
    clock.advance(milliseconds=1)
    assert late(crm) == ["broken"]
    crm.perform(service.wait_for_customer, broken.id, "?", as_user="wangwei")
    clock.advance(days=1)
    assert late(crm) == ["broken"]
    assert states(crm, broken) == (DeadlineState.MISSED, DeadlineState.BREACHED)
    assert states(crm, timely) == (DeadlineState.MISSED, DeadlineState.WAITING)
    for request in (broken, timely):
        crm.perform(service.resume, request.id, as_user="wangwei")
    assert late(crm) == ["broken"]
    clock.advance(milliseconds=1)
    assert late(crm) == ["broken", "timely"]
    for request in (broken, timely):
        crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    assert late(crm) == []


@pytest.mark.requirement("X-SRV-05", "X-SRV-10")
@pytest.mark.usefixtures("correcting")
def test_another_priority_or_kind_promises_the_handling_anew_after_the_answer_too(crm: Crm, clock: SetClock) -> None:
    office = promised(crm, respond_within=60, resolve_within=480)
    targeted(crm, office, "紧急", priority=Priority.URGENT, respond_within=30, resolve_within=120)
    targeted(crm, office, "询问", type="inquiry", resolve_within=240)
    customer = entered(crm)
    silent, told = assigned(crm, customer), assigned(crm, customer)  # at half past nine
    clock.advance(minutes=15)
    crm.perform(service.note, told.id, "收到", internal=False, as_user="wangwei")
    half_past_nine = silent.created_at
    urgent = crm.perform(service.edit, silent.id, priority=Priority.URGENT, as_user="zhaomin")
    assert urgent.respond_by == half_past_nine + HOUR / 2
    assert urgent.resolve_by == half_past_nine + 2 * HOUR
    urgent = crm.perform(service.edit, told.id, priority=Priority.URGENT, as_user="zhaomin")
    assert urgent.respond_by == half_past_nine + HOUR  # it was answered in time, and stays so
    assert (urgent.resolve_by, urgent.resolve_risk_at) == (half_past_nine + 2 * HOUR, half_past_nine + 1.6 * HOUR)
    other = crm.perform(service.edit, told.id, type="inquiry", priority=Priority.NORMAL, as_user="zhaomin")
    assert other.resolve_by == half_past_nine + 5 * HOUR  # over noon
    same = crm.perform(service.edit, told.id, title="新概要", as_user="zhaomin")
    assert same.resolve_by == other.resolve_by


@pytest.mark.requirement("X-SRV-05", "X-SRV-10", "SVC-06")
@pytest.mark.usefixtures("correcting")
def test_what_was_waited_and_the_round_it_is_in_count_for_the_new_promise(crm: Crm, clock: SetClock) -> None:
    office = promised(crm, respond_within=60, resolve_within=480)
    targeted(crm, office, "紧急", priority=Priority.URGENT, respond_within=30, resolve_within=120)
    request = assigned(crm)  # at half past nine
    for step in (service.wait_for_customer, None):
        clock.advance(minutes=30)
        if step is not None:
            crm.perform(step, request.id, "?", as_user="wangwei")
    waiting = crm.perform(service.edit, request.id, priority=Priority.URGENT, as_user="zhaomin")
    assert waiting.resolve_by == request.created_at + 2 * HOUR
    assert waiting.waiting_since == request.created_at + HOUR / 2  # it goes on waiting
    crm.perform(service.resume, request.id, as_user="wangwei")
    crm.perform(service.edit, request.id, priority=Priority.NORMAL, as_user="zhaomin")
    again = crm.perform(service.edit, request.id, priority=Priority.URGENT, as_user="zhaomin")
    assert again.resolve_by == request.created_at + 2.5 * HOUR  # noon
    clock.advance(days=1)
    crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    back = judged(crm, request, 2)  # Tuesday at half past ten
    assert (back.waited, back.resolve_by) == (0, clock.now + 4 * HOUR - HOUR)  # two hours of work, over noon
    slower = crm.perform(service.edit, request.id, priority=Priority.NORMAL, as_user="zhaomin")
    assert slower.resolve_by == clock.now + dt.timedelta(days=1)
    assert slower.respond_by == back.respond_by
    with crm.work(as_user="zhaomin", readonly=True) as work:
        (past,) = service.detail(work, request.id).rounds
    assert (past.counted_from, past.resolve_by, past.waited) == (request.created_at, again.resolve_by, 1800)
    assert (past.respond_by, past.responded_at) == (again.respond_by, again.responded_at)
    assert past.handled_at is not None
    assert past.resolve_by is not None
    assert past.handled_at > past.resolve_by  # it was not in time


@pytest.mark.requirement("X-SRV-01", "X-SRV-05")
@pytest.mark.usefixtures("correcting")
def test_a_promise_goes_by_what_was_agreed_on_the_day_it_counts_from(crm: Crm, clock: SetClock) -> None:
    office = promised(crm, respond_within=60, resolve_within=480)
    agreed = targeted(crm, office, "合同", level="5", resolve_within=300)
    customer, today = entered(crm), dt.date(2026, 3, 2)
    contract = crm.perform(
        agreements.create_contract,
        number="HT1",
        customer=customer.id,
        title="年度维护",
        starts_on=today,
        ends_on=today,
        covers=("complaint",),
        target=agreed.id,
        as_user="lihua",
    )
    request, twin = assigned(crm, customer), assigned(crm, customer)
    assert request.contract == contract.id
    by_contract = request.created_at + 6 * HOUR  # over noon
    assert request.resolve_by == by_contract
    clock.advance(days=1)
    assert filed(crm, customer).contract is None
    edited = crm.perform(service.edit, request.id, priority=Priority.URGENT, as_user="zhaomin")
    assert (edited.contract, edited.resolve_by) == (contract.id, by_contract)
    edited = crm.perform(service.edit, request.id, type="inquiry", as_user="zhaomin")
    assert (edited.contract, edited.resolve_by) == (None, request.created_at + dt.timedelta(days=1))
    crm.perform(service.handle, twin.id, "好了", as_user="wangwei")
    back = judged(crm, twin, 1)
    assert back.contract == contract.id  # it was filed under it, and counts for it
    assert back.resolve_by == clock.now + dt.timedelta(days=1)  # and what is promised now goes by what holds now
    assert reread(crm, twin).contract == contract.id
