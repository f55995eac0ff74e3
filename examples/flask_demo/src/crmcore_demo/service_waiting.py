"""Requests that wait for a person on the first page: to be assigned, to be handled, to be asked about (SVC-01)."""

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import fields
from flask import url_for

from crmcore.query import asc, eq, one_of, query
from crmcore.service import ServiceRequest, ServiceStatus
from crmcore_demo.display import minute, t
from crmcore_demo.session import person, reading
from crmcore_demo.waiting import SHOWN, Task, Waiting, ago, day_of

IN_HAND: Final = 200
r = fields(ServiceRequest)


def service_waiting() -> Iterable[Waiting]:
    """Return what waits at the service desk for who is looking; what is due first comes first."""
    who = person()
    if who.may("service.assign"):
        asked = query(ServiceRequest).where(eq(r.status, ServiceStatus.NEW)).sort(asc(r.created_at))
        yield _waiting("assign", "service.assignment_list", reading().service_requests.find(asked.page(SHOWN + 1)))
    if who.may("service.handle", "service.feedback"):
        states = (ServiceStatus.ASSIGNED, ServiceStatus.HANDLED)
        asked = query(ServiceRequest).where(eq(r.assignee, who.id), one_of(r.status, states)).sort(asc(r.created_at))
        mine = reading().service_requests.find(asked.page(IN_HAND))
        handling = [one for one in mine if one.status is ServiceStatus.ASSIGNED and one.waiting_since is None]
        yield _waiting("handle", "service.handling_list", sorted(handling, key=_urgency))
        yield _waiting("call", "service.feedback_list", [one for one in mine if one.status is ServiceStatus.HANDLED])


def _urgency(one: ServiceRequest) -> tuple[bool, float]:
    """Put what is due first before the rest, and what nothing was promised for last."""
    return one.next_due_at is None, (one.next_due_at or one.created_at).timestamp()


def _waiting(kind: str, lists: str, found: Sequence[ServiceRequest]) -> Waiting:
    return Waiting(
        title=t(f"home.{kind}"),
        address=url_for(lists),
        nothing=t(f"home.{kind}_nothing"),
        items=[_task(one) for one in found[:SHOWN]],
        more=len(found) > SHOWN,
    )


def _task(one: ServiceRequest) -> Task:
    due = one.next_due_at
    return Task(
        address=url_for("service.show", id=one.id),
        on=day_of(due or one.created_at),
        when=t("home.due_at", at=minute(due)) if due else ago("filed", one.created_at),
        name=one.customer_name,
        words=one.title,
        late=due is not None and due < reading().now,
    )
