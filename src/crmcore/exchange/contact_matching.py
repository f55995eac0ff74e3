"""Finds which contact of a customer a row speaks of: people share names, and telephones (X-ADM-10, CON-02)."""

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from crmcore.base.text import key_of
from crmcore.customers.deriving import digits_of
from crmcore.customers.entity import Contact

__all__ = ["AmbiguousContact", "matching"]

_PHONES: Final = ("mobile", "office_phone")


class AmbiguousContact(Exception):
    """Several contacts may be meant, or one whom an earlier row has changed already."""


def matching(contacts: Sequence[Contact], given: Mapping[str, Any], taken: Container[UUID]) -> Contact | None:
    """Answer the contact a row speaks of; None if it speaks of somebody new.

    Names count first. Where several have the name, or where another contact has the number that a row gives, numbers
    decide. A contact is spoken of by one row only, unless a second one says nothing else.

    Args:
        contacts: The customer's.
        given: Field to value, ``name`` among them; None where nothing is given.
        taken: Contacts whom earlier rows spoke of.

    Raises:
        AmbiguousContact: That can't be told.
    """
    wanted = key_of(given["name"])
    called = [one for one in contacts if key_of(one.name) == wanted]
    free = [one for one in called if one.id not in taken]
    said = {digits_of(value) for name in _PHONES if (value := given.get(name))} - {""}
    same = next((one for one in (*free, *called) if _says(one, given)), None)
    if same is not None or not called:
        return same
    if not free:
        if said and not any(_agrees(one, given, said) for one in called):
            return None
        raise AmbiguousContact
    by_phone = [one for one in free if _agrees(one, given, said)]
    if len(by_phone) == 1:
        return by_phone[0]
    if len(called) == 1:
        return None if _is_of_another(called[0], contacts, given, said) else called[0]
    if by_phone or not said:
        raise AmbiguousContact
    return None


def _says(contact: Contact, given: Mapping[str, Any]) -> bool:
    """Tell whether a row says exactly what is known of a contact."""
    return all((getattr(contact, name) or None) == value for name, value in given.items())


def _agrees(contact: Contact, given: Mapping[str, Any], said: set[str]) -> bool:
    """Tell whether a row gives a contact's number; his mobile's, if both have one: offices share theirs."""
    other = _differ(given, contact, "mobile")
    return bool(said & _phones(contact)) if other is None else not other


def _phones(contact: Contact) -> set[str]:
    return {digits_of(value) for name in _PHONES if (value := getattr(contact, name))} - {""}


def _differ(given: Mapping[str, Any], contact: Contact, name: str) -> bool | None:
    """Tell whether a number is another than the contact's; None if either has none."""
    value, known = given.get(name), getattr(contact, name)
    return digits_of(value) != digits_of(known) if value and known else None


def _is_of_another(contact: Contact, contacts: Sequence[Contact], given: Mapping[str, Any], said: set[str]) -> bool:
    """Tell whether the numbers are not this contact's, but those of another of the customer's contacts."""
    if not any(_differ(given, contact, name) for name in _PHONES):
        return False
    return any(said & _phones(one) for one in contacts if one.id != contact.id)
