"""Two people deal with an opportunity that nobody is assigned to, at the same moment (requirement 2.3)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from crmcore import opportunities
from crmcore.access.entity import User
from crmcore.base.errors import Conflict, Contention, NotFound, Refused
from crmcore.memory import MemoryStore
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.opportunities.rules import AlreadyDispatched
from crmcore.storage.crm import Crm
from crmcore.storage.records import Operation
from races.arena import MANAGERS, SUPERVISORS, clash, history_of, kept, machines, messages_of, recorded, staff_up
from races.elsewhere import clash_of_processes, dispatch_by_place

ROUNDS = 50
DUELS = 1000
FEW = 200
"""Where every question looks at everything that is stored, and two threads take turns anyway."""
Dispatching = Callable[[Crm, OpportunityId, int], Opportunity]


def perform(crm: Crm, chance: OpportunityId, place: int) -> Opportunity:
    """Dispatch as an application should: what lost against others runs again."""
    return crm.perform(opportunities.dispatch, chance, to=MANAGERS[place], as_user=SUPERVISORS[place])


def plain(crm: Crm, chance: OpportunityId, place: int) -> Opportunity:
    """Dispatch in a unit of work that is tried once."""
    with crm.work(as_user=SUPERVISORS[place]) as work:
        return opportunities.dispatch(work, chance, to=MANAGERS[place])


def check_duels(crm: Crm, chances: list[Opportunity], outcomes: list[tuple[Any, ...]]) -> list[int]:
    """Look at the store after duels of two supervisors; answer the winners' places."""
    stored = {one.id: one for one in kept(crm, Opportunity)}
    users = {one.name: one.id for one in kept(crm, User)}
    changes, messages = history_of(crm), messages_of(crm)
    winners = []
    for chance, duel in zip(chances, outcomes, strict=True):
        won = [place for place, outcome in enumerate(duel) if isinstance(outcome, Opportunity)]
        assert len(won) == 1, duel
        winners.append(won[0])
        loser = duel[1 - won[0]]
        assert isinstance(loser, Conflict | Refused), repr(loser)
        manager = users[MANAGERS[won[0]]]
        after = stored[chance.id]
        assert after == duel[won[0]]
        assert (after.assignee, after.status, after.version) == (manager, OpportunityStatus.ASSIGNED, 2)
        done = [one for one in changes[chance.id] if one.operation is not Operation.DENIED]
        assert [one.action for one in done] == ["opportunities.create", "opportunities.dispatch"]
        assert done[1].actor == users[SUPERVISORS[won[0]]]
        denied = [one for one in changes[chance.id] if one.operation is Operation.DENIED]
        refused = [users[SUPERVISORS[1 - won[0]]]] if isinstance(loser, Refused) else []
        assert [one.actor for one in denied] == refused
        told = messages[chance.id]
        assert [one.kind for one in told] == ["opportunity_recorded", "opportunity_dispatched"]
        assert json.loads(told[1].payload)["assignee"] == str(manager)
    return winners


def duels(rivals: list[Crm], how: Dispatching, count: int) -> tuple[list[Opportunity], list[tuple[Any, ...]]]:
    chances = recorded(rivals[0], count)

    def supervisor(place: int) -> Callable[[int], Opportunity]:
        return lambda number: how(rivals[place], chances[number].id, place)

    return chances, clash([supervisor(0), supervisor(1)], count)


@pytest.mark.requirement("OPP-02", "OPP-06")
@pytest.mark.timeout(600)
def test_of_two_supervisors_exactly_one_dispatches(rivals: list[Crm]) -> None:
    chances, outcomes = duels(rivals, perform, FEW if isinstance(rivals[0].store, MemoryStore) else DUELS)
    winners = check_duels(rivals[0], chances, outcomes)
    assert {type(outcome) for duel in outcomes for outcome in duel} == {Opportunity, AlreadyDispatched}
    assert {*winners} == {0, 1}, "they never met: one was always first"


@pytest.mark.requirement("OPP-02", "OPP-06")
def test_who_loses_in_a_single_unit_of_work_is_told_that_somebody_was_quicker(rivals: list[Crm]) -> None:
    chances, outcomes = duels(rivals, plain, 100)
    check_duels(rivals[0], chances, outcomes)
    assert {type(outcome) for duel in outcomes for outcome in duel} <= {Opportunity, AlreadyDispatched, Contention}


