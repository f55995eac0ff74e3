"""Service requests and everything that belongs to one (requirements chapter 4, 10.10)."""

import datetime as dt
import enum
from typing import ClassVar, Final, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Pattern, Range
from crmcore.base.kinds import hint
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.customers.entity import ContactId, CustomerId
from crmcore.opportunities.entity import OpportunityId

__all__ = [
    "OPEN",
    "Priority",
    "RequestAttachment",
    "RequestAttachmentId",
    "RequestNote",
    "RequestNoteId",
    "ServiceContractId",
    "ServiceRequest",
    "ServiceRequestId",
    "ServiceRound",
    "ServiceRoundId",
    "ServiceStatus",
]

ServiceContractId = NewType("ServiceContractId", UUID)
"""Of a ``ServiceContract`` of the agreements, which stand on the requests; so the name is made here."""
ServiceRequestId = NewType("ServiceRequestId", UUID)
ServiceRoundId = NewType("ServiceRoundId", UUID)
RequestNoteId = NewType("RequestNoteId", UUID)
RequestAttachmentId = NewType("RequestAttachmentId", UUID)

_SECONDS: Final = Range(0, 2**53)
_TIMED: Final = hint(system=True, derived=True, unit="s")
_RECKONED: Final = hint(system=True, derived=True)


class ServiceStatus(enum.Enum):
    """How far a request has come (requirement 4.2)."""

    NEW = "new"
    """新创建"""
    ASSIGNED = "assigned"
    """已分配"""
    HANDLED = "handled"
    """已处理"""
    ARCHIVED = "archived"
    """已归档"""


OPEN: Final = (ServiceStatus.NEW, ServiceStatus.ASSIGNED, ServiceStatus.HANDLED)
"""States in which somebody still has something to do."""


