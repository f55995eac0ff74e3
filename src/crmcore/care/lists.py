"""The lists of customer care: of a customer, what is due, what is late, what customers said (X-CAR-02, X-CAR-03)."""

import datetime as dt
from typing import Final

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.care.entity import CareActivity, CareActivityId, CareStatus, OpinionState
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import Condition, asc, desc, eq, ge, in_query, le, lt, negate, one_of, query
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.work import Work

__all__ = ["activities", "detail", "opinions", "origin_of", "overdue", "reminders"]

_SAID: Final = (OpinionState.OPEN, OpinionState.PROCESSED)
_a = fields(CareActivity)
_c = fields(Customer)


@action("care.read_all", "care.read")
def activities(
    work: Work,
    customer: CustomerId | None = None,
    *,
    kind: str = "",
    status: CareStatus | None = None,
    planned_from: dt.date | None = None,
    planned_to: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[CareActivity]:
    """List what was done and is planned for customers, the latest first; an account manager's own (X-CAR-02).

    Args:
        work: The unit of work.
        customer: One customer's; None for all.
        kind: Code of the dictionary; empty for all.
        status: Planned, done or cancelled; None for all.
        planned_from: First day; None for all.
        planned_to: Last day; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(CareActivity).where(
        *exactly((_a.customer, customer), (_a.kind, kind), (_a.status, status)),
        *([] if planned_from is None else [ge(_a.planned_on, planned_from)]),
        *([] if planned_to is None else [le(_a.planned_on, planned_to)]),
    )
    return page_of(work, work.care_activities, wanted.sort(desc(_a.planned_on)), page=page, size=size)


@action("care.read_all", "care.read")
def detail(work: Work, id: CareActivityId) -> CareActivity:  # noqa: A002
    """Answer one activity."""
    return work.care_activities.get(id)


@action("care.read_all", "care.read")
def reminders(
    work: Work, *, manager: UserId | None = None, page: int = 1, size: int | None = None
) -> Page[CareActivity]:
    """List what a person is to be reminded of today, what is to be done first on top (提醒; requirement X-CAR-02).

    Reminders follow a customer who is handed over: they are those of the person's customers of today.

    Args:
        work: The unit of work.
        manager: Whose; None for the actor's own.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    whose = _of(work.user_id if manager is None else manager)
    wanted = query(CareActivity).where(eq(_a.status, CareStatus.PLANNED), le(_a.remind_on, work.today), whose)
    return page_of(work, work.care_activities, wanted.sort(asc(_a.planned_on)), page=page, size=size)


@action("care.read_all", "care.read")
def overdue(work: Work, *, manager: UserId | None = None, page: int = 1, size: int | None = None) -> Page[CareActivity]:
    """List what should have been done before today, what has waited longest on top (requirement X-CAR-02).

    Args:
        work: The unit of work.
        manager: One account manager's customers; None for all that the actor may see.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(CareActivity).where(eq(_a.status, CareStatus.PLANNED), lt(_a.planned_on, work.today), _of(manager))
    return page_of(work, work.care_activities, wanted.sort(asc(_a.planned_on)), page=page, size=size)


@action("care.read_all", "care.read")
def opinions(
    work: Work,
    customer: CustomerId | None = None,
    *,
    state: OpinionState | None = None,
    done_from: dt.date | None = None,
    done_to: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[CareActivity]:
    """List what customers said, the latest first: hints to weaknesses (客户意见; requirement X-CAR-03).

    Args:
        work: The unit of work.
        customer: One customer's; None for all.
        state: Open, or processed and kept; None for both.
        done_from: First day; None for all.
        done_to: Last day; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(CareActivity).where(
        one_of(_a.opinion_state, _SAID) if state is None else eq(_a.opinion_state, state),
        *exactly((_a.customer, customer)),
        *([] if done_from is None else [ge(_a.done_on, done_from)]),
        *([] if done_to is None else [le(_a.done_on, done_to)]),
    )
    return page_of(work, work.care_activities, wanted.sort(desc(_a.done_on)), page=page, size=size)


@action("care.read_all", "care.read")
def origin_of(work: Work, request: ServiceRequestId) -> CareActivity | None:
    """Answer the activity in which a customer said what was filed as a request; None for others (X-CAR-03).

    Raises:
        NotFound: There is no such request.
    """
    known = work.service_requests.get(request)
    return work.care_activities.first(eq(_a.opinion_request, known.id))


def _of(manager: UserId | None) -> Condition:
    """Answer that the customer is not deleted, and a person's if one is given."""
    there = query(Customer).where(negate(eq(_c.status, CustomerStatus.DELETED)), *exactly((_c.manager, manager)))
    return in_query(_a.customer, there)
