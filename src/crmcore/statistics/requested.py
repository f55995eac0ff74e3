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
    one_of,
    query,
    tally,
)
from crmcore.query.groups import Grouping
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRound, ServiceStatus

__all__ = [
    "AGAIN",
    "FIELDS",
    "Answered",
    "Asked",
    "HandlingBy",
    "all_groups",
    "answered",
    "came",
    "created",
    "ended",
    "finished",
    "group_keys",
    "keys_in_order",
    "one_group",
    "overdue",
    "reopened",
]

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
    STATUS = "status"
    """How far they have come by now."""


def came(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another, by group."""
    return tally(created(start, end), by=group_keys(by), measures=(count(),))


def answered(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for those of them that were answered: number, and time until the first answer."""
    of = created(start, end).where(negate(is_null(_r.responded_at)))
    return tally(of, by=group_keys(by), measures=(count(), elapsed(_r.created_at, _r.responded_at)))


def ended(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests archived from one instant up to another, by stars and first or later round."""
    of = query(ServiceRequest).where(
        ge(_r.archived_at, start), lt(_r.archived_at, end), is_null(_r.merged_into), negate(is_null(_r.handled_at))
    )
    keys: tuple[Grouping, ...] = (*group_keys(by), _r.satisfaction, banded(_r.round, [AGAIN]))
    return tally(of, by=keys, measures=(count(), elapsed(_r.created_at, _r.handled_at)))


def finished(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were archived at least once, by group."""
    archived = all_of(eq(_r.status, ServiceStatus.ARCHIVED), is_null(_r.merged_into))
    return tally(created(start, end).where(any_of(archived, _was_reopened())), by=group_keys(by), measures=(count(),))


def reopened(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were opened again, by group."""
    return tally(created(start, end).where(_was_reopened()), by=group_keys(by), measures=(count(),))


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
    HandlingBy.STATUS: _r.status,
}


def created(start: dt.datetime, end: dt.datetime) -> Query[ServiceRequest]:
    """Answer the requests created from one instant up to another."""
    return query(ServiceRequest).where(ge(_r.created_at, start), lt(_r.created_at, end))


def overdue(by: "Attribute[Any]", kept_at: "Attribute[Any]", now: dt.datetime) -> tuple[Condition, ...]:
    """Answer what open requests meet of which a promise is broken and still to be kept (requirement X-SRV-05).

    While the company waits for the customer nothing gets late; what was late before it waited is still to be kept.
    """
    runs = any_of(is_null(_r.waiting_since), negate(is_null(_r.next_due_at)))
    return one_of(_r.status, OPEN), lt(by, now), is_null(kept_at), runs


def one_group(one: Answered, by: HandlingBy, key: Any) -> Answered:
    """Answer what was asked and answered of one group alone; the group is the first part of each key."""
    rows = [TallyRow(row.key[1:], row.values) for row in one[1] if row.key[0] == key]
    asked = attrs.evolve(one[0], of=one[0].of.where(eq(FIELDS[by], key)), by=one[0].by[1:])
    return asked, rows


def all_groups(one: Answered) -> Answered:
    """Answer all groups as one."""
    asked = attrs.evolve(one[0], by=one[0].by[1:])
    return asked, [TallyRow(row.key[1:], row.values) for row in one[1]]


def keys_in_order(*answers: Answered) -> list[Any]:
    """Answer the groups that some answers tell of: nobody's first, then by code."""
    return sorted({row.key[0] for one in answers for row in one[1]}, key=_place)


def _place(key: Any) -> tuple[bool, str]:
    return key is not None, str(getattr(key, "value", key))


def _was_reopened() -> Condition:
    """Answer what requests meet that somebody opened again; those that came back by their stars give no reason."""
    again = query(ServiceRound).where(negate(eq(_n.reason, "")))
    return in_query(_r.id, again, on=_n.request)


def group_keys(by: HandlingBy | None) -> "tuple[Attribute[Any], ...]":
    """Answer what comes first in the key of each tally: the group, or nothing."""
    return () if by is None else (FIELDS[by],)
