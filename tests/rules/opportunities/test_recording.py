"""Recording, editing and deleting opportunities."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from company import People, SetClock
from company.chances import GIVEN, dispatched, lost, recorded, reread, won
from crmcore import opportunities
from crmcore.access.rules import NoPermission, NotSignedIn
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.opportunities.rules import AlreadyArchived, AlreadyDispatched, NotTheCreator
from crmcore.storage.crm import Crm

SYSTEM_FIELDS: dict[str, object] = {
    "id": uuid4(),
    "number": "XS1",
    "created_by": uuid4(),
    "created_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "assignee": uuid4(),
    "assigned_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "status": OpportunityStatus.WON,
    "version": 7,
}


def everything(crm: Crm) -> list[Opportunity]:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return list(work.opportunities.find())


@pytest.mark.requirement("OPP-01", "GEN-15")
@pytest.mark.parametrize("who", ["lihua", "zhaomin"])
def test_managers_and_supervisors_record_opportunities(crm: Crm, clock: SetClock, people: People, who: str) -> None:
    chance = recorded(crm, by=who)
    kept = reread(crm, chance)
    assert kept == chance
    assert {name: getattr(kept, name) for name in GIVEN} == GIVEN
    assert kept.status is OpportunityStatus.UNASSIGNED
    assert kept.created_at == clock.now
    assert kept.created_by == {"lihua": people.lihua.id, "zhaomin": people.supervisor.id}[who]
    assert kept.assignee is None
    assert kept.assigned_at is None
    assert kept.version == 1


@pytest.mark.requirement("OPP-01", "RBA-13")
@pytest.mark.parametrize("who", ["admin", "chengang"])
def test_others_do_not(crm: Crm, who: str) -> None:
    with pytest.raises(NoPermission):
        recorded(crm, by=who)
    assert everything(crm) == []


def test_nobody_signed_in_records_nothing(crm: Crm) -> None:
    with pytest.raises(NotSignedIn):
        crm.perform(opportunities.create, **GIVEN)
    assert everything(crm) == []


@pytest.mark.requirement("GEN-11")
@pytest.mark.parametrize("missing", ["customer_name", "title", "success_rate", "description"])
@pytest.mark.parametrize("how", ["left out", "empty"])
def test_required_fields_are_required(crm: Crm, missing: str, how: str) -> None:
    given: dict[str, Any] = {**GIVEN, missing: None if missing == "success_rate" else "  "}
    if how == "left out":
        del given[missing]
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.create, as_user="lihua", **given)
    assert caught.value.fields == {missing}
    assert caught.value.codes == {"value.missing"}
    assert everything(crm) == []


@pytest.mark.requirement("14.16")
def test_source_contact_and_phone_are_optional(crm: Crm) -> None:
    needed = {name: GIVEN[name] for name in ("customer_name", "title", "success_rate", "description")}  # type: ignore[literal-required]
    chance = crm.perform(opportunities.create, as_user="lihua", **needed)
    assert (chance.source, chance.contact_name, chance.contact_phone) == ("", "", "")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("success_rate", 101, "value.range"),
        ("success_rate", -1, "value.range"),
        ("success_rate", "60", "value.type"),
        ("success_rate", 60.5, "value.type"),
        ("success_rate", True, "value.type"),
        ("customer_name", "华" * 101, "value.too_long"),
        ("title", "意" * 201, "value.too_long"),
        ("description", "述" * 2001, "value.too_long"),
        ("source", "源" * 51, "value.too_long"),
        ("contact_name", "张" * 51, "value.too_long"),
        ("contact_phone", "1" * 51, "value.too_long"),
        ("title", "a\0b", "value.characters"),
        ("description", "\ud800", "value.characters"),
        ("customer_name", 7, "value.type"),
        ("colour", "red", "value.unknown_field"),
    ],
)
def test_bad_values_are_named_and_nothing_is_written(crm: Crm, field: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        recorded(crm, **{field: value})
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]
    assert everything(crm) == []
    for language in ("zh", "en"):
        assert "{" not in caught.value.explain(language)


def test_all_problems_are_told_at_once(crm: Crm) -> None:
    with pytest.raises(Invalid) as caught:
        recorded(crm, title="", success_rate=101, source="源" * 51)
    assert caught.value.fields == {"title", "success_rate", "source"}


@pytest.mark.parametrize(("field", "value"), [("success_rate", 0), ("success_rate", 100), ("title", "意" * 200)])
def test_bounds_are_allowed(crm: Crm, field: str, value: object) -> None:
    assert getattr(reread(crm, recorded(crm, **{field: value})), field) == value


@pytest.mark.requirement("GEN-15")
@pytest.mark.parametrize("field", sorted(SYSTEM_FIELDS))
def test_what_the_system_fills_in_can_be_neither_given_nor_changed(crm: Crm, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        recorded(crm, **{field: SYSTEM_FIELDS[field]})
    assert caught.value.codes == {"value.not_yours"}
    if field == "id":
        return
    chance = recorded(crm)
    changes: Any = {field: SYSTEM_FIELDS[field]}
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.edit, chance.id, as_user="lihua", **changes)
    assert caught.value.codes == {"value.not_yours"}
    assert reread(crm, chance) == chance


@pytest.mark.requirement("16.11")
def test_numbers_are_unique_and_in_the_companys_time(crm: Crm) -> None:
    numbers = [recorded(crm).number for _ in range(5)]
    assert len(set(numbers)) == 5
    assert numbers[0] == "XS260302093000000"  # 01:30 UTC is 09:30 in Shanghai
    assert numbers == sorted(numbers)


@pytest.mark.requirement("OPP-05")
@pytest.mark.parametrize("who", ["lihua", "wangwei", "zhaomin"])
def test_every_manager_and_supervisor_edits_what_nobody_is_assigned_to(crm: Crm, who: str) -> None:
    chance = recorded(crm, by="lihua")
    changes: Any = {name: "新内容" for name in GIVEN if name != "success_rate"}
    edited = crm.perform(opportunities.edit, chance.id, as_user=who, success_rate=0, **changes)
    assert reread(crm, chance) == edited
    assert {getattr(edited, name) for name in changes} == {"新内容"}
    assert (edited.success_rate, edited.version) == (0, 2)
    assert (edited.created_by, edited.created_at, edited.number) == (
        chance.created_by,
        chance.created_at,
        chance.number,
    )


def test_an_edit_that_changes_nothing_stores_nothing(crm: Crm) -> None:
    chance = recorded(crm)
    assert crm.perform(opportunities.edit, chance.id, as_user="lihua", title=chance.title) == chance


def test_an_edit_with_a_bad_value_changes_nothing(crm: Crm) -> None:
    chance = recorded(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.edit, chance.id, as_user="lihua", title="好", success_rate=101)
    assert caught.value.fields == {"success_rate"}
    assert reread(crm, chance) == chance


def test_a_stale_edit_conflicts_and_shows_the_present_version(crm: Crm) -> None:
    chance = recorded(crm)
    newer = crm.perform(opportunities.edit, chance.id, as_user="zhaomin", title="新概要")
    with pytest.raises(Conflict) as caught:
        crm.perform(opportunities.edit, chance.id, as_user="lihua", expected=chance.version, title="旧概要")
    assert caught.value.params["current"] == newer
    assert reread(crm, chance) == newer


@pytest.mark.requirement("OPP-05")
def test_what_is_dispatched_is_not_edited(crm: Crm) -> None:
    for chance, refusal in ((dispatched(crm), AlreadyDispatched), (won(crm, customer_name="甲"), AlreadyArchived)):
        with pytest.raises(refusal):
            crm.perform(opportunities.edit, chance.id, as_user="lihua", title="新")
        assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-05", "16.12")
def test_its_creator_deletes_an_opportunity(crm: Crm) -> None:
    chance = recorded(crm, by="lihua")
    crm.perform(opportunities.delete, chance.id, as_user="lihua")
    with pytest.raises(NotFound):
        reread(crm, chance)


@pytest.mark.requirement("OPP-05")
@pytest.mark.parametrize("who", ["wangwei", "zhaomin"])
def test_nobody_else_deletes_it(crm: Crm, who: str) -> None:
    chance = recorded(crm, by="lihua")
    with pytest.raises(NotTheCreator):
        crm.perform(opportunities.delete, chance.id, as_user=who)
    assert reread(crm, chance) == chance


@pytest.mark.requirement("OPP-05")
def test_its_creator_does_not_delete_what_was_dispatched(crm: Crm) -> None:
    for chance, refusal in (
        (dispatched(crm), AlreadyDispatched),
        (won(crm, customer_name="甲"), AlreadyArchived),
        (lost(crm), AlreadyArchived),
    ):
        with pytest.raises(refusal):
            crm.perform(opportunities.delete, chance.id, as_user="lihua")
        assert reread(crm, chance) == chance


def test_a_stale_delete_conflicts(crm: Crm) -> None:
    chance = recorded(crm)
    newer = crm.perform(opportunities.edit, chance.id, as_user="lihua", title="新")
    with pytest.raises(Conflict):
        crm.perform(opportunities.delete, chance.id, as_user="lihua", expected=1)
    assert reread(crm, chance) == newer


@pytest.mark.parametrize("id_", [uuid4(), "no-uuid", None, 7])
def test_an_unknown_id_is_told(crm: Crm, id_: Any) -> None:
    for action, more in (
        (opportunities.detail, {}),
        (opportunities.edit, {"title": "x"}),
        (opportunities.delete, {}),
        (opportunities.plan, {}),
    ):
        with pytest.raises((NotFound, Invalid)):
            crm.perform(action, id_, as_user="lihua", **more)
    with pytest.raises((NotFound, Invalid)):
        crm.perform(opportunities.dispatch, OpportunityId(id_), to="wangwei", as_user="zhaomin")
