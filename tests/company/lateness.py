"""Requests that are treated too late, and who shall hear of it; for tests of escalation."""

import datetime as dt
from typing import Any
from uuid import UUID

import attrs

from company.clients import entered, put
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.calendars.entity import SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.customers.entity import Customer, CustomerId
from crmcore.escalation.entity import (
    Escalation,
    EscalationId,
    EscalationPolicy,
    EscalationPolicyId,
    EscalationStep,
    Recipient,
    Watched,
)
from crmcore.escalation.events import RequestEscalated
from crmcore.escalation.rules import promised_at, step_id
from crmcore.query import query
from crmcore.service import actions
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.storage.codec import event_to_json
from crmcore.storage.crm import Crm

__all__ = [
    "WATCHING",
    "escalated_to",
    "escalations",
    "filed",
    "kept",
    "late_request",
    "policy",
    "promise",
    "step_of",
    "steps",
    "told",
]

WATCHING = EscalationPolicyId(UUID("01900000-0000-7000-8000-000000000005"))
"""The policy of every escalation that :func:`escalated_to` makes."""
_OFFICE = ("09:00-12:00", "13:00-18:00")


def kept(crm: Crm, kind: type[Any]) -> list[Any]:
    """Everything of a kind."""
    session = crm.store.begin(write=False)
    try:
        return list(session.find(query(kind)))
    finally:
        session.close()


def steps(crm: Crm) -> list[EscalationStep]:
    """What is planned, the next first."""
    return sorted(kept(crm, EscalationStep), key=lambda one: one.due_at)


def policy(crm: Crm, name: str = "超时", **given: Any) -> EscalationPolicy:
    """A policy as it is stored."""
    made = EscalationPolicy(
        id=EscalationPolicyId(crm.ids()), name=name, name_key=name, version=1, **{"after": 60, **given}
    )
    put(crm, made)
    return made


def promise(crm: Crm, *, respond: int | None = 60, resolve: int | None = 240, holiday: dt.date | None = None) -> None:
    """Promise every customer an answer and the handling within so many minutes of office hours."""
    calendar = WorkingCalendarId(crm.ids())
    week: Any = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), _OFFICE)
    target = ServiceTarget(
        id=ServiceTargetId(crm.ids()),
        name="一般",
        name_key="一般",
        respond_within=respond,
        resolve_within=resolve,
        calendar=calendar,
        version=1,
    )
    put(crm, WorkingCalendar(id=calendar, name="办公", name_key="办公", version=1, **week), target)
    if holiday is not None:
        put(crm, SpecialDay(id=SpecialDayId(crm.ids()), calendar=calendar, day=holiday, name="假日", version=1))


def filed(crm: Crm, customer: Customer | None = None, **given: Any) -> ServiceRequest:
    """A request of one of Li Hua's customers, as he files it."""
    about = customer if customer is not None else entered(crm)
    fields: Any = {"type": "complaint", "title": "打印机故障", "customer": about.id, "request": "无法打印。", **given}
    return crm.perform(actions.create, as_user="lihua", **fields)


def late_request(crm: Crm, user: Any, number: int, due_at: dt.datetime, **given: Any) -> ServiceRequest:
    """A request of nobody's customer that was to be handled by an instant; only made, not stored."""
    fields: Any = {
        "created_by": user,
        "created_at": due_at - dt.timedelta(days=1),
        "assignee": user,
        "assigned_at": due_at - dt.timedelta(days=1),
        "status": ServiceStatus.ASSIGNED,
        "respond_by": due_at,
        "resolve_by": due_at,
        **given,
    }
    made = ServiceRequest(
        id=ServiceRequestId(crm.ids()),
        number=f"FW{number}",
        type="complaint",
        title="打印机故障",
        customer=CustomerId(UUID(int=1)),
        request="无法打印。",
        version=1,
        **fields,
    )
    return with_derived(made)


def step_of(request: ServiceRequest, by: EscalationPolicy, due_at: dt.datetime) -> EscalationStep:
    """What was planned for a request while it was to be done; only made, not stored."""
    said = RequestEscalated(request.id, request.number, by.id, by.watched, due_at, by.recipient, by.user)
    return EscalationStep(
        id=step_id(request.id, by.id, by.watched, promised_at(request, by.watched)),
        request=request.id,
        policy=by.id,
        watched=by.watched,
        due_at=due_at,
        recipient=by.recipient,
        recipient_user=by.user,
        message=event_to_json(said),
        version=1,
    )


def escalations(crm: Crm) -> list[Escalation]:
    """What was escalated, the first first."""
    return sorted(kept(crm, Escalation), key=lambda one: (one.escalated_at, one.id))


def told(crm: Crm) -> list[tuple[Watched, Recipient, Any]]:
    """To whom what is planned will be escalated."""
    return [(one.watched, one.recipient, one.recipient_user) for one in steps(crm)]


def escalated_to(crm: Crm, owner: Any) -> dict[str, Any]:
    """A person's request that is late, with what he was told of it; only made, not stored."""
    due_at = crm.clock() - dt.timedelta(hours=1)
    request = attrs.evolve(late_request(crm, owner, 0, due_at), number=f"FW-{str(owner)[-12:]}")
    told_of = Escalation(
        id=EscalationId(crm.ids()),
        request=request.id,
        policy=WATCHING,
        watched=Watched.RESOLUTION,
        due_at=due_at,
        recipient=Recipient.USER,
        recipient_user=owner,
        escalated_at=crm.clock(),
        version=1,
    )
    return {"late_request": request, "escalation": told_of}
