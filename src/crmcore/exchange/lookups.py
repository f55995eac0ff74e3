"""Looks up what the rows of a chunk refer to, in a few questions for all of them (requirement X-ADM-10)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.access.entity import ACCOUNT_MANAGER, Role, User, UserId, Validity
from crmcore.base.text import key_of
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.grouping import CustomFieldId, CustomValue
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import EVERYTHING, Query, any_of, eq, has, one_of, query
from crmcore.query.conditions import FieldRef
from crmcore.storage.work import Work

__all__ = ["Choices", "Managers", "contacts_of", "custom_values_of", "customers_by", "holders", "seen_among"]

_c = fields(Customer)
_u = fields(User)
_d = fields(DictionaryEntry)
_AT_ONCE: Final = 5_000
"""Most values of one question."""


class Managers:
    """The account managers that customers can be given to, by what files call them."""

    def __init__(self, work: Work) -> None:
        """Look them up: two questions."""
        role = fields(Role)
        codes = query(Role).where(eq(role.code, ACCOUNT_MANAGER), eq(role.status, Validity.VALID))
        roles = work.unscoped(Role).find(codes)
        valid = query(User).where(eq(_u.status, Validity.VALID), any_of(*(has(_u.roles, one.id) for one in roles)))
        self.by_id: dict[UUID, User] = {user.id: user for user in work.unscoped(User).find(valid)}
        self._work = work
        self._former: dict[UserId, tuple[str, ...]] = {}
        self._certain = {said: one.id for one in self.by_id.values() for said in (one.name_key, str(one.id))}
        self._named: dict[str, list[UserId]] = {}
        for user in self.by_id.values():
            self._named.setdefault(key_of(user.full_name), []).append(user.id)

    def called(self, said: str, *, known: UserId | None = None) -> UserId | None:
        """Answer who is called so, by user name or id, else by full name; None if nobody or several are.

        Args:
            said: What a file calls him.
            known: Whose customer it is already; he may stay so, even if customers can't be given to him any more.
        """
        key = key_of(said)
        if not key:
            return None
        found = self._named.get(key, [])
        sure = self._certain.get(key) or (found[0] if len(found) == 1 else None)
        if sure is not None or known is None or known in self.by_id:
            return sure
        return known if key in self._of_former(known) else None

    def _of_former(self, id_: UserId) -> tuple[str, ...]:
        """Answer what somebody is called to whom no customers can be given; few are, so each is looked up."""
        if id_ not in self._former:
            user = self._work.unscoped(User).get(id_)
            self._former[id_] = (user.name_key, key_of(user.full_name), str(id_))
        return self._former[id_]


class Choices:
    """What can be chosen from the dictionary, by code and by label in either language."""

    def __init__(self, work: Work, categories: Iterable[str]) -> None:
        """Look up the entries of these categories: one question.

        Retired ones are looked up too: a record that has one may keep it (decision 16.9).
        """
        wanted = sorted({*categories})
        asked = query(DictionaryEntry).where(one_of(_d.category, wanted))
        self.entries: dict[tuple[str, str], DictionaryEntry] = {}
        self._said: dict[str, dict[str, str]] = {category: {} for category in wanted}
        unclear: set[tuple[str, str]] = set()
        every = work.unscoped(DictionaryEntry).find(asked) if wanted else ()
        found = [one for one in every if one.status is Validity.VALID]
        self.retired = {(one.category, one.code) for one in every if one.status is not Validity.VALID}
        for one in found:
            self.entries[one.category, one.code] = one
            said = self._said[one.category]
            for label in {key_of(one.label_zh), key_of(one.label_en)}:
                if said.setdefault(label, one.code) != one.code:
                    unclear.add((one.category, label))
        for category, label in unclear:
            del self._said[category][label]
        for one in found:  # a code means itself, whatever labels say
            self._said[one.category][key_of(one.code)] = one.code
        for category, code in sorted(self.retired):
            self._said[category].setdefault(key_of(code), code)

    def of(self, category: str) -> Mapping[str, str]:
        """Answer folded codes and labels to the code they mean; labels that mean several are left out."""
        return self._said[category]


def customers_by(work: Work, name: str, values: Iterable[str]) -> dict[str, Customer]:
    """Answer the customers who have one of the values in a unique field, by value; those of others too."""
    field: FieldRef[Any] = getattr(_c, name)
    found: dict[str, Customer] = {}
    for part in _parts(sorted({*values})):
        for one in work.unscoped(Customer).find(query(Customer).where(one_of(field, part))):
            found[getattr(one, name)] = one
    return found


def holders(work: Work, name: str, values: Iterable[str]) -> dict[str, UUID]:
    """Answer which of the values of a unique field are taken, and by which customer."""
    return {value: one.id for value, one in customers_by(work, name, values).items()}


def seen_among(work: Work, customers: Iterable[Customer]) -> set[UUID]:
    """Answer which of the customers the actor may see."""
    ids = [one.id for one in customers]
    scope = work.crm.scope_of(Customer, work.actor)
    if scope is None or scope is EVERYTHING:
        return set() if scope is None else {*ids}
    wanted: list[Query[Customer]] = [query(Customer).where(one_of(_c.id, part)) for part in _parts(ids)]
    return {one.id for each in wanted for one in work.customers.find(each)}


def contacts_of(work: Work, customers: Iterable[UUID]) -> dict[UUID, list[Contact]]:
    """Answer the contacts of customers, the oldest first."""
    found: dict[UUID, list[Contact]] = {}
    of = fields(Contact).customer
    for part in _parts(sorted(customers)):
        for one in work.unscoped(Contact).find(query(Contact).where(one_of(of, part))):
            found.setdefault(one.customer, []).append(one)
    return found


def custom_values_of(
    work: Work, customers: Iterable[UUID], own: Sequence[CustomFieldId]
) -> dict[tuple[UUID, CustomFieldId], CustomValue]:
    """Answer what customers have in some of the company's own fields, by customer and field."""
    found: dict[tuple[UUID, CustomFieldId], CustomValue] = {}
    v = fields(CustomValue)
    for part in _parts(sorted(customers)) if own else ():
        for one in work.unscoped(CustomValue).find(query(CustomValue).where(one_of(v.customer, part))):
            if one.custom_field in own:
                found[one.customer, one.custom_field] = one
    return found


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[place : place + _AT_ONCE] for place in range(0, len(values), _AT_ONCE))
