"""The work list of churn cases, the view of one, and the notice at log-in (requirements CHN-07 to 12)."""

import datetime as dt
from typing import Final

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.churn.entity import OPEN, ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.churn.rules import is_newer
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import all_of, any_of, asc, desc, eq, in_query, negate, one_of, query
from crmcore.sales.entity import OrderSummary
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, page_of_both, partly
from crmcore.storage.work import Work

__all__ = ["CaseDetail", "detail", "listing", "notice"]

_n = fields(ChurnCase)
_c = fields(Customer)
_THERE: Final = negate(eq(_c.status, CustomerStatus.DELETED))


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
    """List churn cases as work: open ones first, the oldest of them on top; an account manager's own (CHN-07 to 09).

    Behind them come those that are closed, the newest first. Cases that wait for a decision about a customer who was
    deleted are nobody's work: they are listed only among all, with the closed ones.

    Args:
        work: The unit of work.
        customer_name: Part of the customer's name, now or when the case was opened; empty for all.
        customer: One customer's; None for all.
        manager: One account manager's: those that were opened for him, and those of customers he has now; None for all.
        status: One state; None for all cases, deleted customers' too.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(ChurnCase).where(*exactly((_n.customer, customer), (_n.status, status)))
    for part in partly((_c.name, customer_name)):
        called_so_now = in_query(_n.customer, query(Customer).where(part))
        wanted = wanted.where(any_of(*partly((_n.customer_name, customer_name)), called_so_now))
    if status in OPEN:
        wanted = wanted.where(in_query(_n.customer, query(Customer).where(_THERE)))
    if manager is not None:
        now_his = in_query(_n.customer, query(Customer).where(eq(_c.manager, manager)))
        wanted = wanted.where(any_of(eq(_n.manager, manager), now_his))
    if status is not None:
        order = asc(_n.opened_at) if status in OPEN else desc(_n.opened_at)
        return page_of(work, work.churn_cases, wanted.sort(order), page=page, size=size)
    waiting = all_of(one_of(_n.status, OPEN), in_query(_n.customer, query(Customer).where(_THERE)))
    first, then = wanted.where(waiting).sort(asc(_n.opened_at)), wanted.where(negate(waiting)).sort(desc(_n.opened_at))
    return page_of_both(work, work.churn_cases, first, then, page=page, size=size)


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
    """Answer about how many of his customers the person who has signed in is newly warned (requirement CHN-11).

    New is a warning for which nothing has been decided yet. A customer who was made of two, and has a warning of each,
    counts once; the list shows both, since either has its own past.
    """
    warnings = query(ChurnCase).where(eq(_n.status, ChurnStatus.WARNING))
    own = query(Customer).where(eq(_c.manager, work.actor.id), _THERE)
    return work.unscoped(Customer).count(own.where(in_query(_c.id, warnings, on=_n.customer)))
