"""Working time and promises kept, and the backlog over time, on every store (X-SRV-05, X-SRV-14, X-SRV-17)."""

import datetime as dt
import random
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from company import People, SetClock
from company.clients import entered, put
from company.counting import CountingStore
from company.desk import ASKED, archived, assigned, filed, handled, judged, promised
from company.opened import check_opens, records_of, values
from crmcore import reports, service
from crmcore.access.rules import NoPermission
from crmcore.base.clock import cut
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Customer
from crmcore.service.clock import DeadlineState, resolution, response
from crmcore.service.deriving import with_derived
from crmcore.service.entity import OPEN, Priority, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.statistics.periods import Period, Span, instants, month_of
from crmcore.statistics.promised import HANDLED, HOURS, RESPONDED, done, done_and_late, done_rows, late, late_rows
from crmcore.statistics.promises import PromiseRecord
from crmcore.statistics.requested import HandlingBy
from crmcore.storage.crm import Crm

MARCH = month_of(2026, 3)
HOUR = dt.timedelta(hours=1)


def within(record: PromiseRecord) -> list[Any]:
    """How many needed up to an hour, up to four, and so on."""
    return [one.number.value for one in record.within]


@pytest.mark.requirement("X-SRV-05", "X-SRV-14", "X-SRV-17", "X-ANA-08")
def test_times_and_promises_are_told_in_working_time(crm: Crm, clock: SetClock) -> None:
    nothing = crm.perform(reports.service_promises, MARCH, as_user="zhaomin").whole
    assert values(nothing.response.done, nothing.response.met, nothing.response.overdue) == (0, 0, 0)
    assert values(nothing.response.hours, nothing.response.share, nothing.resolution.share) == (None,) * 3
    client = entered(crm)
    unpromised = handled(crm, client, type="inquiry")
    promised(crm, respond_within=60, resolve_within=480)  # on Monday at half past nine
    first, slow, late, waits, young = (assigned(crm, client) for _ in range(5))
    gone = filed(crm, client)
    clock.advance(hours=1)
    crm.perform(service.note, slow.id, "我们在查", internal=False, as_user="wangwei")  # the very last instant
    clock.advance(hours=3)  # at half past one: noon does not count
    crm.perform(service.handle, first.id, "好了", as_user="wangwei")
    crm.perform(service.wait_for_customer, waits.id, "哪一台？", as_user="wangwei")
    crm.perform(service.merge, first.id, gone.id, as_user="zhaomin")
    clock.now = dt.datetime(2026, 3, 3, 2, 30, tzinfo=dt.UTC)  # on Tuesday at half past ten, nine hours of work later
    crm.perform(service.handle, slow.id, "好了", as_user="wangwei")
    found = crm.perform(reports.service_promises, MARCH, by=HandlingBy.TYPE, as_user="chengang")
    assert check_opens(crm, found, "chengang") > 60
    whole = found.whole
    assert values(whole.response.done, whole.response.hours) == (4, Decimal("2.3"))  # 1, 3 and 3
    assert within(whole.response) == [1, 2, 0, 0, 0, 0]
    assert values(whole.response.met, whole.response.missed, whole.response.overdue) == (1, 2, 2)
    assert whole.response.share.value == Decimal("20.0")
    assert whole.response.share.whole is not None
    assert whole.response.share.whole.value == 5
    assert values(whole.resolution.done, whole.resolution.hours) == (3, Decimal("6.0"))  # 3 and 9
    assert within(whole.resolution) == [0, 1, 0, 1, 0, 0]
    assert values(whole.resolution.met, whole.resolution.missed, whole.resolution.overdue) == (1, 1, 2)
    assert whole.resolution.share.value == Decimal("25.0")
    assert {one.id for one in records_of(crm, whole.response.overdue)} == {late.id, young.id}
    assert {one.id for one in records_of(crm, whole.resolution.overdue)} == {late.id, young.id}  # not who waits
    complaint, inquiry = found.groups
    assert (complaint.group, *values(complaint.response.done, complaint.resolution.done)) == ("complaint", 3, 2)
    assert (inquiry.group, *values(inquiry.response.done, inquiry.response.hours)) == ("inquiry", 1, None)
    assert values(inquiry.response.share, inquiry.resolution.share) == (None, None)
    assert [one.id for one in records_of(crm, inquiry.resolution.done)] == [unpromised.id]
    states = crm.perform(reports.service_promises, MARCH, by=HandlingBy.STATUS, as_user="lihua")
    assert [one.group for one in states.groups] == [ServiceStatus.ASSIGNED, ServiceStatus.HANDLED]
    check_opens(crm, states, "lihua")
    april = crm.perform(reports.service_promises, month_of(2026, 4), as_user="zhaomin").whole
    assert values(april.response.done, april.resolution.overdue, april.resolution.share) == (0, 0, None)


