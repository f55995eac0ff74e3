"""The working time of each answer and each treatment, and whether it was in time, on every store (X-SRV-05, 14)."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from company import People, SetClock
from company.clients import entered
from company.desk import assigned, handled, judged, promised, reread
from company.lapses import change
from crmcore import access, calendars, service
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import Customer
from crmcore.reports.presenting.promises import SERVICE_PROMISES
from crmcore.service.entity import Priority, ServiceRequest, ServiceRound, ServiceStatus
from crmcore.service.upkeep import measure_all
from crmcore.statistics.periods import month_of
from crmcore.storage.crm import Crm
from walking import MINUTE, walked

HOURS = 3600
OFFICE = Timetable(zone=ZoneInfo("Asia/Shanghai"), week=(((540, 720), (780, 1080)),) * 5 + ((), ()))
WHEN = {"content": ServiceStatus.HANDLED, "discontent": ServiceStatus.HANDLED, "reopen": ServiceStatus.ARCHIVED}
"""How a request stands when the customer speaks; otherwise it is being treated."""
STEPS = ("note", "wait", "resume", "handle", "content", "discontent", "reopen")


def rounds_of(crm: Crm, request: ServiceRequest) -> list[ServiceRound]:
    """The treatments that did not end it, the first one first."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return [*service.detail(work, request.id).rounds]


def facts(one: ServiceRequest | ServiceRound) -> tuple[Any, ...]:
    """What was measured."""
    return one.responded_in, one.respond_met, one.resolved_in, one.resolve_met


