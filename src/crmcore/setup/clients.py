"""The customers of a sample company to whom service is given: with somebody to speak to, and what was sold."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import attrs
from attrs import fields

from crmcore.customers.entity import Contact, ContactId, Customer, CustomerStatus
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.query import asc, eq, one_of, query
from crmcore.storage.work import Work

__all__ = ["Client", "batches", "clients"]

T = TypeVar("T")

_AT_ONCE: Final = 25
"""Customers in a unit of work."""


@attrs.frozen(kw_only=True)
class Client:
    """A customer, and what one refers to when he wants something."""

    place: int
    """His place among the customers, the oldest one first."""
    customer: Customer
    contact: ContactId | None
    opportunity: OpportunityId | None

    @property
    def since(self) -> dt.datetime:
        """When he became a customer."""
        return self.customer.created_at


def clients(work: Work, at_most: int) -> list[Client]:
    """Answer the active customers, the oldest ones first, with one contact and one opportunity each."""
    c = fields(Customer)
    wanted = query(Customer).where(eq(c.status, CustomerStatus.NORMAL)).sort(asc(c.id)).page(at_most)
    found = list(work.session.find(wanted))
    contacts: dict[object, ContactId] = {}
    chances: dict[object, OpportunityId] = {}
    for first in range(0, len(found), _AT_ONCE):
        ids = [one.id for one in found[first : first + _AT_ONCE]]
        people = work.session.find(query(Contact).where(one_of(fields(Contact).customer, ids)))
        contacts |= {one.customer: one.id for one in reversed(people)}
        won = work.session.find(query(Opportunity).where(one_of(fields(Opportunity).customer, ids)))
        chances |= {one.customer: one.id for one in reversed(won)}
    return [
        Client(place=place, customer=one, contact=contacts.get(one.id), opportunity=chances.get(one.id))
        for place, one in enumerate(found)
    ]


def batches(found: Sequence[T]) -> Iterator[Sequence[T]]:
    """Answer as many at a time as one unit of work deals with."""
    return (found[first : first + _AT_ONCE] for first in range(0, len(found), _AT_ONCE))
