"""Who hears of it when a request is not treated in time (requirement X-SRV-05)."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId, Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Range
from crmcore.base.kinds import hint
from crmcore.service.entity import Priority, ServiceRequestId

__all__ = [
    "Escalation",
    "EscalationId",
    "EscalationPolicy",
    "EscalationPolicyId",
    "EscalationStep",
    "EscalationStepId",
    "Recipient",
    "Watched",
]

EscalationPolicyId = NewType("EscalationPolicyId", UUID)
EscalationStepId = NewType("EscalationStepId", UUID)
EscalationId = NewType("EscalationId", UUID)


class Watched(enum.Enum):
    """What a policy watches."""

    ASSIGNMENT = "assignment"
    """Nobody has been given the request; counted from its creation."""
    RESPONSE = "response"
    """The customer has had no answer; counted from the time that was promised."""
    RESOLUTION = "resolution"
    """The request is not handled; counted from the time that was promised."""


class Recipient(enum.Enum):
    """To whom a request is escalated."""

    SUPERVISORS = "supervisors"
    """Everybody who may assign requests."""
    ASSIGNEE = "assignee"
    """Who treats the request."""
    MANAGER = "manager"
    """The customer's account manager."""
    USER = "user"
    """One user, named in the policy."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class EscalationPolicy:
    """After how much working time of what somebody is told (requirement X-SRV-05)."""

    id: EscalationPolicyId = field(metadata=hint(system=True))
    name: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    name_key: str = field(validator=Length(1, 1000), metadata=hint(system=True, unique=True))
    watched: Watched = Watched.RESOLUTION
    after: int = field(default=0, validator=Range(0, 1_000_000), metadata=hint(unit="min"))
    """Minutes of working time after what is watched was due (or, for assignment, after the request came in)."""
    type: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="service_type"))
    """Kind of request; empty for all."""
    priority: Priority | None = None
    """None for all."""
    recipient: Recipient = Recipient.SUPERVISORS
    user: UserId | None = field(default=None, metadata=hint(ref="user"))
    """Who is told when the recipient is one user."""
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class EscalationStep:
    """When a request will be escalated by a policy if nothing happens; planned anew whenever its clock changes."""

    id: EscalationStepId = field(metadata=hint(system=True))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request", indexed=True))
    policy: EscalationPolicyId = field(metadata=hint(system=True, ref="escalation_policy", indexed=True))
    watched: Watched = field(metadata=hint(system=True))
    due_at: dt.datetime = field(metadata=hint(system=True, indexed=True))
    """From when on it is escalated."""
    recipient: Recipient = field(metadata=hint(system=True))
    recipient_user: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    message: str = field(validator=Length(2, 4000), metadata=hint(system=True, long=True))
    """JSON: what other systems are told through the outbox."""
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Escalation:
    """That a request was escalated; has the id of the step, so that each happens once."""

    id: EscalationId = field(metadata=hint(system=True))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request"))
    policy: EscalationPolicyId = field(metadata=hint(system=True, ref="escalation_policy"))
    watched: Watched = field(metadata=hint(system=True))
    due_at: dt.datetime = field(metadata=hint(system=True))
    recipient: Recipient = field(metadata=hint(system=True))
    recipient_user: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    escalated_at: dt.datetime = field(metadata=hint(system=True))
    seen_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    seen_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("request", "escalated_at"),
        ("seen_at", "escalated_at"),
        ("escalated_at",),
    )
