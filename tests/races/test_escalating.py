"""Two checks for what is late at once, on threads and between processes: everybody is told once, and all are."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from company.clients import put
from company.lateness import late_request, policy, step_of
from crmcore import escalation
from crmcore.access.entity import User
from crmcore.escalation.entity import Escalation, EscalationStep, Recipient
from crmcore.service import treatment
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage
from races.arena import MANAGERS, SUPERVISORS, clash, kept, machines, staff_up
from races.elsewhere import clash_of_processes, escalate_there

pytestmark = [pytest.mark.requirement("X-SRV-05", "NFR-14"), pytest.mark.timeout(600)]
ROUNDS = 6
EACH = 40
"""Requests that are late from each hour on."""
FIRST = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
INSTANTS = [FIRST + dt.timedelta(hours=number) for number in range(ROUNDS)]


def be_late(crm: Crm) -> None:
    """Requests that are due at every hour."""
    by, user = policy(crm), kept(crm, User)[0].id
    records: list[Any] = []
    for number in range(ROUNDS * EACH):
        due_at = INSTANTS[number // EACH] - dt.timedelta(minutes=1)
        request = late_request(crm, user, number, due_at)
        records += [request, step_of(request, by, due_at)]
    session = crm.store.begin(write=True)
    session.append(records)
    session.commit()
    session.close()


def check(crm: Crm, outcomes: list[tuple[escalation.Escalated, ...]]) -> None:
    """Every step has one escalation and one message, and the counts and change records are those of both."""
    assert [one for answers in outcomes for one in answers if isinstance(one, Exception)] == []
    planned = {one.id for one in kept(crm, EscalationStep)}
    told = [one.id for one in kept(crm, OutboxMessage) if one.kind == "request_escalated"]
    made = [one.id for one in kept(crm, Escalation)]
    assert len(made) == len(told) == ROUNDS * EACH
    assert planned == set(made) == set(told)
    for answers in outcomes:
        assert sum(one.escalated for one in answers) == sum(one.messages for one in answers) == EACH
    noted = [json.loads(one.changes) for one in kept(crm, ChangeRecord) if one.action == "escalation.escalate_due"]
    assert sum(int(one["escalated"][1]) for one in noted) == sum(int(one["messages"][1]) for one in noted) == len(made)


def test_two_checks_at_once_tell_everybody_once(rivals: list[Crm]) -> None:
    be_late(rivals[0])

    def checking(crm: Crm) -> Callable[[int], escalation.Escalated]:
        return lambda number: escalation.escalate(crm, INSTANTS[number])

    check(rivals[0], clash([checking(rivals[place % 2]) for place in range(3)], ROUNDS))


def test_so_do_two_processes(durable_store_url: str) -> None:
    with machines(durable_store_url, 1) as (crm,):
        staff_up(crm)
        be_late(crm)
        check(crm, clash_of_processes(durable_store_url, escalate_there, INSTANTS))


def test_whoever_plans_anew_and_whoever_hands_over_at_once_leave_one_plan(rivals: list[Crm]) -> None:
    by = policy(rivals[0], recipient=Recipient.ASSIGNEE)
    users = {one.name: one.id for one in kept(rivals[0], User)}
    requests = [late_request(rivals[0], users[MANAGERS[0]], number, FIRST) for number in range(3)]
    put(rivals[0], *requests)

    def planning(number: int) -> int:
        rivals[0].perform(escalation.edit_policy, by.id, after=number + 1, as_user=SUPERVISORS[0])
        return escalation.replan_all(rivals[0])

    def handing_over(number: int) -> None:
        for one in requests:
            rivals[1].perform(treatment.hand_over, one.id, to=MANAGERS[1 - number % 2], as_user=SUPERVISORS[0])

    outcomes = clash([planning, handing_over], ROUNDS)
    assert [one for answers in outcomes for one in answers if isinstance(one, Exception)] == []
    planned = {one.request: (one.due_at, one.recipient_user) for one in kept(rivals[0], EscalationStep)}
    due_at = FIRST + dt.timedelta(minutes=ROUNDS)
    assert planned == {one.id: (due_at, users[MANAGERS[1 - (ROUNDS - 1) % 2]]) for one in requests}
    assert escalation.replan_all(rivals[0]) == 0, "nothing of it is out of date"
