"""What is planned for which requests and to whom; nothing of it depends on the store (requirement X-SRV-05)."""

import datetime as dt
import json
from collections import Counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from company import People, SetClock
from company.clients import entered
from company.in_memory import shared_store
from company.lapses import change
from company.lateness import filed, policy, promise, steps, told
from crmcore import SYSTEM, access, customers, escalation
from crmcore.access.delivered import ADMINISTRATOR_ROLE
from crmcore.access.entity import UserId, Validity
from crmcore.access.rules import UserHasPolicies
from crmcore.base.errors import AlreadyExists, Conflict, Invalid
from crmcore.calendars.entity import WEEKDAYS
from crmcore.escalation.entity import Recipient, Watched
from crmcore.escalation.rules import PolicyRetired
from crmcore.service import actions, merges, treatment
from crmcore.service.entity import Priority
from crmcore.storage.crm import Crm

__all__ = ["shared_store"]

pytestmark = pytest.mark.requirement("X-SRV-05")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = dt.date(2026, 3, 3)
NOBODY = UserId(UUID(int=0))


def local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_policies_are_kept_by_those_who_configure_service(crm: Crm, people: People) -> None:
    by: dict[str, Any] = {"as_user": people.supervisor.id}
    made = crm.perform(escalation.create_policy, name=" 加急 ", watched=Watched.RESPONSE, after=15, **by)
    assert (made.after, made.recipient, made.status) == (15, Recipient.SUPERVISORS, Validity.VALID)
    with pytest.raises(AlreadyExists):
        crm.perform(escalation.create_policy, name="加急", **by)
    edited = crm.perform(
        escalation.edit_policy, made.id, recipient=Recipient.USER, user=people.executive.id, expected=1, **by
    )
    assert (edited.user, edited.version) == (people.executive.id, 2)
    with pytest.raises(Conflict):
        crm.perform(escalation.edit_policy, made.id, after=20, expected=1, **by)
    back = crm.perform(escalation.edit_policy, made.id, recipient=Recipient.MANAGER, **by)
    assert back.user is None, "nobody is named whom nobody tells"
    assert crm.perform(escalation.policies, **by) == (back,)
    with pytest.raises(Conflict):
        crm.perform(escalation.retire_policy, made.id, expected=1, **by)
    retired = crm.perform(escalation.retire_policy, made.id, expected=back.version, **by)
    assert crm.perform(escalation.policies, **by) == ()
    for status in (None, Validity.RETIRED):
        assert crm.perform(escalation.policies, status=status, **by) == (retired,)
    with pytest.raises(PolicyRetired):
        crm.perform(escalation.edit_policy, made.id, after=1, **by)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"after": -1}, "after"),
        ({"after": 1_000_001}, "after"),
        ({"type": "none_such"}, "type"),
        ({"watched": "resolution"}, "watched"),
        ({"recipient": Recipient.USER}, "user"),
        ({"recipient": Recipient.USER, "user": NOBODY}, "user"),
        ({"status": Validity.RETIRED}, "status"),
    ],
)
def test_what_is_no_policy_is_refused(crm: Crm, people: People, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        crm.perform(escalation.create_policy, **{"name": "加急", **given}, as_user=people.supervisor.id)
    assert [one.field for one in refused.value.problems] == [field]
    assert crm.perform(escalation.policies, as_user=people.supervisor.id) == ()


@pytest.mark.parametrize("who", ["retired", "administrator"])
def test_nobody_is_named_who_would_not_see_it(crm: Crm, people: People, who: str) -> None:
    given: Any = {"recipient": Recipient.USER, "user": getattr(people, who).id}
    with pytest.raises(Invalid) as refused:
        crm.perform(escalation.create_policy, name="加急", as_user=people.supervisor.id, **given)
    assert [(one.field, one.code) for one in refused.value.problems] == [("user", "escalation.nobody")]
    made = crm.perform(escalation.create_policy, name="加急", as_user=people.supervisor.id)
    with pytest.raises(Invalid):
        crm.perform(escalation.edit_policy, made.id, as_user=people.supervisor.id, **given)


@pytest.mark.requirement("USR-06")
def test_whom_a_policy_names_does_not_retire_before_somebody_else_is_named(crm: Crm, people: People) -> None:
    by: dict[str, Any] = {"as_user": people.supervisor.id}
    given: dict[str, Any] = {"recipient": Recipient.USER, "user": people.executive.id}
    made = crm.perform(escalation.create_policy, name="加急", **given, **by)
    other = crm.perform(escalation.create_policy, name="一般", **given, **by)
    with pytest.raises(UserHasPolicies) as refused:
        crm.perform(access.retire_user, people.executive.id, as_user="admin")
    assert (refused.value.params["count"], refused.value.params["policies"]) == (2, "一般, 加急")
    crm.perform(escalation.edit_policy, made.id, user=people.supervisor.id, **by)
    crm.perform(escalation.retire_policy, other.id, expected=1, **by)
    retired = crm.perform(access.retire_user, people.executive.id, as_user="admin")
    assert retired.status is Validity.RETIRED


def test_where_nobody_would_see_it_those_who_assign_are_told(crm: Crm, people: People) -> None:
    promise(crm)
    for recipient in (Recipient.ASSIGNEE, Recipient.MANAGER, Recipient.USER):
        policy(crm, recipient.value, recipient=recipient, user=people.executive.id)
    request = filed(crm)
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    assert {one[1] for one in told(crm)} == {Recipient.ASSIGNEE, Recipient.MANAGER, Recipient.USER}
    change(crm, people.lihua, status=Validity.RETIRED)
    for one in (people.wangwei, people.executive):
        change(crm, one, roles=(ADMINISTRATOR_ROLE,))
    assert escalation.replan_all(crm) == 1
    assert told(crm) == [(Watched.RESOLUTION, Recipient.SUPERVISORS, None)] * 3
    said = [json.loads(one.message) for one in steps(crm)]
    assert {(one["recipient"], one["recipient_user"]) for one in said} == {("supervisors", None)}


def test_a_policy_watches_the_kind_and_priority_it_is_for(crm: Crm, people: People) -> None:
    rules: dict[str, dict[str, Any]] = {
        "所有": {},
        "投诉": {"type": "complaint"},
        "其他": {"type": "inquiry"},
        "加急": {"priority": Priority.URGENT},
        "停用": {"status": Validity.RETIRED},
    }
    for name, given in rules.items():
        policy(crm, name, watched=Watched.ASSIGNMENT, **given)
    names = {one.id: one.name for one in crm.perform(escalation.policies, as_user=people.supervisor.id)}

    def watching() -> set[str]:
        return {names[one.policy] for one in steps(crm)}

    request = filed(crm)
    assert watching() == {"所有", "投诉"}
    crm.perform(actions.edit, request.id, priority=Priority.URGENT, as_user=SYSTEM)
    assert watching() == {"所有", "投诉", "加急"}
    crm.perform(actions.edit, request.id, type="inquiry", as_user=SYSTEM)
    assert watching() == {"所有", "其他", "加急"}
    crm.perform(actions.delete, request.id, as_user=people.supervisor.id)
    assert watching() == set()


def test_whoever_has_to_hear_of_it_is_told(crm: Crm, people: People) -> None:
    promise(crm)
    for recipient in Recipient:
        policy(crm, recipient.value, recipient=recipient, user=people.executive.id)
    request = filed(crm)
    W, R = Watched.RESOLUTION, Recipient  # noqa: N806  # a table
    everybody = (W, R.SUPERVISORS, None)
    manager, user = (W, R.MANAGER, people.lihua.id), (W, R.USER, people.executive.id)
    assert Counter(told(crm)) == Counter([everybody, everybody, manager, user]), "nobody treats it yet"
    for to in (people.wangwei, people.lihua):
        step = actions.assign if to is people.wangwei else treatment.hand_over
        crm.perform(step, request.id, to=to.id, as_user=people.supervisor.id)
        assert Counter(told(crm)) == Counter([everybody, (W, R.ASSIGNEE, to.id), manager, user])
        said = [json.loads(one.message) for one in steps(crm)]
        assert {one["recipient_user"] for one in said if one["recipient"] == "assignee"} == {str(to.id)}
    customers.hand_over(crm, before="lihua", to="wangwei", as_user=people.supervisor.id)
    new = (W, R.ASSIGNEE, people.wangwei.id), (W, R.MANAGER, people.wangwei.id)
    assert Counter(told(crm)) == Counter([everybody, *new, user])
    said = [json.loads(one.message) for one in steps(crm)]
    assert Counter(one["recipient_user"] for one in said)[str(people.wangwei.id)] == 2, "other systems hear of him, too"


def test_time_is_counted_as_the_company_works(crm: Crm, people: People, clock: SetClock) -> None:
    clock.now = local(2, 17)
    promise(crm, respond=30, resolve=60, holiday=TUESDAY)
    policy(crm, "分配", watched=Watched.ASSIGNMENT, after=90)
    policy(crm, "答复", watched=Watched.RESPONSE, after=0)
    policy(crm, "处理", watched=Watched.RESOLUTION, after=60)
    request = filed(crm)
    planned = {one.watched: one.due_at for one in steps(crm)}
    assert planned == {
        Watched.ASSIGNMENT: local(4, 9, 30),
        Watched.RESPONSE: local(2, 17, 30),
        Watched.RESOLUTION: local(4, 10),
    }
    crm.perform(treatment.note, request.id, "已收到。", internal=False, as_user=people.supervisor.id)
    assert [one.watched for one in steps(crm)] == [Watched.ASSIGNMENT, Watched.RESOLUTION]
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    assert [one.watched for one in steps(crm)] == [Watched.RESOLUTION]


def test_where_nothing_was_promised_every_hour_counts(crm: Crm, clock: SetClock) -> None:
    clock.now = local(2, 17)
    for watched in Watched:
        policy(crm, watched.value, watched=watched, after=120)
    filed(crm)
    assert [(one.watched, one.due_at) for one in steps(crm)] == [(Watched.ASSIGNMENT, local(2, 19))]


def test_a_calendar_without_hours_left_escalates_nothing(crm: Crm, people: People) -> None:
    promise(crm, respond=None)
    policy(crm, after=60)
    request = filed(crm)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        calendar = work.working_calendars.get(request.calendar)  # type: ignore[arg-type]
    change(crm, calendar, **dict.fromkeys(WEEKDAYS, ()))
    assert escalation.replan_all(crm) == 1
    assert steps(crm) == []
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)


