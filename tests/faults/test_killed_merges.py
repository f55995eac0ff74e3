"""``kill -9`` in the middle of a merge, or of undoing it: two whole customers or one, and undoing again finishes it."""

import sys
from collections import Counter
from uuid import uuid4

import attrs
import pytest

from crmcore import customers
from crmcore.access.entity import UserId
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerStatus, Interaction, InteractionId
from crmcore.customers.merging import CustomerMerge, MergeState
from crmcore.storage.ports import Store
from faults.conftest import Victim
from faults.lives import Nursery
from faults.test_killed_batches import a_customer, crm_of, die, kept, put_in

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)
EACH = 20
"""Contacts and interactions of each customer: enough for somebody to die between two of them."""


def two_customers(store: Store) -> None:
    for number in range(2):
        customer = a_customer(store, f"客户 {number}", str(number))
        people = [
            Contact(id=ContactId(uuid4()), customer=customer.id, name=f"联系人 {number} {place}", version=1)
            for place in range(EACH)
        ]
        made: list[Interaction] = [
            Interaction(
                id=InteractionId(uuid4()),
                customer=customer.id,
                at=customer.created_at,
                place="北京",
                title="拜访",
                created_by=UserId(customer.manager),
                created_at=customer.created_at,
                version=1,
            )
            for _ in range(EACH)
        ]
        put_in(store, [with_derived(customer, people), *people, *made])


def merges_there(store: Store) -> int:
    """Check that the two are wholly one or wholly two; answer how many merges there have been."""
    merges = kept(store, CustomerMerge)
    standing = [one for one in merges if one.state is MergeState.DONE]
    assert len(standing) <= 1
    whole = {2 * EACH: 1} if standing else {EACH: 2}
    for kind in (Contact, Interaction):
        assert Counter(Counter(one.customer for one in kept(store, kind)).values()) == Counter(whole), kind
    for one in kept(store, Customer):
        absorbed = bool(standing) and one.id == standing[0].absorbed
        assert (one.status is CustomerStatus.DELETED, one.merged_into is not None) == (absorbed, absorbed)
        assert with_derived(one, [person for person in kept(store, Contact) if person.customer == one.id]) == one
    return len(merges)


@pytest.mark.timeout(600)
@pytest.mark.requirement("X-ADM-11", "NFR-14")
def test_a_merge_that_is_killed_leaves_one_customer_or_two_and_is_undone_later(
    victim: Victim, nursery: Nursery
) -> None:
    two_customers(victim.store)
    before = {
        attrs.evolve(one, version=0) for kind in (Customer, Contact, Interaction) for one in kept(victim.store, kind)
    }
    acknowledged = die(victim, nursery, "unite", lambda: merges_there(victim.store), 0.25)
    assert acknowledged, "the children died before they had done anything worth losing"
    assert merges_there(victim.store) >= len(acknowledged)
    crm = crm_of(victim.store)
    for one in kept(victim.store, CustomerMerge):
        assert one.state is MergeState.UNDONE or one.id not in acknowledged
        if one.state is MergeState.DONE:
            crm.perform(customers.undo_merge, one.id, as_user="zhaomin")
    merges_there(victim.store)
    after = {
        attrs.evolve(one, version=0) for kind in (Customer, Contact, Interaction) for one in kept(victim.store, kind)
    }
    assert after == before
