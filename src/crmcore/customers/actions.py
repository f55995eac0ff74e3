"""Looking at customers and their contacts (requirements CUS-01, CUS-02, CON-01, CON-02, decision 16.1)."""

from collections.abc import Sequence

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.customers.entity import Contact, Customer, CustomerId, CustomerStatus
from crmcore.query import desc, eq, negate, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["contacts", "detail", "listing"]

_c = fields(Customer)


@action("customer.read")
def listing(
    work: Work,
    *,
    number: str = "",
    name: str = "",
    region: str = "",
    level: str = "",
    manager: UserId | None = None,
    status: CustomerStatus | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[Customer]:
    """List customers, newest first; an account manager's own, everybody's for supervisors and executives.

    Deleted customers are shown only when asked for by status (requirements 3.2, CUS-01).

    Args:
        work: The unit of work.
        number: Part of the customer number; empty for all, as the other texts.
        name: Part of the name.
        region: Code of the dictionary's regions.
        level: Code of the dictionary's customer levels.
        manager: One account manager's; None for all that the actor may see.
        status: One status; None for all that are not deleted.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    shown = negate(eq(_c.status, CustomerStatus.DELETED)) if status is None else eq(_c.status, status)
    wanted = (
        query(Customer)
        .where(shown, *partly((_c.number, number), (_c.name, name)))
        .where(*exactly((_c.region, region), (_c.level, level), (_c.manager, manager)))
        .sort(desc(_c.created_at))
    )
    return page_of(work, work.customers, wanted, page=page, size=size)


@action("customer.read")
def detail(work: Work, id: CustomerId) -> Customer:  # noqa: A002
    """Answer one customer."""
    return work.customers.get(id)


@action("customer.read")
def contacts(work: Work, customer: CustomerId) -> Sequence[Contact]:
    """Answer the contacts of a customer, the oldest first (requirement CON-01)."""
    work.customers.get(customer)
    return work.unscoped(Contact).find(query(Contact).where(eq(fields(Contact).customer, customer)))
