"""Two sessions that change the same record never both commit."""

import functools
from collections.abc import Callable

import attrs

from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.rivals import (
    Background,
    all_results,
    attempt,
    changing,
    commit_if,
    deleting,
    inserting,
    insisting,
    replacing,
)
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import count_of, find, load, put

__all__ = ["ConcurrencyChecks"]

OVERTAKING = sample(1, name="other", version=2)


class ConcurrencyChecks(StoreFixtures):
    """Races, each decided once."""

    def test_lets_one_of_two_changes_win(self, store: Store) -> None:
        """Two sessions that both saw version 1 and both change it: one commits, the other gets False or an error."""
        for place in range(10):
            put(store, sample(place))
            rivals = [sample(place, name=name, version=2) for name in ("left", "right")]
            outcomes = all_results([changing(store, replacing(rival, 1)) for rival in rivals])
            assert sorted(outcomes) == [False, True]
            assert load(store, Sample, number(place)) == rivals[outcomes.index(True)]

    def test_lets_a_change_or_a_removal_win(self, store: Store) -> None:
        """A change and a removal of the same version: one of them happens."""
        for place in range(10):
            put(store, sample(place))
            after = sample(place, name="kept", version=2)
            changed, removed = all_results([changing(store, replacing(after, 1)), changing(store, deleting(place))])
            assert changed is not removed
            assert load(store, Sample, number(place)) == (after if changed else None)

    def test_refuses_a_change_based_on_an_old_snapshot(self, store: Store) -> None:
        """A session that read before another committed can't overwrite that, though it names the version it read."""
        put(store, sample(1))
        after = sample(1, name="early", version=2)
        won = self._overtaken(store, replacing(after, 1))
        assert load(store, Sample, number(1)) == (after if won else OVERTAKING)

    def test_refuses_a_removal_based_on_an_old_snapshot(self, store: Store) -> None:
        """A session that read before another committed can't remove what that one changed."""
        put(store, sample(1))
        won = self._overtaken(store, deleting(1))
        assert load(store, Sample, number(1)) == (None if won else OVERTAKING)

    def _overtaken(self, store: Store, change: Callable[[Session], bool]) -> bool:
        """Let another session change sample 1 after ours has read it; tell whether our change won nevertheless.

        A store that lets only one session write at a time makes the other one wait, and ours wins.
        """
        early = store.begin(write=True)
        try:
            assert early.load(Sample, number(1)) == sample(1)
            other = Background(changing(store, replacing(OVERTAKING, 1)))
            other.done_within(0.5)
            won = attempt(lambda: commit_if(early, change))
        finally:
            early.close()
        assert other.result() is not won
        return won

    def test_gives_a_unique_value_once(self, store: Store) -> None:
        """Sessions that insert the same unique value at the same time: one commits."""
        for place in range(0, 40, 4):
            rivals = [sample(place + offset, code=f"c{place}") for offset in range(4)]
            outcomes = all_results([changing(store, inserting(rival)) for rival in rivals])
            assert outcomes.count(True) == 1
        assert count_of(store, query(Sample)) == 10

    def test_gives_an_id_once(self, store: Store) -> None:
        """Sessions that insert the same id at the same time: one commits."""
        for place in range(5):
            rivals = [sample(place, name=f"by {by}") for by in range(4)]
            outcomes = all_results([changing(store, inserting(rival)) for rival in rivals])
            assert outcomes.count(True) == 1
            assert load(store, Sample, number(place)) == rivals[outcomes.index(True)]

    def test_loses_no_increment(self, store: Store) -> None:
        """Read, add one, write, and again on a conflict: with four threads every increment counts."""
        put(store, sample(1))

        def increment(session: Session) -> bool:
            found = session.load(Sample, number(1))
            assert found is not None
            return session.replace(attrs.evolve(found, count=found.count + 1, version=found.version + 1), found.version)

        def several() -> bool:
            return all(insisting(changing(store, increment))() for _ in range(8))

        assert all_results([several] * 4) == [True] * 4
        found = load(store, Sample, number(1))
        assert found is not None
        assert (found.count, found.version) == (32, 33)

    def test_lets_changes_of_different_records_both_happen(self, store: Store) -> None:
        """Sessions that change different records at the same time all commit in the end."""
        put(store, *(sample(place) for place in range(4)))

        def several(place: int) -> bool:
            steps = [replacing(sample(place, version=version + 1), version) for version in range(1, 6)]
            return all(insisting(changing(store, step))() for step in steps)

        assert all_results([functools.partial(several, place) for place in range(4)]) == [True] * 4
        assert [one.version for one in find(store, query(Sample))] == [6] * 4
