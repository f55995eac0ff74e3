"""Two machines forecast at the same moment: snapshots, stages and targets stay whole (X-TGT-01, X-OPP-02, X-OPP-03)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from crmcore import opportunities, pipeline, reports, setup, targets
from crmcore.base.errors import AlreadyExists
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.opportunities.rules import AlreadyArchived
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.flow import Movement
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, SnapshotStage, StagePassage
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord
from crmcore.targets.entity import SalesTarget, TargetSpan
from races.arena import SUPERVISORS, clash, developed, kept, recorded

ROUNDS = 6


def process(crm: Crm) -> tuple[SalesStage, ...]:
    """The standard process."""
    return tuple(crm.perform(setup.standard_process, as_user=SUPERVISORS[0]))


def chains(crm: Crm) -> dict[Any, list[PipelinePosition]]:
    """What was forecast of each opportunity, the first one first; each until the next, and the last until now."""
    found: dict[Any, list[PipelinePosition]] = {}
    for one in kept(crm, PipelinePosition):
        found.setdefault(one.opportunity, []).append(one)
    for chain in found.values():
        chain.sort(key=lambda one: (one.since, one.until is None, one.prior_status is not None))
        assert [one.until for one in chain[:-1]] == [one.since for one in chain[1:]]
        assert chain[-1].until is None
        for before, after in pairwise(chain):
            assert (after.prior_amount, after.prior_stage) == (before.amount, before.stage)
    return found


@pytest.mark.requirement("X-TGT-01", "NFR-14")
@pytest.mark.timeout(600)
def test_two_snapshots_at_once_are_one_while_somebody_evaluates(rivals: list[Crm]) -> None:
    one, other = rivals
    stages = process(one)
    chances = [*developed(one, ROUNDS), *recorded(one, 20)]

    def taking(crm: Crm) -> Callable[[int], Any]:
        return lambda number: pipeline.take_snapshot(crm, str(number))

    def evaluating(number: int) -> Any:
        return other.perform(opportunities.evaluate, chances[number].id, expected_amount=Decimal(7), as_user="wangwei")

    outcomes = clash([taking(one), taking(other), evaluating], ROUNDS)
    for first, second, evaluated in outcomes:
        assert first.snapshot == second.snapshot
        assert (first.new, second.new) in {(True, False), (False, True)}
        assert isinstance(evaluated, Opportunity), repr(evaluated)
    snapshots = sorted(kept(one, PipelineSnapshot), key=lambda taken: taken.taken_at)
    assert len(snapshots) == ROUNDS
    assert Counter(stage.snapshot for stage in kept(one, SnapshotStage)) == {
        taken.id: len(stages) for taken in snapshots
    }
    noted = [change for change in kept(one, ChangeRecord) if change.entity == "pipeline_snapshot"]
    assert len(noted) == ROUNDS
    positions = chains(one)
    assert positions.keys() == {chance.id for chance in chances}
    assert sum(chain[-1].amount == 7 for chain in positions.values()) == ROUNDS
    found = one.perform(reports.pipeline_waterfall, snapshots[0].id, snapshots[-1].id, as_user=SUPERVISORS[0])
    gained = sum((moved.amount.value or Decimal(0) for moved in found.movements.values()), Decimal(0))
    assert (found.opening_amount.value or 0) + gained == (found.closing_amount.value or 0)
    assert found.movements[Movement.LOST].number.value == 0


@pytest.mark.requirement("X-OPP-02", "X-OPP-03", "NFR-14")
@pytest.mark.timeout(600)
def test_an_opportunity_is_in_one_stage_whoever_moves_it(rivals: list[Crm]) -> None:
    one, other = rivals
    _, need, offer, *_ = process(one)
    chances = [
        one.perform(
            opportunities.evaluate,
            chance.id,
            expected_amount=Decimal(5),
            expected_on=dt.date(2026, 6, 30),
            as_user="wangwei",
        )
        for chance in developed(one, 2 * ROUNDS)
    ]

    def moving(crm: Crm, to: SalesStage) -> Callable[[int], Any]:
        return lambda number: crm.perform(pipeline.move, chances[number].id, to=to.id, reason="r", as_user="wangwei")

    def closing(number: int) -> Any:
        chance = chances[number]
        if number < ROUNDS:
            return moving(other, offer)(number)
        return other.perform(opportunities.win, chance.id, as_user="wangwei")

    outcomes = clash([moving(one, need), closing], 2 * ROUNDS)
    stored = {chance.id: chance for chance in kept(one, Opportunity)}
    passages: dict[Any, list[StagePassage]] = {}
    for passage in kept(one, StagePassage):
        passages.setdefault(passage.opportunity, []).append(passage)
    positions = chains(one)
    for number, (chance, answers) in enumerate(zip(chances, outcomes, strict=True)):
        now = stored[chance.id]
        moved = sum(isinstance(answer, Opportunity) and answer.stage != chance.stage for answer in answers)
        for answer in answers:
            assert isinstance(answer, Opportunity | AlreadyArchived), repr(answer)
        won = number >= ROUNDS
        assert (now.status is OpportunityStatus.WON) == won
        here = passages[chance.id]
        staying = [passage.stage for passage in here if passage.left_at is None]
        assert staying == ([] if won else [now.stage])
        assert len(here) >= 2 if not won else len(here) in {1, 2}
        assert moved >= 1 or won
        last = positions[chance.id][-1]
        assert (last.stage, last.status) == (now.stage, now.status)


@pytest.mark.requirement("X-TGT-01", "NFR-14")
@pytest.mark.timeout(600)
def test_of_two_targets_for_the_same_period_one_is_set(rivals: list[Crm]) -> None:
    def setting(place: int) -> Callable[[int], Any]:
        return lambda number: rivals[place].perform(
            targets.set_target,
            span=TargetSpan.MONTH,
            starts_on=dt.date(2026, number + 1, 1),
            amount=Decimal(place),
            as_user=SUPERVISORS[place],
        )

    outcomes = clash([setting(0), setting(1)], ROUNDS)
    by_day = {one.starts_on: one for one in kept(rivals[0], SalesTarget)}
    assert len(by_day) == len(kept(rivals[0], SalesTarget)) == ROUNDS
    for number, answers in enumerate(outcomes):
        (stored,) = (one for one in answers if isinstance(one, SalesTarget))
        (refused,) = (one for one in answers if not isinstance(one, SalesTarget))
        assert isinstance(refused, AlreadyExists), repr(refused)
        assert by_day[dt.date(2026, number + 1, 1)] == stored
