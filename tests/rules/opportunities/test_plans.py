"""Making and executing development plans."""

import datetime as dt
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.chances import dispatched, lost, planned, recorded, reread, won
from crmcore import opportunities
from crmcore.access.entity import Role
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.opportunities.entity import PlanItem
from crmcore.opportunities.rules import AlreadyArchived, NotDispatched, NotTheAssignee
from crmcore.storage.crm import Crm

DAY = dt.date(2026, 3, 9)


def plan_of(crm: Crm, chance: Any, who: str = "zhaomin") -> list[PlanItem]:
    return list(crm.perform(opportunities.plan, chance.id, as_user=who))


@pytest.mark.requirement("PLN-01")
def test_the_assignee_makes_a_plan_and_sees_the_whole_opportunity(crm: Crm, clock: SetClock, people: People) -> None:
    chance = dispatched(crm)
    item = crm.perform(opportunities.add_plan_item, chance.id, plan_date=DAY, content="电话沟通需求", as_user="wangwei")
    assert plan_of(crm, chance, "wangwei") == [item]
    assert (item.opportunity, item.plan_date, item.content, item.result) == (chance.id, DAY, "电话沟通需求", "")
    whole = crm.perform(opportunities.detail, chance.id, as_user="wangwei")
    assert (whole.assignee, whole.assigned_at) == (people.wangwei.id, clock.now)


@pytest.mark.requirement("PLN-02")
def test_a_plan_is_in_order_of_its_dates(crm: Crm) -> None:
    chance = planned(crm, 20, 5, 11)
    assert [item.plan_date.day for item in plan_of(crm, chance)] == [5, 11, 20]


@pytest.mark.requirement("PLN-04")
def test_without_a_plan_there_is_nothing_to_execute(crm: Crm) -> None:
    assert plan_of(crm, dispatched(crm)) == []


@pytest.mark.requirement("PLN-01")
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"plan_date": None}, "plan_date", "value.missing"),
        ({"plan_date": "2026-03-09"}, "plan_date", "value.type"),
        ({"plan_date": dt.datetime(2026, 3, 9, tzinfo=dt.UTC)}, "plan_date", "value.type"),
        ({"plan_date": dt.date(1, 1, 1)}, "plan_date", "value.year"),
        ({"content": " "}, "content", "value.missing"),
        ({"content": "划" * 501}, "content", "value.too_long"),
    ],
)
def test_date_and_content_are_required(crm: Crm, given: dict[str, Any], field: str, code: str) -> None:
    chance = dispatched(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(
            opportunities.add_plan_item,
            chance.id,
            as_user="wangwei",
            **{"plan_date": DAY, "content": "拜访", **given},
        )
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]
    assert plan_of(crm, chance) == []


def test_content_may_change_and_the_date_may_not(crm: Crm) -> None:
    chance = planned(crm, 5)
    (item,) = plan_of(crm, chance)
    edited = crm.perform(opportunities.edit_plan_item, item.id, content="改为上门拜访", as_user="wangwei")
    assert (edited.content, edited.plan_date) == ("改为上门拜访", item.plan_date)
    changes: Any = {"plan_date": DAY}
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.edit_plan_item, item.id, as_user="wangwei", **changes)
    assert caught.value.fields == {"plan_date"}
    assert plan_of(crm, chance) == [edited]


def test_an_item_is_deleted(crm: Crm) -> None:
    chance = planned(crm, 5, 6)
    first, second = plan_of(crm, chance)
    crm.perform(opportunities.delete_plan_item, first.id, as_user="wangwei")
    assert plan_of(crm, chance) == [second]


def test_a_result_is_recorded_for_each_item_and_can_be_corrected(crm: Crm) -> None:
    chance = planned(crm, 5, 6)
    first, second = plan_of(crm, chance)
    crm.perform(opportunities.record_result, first.id, result="客户有意向", as_user="wangwei")
    crm.perform(opportunities.record_result, first.id, result="客户已确认预算", as_user="wangwei")
    assert [item.result for item in plan_of(crm, chance)] == ["客户已确认预算", ""]
    assert second.result == ""


@pytest.mark.parametrize(("result", "code"), [("", "value.missing"), ("果" * 501, "value.too_long")])
def test_a_result_says_something(crm: Crm, result: str, code: str) -> None:
    chance = planned(crm, 5)
    (item,) = plan_of(crm, chance)
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.record_result, item.id, result=result, as_user="wangwei")
    assert caught.value.codes == {code}
    assert plan_of(crm, chance) == [item]


def test_recording_the_same_again_stores_nothing(crm: Crm) -> None:
    chance = planned(crm, 5)
    (item,) = plan_of(crm, chance)
    again = crm.perform(opportunities.edit_plan_item, item.id, content=item.content, as_user="wangwei")
    assert again == item
    assert reread(crm, chance) == chance


