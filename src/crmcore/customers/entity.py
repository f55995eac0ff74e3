"""Customers, their contacts and what passed between them and the company (requirements 3.1, 3.2, 3.4 and 3.5)."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Range
from crmcore.base.kinds import hint
from crmcore.base.values import EMAIL

__all__ = [
    "Contact",
    "ContactId",
    "Customer",
    "CustomerId",
    "CustomerStatus",
    "Gender",
    "Interaction",
    "InteractionId",
]

CustomerId = NewType("CustomerId", UUID)
ContactId = NewType("ContactId", UUID)
InteractionId = NewType("InteractionId", UUID)


class CustomerStatus(enum.Enum):
    """Whether a customer is active (requirement 3.2)."""

    NORMAL = "normal"
    LOST = "lost"
    DELETED = "deleted"


class Gender(enum.Enum):
    """How a contact is addressed."""

    MALE = "male"
    FEMALE = "female"


@attrs.frozen(kw_only=True, field_transformer=checked)
class Customer:
    """An organisation served by the company (requirements GEN-04, 3.1).

    A customer won from an opportunity starts with a name only (decision 14.15), so most fields may be empty.
    """

    id: CustomerId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 20), metadata=hint(system=True, unique=True, searchable=True))
    """Number that people read out, ``KH261121203055123`` (decisions 14.19, 16.11)."""
    name: str = field(validator=Length(1, 100), metadata=hint(searchable=True))
    name_key: str | None = field(default=None, validator=Length(1, 2000), metadata=hint(system=True, unique=True))
    """The folded name while the customer is not deleted: names are unique among those (requirement CUS-07)."""
    region: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="region"))
    manager: UserId = field(metadata=hint(system=True, ref="user"))
    """The account manager responsible for the customer."""
    level: str = field(default="1", validator=Length(1, 50), metadata=hint(dictionary="customer_level"))
    satisfaction: int | None = field(default=3, validator=Range(1, 5))
    """Stars, 1 to 5; None for "not specified"."""
    credit: int | None = field(default=3, validator=Range(1, 5))
    """Stars, 1 to 5; None for "not specified"."""
    address: str = field(default="", validator=Length(0, 300))
    zip: str = field(default="", validator=Length(0, 10))
    phone: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True))
    fax: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True))
    website: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True))
    licence_no: str = field(default="", validator=Length(0, 50))
    legal_person: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    registered_capital: int = field(default=0, validator=Range(0, 10**12), metadata=hint(unit="10k_yuan"))
    """Registered capital in units of 10 000 yuan."""
    annual_turnover: int = field(default=0, validator=Range(0, 10**12), metadata=hint(unit="10k_yuan"))
    """Turnover of a year in units of 10 000 yuan."""
    bank: str = field(default="", validator=Length(0, 200))
    bank_account: str = field(default="", validator=Length(0, 50))
    local_tax_no: str = field(default="", validator=Length(0, 50))
    national_tax_no: str = field(default="", validator=Length(0, 50))
    email: str = field(default="", validator=[Length(0, 100), EMAIL])
    industry: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="industry"))
    company_size: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="company_size"))
    category: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="customer_category"))
    """What kind of customer it is: regular, target, potential, partner (requirements X-CUS-05, X-LIF)."""
    city: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True, keyword=True))
    needs: str = field(default="", validator=Length(0, 500), metadata=hint(long=True))
    """Needs and preferences (需求偏好)."""
    trust: int | None = field(default=None, validator=Range(1, 5))
    """How far the company trusts the customer, 1 to 5; None for "not specified" (requirement X-CUS-18)."""
    tags: tuple[str, ...] = field(default=(), validator=Items(30, 30), metadata=hint(keyword=True))
    """Free words for subdivision (requirement X-CUS-07)."""
    remark: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    external_key: str | None = field(default=None, validator=Length(1, 100), metadata=hint(system=True, unique=True))
    """What another system, the ERP say, calls this customer; unique."""
    merged_into: CustomerId | None = field(default=None, metadata=hint(system=True, ref="customer"))
    """The customer that this one turned out to be; such a customer is deleted (requirement X-ADM-11)."""
    name_core: str = field(default="", validator=Length(0, 200), metadata=hint(system=True, derived=True, indexed=True))
    """The name as it is compared with others: folded, without blanks, punctuation and forms of companies."""
    phone_key: str = field(
        default="", validator=Length(0, 50), metadata=hint(system=True, derived=True, indexed=True, searchable=True)
    )
    """The digits of the phone number, without the country's."""
    licence_key: str = field(
        default="", validator=Length(0, 100), metadata=hint(system=True, derived=True, indexed=True)
    )
    """The business licence number without blanks and punctuation."""
    search_text: str = field(
        default="",
        validator=Length(0, 4000),
        metadata=hint(system=True, derived=True, searchable=True, keyword=True, long=True),
    )
    """What a keyword is looked for in, a line each: name, number, phone, fax, website, contacts' names and phones."""
    status: CustomerStatus = field(default=CustomerStatus.NORMAL, metadata=hint(system=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("created_at",),
        *((name, "created_at") for name in ("manager", "status", "region", "level", "industry", "category")),
        ("company_size", "created_at"),
    )
    """The list starts with the newest customers, whatever it is filtered by; or it is sorted by name or number."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Contact:
    """A person at a customer (requirement 3.4)."""

    id: ContactId = field(metadata=hint(system=True))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer", indexed=True))
    name: str = field(validator=Length(1, 50), metadata=hint(indexed=True, searchable=True, personal=True))
    gender: Gender | None = field(default=Gender.MALE, metadata=hint(personal=True))
    position: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    office_phone: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True, personal=True))
    mobile: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True, personal=True))
    email: str = field(default="", validator=[Length(0, 100), EMAIL], metadata=hint(personal=True))
    memo: str = field(default="", validator=Length(0, 300), metadata=hint(long=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Interaction:
    """A meeting, call or other exchange with a customer (requirements 3.5, INT-01 to 03)."""

    id: InteractionId = field(metadata=hint(system=True))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer"))
    at: dt.datetime
    """When it took place."""
    place: str = field(validator=Length(1, 200))
    title: str = field(validator=Length(1, 500), metadata=hint(searchable=True))
    """What it was about, in short."""
    type: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="interaction_type"))
    channel: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="interaction_channel"))
    """Phone, mail, visit, fax, web, SMS, social media (requirement INT-03)."""
    contact: ContactId | None = field(default=None, metadata=hint(ref="contact"))
    """Whom the company spoke with."""
    memo: str = field(default="", validator=Length(0, 300), metadata=hint(long=True))
    detail: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("customer", "at"),)
