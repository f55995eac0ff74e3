"""Attention to customers without their asking: greetings, visits, offers (requirements X-CAR-01 to 03)."""

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
from crmcore.customers.entity import ContactId, CustomerId

__all__ = ["CareActivity", "CareActivityId", "CareStatus"]

CareActivityId = NewType("CareActivityId", UUID)


class CareStatus(enum.Enum):
    """Whether it was done."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


@attrs.frozen(kw_only=True, field_transformer=checked)
class CareActivity:
    """Something done for a customer so that he stays content (requirement X-CAR-02)."""

    id: CareActivityId = field(metadata=hint(system=True))
    customer: CustomerId = field(metadata=hint(system=True, ref="customer"))
    contact: ContactId | None = field(default=None, metadata=hint(ref="contact"))
    kind: str = field(validator=Length(1, 50), metadata=hint(dictionary="care_kind"))
    """Greeting, visit, offer, advice, maintenance … (requirement X-CAR-01)."""
    channel: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="interaction_channel"))
    content: str = field(validator=Length(1, 1000), metadata=hint(long=True))
    planned_on: dt.date
    remind_days: int | None = field(default=None, validator=Range(0, 365), metadata=hint(unit="d"))
    """How many days before it is due a reminder appears; None for no reminder."""
    remind_on: dt.date | None = field(default=None, metadata=hint(system=True))
    """From which day on it appears among the reminders."""
    repeats_months: int | None = field(default=None, validator=Range(1, 120), metadata=hint(unit="months"))
    """After how many months it is planned again once it was done; None for never."""
    responsible: UserId = field(metadata=hint(system=True, ref="user"))
    status: CareStatus = field(default=CareStatus.PLANNED, metadata=hint(system=True))
    done_on: dt.date | None = field(default=None, metadata=hint(system=True))
    result: str = field(default="", validator=Length(0, 1000), metadata=hint(system=True, long=True))
    opinion: str = field(default="", validator=Length(0, 2000), metadata=hint(system=True, long=True))
    """What the customer said, as a hint to weaknesses (客户意见; requirement X-CAR-03)."""
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("customer", "planned_on"),
        ("responsible", "status", "remind_on"),
        ("status", "planned_on"),
    )
