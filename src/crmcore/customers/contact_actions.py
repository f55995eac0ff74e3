"""Maintaining contacts (requirements CON-01 to 04).

Every change touches the customer: two people can't take away his last two contacts at the same moment, and nobody
deletes him meanwhile; and he is found by his contacts' names and phones.
"""

from collections.abc import Sequence
from typing import Unpack

from attrs import fields as attributes

from crmcore.base.building import build, change
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.forgetting import forget_contact
from crmcore.customers.inputs import ContactChanges, ContactFields
from crmcore.customers.maintaining import maintained
from crmcore.customers.rules import REQUIRED_OF_CONTACTS, LastContact, complete, may_change, unfilled
from crmcore.query import eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.window.inviting import dismiss

__all__ = ["add_contact", "contact", "contacts", "delete_contact", "edit_contact"]

_p = attributes(Contact)


@action("customer.read_all", "customer.read")
def contacts(work: Work, customer: CustomerId) -> Sequence[Contact]:
    """Answer the contacts of a customer, the oldest first (requirement CON-01)."""
    work.customers.get(customer)
    return _of(work, customer)


@action("customer.read_all", "customer.read")
def contact(work: Work, id: ContactId) -> Contact:  # noqa: A002
    """Answer one contact."""
    return work.contacts.get(id)


@action("customer.edit", "customer.edit_all")
def add_contact(work: Work, customer: CustomerId, **fields: Unpack[ContactFields]) -> Contact:
    """Add a person to a customer (requirement CON-01).

    Args:
        work: The unit of work.
        customer: Where he works.
        fields: ``name``, ``position`` and ``office_phone``; optionally ``gender``, ``mobile``, ``email``, ``memo``.

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Invalid: Something is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    employer = work.customers.get(customer)
    may_change(employer, work.actor)
    missing = unfilled("contact", fields, REQUIRED_OF_CONTACTS)
    made = complete(missing, lambda: build(Contact, fields, id=ContactId(work.new_id()), customer=customer))
    stored = work.unscoped(Contact).add(made)
    _keep_found(work, employer)
    return stored


@action("customer.edit", "customer.edit_all")
def edit_contact(
    work: Work,
    id: ContactId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[ContactChanges],
) -> Contact:
    """Save a contact's form; name, position and office phone have to be there afterwards (requirement 3.4).

    Raises:
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Conflict: Somebody changed the contact since the person saw him.
        Invalid: A required field is empty, or a value breaks a constraint; all problems are listed.
    """
    known, employer = maintained(work, Contact, id, expected)
    values = {name: getattr(known, name) for name in REQUIRED_OF_CONTACTS} | dict(changes)
    changed = complete(unfilled("contact", values, REQUIRED_OF_CONTACTS), lambda: change(known, changes))
    stored = work.unscoped(Contact).save(changed)
    if stored.version != known.version:
        _keep_found(work, employer)
    return stored


@action("customer.edit", "customer.edit_all")
def delete_contact(work: Work, id: ContactId, *, expected: int | None = None) -> None:  # noqa: A002
    """Take a person from a customer, unless he is the last; what names him stays, without naming him.

    That is interactions, service requests, care activities and invitations to surveys. If he may use the customer
    window, that ends with it.

    Raises:
        LastContact: A customer keeps at least one contact (requirement CON-03).
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
    """
    known, employer = maintained(work, Contact, id, expected)
    wanted = query(Contact).where(eq(_p.customer, employer.id))
    if work.unscoped(Contact).count(wanted, at_most=2) < 2:  # noqa: PLR2004  # he and one more
        raise LastContact(name=known.name)
    forget_contact(work, known)
    dismiss(work, id)
    work.unscoped(Contact).remove(known)
    _keep_found(work, employer)


def _keep_found(work: Work, employer: Customer) -> None:
    """Let the customer be found by the contacts he has now."""
    stored = work.customers.save(with_derived(employer, _of(work, employer.id)))
    work.customers.touch(stored)


def _of(work: Work, customer: CustomerId) -> Sequence[Contact]:
    return work.unscoped(Contact).find(query(Contact).where(eq(_p.customer, customer)))
