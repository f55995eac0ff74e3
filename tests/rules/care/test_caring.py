"""Customer care on every store: planning, reminders, doing, what customers said (requirements X-CAR-01 to 03)."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import PERSON, contact_of, entered, stored
from crmcore import SYSTEM, care, customers
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.care.entity import CareActivity, CareStatus, OpinionState
from crmcore.care.rules import CareClosed
from crmcore.customers.entity import Customer
from crmcore.customers.rules import CustomerDeleted
from crmcore.customers.timelines import TimelineKind
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

TODAY = dt.date(2026, 3, 2)
GREETING: dict[str, Any] = {"kind": "greeting", "content": "中秋问候", "planned_on": dt.date(2026, 3, 12)}


def planned(crm: Crm, customer: Customer, by: str = "lihua", **given: Any) -> CareActivity:
    return crm.perform(care.plan, customer.id, as_user=by, **{**GREETING, **given})


def listed(crm: Crm, what: Any, by: str = "lihua", **only: Any) -> list[str]:
    page = crm.perform(what, as_user=by, **only)
    assert page.total == len(page.rows)
    return [one.content for one in page.rows]


@pytest.mark.requirement("X-CAR-01", "X-CAR-02")
def test_care_is_planned_reminded_of_and_done(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    person = contact_of(crm, customer)
    made = planned(crm, customer, contact=person.id, channel="phone", remind_days=7)
    assert (made.done_by, made.status, made.remind_on) == (None, CareStatus.PLANNED, dt.date(2026, 3, 5))
    planned(crm, customer, content="不提醒", planned_on=TODAY)
    assert listed(crm, care.reminders) == []
    clock.advance(days=3)
    assert listed(crm, care.reminders) == ["中秋问候"]
    assert listed(crm, care.overdue) == ["不提醒"]
    sooner = crm.perform(care.edit, made.id, planned_on=dt.date(2026, 3, 20), expected=1, as_user="lihua")
    assert sooner.remind_on == dt.date(2026, 3, 13)
    assert listed(crm, care.reminders) == []
    done = crm.perform(care.complete, made.id, result=" 已致电 ", opinion="送货太慢", as_user="lihua")
    assert (done.status, done.done_on, done.done_by) == (CareStatus.DONE, dt.date(2026, 3, 5), people.lihua.id)
    assert (done.result, done.opinion, done.opinion_state) == ("已致电", "送货太慢", OpinionState.OPEN)
    assert listed(crm, care.activities, customer=customer.id) == ["中秋问候", "不提醒"]
    assert listed(crm, care.activities, status=CareStatus.PLANNED) == ["不提醒"]
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        kinds = [one.kind for one in work.unscoped(OutboxMessage).find()]
    assert (kinds.count("care_planned"), kinds.count("care_done")) == (2, 1)


@pytest.mark.requirement("X-CAR-02")
def test_what_repeats_is_planned_again_once_done(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    person = crm.perform(customers.add_contact, customer.id, as_user="lihua", **PERSON)
    made = planned(crm, customer, contact=person.id, remind_days=0, repeats_months=6, planned_on=dt.date(2025, 8, 31))
    crm.perform(customers.delete_contact, person.id, as_user="lihua")
    clock.advance(days=1)
    crm.perform(care.complete, made.id, result="已拜访", done_on=TODAY, as_user="lihua")
    (again,) = crm.perform(care.activities, status=CareStatus.PLANNED, as_user="lihua").rows
    day = dt.date(2026, 8, 31)
    assert (again.planned_on, again.remind_on, again.repeats_months, again.contact) == (day, day, 6, None)
    crm.perform(care.cancel, again.id, "客户不需要", as_user="lihua")
    assert crm.perform(care.detail, again.id, as_user="lihua").result == "客户不需要"
    assert crm.perform(care.activities, status=CareStatus.PLANNED, as_user="lihua").total == 0


@pytest.mark.requirement("X-CAR-03", "X-CUS-12")
def test_what_customers_said_is_kept_and_found(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    made, silent = planned(crm, customer), planned(crm, customer, content="拜访")
    crm.perform(care.complete, made.id, result="已致电", opinion="送货太慢", as_user="lihua")
    crm.perform(care.complete, silent.id, result="不在", as_user="lihua")
    assert listed(crm, care.opinions, "zhaomin") == ["中秋问候"]
    assert listed(crm, care.opinions, "zhaomin", customer=customer.id, done_from=TODAY, done_to=TODAY) == ["中秋问候"]
    assert listed(crm, care.opinions, "zhaomin", done_from=TODAY + dt.timedelta(1)) == []
    told = [
        one
        for one in crm.perform(customers.timeline, customer.id, as_user="lihua").rows
        if one.kind is TimelineKind.CARE
    ]
    assert {(one.record, one.detail) for one in told} == {(made.id, "送货太慢"), (silent.id, "不在")}
    changes: list[tuple[Any, dict[str, Any]]] = [
        (care.edit, {"content": "改"}),
        (care.complete, {"result": "再"}),
        (care.cancel, {}),
    ]
    for change, given in changes:
        with pytest.raises(CareClosed) as error:
            crm.perform(change, made.id, as_user="lihua", **given)
        assert "已完成" in error.value.explain("zh")


@pytest.mark.requirement("X-CAR-02", "9")
def test_who_cares_for_whom(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    made = planned(crm, customer, remind_days=30)
    for who, refusal in (("wangwei", NotFound), ("zhaomin", NoPermission), ("chengang", NoPermission)):
        with pytest.raises(refusal):
            planned(crm, customer, by=who)
        with pytest.raises(refusal):
            crm.perform(care.cancel, made.id, as_user=who)
    assert listed(crm, care.reminders, "wangwei") == []
    assert listed(crm, care.reminders, "zhaomin") == []
    assert listed(crm, care.reminders, "zhaomin", manager=people.lihua.id) == ["中秋问候"]
    crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin")
    assert (listed(crm, care.reminders, "lihua"), listed(crm, care.reminders, "wangwei")) == ([], ["中秋问候"])
    clock.advance(days=20)
    assert listed(crm, care.overdue, "chengang", manager=people.wangwei.id) == ["中秋问候"]
    assert listed(crm, care.overdue, "chengang", manager=people.lihua.id) == []
    crm.perform(customers.delete, customer.id, as_user="wangwei")
    assert listed(crm, care.reminders, "wangwei") == listed(crm, care.overdue, "wangwei") == []
    with pytest.raises(CustomerDeleted):
        crm.perform(care.complete, made.id, result="晚了", as_user="wangwei")
    assert stored(crm, customer).manager == people.wangwei.id


@pytest.mark.requirement("X-CAR-02", "X-CAR-03")
def test_wrong_input_is_refused_by_field(crm: Crm) -> None:
    customer = entered(crm)
    stranger = contact_of(crm, entered(crm, name="别家"))
    made = planned(crm, customer)
    for given, field in (
        ({"kind": "kites"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"contact": stranger.id}, "contact"),
        ({"remind_days": 366}, "remind_days"),
        ({"done_by": stranger.id}, "done_by"),
        ({"content": ""}, "content"),
    ):
        with pytest.raises(Invalid) as error:
            planned(crm, customer, **given)
        assert error.value.fields == {field}
    for said, fields in (
        ({"result": " ", "done_on": TODAY + dt.timedelta(1)}, {"result", "done_on"}),
        ({"result": "x" * 1001}, {"result"}),
        ({"result": "x", "opinion": "x" * 2001}, {"opinion"}),
        ({"result": "x", "done_on": "2026-03-01"}, {"done_on"}),
    ):
        with pytest.raises(Invalid) as error:
            crm.perform(care.complete, made.id, as_user="lihua", **said)
        assert error.value.fields == fields
    crm.perform(care.edit, made.id, content="新", expected=1, as_user="lihua")
    with pytest.raises(Conflict):
        crm.perform(care.edit, made.id, content="旧", expected=1, as_user="lihua")
