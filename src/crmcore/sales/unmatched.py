"""Orders whose customer nobody knows: looked at, tried again, or given up (requirement ORD-04)."""

from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import asc, desc, query
from crmcore.sales.entity import UnmatchedOrder
from crmcore.sales.importing import OrderImport, take_over
from crmcore.sales.waiting import order_in
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["MOST_AT_ONCE", "Rematch", "discard_unmatched", "reason_key", "rematch", "unmatched_orders"]

MOST_AT_ONCE = 2000
"""So many waiting orders are tried in one unit of work."""
_u = fields(UnmatchedOrder)
_REASONS = {
    "unknown": "unmatched_order.unknown",
    "ambiguous": "unmatched_order.ambiguous",
    "deleted": "unmatched_order.customer_deleted",
}


@attrs.frozen(kw_only=True)
class Rematch:
    """What became of some waiting orders."""

    done: OrderImport
    last: UUID | None
    """The last order that was tried, if others wait after it; None if that was all."""


def reason_key(order: UnmatchedOrder) -> str:
    """Answer the text's key of why nobody matched."""
    return _REASONS.get(order.reason, "unmatched_order.unknown")


@action("order.import")
def unmatched_orders(
    work: Work,
    *,
    customer_name: str = "",
    reason: str = "",
    page: int = 1,
    size: int | None = None,
) -> Page[UnmatchedOrder]:
    """List the orders whose customer nobody knows, those that came last first.

    Args:
        work: The unit of work.
        customer_name: Part of the customer's name, as the sales system gave it; empty for all.
        reason: ``unknown``, ``ambiguous`` or ``deleted``; empty for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = (
        query(UnmatchedOrder)
        .where(*partly((_u.customer_name, customer_name)), *exactly((_u.reason, reason)))
        .sort(desc(_u.received_at))
    )
    return page_of(work, work.of(UnmatchedOrder), wanted, page=page, size=size)


@action("order.import")
def rematch(work: Work, *, after: UUID | None = None, size: int = MOST_AT_ONCE) -> Rematch:
    """Try waiting orders again, after customers were added; the oldest first (requirement ORD-04).

    Args:
        work: The unit of work.
        after: Go on after this one, the ``last`` of an earlier call; None to begin.
        size: How many to try, 1 to 2,000.

    Raises:
        Invalid: *size* is out of range.
    """
    if type(size) is not int or not 1 <= size <= MOST_AT_ONCE:
        params: dict[str, object] = {"min": 1, "max": MOST_AT_ONCE, "got": size}
        raise Invalid(Problem(field="size", code="value.range", params=params))
    wanted = query(UnmatchedOrder).sort(asc(_u.id)).page(size)
    waiting = work.of(UnmatchedOrder).find(attrs.evolve(wanted, after=None if after is None else (after,)))
    orders = {one.source_key: order_in(one.content) for one in waiting}
    done = take_over(work, orders, work.parameter(CURRENCY))
    return Rematch(done=done, last=waiting[-1].id if len(waiting) == size else None)


@action("order.import")
def discard_unmatched(work: Work, id: UUID, *, expected: int | None = None) -> None:  # noqa: A002
    """Give up an order whose customer nobody knows; it comes back if the sales system sends it again.

    Raises:
        NotFound: There is no such order.
        Conflict: Somebody changed it since the person saw it.
    """
    waiting = work.of(UnmatchedOrder)
    waiting.remove(waiting.get(id, expected=expected))
