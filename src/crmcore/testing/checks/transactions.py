"""All of a unit of work, or nothing of it."""

import pytest

from crmcore.base.errors import Contention
from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import committed, count_of, find, load, put, writing

__all__ = ["TransactionChecks"]


class TransactionChecks(StoreFixtures):
    """``append``, ``commit`` and ``close``."""

    def test_commits_everything_together(self, store: Store) -> None:
        """Inserted, changed, removed and appended records are there after ``commit``."""
        put(store, sample(1), sample(2))
        with writing(store) as session:
            assert session.replace(sample(1, name="new", version=2), 1)
            session.append([mark(1, about=number(1)), mark(2)])
            assert session.delete(Sample, number(2), 1)
            assert session.insert(sample(3))
            session.append([mark(3, text="last")])
        assert [one.name for one in find(store, query(Sample))] == ["new", "n003"]
        assert find(store, query(Mark)) == [mark(1, about=number(1)), mark(2), mark(3, text="last")]

    def test_appends_records_of_several_kinds(self, store: Store) -> None:
        """``append`` takes records of different kinds at once, complete ones and such with missing values."""
        with writing(store) as session:
            session.append(
                [
                    mark(1),
                    part(1, number(1)),
                    mark(2, about=number(2), text="x"),
                    sample(1),
                    part(2, number(1), number=1),
                ]
            )
        assert find(store, query(Mark)) == [mark(1), mark(2, about=number(2), text="x")]
        assert find(store, query(Part)) == [part(1, number(1)), part(2, number(1), number=1)]
        assert find(store, query(Sample)) == [sample(1)]

    def test_appends_many_records(self, store: Store) -> None:
        """``append`` takes thousands of records."""
        with writing(store) as session:
            session.append([mark(place, text=f"t{place}") for place in range(3_000)])
        assert count_of(store, query(Mark)) == 3_000
        assert load(store, Mark, number(2_999)) == mark(2_999, text="t2999")

    def test_appends_nothing(self, store: Store) -> None:
        """``append`` of no records does nothing; a transaction that wrote nothing commits."""
        with writing(store) as session:
            session.append([])
        with writing(store):
            pass
        assert count_of(store, query(Mark)) == 0

    def test_takes_all_back_when_the_commit_fails(self, store: Store) -> None:
        """A ``commit`` that fails leaves nothing of its transaction, and the next one works."""
        put(store, sample(1, code="x"), mark(1, text="first"))

        def work(session: Session) -> None:
            assert session.insert(sample(2))
            assert session.replace(sample(1, code="y", version=2), 1)
            session.append([mark(2), mark(1, text="second")])

        with pytest.raises(Contention):
            committed(store, work)
        assert find(store, query(Sample)) == [sample(1, code="x")]
        assert find(store, query(Mark)) == [mark(1, text="first")]
        put(store, sample(2, code="y"))
        assert load(store, Sample, number(2)) == sample(2, code="y")

    def test_takes_all_back_when_the_work_fails(self, store: Store) -> None:
        """An error between the writes leaves nothing of them."""
        put(store, sample(1))

        def work(session: Session) -> None:
            assert session.replace(sample(1, name="new", version=2), 1)
            session.append([mark(1)])
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            committed(store, work)
        assert find(store, query(Sample)) == [sample(1)]
        assert count_of(store, query(Mark)) == 0

    def test_goes_on_after_a_failed_session(self, store: Store) -> None:
        """Failed sessions use nothing up: the store works as before after many of them."""
        put(store, mark(1))
        for _ in range(30):
            with pytest.raises(Contention):
                committed(store, lambda session: session.append([mark(1)]))
        put(store, mark(2))
        assert count_of(store, query(Mark)) == 2

    def test_closes_a_session_as_often_as_asked(self, store: Store) -> None:
        """Closing a session again does nothing, before and after ``commit``."""
        session = store.begin(write=True)
        assert session.insert(sample(1))
        session.commit()
        session.close()
        session.close()
        session = store.begin(write=True)
        session.close()
        session.close()
        assert find(store, query(Sample)) == [sample(1)]

    def test_opens_many_sessions_one_after_another(self, store: Store) -> None:
        """Closed sessions give back what they held: hundreds of them leave room for more."""
        for place in range(150):
            session = store.begin(write=place % 2 == 0)
            assert session.count(query(Sample)) == 0
            session.close()
