"""Who sees escalations and policies, and what of a request is watched since when (requirement X-SRV-05)."""

import datetime as dt
import hashlib
from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.entity import Validity
from crmcore.access.scope import Scope
from crmcore.base.errors import Refused
from crmcore.base.ids import first_id_at, quick_uuid
from crmcore.escalation.entity import (
    Escalation,
    EscalationPolicy,
    EscalationPolicyId,
    EscalationStepId,
    Watched,
)
from crmcore.query import Condition, any_of, eq
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.service.scopes import of_own_requests

__all__ = ["SCOPES", "NotYours", "PolicyRetired", "applies", "step_id", "watched_since"]

_MILLISECOND: Final = dt.timedelta(milliseconds=1)
_MARKS: Final = (7 << 76) | (2 << 62)
"""Version and variant of a time-ordered id."""
_FREE: Final = (0xFFF << 64) | ((1 << 62) - 1)
"""The bits that are neither time nor marks."""


def _own(actor: Actor) -> Condition:
    return any_of(eq(fields(Escalation).recipient_user, actor.id), of_own_requests(fields(Escalation).request)(actor))


SCOPES: Final = (
    Scope(entity=EscalationPolicy, read=frozenset({"service.read_all", "service.configure"})),
    Scope(entity=Escalation, read=frozenset({"service.read"}), read_all=frozenset({"service.read_all"}), own=_own),
)


class PolicyRetired(Refused):
    """The policy watches nothing any more; make another one."""

    code = "escalation.policy_retired"


class NotYours(Refused):
    """Whoever is told of an escalation, or assigns requests, says that it has been seen."""

    code = "escalation.not_yours"


def applies(policy: EscalationPolicy, request: ServiceRequest) -> bool:
    """Tell whether a policy watches a request: it is valid, and kind and priority are those it is for, or any."""
    return (
        policy.status is Validity.VALID
        and policy.type in {"", request.type}
        and policy.priority in {None, request.priority}
    )


def watched_since(request: ServiceRequest, watched: Watched) -> dt.datetime | None:
    """Answer the instant from which on a policy counts its time; None if there is nothing to watch (X-SRV-05).

    That is when the request came in, or when something was promised for. What was done already, and a request that
    waits for the customer, is watched no more; nor is what nobody promised.
    """
    if request.waiting_since is not None or request.status not in OPEN:
        return None
    match watched:
        case Watched.ASSIGNMENT:
            return request.created_at if request.status is ServiceStatus.NEW else None
        case Watched.RESPONSE:
            return request.respond_by if request.responded_at is None else None
        case Watched.RESOLUTION:
            return request.resolve_by if request.status is not ServiceStatus.HANDLED else None


def step_id(
    request: ServiceRequestId, policy: EscalationPolicyId, watched: Watched, since: dt.datetime
) -> EscalationStepId:
    """Answer the id of the one escalation of a promise by a policy: planned again, it is the same.

    So nobody is told twice of one promise that was broken, whatever is edited in between; a new promise is another
    matter. The id has the time of the promise, just later, for messages of a request are delivered by their ids.
    """
    said = f"{request}:{policy}:{watched.value}:{since.isoformat()}".encode()
    rest = int.from_bytes(hashlib.sha256(said).digest()[:16], "big") & _FREE
    return EscalationStepId(quick_uuid(first_id_at(since + _MILLISECOND).int | _MARKS | rest))
