"""Sums all customers' orders up again, after the company's currency has changed (decision 16.7)."""

from typing import Final

import attrs

from crmcore.customers.entity import CustomerId
from crmcore.query import asc, query
from crmcore.sales.entity import OrderSummary
from crmcore.sales.summing import sum_up
from crmcore.storage.action import action, crm_action
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = ["recount", "recount_all"]

_AT_ONCE: Final = 2000


@action("order.import")
def recount(work: Work, *, after: CustomerId | None = None) -> CustomerId | None:
    """Sum up the orders of the next 2,000 customers again; for :func:`recount_all`.

    Args:
        work: The unit of work.
        after: Go on after this customer, the answer of an earlier call; None to begin.

    Returns:
        The last customer, if others follow; None if that was all.
    """
    wanted = query(OrderSummary).sort(asc(attrs.fields(OrderSummary).id)).page(_AT_ONCE)
    some = work.unscoped(OrderSummary).find(attrs.evolve(wanted, after=None if after is None else (after,)))
    sum_up(work, {one.id for one in some})
    return some[-1].id if len(some) == _AT_ONCE else None


@crm_action("order.import")
def recount_all(crm: Crm, *, as_user: Person) -> None:
    """Sum all customers' orders up again: to be run when the company's currency was changed (decision 16.7).

    Args:
        crm: The CRM.
        as_user: In whose name; he needs the right ``order.import``.
    """
    after = crm.perform(recount, as_user=as_user)
    while after is not None:
        after = crm.perform(recount, as_user=as_user, after=after)
