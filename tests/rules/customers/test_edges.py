"""Edges of what people do with customers: nothing asked, nothing changed, nothing seen, something gone meanwhile."""

from typing import Any

import pytest

from company import People
from company.clients import contact_of, entered, stored
from company.feeds import kept
from company.in_memory import shared_store
from crmcore import access, customers
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Contact
from crmcore.customers.grouping import CustomKind, CustomValue
from crmcore.customers.likeness import DuplicateReason
from crmcore.customers.relinking import MergeChanged
from crmcore.customers.rules import CustomerOfOthersExists
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

__all__ = ["shared_store"]


@pytest.mark.requirement("CON-04", "INT-01", "3.1")
def test_saving_what_is_there_already_changes_nothing(crm: Crm, people: People) -> None:
    customer = entered(crm, "lihua")
    person = contact_of(crm, customer)
    met = crm.perform(customers.add_interaction, customer.id, place="公司", title="拜访", as_user="lihua")
    before = stored(crm, customer), len(kept(crm, ChangeRecord))
    assert crm.perform(customers.edit_contact, person.id, mobile=person.mobile, as_user="lihua") == person
    assert crm.perform(customers.edit_interaction, met.id, title=met.title, as_user="lihua") == met
    assert crm.perform(customers.assign, customer.id, to="lihua", as_user="zhaomin") == before[0]
    assert (stored(crm, customer), len(kept(crm, ChangeRecord))) == before


@pytest.mark.requirement("CUS-05", "CUS-07")
def test_whoever_sees_no_customers_learns_only_that_a_name_is_taken(crm: Crm) -> None:
    known = entered(crm, "lihua")
    role = crm.perform(access.create_role, name="录入", permissions=("customer.create",), as_user="admin")
    crm.perform(access.create_user, name="clerk", roles=(role.id,), as_user="admin")
    with pytest.raises(CustomerOfOthersExists) as refused:
        entered(crm, "clerk", manager="wangwei")
    assert refused.value.params == {"name": known.name}


@pytest.mark.requirement("X-ADM-11")
def test_pages_of_duplicates_are_whole_numbers(crm: Crm) -> None:
    for wrong in ({"page": "1"}, {"page": None}, {"size": 1.5}):
        with pytest.raises(Invalid) as refused:
            crm.perform(customers.duplicate_groups, as_user="zhaomin", **wrong)
        assert refused.value.fields == {*wrong}


@pytest.mark.extras
@pytest.mark.requirement("CUS-07", "X-ADM-11")
def test_who_shares_a_phone_and_almost_a_name_is_one_group_with_both_reasons(crm: Crm) -> None:
    for name in ("北京华建科技发展公司", "北京华建科技发站公司"):
        entered(crm, name=name)
    (group,) = crm.perform(customers.duplicate_groups, as_user="zhaomin").page.rows
    assert {hint.reason for hint in group.hints} >= {DuplicateReason.SIMILAR_NAME, DuplicateReason.PHONE}


@pytest.mark.requirement("X-ADM-11")
@pytest.mark.parametrize("kind", [Contact, CustomValue])
def test_a_merge_is_not_undone_when_something_it_moved_is_gone(crm: Crm, kind: type[Any]) -> None:
    field: Any = {"code": "vip", "label_zh": "vip", "label_en": "vip", "kind": CustomKind.TEXT, "choices": ""}
    crm.perform(customers.add_custom_field, **field, as_user="admin")
    one, other = entered(crm, name="甲"), entered(crm, name="乙", custom={"vip": "银"})
    theirs = contact_of(crm, other)
    done = crm.perform(customers.merge, one.id, other.id, as_user="zhaomin")
    if kind is Contact:
        crm.perform(customers.delete_contact, theirs.id, as_user="lihua")
    else:
        crm.perform(customers.edit, one.id, custom={"vip": ""}, as_user="lihua")
    with pytest.raises(MergeChanged):
        crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert stored(crm, other).merged_into == one.id
