"""What is asked about the handling of requests: tallies of those of a period, by group (requirement X-SRV-17)."""

import datetime as dt
import enum
from typing import Any, Final, NamedTuple

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
    eq,
    ge,
    in_query,
    is_null,
    lt,
    negate,
    one_of,
    only,
    query,
    records_behind,
    tally,
    through,
    total,
)
from crmcore.query.groups import Grouping
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRound, ServiceStatus
from crmcore.statistics.sums import Answered
from crmcore.surveys.figures import SATISFIED

__all__ = [
    "AGAIN",
    "CONTENT",
    "FIELDS",
    "Answered",
    "Ended",
    "HandlingAnswers",
    "HandlingBy",
    "all_groups",
    "answered",
    "archived_at_last",
    "broken",
    "came",
    "created",
    "ended",
    "finished",
    "group_keys",
    "is_overdue",
    "keys_in_order",
    "one_group",
    "opened_again",
    "overdue",
    "reopened",
    "request_keys",
]

CONTENT: Final = min(SATISFIED)
"""Stars from which on a customer is satisfied."""
AGAIN: Final = 2
"""The round from which on a request is treated again."""
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


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
    """Ask for those of them that were answered: number, and working time until the first answer, if measured."""
    of = created(start, end).where(negate(is_null(_r.responded_at)))
    return tally(of, by=(*group_keys(by), banded(_r.responded_in, [0])), measures=(count(), total(_r.responded_in)))


def ended(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests that verdicts given from one instant up to another ended: an :class:`Ended` of each group.

    Who merges requests gives no verdict; so what was merged is not among them.
    """
    of = query(ServiceRequest).where(
        ge(_r.archived_at, start), lt(_r.archived_at, end), negate(is_null(_r.satisfaction))
    )
    measures = (
        count(),
        only(count(), "at_once", lt(_r.round, AGAIN)),
        only(count(), "content", ge(_r.satisfaction, CONTENT)),
        only(count(), "measured", negate(is_null(_r.resolved_in))),
        total(_r.resolved_in),
    )
    return tally(of, by=group_keys(by), measures=measures)


class Ended(NamedTuple):
    """What :func:`ended` measures of a group."""

    number: int
    at_once: int
    content: int
    measured: int
    time: int | None


def finished(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were archived at least once, by group."""
    of = created(start, end).where(any_of(archived_at_last(), _was_reopened()))
    return tally(of, by=group_keys(by), measures=(count(),))


def reopened(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the requests created from one instant up to another that were opened again, by group."""
    return tally(created(start, end).where(_was_reopened()), by=group_keys(by), measures=(count(),))


@attrs.frozen
class HandlingAnswers:
    """What was asked of the handling of requests, and the answers."""

    came: Answered
    answered: Answered
    ended: Answered
    treated_before: Answered
    sent_back: Answered
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
    return one_of(_r.status, OPEN), *broken(by, kept_at, now)


def broken(by: "Attribute[Any]", kept_at: "Attribute[Any]", now: dt.datetime) -> tuple[Condition, ...]:
    """Answer what those of the open requests meet that :func:`overdue` asks for."""
    runs = any_of(is_null(_r.waiting_since), negate(is_null(_r.next_due_at)))
    return lt(by, now), is_null(kept_at), runs


def is_overdue(*, still_open: bool, passed: bool, kept: bool, runs: bool) -> bool:
    """Tell of one request what :func:`overdue` asks of many.

    Args:
        still_open: Whether it is open.
        passed: Whether the promised instant lies before now.
        kept: Whether the promise has been kept.
        runs: Whether something of it is due, as nothing is while the company waits for the customer in time.
    """
    return still_open and passed and not kept and runs


def one_group(one: Answered, key: Any) -> Answered:
    """Answer what was asked and answered of one group alone; the group is the first part of each key."""
    rows = [TallyRow(row.key[1:], row.values) for row in one[1] if row.key[0] == key]
    of = records_behind(attrs.evolve(one[0], by=one[0].by[:1]), TallyRow((key,), ()))
    return attrs.evolve(one[0], of=of, by=one[0].by[1:]), rows


def all_groups(one: Answered) -> Answered:
    """Answer all groups as one."""
    asked = attrs.evolve(one[0], by=one[0].by[1:])
    return asked, [TallyRow(row.key[1:], row.values) for row in one[1]]


def keys_in_order(*answers: Answered) -> list[Any]:
    """Answer the groups that some answers tell of: nobody's first, then by code."""
    return sorted({row.key[0] for one in answers for row in one[1]}, key=_place)


def _place(key: Any) -> tuple[bool, str]:
    return key is not None, str(getattr(key, "value", key))


def archived_at_last() -> Condition:
    """Answer what requests meet that are in the archive, and not because another one says the same."""
    return all_of(eq(_r.status, ServiceStatus.ARCHIVED), is_null(_r.merged_into))


def opened_again() -> Query[ServiceRound]:
    """Answer the treatments after which somebody opened a request again; those taken back by stars give no reason."""
    return query(ServiceRound).where(negate(eq(_n.reason, "")))


def _was_reopened() -> Condition:
    """Answer what requests meet that somebody opened again; those that came back by their stars do not."""
    return in_query(_r.id, opened_again(), on=_n.request)


def group_keys(by: HandlingBy | None) -> "tuple[Attribute[Any], ...]":
    """Answer what comes first in the key of each tally: the group, or nothing."""
    return () if by is None else (FIELDS[by],)


def request_keys(by: HandlingBy | None) -> tuple[Grouping, ...]:
    """Answer the same of tallies of earlier treatments, found through their requests."""
    return () if by is None else (through(_n.request, ServiceRequest, FIELDS[by]),)
