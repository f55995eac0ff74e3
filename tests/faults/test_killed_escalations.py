"""``kill -9`` in the middle of an escalation: whole checks only, and again finishes the work (requirement X-SRV-05)."""

import datetime as dt
import sys
from collections import Counter
from typing import Any

import pytest

from company.lateness import late_request, policy, step_of
from crmcore import escalation
from crmcore.access.entity import User
from crmcore.escalation.entity import Escalation
from crmcore.storage.records import ChangeRecord, OutboxMessage
from faults.conftest import Victim
from faults.lives import Nursery
from faults.nursery import ESCALATED_FROM
from faults.test_killed_batches import TRANSACTIONAL, crm_of, die, kept, put_in, settled

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)
HOURS = 40
EACH = 50
"""Requests that are late from each hour on."""


def due(hour: int) -> dt.datetime:
    return ESCALATED_FROM + dt.timedelta(hours=hour)


@pytest.mark.timeout(600)
@pytest.mark.requirement("X-SRV-05", "NFR-14")
def test_an_escalation_that_is_killed_leaves_whole_checks_and_is_finished_later(
    victim: Victim, nursery: Nursery
) -> None:
    crm = crm_of(victim.store)
    by, user = policy(crm), kept(victim.store, User)[0].id
    records: list[Any] = []
    for number in range(HOURS * EACH):
        due_at = due(number // EACH) - dt.timedelta(minutes=1)
        request = late_request(crm, user, number, due_at)
        records += [request, step_of(request, by, due_at)]
    put_in(victim.store, records)

    def next_hour() -> int:
        """Go on with the hour that is not whole."""
        done = Counter(one.due_at for one in kept(victim.store, Escalation))
        told = {one.id for one in kept(victim.store, OutboxMessage)}
        if victim.kind in TRANSACTIONAL:
            assert set(done.values()) <= {EACH}, "a check left a part of its escalations"
            assert told == {one.id for one in kept(victim.store, Escalation)}, "a check left a part of its messages"
            noted = [one for one in kept(victim.store, ChangeRecord) if one.action == "escalation.escalate_due"]
            assert len(noted) == len(done)
        return sum(count == EACH for count in done.values())

    acknowledged = die(victim, nursery, "escalate", next_hour, 0.06)
    assert sum(acknowledged.values()) > 0, "the children died before they had done anything worth losing"
    stored = settled(victim.store, Escalation)
    assert len(stored) >= sum(acknowledged.values())
    finished = escalation.escalate(crm, due(HOURS))
    assert finished.escalated == HOURS * EACH - len(stored)
    assert escalation.escalate(crm, due(HOURS)).escalated == 0
    planned = {one.id for one in records if hasattr(one, "message")}
    assert {one.id for one in kept(victim.store, Escalation)} == planned
    assert {one.id for one in kept(victim.store, OutboxMessage)} == planned