@pytest.mark.requirement("X-SRV-05", "X-SRV-14", "SVC-06")
def test_each_treatment_of_a_request_that_came_back_has_its_promise(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=120)
    request = assigned(crm)
    clock.advance(days=1)
    crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    whole = crm.perform(reports.service_promises, MARCH, as_user="zhaomin").whole
    assert values(whole.resolution.hours, whole.resolution.share) == (8, 0)
    judged(crm, request, 1)
    whole = crm.perform(reports.service_promises, MARCH, as_user="zhaomin").whole
    assert values(whole.response.missed, whole.resolution.done, whole.resolution.share) == (1, 0, 0)
    assert values(whole.earlier.done, whole.earlier.hours, whole.earlier.missed, whole.earlier.share) == (1, 8, 1, 0)
    clock.advance(hours=1)
    crm.perform(service.handle, request.id, "再修", as_user="wangwei")
    whole = crm.perform(reports.service_promises, MARCH, as_user="zhaomin").whole
    assert values(whole.response.hours, whole.resolution.hours, whole.resolution.share) == (8, 1, 50)
    found = crm.perform(reports.service_promises, MARCH, by=HandlingBy.TYPE, as_user="zhaomin")
    assert check_opens(crm, found, "zhaomin") == 60
    assert [(one.group, one.resolution.share.value, one.earlier.missed.value) for one in found.groups] == [
        ("complaint", 50, 1)
    ]
    assert [one.request for one in records_of(crm, found.whole.earlier.missed)] == [request.id]


@pytest.mark.requirement("X-SRV-05", "X-SRV-17")
def test_what_was_late_before_the_company_waited_stays_late(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=30, resolve_within=60)
    client = entered(crm)
    broken, timely = assigned(crm, client), assigned(crm, client)
    clock.advance(hours=1)
    crm.perform(service.wait_for_customer, timely.id, "?", as_user="wangwei")
    clock.advance(milliseconds=1)
    crm.perform(service.wait_for_customer, broken.id, "?", as_user="wangwei")
    clock.advance(days=1)
    found = crm.perform(reports.service_promises, MARCH, as_user="zhaomin").whole
    assert [one.id for one in records_of(crm, found.resolution.overdue)] == [broken.id]
    backlog = crm.perform(reports.service_backlog, as_user="zhaomin")
    assert [one.id for one in records_of(crm, backlog.unsolved)] == [broken.id]
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert service.overdue(work).total == 1


