"""What follows when files give customers to other account managers (requirements USR-06, 3.7)."""

from collections.abc import Iterable
from typing import Any

import attrs
from attrs import fields

from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.customers.entity import Customer
from crmcore.customers.events import CustomerHandedOver
from crmcore.query import one_of, query
from crmcore.storage.work import Work

__all__ = ["follow"]

_h = fields(ChurnCase)


def follow(work: Work, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Let the open churn cases of customers go to their new account managers, and tell of it, as forms do.

    Args:
        work: The unit of work.
        pairs: Records before and after; of customers whose manager is another now, something follows.
    """
    given = {
        after.id: (before.manager, after.manager)
        for before, after in pairs
        if isinstance(after, Customer) and before.manager != after.manager
    }
    if not given:
        return
    for id_, (before, now) in given.items():
        work.record(CustomerHandedOver(id_, before, now), about=id_)
    asked = query(ChurnCase).where(one_of(_h.customer, sorted(given)), one_of(_h.status, OPEN))
    cases = [(one, attrs.evolve(one, manager=given[one.customer][1])) for one in work.unscoped(ChurnCase).find(asked)]
    work.bulk.change([(one, changed) for one, changed in cases if one != changed])
