"""How a pipeline came from where it was to where it is: each change with its amount (requirement X-TGT-01).

Opening + new + moved in − moved out − won − lost + changed = closing. The store measures what stood at the first
instant, and groups the positions that began between the two by what they are and were; which movement a group is,
follows from :mod:`crmcore.pipeline.flow`. Of both it measures, in passing, what stands at the last instant.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.numbers import EXACT
from crmcore.pipeline.flow import (
    ENTERING,
    Movement,
    Pipeline,
    is_valued,
    moved,
    moved_between,
    movement_of,
    standing_at,
)
from crmcore.pipeline.standing import PipelinePosition
from crmcore.query import Measure, Query, Tally, TallyRow, any_of, banded, count, gt, is_null, only, query, tally, total
from crmcore.query.groups import Grouping
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.sums import amount_of, number_of, total_of

__all__ = [
    "Measured",
    "MovedAmount",
    "Waterfall",
    "asked_moves",
    "asked_stood",
    "began",
    "held",
    "standing",
    "valued",
    "waterfall",
]

Measured = tuple[Query[PipelinePosition], Sequence[TallyRow]]
"""Positions, and what the store has measured of them: number and amount first."""

_p = fields(PipelinePosition)
_AMOUNT: Final = 1
_PRIOR: Final = 2
_NOTHING: Final = Decimal(0)


@attrs.frozen(kw_only=True)
class MovedAmount:
    """One kind of change."""

    number: Figure[int]
    """How many times a pipeline changed so; an opportunity may come and go more than once."""
    amount: Figure[Decimal]
    """What the pipeline gained by it; negative for what it lost."""


@attrs.frozen(kw_only=True)
class Waterfall:
    """A pipeline at two instants, and everything that changed it between them."""

    opening: Figure[int]
    opening_amount: Figure[Decimal]
    movements: Mapping[Movement, MovedAmount]
    closing: Figure[int]
    closing_amount: Figure[Decimal]


def held(at: dt.datetime, pipeline: Pipeline) -> Query[PipelinePosition]:
    """Answer what stood in a pipeline at an instant, with an amount."""
    return query(PipelinePosition).where(standing_at(at), pipeline.holds())


def began(after: dt.datetime, until: dt.datetime) -> Query[PipelinePosition]:
    """Answer the positions that began after one instant, and until another: all that may have changed a pipeline."""
    return query(PipelinePosition).where(moved_between(after, until))


def asked_stood(start: dt.datetime, until: dt.datetime, pipeline: Pipeline) -> Tally:
    """Ask for what stood in a pipeline at an instant, and how much of it stands at a later one."""
    return tally(held(start, pipeline), measures=(count(), total(_p.amount), *_standing(until)))


def asked_moves(after: dt.datetime, until: dt.datetime, pipeline: Pipeline) -> Tally:
    """Ask for what changed a pipeline between two instants, by everything that says how, and how much of it stands.

    What lay outside before and after is not asked for: of one person's pipeline, that is what most positions do.
    """
    keys: list[Grouping] = [_p.status, _p.prior_status, *valued()]
    edges = _edges(pipeline)
    if edges:
        keys += [banded(_p.expected_on, edges), banded(_p.prior_expected_on, edges)]
    if pipeline.owner is not None:
        keys += [_p.owner, _p.prior_owner]
    of = began(after, until).where(any_of(pipeline.holds(), pipeline.held()))
    changed = (count(), total(_p.amount), total(_p.prior_amount, "prior"))
    return tally(of, by=tuple(keys), measures=(*changed, *_standing(until)))


def standing(stood: Sequence[TallyRow], moves: Sequence[TallyRow], pipeline: Pipeline) -> list[TallyRow]:
    """Answer what stands in a pipeline at the last instant: what stood at the first one, and what has come in since.

    Args:
        stood: What the store has answered to :func:`asked_stood`.
        moves: What it has answered to :func:`asked_moves`.
        pipeline: The one given to these.
    """
    here = [*stood, *(row for row in moves if _sides(row.key, pipeline)[0])]
    return [TallyRow(row.key, row.values[-2:]) for row in here]


def valued() -> tuple[Grouping, Grouping]:
    """Answer the keys that tell whether a position has an amount, and had one before: None where it has none."""
    return banded(_p.amount, [_NOTHING]), banded(_p.prior_amount, [_NOTHING])


def waterfall(opening: Measured, changes: Measured, closing: Measured, pipeline: Pipeline, currency: str) -> Waterfall:
    """Answer how a pipeline came from its opening to its closing amount (requirement X-TGT-01).

    Definition: a pipeline is what is open, has an amount and is expected within some days, perhaps of one person. What
        comes in, counts with its amount; what goes out, with the amount it had; what stays and changes, with the
        difference. New is the first amount of an opportunity: what is evaluated, changed and won within the time comes
        in by its first evaluation and goes out by what it amounted to when it was won. What is won for more than
        expected goes out with what was expected.
    Formula: closing = opening + new + moved in + moved out + won + lost + changed, those that go out being negative.
    Unit: movements, the company's currency.
    Undefined when: opening or closing, if nothing that is open has an amount. A movement that did not happen changed
        the pipeline by 0.
    Source: requirement X-TGT-01; "pipeline waterfall" as sales analytics know it.

    Args:
        opening: What :func:`held` finds at the first instant, and how much it is.
        changes: What :func:`began` between the two, and what it comes to by the keys of :func:`asked_moves`.
        closing: What :func:`held` finds at the last instant, and how much it is.
        pipeline: The one given to these.
        currency: The company's currency.
    """
    sorted_out: dict[Movement, list[TallyRow]] = {movement: [] for movement in Movement}
    for row in changes[1]:
        movement = _movement(row.key, pipeline)
        if movement is not None:
            sorted_out[movement].append(row)
    return Waterfall(
        opening=number_of(opening[1], opening[0], "pipeline_position"),
        opening_amount=amount_of(opening[1], opening[0], currency),
        movements={kind: _moved(kind, rows, changes[0], pipeline, currency) for kind, rows in sorted_out.items()},
        closing=number_of(closing[1], closing[0], "pipeline_position"),
        closing_amount=amount_of(closing[1], closing[0], currency),
    )


def _moved(
    kind: Movement, rows: list[TallyRow], among: Query[PipelinePosition], pipeline: Pipeline, currency: str
) -> MovedAmount:
    of = among.where(moved(kind, pipeline))
    comes, went = total_of(rows, _AMOUNT) or _NOTHING, total_of(rows, _PRIOR) or _NOTHING
    gained = comes if kind in ENTERING else EXACT.subtract(comes if kind is Movement.CHANGED else _NOTHING, went)
    number = number_of(rows, of, "pipeline_position")
    return MovedAmount(number=number, amount=measured(gained, of, currency, number.records))


def _standing(at: dt.datetime) -> tuple[Measure, Measure]:
    """Measure, of positions that began before an instant, those that hold at it: number and amount."""
    holds = any_of(is_null(_p.until), gt(_p.until, at))
    return only(count(), "standing", holds), only(total(_p.amount), "standing_amount", holds)


def _movement(key: tuple[Any, ...], pipeline: Pipeline) -> Movement | None:
    """Answer what a group of positions did to a pipeline; None if it was outside before and after."""
    here, before = _sides(key, pipeline)
    return movement_of(key[0], here=here, before=before, is_first=key[3] is None)


def _sides(key: tuple[Any, ...], pipeline: Pipeline) -> tuple[bool, bool]:
    """Tell whether a pipeline holds a group of positions, and whether it held what they were before."""
    status, prior, amount, prior_amount, *rest = key
    days, owners = (rest[:2], rest[2:]) if _edges(pipeline) else ([None, None], rest)
    here = is_valued(status, has_amount=amount is not None) and _within(days[0], owners[:1], pipeline)
    before = is_valued(prior, has_amount=prior_amount is not None) and _within(days[1], owners[1:], pipeline)
    return here, before


def _within(band: int | None, owner: Sequence[UserId | None], pipeline: Pipeline) -> bool:
    """Tell whether a day, by its band, and a person belong to a pipeline."""
    if pipeline.owner is not None and owner[0] != pipeline.owner:
        return False
    if not _edges(pipeline):
        return True
    return band == (0 if pipeline.first is None else 1)


def _edges(pipeline: Pipeline) -> list[dt.date]:
    """Answer where the days of a pipeline begin, if they do, and where they are over, if ever."""
    behind = [] if pipeline.last is None else [pipeline.last + dt.timedelta(days=1)]
    return [*([] if pipeline.first is None else [pipeline.first]), *behind]