def test_a_calendar_without_hours_left_keeps_no_customer_waiting(crm: Crm, people: People) -> None:
    promise(crm)
    for watched in Watched:
        policy(crm, watched.value, watched=watched)
    customer = entered(crm)
    request, other = filed(crm, customer), filed(crm, customer)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        calendar = work.working_calendars.get(request.calendar)  # type: ignore[arg-type]
    change(crm, calendar, **dict.fromkeys(WEEKDAYS, ()))
    for new in (filed(crm, customer), crm.perform(actions.edit, other.id, priority=Priority.HIGH, as_user=SYSTEM)):
        assert (new.respond_by, new.resolve_by) == (None, None), "nothing is promised that nobody can keep"
    crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    for stars in (1, 5):
        crm.perform(treatment.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
        crm.perform(treatment.resume, request.id, as_user="wangwei")
        crm.perform(actions.handle, request.id, "已修复。", as_user="wangwei")
        crm.perform(actions.feedback, request.id, result="…", satisfaction=stars, as_user="wangwei")
    again = crm.perform(treatment.reopen, request.id, "又坏了", as_user="wangwei")
    assert (again.round, again.resolve_by) == (3, None)


def test_a_merge_that_brings_rounds_makes_no_new_promise(crm: Crm, people: People, clock: SetClock) -> None:
    promise(crm)
    policy(crm, after=0)
    customer = entered(crm)
    one, other = filed(crm, customer), filed(crm, customer)
    for request in (one, other):
        crm.perform(actions.assign, request.id, to="wangwei", as_user=people.supervisor.id)
    crm.perform(actions.handle, other.id, "已修复。", as_user="wangwei")
    crm.perform(actions.feedback, other.id, result="没有", satisfaction=1, as_user="wangwei")
    clock.advance(days=1)
    assert escalation.escalate(crm).escalated == 2
    merge = crm.perform(merges.merge, one.id, other.id, as_user=people.supervisor.id)
    for step in (None, merges.undo_merge):
        if step is not None:
            crm.perform(step, merge.id, as_user=people.supervisor.id)
        crm.perform(treatment.wait_for_customer, one.id, "哪一台？", as_user="wangwei")
        clock.advance(hours=1)
        crm.perform(treatment.resume, one.id, as_user="wangwei")
        clock.advance(days=1)
        assert escalation.escalate(crm).escalated == 0


def test_what_is_merged_is_watched_no_more_and_what_comes_back_is(crm: Crm, people: People, clock: SetClock) -> None:
    promise(crm)
    policy(crm)
    customer = entered(crm)
    one, other = filed(crm, customer), filed(crm, customer)
    merge = crm.perform(merges.merge, one.id, other.id, as_user=people.supervisor.id)
    assert [step.request for step in steps(crm)] == [one.id]
    crm.perform(merges.undo_merge, merge.id, as_user=people.supervisor.id)
    assert {step.request for step in steps(crm)} == {one.id, other.id}
    crm.perform(actions.assign, one.id, to="wangwei", as_user=people.supervisor.id)
    crm.perform(actions.handle, one.id, "已修复。", as_user="wangwei")
    crm.perform(actions.feedback, one.id, result="好", satisfaction=5, as_user="wangwei")
    assert [step.request for step in steps(crm)] == [other.id]
    clock.advance(days=1)
    crm.perform(treatment.reopen, one.id, "又坏了", as_user="wangwei")
    assert {step.request for step in steps(crm)} == {one.id, other.id}


@pytest.mark.parametrize("now", ["today", TUESDAY, dt.datetime.fromisoformat("2026-03-03T09:00")])
def test_what_is_no_instant_is_refused(crm: Crm, now: Any) -> None:
    with pytest.raises(Invalid) as refused:
        escalation.escalate(crm, now)
    assert [one.field for one in refused.value.problems] == ["now"]