@pytest.mark.requirement("OPP-02", "OPP-06")
@pytest.mark.timeout(600)
def test_of_two_supervisors_in_two_processes_exactly_one_dispatches(durable_store_url: str) -> None:
    with machines(durable_store_url, 1) as (crm,):
        staff_up(crm)
        chances = recorded(crm, 100)
        outcomes = clash_of_processes(durable_store_url, dispatch_by_place, [one.id for one in chances])
        check_duels(crm, chances, outcomes)


@pytest.mark.requirement("2.3", "16.12")
@pytest.mark.timeout(600)
def test_an_opportunity_is_dispatched_or_deleted_by_its_creator(rivals: list[Crm]) -> None:
    one, other = rivals
    chances = recorded(one, ROUNDS)
    outcomes = clash(
        [
            lambda number: perform(one, chances[number].id, 0),
            lambda number: other.perform(opportunities.delete, chances[number].id, as_user="lihua"),
        ],
        ROUNDS,
    )
    stored = {one.id: one for one in kept(one, Opportunity)}
    changes, messages = history_of(one), messages_of(one)
    for chance, (dispatched, deleted) in zip(chances, outcomes, strict=True):
        done = [one.action for one in changes[chance.id] if one.operation is not Operation.DENIED]
        told = [one.kind for one in messages[chance.id]]
        if deleted is None:
            assert isinstance(dispatched, NotFound), repr(dispatched)
            assert chance.id not in stored
            assert done == ["opportunities.create", "opportunities.delete"]
            assert told == ["opportunity_recorded", "opportunity_deleted"]
        else:
            assert isinstance(deleted, AlreadyDispatched), repr(deleted)
            assert stored[chance.id] == dispatched
            assert done == ["opportunities.create", "opportunities.dispatch"]
            assert told == ["opportunity_recorded", "opportunity_dispatched"]


@pytest.mark.requirement("2.3", "NFR-15")
@pytest.mark.timeout(600)
def test_nothing_is_edited_after_it_was_dispatched(rivals: list[Crm]) -> None:
    one, other = rivals
    chances = recorded(one, ROUNDS)
    outcomes = clash(
        [
            lambda number: perform(one, chances[number].id, 0),
            lambda number: other.perform(opportunities.edit, chances[number].id, title="改了", as_user="lihua"),
        ],
        ROUNDS,
    )
    stored = {one.id: one for one in kept(one, Opportunity)}
    messages = messages_of(one)
    for chance, (dispatched, edited) in zip(chances, outcomes, strict=True):
        after = stored[chance.id]
        assert dispatched == after
        told = [one.kind for one in messages[chance.id]][1:]
        if isinstance(edited, Opportunity):
            assert (after.title, after.version) == ("改了", 3)
            assert told == ["opportunity_edited", "opportunity_dispatched"]
        else:
            assert isinstance(edited, AlreadyDispatched), repr(edited)
            assert (after.title, after.version) == (chance.title, 2)
            assert told == ["opportunity_dispatched"]


@pytest.mark.requirement("2.3", "NFR-15")
@pytest.mark.timeout(600)
def test_of_two_edits_of_the_same_version_one_is_kept_and_the_other_told(rivals: list[Crm]) -> None:
    chances = recorded(rivals[0], ROUNDS)

    def editor(place: int) -> Callable[[int], Opportunity]:
        return lambda number: rivals[place].perform(
            opportunities.edit, chances[number].id, expected=1, title=f"由 {place} 改", as_user="lihua"
        )

    outcomes = clash([editor(0), editor(1)], ROUNDS)
    stored = {one.id: one for one in kept(rivals[0], Opportunity)}
    for chance, edits in zip(chances, outcomes, strict=True):
        (winner,) = (one for one in edits if isinstance(one, Opportunity))
        (loser,) = (one for one in edits if not isinstance(one, Opportunity))
        assert type(loser) is Conflict, repr(loser)
        assert loser.params["current"] == winner == stored[chance.id]
