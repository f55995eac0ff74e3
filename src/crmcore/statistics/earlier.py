"""Treatments that did not end a request, and what became of their promises (requirements SVC-06, X-SRV-14)."""

import datetime as dt
from decimal import Decimal
from typing import Final

import attrs
from attrs import fields

from crmcore.query import (
    Tally,
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
    total,
)
from crmcore.query.groups import Grouping
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.service.rules import SATISFIED_FROM
from crmcore.statistics.figures import Figure, counted
from crmcore.statistics.outcomes import MET, MISSED, TIME, in_all, outcomes, those_timed
from crmcore.statistics.requested import CONTENT, HandlingBy, created, ended, request_keys
from crmcore.statistics.sums import Answered, joint_share, mean_time, number_of

__all__ = [
    "CONTENT_BAND",
    "EarlierTreatments",
    "done_before",
    "earlier_treatments",
    "sent_back",
    "treated_before",
]

CONTENT_BAND: Final = 2
"""The band of four and five stars, after those that send a request back and those that do not."""
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
    return tally(of, by=request_keys(by), measures=(count(), total(_n.resolved_in)))


def sent_back(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the treatments taken back on which verdicts were given from one instant up to another, by stars.

    A bad verdict takes a treatment back at once (SVC-06). When one that was opened again had been judged is no longer
    known; it counts for the day on which it was handled.
    """
    at_once = all_of(lt(_n.satisfaction, SATISFIED_FROM), ge(_n.ended_at, start), lt(_n.ended_at, end))
    opened = all_of(ge(_n.satisfaction, SATISFIED_FROM), ge(_n.handled_at, start), lt(_n.handled_at, end))
    keys: tuple[Grouping, ...] = (*round_keys(by), banded(_n.satisfaction, [CONTENT]))
    return tally(query(ServiceRound).where(any_of(at_once, opened)), by=keys, measures=(count(),))


def done_before(start: dt.datetime, end: dt.datetime, by: HandlingBy | None = None) -> Tally:
    """Ask for the earlier treatments of the requests of a period, and what became of them."""
    requests = created(start, end).where(is_null(_r.merged_into))
    of = query(ServiceRound).where(in_query(_n.request, requests), negate(is_null(_n.handled_at)))
    return tally(of, by=round_keys(by), measures=(count(), *outcomes(_n.resolved_in, _n.resolve_met)))


def earlier_treatments(before: Answered) -> EarlierTreatments:
    """Answer how soon customers were helped with what they sent back afterwards (requirements SVC-06, X-SRV-14).

    Definition, formula and unit: see :func:`crmcore.statistics.promises.promises`, which counts these promises too.
    Undefined when: nothing was measured; nothing was promised. Then None, never 0.

    Args:
        before: What :func:`done_before` asked, and the answer.
    """
    asked, rows = before
    met = counted(in_all(rows, MET), asked.of.where(eq(_n.resolve_met, value=True)), _ROUND)
    missed = counted(in_all(rows, MISSED), asked.of.where(eq(_n.resolve_met, value=False)), _ROUND)
    of = asked.of.where(negate(is_null(_n.resolved_in)))
    return EarlierTreatments(
        done=number_of(rows, asked.of, _ROUND),
        hours=mean_time(those_timed(rows), TIME, of, unit="h", length=_SECONDS),
        met=met,
        missed=missed,
        share=joint_share((met,), (met, missed)),
    )


def round_keys(by: HandlingBy | None) -> tuple[Grouping, ...]:
    """Answer the same of tallies of earlier treatments: who treated them then, otherwise what the request is now."""
    if by is HandlingBy.ASSIGNEE:
        return (_n.assignee,)
    return request_keys(by)
