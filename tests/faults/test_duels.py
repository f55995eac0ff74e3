"""Two people at the same record at the same moment: exactly one wins, and the other one is told."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from attrs import fields

from company import People
from company.chances import GIVEN
from company.duels import at_once
from crmcore import SYSTEM, access, opportunities
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import SALES_SUPERVISOR, User, Validity
from crmcore.base.errors import Conflict, NotFound, Refused
from crmcore.memory import MemoryStore
from crmcore.opportunities.entity import Opportunity
from crmcore.query import eq, query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord

pytestmark = pytest.mark.timeout(900)
DUELS = 1_000
WRITERS = 32
ADMINISTRATOR = delivered_role_id("administrator")
c: Any = fields(ChangeRecord)


@pytest.fixture
def crm(crm: Crm) -> Crm:
    """Give those who lose to many others the time they need on a busy machine."""
    crm.patience = 120
    return crm


def recorded(crm: Crm, how_many: int) -> list[Opportunity]:
    """Record many opportunities by few commits."""

    def several(work: Any) -> list[Opportunity]:
        return [opportunities.create(work, **GIVEN) for _ in range(min(how_many, 50))]

    made = [crm.perform(several, as_user="lihua") for _ in range(-(-how_many // 50))]
    return list(itertools.chain(*made))


def fight(rounds: list[tuple[Callable[[], Any], Callable[[], Any]]]) -> Iterator[tuple[Any, Any]]:
    """Two fighters, each in a thread of its own, meet in every round; answer what each of them got."""
    gate = threading.Barrier(2)
    outcomes: list[list[Any]] = [[], []]

    def fighter(side: int) -> None:
        for deeds in rounds:
            gate.wait(600)
            try:
                outcomes[side].append(deeds[side]())
            except (Conflict, Refused, NotFound) as error:
                outcomes[side].append(error)

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(fighter, side) for side in (0, 1)]:
            running.result()
    return zip(*outcomes, strict=True)


@pytest.mark.requirement("OPP-02", "OPP-06")
def test_two_supervisors_dispatch_the_same_opportunity(crm: Crm, people: People) -> None:
    """A thousand duels, fewer in memory: one of them dispatches, the other one is told that it has happened."""
    crm.perform(access.create_user, name="second", roles=(delivered_role_id(SALES_SUPERVISOR),), as_user="admin")
    chances = recorded(crm, 200 if isinstance(crm.store, MemoryStore) else DUELS)

    def dispatch(chance: Opportunity, to: str, by: str) -> Callable[[], Any]:
        return lambda: crm.perform(opportunities.dispatch, chance.id, to=to, as_user=by)

    rounds = [(dispatch(one, "lihua", "zhaomin"), dispatch(one, "wangwei", "second")) for one in chances]
    winners = [0, 0]
    for chance, outcome in zip(chances, fight(rounds), strict=True):
        won = [isinstance(one, Opportunity) for one in outcome]
        assert won.count(True) == 1, outcome
        assert isinstance(outcome[won.index(False)], (Conflict, Refused))
        winners[won.index(True)] += 1
        assert outcome[won.index(True)].version == chance.version + 1
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        for dispatched in work.opportunities.find():
            assert dispatched.version == 2
            assert dispatched.assignee in {people.lihua.id, people.wangwei.id}
    assert min(winners) > 0, "one side always came first: these were no duels"


@pytest.mark.requirement("OPP-05")
def test_the_creator_deletes_while_the_supervisor_dispatches(crm: Crm, people: People) -> None:
    chances = recorded(crm, 200)

    def delete(chance: Opportunity) -> Callable[[], Any]:
        return lambda: crm.perform(opportunities.delete, chance.id, as_user="lihua") or "deleted"

    def dispatch(chance: Opportunity) -> Callable[[], Any]:
        return lambda: crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")

    outcomes = list(fight([(delete(one), dispatch(one)) for one in chances]))
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        left = {one.id: one for one in work.opportunities.find()}
    for chance, (deleted, dispatched) in zip(chances, outcomes, strict=True):
        if deleted == "deleted":
            assert isinstance(dispatched, (NotFound, Conflict)), dispatched
            assert chance.id not in left
        else:
            assert isinstance(deleted, (Conflict, Refused)), deleted
            assert left[chance.id].assignee == people.wangwei.id


def test_thirty_two_writers_lose_nothing(crm: Crm, people: People) -> None:
    """Each of them adds its word to the same record: afterwards all words are there, each once."""
    (chance, *_) = recorded(crm, 1)

    def add_word(work: Any, word: str) -> Opportunity:
        present = work.opportunities.get(chance.id)
        return opportunities.edit(work, chance.id, description=f"{present.description} {word}")

    words = [f"word{number}" for number in range(WRITERS)]
    done = at_once([lambda word=word: crm.perform(add_word, word, as_user="lihua") for word in words])
    assert [type(one) for one in done] == [Opportunity] * WRITERS, done
    assert sorted(one.version for one in done) == list(range(2, WRITERS + 2))
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        kept = work.opportunities.get(chance.id)
        changes = work.unscoped(ChangeRecord).find(query(ChangeRecord).where(eq(c.entity_id, chance.id)))
    assert sorted(kept.description.split()[1:]) == sorted(words)
    assert kept.version == WRITERS + 1
    assert sorted(one.entity_version for one in changes) == list(range(1, WRITERS + 2))


@pytest.mark.requirement("RBA-01")
def test_two_administrators_retire_each_other(crm: Crm, people: People) -> None:
    """Thirty times: one of them stays."""

    def administrators() -> list[User]:
        with crm.work(as_user=SYSTEM, readonly=True) as work:
            users = work.users.find()
        return [one for one in users if one.status is Validity.VALID and ADMINISTRATOR in one.roles]

    for number in range(30):
        (first,) = administrators()
        second = crm.perform(access.create_user, name=f"deputy{number}", roles=(ADMINISTRATOR,), as_user=first.id)
        pairs = [(second.id, first.id), (first.id, second.id)]
        done = at_once([lambda who=who, by=by: crm.perform(access.retire_user, who, as_user=by) for who, by in pairs])
        assert sum(isinstance(one, User) for one in done) == 1, done
        assert sum(isinstance(one, (Conflict, Refused)) for one in done) == 1, done
        assert len(administrators()) == 1
