"""The two lists of marketing and the view of one opportunity (requirements OPP-03, OPP-04, OPP-07)."""

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.opportunities.entity import DISPATCHED, Opportunity, OpportunityId, OpportunityStatus
from crmcore.query import desc, eq, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["detail", "developments", "unassigned"]

_o = fields(Opportunity)


@action("opportunity.read")
def unassigned(
    work: Work,
    *,
    customer_name: str = "",
    title: str = "",
    contact_name: str = "",
    page: int = 1,
    size: int | None = None,
) -> Page[Opportunity]:
    """List the opportunities that nobody is assigned to, newest first (requirements OPP-03, OPP-04, GEN-17).

    Args:
        work: The unit of work.
        customer_name: Part of the customer's name; empty for all, as the other filters.
        title: Part of the title.
        contact_name: Part of the contact's name.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = (
        query(Opportunity)
        .where(eq(_o.status, OpportunityStatus.UNASSIGNED))
        .where(*partly((_o.customer_name, customer_name), (_o.title, title), (_o.contact_name, contact_name)))
        .sort(desc(_o.created_at))
    )
    return page_of(work, work.opportunities, wanted, page=page, size=size)


@action("plan.read")
def developments(
    work: Work,
    *,
    customer_name: str = "",
    title: str = "",
    contact_name: str = "",
    status: OpportunityStatus | None = None,
    assignee: UserId | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[Opportunity]:
    """List the opportunities that were dispatched, newest first; for an account manager his own (requirement OPP-07).

    Args:
        work: The unit of work.
        customer_name: Part of the customer's name; empty for all, as the other texts.
        title: Part of the title.
        contact_name: Part of the contact's name.
        status: One of the states after dispatch; None for all.
        assignee: One account manager's; None for all that the actor may see.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    own = [] if work.actor.may("opportunity.read_all") else [eq(_o.assignee, work.actor.id)]
    wanted = (
        query(Opportunity)
        .where(one_of(_o.status, DISPATCHED), *exactly((_o.status, status)))
        .where(*partly((_o.customer_name, customer_name), (_o.title, title), (_o.contact_name, contact_name)))
        .where(*own, *exactly((_o.assignee, assignee)))
        .sort(desc(_o.created_at))
    )
    return page_of(work, work.opportunities, wanted, page=page, size=size)


@action("opportunity.read", "plan.read")
def detail(work: Work, id: OpportunityId) -> Opportunity:  # noqa: A002
    """Answer one opportunity."""
    return work.opportunities.get(id)
