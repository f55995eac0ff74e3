"""What escalation tells other systems (requirement X-SRV-05)."""

import datetime as dt

import attrs

from crmcore.access.entity import UserId
from crmcore.escalation.entity import EscalationPolicyId, Recipient, Watched
from crmcore.service.entity import ServiceRequestId

__all__ = ["RequestEscalated"]


@attrs.frozen
class RequestEscalated:
    """A request was not treated in time, and somebody has to hear of it; numbers alone, nothing about people."""

    request: ServiceRequestId
    number: str
    policy: EscalationPolicyId
    watched: Watched
    due_at: dt.datetime
    recipient: Recipient
    recipient_user: UserId | None
    """Who that was when it was planned; None if it is everybody who may assign requests."""
