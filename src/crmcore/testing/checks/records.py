"""Records come back exactly as they were stored."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import attrs

from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.query import count, query, tally
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import count_of, find, load, put, reading, writing

__all__ = ["RecordChecks"]

FULL = sample(
    7,
    name="北京华建",
    note="first line\nsecond line",
    label="",
    code="C-7",
    count=-5,
    rank=3,
    ratio=Decimal("-12.3456"),
    weight=Decimal("0.10"),
    active=True,
    checked=False,
    until=dt.date(2026, 12, 31),
    seen=dt.datetime(2026, 1, 2, 3, 4, 5, 6_000, tzinfo=dt.UTC),
    parent=number(3),
    colour=Colour.DARK_BLUE,
    shade=Colour.GREEN,
    tags=("hot", "vip", "hot"),
    members=(number(9), number(2)),
    aliases=("华建",),
    deposit=Money(amount=Decimal("-0.01"), currency="USD"),
    version=4,
)
EMPTY = sample(8)


def types_in(entity: Sample) -> list[type]:
    """Name the type of every value: ``True == 1`` and ``Decimal(1) == 1`` must not hide a store's own types."""
    return [type(value) for value in describe(Sample).flatten(entity)]


class RecordChecks(StoreFixtures):
    """``load``, ``insert``, ``replace``, ``delete`` and the values they keep."""

    def test_keeps_a_record_with_every_value(self, store: Store) -> None:
        """``load`` and ``find`` answer an equal record whose values have the types of the entity's fields."""
        put(store, FULL)
        loaded = load(store, Sample, FULL.id)
        assert loaded == FULL
        assert types_in(loaded) == types_in(FULL)
        (found,) = find(store, query(Sample))
        assert found == FULL
        assert types_in(found) == types_in(FULL)

    def test_keeps_a_record_without_optional_values(self, store: Store) -> None:
        """A missing value stays missing: it never becomes zero, an empty text, list or value object."""
        put(store, EMPTY)
        loaded = load(store, Sample, EMPTY.id)
        assert loaded == EMPTY
        assert types_in(loaded) == types_in(EMPTY)

    def test_tells_an_empty_value_from_a_missing_one(self, store: Store) -> None:
        """An empty text and an empty list are values; None is none."""
        put(store, sample(1, label="", aliases=()), sample(2, label=None, aliases=None))
        first, second = find(store, query(Sample))
        assert (first.label, first.aliases) == ("", ())
        assert (second.label, second.aliases) == (None, None)

    def test_answers_none_for_an_unknown_id(self, store: Store) -> None:
        """``load`` answers None, also for an id that another kind of record has."""
        put(store, FULL)
        assert load(store, Sample, number(99)) is None
        assert load(store, Part, FULL.id) is None

    def test_refuses_a_taken_id(self, store: Store) -> None:
        """``insert`` answers False for an id that is taken, does nothing, and the session goes on."""
        put(store, EMPTY)
        with writing(store) as session:
            assert session.insert(sample(8, name="intruder")) is False
            assert session.load(Sample, number(8)) == EMPTY
            assert session.insert(sample(9)) is True
            assert session.insert(sample(9, name="intruder")) is False
        assert [one.name for one in find(store, query(Sample))] == ["n008", "n009"]

    def test_keeps_kinds_of_records_apart(self, store: Store) -> None:
        """The same id may be used by records of different kinds."""
        put(store, sample(1), part(1, number(1)), mark(1))
        assert load(store, Sample, number(1)) == sample(1)
        assert load(store, Part, number(1)) == part(1, number(1))
        assert load(store, Mark, number(1)) == mark(1)

    def test_replaces_every_value(self, store: Store) -> None:
        """``replace`` stores all values of the new version, also those that become missing, and touches no other."""
        put(store, FULL, EMPTY)
        after = attrs.evolve(EMPTY, id=FULL.id, version=5)
        with writing(store) as session:
            assert session.replace(after, 4) is True
        assert load(store, Sample, FULL.id) == after
        assert load(store, Sample, EMPTY.id) == EMPTY

    def test_fills_missing_values(self, store: Store) -> None:
        """``replace`` stores values where there were none."""
        put(store, EMPTY)
        after = attrs.evolve(FULL, id=EMPTY.id, version=2)
        with writing(store) as session:
            assert session.replace(after, 1)
        assert load(store, Sample, EMPTY.id) == after

    def test_deletes_one_record(self, store: Store) -> None:
        """``delete`` removes the record and no other."""
        put(store, FULL, EMPTY, part(7, FULL.id))
        with writing(store) as session:
            assert session.delete(Sample, FULL.id, 4) is True
        assert load(store, Sample, FULL.id) is None
        assert find(store, query(Sample)) == [EMPTY]
        assert count_of(store, query(Part)) == 1

    def test_sees_its_own_writes(self, store: Store) -> None:
        """``load``, ``find``, ``count`` and ``tally`` answer what the session has written before it commits."""
        put(store, sample(1), sample(2))
        numbers = tally(query(Sample), measures=(count(),))
        with writing(store) as session:
            assert session.insert(sample(3))
            assert session.replace(sample(1, name="new", version=2), 1)
            assert session.delete(Sample, number(2), 1)
            assert session.load(Sample, number(3)) == sample(3)
            assert session.load(Sample, number(2)) is None
            assert [one.name for one in session.find(query(Sample))] == ["new", "n003"]
            assert session.count(query(Sample)) == 2
            assert session.tally(numbers)[0].values == (2,)

    def test_lets_a_record_live_and_die_in_one_session(self, store: Store) -> None:
        """A record may be made, changed, removed and made again within one transaction."""
        with writing(store) as session:
            assert session.insert(sample(1, code="x"))
            assert session.replace(sample(1, code="y", version=2), 1)
            assert session.delete(Sample, number(1), 2)
            assert session.load(Sample, number(1)) is None
            assert session.insert(sample(1, code="z"))
        assert find(store, query(Sample)) == [sample(1, code="z")]

    def test_leaves_earlier_answers_alone(self, store: Store) -> None:
        """What a session has answered does not change when the record does."""
        put(store, sample(1, tags=("a",)))
        with writing(store) as session:
            before = session.load(Sample, number(1))
            assert session.replace(sample(1, tags=("b",), version=2), 1)
            assert before == sample(1, tags=("a",))

    def test_orders_ids_by_their_bytes(self, store: Store) -> None:
        """Ids sort as UUIDs do in Python, whatever their bytes are: stores that shuffle them would lose keysets."""
        places = [0, 1, 0xFF, 0x100, 0x8000_0000, 0x7F00_0000_0000, 0xFFFF_FFFF_FFFF]
        made = [attrs.evolve(sample(1), id=UUID(int=place << 80 | place)) for place in places]
        put(store, *reversed(made))
        assert [one.id for one in find(store, query(Sample))] == sorted(one.id for one in made)

    def test_does_nothing_in_a_reading_session(self, store: Store) -> None:
        """A session that only reads leaves the store as it was."""
        put(store, FULL)
        with reading(store) as session:
            assert session.load(Sample, FULL.id) == FULL
        assert find(store, query(Sample)) == [FULL]
