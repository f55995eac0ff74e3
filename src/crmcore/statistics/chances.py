"""Which opportunities an analysis looks at: those that may still be won, and those of one account manager."""

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.query import Condition, Query, eq, one_of, query

__all__ = ["his", "open_now"]

_o = fields(Opportunity)


def his(owner: UserId | None) -> list[Condition]:
    """Answer what opportunities dispatched to an account manager meet; nothing is asked for everybody's."""
    return [] if owner is None else [eq(_o.assignee, owner)]


def open_now(owner: UserId | None = None) -> Query[Opportunity]:
    """Answer the opportunities that are neither won nor lost: everybody's, or those of one account manager."""
    return query(Opportunity).where(one_of(_o.status, OPEN), *his(owner))
