"""Stores the two customers of a merge, who may exchange names and keys: no two ever have the same at a time."""

import attrs
from attrs import fields

from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.query import eq, query
from crmcore.storage.work import Work

__all__ = ["key_left", "store_both"]


def key_left(kept: Customer, absorbed: Customer, result: Customer) -> str | None:
    """Answer the key in other systems that the kept customer does not take: the absorbed one goes on having it.

    So a feed that knows him by either key finds him (requirement ORD-04).
    """
    return absorbed.external_key if result.external_key != absorbed.external_key else kept.external_key


def store_both(work: Work, first: Customer, second: Customer, second_before: Customer) -> tuple[Customer, Customer]:
    """Store two customers; the second may take name and key from the first, and the first the key from the second.

    Args:
        work: The unit of work.
        first: Who gives up a name, or nothing.
        second: Who may get it.
        second_before: The second one as he is stored.
    """
    exchanged = first.external_key is not None and first.external_key == second_before.external_key
    if not exchanged:
        return _stored(work, first), _stored(work, second)
    without = work.customers.save(attrs.evolve(first, external_key=None))
    stored = _stored(work, second)
    return _stored(work, attrs.evolve(first, version=without.version)), stored


def _stored(work: Work, customer: Customer) -> Customer:
    """Store a customer with what is computed of him; a new version even if nothing is different."""
    contacts = work.unscoped(Contact).find(query(Contact).where(eq(fields(Contact).customer, customer.id)))
    return work.customers.touch(work.customers.save(with_derived(customer, contacts)))
