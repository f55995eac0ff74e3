"""Whatever happens to opportunities: a snapshot is how they stood then, and what changed in between adds up (X-TGT-01).

On every store the same history of random steps; the seed says which.
"""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import fields

from company import SetClock
from company.chances import dispatched, recorded
from company.process import Stages, evaluated, moved, stages_of
from crmcore import customers, opportunities, pipeline
from crmcore.base.errors import CrmError
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.pipeline.flow import Movement, Pipeline, moved_between, standing_at
from crmcore.pipeline.flow import moved as moved_by
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot
from crmcore.query import Condition, count, one_of, query, total
from crmcore.storage.crm import Crm

_p = fields(PipelinePosition)
Facts = set[tuple[Any, ...]]


def step(crm: Crm, dice: random.Random, stages: Stages, clock: SetClock) -> None:
    """Let something happen; what the rules refuse does not."""
    clock.advance(hours=dice.choice((0, 1)))
    with crm.work(as_user="zhaomin", readonly=True) as work:
        known = sorted(work.opportunities.find(), key=lambda one: one.number)
    chance: Opportunity | None = dice.choice(known) if known else None
    who = dice.choice(("wangwei", "lihua"))
    day = dt.date(2026, dice.choice((6, 7)), 15)
    stage = dice.choice((stages.contact, stages.need, stages.offer))
    acts: list[Callable[[Opportunity], Any]] = [
        lambda _: recorded(crm, who, customer_name=f"客户{len(known)}"),
        lambda _: dispatched(crm, who, customer_name=f"客户{len(known)}"),
        lambda one: evaluated(crm, one, dice.randrange(9), who, expected_on=day),
        lambda one: evaluated(crm, one, None, who, expected_on=None),
        lambda one: moved(crm, one, stage, who, reason="r"),
        lambda one: crm.perform(opportunities.win, one.id, as_user=who),
        lambda one: crm.perform(opportunities.terminate, one.id, as_user=who),
        lambda one: crm.perform(opportunities.delete, one.id, as_user=who),
        lambda one: crm.perform(opportunities.dispatch, one.id, to=who, as_user="zhaomin"),
        lambda _: customers.hand_over(crm, before="wangwei", to="lihua", as_user="zhaomin"),
    ]
    act = dice.choices(acts, weights=(3, 3, 9, 1, 4, 1, 1, 1, 2, 1))[0]
    if chance is None:
        recorded(crm)
        return
    try:
        act(chance)
    except CrmError:
        return


def standing(crm: Crm) -> Facts:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        found = work.opportunities.find(query(Opportunity).where(one_of(fields(Opportunity).status, OPEN)))
    return {
        (one.id, one.status, one.expected_amount, one.expected_on, one.stage, one.category, one.assignee)
        for one in found
    }


def noted(crm: Crm, at: PipelineSnapshot) -> Facts:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        held = query(PipelinePosition).where(standing_at(at.taken_at), one_of(_p.status, OPEN))
        found = work.pipeline_positions.find(held)
    return {
        (one.opportunity, one.status, one.amount, one.expected_on, one.stage, one.category, one.owner) for one in found
    }


def summed(crm: Crm, *conditions: Condition) -> tuple[Decimal, Decimal, int]:
    measures = (total(_p.amount), total(_p.prior_amount, "prior"), count())
    with crm.work(as_user="zhaomin", readonly=True) as work:
        (row,) = work.pipeline_positions.tally(query(PipelinePosition).where(*conditions), measures=measures)
    return row.values[0] or Decimal(0), row.values[1] or Decimal(0), row.values[2]


@pytest.mark.requirement("X-TGT-01")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_snapshot_is_how_things_stood_and_what_changed_adds_up(crm: Crm, clock: SetClock, seed: int) -> None:
    dice, stages = random.Random(seed), stages_of(crm)
    kept: list[tuple[PipelineSnapshot, Facts]] = []
    for number in range(4):
        for _ in range(20):
            step(crm, dice, stages, clock)
        clock.advance(hours=1)
        kept.append((pipeline.take_snapshot(crm, str(number)).snapshot, standing(crm)))
        clock.advance(hours=1)
    assert len(kept[-1][1]) > 3
    for at, was in kept:
        assert noted(crm, at) == was
    parts = (Pipeline(), Pipeline(first=dt.date(2026, 6, 1), last=dt.date(2026, 6, 30)))
    for (first, _), (then, _) in pairwise(kept):
        for part in parts:
            closing, _, number = summed(crm, standing_at(first.taken_at), part.holds())
            for movement in Movement:
                came, went, times = summed(crm, moved_between(first.taken_at, then.taken_at), moved_by(movement, part))
                enters = movement in {Movement.NEW, Movement.MOVED_IN}
                closing += came if enters else came - went if movement is Movement.CHANGED else -went
                number += times if enters else 0 if movement is Movement.CHANGED else -times
            assert (closing, number) == summed(crm, standing_at(then.taken_at), part.holds())[::2]
