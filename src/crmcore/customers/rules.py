"""Who sees and changes which customers, in which state (requirements 3.2, CUS-05 to 08, CON-03, decision 16.1)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import is_visible, key_of
from crmcore.customers.entity import Contact, Customer, CustomerStatus, Interaction
from crmcore.customers.grouping import CustomerGroup, CustomField, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.query import EVERYTHING, Condition, all_of, eq, in_query, query
from crmcore.query.conditions import FieldRef

__all__ = [
    "REQUIRED_OF_CONTACTS",
    "REQUIRED_OF_CUSTOMERS",
    "SCOPES",
    "CustomerDeleted",
    "CustomerExists",
    "CustomerLost",
    "CustomerMerged",
    "CustomerOfOthersExists",
    "LastContact",
    "NotTheManager",
    "NotToOthers",
    "check_linkable",
    "check_manager_choice",
    "complete",
    "may_change",
    "may_delete",
    "may_edit",
    "name_key",
    "of_own",
    "together",
    "unfilled",
]

E = TypeVar("E")
REQUIRED_OF_CUSTOMERS: Final = (
    "name",
    "region",
    "level",
    "address",
    "zip",
    "phone",
    "fax",
    "website",
    "legal_person",
    "bank",
    "bank_account",
)
"""What has to be filled in when a customer's form is saved; one won from an opportunity starts with less (14.15)."""
REQUIRED_OF_CONTACTS: Final = ("name", "position", "office_phone")
"""What has to be filled in when a contact's form is saved (requirement 3.4)."""


def _own(actor: Actor) -> Condition:
    return eq(fields(Customer).manager, actor.id)


def _made_by(actor: Actor) -> Condition:
    return eq(fields(CustomerGroup).created_by, actor.id)


def of_own(field: FieldRef[Any]) -> Callable[[Actor], Condition]:
    """Answer the scope of records that belong to a customer: those of a person's own customers."""
    return lambda actor: in_query(field, query(Customer).where(_own(actor)))


def _of_both(actor: Actor) -> Condition:
    if actor.may("customer.read_all"):
        return EVERYTHING
    own = query(Customer).where(_own(actor))
    return all_of(*(in_query(field, own) for field in (fields(CustomerMerge).kept, fields(CustomerMerge).absorbed)))


_READ: Final = frozenset({"customer.read"})
_READ_ALL: Final = frozenset({"customer.read_all"})
SCOPES: Final = (
    Scope(entity=Customer, read=_READ, read_all=_READ_ALL, own=_own),
    Scope(entity=Contact, read=_READ, read_all=_READ_ALL, own=of_own(fields(Contact).customer)),
    Scope(entity=Interaction, read=_READ, read_all=_READ_ALL, own=of_own(fields(Interaction).customer)),
    Scope(entity=CustomValue, read=_READ, read_all=_READ_ALL, own=of_own(fields(CustomValue).customer)),
    Scope(entity=CustomField, read=_READ | _READ_ALL | {"dictionary.manage"}),  # of no concern to guests
    Scope(entity=CustomerGroup, read=_READ, read_all=_READ_ALL, own=_made_by),  # conditions tell names and phones
    Scope(entity=CustomerMerge, read=frozenset({"customer.merge"}), own=_of_both),  # it keeps what both were before
)


class CustomerExists(Refused):
    """A customer of this name exists; say that it is the one, or choose another name (decision 16.4)."""

    code = "customer.exists"


class CustomerOfOthersExists(CustomerExists):
    """A customer of this name exists, whom the person may not see: nothing but that is told (requirement CUS-05)."""

    code = "customer.exists_elsewhere"


class CustomerDeleted(Refused):
    """Nothing can be linked to a deleted customer (requirement CUS-08)."""

    code = "customer.deleted"


class CustomerMerged(CustomerDeleted):
    """The customer was merged into another one; ``params["kept"]`` is who to go on with (requirement X-ADM-11)."""

    code = "customer.merged"


class CustomerLost(Refused):
    """The customer was confirmed as lost; what is recorded of him changes no more (requirement 3.2)."""

    code = "customer.lost"


class NotTheManager(Refused):
    """Only the account manager who is responsible for a customer changes him (requirements CUS-05, CUS-06)."""

    code = "customer.not_the_manager"


class NotToOthers(Refused):
    """An account manager enters customers of his own; only who hands customers over chooses another (decision 16.2)."""

    code = "customer.not_to_others"


class LastContact(Refused):
    """A customer keeps at least one contact (该联系人不能被删除; requirement CON-03)."""

    code = "customer.last_contact"


def name_key(name: str) -> str:
    """Answer what two customers may not share: the name without case, width and what can't be seen."""
    return key_of(name)


def check_linkable(customer: Customer) -> None:
    """Refuse a deleted customer (requirement CUS-08); one who was merged says that there is another to go on with."""
    if customer.status is not CustomerStatus.DELETED:
        return
    if customer.merged_into is not None:
        raise CustomerMerged(name=customer.name, kept=customer.merged_into)
    raise CustomerDeleted(name=customer.name)


def may_change(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* maintains this customer's contacts and interactions; a lost customer's too (X-LIF)."""
    _own_or_all(customer, actor)
    check_linkable(customer)


def may_edit(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* maintains this customer, and he is neither lost nor deleted (requirement 3.2)."""
    may_change(customer, actor)
    if customer.status is CustomerStatus.LOST:
        raise CustomerLost(name=customer.name)


def may_delete(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* is responsible for the customer, or maintains everybody's (requirement 3.2)."""
    may(actor, "customer.delete")
    may_change(customer, actor)


def check_manager_choice(actor: Actor, manager: Any, *, is_manager: bool) -> None:
    """Refuse that an account manager enters a customer for a colleague (decision 16.2).

    Args:
        actor: Who enters the customer.
        manager: Id of who shall be responsible.
        is_manager: Whether *actor* is an account manager himself.
    """
    if is_manager and not actor.is_user(manager) and not actor.may("customer.hand_over"):
        raise NotToOthers


def unfilled(entity: str, values: Mapping[str, Any], required: Iterable[str]) -> list[Problem]:
    """Name the fields of a form that have to be filled in and are not (requirement GEN-11, decision 14.15)."""
    return [
        Problem(field=name, code="value.missing", entity=entity)
        for name in required
        if not (isinstance(value := values.get(name), str) and is_visible(value))
    ]


def complete(missing: Sequence[Problem], make: Callable[[], E]) -> E:
    """Answer what *make* makes, unless something is missing.

    Raises:
        Invalid: What is missing, and what *make* finds wrong, in one list.
    """
    try:
        made = make()
    except Invalid as invalid:
        raise Invalid((*invalid.problems, *(one for one in missing if one.field not in invalid.fields))) from None
    if missing:
        raise Invalid(missing)
    return made


def together(*makes: Callable[[], Any]) -> list[Any]:
    """Answer what each of *makes* makes.

    Raises:
        Invalid: Everything that all of them find wrong, in one list.
    """
    made: list[Any] = []
    problems: list[Problem] = []
    for make in makes:
        try:
            made.append(make())
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return made


def _own_or_all(customer: Customer, actor: Actor) -> None:
    if not actor.is_user(customer.manager) and not actor.may("customer.edit_all"):
        raise NotTheManager(name=customer.name)
