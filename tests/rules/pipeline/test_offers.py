"""What is offered is what can be done: every stage, every setting, on every store (requirement X-OPP-03)."""

import datetime as dt
from typing import Any, Final, NoReturn

import attrs
import pytest

from company import People
from company.chances import dispatched, recorded, won
from company.process import Stages, allow, evaluated, moved, stages_of
from crmcore import SYSTEM, opportunities, pipeline
from crmcore.base.errors import CrmError
from crmcore.opportunities.entity import Opportunity
from crmcore.opportunities.rules import AlreadyArchived, NotDispatched, NotTheAssignee
from crmcore.pipeline import MoveOffer, PassageOutcome
from crmcore.pipeline.rules import AlreadyThere
from crmcore.storage.crm import Crm

pytestmark = pytest.mark.requirement("X-OPP-02", "X-OPP-03")


PLANNED: Final[dict[str, Any]] = {"kind": "visit", "planned_on": dt.date(2030, 3, 1), "content": "拜访"}


class Undo(Exception):
    """Takes back a move that was only tried."""


def undo() -> NoReturn:
    raise Undo


def offers(crm: Crm, chance: Opportunity, by: str = "wangwei") -> tuple[MoveOffer, ...]:
    return crm.perform(pipeline.move_offers, chance.id, as_user=by)


def tried(crm: Crm, chance: Opportunity, offer: MoveOffer, by: str = "wangwei") -> str:
    """Move it, take that back, and answer the code of the refusal; empty if it went."""
    reason = "r" if offer.reason_needed else ""
    try:
        with crm.work(as_user=by) as work:
            pipeline.move(work, chance.id, to=offer.stage.id, reason=reason)
            undo()
    except Undo:
        return ""
    except CrmError as refusal:
        return codes(refusal)


def codes(refusal: CrmError) -> str:
    return " ".join(sorted(getattr(refusal, "codes", {refusal.code})))


def agree(crm: Crm, chance: Opportunity, by: str = "wangwei") -> list[str]:
    """Compare each offer with what happens; answer the names of the stages it can go to."""
    found = offers(crm, chance, by)
    for one in found:
        assert tried(crm, chance, one, by) == (codes(one.refusal) if one.refusal else ""), one.stage.name
    return [one.stage.name for one in found if one.possible]


@pytest.mark.parametrize("moves", ["skip,back", "none"])
def test_offers_are_what_moving_does(crm: Crm, people: People, moves: str) -> None:
    stages = stages_of(crm)
    bare, ready = (moved(crm, evaluated(crm, dispatched(crm)), stages.need) for _ in range(2))
    bare = evaluated(crm, bare, None, expected_on=None)
    allow(crm, moves)
    free = moves != "none"
    after = ["方案报价", "商务谈判", "合同签订"]
    assert agree(crm, bare) == (["初步接触"] if free else [])
    assert agree(crm, ready) == (["初步接触", *after] if free else after[:1])
    back = offers(crm, ready)[0]
    assert (back.direction, back.reason_needed) == (PassageOutcome.BACKWARD, True)
    crm.perform(pipeline.retire_stage, stages.offer.id, as_user=SYSTEM)
    assert agree(crm, ready) == (["初步接触", *after[1:]] if free else after[1:2])


def test_the_stage_it_is_in_stands_among_them_even_if_it_is_retired(crm: Crm) -> None:
    stages = stages_of(crm)
    chance = moved(crm, evaluated(crm, dispatched(crm)), stages.offer)
    crm.perform(pipeline.retire_stage, stages.offer.id, as_user="zhaomin")
    found = offers(crm, chance)
    assert [one.stage.name for one in found] == [one.name for one in attrs.astuple(stages, recurse=False)]
    assert found[2].direction is PassageOutcome.STAYING
    assert isinstance(found[2].refusal, AlreadyThere)


def test_whoever_can_t_develop_it_is_told_why(crm: Crm, people: People) -> None:
    stages = stages_of(crm)
    running, new, over = dispatched(crm), recorded(crm), won(crm)

    def refusals(chance: Opportunity, by: str) -> set[Any]:
        return {type(one.refusal) for one in offers(crm, chance, by) if one.direction is not PassageOutcome.STAYING}

    assert refusals(new, "wangwei") == {NotDispatched}
    assert refusals(over, "wangwei") == {AlreadyArchived}
    assert len(refusals(running, "zhaomin")) == 1
    assert refusals(running, "zhaomin") != {type(None)}
    assert NotTheAssignee not in refusals(running, "wangwei")
    assert isinstance(stages, Stages)


def test_a_company_without_a_process_is_offered_nothing(crm: Crm) -> None:
    assert offers(crm, dispatched(crm)) == ()


def told(offer: MoveOffer) -> tuple[Any, ...]:
    why = None if offer.refusal is None else codes(offer.refusal)
    return offer.stage, offer.direction, offer.reason_needed, why


@pytest.mark.requirement("X-OPP-07")
def test_progress_says_at_once_what_is_said_one_by_one(crm: Crm, people: People) -> None:
    stages = stages_of(crm)
    waiting, chance = recorded(crm), dispatched(crm)
    crm.perform(opportunities.plan_activity, chance.id, **PLANNED, as_user="wangwei")
    chance = moved(crm, evaluated(crm, chance), stages.need)
    for by in ("wangwei", "zhaomin"):
        found = crm.perform(pipeline.progress, chance.id, as_user=by)
        assert found.opportunity == chance
        assert [*map(told, found.offers)] == [*map(told, offers(crm, chance, by))]
        assert found.passed == tuple(crm.perform(pipeline.passages, chance.id, as_user=by))
        assert found.activities == crm.perform(opportunities.activities_of, chance.id, as_user=by)
        assert (len(found.passed), len(found.activities)) == (2, 1)
    assert crm.perform(pipeline.progress, waiting.id, as_user="lihua").activities == ()
