"""Which customers were merged, by whom, and whether that still stands (requirement X-ADM-11)."""

import datetime as dt

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.merging import CustomerMerge, CustomerMergeId, MergeState
from crmcore.query import EVERYTHING, any_of, desc, eq, in_query, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work

__all__ = ["MergeEntry", "merge_history"]

_m = fields(CustomerMerge)


@attrs.frozen(kw_only=True)
class MergeEntry:
    """One merge as people read it."""

    id: CustomerMergeId
    kept: Customer | None
    """The customer that remained, as he is now; None where the actor may not see him."""
    absorbed: Customer | None
    """The customer that was deleted, as he is now; None where the actor may not see him."""
    state: MergeState
    done_by: UserId
    done_at: dt.datetime


@action("customer.merge")
def merge_history(
    work: Work, *, customer: CustomerId | None = None, page: int = 1, size: int | None = None
) -> Page[MergeEntry]:
    """List merges of customers that the actor may see, the newest first.

    Args:
        work: The unit of work.
        customer: Merges of one customer, kept or absorbed; None for all.
        page: Which page, from 1.
        size: Most merges on a page; None for the company's setting.
    """
    wanted = query(CustomerMerge).sort(desc(_m.id))
    if customer is not None:
        wanted = wanted.where(any_of(eq(_m.kept, customer), eq(_m.absorbed, customer)))
    seen = scope_of(work, Customer)
    if seen is not EVERYTHING:  # of a merge whose other customer is somebody else's, he learns that it was made
        wanted = wanted.where(in_query(_m.kept, query(Customer).where(seen)))
    found = page_of(work, work.unscoped(CustomerMerge), wanted, page=page, size=size)
    ids = {id_ for one in found.rows for id_ in (one.kept, one.absorbed)}
    known = {one.id: one for one in work.customers.find(query(Customer).where(one_of(fields(Customer).id, ids)))}
    rows = [
        MergeEntry(
            id=one.id,
            kept=known.get(one.kept),
            absorbed=known.get(one.absorbed),
            state=one.state,
            done_by=one.done_by,
            done_at=one.done_at,
        )
        for one in found.rows
    ]
    return Page(rows, found.total, found.number, found.size)
