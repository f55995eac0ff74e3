"""Finds the customers that are worth comparing, through indexes and in bounded number: never by reading all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.customers.deriving import CUT, digits_of
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus
from crmcore.customers.likeness import Features, pieces_of, telling_licence, telling_phone
from crmcore.query import Condition, Query, any_of, asc, contains, desc, eq, ge, in_query, lt, negate, one_of, query
from crmcore.storage.collection import Collection

__all__ = [
    "LIVE",
    "People",
    "PhoneOwner",
    "by_contact_phone",
    "by_keys",
    "by_similar_name",
    "features_in",
    "people_of",
    "phone_owners",
    "phones_in",
]

_c = fields(Customer)
_p = fields(Contact)
LIVE: Final = negate(eq(_c.status, CustomerStatus.DELETED))
"""A deleted customer is nobody's duplicate: he may have been merged already."""
_MOST: Final = 50
"""Most customers that one look-up brings; whoever shares a name with fifty others is shown some of them."""
_ENDING: Final = 4
"""So many digits at the end of a phone number are written together by everybody."""
_NEIGHBOURS: Final = 20
"""How many names before and after the entered one, in their order, are compared with it."""
People = Mapping[UUID, Sequence[Contact]]
"""Customer to his contacts."""


@attrs.frozen
class PhoneOwner:
    """Whose phone it is that two customers share, or that somebody has entered."""

    customer: CustomerId
    contact: Contact | None
    """The contact who has it; None if it is the customer's own."""
    phone: str
    """As it is written there."""


def by_keys(records: Collection[Customer], entered: Features, *conditions: Condition) -> Iterator[Customer]:
    """Answer the customers with the same name, phone or licence number as *entered*.

    Args:
        records: Whose.
        entered: What to look for.
        conditions: What else holds of them.
    """
    keys = [(_c.name_core, entered.name), (_c.licence_key, entered.licence)]
    keys += [(_c.phone_key, phone) for phone in sorted(entered.phones)]
    for field, key in keys:
        if key:
            yield from records.find(query(Customer).where(eq(field, key), LIVE, *conditions).page(_MOST))


def by_contact_phone(records: Collection[Customer], entered: Features) -> Iterator[Customer]:
    """Answer the customers in whose search text one of the phones stands: their contacts' are there.

    Of those with more contacts than that has room for, whoever has a contact with the phone's last digits.
    """
    for phone in sorted(entered.phones):
        yield from records.find(query(Customer).where(contains(_c.search_text, phone), LIVE).page(_MOST))
    ends = {phone[-_ENDING:] for phone in entered.phones}
    if ends:
        called = any_of(*(contains(field, end) for end in sorted(ends) for field in (_p.office_phone, _p.mobile)))
        reached = in_query(_c.id, query(Contact).where(called), on=_p.customer)
        yield from records.find(query(Customer).where(contains(_c.search_text, CUT), LIVE, reached).page(_MOST))


def by_similar_name(records: Collection[Customer], core: str, *conditions: Condition) -> Iterator[Customer]:
    """Answer customers whose names may be similar: neighbours in the order of names, and those that share a part.

    Two names that begin alike are neighbours; of two that differ in one place, a half is the same. Parts are looked for
    by the index of keywords, and count in names only: what is found says nothing of contacts and phones.
    """
    if not core:
        return
    wanted = query(Customer).where(LIVE, *conditions)
    before = wanted.where(lt(_c.name_core, core)).sort(desc(_c.name_core))
    after = wanted.where(ge(_c.name_core, core)).sort(asc(_c.name_core))
    parts = (wanted.where(contains(_c.search_text, part), contains(_c.name, part)) for part in pieces_of(core))
    looks: list[Query[Customer]] = [before.page(_NEIGHBOURS), after.page(_NEIGHBOURS)]
    for look in (*looks, *(one.page(_MOST) for one in parts)):
        yield from records.find(look)


def people_of(contacts: Collection[Contact], customers: Iterable[UUID]) -> People:
    """Answer the contacts of customers, the oldest first."""
    found: dict[UUID, list[Contact]] = {}
    ids = [CustomerId(one) for one in dict.fromkeys(customers)]
    if ids:
        for one in contacts.find(query(Contact).where(one_of(_p.customer, ids))):
            found.setdefault(one.customer, []).append(one)
    return found


def phones_in(customer: Customer, people: People) -> Iterator[tuple[str, PhoneOwner]]:
    """Answer the comparable phones of a customer and of those who work there, each with its owner."""
    if own := telling_phone(customer.phone_key):
        yield own, PhoneOwner(customer.id, None, customer.phone)
    for one in people.get(customer.id, ()):
        for written in dict.fromkeys((one.office_phone, one.mobile)):
            if phone := telling_phone(digits_of(written)):
                yield phone, PhoneOwner(customer.id, one, written)


def phone_owners(customer: Customer, people: People, phones: Iterable[str]) -> tuple[PhoneOwner, ...]:
    """Answer whose of a customer's phones these are."""
    wanted = {*phones}
    return tuple(owner for phone, owner in phones_in(customer, people) if phone in wanted)


def features_in(customer: Customer, people: People) -> Features:
    """Answer what is compared of a customer that is stored, with the phones of his contacts."""
    return Features(
        name=customer.name_core,
        phones=frozenset(phone for phone, _ in phones_in(customer, people)),
        licence=telling_licence(customer.licence_key),
    )