@pytest.mark.requirement("X-SRV-14", "X-SRV-17")
def test_the_backlog_grows_by_what_comes_and_shrinks_by_what_ends(crm: Crm, clock: SetClock) -> None:
    client = entered(crm)
    again = archived(crm, client)
    one, other, stays = (filed(crm, client) for _ in range(3))
    crm.perform(service.merge, one.id, other.id, as_user="zhaomin")
    clock.advance(days=10)
    crm.perform(service.reopen, again.id, "又坏了", as_user="wangwei")  # it was not over
    clock.now = dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)  # in Shanghai it is April
    ends = handled(crm, client)
    clock.advance(days=35)
    judged(crm, ends, 5)
    spring = Period(dt.date(2026, 2, 1), dt.date(2026, 6, 30))
    found = crm.perform(reports.service_backlog_trend, spring, as_user="chengang")
    check_opens(crm, found, "chengang")
    told = [values(step.opening, step.came, step.ended, step.closing) for step in found]
    assert told == [(0, 0, 0, 0), (0, 4, 1, 3), (3, 1, 0, 4), (4, 0, 1, 3), (3, 0, 0, 3)]
    assert {request.id for request in records_of(crm, found[-1].closing)} == {again.id, one.id, stays.id}
    days = crm.perform(reports.service_backlog_trend, MARCH, span=Span.DAY, as_user="lihua")
    check_opens(crm, days, "lihua")
    assert len(days) == 31
    for left, right in pairwise(days):
        assert left.closing.value == right.opening.value
        assert (left.opening.value or 0) + (left.came.value or 0) - (left.ended.value or 0) == left.closing.value


def any_desk(crm: Crm, people: People, mine: Customer, theirs: Customer) -> list[ServiceRequest]:
    """Forty requests of a winter, in any state, with any promise and anything measured."""
    dice, now = random.Random(7), crm.clock()
    sellers, requests = (people.lihua.id, people.wangwei.id), list[ServiceRequest]()
    for place in range(40):
        created = cut(now - dt.timedelta(days=60 * dice.random()))
        status = dice.choice((*ServiceStatus, ServiceStatus.ARCHIVED))
        over = status in {ServiceStatus.HANDLED, ServiceStatus.ARCHIVED}
        answered, handled_at = (cut(created + 90 * HOUR * dice.random()) for _ in range(2))
        told = over or dice.random() < 0.5
        made = ServiceRequest(
            id=ServiceRequestId(crm.ids()),
            number=f"FW{place}",
            **{**ASKED, "type": dice.choice(("complaint", "inquiry"))},
            customer=dice.choice((mine, theirs)).id,
            priority=dice.choice((*Priority,)),
            channel=dice.choice(("", "phone")),
            status=status,
            created_by=dice.choice(sellers),
            created_at=created,
            assignee=None if status is ServiceStatus.NEW else dice.choice(sellers),
            handled_by=dice.choice(sellers) if over else None,
            handled_at=handled_at if over else None,
            archived_at=cut(handled_at + HOUR) if status is ServiceStatus.ARCHIVED else None,
            responded_at=answered if told else None,
            responded_in=dice.choice((None, 0, 3600, 3601, 40 * 3600, 99 * 3600)) if told else None,
            resolved_in=dice.choice((None, 0, 4 * 3600, 8 * 3600 + 1)) if over else None,
            respond_by=dice.choice((None, created + 40 * HOUR)),
            resolve_by=dice.choice((None, created + 40 * HOUR)),
            waiting_since=created + HOUR if status is ServiceStatus.ASSIGNED and dice.random() < 0.3 else None,
            merged_into=requests[0].id if status is ServiceStatus.ARCHIVED and requests and place % 5 == 0 else None,
            version=1,
        )
        requests.append(with_derived(made))
    return requests


def check_record(
    found: PromiseRecord, requests: list[ServiceRequest], names: tuple[str, str, str, str], now: Any
) -> None:
    """Compare with what these requests say one by one."""
    by, at, took, met = names
    ended = [one for one in requests if getattr(one, at)]
    times = [getattr(one, took) for one in ended if getattr(one, took) is not None]
    judged = [getattr(one, met) for one in ended if getattr(one, met) is not None]
    promise = response if by == "respond_by" else resolution
    late = [one for one in requests if one.status in OPEN and promise(one).state(now) is DeadlineState.BREACHED]
    assert values(found.done, found.met, found.missed) == (len(ended), judged.count(True), judged.count(False))
    assert found.overdue.value == len(late)
    edges = [0, *(3600 * hours + 1 for hours in HOURS), 2**53]
    assert within(found) == [sum(low <= one < high for one in times) for low, high in pairwise(edges)]
    assert (found.hours.value is None) == (not times)
    assert not times or abs(float(found.hours.value or 0) - sum(times) / len(times) / 3600) < 0.051
    due = len(judged) + len(late)
    assert (found.share.value is None) == (not due)
    assert not due or abs(float(found.share.value or 0) - 100 * judged.count(True) / due) < 0.051


