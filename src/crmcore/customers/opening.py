"""How a won opportunity becomes a customer (requirements OPP-10 to 13, decisions 16.4, 16.10)."""

from typing import Final

from attrs import fields

from crmcore.access.directory import account_manager
from crmcore.access.entity import User, UserId
from crmcore.base.errors import NotFound
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.customers.rules import CustomerExists, CustomerOfOthersExists, check_linkable, name_key
from crmcore.query import eq
from crmcore.storage.work import Work

__all__ = ["PREFIX", "check_name_free", "customer_for", "open_customer"]

PREFIX: Final = "KH"
"""Starts the number of every customer (客户; decision 14.19)."""


def open_customer(work: Work, name: str, *, manager: UserId, contact: str = "", phone: str = "") -> Customer:
    """Open a customer with a generated number, status normal, satisfaction and credit 3 (requirement OPP-11).

    The manager's user record is touched, so that he can't be retired at the same moment (requirement USR-06).

    Args:
        work: The unit of work, in an action that has checked its permission.
        name: Name of the organisation.
        manager: The account manager who will be responsible.
        contact: Name of a contact; empty for none (requirement OPP-12).
        phone: The contact's phone.

    Raises:
        CustomerExists: A customer of this name exists (requirement OPP-13).
        NotAnAccountManager: *manager* has left, or has another role now.
    """
    check_name_free(work, name, linkable=True)
    work.unscoped(User).touch(account_manager(work, manager))
    customer = Customer(
        id=CustomerId(work.new_id()),
        number=work.new_number(PREFIX),
        name=name,
        name_key=name_key(name),
        manager=manager,
        created_by=work.user_id,
        created_at=work.now,
    )
    if not contact.strip():
        return work.unscoped(Customer).add(with_derived(customer))
    person = Contact(id=ContactId(work.new_id()), customer=customer.id, name=contact, office_phone=phone)
    stored = work.unscoped(Customer).add(with_derived(customer, (person,)))
    work.unscoped(Contact).add(person)
    return stored


def check_name_free(work: Work, name: str, *, beside: CustomerId | None = None, linkable: bool = False) -> None:
    """Refuse a name that another customer has who is not deleted (requirement CUS-07).

    Args:
        work: The unit of work.
        name: The name that is wanted.
        beside: The customer who wants it.
        linkable: Whether the person may say that it is the one (decision 16.4): then he is told the id that links it,
            which opens nothing to him.

    Raises:
        CustomerExists: Says which customer has it, if the actor may see that one.
        CustomerOfOthersExists: Says only that there is one (requirement CUS-05).
    """
    existing = work.unscoped(Customer).first(eq(fields(Customer).name_key, name_key(name)))
    if existing is None or existing.id == beside:
        return
    if _is_seen(work, existing):
        raise CustomerExists(name=existing.name, number=existing.number, id=existing.id)
    raise CustomerOfOthersExists(name=name, **({"id": existing.id} if linkable else {}))


def _is_seen(work: Work, customer: Customer) -> bool:
    if work.crm.scope_of(Customer, work.actor) is None:
        return False
    return work.customers.first(eq(fields(Customer).id, customer.id)) is not None


def customer_for(work: Work, id: CustomerId, name: str) -> Customer:  # noqa: A002
    """Answer the existing customer a success is linked to; touched, so that he can't be deleted at the same moment.

    Raises:
        NotFound: There is none, or he has another name and is none of the actor's.
        CustomerDeleted: He was deleted (requirement CUS-08).
    """
    customer = work.unscoped(Customer).get(id)
    if customer.name_key != name_key(name) and not work.customers.first(eq(fields(Customer).id, id)):
        raise NotFound(entity="customer", id=id)
    check_linkable(customer)
    return work.unscoped(Customer).touch(customer)
