"""How a pipeline came from where it was to where it is: each change with its amount (requirement X-TGT-01).

Opening + new + moved in − moved out − won − lost + changed = closing. The store groups the positions that began between
the two instants by what they are and were; which movement a group is, follows from :mod:`crmcore.pipeline.flow`.
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
from crmcore.query import Tally, TallyRow, banded, count, query, tally, total
from crmcore.query.groups import Grouping
from crmcore.statistics.figures import Figure, measured
from crmcore.statistics.sums import Answered, amount_of, number_of, total_of

__all__ = ["MovedAmount", "Waterfall", "held", "moves", "valued", "waterfall"]

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


def held(at: dt.datetime, pipeline: Pipeline) -> Tally:
    """Ask for what stood in a pipeline at an instant, with an amount: number and amount."""
    of = query(PipelinePosition).where(standing_at(at), pipeline.holds())
    return tally(of, measures=(count(), total(_p.amount)))


def moves(after: dt.datetime, until: dt.datetime, pipeline: Pipeline) -> Tally:
    """Ask for the positions that began between two instants, by everything that says whether they lie within."""
    keys: list[Grouping] = [_p.status, _p.prior_status, *valued()]
    edges = _edges(pipeline)
    if edges:
        keys += [banded(_p.expected_on, edges), banded(_p.prior_expected_on, edges)]
    if pipeline.owner is not None:
        keys += [_p.owner, _p.prior_owner]
    of = query(PipelinePosition).where(moved_between(after, until))
    return tally(of, by=tuple(keys), measures=(count(), total(_p.amount), total(_p.prior_amount, "prior")))


def valued() -> tuple[Grouping, Grouping]:
    """Answer the keys that tell whether a position has an amount, and had one before: None where it has none."""
    return banded(_p.amount, [_NOTHING]), banded(_p.prior_amount, [_NOTHING])


def waterfall(opening: Answered, changes: Answered, closing: Answered, pipeline: Pipeline, currency: str) -> Waterfall:
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
        opening: What :func:`held` asked of the first instant, and the answer.
        changes: What :func:`moves` asked, and the answer.
        closing: What :func:`held` asked of the last instant, and the answer.
        pipeline: The one given to these.
        currency: The company's currency.
    """
    sorted_out: dict[Movement, list[TallyRow]] = {movement: [] for movement in Movement}
    for row in changes[1]:
        movement = _movement(row.key, pipeline)
        if movement is not None:
            sorted_out[movement].append(row)
    return Waterfall(
        opening=number_of(opening[1], opening[0].of, "pipeline_position"),
        opening_amount=amount_of(opening[1], opening[0].of, currency),
        movements={kind: _moved(kind, rows, changes[0], pipeline, currency) for kind, rows in sorted_out.items()},
        closing=number_of(closing[1], closing[0].of, "pipeline_position"),
        closing_amount=amount_of(closing[1], closing[0].of, currency),
    )


def _moved(kind: Movement, rows: list[TallyRow], asked: Tally, pipeline: Pipeline, currency: str) -> MovedAmount:
    of = asked.of.where(moved(kind, pipeline))
    comes, went = total_of(rows, _AMOUNT) or _NOTHING, total_of(rows, _PRIOR) or _NOTHING
    gained = comes if kind in ENTERING else EXACT.subtract(comes if kind is Movement.CHANGED else _NOTHING, went)
    number = number_of(rows, of, "pipeline_position")
    return MovedAmount(number=number, amount=measured(gained, of, currency, number.records))


def _movement(key: tuple[Any, ...], pipeline: Pipeline) -> Movement | None:
    """Answer what a group of positions did to a pipeline; None if it was outside before and after."""
    status, prior, amount, prior_amount, *rest = key
    days, owners = (rest[:2], rest[2:]) if _edges(pipeline) else ([None, None], rest)
    here = is_valued(status, has_amount=amount is not None) and _within(days[0], owners[:1], pipeline)
    before = is_valued(prior, has_amount=prior_amount is not None) and _within(days[1], owners[1:], pipeline)
    return movement_of(status, here=here, before=before, is_first=prior_amount is None)


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
