"""Treatments that did not end a request, and what became of their promises (requirements SVC-06, X-SRV-14)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.query import (
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
    query,
    tally,
    through,
    total,
)
from crmcore.query.groups import Grouping
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.service.rules import SATISFIED_FROM
from crmcore.statistics.figures import Figure
from crmcore.statistics.requested import CONTENT, FIELDS, HandlingBy, created, ended
from crmcore.statistics.sums import Answered, joint_share, mean_time, number_of, rows_with

__all__ = [
    "CONTENT_BAND",
    "EarlierTreatments",
    "done_before",
    "earlier_treatments",
    "sent_back",
    "taken_back",
    "times_and_verdicts",
    "treated_before",
]

CONTENT_BAND: Final = 2
"""The band of four and five stars, after those that send a request back and those that do not."""
_WITHIN: Final = 1
"""The band between two edges."""

_TIME: Final = 1
_SECONDS: Final = 3600
_ROUND: Final = "service_round"
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


@attrs.frozen(kw_only=True)
class EarlierTreatments:
    """Treatments of a group of requests that were taken back: by few stars, or opened again (SVC-06)."""

    done: Figure[int]
    hours: Figure[Decimal]
    """Working hours they took on average, of those of which that was measured."""
    met: Figure[int]
    missed: Figure[int]
    """Promised, and done too late: that stays so, whatever is done for the customer afterwards."""
    share: Figure[Decimal]


def treated_before(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the earlier treatments of the requests that were ended and measured: their working time."""
    over = ended(start, end).of.where(negate(is_null(_r.resolved_in)))
    of = query(ServiceRound).where(in_query(_n.request, over))
    return tally(of, by=_request_keys(by), measures=(count(), total(_n.resolved_in)))


def sent_back(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the treatments taken back on which verdicts were given from one instant up to another, by stars.

    A bad verdict takes a treatment back at once (SVC-06). When one that was opened again had been judged is no longer
    known; it counts for the day on which it was handled.
    """
    at_once = all_of(lt(_n.satisfaction, SATISFIED_FROM), ge(_n.ended_at, start), lt(_n.ended_at, end))
    opened = all_of(ge(_n.satisfaction, SATISFIED_FROM), ge(_n.handled_at, start), lt(_n.handled_at, end))
    keys: tuple[Grouping, ...] = (*round_keys(by), banded(_n.satisfaction, [CONTENT]))
    return tally(query(ServiceRound).where(any_of(at_once, opened)), by=keys, measures=(count(),))


def taken_back(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask what :func:`treated_before` and :func:`sent_back` ask at once; see :func:`times_and_verdicts`."""
    either = any_of(treated_before(start, end).of.condition, sent_back(start, end).of.condition)
    edges, ended_at = [start, end], through(_n.request, ServiceRequest, _r.archived_at)
    keys: tuple[Grouping, ...] = (
        *_request_keys(by),
        *round_keys(by),
        banded(ended_at, edges),
        banded(through(_n.request, ServiceRequest, _r.resolved_in), [0]),
        banded(_n.ended_at, edges),
        banded(_n.handled_at, edges),
        banded(_n.satisfaction, [SATISFIED_FROM, CONTENT]),
    )
    return tally(query(ServiceRound).where(either), by=keys, measures=(count(), total(_n.resolved_in)))


def times_and_verdicts(rows: Sequence[TallyRow], by: HandlingBy | None = None) -> tuple[list[TallyRow], list[TallyRow]]:
    """Answer the rows of :func:`treated_before` and of :func:`sent_back`, of those of :func:`taken_back`."""
    times, verdicts, groups = [], [], 0 if by is None else 1
    for row in rows:
        request, treatment, rest = row.key[:groups], row.key[groups : 2 * groups], row.key[2 * groups :]
        archived, measured, ended_at, handled, stars = rest
        if archived == _WITHIN and measured is not None:
            times.append(TallyRow(request, row.values))
        if stars is not None and (ended_at if stars == 0 else handled) == _WITHIN:
            verdicts.append(TallyRow((*treatment, int(stars == CONTENT_BAND)), row.values))
    return times, verdicts


def done_before(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the earlier treatments of the requests of a period: number and time, by promise and whether measured."""
    requests = created(start, end).where(is_null(_r.merged_into))
    of = query(ServiceRound).where(in_query(_n.request, requests), negate(is_null(_n.handled_at)))
    keys = (*round_keys(by), _n.resolve_met, banded(_n.resolved_in, [0]))
    return tally(of, by=keys, measures=(count(), total(_n.resolved_in)))


def earlier_treatments(before: Answered) -> EarlierTreatments:
    """Answer how soon customers were helped with what they sent back afterwards (requirements SVC-06, X-SRV-14).

    Definition, formula and unit: see :func:`crmcore.statistics.promises.promises`, which counts these promises too.
    Undefined when: nothing was measured; nothing was promised. Then None, never 0.

    Args:
        before: What :func:`done_before` asked, and the answer.
    """
    asked, rows = before
    kept, broken = (rows_with(rows, lambda said, _, wanted=wanted: said is wanted) for wanted in (True, False))
    met = number_of(kept, asked.of.where(eq(_n.resolve_met, value=True)), _ROUND)
    missed = number_of(broken, asked.of.where(eq(_n.resolve_met, value=False)), _ROUND)
    measured = rows_with(rows, lambda _, band: band is not None)
    of = asked.of.where(negate(is_null(_n.resolved_in)))
    return EarlierTreatments(
        done=number_of(rows, asked.of, _ROUND),
        hours=mean_time(measured, _TIME, of, unit="h", length=_SECONDS),
        met=met,
        missed=missed,
        share=joint_share((met,), (met, missed)),
    )


def round_keys(by: HandlingBy | None) -> tuple[Grouping, ...]:
    """Answer the same of tallies of earlier treatments: who treated them then, otherwise what the request is now."""
    if by is HandlingBy.ASSIGNEE:
        return (_n.assignee,)
    return _request_keys(by)


def _request_keys(by: HandlingBy | None) -> tuple[Grouping, ...]:
    """Answer what requests are told apart by, found through them."""
    return () if by is None else (through(_n.request, ServiceRequest, FIELDS[by]),)
