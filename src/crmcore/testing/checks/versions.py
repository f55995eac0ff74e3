"""Nobody overwrites what they have not seen."""

from crmcore.query import query
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Part, Sample, number, sample
from crmcore.testing.sessions import find, load, put, writing

__all__ = ["VersionChecks"]


class VersionChecks(StoreFixtures):
    """``replace`` and ``delete`` act only on the version they expect."""

    def test_refuses_to_replace_another_version(self, store: Store) -> None:
        """``replace`` answers False for an older or newer version, does nothing, and the session goes on."""
        put(store, sample(1, version=3))
        with writing(store) as session:
            for expected in (1, 2, 4):
                assert session.replace(sample(1, name="late", version=expected + 1), expected) is False
            assert session.load(Sample, number(1)) == sample(1, version=3)
            assert session.insert(sample(2))
        assert find(store, query(Sample)) == [sample(1, version=3), sample(2)]

    def test_refuses_to_delete_another_version(self, store: Store) -> None:
        """``delete`` answers False for an older or newer version, does nothing, and the session goes on."""
        put(store, sample(1, version=3))
        with writing(store) as session:
            for expected in (1, 2, 4):
                assert session.delete(Sample, number(1), expected) is False
            assert session.insert(sample(2))
        assert find(store, query(Sample)) == [sample(1, version=3), sample(2)]

    def test_refuses_to_replace_a_missing_record(self, store: Store) -> None:
        """``replace`` answers False for a record that is not there and does not make it."""
        with writing(store) as session:
            assert session.replace(sample(1, version=2), 1) is False
            assert session.load(Sample, number(1)) is None
        assert load(store, Sample, number(1)) is None

    def test_refuses_to_delete_a_missing_record(self, store: Store) -> None:
        """``delete`` answers False for a record that is not there, also if another kind has the id."""
        put(store, sample(1))
        with writing(store) as session:
            assert session.delete(Sample, number(2), 1) is False
            assert session.delete(Part, number(1), 1) is False
        assert find(store, query(Sample)) == [sample(1)]

    def test_stores_the_version_it_is_given(self, store: Store) -> None:
        """The core counts versions: a store keeps the entity's and expects what it is told."""
        put(store, sample(1, version=5))
        with writing(store) as session:
            assert session.replace(sample(1, version=9), 5)
            assert session.replace(sample(1, version=10, name="again"), 9)
        assert load(store, Sample, number(1)) == sample(1, version=10, name="again")

    def test_refuses_a_version_that_was_current_before(self, store: Store) -> None:
        """A second change that expects the first one's version is refused, in the same session and in the next."""
        put(store, sample(1))
        with writing(store) as session:
            assert session.replace(sample(1, name="first", version=2), 1)
            assert session.replace(sample(1, name="second", version=2), 1) is False
        with writing(store) as session:
            assert session.replace(sample(1, name="third", version=2), 1) is False
            assert session.delete(Sample, number(1), 1) is False
        assert load(store, Sample, number(1)) == sample(1, name="first", version=2)

    def test_does_not_write_when_nothing_differs_but_the_version(self, store: Store) -> None:
        """``replace`` by an equal record with a new version is a change like any other."""
        put(store, sample(1))
        with writing(store) as session:
            assert session.replace(sample(1, version=2), 1)
        with writing(store) as session:
            assert session.replace(sample(1, version=2), 1) is False

    def test_replaces_by_the_very_same_record(self, store: Store) -> None:
        """``replace`` that changes no value at all still finds its record: a store counts matches, not changes."""
        put(store, sample(1))
        with writing(store) as session:
            assert session.replace(sample(1), 1) is True
            assert session.replace(sample(1), 1) is True
        assert load(store, Sample, number(1)) == sample(1)
