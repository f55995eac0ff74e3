"""Groups by saved condition, and fields a company adds itself (requirements X-CUS-06, X-CUS-08)."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId, Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.kinds import hint

__all__ = ["CustomField", "CustomFieldId", "CustomKind", "CustomValue", "CustomerGroup", "CustomerGroupId"]

CustomerGroupId = NewType("CustomerGroupId", UUID)
CustomFieldId = NewType("CustomFieldId", UUID)


class CustomKind(enum.Enum):
    """What a company's own field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    """A code of a category of the dictionary."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class CustomerGroup:
    """Customers who meet a saved condition, for marketing and care (requirement X-CUS-06)."""

    id: CustomerGroupId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 500), metadata=hint(system=True, derived=True, unique=True))
    description: str = field(default="", validator=Length(0, 500), metadata=hint(long=True))
    filters: str = field(validator=Length(2, 4000), metadata=hint(system=True, long=True))
    """JSON object: the customer list's filters and what they are set to."""
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class CustomField:
    """A field that a company adds to its customers (requirement X-CUS-08)."""

    id: CustomFieldId = field(metadata=hint(system=True))
    code: str = field(validator=[Length(1, 50), Pattern("[a-z][a-z0-9_]*")], metadata=hint(fixed=True, unique=True))
    """What programs and files call it; never changed."""
    label_zh: str = field(validator=Length(1, 50), metadata=hint(unique=True))
    label_en: str = field(validator=Length(1, 50))
    kind: CustomKind = field(metadata=hint(fixed=True))
    choices: str = field(default="", validator=Length(0, 50), metadata=hint(fixed=True))
    """For a choice, the category of the dictionary."""
    required: bool = field(default=False)
    position: int = field(default=0, validator=Range(0, 100_000))
    """Place in the form, ascending."""
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    """A retired field is asked for no more; what was given stays readable."""
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class CustomValue:
    """What one customer has in one of the company's own fields; exactly one of the values is given."""

    id: UUID = field(metadata=hint(system=True))
    custom_field: CustomFieldId = field(metadata=hint(system=True, ref="custom_field"))
    customer: UUID = field(metadata=hint(system=True, ref="customer", unique=True, within=("custom_field",)))
    text: str | None = field(default=None, validator=Length(0, 500), metadata=hint(searchable=True))
    """A text, or the code of a choice."""
    number: Decimal | None = field(default=None, validator=Digits(18, 4))
    day: dt.date | None = None
    flag: bool | None = None
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("customer",),
        ("custom_field", "number"),
        ("custom_field", "day"),
    )
