"""The work list of churn cases, the view of one, and the notice at log-in (requirements CHN-07 to 12)."""

import datetime as dt

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.churn.rules import is_newer
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import any_of, desc, eq, in_query, query
from crmcore.sales.entity import OrderSummary
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["CaseDetail", "detail", "listing", "notice"]

_n = fields(ChurnCase)
_c = fields(Customer)


@attrs.frozen(kw_only=True)
class CaseDetail:
    """A churn case as the delay and confirm screens show it (requirement CHN-10)."""

    case: ChurnCase
    customer: Customer
    """The customer as he is now: his status, and who is responsible for him."""
    measures: tuple[str, ...]
    """All earlier measures, the oldest first, each with its time."""
    newer_order_on: dt.date | None
    """Day of the customer's latest order if he has ordered since the case was opened (requirement CHN-12)."""


@action("churn.read")
def listing(
    work: Work,
    *,
    customer_name: str = "",
    customer: CustomerId | None = None,
    manager: UserId | None = None,
    status: ChurnStatus | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[ChurnCase]:
    """List churn cases, the newest first; an account manager's are those of his own customers (CHN-07 to 09).

    Args:
        work: The unit of work.
        customer_name: Part of the customer's name; empty for all.
        customer: One customer's; None for all.
        manager: One account manager's: those that were opened for him, and those of customers he has now; None for all.
        status: One state; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = (
        query(ChurnCase)
        .where(*partly((_n.customer_name, customer_name)))
        .where(*exactly((_n.customer, customer), (_n.status, status)))
        .sort(desc(_n.opened_at))
    )
    if manager is not None:
        now_his = in_query(_n.customer, query(Customer).where(eq(_c.manager, manager)))
        wanted = wanted.where(any_of(eq(_n.manager, manager), now_his))
    return page_of(work, work.churn_cases, wanted, page=page, size=size)


@action("churn.read")
def detail(work: Work, id: ChurnCaseId) -> CaseDetail:  # noqa: A002
    """Answer one case with its measures, and the day of a newer order (requirements CHN-10, CHN-12)."""
    case = work.churn_cases.get(id)
    customer = work.customers.get(case.customer)
    summary = work.session.load(OrderSummary, case.customer)
    newest = None if summary is None else summary.last_order_on
    return CaseDetail(
        case=case,
        customer=customer,
        measures=tuple(case.measures.split("\n")) if case.measures else (),
        newer_order_on=newest if is_newer(case, newest) else None,
    )


@action("churn.read")
def notice(work: Work) -> int:
    """Answer how many new warnings wait for the person who has signed in (requirement CHN-11).

    New is a warning about one of his own customers for which nothing has been decided yet.
    """
    own = query(Customer).where(eq(_c.manager, work.actor.id))
    waiting = query(ChurnCase).where(eq(_n.status, ChurnStatus.WARNING), in_query(_n.customer, own))
    return work.unscoped(ChurnCase).count(waiting)
