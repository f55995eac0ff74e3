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

__all__ = ["READING", "SCOPES", "NotYours", "PolicyRetired", "applies", "promised_at", "step_id", "watched_since"]

READING: Final = "service.read"
"""What somebody needs to see that he was told."""
_SECOND: Final = dt.timedelta(seconds=1)
_MARKS: Final = (7 << 76) | (2 << 62)
"""Version and variant of a time-ordered id."""
_FREE: Final = (0xFFF << 64) | ((1 << 62) - 1)
"""The bits that are neither time nor marks."""


def _own(actor: Actor) -> Condition:
    return any_of(eq(fields(Escalation).recipient_user, actor.id), of_own_requests(fields(Escalation).request)(actor))


SCOPES: Final = (
    Scope(entity=EscalationPolicy, read=frozenset({"service.read_all", "service.configure"})),
    Scope(entity=Escalation, read=frozenset({READING}), read_all=frozenset({"service.read_all"}), own=_own),
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


def promised_at(request: ServiceRequest, watched: Watched) -> dt.datetime:
    """Answer when the promise was given that is watched: it stays the same promise however long it is put off.

    The handling is promised anew in each round; who takes the request in hand, and the first answer, are promised once.
    """
    begun = request.counted_from if watched is Watched.RESOLUTION else None
    return begun or request.created_at


def step_id(
    request: ServiceRequestId, policy: EscalationPolicyId, watched: Watched, promised: dt.datetime
) -> EscalationStepId:
    """Answer the id of the one escalation of a promise by a policy: planned again, it is the same.

    So nobody is told twice of one promise that was broken, whatever waits or is edited in between; a new promise is
    another matter. The id is a second later than the promise: messages of a request are delivered by their ids, and the
    one that it was filed comes first.
    """
    said = f"{request}:{policy}:{watched.value}:{promised.isoformat()}".encode()
    rest = int.from_bytes(hashlib.sha256(said).digest()[:16], "big") & _FREE
    return EscalationStepId(quick_uuid(first_id_at(promised + _SECOND).int | _MARKS | rest))
