"""``in_query``: the field holds the id of a record that another query finds, or what such a record has in a field."""

from typing import Any

from attrs import fields

from crmcore.query import any_of, asc, contains, count, eq, in_query, is_null, negate, query, tally
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Part, Sample, number, part, sample
from crmcore.testing.sessions import count_of, find, put, tally_of, writing

__all__ = ["SemiJoinChecks"]

s: Any = fields(Sample)
p: Any = fields(Part)
RED = query(Sample).where(eq(s.colour, Colour.RED))


def family(store: Store) -> None:
    """Store three samples, the second and third below the first, and parts of them."""
    put(
        store,
        sample(1, colour=Colour.RED, name="Eins"),
        sample(2, colour=Colour.BLUE, parent=number(1)),
        sample(3, colour=Colour.RED, parent=number(2)),
        part(11, number(1), name="x"),
        part(12, number(2), name="y"),
        part(13, number(3), name="x"),
        part(14, number(99), name="x"),
    )


class SemiJoinChecks(StoreFixtures):
    """The one question that looks at records of another kind."""

    def test_finds_by_records_of_another_kind(self, store: Store) -> None:
        """Records are found by what the records they name are like; a name that leads nowhere does not count."""
        family(store)
        parts = query(Part).where(in_query(p.sample, RED))
        assert [one.id for one in find(store, parts)] == [number(11), number(13)]
        assert count_of(store, parts) == 2
        every = query(Part).where(in_query(p.sample, query(Sample)))
        assert [one.id for one in find(store, every)] == [number(11), number(12), number(13)]

    def test_turns_around(self, store: Store) -> None:
        """``negate`` finds the others, also those whose field is missing or leads nowhere."""
        family(store)
        others = query(Part).where(negate(in_query(p.sample, RED)))
        assert [one.id for one in find(store, others)] == [number(12), number(14)]
        assert places(store, negate(in_query(s.parent, RED))) == [1, 3]
        assert places(store, negate(in_query(s.parent, query(Part)))) == [1, 2, 3]

    def test_finds_by_records_of_the_same_kind(self, store: Store) -> None:
        """A record may name another one of its own kind, and the inner question is about that one."""
        family(store)
        assert places(store, in_query(s.parent, RED)) == [2]
        assert places(store, in_query(s.parent, query(Sample).where(is_null(s.parent)))) == [2]
        assert places(store, eq(s.colour, Colour.RED), in_query(s.parent, query(Sample))) == [3]

    def test_nests(self, store: Store) -> None:
        """The inner question may ask again, and combines with others."""
        family(store)
        grandchildren = query(Sample).where(in_query(s.parent, query(Sample).where(in_query(s.parent, RED))))
        assert [one.id for one in find(store, grandchildren)] == [number(3)]
        deep = query(Part).where(any_of(in_query(p.sample, grandchildren), eq(p.name, "y")))
        assert [one.id for one in find(store, deep)] == [number(12), number(13)]

    def test_searches_inside(self, store: Store) -> None:
        """The inner question may search text."""
        family(store)
        parts = query(Part).where(in_query(p.sample, query(Sample).where(contains(s.name, "EIN"))))
        assert [one.id for one in find(store, parts)] == [number(11)]

    def test_ignores_order_and_page_inside(self, store: Store) -> None:
        """Order and page of the inner question do not count."""
        family(store)
        inner = RED.sort(asc(s.name)).page(1, 1)
        assert [one.id for one in find(store, query(Part).where(in_query(p.sample, inner)))] == [number(11), number(13)]

    def test_finds_by_what_others_name(self, store: Store) -> None:
        """With ``on``, a record is found if a record that the inner question finds has its id in that field."""
        family(store)
        named = in_query(s.id, query(Part).where(eq(p.name, "x")), on=p.sample)
        assert places(store, named) == [1, 3]
        assert places(store, negate(named)) == [2]
        assert places(store, in_query(s.id, query(Part).where(eq(p.name, "x")))) == []
        assert places(store, in_query(s.parent, query(Part).where(eq(p.name, "y")), on=p.sample)) == [3]

    def test_finds_nothing_by_missing_names(self, store: Store) -> None:
        """A missing value on either side is like no other, and ``negate`` finds what is left, all the same."""
        family(store)
        named = in_query(s.id, query(Sample), on=s.parent)
        assert places(store, named) == [1, 2]
        assert places(store, negate(named)) == [3]
        siblings = in_query(s.parent, query(Sample), on=s.parent)
        assert places(store, siblings) == [2, 3]
        assert places(store, negate(siblings)) == [1]
        nobody = in_query(s.parent, query(Sample).where(is_null(s.parent)), on=s.parent)
        assert places(store, nobody) == []
        assert places(store, negate(nobody)) == [1, 2, 3]

    def test_tallies(self, store: Store) -> None:
        """A tally may use it."""
        family(store)
        rows = tally_of(store, tally(query(Part).where(in_query(p.sample, RED)), by=(p.name,), measures=(count(),)))
        assert [(row.key, row.values) for row in rows] == [(("x",), (2,))]

    def test_sees_its_own_writes_inside(self, store: Store) -> None:
        """The inner question sees what this transaction has written."""
        family(store)
        with writing(store) as session:
            assert session.replace(sample(1, colour=Colour.GREEN, version=2), 1)
            assert session.insert(sample(99))
            found = session.find(query(Part).where(in_query(p.sample, RED)))
            assert [one.id for one in found] == [number(13), number(14)]
