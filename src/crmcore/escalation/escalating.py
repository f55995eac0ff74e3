"""The job that escalates what was not treated in time, and planning everything anew (requirement X-SRV-05).

Whatever the number of requests, it asks the store five times at most: once for each thing that is watched, once for
the messages to other systems, once to note that it was done. The store makes escalations and messages itself, each
once: both have the id of the step that was planned.
"""

import datetime as dt
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.access.entity import Validity
from crmcore.base.clock import instant_of
from crmcore.base.kinds import name_of
from crmcore.escalation.entity import Escalation, EscalationPolicy, EscalationStep, Watched
from crmcore.escalation.events import RequestEscalated
from crmcore.escalation.planning import replan_many
from crmcore.query import (
    Condition,
    Derivation,
    FromSource,
    all_of,
    asc,
    eq,
    gt,
    in_query,
    is_null,
    lt,
    negate,
    one_of,
    query,
)
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.storage.action import SYSTEM_ONLY, action, crm_action
from crmcore.storage.crm import Crm
from crmcore.storage.records import MessageState, OutboxMessage
from crmcore.storage.work import Work

__all__ = ["Escalated", "Replanned", "escalate", "escalate_due", "replan_all", "replan_some"]

_CHECKS: Final = uuid5(NAMESPACE_URL, "urn:crmcore:escalation:check")
"""What the change records of all checks have in common: it is how one finds them."""
_BATCH: Final = 500
_s = fields(EscalationStep)
_r = fields(ServiceRequest)
_p = fields(EscalationPolicy)
_STILL: Final = {
    Watched.ASSIGNMENT: eq(_r.status, ServiceStatus.NEW),
    Watched.RESPONSE: all_of(one_of(_r.status, OPEN), is_null(_r.responded_at)),
    Watched.RESOLUTION: one_of(_r.status, (ServiceStatus.NEW, ServiceStatus.ASSIGNED)),
}
"""What a request has to meet for what is watched to be still undone."""


@attrs.frozen(kw_only=True)
class Escalated:
    """What one run of the job did."""

    now: dt.datetime
    """The instant it was made for."""
    escalated: int
    """How many requests were escalated, once for each policy."""
    messages: int
    """How many messages to other systems were left in the outbox."""


@attrs.frozen(kw_only=True)
class Replanned:
    """What one batch of planning anew did."""

    changed: int
    """For how many requests another plan was made."""
    last: ServiceRequestId | None
    """The last request of the batch; None if there are no more."""


@crm_action(SYSTEM_ONLY)
def escalate(crm: Crm, now: dt.datetime | None = None) -> Escalated:
    """Tell whom it concerns of every request that was not treated in time (automatic escalation; X-SRV-05).

    Safe to run at any time, again, and twice at once: of one promise nobody is told twice by a policy. If it is cut
    off, running it again finishes the work.

    Args:
        crm: An opened CRM.
        now: The instant to check for; None for the present.

    Raises:
        Invalid: *now* is no instant, or has no zone.
    """
    return crm.perform(escalate_due, now, as_user=SYSTEM)


@action(SYSTEM_ONLY)
def escalate_due(work: Work, now: dt.datetime | None = None) -> Escalated:
    """Escalate in one transaction, and leave one change record for all of it; a step of :func:`escalate`.

    Being due at that very instant is still in time, as it is for the list of what is overdue. A check that finds
    nothing leaves no change record.
    """
    at = work.now if now is None else instant_of(now, "now")
    escalated = sum(work.bulk.derive(_escalations(watched, at, work.now)) for watched in Watched)
    messages = work.bulk.derive(_messages(at, work))
    if escalated or messages:
        said = {"now": at, "escalated": escalated, "messages": messages}
        work.bulk.note(Escalation, _CHECKS, {name: [None, str(value)] for name, value in said.items()})
    return Escalated(now=at, escalated=escalated, messages=messages)


@crm_action(SYSTEM_ONLY)
def replan_all(crm: Crm) -> int:
    """Plan the escalations of all open requests anew, in batches; answer how many plans changed (X-SRV-05).

    To be run after a policy or a calendar was changed. Doing it again does nothing; cut off, it leaves whole batches.
    """
    changed, last = 0, None
    while (done := crm.perform(replan_some, last, as_user=SYSTEM)).last is not None:
        changed, last = changed + done.changed, done.last
    return changed + done.changed


@action(SYSTEM_ONLY)
def replan_some(work: Work, after: ServiceRequestId | None = None, size: int = _BATCH) -> Replanned:
    """Plan the escalations of up to *size* open requests anew, those behind *after*; a step of :func:`replan_all`."""
    wanted = query(ServiceRequest).where(one_of(_r.status, OPEN)).sort(asc(_r.id)).page(size)
    if after is not None:
        wanted = wanted.where(gt(_r.id, after))
    found = work.unscoped(ServiceRequest).find(wanted)
    changed = replan_many(work, found)
    work.bulk.change([(one, one) for one in changed])  # whoever changes its clock at the same moment plans after this
    return Replanned(changed=len(changed), last=found[-1].id if len(found) == size else None)


def _due(at: dt.datetime) -> Condition:
    """Answer what makes a step due; a policy that was retired meanwhile escalates nothing."""
    retired = query(EscalationPolicy).where(eq(_p.status, Validity.RETIRED))
    return all_of(lt(_s.due_at, at), negate(in_query(_s.policy, retired)))


def _escalations(watched: Watched, at: dt.datetime, now: dt.datetime) -> Derivation:
    """Describe the escalations of what is watched; steps of what was done meanwhile, or waits, are left alone."""
    copied = ("id", "request", "policy", "watched", "due_at", "recipient", "recipient_user")
    values: dict[str, Any] = {name: FromSource((name,)) for name in copied}
    return Derivation(
        into=Escalation,
        source=query(EscalationStep).where(eq(_s.watched, watched), _due(at)),
        joined=ServiceRequest,
        on=("request",),
        where=all_of(is_null(_r.waiting_since), _STILL[watched]),
        values={**values, "escalated_at": now, "seen_by": None, "seen_at": None, "version": 1},
    )


def _messages(at: dt.datetime, work: Work) -> Derivation:
    """Describe the messages of what was escalated; those too that a run which was cut off did not leave."""
    return Derivation(
        into=OutboxMessage,
        source=query(EscalationStep).where(lt(_s.due_at, at)),
        joined=Escalation,
        on=("id",),
        values={
            "id": FromSource(("id",)),
            "at": work.now,
            "kind": name_of(RequestEscalated),
            "entity_id": FromSource(("request",)),
            "actor": work.actor.id,
            "payload": FromSource(("message",)),
            "state": MessageState.PENDING,
            "lease_until": None,
            "attempts": 0,
            "version": 1,
        },
    )
