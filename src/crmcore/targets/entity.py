"""What is to be sold by whom until when (销售目标, 销售计划; requirements X-TGT-01, X-TGT-02)."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Range
from crmcore.base.kinds import hint

__all__ = ["SalesTarget", "SalesTargetId", "TargetSpan"]

SalesTargetId = NewType("SalesTargetId", UUID)


class TargetSpan(enum.Enum):
    """How long a target runs: a month, a quarter or a year of the calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@attrs.frozen(kw_only=True, field_transformer=checked)
class SalesTarget:
    """What a person, a territory or the whole company is to sell in a period (requirement X-TGT-01)."""

    id: SalesTargetId = field(metadata=hint(system=True))
    slot: str = field(validator=Length(1, 200), metadata=hint(system=True, unique=True))
    """Period and whose it is: there is one target for both."""
    span: TargetSpan = field(metadata=hint(fixed=True))
    starts_on: dt.date = field(metadata=hint(fixed=True, indexed=True))
    """First day of the period."""
    ends_on: dt.date = field(metadata=hint(system=True))
    user: UserId | None = field(default=None, metadata=hint(fixed=True, ref="user"))
    """Whose target it is; None for a territory's or the company's."""
    territory: str = field(default="", validator=Length(0, 50), metadata=hint(fixed=True, dictionary="region"))
    """The people who work in this territory, together; empty for a person's or the company's."""
    amount: Decimal | None = field(default=None, validator=Digits(18, 2))
    """What the won opportunities are to amount to, in the company's currency; None if only their number counts."""
    number: int | None = field(default=None, validator=Range(0, 1_000_000))
    """How many opportunities are to be won; None if only the amount counts."""
    remark: str = field(default="", validator=Length(0, 500), metadata=hint(long=True))
    part_of: SalesTargetId | None = field(default=None, metadata=hint(system=True, ref="sales_target", indexed=True))
    """The year's target that it is a part of, for a plan that was split (requirement X-TGT-02)."""
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("user", "starts_on"),)
