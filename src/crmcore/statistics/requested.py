"""What is asked about the handling of requests: tallies of those of a period, by group (requirement X-SRV-17)."""

import datetime as dt
import enum
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import Attribute, fields

from crmcore.query import (
    Condition,
    Query,
    Tally,
    TallyRow,
    all_of,
    any_of,
    banded,
    count,
    elapsed,
    eq,
    ge,
    in_query,
    is_null,
    lt,
    negate,
    query,
    tally,
)
from crmcore.query.groups import Grouping
from crmcore.service.entity import ServiceRequest, ServiceRound, ServiceStatus

__all__ = ["AGAIN", "FIELDS", "Asked", "HandlingBy", "answered", "came", "ended", "finished", "reopened"]

AGAIN: Final = 2
"""The round from which on a request is treated again."""
_r = fields(ServiceRequest)
_n = fields(ServiceRound)
Answered = tuple[Tally, Sequence[TallyRow]]


class HandlingBy(enum.Enum):
    """By what requests are told apart."""

    TYPE = "type"
    PRIORITY = "priority"
    CHANNEL = "channel"
    """How they came in; empty if nobody said."""
    ASSIGNEE = "assignee"
    """Who treats them; None for those nobody has been given."""


def came(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another, by group."""
    return tally(_created(start, end), by=_keys(by), measures=(count(),))


def answered(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for those of them that were answered: number, and time until the first answer."""
    of = _created(start, end).where(negate(is_null(_r.responded_at)))
    return tally(of, by=_keys(by), measures=(count(), elapsed(_r.created_at, _r.responded_at)))


def ended(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests archived from one instant up to another, by stars and first or later round."""
    of = query(ServiceRequest).where(
        ge(_r.archived_at, start), lt(_r.archived_at, end), is_null(_r.merged_into), negate(is_null(_r.handled_at))
    )
    keys: tuple[Grouping, ...] = (*_keys(by), _r.satisfaction, banded(_r.round, [AGAIN]))
    return tally(of, by=keys, measures=(count(), elapsed(_r.created_at, _r.handled_at)))


def finished(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were archived at least once, by group."""
    archived = all_of(eq(_r.status, ServiceStatus.ARCHIVED), is_null(_r.merged_into))
    return tally(_created(start, end).where(any_of(archived, _was_reopened())), by=_keys(by), measures=(count(),))


def reopened(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were opened again, by group."""
    return tally(_created(start, end).where(_was_reopened()), by=_keys(by), measures=(count(),))


@attrs.frozen
class Asked:
    """What was asked of the handling of requests, and the answers."""

    came: Answered
    answered: Answered
    ended: Answered
    finished: Answered
    reopened: Answered


FIELDS: Final[dict[HandlingBy, "Attribute[Any]"]] = {
    HandlingBy.TYPE: _r.type,
    HandlingBy.PRIORITY: _r.priority,
    HandlingBy.CHANNEL: _r.channel,
    HandlingBy.ASSIGNEE: _r.assignee,
}


def _created(start: dt.datetime, end: dt.datetime) -> Query[ServiceRequest]:
    return query(ServiceRequest).where(ge(_r.created_at, start), lt(_r.created_at, end))


def _was_reopened() -> Condition:
    """Answer what requests meet that somebody opened again; those that came back by their stars give no reason."""
    again = query(ServiceRound).where(negate(eq(_n.reason, "")))
    return in_query(_r.id, again, on=_n.request)


def _keys(by: HandlingBy | None) -> "tuple[Attribute[Any], ...]":
    return () if by is None else (FIELDS[by],)
