"""The clock of a request as laws: promises are counted in working time, and a pause moves them by just that much."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import UserId
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import CustomerId
from crmcore.service.clock import (
    Deadline,
    DeadlineState,
    next_due,
    paused,
    repromised,
    resolution,
    response,
    restarted,
    resumed,
    started,
)
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus

OFFICE = ((540, 720), (780, 1080))
CHINA = Timetable(zone=ZoneInfo("Asia/Shanghai"), week=(OFFICE,) * 5 + ((), ()))
FRIDAY = dt.datetime(2026, 3, 6, 8, 0, tzinfo=dt.UTC)
"""Four in the afternoon in Shanghai: two hours of work are left before the weekend."""
REQUEST = ServiceRequest(
    id=ServiceRequestId(uuid.UUID(int=1)),
    number="FW1",
    type="complaint",
    title="t",
    customer=CustomerId(uuid.UUID(int=2)),
    request="r",
    created_by=UserId(uuid.UUID(int=3)),
    created_at=FRIDAY,
    status=ServiceStatus.ASSIGNED,
)
TARGET = ServiceTarget(
    id=ServiceTargetId(uuid.UUID(int=4)),
    name="n",
    name_key="n",
    respond_within=60,
    resolve_within=480,
    risk_percent=50,
    calendar=WorkingCalendarId(uuid.UUID(int=5)),
)
MINUTE = dt.timedelta(minutes=1)
MINUTES = st.integers(1, 60 * 24 * 20).map(lambda minutes: dt.timedelta(minutes=minutes))


@pytest.mark.requirement("X-SRV-05")
def test_known_answers() -> None:
    made = started(REQUEST, TARGET, CHINA, FRIDAY)
    assert made.respond_by == FRIDAY + dt.timedelta(hours=1)
    assert made.respond_risk_at == FRIDAY + dt.timedelta(minutes=30)
    assert made.resolve_by == dt.datetime(2026, 3, 9, 8, 0, tzinfo=dt.UTC)  # Monday at four
    assert made.resolve_risk_at == dt.datetime(2026, 3, 9, 3, 0, tzinfo=dt.UTC)  # Monday at eleven
    assert made.calendar == TARGET.calendar
    unpromised = started(made, None, None, FRIDAY)
    assert (unpromised.calendar, unpromised.respond_by, unpromised.resolve_by) == (None, None, None)
    assert resolution(unpromised).state(FRIDAY) is DeadlineState.NONE
    open_ended = started(REQUEST, attrs.evolve(TARGET, respond_within=None), CHINA, FRIDAY)
    assert (open_ended.respond_by, open_ended.resolve_by) == (None, made.resolve_by)


@pytest.mark.requirement("X-SRV-05")
@given(before=MINUTES, waited=MINUTES)
def test_a_pause_moves_what_is_open_by_exactly_the_working_time_waited(
    before: dt.timedelta, waited: dt.timedelta
) -> None:
    made = started(REQUEST, TARGET, CHINA, FRIDAY)
    since, until = FRIDAY + before, FRIDAY + before + waited
    standing = paused(made, since)
    assert paused(standing, until) == standing  # asked twice, it waits since the first time
    going = resumed(standing, CHINA, until)
    worked = CHINA.between(since, until)
    assert going.waited == worked.total_seconds()
    for name in ("respond_by", "respond_risk_at", "resolve_by", "resolve_risk_at"):
        moved, was = getattr(going, name), getattr(made, name)
        assert moved == CHINA.add(was, worked), name
    answered = resumed(attrs.evolve(standing, responded_at=since), CHINA, until)
    assert (answered.respond_by, answered.resolve_by) == (made.respond_by, going.resolve_by)
    assert resumed(going, CHINA, until) == going  # what does not stand goes on as it was
    assert attrs.evolve(resumed(standing, None, until), waiting_since=since) == standing


@pytest.mark.requirement("X-SRV-05", "SVC-06")
def test_a_request_that_comes_back_is_promised_anew_and_its_first_answer_stays() -> None:
    made = attrs.evolve(started(REQUEST, TARGET, CHINA, FRIDAY), responded_at=FRIDAY)
    later = FRIDAY + dt.timedelta(days=7)
    again = restarted(paused(made, FRIDAY), TARGET, CHINA, later)
    assert (again.respond_by, again.responded_at, again.waiting_since) == (made.respond_by, FRIDAY, None)
    assert again.resolve_by == CHINA.add(later, dt.timedelta(hours=8))


@pytest.mark.requirement("X-SRV-05")
def test_how_a_promise_stands() -> None:
    minute = dt.timedelta(minutes=1)
    promise = Deadline(by=FRIDAY, risk_at=FRIDAY - minute, kept_at=None)
    stands = [(promise.state(FRIDAY + seconds * dt.timedelta(seconds=1)).value) for seconds in (-61, -60, 0, 1)]
    assert stands == ["running", "at_risk", "at_risk", "breached"]
    assert attrs.evolve(promise, risk_at=None).state(FRIDAY) is DeadlineState.RUNNING
    assert attrs.evolve(promise, waiting_since=FRIDAY).state(FRIDAY + minute) is DeadlineState.WAITING
    assert attrs.evolve(promise, kept_at=FRIDAY).state(FRIDAY + minute) is DeadlineState.MET
    assert attrs.evolve(promise, kept_at=FRIDAY + minute).state(FRIDAY) is DeadlineState.MISSED


@pytest.mark.requirement("X-SRV-05")
def test_what_is_due_next() -> None:
    made = started(REQUEST, TARGET, CHINA, FRIDAY)
    assert next_due(made) == made.respond_by
    answered = attrs.evolve(made, responded_at=FRIDAY)
    assert next_due(answered) == made.resolve_by
    assert next_due(attrs.evolve(answered, handled_at=FRIDAY)) is None
    assert next_due(attrs.evolve(made, handled_at=FRIDAY)) == made.respond_by
    assert next_due(attrs.evolve(made, merged_into=REQUEST.id)) is None
    assert next_due(REQUEST) is None
    only_answer = started(REQUEST, attrs.evolve(TARGET, resolve_within=None), CHINA, FRIDAY)
    assert next_due(only_answer) == only_answer.respond_by
    only_handling = started(REQUEST, attrs.evolve(TARGET, respond_within=None), CHINA, FRIDAY)
    assert next_due(only_handling) == only_handling.resolve_by


@pytest.mark.requirement("X-SRV-05")
def test_a_pause_hides_nothing_that_was_broken_before() -> None:
    made, tick = started(REQUEST, TARGET, CHINA, FRIDAY), dt.timedelta(milliseconds=1)
    assert made.respond_by is not None
    assert made.resolve_by is not None
    on_time = paused(made, made.respond_by)
    assert (next_due(on_time), response(on_time).state(made.resolve_by)) == (None, DeadlineState.WAITING)
    one_late = paused(made, made.respond_by + tick)
    assert next_due(one_late) == made.respond_by
    stand = [one(one_late).state(made.resolve_by + tick) for one in (response, resolution)]
    assert stand == [DeadlineState.BREACHED, DeadlineState.WAITING]
    assert next_due(paused(attrs.evolve(made, responded_at=FRIDAY), made.resolve_by + tick)) == made.resolve_by


@pytest.mark.requirement("X-SRV-05")
@given(before=MINUTES, waited=MINUTES, now=MINUTES)
def test_whatever_is_overdue_is_broken_and_the_other_way_round(
    before: dt.timedelta, waited: dt.timedelta, now: dt.timedelta
) -> None:
    made = started(REQUEST, TARGET, CHINA, FRIDAY)
    standing = paused(made, FRIDAY + before)
    for request in (made, standing, resumed(standing, CHINA, FRIDAY + before + waited)):
        at = FRIDAY + before + now
        broken = DeadlineState.BREACHED in {response(request).state(at), resolution(request).state(at)}
        due = with_derived(request).next_due_at
        assert broken == (due is not None and due < at)


@pytest.mark.requirement("X-SRV-05", "X-SRV-09")
def test_nothing_is_promised_for_what_was_merged_whatever_it_was() -> None:
    made = attrs.evolve(paused(started(REQUEST, TARGET, CHINA, FRIDAY), FRIDAY), merged_into=REQUEST.id)
    for request in (made, attrs.evolve(made, responded_at=FRIDAY, handled_at=FRIDAY), resumed(made, CHINA, FRIDAY)):
        for one in (response(request), resolution(request)):
            assert one.state(FRIDAY + dt.timedelta(days=99)) is DeadlineState.NONE
            assert one.left(CHINA, FRIDAY) is None


@pytest.mark.requirement("X-SRV-05")
def test_how_much_working_time_is_left() -> None:
    promise = Deadline(by=FRIDAY + dt.timedelta(hours=1), risk_at=None, kept_at=None)  # at five, an hour before closing
    hour = dt.timedelta(hours=1)
    left = [promise.left(CHINA, FRIDAY + hours * hour) for hours in (0, 1, 2, 64, 65)]
    assert left == [hour, 0 * hour, -hour, -hour, -hour]  # the weekend makes nothing later
    assert promise.left(CHINA, FRIDAY + 66 * hour) == -2 * hour
    assert attrs.evolve(promise, kept_at=FRIDAY).left(CHINA, FRIDAY) is None
    assert attrs.evolve(promise, waiting_since=FRIDAY).left(CHINA, FRIDAY + 2 * hour) is None


@pytest.mark.requirement("X-SRV-05", "X-SRV-10")
@given(before=MINUTES, waited=MINUTES)
def test_promised_anew_it_is_as_if_it_had_been_promised_so_from_the_beginning(
    before: dt.timedelta, waited: dt.timedelta
) -> None:
    """Waiting before or after the correction makes no difference."""
    urgent = attrs.evolve(TARGET, resolve_within=30, respond_within=5, risk_percent=10)
    since, until = FRIDAY + before, FRIDAY + before + waited
    wanted, made = (
        attrs.evolve(started(REQUEST, one, CHINA, FRIDAY), responded_at=FRIDAY + dt.timedelta(minutes=1))
        for one in (urgent, TARGET)
    )
    going = resumed(paused(wanted, since), CHINA, until)
    for changed in (
        repromised(resumed(paused(made, since), CHINA, until), urgent, CHINA),
        resumed(repromised(paused(made, since), urgent, CHINA), CHINA, until),
        resumed(paused(repromised(made, urgent, CHINA), since), CHINA, until),
    ):
        assert attrs.evolve(changed, respond_by=None, respond_risk_at=None) == attrs.evolve(
            going, respond_by=None, respond_risk_at=None
        )
        assert (changed.respond_by, changed.respond_risk_at) == (made.respond_by, made.respond_risk_at)
    silent = repromised(started(REQUEST, TARGET, CHINA, FRIDAY), urgent, CHINA)
    assert silent == started(REQUEST, urgent, CHINA, FRIDAY)


@pytest.mark.requirement("SVC-02")
def test_a_request_is_found_by_number_customer_and_title() -> None:
    made = with_derived(attrs.evolve(REQUEST, customer_name="北京 华建", title=" two \n lines\t"))
    assert made.search_text == "FW1\n北京 华建\ntwo lines"
    longest = attrs.evolve(REQUEST, number="n" * 20, customer_name="c" * 100, title="t" * 500)
    assert with_derived(longest).search_text.endswith("t" * 500)


@pytest.mark.requirement("X-SRV-05")
def test_where_no_hours_are_left_nothing_is_promised_and_nobody_is_kept_from_going_on() -> None:
    one_day = Timetable(zone=CHINA.zone, week=((),) * 7, special={dt.date(2026, 3, 6): OFFICE})
    made = started(REQUEST, TARGET, one_day, FRIDAY)  # two hours are left: one for an answer, not eight
    assert (made.respond_by, made.respond_risk_at) == (FRIDAY + 60 * MINUTE, FRIDAY + 30 * MINUTE)
    assert (made.resolve_by, made.resolve_risk_at) == (None, None)
    again = restarted(made, TARGET, one_day, FRIDAY)
    assert (again.resolve_by, again.counted_from) == (None, FRIDAY)
    standing = paused(made, FRIDAY)
    going = resumed(standing, one_day, FRIDAY + 30 * MINUTE)
    assert (going.respond_by, going.respond_risk_at) == (FRIDAY + 90 * MINUTE, FRIDAY + 60 * MINUTE)
    never = resumed(standing, one_day, FRIDAY + 90 * MINUTE)
    assert (never.respond_by, never.respond_risk_at, never.waited) == (None, None, 90 * 60)
    assert response(never).state(FRIDAY) is DeadlineState.NONE
