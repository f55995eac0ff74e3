"""Asks what became of the promises to customers, and names the two of them (requirements X-SRV-05, X-SRV-14).

What the answers mean says :mod:`crmcore.statistics.promises`.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from attrs import Attribute, fields, frozen

from crmcore.query import (
    Banded,
    Measure,
    Query,
    Tally,
    TallyRow,
    any_of,
    banded,
    count,
    eq,
    is_null,
    le,
    negate,
    only,
    tally,
)
from crmcore.service.entity import OPEN, ServiceRequest
from crmcore.statistics.outcomes import MISSED, outcomes
from crmcore.statistics.requested import HandlingBy, broken, created, group_keys, overdue
from crmcore.statistics.sums import COUNT

__all__ = [
    "HANDLED",
    "HOURS",
    "RESPONDED",
    "WITHIN",
    "PromiseKind",
    "done",
    "done_and_late",
    "done_rows",
    "late",
    "late_rows",
    "within_hours",
]

HOURS: Final = (1, 4, 8, 16, 40)
"""Working hours up to which requests are taken together: eight make a day of most calendars, forty a week."""
WITHIN: Final = MISSED + 1
"""Place of the number done within the first of them among the measures of :func:`done`; then come the others."""
_SECONDS: Final = 3600
_r = fields(ServiceRequest)


@frozen
class PromiseKind:
    """One of the two things a customer is promised, and where a request says what became of it."""

    by: "Attribute[Any]"
    at: "Attribute[Any]"
    took: "Attribute[Any]"
    met: "Attribute[Any]"


RESPONDED: Final = PromiseKind(_r.respond_by, _r.responded_at, _r.responded_in, _r.respond_met)
HANDLED: Final = PromiseKind(_r.resolve_by, _r.handled_at, _r.resolved_in, _r.resolve_met)
_KINDS: Final = (RESPONDED, HANDLED)


def done(kind: PromiseKind, start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the answers to (or handlings of) the requests of a period: what became of them, and how they divide.

    The measures are :func:`~crmcore.statistics.outcomes.outcomes`, then how many took so many hours or less.
    """
    of = _counting(start, end).where(negate(is_null(kind.at)))
    return tally(of, by=group_keys(by), measures=(count(), *_measures(kind)))


def late(
    kind: PromiseKind, start: dt.datetime, end: dt.datetime, now: dt.datetime, by: HandlingBy | None = None
) -> Tally:
    """Ask for the requests of a period whose promise is broken and still to be kept, by group."""
    of = _counting(start, end).where(*overdue(kind.by, kind.at, now))
    return tally(of, by=group_keys(by), measures=(count(),))


def done_and_late(start: dt.datetime, end: dt.datetime, now: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask what :func:`done` and :func:`late` ask of both promises, in one pass.

    :func:`done_rows` and :func:`late_rows` tell the answers apart. What is not done has no time and has kept nothing.
    """
    open_ = any_of(*(eq(_r.status, one) for one in OPEN))
    measures: list[Measure] = []
    for kind in _KINDS:
        measures += [only(count(), "done", negate(is_null(kind.at))), *_measures(kind)]
        measures += [only(count(), "late", *broken(kind.by, kind.at, now), open_)]
    return tally(_counting(start, end), by=group_keys(by), measures=tuple(measures))


def done_rows(kind: PromiseKind, rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Answer the rows of :func:`done`, of those of :func:`done_and_late`."""
    return _some([TallyRow(row.key, _of_kind(kind, row)[:-1]) for row in rows])


def late_rows(kind: PromiseKind, rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Answer the rows of :func:`late`, of those of :func:`done_and_late`."""
    return _some([TallyRow(row.key, _of_kind(kind, row)[-1:]) for row in rows])


def within_hours(kind: PromiseKind) -> Banded:
    """Answer the bands of working time that a promise took; who took exactly so long lies below the edge."""
    return banded(kind.took, [hours * _SECONDS + 1 for hours in HOURS])


def _counting(start: dt.datetime, end: dt.datetime) -> Query[ServiceRequest]:
    """Answer the requests of a period that answer for themselves."""
    return created(start, end).where(is_null(_r.merged_into))


def _measures(kind: PromiseKind) -> tuple[Measure, ...]:
    """Answer what is asked besides their number."""
    hours = (only(count(), f"within {one} h", le(kind.took, one * _SECONDS)) for one in HOURS)
    return (*outcomes(kind.took, kind.met), *hours)


def _of_kind(kind: PromiseKind, row: TallyRow) -> tuple[Any, ...]:
    """Answer the values that tell of one of the promises."""
    many = len(row.values) // len(_KINDS)
    place = many * _KINDS.index(kind)
    return row.values[place : place + many]


def _some(rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Leave out the groups of which nothing was counted, as if they alone had been asked for."""
    return [row for row in rows if row.values[COUNT]]
