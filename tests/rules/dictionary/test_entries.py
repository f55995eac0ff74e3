"""Maintaining the data dictionary."""

from typing import Any
from uuid import uuid4

import attrs
import pytest

from company import People
from company.chances import won
from crmcore import SYSTEM, access, dictionary
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import Validity
from crmcore.base.errors import AlreadyExists, Conflict, Invalid, NotFound
from crmcore.customers.entity import Customer
from crmcore.dictionary.delivered import delivered_entry_id
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
from crmcore.dictionary.rules import EntryInUse, EntryLocked, EntryStillOffered
from crmcore.storage.crm import Crm

MANAGER = delivered_role_id("account_manager")
BEIJING = delivered_entry_id("region", "beijing")
KEY_CUSTOMER = delivered_entry_id("customer_level", "3")
GIVEN: dict[str, Any] = {"category": "pastime", "code": "retail", "label_zh": "零售", "label_en": "Retail"}


def kept(crm: Crm, id_: DictionaryEntryId) -> DictionaryEntry:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.unscoped(DictionaryEntry).get(id_)


def total(crm: Crm) -> int:
    with crm.work(as_user="admin", readonly=True) as work:
        return dictionary.entries(work).total


def offered(crm: Crm, category: str, who: str = "lihua") -> list[str]:
    with crm.work(as_user=who, readonly=True) as work:
        return [one.code for one in dictionary.choices(work, category)]


@pytest.mark.requirement("6.1", "14.18")
def test_the_delivered_entries_are_there(crm: Crm) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        levels = [(one.label_zh, one.code, one.editable) for one in dictionary.choices(work, "customer_level")]
        services = [(one.label_zh, one.editable) for one in dictionary.choices(work, "service_type")]
        regions = [(one.label_zh, one.editable) for one in dictionary.choices(work, "region")]
        stars = {
            category: [(one.code, one.label_en, one.editable) for one in dictionary.choices(work, category)]
            for category in ("satisfaction", "credit")
        }
    assert levels == [
        ("普通客户", "1", False),
        ("重点开发客户", "2", False),
        ("大客户", "3", False),
        ("合作伙伴", "4", False),
        ("战略合作伙伴", "5", False),
    ]
    assert services == [("咨询", True), ("建议", True), ("投诉", True)]
    assert {label for label, _ in regions} == {"河北", "北京", "东北", "中南", "上海", "华北", "西部"}
    assert all(editable for _, editable in regions)
    five = [("1", "One star", False), ("2", "Two stars", False), ("3", "Three stars", False)]
    assert stars["credit"] == stars["satisfaction"] == [*five, ("4", "Four stars", False), ("5", "Five stars", False)]


@pytest.mark.requirement("DIC-01")
def test_an_entry_is_added_and_offered(crm: Crm) -> None:
    made = crm.perform(dictionary.add_entry, **GIVEN, position=20, as_user="admin")
    crm.perform(
        dictionary.add_entry,
        **{**GIVEN, "code": "it", "label_zh": "信息技术", "position": 10},
        as_user="admin",
    )
    assert kept(crm, made.id) == made
    assert (made.editable, made.status) == (True, Validity.VALID)
    assert offered(crm, "pastime") == ["it", "retail"]
    with crm.work(as_user="admin", readonly=True) as work:
        assert "pastime" in dictionary.categories(work)
        assert dictionary.entry(work, made.id) == made


@pytest.mark.requirement("DIC-01", "GEN-16")
@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        ({"category": "LEVEL"}, ["1", "2", "3", "4", "5"]),
        ({"item": "建"}, ["construction", "suggestion"]),
        ({"item": "CHINA"}, ["north", "northeast", "central_south", "west"]),
        ({"item": " 中南 ", "category": "region"}, ["central_south"]),
        ({"value": "beij"}, ["beijing"]),
        ({"value": "north"}, ["north", "northeast"]),
        ({"value": "1", "category": "credit"}, ["1"]),
        ({"status": Validity.RETIRED}, []),
        ({"category": "service_type", "item": "", "value": ""}, ["inquiry", "suggestion", "complaint"]),
        ({"category": "service", "item": "o"}, ["phone", "social", "suggestion", "complaint"]),
        ({"item": "%"}, []),
    ],
)
def test_the_list_is_filtered_by_category_item_and_value(crm: Crm, filters: dict[str, Any], codes: list[str]) -> None:
    with crm.work(as_user="admin", readonly=True) as work:
        assert [one.code for one in dictionary.entries(work, **filters, size=50).rows] == codes


