"""Asks what became of the promises to customers, and names the two of them (requirements X-SRV-05, X-SRV-14).

What the answers mean says :mod:`crmcore.statistics.promises`.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import Attribute, fields

from crmcore.query import Banded, Query, Tally, TallyRow, all_of, any_of, banded, count, is_null, negate, tally, total
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.requested import HandlingBy, created, group_keys, overdue

__all__ = ["HANDLED", "HOURS", "RESPONDED", "PromiseKind", "done", "late", "late_either", "late_rows", "within_hours"]

HOURS: Final = (1, 4, 8, 16, 40)
"""Working hours up to which requests are taken together: eight make a day of most calendars, forty a week."""
_SECONDS: Final = 3600
_r = fields(ServiceRequest)


@attrs.frozen
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
    """Ask for the answers to (or handlings of) the requests of a period: number and time, by time and by promise."""
    of = _counting(start, end).where(negate(is_null(kind.at)))
    return tally(of, by=(*group_keys(by), kind.met, within_hours(kind)), measures=(count(), total(kind.took)))


def late(
    kind: PromiseKind, start: dt.datetime, end: dt.datetime, now: dt.datetime, by: HandlingBy | None = None
) -> Tally:
    """Ask for the requests of a period whose promise is broken and still to be kept, by group."""
    of = _counting(start, end).where(*overdue(kind.by, kind.at, now))
    return tally(of, by=group_keys(by), measures=(count(),))


def late_either(start: dt.datetime, end: dt.datetime, now: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask what :func:`late` asks of both promises at once; :func:`late_rows` tells them apart."""
    either = any_of(*(all_of(*overdue(kind.by, kind.at, now)) for kind in _KINDS))
    keys = (banded(one, [now]) for kind in _KINDS for one in (kind.by, kind.at))
    return tally(_counting(start, end).where(either), by=(*group_keys(by), *keys), measures=(count(),))


def late_rows(kind: PromiseKind, rows: Sequence[TallyRow]) -> list[TallyRow]:
    """Answer the rows of :func:`late`, of those of :func:`late_either`: due before now, and not done."""
    place = 2 * _KINDS.index(kind)
    found = ((row.key[:-4], row.key[-4:][place : place + 2], row.values) for row in rows)
    return [TallyRow(group, values) for group, (due, done_), values in found if due == 0 and done_ is None]


def within_hours(kind: PromiseKind) -> Banded:
    """Answer the bands of working time that a promise took; who took exactly so long lies below the edge."""
    return banded(kind.took, [hours * _SECONDS + 1 for hours in HOURS])


def _counting(start: dt.datetime, end: dt.datetime) -> Query[ServiceRequest]:
    """Answer the requests of a period that answer for themselves."""
    return created(start, end).where(is_null(_r.merged_into))
