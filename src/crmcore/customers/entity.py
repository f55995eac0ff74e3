"""Customers and contacts (requirements 3.1, 3.2 and 3.4)."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Range
from crmcore.base.kinds import hint

__all__ = ["Contact", "ContactId", "Customer", "CustomerId", "CustomerStatus", "Gender"]

CustomerId = NewType("CustomerId", UUID)
ContactId = NewType("ContactId", UUID)


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
    region: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="region", indexed=True))
    manager: UserId = field(metadata=hint(system=True, ref="user"))
    """The account manager responsible for the customer."""
    level: str = field(default="1", validator=Length(1, 50), metadata=hint(dictionary="customer_level", indexed=True))
    satisfaction: int | None = field(default=3, validator=Range(1, 5))
    """Stars, 1 to 5; None for "not specified"."""
    credit: int | None = field(default=3, validator=Range(1, 5))
    """Stars, 1 to 5; None for "not specified"."""
    address: str = field(default="", validator=Length(0, 300))
    zip: str = field(default="", validator=Length(0, 10))
    phone: str = field(default="", validator=Length(0, 50))
    fax: str = field(default="", validator=Length(0, 50))
    website: str = field(default="", validator=Length(0, 50))
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
    remark: str = field(default="", validator=Length(0, 2000), metadata=hint(long=True))
    status: CustomerStatus = field(default=CustomerStatus.NORMAL, metadata=hint(system=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("status", "created_at"), ("manager", "created_at"))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Contact:
    """A person at a customer (requirement 3.4)."""

    id: ContactId = field(metadata=hint(system=True))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer", indexed=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True, personal=True))
    gender: Gender | None = field(default=Gender.MALE, metadata=hint(personal=True))
    position: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    office_phone: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    mobile: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    memo: str = field(default="", validator=Length(0, 300), metadata=hint(long=True))
    version: int = field(default=0, metadata=hint(system=True))