@pytest.mark.requirement("PLN-03")
@pytest.mark.parametrize("results", [0, 1])
@pytest.mark.parametrize("finish", [opportunities.win, opportunities.terminate])
def test_a_plan_need_not_be_complete(crm: Crm, results: int, finish: Any) -> None:
    chance = planned(crm, 5, 6)
    for item in plan_of(crm, chance)[:results]:
        crm.perform(opportunities.record_result, item.id, result="已拜访", as_user="wangwei")
    crm.perform(finish, chance.id, as_user="wangwei")
    assert reread(crm, chance).closed_at is not None


def attempts(crm: Crm, chance: Any, item: PlanItem | None, who: str) -> list[Any]:
    """Everything that changes a plan or ends the development, by somebody."""
    tries: list[Any] = [
        lambda: crm.perform(opportunities.add_plan_item, chance.id, plan_date=DAY, content="x", as_user=who),
        lambda: crm.perform(opportunities.win, chance.id, as_user=who),
        lambda: crm.perform(opportunities.terminate, chance.id, as_user=who),
    ]
    if item is not None:
        tries += [
            lambda: crm.perform(opportunities.edit_plan_item, item.id, content="x", as_user=who),
            lambda: crm.perform(opportunities.delete_plan_item, item.id, as_user=who),
            lambda: crm.perform(opportunities.record_result, item.id, result="x", as_user=who),
        ]
    return tries


@pytest.mark.requirement("OPP-08", "14.3")
@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("lihua", (NotTheAssignee, NotFound)),
        ("zhaomin", NoPermission),
        ("admin", NoPermission),
        ("chengang", NoPermission),
    ],
)
def test_only_the_assignee_develops(crm: Crm, who: str, refusal: Any) -> None:
    chance = planned(crm, 5)
    items = plan_of(crm, chance)
    for attempt in attempts(crm, chance, items[0], who):
        with pytest.raises(refusal):
            attempt()
    assert reread(crm, chance) == chance
    assert plan_of(crm, chance) == items


@pytest.mark.requirement("OPP-08")
def test_what_is_not_dispatched_is_not_developed(crm: Crm) -> None:
    chance = recorded(crm, by="wangwei")
    for attempt in attempts(crm, chance, None, "wangwei"):
        with pytest.raises(NotDispatched):
            attempt()
    assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-08")
@pytest.mark.parametrize("end", [won, lost])
def test_what_is_archived_is_only_viewed(crm: Crm, end: Any) -> None:
    chance = planned(crm, 5)
    items = plan_of(crm, chance)
    crm.perform({won: opportunities.win, lost: opportunities.terminate}[end], chance.id, as_user="wangwei")
    archived = reread(crm, chance)
    for attempt in attempts(crm, chance, items[0], "wangwei"):
        with pytest.raises(AlreadyArchived):
            attempt()
    assert crm.perform(opportunities.detail, chance.id, as_user="wangwei") == archived
    assert plan_of(crm, chance, "wangwei") == items


@pytest.mark.requirement("14.3")
def test_a_supervisor_may_be_given_the_right_to_plan(crm: Crm, people: People) -> None:
    session = crm.store.begin(write=True)
    role = session.load(Role, people.supervisor.roles[0])
    assert role is not None
    wider = attrs.evolve(role, permissions=(*role.permissions, "plan.develop_all"), version=role.version + 1)
    assert session.replace(wider, role.version)
    session.commit()
    session.close()
    chance = planned(crm, 5)
    item = plan_of(crm, chance)[0]
    crm.perform(opportunities.record_result, item.id, result="主管代填", as_user="zhaomin")
    assert plan_of(crm, chance)[0].result == "主管代填"


def test_a_stale_item_conflicts(crm: Crm) -> None:
    chance = planned(crm, 5)
    (item,) = plan_of(crm, chance)
    crm.perform(opportunities.edit_plan_item, item.id, content="新", as_user="wangwei")
    for action, more in (
        (opportunities.edit_plan_item, {"content": "旧"}),
        (opportunities.record_result, {"result": "旧"}),
        (opportunities.delete_plan_item, {}),
    ):
        with pytest.raises(Conflict):
            crm.perform(action, item.id, expected=item.version, as_user="wangwei", **more)


def test_a_plan_does_not_grow_while_the_opportunity_ends(crm: Crm) -> None:
    """Each looks at one record and writes another: write skew, unless the plan touches its opportunity."""
    if crm.store.info()["product"].lower().startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time: there is nothing to interleave")
    chance = dispatched(crm)
    ending, planning = crm.work(as_user="wangwei"), crm.work(as_user="wangwei")
    opportunities.detail(ending, chance.id)
    opportunities.detail(planning, chance.id)
    with planning:
        opportunities.add_plan_item(planning, chance.id, plan_date=DAY, content="拜访")
    with pytest.raises(Conflict), ending:
        opportunities.terminate(ending, chance.id)
    assert reread(crm, chance).closed_at is None
