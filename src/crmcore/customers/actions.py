"""Entering, editing and deleting customers (requirements 3.1, 3.2, CUS-05 to 08, X-CUS-01, decision 16.2)."""

from typing import Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.directory import account_manager
from crmcore.access.entity import ACCOUNT_MANAGER, User, UserId
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.custom_forms import CustomForm, custom_form, store_custom
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus
from crmcore.customers.events import CustomerEntered, CustomerRemoved
from crmcore.customers.inputs import ContactFields, CustomerChanges, CustomerFields, CustomInputs
from crmcore.customers.opening import PREFIX, check_name_free
from crmcore.customers.rules import (
    REQUIRED_OF_CONTACTS,
    REQUIRED_OF_CUSTOMERS,
    check_manager_choice,
    complete,
    may_delete,
    may_edit,
    name_key,
    together,
    unfilled,
)
from crmcore.customers.tagging import tidy
from crmcore.dictionary.lookup import check_codes
from crmcore.query import eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["create", "delete", "edit"]


@action("customer.create")
def create(
    work: Work,
    *,
    manager: UserId | str | None = None,
    contact: ContactFields | None = None,
    custom: CustomInputs | None = None,
    **fields: Unpack[CustomerFields],
) -> Customer:
    """Enter a customer by hand (decision 16.2, requirement X-CUS-01).

    An account manager becomes the customer's manager; a supervisor chooses one. Ask ``possible_duplicates`` before.

    Args:
        work: The unit of work.
        manager: The account manager who will be responsible, by id or user name; None for the actor himself.
        contact: The first contact: ``name``, ``position``, ``office_phone`` and what else is known; None for none.
        custom: What the company's own fields are given, by code.
        fields: ``name``, ``region``, ``address``, ``zip``, ``phone``, ``fax``, ``website``, ``legal_person``, ``bank``
            and ``bank_account``, all required as on the form (14.15); everything else of :class:`Customer` that
            people give.

    Raises:
        Invalid: Something is missing, unknown, too long or of the wrong type; all problems are listed.
        CustomerExists: A customer of this name exists (requirement CUS-07).
        NotAnAccountManager: *manager* is not a valid account manager.
        NotToOthers: The actor is an account manager, and chose a colleague.
    """
    responsible = _chosen_manager(work, manager)
    form = custom_form(work, custom, None)
    id_ = CustomerId(work.new_id())
    customer, person = together(
        lambda: _entered(work, id_, fields, responsible.id, form),
        lambda: None if contact is None else _first_contact(work, id_, contact),
    )
    check_name_free(work, customer.name)
    check_codes(work, customer)
    work.unscoped(User).touch(responsible)  # he stays an account manager until this is committed
    return _kept(work, customer, person, form)


@action("customer.edit", "customer.edit_all")
def edit(
    work: Work,
    id: CustomerId,  # noqa: A002
    *,
    expected: int | None = None,
    custom: CustomInputs | None = None,
    **changes: Unpack[CustomerChanges],
) -> Customer:
    """Save a customer's form; everything that the form requires has to be there afterwards (requirement 3.2, 14.15).

    Args:
        work: The unit of work.
        id: Which customer.
        expected: The version the person saw; None if that does not matter.
        custom: The company's own fields to change, by code.
        changes: The fields to change, as in :func:`create`.

    Raises:
        NotTheManager: Somebody else is responsible (requirement CUS-05).
        CustomerLost, CustomerDeleted: What is recorded of him changes no more.
        CustomerExists: Another customer has that name (requirement CUS-07).
        Conflict: Somebody changed him since the person saw him.
        Invalid: A required field is empty, or a value breaks a constraint; all problems are listed.
    """
    customer = work.customers.get(id, expected=expected)
    may_edit(customer, work.actor)
    values = {one.name: getattr(customer, one.name) for one in attributes(Customer)} | dict(changes)
    form = custom_form(work, custom, id)
    missing = [*unfilled("customer", values, REQUIRED_OF_CUSTOMERS), *form.problems]
    changed = complete(missing, lambda: change(customer, changes))
    changed = attrs.evolve(changed, name_key=name_key(changed.name), tags=tidy(changed.tags))
    if changed.name_key != customer.name_key:
        check_name_free(work, changed.name, beside=id)
    check_codes(work, changed, known=customer)
    different = store_custom(work, form, id)
    known = work.unscoped(Contact).find(query(Contact).where(eq(attributes(Contact).customer, id)))
    stored = work.customers.save(with_derived(changed, known))
    return work.customers.touch(stored) if different else stored


@action("customer.delete")
def delete(work: Work, id: CustomerId, *, expected: int | None = None) -> Customer:  # noqa: A002
    """Take a customer out of the lists; he stays readable, and his name may be used again (requirements 3.2, GEN-21).

    Raises:
        NotTheManager: Somebody else is responsible.
        CustomerDeleted: He was deleted before.
    """
    customer = work.customers.get(id, expected=expected)
    may_delete(customer, work.actor)
    stored = work.customers.save(attrs.evolve(customer, status=CustomerStatus.DELETED, name_key=None))
    work.record(CustomerRemoved(id, customer.name), about=id)
    return stored


def _chosen_manager(work: Work, manager: UserId | str | None) -> User:
    """Answer who will be responsible, if the actor may say so."""
    is_manager = ACCOUNT_MANAGER in work.actor.roles
    if not manager and not is_manager:
        raise Invalid(Problem(field="manager", code="value.missing", entity="customer"))
    chosen = account_manager(work, manager or work.user_id)
    check_manager_choice(work.actor, chosen.id, is_manager=is_manager)
    return chosen


def _entered(work: Work, id_: CustomerId, given: CustomerFields, manager: UserId, form: CustomForm) -> Customer:
    """Make the customer from the form, or tell everything that is wrong with it."""
    required = (name for name in REQUIRED_OF_CUSTOMERS if name != "level" or name in given)  # level has a default
    missing = [*unfilled("customer", given, required), *form.problems]
    name: object = given.get("name")
    made = complete(
        missing,
        lambda: build(
            Customer,
            given,
            id=id_,
            number=work.new_number(PREFIX),
            name_key=name_key(name) if isinstance(name, str) and name_key(name) else "-",
            manager=manager,
            created_by=work.user_id,
            created_at=work.now,
        ),
    )
    return attrs.evolve(made, tags=tidy(made.tags))


def _kept(work: Work, customer: Customer, person: Contact | None, form: CustomForm) -> Customer:
    """Store a new customer with everything that belongs to him, and tell of it."""
    stored = work.unscoped(Customer).add(with_derived(customer, () if person is None else (person,)))
    if person is not None:
        work.unscoped(Contact).add(person)
    store_custom(work, form, stored.id)
    work.record(CustomerEntered(stored.id, stored.name, stored.manager), about=stored.id)
    return stored


def _first_contact(work: Work, customer: CustomerId, given: ContactFields) -> Contact:
    missing = unfilled("contact", given, REQUIRED_OF_CONTACTS)
    return complete(missing, lambda: build(Contact, given, id=ContactId(work.new_id()), customer=customer))
