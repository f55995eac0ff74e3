"""Contacts: who maintains them, what they have to have, and the last one stays."""

from typing import Any

import pytest

from company.clients import PERSON, contact_of, entered, stored
from company.duels import at_once
from crmcore import customers
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.customers.entity import Gender
from crmcore.customers.rules import LastContact
from crmcore.storage.crm import Crm

FIRST: Any = PERSON
SECOND: Any = {**PERSON, "name": "王强"}


@pytest.mark.requirement("CON-01", "CON-02", "CON-04", "3.4")
def test_contacts_are_added_changed_and_found_by(crm: Crm) -> None:
    customer = entered(crm)
    added = crm.perform(
        customers.add_contact,
        customer.id,
        name="王强",
        position="工程师",
        office_phone="010-1",
        gender=None,
        email="wang@huajian.example",
        memo="上午找他",
        as_user="lihua",
    )
    assert crm.perform(customers.contact, added.id, as_user="chengang") == added
    assert [one.name for one in crm.perform(customers.contacts, customer.id, as_user="lihua")] == ["刘芳", "王强"]
    assert "王强" in stored(crm, customer).search_text
    changed = crm.perform(
        customers.edit_contact,
        added.id,
        expected=1,
        name="王志强",
        gender=Gender.MALE,
        mobile="139 0000 1111",
        as_user="lihua",
    )
    assert (changed.name, changed.position, changed.gender) == ("王志强", "工程师", Gender.MALE)
    found = {"王志强": 1, "13900001111": 1, "王强": 0}
    for keyword, total in found.items():
        assert crm.perform(customers.listing, keyword=keyword, as_user="lihua").total == total
    with pytest.raises(Conflict):
        crm.perform(customers.edit_contact, added.id, expected=1, memo="x", as_user="lihua")


@pytest.mark.requirement("3.4", "GEN-11")
def test_name_position_and_office_phone_are_required(crm: Crm) -> None:
    customer = entered(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(customers.add_contact, customer.id, name="", mobile="1" * 51, as_user="lihua")
    assert caught.value.fields == {"name", "position", "office_phone", "mobile"}
    with pytest.raises(Invalid) as caught:
        crm.perform(customers.edit_contact, contact_of(crm, customer).id, position=" ", as_user="lihua")
    assert caught.value.fields == {"position"}


@pytest.mark.requirement("CON-03")
def test_the_last_contact_stays(crm: Crm) -> None:
    customer = entered(crm)
    first = contact_of(crm, customer)
    with pytest.raises(LastContact) as caught:
        crm.perform(customers.delete_contact, first.id, as_user="lihua")
    assert "该联系人不能被删除" in caught.value.explain("zh")
    second = crm.perform(customers.add_contact, customer.id, **SECOND, as_user="lihua")
    met = crm.perform(
        customers.add_interaction, customer.id, place="北京", title="会谈", contact=first.id, as_user="lihua"
    )
    crm.perform(customers.delete_contact, first.id, as_user="lihua")
    assert crm.perform(customers.interaction, met.id, as_user="lihua").contact is None
    assert "刘芳" not in stored(crm, customer).search_text
    with pytest.raises(LastContact):
        crm.perform(customers.delete_contact, second.id, as_user="lihua")


@pytest.mark.requirement("CON-03")
def test_two_people_do_not_take_away_the_last_two_at_once(crm: Crm) -> None:
    customer = entered(crm)
    crm.perform(customers.add_contact, customer.id, **SECOND, as_user="lihua")
    pair = crm.perform(customers.contacts, customer.id, as_user="lihua")
    outcomes = at_once(
        [lambda one=one: crm.perform(customers.delete_contact, one.id, as_user="lihua") for one in pair]  # type: ignore[misc]
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LastContact", "NoneType"]
    assert len(crm.perform(customers.contacts, customer.id, as_user="lihua")) == 1


@pytest.mark.requirement("CUS-05", "16.1", "9")
def test_contacts_belong_to_who_maintains_their_customer(crm: Crm) -> None:
    customer = entered(crm, "lihua")
    person = contact_of(crm, customer)
    for action in (customers.edit_contact, customers.delete_contact, customers.contact):
        with pytest.raises(NotFound):
            crm.perform(action, person.id, as_user="wangwei")
    with pytest.raises(NotFound):
        crm.perform(customers.add_contact, customer.id, **FIRST, as_user="wangwei")
    with pytest.raises(NoPermission):
        crm.perform(customers.add_contact, customer.id, **FIRST, as_user="zhaomin")
