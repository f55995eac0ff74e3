"""What the job escalates, on every store: what is too late and still undone, once (requirement X-SRV-05)."""

import datetime as dt
import json
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered, put
from company.counting import CountingStore
from company.lapses import change
from company.lateness import escalations, filed, kept, late_request, policy, promise, step_of, steps
from crmcore import SYSTEM, escalation
from crmcore.access.entity import Validity
from crmcore.escalation.entity import Recipient, Watched
from crmcore.escalation.escalating import replan_some
from crmcore.service import actions, treatment
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, MessageState, OutboxMessage

pytestmark = pytest.mark.requirement("X-SRV-05")
HOUR = dt.timedelta(hours=1)
LATE: dict[Watched, tuple[dict[str, Any], dict[str, Any]]] = {
    Watched.ASSIGNMENT: ({"status": ServiceStatus.NEW}, {"status": ServiceStatus.ASSIGNED}),
    Watched.RESPONSE: ({"status": ServiceStatus.HANDLED}, {"responded": True}),
    Watched.RESOLUTION: ({"responded": True}, {"status": ServiceStatus.HANDLED}),
}
"""Of each thing that is watched: a request of which it is undone, and one of which it is done."""


def messages(crm: Crm) -> list[OutboxMessage]:
    return [one for one in kept(crm, OutboxMessage) if one.kind == "request_escalated"]


def test_what_is_too_late_and_still_undone_is_escalated_once(crm: Crm, people: People) -> None:
    now = crm.clock()
    records: list[Any] = []
    expected = set()
    for number, (watched, (undone, done)) in enumerate(LATE.items()):
        by = policy(crm, watched.value, watched=watched, recipient=Recipient.USER, user=people.executive.id)
        gone = policy(crm, f"{watched.value} 停用", watched=watched, status=Validity.RETIRED)
        ways: list[tuple[dict[str, Any], Any, dt.datetime, bool]] = [
            (undone, by, now - HOUR, True),
            (undone, by, now, False),
            (undone, gone, now - HOUR, False),
            (done, by, now - HOUR, False),
            ({**undone, "waiting_since": now - HOUR}, by, now - HOUR, False),
            ({**undone, "status": ServiceStatus.ARCHIVED}, by, now - HOUR, False),
        ]
        for place, (state, rule, due_at, escalated) in enumerate(ways):
            given = {name: value for name, value in state.items() if name != "responded"}
            if "responded" in state:
                given["responded_at"] = now - HOUR
            request = late_request(crm, people.lihua.id, number * 10 + place, due_at, **given)
            step = step_of(request, rule, due_at)
            records += [request, step]
            expected |= {step.id} if escalated else set()
    put(crm, *records)
    assert escalation.escalate(crm) == escalation.Escalated(now=now, escalated=3, messages=3)
    assert escalation.escalate(crm) == escalation.Escalated(now=now, escalated=0, messages=0)
    planned: dict[Any, Any] = {one.id: one for one in steps(crm)}
    for one in escalations(crm):
        step = planned[one.id]
        names = ("request", "policy", "watched", "due_at", "recipient", "recipient_user")
        assert [getattr(one, name) for name in names] == [getattr(step, name) for name in names]
        assert (one.escalated_at, one.seen_at, one.version) == (now, None, 1)
    assert {one.id for one in escalations(crm)} == expected == {one.id for one in messages(crm)}
    for message in messages(crm):
        assert (message.entity_id, message.payload) == (planned[message.id].request, planned[message.id].message)
        assert (message.at, message.actor, message.state, message.version) == (now, SYSTEM.id, MessageState.PENDING, 1)
        said = {"request", "number", "policy", "watched", "due_at", "recipient", "recipient_user"}
        assert json.loads(message.payload).keys() == said, "nothing about people but their numbers"
    (noted,) = [one for one in kept(crm, ChangeRecord) if one.action == "escalation.escalate_due"]
    counted = {name: after for name, (_, after) in json.loads(noted.changes).items()}
    assert (counted["escalated"], counted["messages"]) == ("3", "3")


