"""Tags, groups by saved condition, and the company's own fields."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company.clients import entered, ordered, stored
from crmcore import SYSTEM, customers, dictionary
from crmcore.access.rules import NoPermission
from crmcore.base.errors import AlreadyExists, Invalid, NotFound
from crmcore.customers.custom_forms import CustomProblem
from crmcore.customers.entity import Customer
from crmcore.customers.fields import CustomFieldInUse
from crmcore.customers.grouping import CustomKind
from crmcore.customers.tagging import TagUse
from crmcore.dictionary.rules import EntryInUse
from crmcore.storage.crm import Crm


@pytest.mark.requirement("X-CUS-07")
def test_tags_are_given_taken_and_counted(crm: Crm) -> None:
    first, second = entered(crm, tags=("重点",)), entered(crm, name="另一家")
    for tag in ("老朋友", " 重点  客户 ", "老朋友"):
        crm.perform(customers.add_tag, second.id, tag, as_user="lihua")
    crm.perform(customers.add_tag, first.id, "老朋友", as_user="lihua")
    assert stored(crm, second).tags == ("老朋友", "重点 客户")
    used = crm.perform(customers.tags_in_use, as_user="zhaomin")
    assert used == [TagUse("老朋友", 2), TagUse("重点", 1), TagUse("重点 客户", 1)]
    assert crm.perform(customers.remove_tag, second.id, "老朋友", as_user="lihua").tags == ("重点 客户",)
    for bad in ("", "x" * 31):
        with pytest.raises(Invalid) as caught:
            crm.perform(customers.add_tag, first.id, bad, as_user="lihua")
        assert caught.value.fields == {"tags"}


@pytest.mark.requirement("X-CUS-06", "X-CUS-05")
def test_a_group_is_a_saved_condition_and_shows_each_his_own(crm: Crm) -> None:
    mine = entered(crm, "lihua", industry="it")
    ordered(crm, mine, dt.date(2026, 1, 5), 80_000)
    theirs = entered(crm, "wangwei", name="王伟的客户", industry="it")
    ordered(crm, theirs, dt.date(2026, 1, 5), 90_000)
    filters: Any = {
        "industry": "it",
        "amount_from": Decimal("50000.50"),
        "created_from": dt.date(2026, 3, 2),
        "name": "",
    }
    group = crm.perform(customers.create_group, name="大客户", filters=filters, as_user="zhaomin")
    assert crm.perform(customers.group_filters, group.id, as_user="chengang") == {
        name: value for name, value in filters.items() if value
    }
    seen = {who: crm.perform(customers.members, group.id, as_user=who) for who in ("zhaomin", "chengang")}
    assert {one.id for one in seen["zhaomin"].rows} == {mine.id, theirs.id}
    own = crm.perform(customers.create_group, name="我的大客户", filters=filters, as_user="lihua")
    assert [one.id for one in crm.perform(customers.members, own.id, as_user="lihua").rows] == [mine.id]
    assert seen["chengang"].total == 2
    crm.perform(customers.edit, mine.id, industry="finance", as_user="lihua")
    assert crm.perform(customers.members, group.id, as_user="chengang").total == 1


@pytest.mark.requirement("X-CUS-06")
def test_groups_are_named_once_and_seen_and_changed_by_who_made_them(crm: Crm) -> None:
    group = crm.perform(customers.create_group, name="ＶＩＰ 客户", filters={"tag": "重点"}, as_user="lihua")
    with pytest.raises(AlreadyExists):
        crm.perform(customers.create_group, name="vip 客户", filters={"tag": "x"}, as_user="wangwei")
    for use in (customers.group, customers.group_filters, customers.members, customers.edit_group):
        with pytest.raises(NotFound):
            crm.perform(use, group.id, as_user="wangwei")
    with pytest.raises(NoPermission):
        crm.perform(customers.delete_group, group.id, as_user="chengang")
    wrong: list[Any] = [{}, {"tag": ""}, {"colour": "red"}, {"region": 5}, {"custom": {"x": 1}}, {"status": "lost"}]
    wrong += [{"keyword": " "}, {"amount_from": 0}, {1: 2, "x": 1}, 5, {"custom": 5}, {"custom": {}}]
    for filters in wrong:
        with pytest.raises(Invalid):
            crm.perform(customers.create_group, name="bad", filters=filters, as_user="lihua")
    renamed = crm.perform(customers.edit_group, group.id, name="重点", filters={"level": "5"}, as_user="lihua")
    assert (renamed.name, crm.perform(customers.group_filters, group.id, as_user="chengang")) == (
        "重点",
        {"level": "5"},
    )
    assert crm.perform(customers.groups, as_user="lihua") == [renamed]
    assert list(crm.perform(customers.groups, as_user="wangwei")) == []
    crm.perform(customers.delete_group, group.id, as_user="zhaomin")
    assert list(crm.perform(customers.groups, as_user="lihua")) == []


OWN: tuple[tuple[str, CustomKind, Any, Any], ...] = (
    ("occupation", CustomKind.TEXT, "工程师", "工程"),
    ("income", CustomKind.NUMBER, Decimal("12000.5000"), (12_000, Decimal("12000.5"))),
    ("birthday", CustomKind.DATE, dt.date(1980, 5, 6), (None, dt.date(1980, 5, 6))),
    ("newsletter", CustomKind.YES_NO, False, False),
    ("branch", CustomKind.CHOICE, "it", "it"),
)


def own_fields(crm: Crm, **more: Any) -> None:
    for place, (code, kind, _, _) in enumerate(OWN):
        choices = "industry" if kind is CustomKind.CHOICE else ""
        given: Any = {
            "code": code,
            "label_zh": f"自定义{code}",
            "label_en": code.title(),
            "kind": kind,
            "choices": choices,
        }
        crm.perform(customers.add_custom_field, position=place, **given, **more.get(code, {}), as_user="admin")


def held(crm: Crm, customer: Customer) -> dict[str, Any]:
    return crm.perform(customers.custom_values, customer.id, as_user="lihua")


@pytest.mark.requirement("X-CUS-08", "X-CUS-13")
def test_own_fields_hold_values_of_their_kind_and_are_searched(crm: Crm) -> None:
    own_fields(crm)
    values = {code: value for code, _, value, _ in OWN}
    customer = entered(crm, custom=values)
    entered(crm, name="另一家", custom={"income": 1, "birthday": dt.date(1999, 1, 1), "newsletter": True})
    assert held(crm, customer) == values
    assert [one.code for one in crm.perform(customers.custom_fields, as_user="chengang")] == [code for code, *_ in OWN]
    for code, _, _, wanted in OWN:
        found = crm.perform(customers.listing, custom={code: wanted}, as_user="zhaomin").rows
        assert [one.id for one in found] == [customer.id], code
    changed = crm.perform(
        customers.edit, customer.id, expected=1, custom={"income": 13_000, "occupation": ""}, as_user="lihua"
    )
    assert changed.version > customer.version
    assert held(crm, customer) == {**{k: v for k, v in values.items() if k != "occupation"}, "income": Decimal(13_000)}


@pytest.mark.requirement("X-CUS-08")
def test_own_fields_refuse_what_is_not_of_their_kind_and_say_their_label(crm: Crm) -> None:
    own_fields(crm, occupation={"required": True})
    wrong: dict[str, Any] = {
        "occupation": None,
        "income": "much",
        "birthday": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        "newsletter": 1,
        "branch": "alchemy",
        "nothing": 1,
    }
    with pytest.raises(Invalid) as caught:
        entered(crm, custom=wrong, zip="")
    assert caught.value.fields == {*wrong, "zip"}
    assert "自定义income" in caught.value.explain("zh")
    assert "Income" in caught.value.explain("en")
    assert any(isinstance(one, CustomProblem) for one in caught.value.problems)
    with pytest.raises(Invalid) as caught:
        entered(crm)
    assert caught.value.fields == {"occupation"}
    customer = entered(crm, custom={"occupation": "医生"})
    with pytest.raises(Invalid):
        crm.perform(customers.edit, customer.id, custom={"occupation": " "}, as_user="lihua")
    assert crm.perform(customers.edit, customer.id, remark="x", as_user="lihua").remark == "x"


@pytest.mark.requirement("X-CUS-08", "16.9", "DIC-04")
def test_own_fields_are_kept_like_the_dictionary(crm: Crm) -> None:
    own_fields(crm)
    customer = entered(crm, custom={"branch": "it", "occupation": "医生"})
    doctors = crm.perform(
        customers.create_group, name="医生", filters={"custom": {"occupation": "医"}}, as_user="lihua"
    )
    fields = {one.code: one for one in crm.perform(customers.all_custom_fields, as_user="admin")}
    wrong: list[dict[str, Any]] = [
        {"code": "Bad", "kind": CustomKind.TEXT},
        {"code": "a", "kind": CustomKind.CHOICE},
        {"code": "b", "kind": CustomKind.CHOICE, "choices": "no_such_list"},
        {"code": "c", "kind": CustomKind.TEXT, "choices": "industry"},
    ]
    for given in wrong:
        with pytest.raises(Invalid):
            crm.perform(customers.add_custom_field, label_zh="新", label_en="New", **given, as_user="admin")
    with pytest.raises(AlreadyExists):
        crm.perform(
            customers.add_custom_field,
            code="income",
            label_zh="新",
            label_en="New",
            kind=CustomKind.TEXT,
            as_user="admin",
        )
    with pytest.raises(Invalid):
        crm.perform(customers.edit_custom_field, fields["income"].id, kind=CustomKind.TEXT, as_user="admin")
    with pytest.raises(CustomFieldInUse):
        crm.perform(customers.delete_custom_field, fields["income"].id, as_user="admin")
    for code in ("income", "occupation"):
        crm.perform(customers.retire_custom_field, fields[code].id, as_user="admin")
    crm.perform(customers.delete_custom_field, fields["income"].id, as_user="admin")
    with pytest.raises(CustomFieldInUse):
        crm.perform(customers.delete_custom_field, fields["occupation"].id, as_user="admin")
    assert held(crm, customer) == {"branch": "it", "occupation": "医生"}
    for attempt in (
        lambda: crm.perform(customers.edit, customer.id, custom={"occupation": "x"}, as_user="lihua"),
        lambda: crm.perform(customers.members, doctors.id, as_user="lihua"),
    ):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert caught.value.fields == {"occupation"}
    crm.perform(customers.restore_custom_field, fields["occupation"].id, as_user="admin")
    assert crm.perform(customers.members, doctors.id, as_user="lihua").total == 1
    crm.perform(customers.edit, customer.id, custom={"occupation": "x"}, as_user="lihua")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        entry = next(one for one in work.dictionary.find() if (one.category, one.code) == ("industry", "it"))
    crm.perform(dictionary.retire_entry, entry.id, as_user="admin")
    crm.perform(customers.edit, customer.id, custom={"branch": "it"}, as_user="lihua")
    with pytest.raises(EntryInUse):
        crm.perform(dictionary.delete_entry, entry.id, as_user="admin")