@pytest.mark.requirement("DIC-01", "GEN-10")
def test_the_list_has_pages(crm: Crm) -> None:
    with crm.work(as_user="admin", readonly=True) as work:
        pages = [dictionary.entries(work, page=number) for number in (1, 2, 3)]
    assert [len(one.rows) for one in pages] == [10, 10, 10]
    rows = [row for page in pages for row in page.rows]
    assert rows == sorted(rows, key=lambda one: (one.category, one.position))


@pytest.mark.requirement("DIC-02")
@pytest.mark.parametrize(
    ("deed", "more"),
    [
        (dictionary.edit_entry, {"label_zh": "特大客户"}),
        (dictionary.edit_entry, {"editable": True}),
        (dictionary.retire_entry, {}),
        (dictionary.restore_entry, {}),
        (dictionary.delete_entry, {}),
    ],
)
@pytest.mark.parametrize("who", ["admin", SYSTEM])
def test_a_locked_entry_can_be_neither_changed_nor_deleted(crm: Crm, deed: Any, more: Any, who: Any) -> None:
    before = kept(crm, KEY_CUSTOMER)
    with pytest.raises(EntryLocked) as caught:
        crm.perform(deed, KEY_CUSTOMER, **more, as_user=who)
    assert "无法编辑" in caught.value.explain("zh")
    assert kept(crm, KEY_CUSTOMER) == before


@pytest.mark.requirement("DIC-02")
def test_an_entry_that_was_locked_stays_so(crm: Crm) -> None:
    made = crm.perform(dictionary.add_entry, **GIVEN, as_user="admin")
    crm.perform(dictionary.edit_entry, made.id, editable=False, as_user="admin")
    with pytest.raises(EntryLocked):
        crm.perform(dictionary.edit_entry, made.id, editable=True, as_user="admin")


@pytest.mark.requirement("DIC-03")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "other"}, "label_zh"),
        ({"code": "other", "label_zh": " 零售 "}, "label_zh"),
        ({"label_zh": "别的"}, "code"),
    ],
)
def test_the_same_item_or_value_twice_already_exists(crm: Crm, changes: dict[str, Any], field: str) -> None:
    crm.perform(dictionary.add_entry, **GIVEN, as_user="admin")
    before = total(crm)
    with pytest.raises(AlreadyExists) as caught:
        crm.perform(dictionary.add_entry, **{**GIVEN, **changes}, as_user="admin")
    assert caught.value.params["field"] == field
    assert "已存在" in caught.value.explain("zh")
    assert total(crm) == before
    crm.perform(dictionary.add_entry, **{**GIVEN, **changes, "category": "other"}, as_user="admin")


@pytest.mark.requirement("DIC-03")
def test_an_entry_cannot_take_the_item_of_another(crm: Crm) -> None:
    before = kept(crm, BEIJING)
    with pytest.raises(AlreadyExists):
        crm.perform(dictionary.edit_entry, BEIJING, label_zh="上海", as_user="admin")
    assert kept(crm, BEIJING) == before


@pytest.mark.requirement("DIC-03")
def test_a_retired_entry_still_has_its_value(crm: Crm) -> None:
    crm.perform(dictionary.retire_entry, BEIJING, as_user="admin")
    with pytest.raises(AlreadyExists):
        crm.perform(
            dictionary.add_entry, category="region", code="beijing", label_zh="京", label_en="B", as_user="admin"
        )


