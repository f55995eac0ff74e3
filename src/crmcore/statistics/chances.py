"""Which opportunities an analysis looks at: those that may still be won, those won, and those of one person."""

import datetime as dt

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import OPEN, Opportunity, OpportunityStatus
from crmcore.query import Condition, Query, eq, ge, lt, one_of, query

__all__ = ["his", "open_now", "won_from"]

_o = fields(Opportunity)


def his(owner: UserId | None) -> list[Condition]:
    """Answer what opportunities dispatched to an account manager meet; nothing is asked for everybody's."""
    return [] if owner is None else [eq(_o.assignee, owner)]


def open_now(owner: UserId | None = None) -> Query[Opportunity]:
    """Answer the opportunities that are neither won nor lost: everybody's, or those of one account manager."""
    return query(Opportunity).where(one_of(_o.status, OPEN), *his(owner))


def won_from(start: dt.datetime, end: dt.datetime, owner: UserId | None = None) -> Query[Opportunity]:
    """Answer the opportunities won from one instant up to another: everybody's, or those of one account manager."""
    days = (ge(_o.closed_at, start), lt(_o.closed_at, end))
    return query(Opportunity).where(eq(_o.status, OpportunityStatus.WON), *days, *his(owner))
