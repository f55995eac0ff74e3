"""Winning and giving up: how a prospect becomes a customer."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import attrs
import pytest
from attrs import fields

from company import People, SetClock
from company.chances import dispatched, lost, planned, reread, won
from crmcore import customers, dictionary, opportunities
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.customers.rules import CustomerDeleted, CustomerExists, CustomerOfOthersExists
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.query import eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work


def all_customers(crm: Crm) -> Sequence[Customer]:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return work.customers.find()


def contacts_of(crm: Crm, customer: Customer) -> Sequence[Contact]:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return work.contacts.find(query(Contact).where(eq(fields(Contact).customer, customer.id)))


@pytest.mark.requirement("OPP-10", "OPP-11", "GEN-15", "14.5", "16.10")
def test_success_makes_a_customer_and_a_contact(crm: Crm, clock: SetClock, people: People) -> None:
    chance = dispatched(crm, contact_name="张建国", contact_phone="010-6551 2233")
    clock.advance(days=2)
    crm.perform(opportunities.win, chance.id, as_user="wangwei")
    closed = reread(crm, chance)
    (customer,) = all_customers(crm)
    assert (closed.status, closed.closed_at, closed.customer) == (OpportunityStatus.WON, clock.now, customer.id)
    assert customer.name == chance.customer_name
    assert customer.number == "KH260304093000000"
    assert len(customer.number) == 17
    assert customer.status is CustomerStatus.NORMAL
    assert customer.manager == people.wangwei.id
    assert (customer.satisfaction, customer.credit) == (3, 3)
    assert (customer.created_by, customer.created_at) == (people.wangwei.id, clock.now)
    (contact,) = contacts_of(crm, customer)
    assert (contact.name, contact.office_phone) == ("张建国", "010-6551 2233")


@pytest.mark.requirement("OPP-12")
def test_without_a_contacts_name_there_is_no_contact(crm: Crm) -> None:
    won(crm, contact_name="", contact_phone="010-6551 2233")
    (customer,) = all_customers(crm)
    assert list(contacts_of(crm, customer)) == []


@pytest.mark.requirement("OPP-13", "16.4", "CUS-07")
@pytest.mark.parametrize("name", ["华建", "华建 "])
def test_the_same_name_twice_is_refused_with_the_customer_named(crm: Crm, name: str) -> None:
    won(crm, customer_name="华建")
    (customer,) = all_customers(crm)
    again = dispatched(crm, customer_name=name)
    with pytest.raises(CustomerExists) as caught:
        crm.perform(opportunities.win, again.id, as_user="wangwei")
    assert caught.value.params["id"] == customer.id
    for language in ("zh", "en"):
        assert customer.number in caught.value.explain(language)
        assert customer.name in caught.value.explain(language)
    assert reread(crm, again) == again
    assert list(all_customers(crm)) == [customer]


@pytest.mark.requirement("OPP-13")
def test_case_and_width_do_not_make_another_name(crm: Crm) -> None:
    won(crm, customer_name="ABC Trading")
    again = dispatched(crm, customer_name="ＡＢＣ trading")
    with pytest.raises(CustomerExists):
        crm.perform(opportunities.win, again.id, as_user="wangwei")


@pytest.mark.requirement("OPP-13", "16.4")
def test_the_existing_customer_can_be_linked(crm: Crm, people: People) -> None:
    won(crm, "wangwei", customer_name="华建")
    (customer,) = all_customers(crm)
    again = dispatched(crm, to="lihua", customer_name="华建")
    with pytest.raises(CustomerOfOthersExists) as caught:
        crm.perform(opportunities.win, again.id, as_user="lihua")
    assert caught.value.params == {"name": "华建", "id": customer.id}  # enough to link a colleague's customer
    linked = crm.perform(opportunities.win, again.id, customer=caught.value.params["id"], as_user="lihua")
    assert (linked.status, linked.customer) == (OpportunityStatus.WON, customer.id)
    (kept,) = all_customers(crm)
    assert kept.manager == people.wangwei.id
    assert len(contacts_of(crm, kept)) == 1


@pytest.mark.requirement("16.4")
def test_a_manager_links_only_the_customer_of_that_name_or_one_of_his_own(crm: Crm) -> None:
    theirs = won(crm, "wangwei", customer_name="甲").customer
    own = won(crm, "lihua", customer_name="乙").customer
    chance = dispatched(crm, to="lihua", customer_name="丙")
    for customer in (theirs, uuid4()):
        with pytest.raises(NotFound):
            crm.perform(opportunities.win, chance.id, customer=customer, as_user="lihua")
    assert reread(crm, chance) == chance
    assert crm.perform(opportunities.win, chance.id, customer=own, as_user="lihua").customer == own


@pytest.mark.requirement("OPP-13", "CUS-08")
def test_a_deleted_customer_is_neither_in_the_way_nor_linked(crm: Crm) -> None:
    won(crm, customer_name="华建")
    (customer,) = all_customers(crm)
    session = crm.store.begin(write=True)
    deleted = attrs.evolve(customer, status=CustomerStatus.DELETED, name_key=None, version=customer.version + 1)
    assert session.replace(deleted, customer.version)
    session.commit()
    session.close()
    again = dispatched(crm, customer_name="华建")
    with pytest.raises(CustomerDeleted):
        crm.perform(opportunities.win, again.id, customer=customer.id, as_user="wangwei")
    new = crm.perform(opportunities.win, again.id, as_user="wangwei").customer
    assert new not in (None, customer.id)


@pytest.mark.requirement("16.5", "X-CTR-05")
def test_a_proof_is_kept_and_can_be_made_mandatory(crm: Crm) -> None:
    first = dispatched(crm, customer_name="甲")
    assert crm.perform(opportunities.win, first.id, proof="HT-2026-001", as_user="wangwei").proof == "HT-2026-001"
    crm.perform(dictionary.set_parameter, "opportunity.proof_required", "yes", as_user="admin")
    chance = dispatched(crm, customer_name="乙")
    for proof in ("", "   "):
        with pytest.raises(Invalid) as caught:
            crm.perform(opportunities.win, chance.id, proof=proof, as_user="wangwei")
        assert caught.value.fields == {"proof"}
    assert reread(crm, chance) == chance
    assert crm.perform(opportunities.win, chance.id, proof="DD-7", as_user="wangwei").proof == "DD-7"


def test_a_proof_that_is_too_long_makes_no_customer(crm: Crm) -> None:
    chance = dispatched(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.win, chance.id, proof="9" * 51, as_user="wangwei")
    assert caught.value.fields == {"proof"}
    assert reread(crm, chance) == chance
    assert list(all_customers(crm)) == []


@pytest.mark.requirement("OPP-10")
def test_customer_contact_and_success_come_together_or_not_at_all(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = dispatched(crm)

    def fail(*_: Any, **__: Any) -> Any:
        raise ConnectionError

    monkeypatch.setattr(Work, "record", fail)
    with pytest.raises(ConnectionError):
        crm.perform(opportunities.win, chance.id, as_user="wangwei")
    assert reread(crm, chance) == chance
    assert list(all_customers(crm)) == []


@pytest.mark.requirement("OPP-09", "OPP-08")
def test_giving_up_ends_in_lost(crm: Crm, clock: SetClock) -> None:
    chance = planned(crm, 5)
    clock.advance(days=1)
    closed = crm.perform(opportunities.terminate, chance.id, expected=chance.version, as_user="wangwei")
    assert (closed.status, closed.closed_at, closed.customer) == (OpportunityStatus.LOST, clock.now, None)
    assert reread(crm, chance) == closed
    assert list(all_customers(crm)) == []


@pytest.mark.requirement("OPP-09")
@pytest.mark.parametrize("action", [opportunities.win, opportunities.terminate])
def test_a_stale_end_conflicts(crm: Crm, action: Any) -> None:
    chance = planned(crm, 5)
    with pytest.raises(Conflict):
        crm.perform(action, chance.id, expected=1, as_user="wangwei")
    assert reread(crm, chance) == chance


def test_what_ended_stays_ended(crm: Crm) -> None:
    for chance in (won(crm, customer_name="甲"), lost(crm)):
        for action in (opportunities.win, opportunities.terminate):
            with pytest.raises(Exception, match="archived"):
                crm.perform(action, chance.id, as_user="wangwei")


@pytest.mark.requirement("CUS-05", "16.1")
def test_the_new_customer_is_in_the_list_of_its_manager_and_of_those_who_see_all(crm: Crm) -> None:
    won(crm, "wangwei")
    for who, seen in (("wangwei", 1), ("lihua", 0), ("zhaomin", 1), ("chengang", 1)):
        assert crm.perform(customers.listing, as_user=who).total == seen
