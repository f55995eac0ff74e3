"""The five work lists of service, and what is treated too late (requirements SVC-01 to 03, X-SRV-05, X-SRV-13)."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import attrs
from attrs import Attribute, fields

from crmcore.access.entity import UserId
from crmcore.base.clock import day_range
from crmcore.base.days import day_of
from crmcore.base.paging import Page
from crmcore.customers.entity import CustomerId
from crmcore.query import Condition, Query, asc, desc, eq, ge, lt, query
from crmcore.service.entity import Priority, ServiceRequest, ServiceStatus
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = [
    "RequestFilter",
    "archive",
    "count_overdue",
    "creation",
    "for_assignment",
    "for_feedback",
    "for_handling",
    "overdue",
]

_r = fields(ServiceRequest)
_NAME: Final = "service_request"


@attrs.frozen(kw_only=True)
class RequestFilter:
    """What a work list is narrowed to (requirements SVC-02, X-SRV-06, X-SRV-13); what is empty does not narrow it."""

    number: str = ""
    """Part of the number people read out."""

    customer_name: str = ""
    """Part of the customer's name."""
    customer: CustomerId | None = None
    title: str = ""
    """Part of the title."""
    type: str = ""
    priority: Priority | None = None
    created_from: dt.date | None = None
    """First day, in the company's zone."""
    created_to: dt.date | None = None
    """Last day."""
    assignee: UserId | None = None
    satisfaction: int | None = None
    """Stars of the present round."""
    returned: bool = False
    """Only what a customer was not satisfied with before, or what was opened again."""


_ALL = RequestFilter()


@action("service.create")
def creation(work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[ServiceRequest]:
    """List the requests the actor has filed that nobody has been given yet, newest first (requirement SVC-01).

    A list shows what requirement SVC-03 names of each request: number, customer, title, type, who filed it and when.

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    mine = eq(_r.created_by, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.NEW).where(mine), page, size)


@action("service.assign")
def for_assignment(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests that nobody has been given yet, newest first (requirement SVC-01).

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    return _listed(work, only, _in(ServiceStatus.NEW), page, size)


@action("service.handle")
def for_handling(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests that the actor is to handle, newest first (requirement SVC-01).

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    mine = eq(_r.assignee, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.ASSIGNED).where(mine), page, size)


@action("service.feedback")
def for_feedback(
    work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None
) -> Page[ServiceRequest]:
    """List the requests the actor has handled and the customer has not judged yet (requirements SVC-01, SVC-05).

    Those that a colleague handled who has left since, and that were handed over to the actor, are among them.

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    mine = eq(_r.assignee, work.actor.id)
    return _listed(work, only, _in(ServiceStatus.HANDLED).where(mine), page, size)


@action("service.read")
def archive(
    work: Work,
    only: RequestFilter = _ALL,
    *,
    status: ServiceStatus | None = ServiceStatus.ARCHIVED,
    page: int = 1,
    size: int | None = None,
) -> Page[ServiceRequest]:
    """List the requests of a state, the archived ones unless asked for others, newest first (SVC-01, SVC-02).

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        status: Which state; None for all.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    wanted = query(ServiceRequest).where(*exactly((_r.status, status))).sort(desc(_r.created_at))
    return _listed(work, only, wanted, page, size)


@action("service.read")
def overdue(work: Work, only: RequestFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[ServiceRequest]:
    """List what is treated too late at this moment, the most urgent first (requirement X-SRV-05).

    Overdue is an open request whose first answer or handling was promised for an earlier instant and not given yet. One
    whose clock stands is overdue only if it was before the company began to wait. The most urgent is the one whose
    broken promise is oldest. Like a list with a keyword it is counted to 200: how many hundreds are late says no more.

    Args:
        work: The unit of work.
        only: What the list is narrowed to.
        page: Which page, from 1.
        size: Most requests on a page; None for the company's setting.

    Raises:
        Invalid: A filter, the page or the size is of the wrong type, or no day that is known.
    """
    return _listed(work, only, _overdue(work).sort(asc(_r.next_due_at)), page, size, to_the_end=False)


def count_overdue(work: Work, at_most: int) -> int:
    """Count what :func:`overdue` lists, no further than *at_most*; for actions that say how much there is to do."""
    return work.service_requests.count(_overdue(work), at_most=at_most)


def _overdue(work: Work) -> Query[ServiceRequest]:
    return query(ServiceRequest).where(lt(_r.next_due_at, work.now))


def _in(status: ServiceStatus) -> Query[ServiceRequest]:
    return query(ServiceRequest).where(eq(_r.status, status)).sort(desc(_r.created_at))


def _listed(
    work: Work,
    only: RequestFilter,
    wanted: Query[ServiceRequest],
    page: int,
    size: int | None,
    *,
    to_the_end: bool = True,
) -> Page[ServiceRequest]:
    narrowed = wanted.where(
        *_reached((_r.number, only.number), (_r.customer_name, only.customer_name), (_r.title, only.title)),
        *exactly((_r.customer, only.customer), (_r.type, only.type), (_r.priority, only.priority)),
        *exactly((_r.assignee, only.assignee), (_r.satisfaction, only.satisfaction)),
        *((ge(_r.round, 2),) if only.returned else ()),
        *_created(work, only),
    )
    return page_of(work, work.service_requests, narrowed, page=page, size=size, to_the_end=to_the_end)


def _reached(*filters: "tuple[Attribute[str], str]") -> Iterator[Condition]:
    """Look in the keyword index first: few requests are left to look at closely."""
    for field, wanted in filters:
        if isinstance(wanted, str):
            yield from partly((_r.search_text, " ".join(wanted.split())))
        yield from partly((field, wanted))


def _created(work: Work, only: RequestFilter) -> Iterator[Condition]:
    """Answer the conditions of the days a request was filed on."""
    if only.created_from is not None:
        first = day_of(only.created_from, "created_from", _NAME)
        yield ge(_r.created_at, day_range(first, first, work.zone)[0])
    if only.created_to is not None:
        last = day_of(only.created_to, "created_to", _NAME)
        yield lt(_r.created_at, day_range(last, last, work.zone)[1])