def test_the_clock_of_a_request_moves_its_escalation_along(crm: Crm, people: People, clock: SetClock) -> None:
    promise(crm, respond=None)
    policy(crm, after=60)
    start = clock.now
    request = filed(crm)
    due_at = [one.due_at - start for one in steps(crm)]
    assert due_at == [dt.timedelta(hours=6)], "four hours and one, with an hour of lunch between"
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    clock.advance(hours=6)
    assert escalation.escalate(crm).escalated == 0, "due at this very instant"
    crm.perform(treatment.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
    assert steps(crm) == []
    clock.advance(minutes=30)
    assert escalation.escalate(crm).escalated == 0, "the clock stands"
    crm.perform(treatment.resume, request.id, as_user="wangwei")
    assert [one.due_at - start for one in steps(crm)] == [dt.timedelta(hours=6, minutes=30)]
    clock.advance(milliseconds=1)
    assert escalation.escalate(crm) == escalation.Escalated(now=clock.now, escalated=1, messages=1)
    crm.perform(actions.edit, request.id, title="两台打印机故障", as_user=SYSTEM)
    for _ in range(2):
        crm.perform(treatment.wait_for_customer, request.id, "还有问题吗？", as_user="wangwei")
        clock.advance(hours=1)
        crm.perform(treatment.resume, request.id, as_user="wangwei")
        clock.advance(days=1)
        assert escalation.replan_all(crm) == 0
        assert escalation.escalate(crm).escalated == 0, "of one promise nobody is told twice, however often it waits"
    assert len(messages(crm)) == 1
    crm.perform(actions.handle, request.id, "已修复。", as_user="wangwei")
    assert steps(crm) == []
    returned = crm.perform(actions.feedback, request.id, result="没有修好", satisfaction=1, as_user="wangwei")
    assert returned.resolve_by is not None
    assert [one.due_at > returned.resolve_by for one in steps(crm)] == [True], "promised anew, so watched anew"
    clock.advance(days=2)
    assert escalation.escalate(crm).escalated == 1
    (first, again) = escalations(crm)
    assert first.request == again.request == request.id
    assert first.id != again.id


def test_a_unit_of_work_sees_what_it_has_planned_itself(crm: Crm, people: People) -> None:
    promise(crm, respond=None)
    policy(crm, after=60)
    request = filed(crm)
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    with crm.work(as_user="wangwei") as work:
        for _ in range(2):
            treatment.wait_for_customer(work, request.id, "哪一台？")
            treatment.resume(work, request.id)
        work.commit()
    assert [one.request for one in steps(crm)] == [request.id]


def test_planning_anew_follows_policies_and_leaves_the_rest_alone(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    first, second = filed(crm, customer, priority=Priority.URGENT), filed(crm, customer)
    assert steps(crm) == []
    by = policy(crm, watched=Watched.ASSIGNMENT, priority=Priority.URGENT)
    assert escalation.replan_all(crm) == 1
    assert [one.request for one in steps(crm)] == [first.id]
    versions = {one.id: one.version for one in kept(crm, type(first))}
    assert versions == {first.id: 2, second.id: 1}, "whoever changes a replanned request at the same moment is noticed"
    assert escalation.replan_all(crm) == 0
    clock.advance(hours=2)
    assert escalation.escalate(crm).escalated == 1
    crm.perform(escalation.edit_policy, by.id, after=90, priority=None, as_user=people.supervisor.id)
    assert escalation.replan_all(crm) == 2
    assert escalation.escalate(crm).escalated == 1, "only who was not told before"
    crm.perform(escalation.retire_policy, by.id, as_user=people.supervisor.id)
    assert escalation.replan_all(crm) == 2
    assert steps(crm) == []
    change(crm, by, status=Validity.VALID)
    batches = [crm.perform(replan_some, None, 1, as_user=SYSTEM)]
    while batches[-1].last is not None:
        batches.append(crm.perform(replan_some, batches[-1].last, 1, as_user=SYSTEM))
    assert [one.changed for one in batches] == [1, 1, 0]


def test_the_job_takes_no_more_questions_for_more_requests(crm: Crm, people: People) -> None:
    now = crm.clock()
    by = policy(crm)
    asked = []
    for size in (1, 40):
        records: list[Any] = []
        for place in range(size):
            request = late_request(crm, people.lihua.id, size * 100 + place, now - HOUR)
            records += [request, step_of(request, by, now - HOUR)]
        put(crm, *records)
        counted = CountingStore(crm.store)
        counting = Crm(counted, clock=crm.clock, ids=crm.ids)
        assert escalation.escalate(counting).escalated == size
        asked.append(counted.asked)
    assert asked == [["derive"] * 4 + ["append"]] * 2