@pytest.mark.requirement("6.1", "GEN-11")
@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"category": ""}, "category", "value.missing"),
        ({"category": "two words"}, "category", "value.pattern"),
        ({"code": "x" * 51}, "code", "value.too_long"),
        ({"code": "a b"}, "code", "value.pattern"),
        ({"label_zh": "  "}, "label_zh", "value.missing"),
        ({"label_en": None}, "label_en", "value.missing"),
        ({"label_en": "nul\0"}, "label_en", "value.characters"),
        ({"position": -1}, "position", "value.range"),
        ({"position": "1"}, "position", "value.type"),
        ({"editable": "yes"}, "editable", "value.type"),
        ({"status": Validity.RETIRED}, "status", "value.not_yours"),
    ],
)
def test_bad_input_names_the_field(crm: Crm, changes: dict[str, Any], field: str, code: str) -> None:
    before = total(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(dictionary.add_entry, **{**GIVEN, **changes}, as_user="admin")
    assert {(one.field, one.code) for one in caught.value.problems} == {(field, code)}
    assert total(crm) == before


@pytest.mark.requirement("16.9")
@pytest.mark.parametrize("field", ["code", "category"])
def test_what_records_hold_is_never_changed(crm: Crm, field: str) -> None:
    changes: Any = {field: "other"}
    with pytest.raises(Invalid) as caught:
        crm.perform(dictionary.edit_entry, BEIJING, **changes, as_user="admin")
    assert caught.value.fields == {field}


@pytest.mark.requirement("16.9")
def test_renaming_a_label_changes_no_stored_data(crm: Crm) -> None:
    user = crm.perform(access.create_user, name="liuyang", roles=(MANAGER,), territory="beijing", as_user="admin")
    crm.perform(dictionary.edit_entry, BEIJING, label_zh="首都", label_en="Capital", position=1, as_user="admin")
    with crm.work(as_user="admin", readonly=True) as work:
        assert access.user(work, user.id) == user
        assert dictionary.labels(work, "region")["beijing"] == "首都"
    crm.perform(access.choose_language, "en", as_user="liuyang")
    with crm.work(as_user="liuyang", readonly=True) as work:
        assert dictionary.labels(work, "region")["beijing"] == "Capital"


@pytest.mark.requirement("16.9", "DIC-04")
def test_a_retired_entry_is_not_chosen_any_more_and_stays_readable(crm: Crm) -> None:
    user = crm.perform(access.create_user, name="liuyang", roles=(MANAGER,), territory="beijing", as_user="admin")
    crm.perform(dictionary.retire_entry, BEIJING, as_user="admin")
    assert "beijing" not in offered(crm, "region")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert dictionary.labels(work, "region")["beijing"] == "北京"
    with pytest.raises(Invalid) as caught:
        crm.perform(access.create_user, name="other", roles=(MANAGER,), territory="beijing", as_user="admin")
    assert caught.value.codes == {"dictionary.not_offered"}
    crm.perform(access.edit_user, user.id, phone="1", as_user="admin")
    crm.perform(access.edit_user, user.id, territory="west", as_user="admin")
    with pytest.raises(Invalid):
        crm.perform(access.edit_user, user.id, territory="beijing", as_user="admin")
    crm.perform(dictionary.restore_entry, BEIJING, as_user="admin")
    crm.perform(access.edit_user, user.id, territory="beijing", as_user="admin")
    assert offered(crm, "region")[0] == "beijing"


@pytest.mark.requirement("DIC-04")
def test_an_entry_in_use_is_not_deleted(crm: Crm) -> None:
    user = crm.perform(access.create_user, name="liuyang", roles=(MANAGER,), territory="beijing", as_user="admin")
    with pytest.raises(EntryStillOffered):
        crm.perform(dictionary.delete_entry, BEIJING, as_user="admin")
    crm.perform(dictionary.retire_entry, BEIJING, as_user="admin")
    with pytest.raises(EntryInUse) as caught:
        crm.perform(dictionary.delete_entry, BEIJING, as_user="admin")
    assert caught.value.params["count"] == 1
    assert "用户: 1" in caught.value.explain("zh")
    crm.perform(access.edit_user, user.id, territory="", as_user="admin")
    crm.perform(dictionary.delete_entry, BEIJING, as_user="admin")
    with pytest.raises(NotFound):
        kept(crm, BEIJING)


@pytest.mark.requirement("DIC-04")
def test_customers_use_entries_too(crm: Crm) -> None:
    chance = won(crm)
    assert chance.customer is not None
    session = crm.store.begin(write=True)
    customer = session.load(Customer, chance.customer)
    assert customer is not None
    assert session.replace(attrs.evolve(customer, region="beijing", version=customer.version + 1), customer.version)
    session.commit()
    session.close()
    crm.perform(dictionary.retire_entry, BEIJING, as_user="admin")
    with pytest.raises(EntryInUse) as caught:
        crm.perform(dictionary.delete_entry, BEIJING, as_user=SYSTEM)
    assert "客户: 1" in str(caught.value.params["where"])


def test_a_stale_copy_is_a_conflict(crm: Crm) -> None:
    crm.perform(dictionary.edit_entry, BEIJING, label_en="Peking", as_user="admin")
    with pytest.raises(Conflict):
        crm.perform(dictionary.edit_entry, BEIJING, label_en="Beiping", expected=1, as_user="admin")
    with pytest.raises(NotFound):
        crm.perform(dictionary.retire_entry, DictionaryEntryId(uuid4()), as_user="admin")
    assert kept(crm, BEIJING).label_en == "Peking"


def test_the_staff_is_installed(crm: Crm, people: People) -> None:
    assert people.lihua.territory == ""
