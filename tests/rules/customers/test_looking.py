"""The customer list, one customer, and its contacts."""

from typing import Any
from uuid import uuid4

import pytest

from company import People
from crmcore import customers
from crmcore.access.entity import UserId
from crmcore.access.rules import NoPermission
from crmcore.base.errors import NotFound
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus, Gender
from crmcore.storage.crm import Crm

FIRST = {"number": "KH260101090000000", "name": "北京华建", "region": "beijing", "level": "3"}
SECOND = {"number": "KH260102090000000", "name": "上海ABC贸易", "region": "shanghai", "level": "1"}


def opened(crm: Crm, manager: UserId, **given: Any) -> Customer:
    """A customer as the store keeps it."""
    session = crm.store.begin(write=True)
    status = given.get("status", CustomerStatus.NORMAL)
    customer = Customer(
        id=CustomerId(crm.ids()),
        name_key=None if status is CustomerStatus.DELETED else given["name"].lower(),
        manager=manager,
        created_by=manager,
        created_at=crm.clock(),
        version=1,
        **given,
    )
    customer = with_derived(customer)
    assert session.insert(customer)
    session.commit()
    session.close()
    return customer


@pytest.mark.requirement("CUS-01", "GEN-16")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"北京华建", "上海ABC贸易"}),
        ({"number": "KH260101"}, {"北京华建"}),
        ({"number": "090000000"}, {"北京华建", "上海ABC贸易"}),
        ({"name": "abc"}, {"上海ABC贸易"}),
        ({"region": "beijing"}, {"北京华建"}),
        ({"region": "bei"}, set()),
        ({"level": "1"}, {"上海ABC贸易"}),
        ({"status": CustomerStatus.NORMAL}, {"北京华建", "上海ABC贸易"}),
        ({"status": CustomerStatus.LOST}, set()),
        ({"name": "华", "level": "3", "region": "beijing"}, {"北京华建"}),
    ],
)
def test_the_list_filters(crm: Crm, people: People, filters: dict[str, Any], found: set[str]) -> None:
    opened(crm, people.lihua.id, **FIRST)
    opened(crm, people.wangwei.id, **SECOND)
    page = crm.perform(customers.listing, as_user="zhaomin", **filters)
    assert {customer.name for customer in page.rows} == found


@pytest.mark.requirement("CUS-01")
def test_the_list_filters_by_manager(crm: Crm, people: People) -> None:
    opened(crm, people.lihua.id, **FIRST)
    mine = opened(crm, people.wangwei.id, **SECOND)
    page = crm.perform(customers.listing, manager=people.wangwei.id, as_user="chengang")
    assert [customer.id for customer in page.rows] == [mine.id]


@pytest.mark.requirement("CUS-05", "16.1", "RBA-13")
def test_a_manager_sees_his_own_supervisor_and_executive_all_the_administrator_none(crm: Crm, people: People) -> None:
    first, second = opened(crm, people.lihua.id, **FIRST), opened(crm, people.wangwei.id, **SECOND)
    for who, ids in (
        ("lihua", {first.id}),
        ("wangwei", {second.id}),
        ("zhaomin", {first.id, second.id}),
        ("chengang", {first.id, second.id}),
    ):
        assert {customer.id for customer in crm.perform(customers.listing, as_user=who).rows} == ids
    with pytest.raises(NoPermission):
        crm.perform(customers.listing, as_user="admin")


@pytest.mark.requirement("CUS-05")
def test_somebody_elses_customer_answers_like_none(crm: Crm, people: People) -> None:
    theirs = opened(crm, people.wangwei.id, **SECOND)
    for action in (customers.detail, customers.contacts):
        answers = []
        for id_ in (theirs.id, CustomerId(uuid4())):
            with pytest.raises(NotFound) as caught:
                crm.perform(action, id_, as_user="lihua")
            answers.append(str(caught.value).replace(str(id_), ""))
        assert answers[0] == answers[1]


@pytest.mark.requirement("GEN-21")
def test_deleted_customers_are_listed_only_when_asked_for(crm: Crm, people: People) -> None:
    opened(crm, people.lihua.id, **FIRST)
    gone = opened(crm, people.lihua.id, **SECOND, status=CustomerStatus.DELETED)
    assert crm.perform(customers.listing, as_user="lihua").total == 1
    asked = crm.perform(customers.listing, status=CustomerStatus.DELETED, as_user="lihua")
    assert [customer.id for customer in asked.rows] == [gone.id]


@pytest.mark.requirement("CON-01")
def test_contacts_are_reached_from_their_customer(crm: Crm, people: People) -> None:
    customer, other = opened(crm, people.lihua.id, **FIRST), opened(crm, people.lihua.id, **SECOND)
    session = crm.store.begin(write=True)
    for place, owner in enumerate((customer, other, customer)):
        contact = Contact(
            id=ContactId(crm.ids()), customer=owner.id, name=f"联系人{place}", gender=Gender.FEMALE, version=1
        )
        assert session.insert(contact)
    session.commit()
    session.close()
    assert [one.name for one in crm.perform(customers.contacts, customer.id, as_user="lihua")] == ["联系人0", "联系人2"]
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert list(work.contacts.find()) == []
