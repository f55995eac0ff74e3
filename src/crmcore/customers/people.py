"""The people at customers, to look up and call (requirements X-PHB-01, CON-04)."""

from collections.abc import Iterator
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.paging import Page
from crmcore.customers.deriving import CUT, digits_of
from crmcore.customers.entity import Contact, Customer, CustomerStatus
from crmcore.customers.filtering import solid
from crmcore.query import Condition, any_of, asc, contains, eq, in_query, negate, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of, partly
from crmcore.storage.work import Work

__all__ = ["PhoneBookEntry", "phone_book"]

_c = fields(Customer)
_p = fields(Contact)
_WHOLE_NUMBER: Final = 7
"""So many digits at least make a whole phone number."""


@attrs.frozen
class PhoneBookEntry:
    """A person and where he works."""

    contact: Contact
    customer: Customer


@action("customer.read_all", "customer.read")
def phone_book(
    work: Work,
    *,
    text: str = "",
    name: str = "",
    phone: str = "",
    customer: str = "",
    page: int = 1,
    size: int | None = None,
) -> Page[PhoneBookEntry]:
    """List the contacts of the customers one may see, by name; not those of deleted customers (X-PHB-01).

    Args:
        work: The unit of work.
        text: Part of a person's name or phone, or of the customer's name; a whole phone number is found however it is
            written, with everybody at that customer. Empty for all, as the other texts.
        name: Part of a person's name.
        phone: Part of his office phone or mobile, as it is written.
        customer: Part of the customer's name.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    gone = query(Customer).where(eq(_c.status, CustomerStatus.DELETED))
    wanted = query(Contact).where(negate(in_query(_p.customer, gone)), *partly((_p.name, name))).sort(asc(_p.name))
    mentioned = [condition for said in (text, name, phone) for condition in _mentioned(said, CUT)]
    mentioned += _mentioned(customer)
    if mentioned:  # few customers are left to look at closely
        employers = query(Customer).where(*mentioned, *partly((_c.name, customer)))
        wanted = wanted.where(in_query(_p.customer, employers))
    wanted = wanted.where(*_anywhere(text), *_called(phone))
    found = page_of(work, work.contacts, wanted, page=page, size=size)
    return Page(tuple(_entries(work, found)), found.total, found.number, found.size, more=found.more)


def _mentioned(text: Any, *others: str) -> list[Condition]:
    """Ask for customers in whose search text a filter occurs, as it is written or by its digits, or one of *others*."""
    typed = partly((_c.search_text, solid(text)))
    also = [contains(_c.search_text, one) for one in (_whole_number(text), *others) if one]
    return [any_of(*typed, *also)] if typed and also else typed


def _anywhere(text: Any) -> list[Condition]:
    said = [*partly((_p.name, text)), *_called(text)]
    if not said:
        return []
    named = in_query(_p.customer, query(Customer).where(*partly((_c.name, text))))
    digits = _whole_number(text)
    reached = [in_query(_p.customer, query(Customer).where(contains(_c.search_text, digits)))] if digits else []
    return [any_of(*said, named, *reached)]


def _called(phone: Any) -> list[Condition]:
    typed = partly((_p.office_phone, phone), (_p.mobile, phone))
    return [any_of(*typed)] if typed else []


def _whole_number(text: Any) -> str:
    """Answer the digits of what looks like a whole phone number."""
    digits = digits_of(text) if isinstance(text, str) else ""
    return digits if len(digits) >= _WHOLE_NUMBER and not any(map(str.isalpha, text)) else ""


def _entries(work: Work, found: Page[Contact]) -> Iterator[PhoneBookEntry]:
    ids = {one.customer for one in found.rows}
    known = {one.id: one for one in (work.customers.find(query(Customer).where(one_of(_c.id, ids))) if ids else ())}
    return (PhoneBookEntry(one, known[one.customer]) for one in found.rows)
