"""Who sees which escalations, and what the first page says, on every store (requirement X-SRV-05)."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered
from company.lapses import change
from company.lateness import escalations, filed, policy, promise
from crmcore import escalation
from crmcore.access.delivered import ADMINISTRATOR_ROLE
from crmcore.access.entity import Validity
from crmcore.access.rules import NoPermission
from crmcore.base.errors import NotFound
from crmcore.escalation import Notice, lists
from crmcore.escalation.entity import Recipient, Watched
from crmcore.escalation.rules import NotYours
from crmcore.service import actions
from crmcore.storage.crm import Crm

pytestmark = pytest.mark.requirement("X-SRV-05")


def test_everybody_sees_what_concerns_him_until_it_is_seen(crm: Crm, people: People, clock: SetClock) -> None:
    promise(crm, respond=None, resolve=60)
    for recipient in Recipient:
        policy(crm, recipient.value, recipient=recipient, user=people.executive.id)
    request = filed(crm, entered(crm))
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    clock.advance(days=1)
    assert crm.perform(escalation.notice, as_user="wangwei") == Notice(overdue=1, escalated=0)
    assert escalation.escalate(crm).escalated == 4
    told = {one.recipient: one for one in escalations(crm)}
    people_of = {
        "zhaomin": Recipient.SUPERVISORS,
        "wangwei": Recipient.ASSIGNEE,
        "lihua": Recipient.MANAGER,
        "chengang": Recipient.USER,
    }
    for name, recipient in people_of.items():
        assert list(crm.perform(escalation.mine, as_user=name).rows) == [told[recipient]]
        assert crm.perform(escalation.notice, as_user=name) == Notice(overdue=1, escalated=1)
        assert len(crm.perform(escalation.of_request, request.id, as_user=name)) == 4
    with pytest.raises(NotYours):
        crm.perform(escalation.acknowledge, told[Recipient.USER].id, as_user="wangwei")
    everybody = crm.perform(escalation.mine, as_user="zhaomin").rows
    crm.perform(actions.handle, request.id, "已修复。", as_user="wangwei")
    assert crm.perform(escalation.mine, as_user="zhaomin").rows == everybody, "the customer has not been asked yet"
    clock.advance(minutes=5)
    seen = crm.perform(escalation.acknowledge, told[Recipient.ASSIGNEE].id, as_user="wangwei")
    assert (seen.seen_by, seen.seen_at) == (people.wangwei.id, clock.now)
    assert crm.perform(escalation.acknowledge, seen.id, as_user="zhaomin") == seen, "who said so first is kept"
    assert crm.perform(escalation.notice, as_user="wangwei").escalated == 0
    assert crm.perform(escalation.listing, as_user="zhaomin").total == 4
    assert crm.perform(escalation.listing, unseen=True, watched=Watched.RESOLUTION, as_user="chengang").total == 3
    assert crm.perform(escalation.listing, policy=seen.policy, as_user="chengang").total == 1
    with pytest.raises(NoPermission):
        crm.perform(escalation.listing, as_user="wangwei")
    crm.perform(actions.feedback, request.id, result="好", satisfaction=5, as_user="wangwei")
    for name in people_of:
        assert crm.perform(escalation.mine, as_user=name).total == 0, "nothing is left to do"
        assert crm.perform(escalation.notice, as_user=name) == Notice(overdue=0, escalated=0)
    assert crm.perform(escalation.listing, unseen=True, as_user="chengang").total == 3


@pytest.mark.parametrize("gone", [{"status": Validity.RETIRED}, {"roles": (ADMINISTRATOR_ROLE,)}])
def test_what_reaches_nobody_any_more_reaches_those_who_assign(
    crm: Crm, people: People, clock: SetClock, gone: dict[str, Any]
) -> None:
    promise(crm, respond=None, resolve=60)
    policy(crm, "高管", recipient=Recipient.USER, user=people.executive.id)
    policy(crm, "处理人", recipient=Recipient.ASSIGNEE)
    request = filed(crm, entered(crm))
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    clock.advance(days=1)
    assert escalation.escalate(crm).escalated == 2
    (told,) = [one for one in escalations(crm) if one.recipient is Recipient.USER]
    assert crm.perform(escalation.mine, as_user="zhaomin").total == 0
    change(crm, people.executive, **gone)
    assert list(crm.perform(escalation.mine, as_user="zhaomin").rows) == [told]
    assert crm.perform(escalation.notice, as_user="zhaomin").escalated == 1
    assert crm.perform(escalation.mine, as_user="lihua").total == 0, "he sees it, but does not assign requests"
    assert crm.perform(escalation.acknowledge, told.id, as_user="zhaomin").seen_by == people.supervisor.id
    assert crm.perform(escalation.mine, as_user="zhaomin").total == 0


def test_what_is_removed_waits_for_nobody(crm: Crm, people: People, clock: SetClock) -> None:
    policy(crm, watched=Watched.ASSIGNMENT, after=10)
    request = filed(crm, entered(crm))
    clock.now += dt.timedelta(minutes=11)
    assert escalation.escalate(crm).escalated == 1
    assert crm.perform(escalation.notice, as_user="zhaomin").escalated == 1
    crm.perform(actions.delete, request.id, as_user="zhaomin")
    assert crm.perform(escalation.notice, as_user="zhaomin").escalated == 0
    assert crm.perform(escalation.mine, as_user="zhaomin").total == 0


def test_escalations_of_others_requests_are_as_missing(crm: Crm, people: People, clock: SetClock) -> None:
    policy(crm, watched=Watched.ASSIGNMENT, after=10)
    request = filed(crm, entered(crm))
    clock.now += dt.timedelta(minutes=11)
    assert escalation.escalate(crm).escalated == 1
    (one,) = escalations(crm)
    with pytest.raises(NotFound):
        crm.perform(escalation.acknowledge, one.id, as_user="wangwei")
    with pytest.raises(NotFound):
        crm.perform(escalation.of_request, request.id, as_user="wangwei")
    assert crm.perform(escalation.mine, as_user="wangwei").total == 0
    assert crm.perform(escalation.mine, as_user="lihua").total == 0, "he sees it, but does not assign requests"
    assert crm.perform(escalation.mine, as_user=people.supervisor.id).total == 1


def test_the_first_page_counts_no_further_than_people_read(
    crm: Crm, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(crm, respond=None, resolve=60)
    policy(crm, "late")
    customer = entered(crm)
    monkeypatch.setattr(lists, "COUNTED", 1)
    for more in (False, True):
        filed(crm, customer)
        clock.advance(days=1)
        escalation.escalate(crm)
        said = crm.perform(escalation.notice, as_user="zhaomin")
        assert said == Notice(overdue=1, escalated=1, more_overdue=more, more_escalated=more)
