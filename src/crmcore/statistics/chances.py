"""Which opportunities an analysis looks at: those that may still be won, those won, and those of one person."""

import datetime as dt
from typing import Any

from attrs import Attribute, fields

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import OPEN, Opportunity, OpportunityStatus
from crmcore.query import Condition, Query, eq, ge, lt, one_of, query

__all__ = ["Owner", "his", "open_now", "owned", "won_from"]

_o = fields(Opportunity)
Owner = UserId | frozenset[UserId] | None
"""Whose opportunities: one account manager's, those of a team, or None for everybody's."""


def his(owner: Owner) -> list[Condition]:
    """Answer what opportunities dispatched to somebody meet; nothing is asked for everybody's."""
    return owned(_o.assignee, owner)


def owned(field: "Attribute[Any]", owner: Owner) -> list[Condition]:
    """Answer what records meet that name somebody in a field; nothing is asked for everybody's."""
    if owner is None:
        return []
    return [one_of(field, sorted(owner)) if isinstance(owner, frozenset) else eq(field, owner)]


def open_now(owner: Owner = None) -> Query[Opportunity]:
    """Answer the opportunities that are neither won nor lost: everybody's, or those of some account managers."""
    return query(Opportunity).where(one_of(_o.status, OPEN), *his(owner))


def won_from(start: dt.datetime, end: dt.datetime, owner: Owner = None) -> Query[Opportunity]:
    """Answer the opportunities won from one instant up to another: everybody's, or those of some account managers."""
    days = (ge(_o.closed_at, start), lt(_o.closed_at, end))
    return query(Opportunity).where(eq(_o.status, OpportunityStatus.WON), *days, *his(owner))
