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
from crmcore.service.clock import Deadline, DeadlineState, paused, resolution, restarted, resumed, started
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
