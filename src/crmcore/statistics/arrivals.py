"""The requests of a period in two questions: those that came, and how many of them came back (X-SRV-17)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs
from attrs import fields

from crmcore.query import Tally, TallyRow, count, distinct, in_query, is_null, negate, only, tally, through, total
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.requested import (
    HandlingBy,
    archived_at_last,
    created,
    group_keys,
    opened_again,
    request_keys,
)

__all__ = ["Arrivals", "arrivals", "arrived", "came_back"]

_MEASURED: Final = 1
"""The band of all times; those that nobody has measured are in none."""
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


def arrived(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask in one pass for the requests created in a period: number, answered, measured, time until then, archived."""
    said, timed = negate(is_null(_r.responded_at)), negate(is_null(_r.responded_in))
    measures = (
        count(),
        only(count(), "answered", said),
        only(count(), "measured", said, timed),
        only(total(_r.responded_in), "time", said),
        only(count(), "archived", archived_at_last()),
    )
    return tally(created(start, end), by=group_keys(by), measures=measures)


def came_back(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for those of them that were opened again: by group, and by whether they are archived now.

    Their treatments are asked: a store looks fewer requests up for these than for all that ever were opened again.
    """
    of = opened_again().where(in_query(_n.request, created(start, end)))
    archived = attrs.evolve(through(_n.request, ServiceRequest, _r.status), where=archived_at_last())
    return tally(of, by=(*request_keys(by), archived), measures=(distinct(_n.request),))


@attrs.frozen
class Arrivals:
    """The rows of four tallies of :mod:`crmcore.statistics.requested`, which are called the same."""

    came: Sequence[TallyRow]
    answered: Sequence[TallyRow]
    finished: Sequence[TallyRow]
    reopened: Sequence[TallyRow]


def arrivals(came: Sequence[TallyRow], back: Sequence[TallyRow]) -> Arrivals:
    """Tell the answers apart.

    Args:
        came: The rows of :func:`arrived`.
        back: The rows of :func:`came_back`.
    """
    answered = []
    for row in came:
        _, said, measured, time, _ = row.values
        answered.append(TallyRow((*row.key, None), (said - measured, None)))
        answered.append(TallyRow((*row.key, _MEASURED), (measured, time)))
    archived = [TallyRow(row.key, row.values[-1:]) for row in came]
    open_ = [TallyRow(row.key[:-1], row.values) for row in back if row.key[-1] is None]
    return Arrivals(
        came=[TallyRow(row.key, row.values[:1]) for row in came],
        answered=answered,
        finished=[*archived, *open_],
        reopened=[TallyRow(row.key[:-1], row.values) for row in back],
    )
