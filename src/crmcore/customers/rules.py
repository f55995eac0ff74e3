"""Who sees which customers, and when a name is taken (requirements CUS-05, CUS-07, OPP-13, decisions 16.1, 16.4)."""

from collections.abc import Callable
from typing import Any, Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.base.errors import Refused
from crmcore.base.text import key_of
from crmcore.customers.entity import Contact, Customer, CustomerStatus, Interaction
from crmcore.customers.grouping import CustomerGroup, CustomField, CustomValue
from crmcore.customers.merging import CustomerMerge
from crmcore.query import Condition, eq, in_query, query
from crmcore.query.conditions import FieldRef

__all__ = ["SCOPES", "CustomerDeleted", "CustomerExists", "check_linkable", "name_key", "of_own"]


def _own(actor: Actor) -> Condition:
    return eq(fields(Customer).manager, actor.id)


def of_own(field: FieldRef[Any]) -> Callable[[Actor], Condition]:
    """Answer the scope of records that belong to a customer: those of a person's own customers."""
    return lambda actor: in_query(field, query(Customer).where(_own(actor)))


_READ: Final = frozenset({"customer.read"})
_READ_ALL: Final = frozenset({"customer.read_all"})
SCOPES: Final = (
    Scope(entity=Customer, read=_READ, read_all=_READ_ALL, own=_own),
    Scope(entity=Contact, read=_READ, read_all=_READ_ALL, own=of_own(fields(Contact).customer)),
    Scope(entity=Interaction, read=_READ, read_all=_READ_ALL, own=of_own(fields(Interaction).customer)),
    Scope(entity=CustomValue, read=_READ, read_all=_READ_ALL, own=of_own(fields(CustomValue).customer)),
    Scope(entity=CustomField),
    Scope(entity=CustomerGroup, read=frozenset({"customer.read", "customer.read_all"})),
    Scope(entity=CustomerMerge, read_all=frozenset({"customer.merge"}), read=frozenset({"customer.merge"})),
)


class CustomerExists(Refused):
    """A customer of this name exists; say that it is the one, or choose another name (decision 16.4)."""

    code = "customer.exists"


class CustomerDeleted(Refused):
    """Nothing can be linked to a deleted customer (requirement CUS-08)."""

    code = "customer.deleted"


def name_key(name: str) -> str:
    """Answer what two customers may not share: the name without case, width and what can't be seen."""
    return key_of(name)


def check_linkable(customer: Customer) -> None:
    """Refuse a deleted customer (requirement CUS-08)."""
    if customer.status is CustomerStatus.DELETED:
        raise CustomerDeleted(name=customer.name)
