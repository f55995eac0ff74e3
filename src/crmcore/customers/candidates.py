"""Finds the customers that are worth comparing, through indexes and in bounded number: never by reading all of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from attrs import fields

from crmcore.customers.deriving import CUT, digits_of
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus
from crmcore.customers.likeness import Features, pieces_of, telling_licence, telling_phone
from crmcore.query import Condition, Query, any_of, asc, contains, desc, eq, ge, in_query, lt, negate, one_of, query
from crmcore.storage.collection import Collection

__all__ = ["LIVE", "by_contact_phone", "by_keys", "by_similar_name", "contact_phones", "features_in"]

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

    Two names that begin alike are neighbours; of two that differ in one place, a half is the same.
    """
    if not core:
        return
    wanted = query(Customer).where(LIVE, *conditions)
    before = wanted.where(lt(_c.name_core, core)).sort(desc(_c.name_core))
    after = wanted.where(ge(_c.name_core, core)).sort(asc(_c.name_core))
    parts = (wanted.where(contains(_c.search_text, part)) for part in pieces_of(core))
    looks: list[Query[Customer]] = [before.page(_NEIGHBOURS), after.page(_NEIGHBOURS)]
    for look in (*looks, *(one.page(_MOST) for one in parts)):
        yield from records.find(look)


def contact_phones(contacts: Collection[Contact], customers: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Answer the comparable phones of customers' contacts."""
    found: dict[UUID, frozenset[str]] = {}
    ids = [CustomerId(one) for one in dict.fromkeys(customers)]
    if not ids:
        return found
    for one in contacts.find(query(Contact).where(one_of(fields(Contact).customer, ids))):
        phones = {telling_phone(digits_of(text)) for text in (one.office_phone, one.mobile)} - {""}
        found[one.customer] = found.get(one.customer, frozenset()) | phones
    return found


def features_in(customer: Customer, phones: Mapping[UUID, frozenset[str]]) -> Features:
    """Answer what is compared of a customer that is stored, with the phones of his contacts."""
    own = telling_phone(customer.phone_key)
    return Features(
        name=customer.name_core,
        phones=phones.get(customer.id, frozenset()) | ({own} if own else set()),
        licence=telling_licence(customer.licence_key),
    )
