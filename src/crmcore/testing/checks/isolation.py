"""Everything a session reads is one snapshot, plus its own writes."""

from typing import Any

from attrs import fields

from crmcore.query import count, eq, query, tally
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.rivals import Background, changing, inserting, insisting
from crmcore.testing.samples import Mark, Sample, mark, number, sample
from crmcore.testing.sessions import find, load, put, reading, writing

__all__ = ["IsolationChecks"]

s: Any = fields(Sample)
HOW_MANY = tally(query(Sample), measures=(count(),))


def sees(session: Session) -> tuple[list[str], int, int, bool]:
    """Look in every way a session can."""
    return (
        [one.name for one in session.find(query(Sample))],
        session.count(query(Sample)),
        session.tally(HOW_MANY)[0].values[0],
        session.load(Sample, number(3)) is not None,
    )


class IsolationChecks(StoreFixtures):
    """What other sessions do while one is open."""

    def test_shows_nothing_uncommitted(self, store: Store) -> None:
        """Nobody sees what another session has not committed."""
        put(store, sample(1), sample(2))
        with writing(store) as writer:
            assert writer.insert(sample(3))
            assert writer.replace(sample(1, name="new", version=2), 1)
            assert writer.delete(Sample, number(2), 1)
            writer.append([mark(1)])
            with reading(store) as reader:
                assert sees(reader) == (["n001", "n002"], 2, 2, False)
                assert reader.load(Sample, number(1)) == sample(1)
                assert reader.count(query(Mark)) == 0
        with reading(store) as reader:
            assert sees(reader) == (["new", "n003"], 2, 2, True)
            assert reader.count(query(Mark)) == 1

    def test_keeps_its_snapshot(self, store: Store) -> None:
        """A session that has read sees the same until it ends, whatever others commit meanwhile."""
        put(store, sample(1), sample(2))
        with reading(store) as reader:
            before = sees(reader)
            with writing(store) as writer:
                assert writer.insert(sample(3))
                assert writer.replace(sample(1, name="new", version=2), 1)
                assert writer.delete(Sample, number(2), 1)
            assert sees(reader) == before == (["n001", "n002"], 2, 2, False)
            assert reader.load(Sample, number(1)) == sample(1)
            assert list(reader.find(query(Sample).where(eq(s.name, "new")))) == []
        with reading(store) as reader:
            assert sees(reader) == (["new", "n003"], 2, 2, True)

    def test_reads_different_kinds_from_one_snapshot(self, store: Store) -> None:
        """Records of another kind, first read later, are as old as the first ones read."""
        put(store, sample(1))
        with reading(store) as reader:
            assert reader.count(query(Sample)) == 1
            with writing(store) as writer:
                assert writer.insert(sample(2))
                writer.append([mark(1)])
            assert reader.count(query(Mark)) == 0
            assert reader.count(query(Sample)) == 1

    def test_keeps_the_snapshot_of_a_writer(self, store: Store) -> None:
        """A session that may write reads from one snapshot too; the store may let others wait for it."""
        put(store, sample(1), sample(2))
        with writing(store) as session:
            assert session.count(query(Sample)) == 2
            other = Background(insisting(changing(store, inserting(sample(3)))))
            other.done_within(0.5)
            assert session.count(query(Sample)) == 2
            assert session.insert(sample(4))
            assert session.count(query(Sample)) == 3
        assert other.result() is True
        assert len(find(store, query(Sample))) == 4

    def test_forgets_what_is_not_committed(self, store: Store) -> None:
        """A session that is closed without ``commit`` leaves nothing: no insert, change, removal or append."""
        put(store, sample(1), sample(2))
        session = store.begin(write=True)
        assert session.insert(sample(3))
        assert session.replace(sample(1, name="new", version=2), 1)
        assert session.delete(Sample, number(2), 1)
        session.append([mark(1)])
        session.close()
        with reading(store) as reader:
            assert sees(reader) == (["n001", "n002"], 2, 2, False)
            assert reader.count(query(Mark)) == 0

    def test_forgets_unique_values_that_are_not_committed(self, store: Store) -> None:
        """A unique value of a session that was given up is free."""
        session = store.begin(write=True)
        assert session.insert(sample(1, code="x"))
        session.close()
        put(store, sample(2, code="x"))
        assert load(store, Sample, number(2)) == sample(2, code="x")

    def test_lets_many_read_at_once(self, store: Store) -> None:
        """Several sessions may read at the same time, each at its own point."""
        readers = []
        for place in range(5):
            put(store, sample(place))
            session = store.begin(write=False)
            assert session.count(query(Sample)) == place + 1
            readers.append(session)
        try:
            assert [session.count(query(Sample)) for session in readers] == [1, 2, 3, 4, 5]
        finally:
            for session in readers:
                session.close()