def check_asked_at_once(crm: Crm, who: str, start: dt.datetime, end: dt.datetime, by: HandlingBy) -> None:
    """Compare with what is answered to each question alone: neither more groups nor fewer."""
    with crm.work(as_user=who, readonly=True) as work:
        ask, now = work.service_requests.groups, work.now
        rows = ask(done_and_late(start, end, now, by))
        for kind in (RESPONDED, HANDLED):
            assert done_rows(kind, rows) == [*ask(done(kind, start, end, by))]
            assert late_rows(kind, rows) == [*ask(late(kind, start, end, now, by))]


@pytest.mark.requirement("X-SRV-05", "X-SRV-14", "X-SRV-17", "9")
def test_any_desk_is_measured_as_its_requests_say_one_by_one(crm: Crm, people: People) -> None:
    mine, theirs = entered(crm), entered(crm, by="wangwei", name="上海某公司")
    requests = any_desk(crm, people, mine, theirs)
    put(crm, *requests)
    days, now = Period(dt.date(2026, 1, 11), dt.date(2026, 2, 20)), crm.clock()
    first, end = instants(days, ZoneInfo("Asia/Shanghai"))
    came = [one for one in requests if first <= one.created_at < end]
    for who, user in (("zhaomin", None), ("lihua", people.lihua.id)):
        his = [
            one
            for one in requests
            if user is None or one.customer == mine.id or user in {one.created_by, one.assignee, one.handled_by}
        ]
        counting = [one for one in came if one in his and one.merged_into is None]
        for by in HandlingBy if user is None else (HandlingBy.ASSIGNEE,):
            found = crm.perform(reports.service_promises, days, by=by, as_user=who)
            check_opens(crm, found, who)
            check_asked_at_once(crm, who, first, end, by)
            for group in (*found.groups, found.whole):
                some = [one for one in counting if group is found.whole or getattr(one, by.value) == group.group]
                check_record(group.response, some, ("respond_by", "responded_at", "responded_in", "respond_met"), now)
                check_record(group.resolution, some, ("resolve_by", "handled_at", "resolved_in", "resolve_met"), now)
        trend = crm.perform(reports.service_backlog_trend, days, span=Span.MONTH, as_user=who)
        check_opens(crm, trend, who)
        for step in trend:
            begins, ends = instants(step.period, ZoneInfo("Asia/Shanghai"))
            open_at = [
                sum(one.created_at < at and not (one.archived_at and one.archived_at < at) for one in his)
                for at in (begins, ends)
            ]
            flows = [
                sum(begins <= at < ends for one in his if (at := getattr(one, name)))
                for name in ("created_at", "archived_at")
            ]
            assert values(step.opening, step.came, step.ended, step.closing) == (open_at[0], *flows, open_at[1])


@pytest.mark.requirement("X-SRV-17", "9")
def test_promises_ask_little_and_only_for_who_sees_service(crm: Crm) -> None:
    for call in (reports.service_promises, reports.service_backlog_trend):
        report: Any = call
        with pytest.raises(NoPermission):
            crm.perform(report, MARCH, as_user="admin")
        counted = CountingStore(crm.store)
        with Crm(counted, clock=crm.clock, ids=crm.ids).work(as_user="zhaomin", readonly=True) as work:
            counted.asked.clear()
            report(work, MARCH)
        assert len(counted.asked) <= 5
    wrong: list[tuple[Any, Any, dict[str, Any]]] = [
        (reports.service_promises, None, {}),
        (reports.service_promises, MARCH, {"by": "type"}),
        (reports.service_backlog_trend, MARCH, {"span": "month"}),
        (reports.service_backlog_trend, Period(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), {"span": Span.DAY}),
    ]
    for report, period, more in wrong:
        with pytest.raises(Invalid):
            crm.perform(report, period, as_user="zhaomin", **more)
