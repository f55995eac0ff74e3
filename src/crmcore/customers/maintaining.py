"""Finds what belongs to a customer, and him, for whoever maintains it (requirements CON-01, INT-01, CUS-05)."""

from typing import TypeVar
from uuid import UUID

from crmcore.customers.entity import Contact, Customer, Interaction
from crmcore.customers.rules import may_change
from crmcore.storage.work import Work

__all__ = ["maintained"]

R = TypeVar("R", Contact, Interaction)


def maintained(work: Work, kind: type[R], id: UUID, expected: int | None) -> tuple[R, Customer]:  # noqa: A002
    """Answer a record and the customer it belongs to, if the actor may see and change both.

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Conflict: Somebody changed the record since the version that was expected.
    """
    known = work.of(kind).get(id, expected=expected)
    customer = work.customers.get(known.customer)
    may_change(customer, work.actor)
    return known, customer