class Priority(enum.Enum):
    """How much a request presses; deadlines depend on it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@attrs.frozen(kw_only=True, field_transformer=checked)
class ServiceRequest:
    """One request of a customer, from the first call to the archive (requirements 4.1, SVC-00 to 08).

    Its clock: ``respond_by`` and ``resolve_by`` are counted in working time when the request is created. While the
    company waits for the customer the clock stands; when it goes on, both are put off by the working time waited.
    """

    id: ServiceRequestId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 20), metadata=hint(system=True, unique=True, searchable=True))
    """Number that people read out, ``FW261121203055123`` (decision 16.11)."""
    type: str = field(validator=Length(1, 50), metadata=hint(dictionary="service_type"))
    title: str = field(validator=Length(1, 500), metadata=hint(searchable=True))
    customer: CustomerId = field(metadata=hint(ref="customer", fixed=True))
    customer_name: str = field(default="", validator=Length(0, 100), metadata=hint(system=True, searchable=True))
    """The customer's name when the request was created (requirement 4.1)."""
    contact: ContactId | None = field(default=None, metadata=hint(ref="contact", indexed=True))
    """Who asked (requirement X-SRV-08)."""
    opportunity: OpportunityId | None = field(default=None, metadata=hint(ref="opportunity", indexed=True))
    """What it is related to (requirement X-SRV-08)."""
    channel: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="service_channel"))
    """How it came in (requirement X-SRV-10)."""
    priority: Priority = Priority.NORMAL
    status: ServiceStatus = field(default=ServiceStatus.NEW, metadata=hint(system=True))
    request: str = field(validator=Length(1, 3000), metadata=hint(long=True, searchable=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    assignee: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    assigned_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    round: int = field(default=1, validator=Range(1, 10_000), metadata=hint(system=True))
    """Which treatment it is in: one more each time a customer is not satisfied, or it is opened again (SVC-06)."""
    handling: str = field(default="", validator=Length(0, 3000), metadata=hint(system=True, long=True))
    """What was done in this round."""
    handled_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    handled_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    result: str = field(default="", validator=Length(0, 500), metadata=hint(system=True))
    satisfaction: int | None = field(default=None, validator=Range(1, 5), metadata=hint(system=True))
    """Stars, 1 to 5, of this round."""
    archived_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    merged_into: ServiceRequestId | None = field(default=None, metadata=hint(system=True, ref="service_request"))
    """The request that says the same; such a request is archived."""
    calendar: WorkingCalendarId | None = field(default=None, metadata=hint(system=True, ref="working_calendar"))
    """Whose hours its clock counts; None while no target applies: the company's are counted then."""
    contract: ServiceContractId | None = field(
        default=None, metadata=hint(system=True, ref="service_contract", indexed=True)
    )
    """The contract that covered it when it was filed; a request counts for that one, whatever is agreed later."""
    counted_from: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """From when on the handling of this round is counted: when the request was filed, or came back."""
    respond_by: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When the customer shall have had a first answer."""
    respond_risk_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """From when on the first answer is at risk."""
    responded_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When the first answer was given: a note to the customer, or the first handling."""
    responded_in: int | None = field(default=None, validator=_SECONDS, metadata=_TIMED)
    """Seconds of working time from filing to the first answer; None before it, and without a calendar."""
    respond_met: bool | None = field(default=None, metadata=_RECKONED)
    """Whether that answer was in time; None before it, where nothing was promised, and of what was merged."""
    resolve_by: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When the request shall have been handled."""
    resolve_risk_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    waiting_since: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """Since when the company waits for the customer; None while the clock runs."""
    waited: int = field(default=0, validator=_SECONDS, metadata=hint(system=True, unit="s"))
    """Seconds of working time the company has waited for the customer in this round."""
    resolved_in: int | None = field(default=None, validator=_SECONDS, metadata=_TIMED)
    """Seconds of working time this round took until it was handled, without what was waited for the customer.

    None until then, and without a calendar.
    """
    resolve_met: bool | None = field(default=None, metadata=_RECKONED)
    """Whether it was handled in time; None as for ``respond_met``."""
    next_due_at: dt.datetime | None = field(default=None, metadata=hint(system=True, derived=True))
    """The earliest promise that is still to be kept; None if there is none, or the company waits for the customer.

    What was broken before it waited stays broken.
    """
    search_text: str = field(
        default="",
        validator=Length(0, 700),
        metadata=hint(system=True, derived=True, searchable=True, keyword=True, long=True),
    )
    """What a part of number, customer's name or title is looked for in first, a line each."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("created_at",),
        ("status", "created_at"),
        ("type", "created_at"),
        ("priority", "created_at"),
        ("satisfaction", "created_at"),
        ("round",),
        ("created_by", "created_at"),
        ("assignee", "status", "created_at"),
        ("handled_by", "created_at"),
        ("customer", "created_at"),
        ("next_due_at",),
    )
    """Each work list is of one state, the newest first; those of a person are his of that state. The archive shows any
    state and is narrowed by everything."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class ServiceRound:
    """A treatment that did not end a request: the customer was not satisfied, or it was opened again (SVC-06)."""

    id: ServiceRoundId = field(metadata=hint(system=True))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request"))
    number: int = field(validator=Range(1, 10_000), metadata=hint(system=True, unique=True, within=("request",)))
    assignee: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    handling: str = field(default="", validator=Length(0, 3000), metadata=hint(system=True, long=True))
    handled_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    handled_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    result: str = field(default="", validator=Length(0, 500), metadata=hint(system=True))
    satisfaction: int | None = field(default=None, validator=Range(1, 5), metadata=hint(system=True))
    reason: str = field(default="", validator=Length(0, 500), metadata=hint(system=True))
    """Why it was opened again; empty when the score was the reason."""
    respond_by: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """What was promised for the first answer; what follows tells later whether this treatment was in time."""
    responded_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    responded_in: int | None = field(default=None, validator=_SECONDS, metadata=_TIMED)
    respond_met: bool | None = field(default=None, metadata=_RECKONED)
    counted_from: dt.datetime | None = field(default=None, metadata=hint(system=True))
    resolve_by: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When it should have been handled, put off by what was waited for the customer."""
    waited: int = field(default=0, validator=_SECONDS, metadata=hint(system=True, unit="s"))
    resolved_in: int | None = field(default=None, validator=_SECONDS, metadata=_TIMED)
    resolve_met: bool | None = field(default=None, metadata=_RECKONED)
    """Whether this treatment was in time, whatever became of the request afterwards (requirement X-SRV-14)."""
    ended_by: UserId = field(metadata=hint(system=True, ref="user"))
    ended_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class RequestNote:
    """Something said about a request while it is treated (requirements X-SRV-09, X-SRV-11)."""

    id: RequestNoteId = field(metadata=hint(system=True))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request"))
    text: str = field(validator=Length(1, 3000), metadata=hint(long=True))
    internal: bool = True
    """For colleagues alone; others are shown to the customer."""
    written_by: UserId = field(metadata=hint(system=True, ref="user"))
    written_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("request", "written_at"),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class RequestAttachment:
    """What is known of a file that belongs to a request; the file itself is kept by the application."""

    id: RequestAttachmentId = field(metadata=hint(system=True))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request", indexed=True))
    file_name: str = field(validator=Length(1, 255))
    media_type: str = field(default="", validator=Length(0, 100))
    size: int = field(validator=Range(0, 2**53), metadata=hint(unit="B"))
    digest: str = field(default="", validator=[Length(0, 64), Pattern("([0-9a-fA-F]{64})?")])
    """SHA-256 of the content, in hexadecimal; empty if unknown."""
    location: str = field(default="", validator=Length(0, 500))
    """Where the application keeps the file."""
    internal: bool = True
    added_by: UserId = field(metadata=hint(system=True, ref="user"))
    added_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))
