"""What people give to record customers, contacts and interactions, so that type checkers help those who call."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NotRequired, Required, TypedDict

from crmcore.customers.entity import ContactId, Gender

__all__ = [
    "ContactChanges",
    "ContactFields",
    "CustomInput",
    "CustomInputs",
    "CustomerChanges",
    "CustomerFields",
    "InteractionChanges",
    "InteractionFields",
]

CustomInput = str | int | Decimal | dt.date | bool | None
"""What a company's own field is given: a text or code, a number, a day, yes or no; None or no text for nothing."""
CustomInputs = Mapping[str, CustomInput]
"""Code of a company's own field to what it is given."""


class _CustomerDetails(TypedDict, total=False):
    """What is known of a customer beside his name."""

    region: str
    level: str
    satisfaction: int | None
    credit: int | None
    address: str
    zip: str
    phone: str
    fax: str
    website: str
    licence_no: str
    legal_person: str
    registered_capital: int
    annual_turnover: int
    bank: str
    bank_account: str
    local_tax_no: str
    national_tax_no: str
    email: str
    industry: str
    company_size: str
    category: str
    city: str
    needs: str
    trust: int | None
    tags: tuple[str, ...]
    remark: str


class CustomerFields(_CustomerDetails):
    """What somebody gives to enter a customer; sizes and meaning are those of :class:`Customer`."""

    name: Required[str]


class CustomerChanges(_CustomerDetails, total=False):
    """What may change about a customer (requirement 3.2, edit): all but number, status and account manager."""

    name: str


class ContactFields(TypedDict):
    """What somebody gives to add a contact; sizes and meaning are those of :class:`Contact`."""

    name: Required[str]
    gender: NotRequired[Gender | None]
    position: NotRequired[str]
    office_phone: NotRequired[str]
    mobile: NotRequired[str]
    email: NotRequired[str]
    memo: NotRequired[str]


class ContactChanges(TypedDict, total=False):
    """What may change about a contact."""

    name: str
    gender: Gender | None
    position: str
    office_phone: str
    mobile: str
    email: str
    memo: str


class InteractionFields(TypedDict):
    """What somebody gives to record an interaction; sizes and meaning are those of :class:`Interaction`."""

    place: Required[str]
    title: Required[str]
    at: NotRequired[dt.datetime]
    type: NotRequired[str]
    channel: NotRequired[str]
    contact: NotRequired[ContactId | None]
    memo: NotRequired[str]
    detail: NotRequired[str]


class InteractionChanges(TypedDict, total=False):
    """What may change about an interaction."""

    place: str
    title: str
    at: dt.datetime
    type: str
    channel: str
    contact: ContactId | None
    memo: str
    detail: str
