"""Computes what customers are found by for those who were stored before it was (requirements X-CUS-02 to 04)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.query import eq, query
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

__all__ = ["derive_all", "derive_some"]

_BATCH: Final = 200


def derive_all(crm: Crm) -> int:
    """Compute it for all customers who lack it, in batches; answer how many there were. Doing it again does nothing."""
    done = 0
    while batch := crm.perform(derive_some, as_user=SYSTEM):
        done += batch
    return done


@action(SYSTEM_ONLY)
def derive_some(work: Work, size: int = _BATCH) -> int:
    """Compute what up to *size* customers are found by; their contacts are stored anew, so that they are found too."""
    customers, contacts = work.unscoped(Customer), work.unscoped(Contact)
    found = customers.find(query(Customer).where(eq(fields(Customer).name_core, "")).page(size))
    for customer in found:
        people = contacts.find(query(Contact).where(eq(fields(Contact).customer, customer.id)))
        customers.save(with_derived(customer, people))
        for person in people:
            contacts.touch(person)
    return len(found)