@pytest.mark.requirement("X-SRV-05", "X-SRV-14", "SVC-06")
def test_each_treatment_keeps_what_it_took_and_whether_it_was_in_time(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=240)
    customer = entered(crm)
    request = assigned(crm, customer)  # on Monday at half past nine
    assert facts(request) == (None, None, None, None)
    clock.advance(hours=1)
    waiting = crm.perform(service.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
    assert facts(waiting) == (HOURS, True, None, None)  # in time at the very last instant
    clock.advance(hours=4)  # until half past two, over noon
    crm.perform(service.note, request.id, "还在等您", internal=False, as_user="wangwei")
    crm.perform(service.resume, request.id, as_user="wangwei")
    clock.now = dt.datetime(2026, 3, 3, 1, 0, tzinfo=dt.UTC)  # on Tuesday at nine
    done = crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    assert facts(done) == (HOURS, True, 9 * HOURS // 2, False)  # one hour, and three and a half
    back = judged(crm, request, 1)
    assert facts(back) == (HOURS, True, None, None)
    clock.advance(hours=2)
    done = crm.perform(service.handle, request.id, "再修", as_user="wangwei")
    assert facts(done) == (HOURS, True, 2 * HOURS, True)
    assert facts(judged(crm, request, 5)) == facts(done)
    clock.advance(days=1)
    opened = crm.perform(service.reopen, request.id, "又坏了", as_user="wangwei")
    assert facts(opened) == (HOURS, True, None, None)
    first, second = rounds_of(crm, request)
    assert facts(first) == (HOURS, True, 9 * HOURS // 2, False)
    assert facts(second) == (HOURS, True, 2 * HOURS, True)
    at_once = handled(crm, customer)
    assert facts(at_once) == (0, True, 0, True)


@pytest.mark.requirement("X-SRV-05", "X-SRV-14")
def test_nothing_is_in_time_or_late_where_nothing_was_agreed(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    before = assigned(crm, customer)
    promised(crm, resolve_within=60)
    half = assigned(crm, customer)
    clock.advance(hours=2)
    for request, known in ((before, (2 * HOURS, None, 2 * HOURS, None)), (half, (2 * HOURS, None, 2 * HOURS, False))):
        assert facts(crm.perform(service.handle, request.id, "好了", as_user="wangwei")) == known


def said_of_times(crm: Crm) -> str:
    """What the report of promises says of times that nobody knows, its first words."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        tables = SERVICE_PROMISES.run(work, {"period": month_of(2026, 3)}, "en").tables
    return tables[0].notes[1].partition(":")[0] if len(tables[0].notes) > 1 else ""


@pytest.mark.requirement("X-SRV-05", "X-SRV-14")
def test_where_nothing_was_promised_the_company_s_hours_are_counted(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    early, request = assigned(crm, customer), assigned(crm, customer)
    clock.advance(hours=1)
    done = crm.perform(service.handle, early.id, "好了", as_user="wangwei")
    assert facts(done) == (None, None, None, None)  # nobody has said what working time is
    assert said_of_times(crm) == "No times are known"
    elsewhere = crm.perform(calendars.create_calendar, name="伦敦", zone="Europe/London", as_user="zhaomin")
    office = crm.perform(calendars.create_calendar, name="办公时间", zone="Asia/Shanghai", as_user="zhaomin")
    short = crm.perform(calendars.create_calendar, name="半天", monday=("09:00-12:00",), as_user="zhaomin")
    crm.perform(service.wait_for_customer, request.id, "哪一台？", as_user="wangwei")  # at half past ten
    clock.advance(hours=4)
    crm.perform(service.resume, request.id, as_user="wangwei")
    clock.advance(hours=2)
    done = crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    assert (done.waited, facts(done)) == (3 * HOURS, (HOURS, None, 3 * HOURS, None))
    assert said_of_times(crm) == ""
    late = judged(crm, handled(crm, customer), 1)
    crm.perform(calendars.retire_calendar, office.id, as_user="zhaomin")
    clock.now = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)  # a week later, on Monday at ten
    done = crm.perform(service.handle, late.id, "再修", as_user="wangwei")
    assert facts(done)[2] == HOURS  # by the half day
    nothing = dict.fromkeys(("responded_in", "resolved_in"))
    change(crm, reread(crm, request), **nothing)
    (treated,) = rounds_of(crm, late)
    change(crm, treated, resolved_in=None)
    assert (measure_all(crm), measure_all(crm)) == (3, 0)
    assert facts(reread(crm, early)) == (HOURS, None, HOURS, None)
    for one in (short, elsewhere):
        crm.perform(calendars.retire_calendar, one.id, as_user="zhaomin")
    change(crm, reread(crm, request), **nothing)
    assert measure_all(crm) == 0


@pytest.mark.requirement("X-SRV-05", "X-SRV-14")
def test_hours_changed_later_change_nothing_that_was_measured(crm: Crm, people: People, clock: SetClock) -> None:
    office = promised(crm, respond_within=60, resolve_within=240)
    role = people.supervisor.roles[0]
    allowed = [*crm.perform(access.role, role, as_user="admin").permissions, "service.edit"]
    crm.perform(access.set_permissions, role, allowed, as_user="admin")
    customer = entered(crm)
    request, untold = assigned(crm, customer), assigned(crm, customer)
    clock.advance(hours=2)
    crm.perform(service.note, request.id, "收到", internal=False, as_user="wangwei")
    crm.perform(calendars.set_special_day, office.id, day=dt.date(2026, 3, 2), spans=(), as_user="zhaomin")
    edited = crm.perform(service.edit, request.id, priority=Priority.HIGH, as_user="zhaomin")
    assert facts(edited) == (2 * HOURS, False, None, None)
    crm.perform(service.note, untold.id, "收到", internal=False, as_user="wangwei")
    assert reread(crm, untold).responded_in == 0  # it has become a holiday


@pytest.mark.requirement("X-SRV-05", "X-SRV-09", "X-SRV-14")
def test_who_answers_for_a_merged_request_is_measured(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=240)
    customer = entered(crm)
    kept, other = assigned(crm, customer), assigned(crm, customer)
    clock.advance(hours=1)
    crm.perform(service.note, other.id, "收到", internal=False, as_user="wangwei")
    clock.advance(hours=1)
    crm.perform(service.note, kept.id, "收到", internal=False, as_user="wangwei")
    before = [attrs.evolve(reread(crm, one), version=0) for one in (kept, other)]
    assert [facts(one)[:2] for one in before] == [(2 * HOURS, False), (HOURS, True)]
    done = crm.perform(service.merge, kept.id, other.id, as_user="zhaomin")
    assert facts(reread(crm, kept)) == (HOURS, True, None, None)  # the customer had been answered
    assert facts(reread(crm, other)) == (HOURS, None, None, None)  # no promise of its own any more
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert [attrs.evolve(reread(crm, one), version=0) for one in (kept, other)] == before


@pytest.mark.requirement("X-SRV-05", "X-SRV-14")
def test_what_was_handled_before_times_were_kept_is_measured_once(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    free = handled(crm, customer)
    promised(crm, respond_within=60, resolve_within=240)
    gone, again, still = assigned(crm, customer), assigned(crm, customer), assigned(crm, customer)
    clock.advance(hours=2)
    crm.perform(service.merge, again.id, gone.id, as_user="zhaomin")
    crm.perform(service.wait_for_customer, again.id, "?", as_user="wangwei")
    clock.advance(hours=2)
    judged(crm, crm.perform(service.handle, again.id, "好了", as_user="wangwei"), 1)
    crm.perform(service.handle, again.id, "再修", as_user="wangwei")
    known = [facts(reread(crm, one)) for one in (free, gone, again, still)]
    (treated,) = rounds_of(crm, again)
    nothing = dict.fromkeys(("responded_in", "respond_met", "resolved_in", "resolve_met"))
    for one in (free, gone, again, still):
        change(crm, reread(crm, one), **nothing)
    change(crm, treated, **nothing)
    assert (measure_all(crm), measure_all(crm)) == (3, 0)
    assert facts(reread(crm, free)) == (0, None, 0, None)  # by the calendar that the company has got meanwhile
    assert [facts(reread(crm, one)) for one in (gone, again, still)] == known[1:]
    (measured,) = rounds_of(crm, again)
    assert facts(measured) == (None, *facts(treated)[1:])
    change(crm, reread(crm, again), respond_met=None, responded_in=1)
    assert measure_all(crm) == 1
    assert reread(crm, again).responded_in == 1  # what was measured stays


class Walker:
    """Treats a request as a history says, and notes what a clock on the wall would show."""

    def __init__(self, crm: Crm, clock: SetClock, customer: Customer) -> None:
        self.crm, self.clock, self.request = crm, clock, assigned(crm, customer)
        self.begun = clock.now
        self.stood: list[tuple[dt.datetime, dt.datetime]] = []
        self.waits: dt.datetime | None = None
        self.told: tuple[int, bool] | None = None
        self.took: tuple[int, bool] | None = None
        self.over: list[tuple[int, bool] | None] = []

    def goes(self, step: str) -> None:
        """Take a step if the request stands so that it can be taken."""
        state = reread(self.crm, self.request).status
        wanted = {
            "content": ServiceStatus.HANDLED,
            "discontent": ServiceStatus.HANDLED,
            "reopen": ServiceStatus.ARCHIVED,
        }
        if state is wanted.get(step, ServiceStatus.ASSIGNED):
            getattr(self, step)()

    def note(self) -> None:
        self.does(service.note, "收到", internal=False)
        self.answers()

    def wait(self) -> None:
        self.does(service.wait_for_customer, "?")
        self.answers()
        self.waits = self.waits or self.clock.now

    def resume(self) -> None:
        self.does(service.resume)
        self.goes_on()

    def handle(self) -> None:
        self.does(service.handle, "好了")
        self.answers()
        self.goes_on()
        took = self.seconds(self.begun) - sum(self.seconds(*one) for one in self.stood)
        self.took = took, took <= 4 * HOURS

    def content(self) -> None:
        judged(self.crm, self.request, 4)

    def discontent(self) -> None:
        judged(self.crm, self.request, 2)
        self.begins()

    def reopen(self) -> None:
        self.does(service.reopen, "又坏了")
        self.begins()

    def does(self, action: Any, *given: Any, **more: Any) -> None:
        self.crm.perform(action, self.request.id, *given, as_user="wangwei", **more)

    def seconds(self, start: dt.datetime, end: dt.datetime | None = None) -> int:
        return int(walked(OFFICE, start, end or self.clock.now).total_seconds())

    def answers(self) -> None:
        said = self.seconds(self.request.created_at)
        self.told = self.told or (said, said <= HOURS)

    def goes_on(self) -> None:
        if self.waits is not None:
            self.stood.append((self.waits, self.clock.now))
        self.waits = None

    def begins(self) -> None:
        self.over.append(self.took)
        self.took, self.begun, self.stood = None, self.clock.now, []


@pytest.fixture
def agreed(crm: Crm) -> Customer:
    """A customer who is promised an answer in an hour, and handling in four, in office hours."""
    promised(crm, respond_within=60, resolve_within=240)
    return entered(crm)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(history=[("wait", 90), ("resume", 1500), ("handle", 700), ("content", 0), ("reopen", 30), ("handle", 1)])
@example(history=[("handle", 4000), ("discontent", 5), ("wait", 7), ("handle", 3000), ("content", 1)])
@given(history=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2000)), max_size=9))
@pytest.mark.requirement("X-SRV-05", "X-SRV-14", "SVC-06")
def test_what_is_kept_is_what_a_walker_counts(
    crm: Crm, clock: SetClock, agreed: Customer, history: list[tuple[str, int]]
) -> None:
    """He looks at every minute, and stands while the company waits for the customer."""
    walker = Walker(crm, clock, agreed)
    for step, minutes in history:
        clock.now += minutes * MINUTE
        walker.goes(step)
    found, rounds = reread(crm, walker.request), rounds_of(crm, walker.request)
    assert facts(found) == (*(walker.told or (None, None)), *(walker.took or (None, None)))
    assert [(one.resolved_in, one.resolve_met) for one in rounds] == walker.over
    assert [(one.responded_in, one.respond_met) for one in rounds] == [walker.told] * len(rounds)
