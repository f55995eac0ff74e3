"""No two records share a value that has to be unique."""

import pytest

from crmcore.base.errors import Contention
from crmcore.query import query
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import committed, count_of, find, load, put, writing

__all__ = ["UniqueChecks"]

DIFFERENT = (
    "a",
    "A",
    "ａ",
    "á",
    "a\u0301",
    "ä",
    "e",
    "é",
    "ß",
    "ss",
    "😀",
    "😁",
    "a ",
    " a",
    "İ",
    "i̇",
    "ı",
    "i",
    "华",
    "華",
)
"""Texts that some store's default order takes for the same."""


class UniqueChecks(StoreFixtures):
    """Fields hinted ``unique``, alone or within others."""

    def test_refuses_a_taken_value(self, store: Store) -> None:
        """``insert`` answers False for a unique value that is taken, does nothing, and the session goes on."""
        put(store, sample(1, code="x"))
        with writing(store) as session:
            assert session.insert(sample(2, code="x")) is False
            assert session.load(Sample, number(2)) is None
            assert session.insert(sample(3, code="y")) is True
            assert session.insert(sample(4, code="y")) is False
        assert [one.code for one in find(store, query(Sample))] == ["x", "y"]

    def test_goes_on_with_its_writes_after_a_refusal(self, store: Store) -> None:
        """What the session wrote before a refused ``insert`` is committed all the same."""
        put(store, sample(1, code="x"))
        with writing(store) as session:
            session.append([mark(1)])
            assert session.insert(sample(2))
            assert session.replace(sample(1, code="x", name="new", version=2), 1)
            assert session.insert(sample(3, code="x")) is False
            session.append([mark(2)])
        assert [one.name for one in find(store, query(Sample))] == ["new", "n002"]
        assert count_of(store, query(Mark)) == 2

    def test_does_not_count_missing_values(self, store: Store) -> None:
        """Any number of records may have no value."""
        put(store, *(sample(place) for place in range(5)))
        assert count_of(store, query(Sample)) == 5

    def test_compares_values_by_code_point(self, store: Store) -> None:
        """Upper and lower case, accents, width, composed letters, emoji and trailing blanks make values different."""
        put(store, *(sample(place, code=text) for place, text in enumerate(DIFFERENT)))
        assert {one.code for one in find(store, query(Sample))} == set(DIFFERENT)
        with writing(store) as session:
            for place, text in enumerate(DIFFERENT):
                assert session.insert(sample(100 + place, code=text)) is False, text

    def test_frees_a_value(self, store: Store) -> None:
        """The value of a record that was removed or changed may be used again, at once."""
        put(store, sample(1, code="x"), sample(2, code="y"))
        with writing(store) as session:
            assert session.delete(Sample, number(1), 1)
            assert session.insert(sample(3, code="x"))
            assert session.replace(sample(2, code=None, version=2), 1)
            assert session.insert(sample(4, code="y"))
        assert [one.code for one in find(store, query(Sample))] == [None, "x", "y"]

    def test_frees_a_value_for_the_next_session(self, store: Store) -> None:
        """Freed in one transaction, used in the next."""
        put(store, sample(1, code="x"), sample(2, code="y"))
        with writing(store) as session:
            assert session.delete(Sample, number(1), 1)
            assert session.replace(sample(2, code="z", version=2), 1)
        put(store, sample(3, code="x"), sample(4, code="y"))
        assert [one.code for one in find(store, query(Sample))] == ["z", "x", "y"]

    def test_lets_a_record_keep_its_value(self, store: Store) -> None:
        """A record does not collide with itself."""
        put(store, sample(1, code="x"))
        with writing(store) as session:
            assert session.replace(sample(1, code="x", name="new", version=2), 1)
        assert load(store, Sample, number(1)) == sample(1, code="x", name="new", version=2)

    def test_reports_a_taken_value_on_replace(self, store: Store) -> None:
        """``replace`` (or ``commit``) raises ``Contention`` for a unique value that another record has."""
        put(store, sample(1, code="x"), sample(2, code="y"))
        with pytest.raises(Contention):
            committed(store, lambda session: session.replace(sample(2, code="x", version=2), 1))
        assert [one.code for one in find(store, query(Sample))] == ["x", "y"]

    def test_reports_a_taken_value_on_append(self, store: Store) -> None:
        """``append`` (or ``commit``) raises ``Contention`` for a taken unique value; nothing of it stays."""
        put(store, part(1, number(1), series=1, number=5))

        def work(session: Session) -> None:
            assert session.insert(sample(1))
            session.append([mark(1), part(2, number(1), series=1, number=5)])

        with pytest.raises(Contention):
            committed(store, work)
        assert count_of(store, query(Part)) == 1
        assert count_of(store, query(Sample)) == 0
        assert count_of(store, query(Mark)) == 0

    def test_reports_a_taken_id_on_append(self, store: Store) -> None:
        """``append`` (or ``commit``) raises ``Contention`` for a taken id; the record that is there stays."""
        put(store, mark(1, text="first"))
        with pytest.raises(Contention):
            committed(store, lambda session: session.append([mark(2), mark(1, text="second")]))
        assert find(store, query(Mark)) == [mark(1, text="first")]

    def test_is_unique_within_other_fields(self, store: Store) -> None:
        """``within`` makes a value unique among the records that agree in those fields."""
        first, second = number(1), number(2)
        put(store, part(1, first, series=1, number=5))
        with writing(store) as session:
            assert session.insert(part(2, first, series=1, number=5)) is False
            assert session.insert(part(3, first, series=1, number=6))
            assert session.insert(part(4, first, series=2, number=5))
            assert session.insert(part(5, second, series=1, number=5))
        assert count_of(store, query(Part)) == 4

    def test_does_not_count_a_missing_value_within_others(self, store: Store) -> None:
        """A record that lacks one of the values collides with none."""
        put(store, *(part(place, number(1), series=None, number=5) for place in range(3)))
        assert count_of(store, query(Part)) == 3

    def test_does_not_mix_kinds(self, store: Store) -> None:
        """A value is unique among records of one kind."""
        put(store, sample(1, code="1"), part(1, number(1), series=1, number=1))
        assert count_of(store, query(Sample)) == count_of(store, query(Part)) == 1
