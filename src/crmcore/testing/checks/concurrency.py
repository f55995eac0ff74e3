"""Two sessions that change the same record never both commit."""

from collections.abc import Callable

import attrs

from crmcore.base.errors import Transient
from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import Background, all_results, attempt, count_of, find, load, put, writing

__all__ = ["ConcurrencyChecks"]

MOST_TRIES = 500


def changing(store: Store, change: Callable[[Session], bool]) -> Callable[[], bool]:
    """Make a unit of work of one change that commits, or tells that it lost."""

    def work() -> bool:
        session = store.begin(write=True)
        try:
            if not change(session):
                return False
            session.commit()
            return True
        finally:
            session.close()

    return lambda: attempt(work)


def insisting(work: Callable[[], bool]) -> Callable[[], bool]:
    """Repeat a unit of work until it commits."""
    return lambda: any(work() for _ in range(MOST_TRIES))


class ConcurrencyChecks(StoreFixtures):
    """Races, each decided once."""

    def test_lets_one_of_two_changes_win(self, store: Store) -> None:
        """Two sessions that both saw version 1 and both change it: one commits, the other gets False or an error."""
        for place in range(10):
            put(store, sample(place))
            names = ["left", "right"]
            outcomes = all_results(
                [
                    changing(store, lambda one, new=sample(place, name=name, version=2): one.replace(new, 1))
                    for name in names
                ]
            )
            assert sorted(outcomes) == [False, True]
            assert load(store, Sample, number(place)) == sample(place, name=names[outcomes.index(True)], version=2)

    def test_lets_a_change_or_a_removal_win(self, store: Store) -> None:
        """A change and a removal of the same version: one of them happens."""
        for place in range(10):
            put(store, sample(place))
            after = sample(place, name="kept", version=2)
            changed, removed = all_results(
                [
                    changing(store, lambda one, after=after: one.replace(after, 1)),
                    changing(store, lambda one, id_=number(place): one.delete(Sample, id_, 1)),
                ]
            )
            assert changed is not removed
            assert load(store, Sample, number(place)) == (after if changed else None)

    def test_refuses_a_change_based_on_an_old_snapshot(self, store: Store) -> None:
        """A session that read before another committed can't overwrite that, though it names the version it read."""
        put(store, sample(1))
        early = store.begin(write=True)
        try:
            assert early.load(Sample, number(1)) == sample(1)
            other = Background(changing(store, lambda one: one.replace(sample(1, name="other", version=2), 1)))
            other.done_within(0.5)

            def finish() -> bool:
                if not early.replace(sample(1, name="early", version=2), 1):
                    return False
                early.commit()
                return True

            won = attempt(finish)
        finally:
            early.close()
        assert other.result() is not won
        found = load(store, Sample, number(1))
        assert found == sample(1, name="early" if won else "other", version=2)

    def test_refuses_a_removal_based_on_an_old_snapshot(self, store: Store) -> None:
        """A session that read before another committed can't remove what that one changed."""
        put(store, sample(1))
        early = store.begin(write=True)
        try:
            assert early.load(Sample, number(1)) == sample(1)
            other = Background(changing(store, lambda one: one.replace(sample(1, name="other", version=2), 1)))
            other.done_within(0.5)

            def finish() -> bool:
                if not early.delete(Sample, number(1), 1):
                    return False
                early.commit()
                return True

            won = attempt(finish)
        finally:
            early.close()
        assert other.result() is not won
        assert load(store, Sample, number(1)) == (None if won else sample(1, name="other", version=2))

    def test_gives_a_unique_value_once(self, store: Store) -> None:
        """Sessions that insert the same unique value at the same time: one commits."""
        for place in range(0, 40, 4):
            outcomes = all_results(
                [
                    changing(store, lambda one, new=sample(place + offset, code=f"c{place}"): one.insert(new))
                    for offset in range(4)
                ]
            )
            assert outcomes.count(True) == 1
        assert count_of(store, query(Sample)) == 10

    def test_gives_an_id_once(self, store: Store) -> None:
        """Sessions that insert the same id at the same time: one commits."""
        for place in range(5):
            outcomes = all_results(
                [changing(store, lambda one, new=sample(place, name=f"by {by}"): one.insert(new)) for by in range(4)]
            )
            assert outcomes.count(True) == 1
            found = load(store, Sample, number(place))
            assert found is not None
            assert found.name == f"by {outcomes.index(True)}"

    def test_loses_no_increment(self, store: Store) -> None:
        """Read, add one, write, and again on a conflict: with four threads every increment counts."""
        put(store, sample(1))

        def increment(session: Session) -> bool:
            found = session.load(Sample, number(1))
            assert found is not None
            return session.replace(attrs.evolve(found, count=found.count + 1, version=found.version + 1), found.version)

        def several() -> bool:
            return all([insisting(changing(store, increment))() for _ in range(8)])

        assert all_results([several] * 4) == [True] * 4
        found = load(store, Sample, number(1))
        assert found is not None
        assert (found.count, found.version) == (32, 33)

    def test_lets_changes_of_different_records_both_happen(self, store: Store) -> None:
        """Sessions that change different records at the same time all commit in the end."""
        put(store, *(sample(place) for place in range(4)))

        def several(place: int) -> bool:
            return all(
                insisting(
                    changing(
                        store, lambda one, new=sample(place, version=version + 1), old=version: one.replace(new, old)
                    )
                )()
                for version in range(1, 6)
            )

        assert all_results([lambda place=place: several(place) for place in range(4)]) == [True] * 4
        assert [one.version for one in find(store, query(Sample))] == [6] * 4

    def test_says_that_a_lost_race_may_be_run_again(self, store: Store) -> None:
        """What a lost race raises is ``Transient``: the whole unit of work may be run again, and then succeeds."""
        put(store, sample(1))

        def once(name: str) -> Callable[[], bool]:
            def work() -> bool:
                try:
                    with writing(store) as session:
                        found = session.load(Sample, number(1))
                        assert found is not None
                        return session.replace(attrs.evolve(found, name=name, version=found.version + 1), found.version)
                except Transient:
                    return False

            return work

        outcomes = all_results([insisting(once(f"w{place}")) for place in range(4)])
        assert outcomes == [True] * 4
        found = load(store, Sample, number(1))
        assert found is not None
        assert found.version == 5
