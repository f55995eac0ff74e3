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
from crmcore.service.entity import ServiceRequestId

__all__ = ["CareActivity", "CareActivityId", "CareStatus", "OpinionState"]

CareActivityId = NewType("CareActivityId", UUID)


class CareStatus(enum.Enum):
    """Whether it was done."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class OpinionState(enum.Enum):
    """What became of what the customer said (requirement X-CAR-03)."""

    NONE = "none"
    """He said nothing."""
    OPEN = "open"
    """Nobody has done anything about it yet."""
    PROCESSED = "processed"
    """It became a service request, or somebody recorded what was done about it; it is kept as it is."""


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
    status: CareStatus = field(default=CareStatus.PLANNED, metadata=hint(system=True))
    done_on: dt.date | None = field(default=None, metadata=hint(system=True))
    done_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    """Who did it; until then it is the task of whoever looks after the customer."""
    result: str = field(default="", validator=Length(0, 1000), metadata=hint(system=True, long=True))
    opinion: str = field(default="", validator=Length(0, 2000), metadata=hint(system=True, long=True))
    """What the customer said, as a hint to weaknesses (客户意见; requirement X-CAR-03)."""
    opinion_state: OpinionState = field(default=OpinionState.NONE, metadata=hint(system=True))
    opinion_request: ServiceRequestId | None = field(
        default=None, metadata=hint(system=True, ref="service_request", indexed=True)
    )
    """The service request that the opinion was filed as."""
    opinion_outcome: str = field(default="", validator=Length(0, 1000), metadata=hint(system=True, long=True))
    """What was done about the opinion, if it became no request."""
    opinion_processed_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    opinion_processed_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("customer", "planned_on"),
        ("planned_on",),
        ("status", "done_on"),
        ("status", "remind_on"),
        ("status", "planned_on"),
        ("opinion_state", "done_on"),
    )
