"""Finds what belongs to a customer, and him, for whoever maintains it (requirements CON-01, INT-01, CUS-05)."""

from typing import TypeVar
from uuid import UUID

from crmcore.base.errors import Problem
from crmcore.customers.entity import Contact, Customer, CustomerId, Interaction
from crmcore.customers.rules import may_change
from crmcore.storage.work import Work

__all__ = ["contact_problems", "maintained"]

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


def contact_problems(work: Work, contact: object, customer: CustomerId, entity: str) -> list[Problem]:
    """Answer what is wrong with the contact that was chosen for something about a customer: he must be the customer's.

    Args:
        work: The unit of work, in an action.
        contact: Id of the contact; None if none was chosen.
        customer: Whose he has to be.
        entity: What he was chosen for, by the name of its kind.
    """
    if contact is None:
        return []
    person = work.session.load(Contact, contact) if isinstance(contact, UUID) else None
    if person is not None and person.customer == customer:
        return []
    return [Problem(field="contact", code="customer.not_a_contact", entity=entity)]
