"""How what is to be done for customers grew and shrank over time (X-SRV-14, X-SRV-17).

Opening + came − ended = closing, for each part of a period; and each closes with what the next one opens with.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.query import Condition, Query, Tally, TallyRow, any_of, banded, count, ge, is_null, lt, query, tally
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import Period, starts
from crmcore.statistics.sums import number_of, rows_with

__all__ = ["BacklogStep", "backlog_trend", "stood"]

_UNIT: Final = "service_request"
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class BacklogStep:
    """What was to be done in one part of a period."""

    period: Period
    opening: Figure[int]
    """Open when it began."""
    came: Figure[int]
    """Filed within it."""
    ended: Figure[int]
    """Archived within it, or merged into another."""
    closing: Figure[int]
    """Open when it ended; of a part that is not over, now."""


def stood(parts: tuple[Period, ...], zone: ZoneInfo) -> Tally:
    """Ask for all requests that were open in a period, by the part in which they came in and in which they ended."""
    edges = starts(parts, zone)
    there = query(ServiceRequest).where(lt(_r.created_at, edges[-1]), _open_at(edges[0]))
    return tally(there, by=(banded(_r.created_at, edges), banded(_r.archived_at, edges)), measures=(count(),))


def backlog_trend(parts: tuple[Period, ...], zone: ZoneInfo, rows: Sequence[TallyRow]) -> tuple[BacklogStep, ...]:
    """Answer how the backlog changed from part to part of a period (requirements X-SRV-14, X-SRV-17).

    Definition: a request is open from when it was filed until it was archived or merged into another. One that was
        opened again counts as open all the time in between: it was not over.
    Formula: opening + came − ended = closing.
    Unit: requests.
    Undefined when: never; of nothing there are 0.
    Source: requirements X-SRV-14, X-SRV-17; stock and flow as for the pipeline in
        :mod:`crmcore.statistics.waterfall`.

    Args:
        parts: The parts of the period, in their order and without a gap.
        zone: The company's zone.
        rows: What the store answers to :func:`stood`. In a band n of either key lies what happened in the nth part;
            in band 0 what happened before.
    """
    edges = starts(parts, zone)
    return tuple(
        BacklogStep(
            period=period,
            opening=_open_then(rows, place, edges[place - 1]),
            came=number_of(
                rows_with(rows, lambda came, _, here=place: came == here),
                query(ServiceRequest).where(ge(_r.created_at, edges[place - 1]), lt(_r.created_at, edges[place])),
                _UNIT,
            ),
            ended=number_of(
                rows_with(rows, lambda _, ended, here=place: ended == here),
                query(ServiceRequest).where(ge(_r.archived_at, edges[place - 1]), lt(_r.archived_at, edges[place])),
                _UNIT,
            ),
            closing=_open_then(rows, place + 1, edges[place]),
        )
        for place, period in enumerate(parts, start=1)
    )


def _open_then(rows: Sequence[TallyRow], place: int, at: dt.datetime) -> Figure[int]:
    """Count what was open when the part at a place began."""
    stood_then = rows_with(rows, lambda came, ended: came < place and (ended is None or ended >= place))
    of: Query[ServiceRequest] = query(ServiceRequest).where(lt(_r.created_at, at), _open_at(at))
    return number_of(stood_then, of, _UNIT)


def _open_at(at: dt.datetime) -> Condition:
    return any_of(is_null(_r.archived_at), ge(_r.archived_at, at))
