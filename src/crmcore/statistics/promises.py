"""How soon customers are answered and helped in working time, and how many promises are kept (X-SRV-05, X-SRV-14).

Nights, holidays and the time the company waited for the customer do not count: see
:mod:`crmcore.service.measuring`, which keeps these times with each request.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.query import Tally, TallyRow, any_of, eq, is_null, negate, records_behind
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.earlier import EarlierTreatments, earlier_treatments
from crmcore.statistics.figures import Figure, counted, share
from crmcore.statistics.outcomes import MET, MISSED, TIME, TIMED, in_all, those_timed
from crmcore.statistics.promised import HANDLED, HOURS, RESPONDED, WITHIN, PromiseKind, within_hours
from crmcore.statistics.requested import HandlingBy, all_groups, keys_in_order, one_group
from crmcore.statistics.sums import Answered, joint_share, mean_time, number_of

__all__ = ["GroupPromises", "PromiseRecord", "Promises", "Within", "promises"]

_SECONDS: Final = 3600
_UNIT: Final = "service_request"
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class Within:
    """The requests for which so much working time was taken."""

    over: int | None
    """More than so many hours; None for the quickest."""
    up_to: int | None
    """At most so many hours; None for the slowest."""
    number: Figure[int]


@attrs.frozen(kw_only=True)
class PromiseRecord:
    """First answers to a group of requests, or their handling."""

    done: Figure[int]
    """How many had it by now."""
    hours: Figure[Decimal]
    """Working hours it took on average, of those of which that was measured."""
    within: tuple[Within, ...]
    """How they divide, the quickest first."""
    met: Figure[int]
    """Promised, and done in time."""
    missed: Figure[int]
    """Promised, and done too late."""
    overdue: Figure[int]
    """Promised for before now, and not done yet."""
    share: Figure[Decimal]
    """Share of the promises kept, among all that were due or done; of handlings, the earlier ones included."""


@attrs.frozen(kw_only=True)
class GroupPromises:
    """Both promises for a group of requests."""

    group: Any
    """The code of the type or channel, priority, state, or the person's id; None for all together, or for nobody."""
    response: PromiseRecord
    resolution: PromiseRecord
    """By their present treatment; but for the share, which is of all treatments."""
    earlier: EarlierTreatments


@attrs.frozen(kw_only=True)
class Promises:
    """The groups by their key, and all together."""

    groups: tuple[GroupPromises, ...]
    whole: GroupPromises


def promises(
    response: tuple[Answered, Answered],
    resolution: tuple[Answered, Answered],
    earlier: Answered,
    by: HandlingBy | None = None,
) -> Promises:
    """Answer how soon customers were answered and helped, and how many promises were kept (X-SRV-05, X-SRV-14).

    Definition: requests created in the period; those merged into others do not count. Time: working time by the
        calendar of what was promised, or by the company's where nothing was, from filing to the first answer to the
        customer; and from filing, or from when the customer sent it back, to the handling, without what the company
        waited for the customer: that is the time of one treatment; :func:`crmcore.statistics.handling.handling` tells
        that of all treatments of a request together. Each treatment has its promise: those of treatments that were
        taken back count as well, for who treated the request then. Kept: done at the promised instant or before. A
        promise counts as soon as it is done or due: one that is late and still to be kept counts as broken, one that
        has time yet does not count.
    Formula: sum of times / number; 100 × in time / (in time + too late + overdue), rounded half up to one decimal
        place. Bands: a request that took exactly four hours counts to "up to 4".
    Unit: requests, working hours, percent.
    Undefined when: nothing was measured; nothing promised was done or due. Then None, never 0.
    Source: requirements SVC-06, X-SRV-05, X-SRV-14, X-SRV-17; service level compliance as in ITIL; the bands are ours.

    Args:
        response: What ``done`` and ``late`` of :mod:`crmcore.statistics.promised` ask of ``RESPONDED`` with the same
            bounds, and the answers; ``done_and_late`` asks for all of them at once.
        resolution: The same of ``HANDLED``.
        earlier: What :func:`crmcore.statistics.earlier.done_before` asked with the same bounds, and the answer.
        by: What the groups are, as given to them.
    """
    both = (*response, *resolution, earlier)
    if by is None:
        return Promises(groups=(), whole=_group(None, both))
    return Promises(
        groups=tuple(_group(key, [one_group(one, key) for one in both]) for key in keys_in_order(*both)),
        whole=_group(None, [all_groups(one) for one in both]),
    )


def _group(key: Any, answers: Sequence[Answered]) -> GroupPromises:
    answered, unanswered, handled, unhandled, before = answers
    earlier = earlier_treatments(before)
    return GroupPromises(
        group=key,
        response=_record(RESPONDED, answered, unanswered),
        resolution=_record(HANDLED, handled, unhandled, earlier),
        earlier=earlier,
    )


def _record(
    kind: PromiseKind, finished: Answered, still: Answered, earlier: EarlierTreatments | None = None
) -> PromiseRecord:
    asked, rows = finished
    kept, broken = in_all(rows, MET), in_all(rows, MISSED)
    met = counted(kept, asked.of.where(eq(kind.met, value=True)), _UNIT)
    missed = counted(broken, asked.of.where(eq(kind.met, value=False)), _UNIT)
    overdue_now = number_of(still[1], still[0].of, _UNIT)
    judged = asked.of.where(negate(is_null(kind.met)))
    either = any_of(judged.condition, still[0].of.condition)
    due = counted(kept + broken + overdue_now.records, attrs.evolve(judged, condition=either), _UNIT)
    return PromiseRecord(
        done=number_of(rows, asked.of, _UNIT),
        hours=mean_time(those_timed(rows), TIME, asked.of.where(negate(is_null(kind.took))), unit="h", length=_SECONDS),
        within=_within(kind, asked, rows),
        met=met,
        missed=missed,
        overdue=overdue_now,
        share=share(met, due)
        if earlier is None
        else joint_share((met, earlier.met), (due, earlier.met, earlier.missed)),
    )


def _within(kind: PromiseKind, asked: Tally, rows: Sequence[TallyRow]) -> tuple[Within, ...]:
    bounds: tuple[int | None, ...] = (None, *HOURS, None)
    by_time = attrs.evolve(asked, by=(within_hours(kind),))
    reached = [0, *(in_all(rows, WITHIN + place) for place in range(len(HOURS))), in_all(rows, TIMED)]
    return tuple(
        Within(
            over=bounds[place],
            up_to=bounds[place + 1],
            number=counted(reached[place + 1] - reached[place], records_behind(by_time, TallyRow((place,), ())), _UNIT),
        )
        for place in range(len(HOURS) + 1)
    )
