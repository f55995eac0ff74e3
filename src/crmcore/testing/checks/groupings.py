"""Groups by bands of values and by fields of records that are named, and the way back from a group to its records."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
from attrs import fields

from crmcore.query import (
    Tally,
    Through,
    Top,
    banded,
    count,
    distinct,
    eq,
    ge,
    query,
    records_behind,
    tally,
    through,
    total,
)
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Part, Sample, number, part, sample
from crmcore.testing.sessions import count_of, put, tally_of, writing

__all__ = ["GroupingChecks"]

s: Any = fields(Sample)
p: Any = fields(Part)
COLOUR: Final = through(p.sample, Sample, s.colour)
GRANDPARENT: Final = through(p.sample, Sample, through(s.parent, Sample, s.name))


def grouped(store: Store, asked: Tally) -> dict[Any, Any]:
    """Answer the first measure of each group by its key, which stands alone where there is only one."""
    rows: Any = tally_of(store, asked)
    found = {row.key if len(row.key) > 1 else row.key[0]: row.values[0] for row in rows}
    assert all(type(one) is int for one in found.values() if one is not None and not isinstance(one, Decimal))
    return found


def bands(field: Any, *edges: Any, of: type[Any] = Sample) -> Tally:
    """Count records in bands."""
    return tally(query(of), by=(banded(field, edges),), measures=(count(),))


def family(store: Store) -> None:
    """Store samples of which some name a parent, and parts of them; one part names a sample that is not there."""
    put(
        store,
        sample(1, name="Eins", colour=Colour.RED, weight=Decimal("0.10")),
        sample(2, name="Zwei", colour=Colour.BLUE, parent=number(1), rank=2),
        sample(3, name="Drei", colour=Colour.RED, parent=number(2), rank=5, shade=Colour.GREEN),
        part(11, number(1), number=1),
        part(12, number(2), number=2),
        part(13, number(3), number=4),
        part(14, number(3), number=8),
        part(15, number(99), number=16),
    )


class GroupingChecks(StoreFixtures):
    """``tally`` by more than plain fields."""

    def test_puts_an_edge_into_the_band_above(self, store: Store) -> None:
        """A band is named by the number of edges that its values have reached; a missing value lies in none."""
        ranks = [-3, 1, 2, 3, 4, 9, None, None]
        put(store, *(sample(place, rank=rank) for place, rank in enumerate(ranks)))
        assert grouped(store, bands(s.rank, 2, 4)) == {None: 2, 0: 2, 1: 2, 2: 2}
        assert grouped(store, bands(s.rank, 100)) == {None: 2, 0: 6}
        assert grouped(store, bands(s.rank, -100)) == {None: 2, 1: 6}
        assert [row.key for row in tally_of(store, bands(s.rank, 2, 4))] == [(None,), (0,), (1,), (2,)]

    def test_bands_decimals(self, store: Store) -> None:
        """Amounts are compared exactly, also with edges that are finer than what a field keeps."""
        for place, weight in enumerate(["-0.01", "0.00", "0.29", "0.30", "0.31", "2999.99", "3000.00"]):
            put(store, sample(place, weight=Decimal(weight)))
        assert grouped(store, bands(s.weight, Decimal(0), Decimal("0.3"), Decimal(3000))) == {0: 1, 1: 2, 2: 3, 3: 1}
        finer = [Decimal("0.295"), Decimal("0.3049"), Decimal("0.305")]
        assert grouped(store, bands(s.weight, *finer)) == {0: 3, 1: 1, 3: 3}

    def test_bands_days_and_instants(self, store: Store) -> None:
        """Months are bands whose edges are when they begin, in zones of half hours too."""
        zone = ZoneInfo("Asia/Kolkata")
        edges = [dt.datetime(2026, month, 1, tzinfo=zone) for month in (3, 4)]
        before, after = dt.timedelta(milliseconds=1), dt.timedelta(0)
        put(store, *(sample(n, seen=edges[n // 2] - (before, after)[n % 2]) for n in range(4)), sample(4))
        assert grouped(store, bands(s.seen, *edges)) == {None: 1, 0: 1, 1: 2, 2: 1}
        put(store, *(sample(n, until=dt.date(2026, 3, n)) for n in range(5, 9)))
        assert grouped(store, bands(s.until, dt.date(2026, 3, 6), dt.date(2026, 3, 8))) == {None: 5, 0: 1, 1: 2, 2: 1}

    def test_bands_texts_by_code_point(self, store: Store) -> None:
        """Letters are bands as well; capital letters come before small ones."""
        put(store, *(sample(n, label=text) for n, text in enumerate(["", "A", "Z", "a", "b", "é", "华"])), sample(9))
        assert grouped(store, bands(s.label, "B", "a", "c")) == {None: 1, 0: 2, 1: 1, 2: 2, 3: 2}

    def test_bands_by_hundreds_of_edges(self, store: Store) -> None:
        """Hundreds of edges are no trouble."""
        put(store, *(sample(n, count=n * 70) for n in range(10)))
        assert grouped(store, bands(s.count, *range(1, 501))) == {
            min(n * 70, 500): 1 + (n == 9) for n in (*range(8), 9)
        }

    def test_combines_bands_with_all_else(self, store: Store) -> None:
        """Bands stand beside other keys, conditions and the top."""
        put(store, *(sample(n, count=n, colour=[Colour.RED, Colour.BLUE][n % 2]) for n in range(9)))
        asked = tally(
            query(Sample).where(ge(s.count, 1)),
            by=(s.colour, banded(s.count, [4, 8])),
            measures=(total(s.count),),
        )
        expected = {(Colour.BLUE, 0): 4, (Colour.BLUE, 1): 12, (Colour.RED, 0): 2, (Colour.RED, 1): 10}
        assert grouped(store, asked) == {**expected, (Colour.RED, 2): 8}
        top = tally_of(store, attrs.evolve(asked, top=Top("total", 2)))
        assert [row.key for row in top] == [(Colour.BLUE, 1), (Colour.RED, 1)]

    def test_groups_through_a_reference(self, store: Store) -> None:
        """Records are grouped by a field of what they name; None where that is missing or has no value."""
        family(store)
        asked = tally(query(Part), by=(COLOUR,), measures=(total(p.number), count()))
        rows = tally_of(store, asked)
        assert [(row.key[0], row.values) for row in rows] == [
            (None, (16, 1)),
            (Colour.BLUE, (2, 1)),
            (Colour.RED, (13, 3)),
        ]
        shades = tally(query(Part), by=(through(p.sample, Sample, s.shade),), measures=(count(),))
        assert grouped(store, shades) == {None: 3, Colour.GREEN: 2}

    def test_groups_through_several_references(self, store: Store) -> None:
        """A reference leads on to another one, also of the same kind of record; several keys may take one way."""
        family(store)
        assert grouped(store, tally(query(Part), by=(GRANDPARENT,), measures=(total(p.number),))) == {
            None: 17,
            "Eins": 2,
            "Zwei": 12,
        }
        parents = tally(query(Sample), by=(through(s.parent, Sample, s.name),), measures=(count(),))
        assert grouped(store, parents) == {None: 1, "Eins": 1, "Zwei": 1}
        both = tally(query(Part), by=(COLOUR, GRANDPARENT, p.sample), measures=(total(p.number),))
        assert grouped(store, both) == {
            (None, None, number(99)): 16,
            (Colour.BLUE, "Eins", number(2)): 2,
            (Colour.RED, None, number(1)): 1,
            (Colour.RED, "Zwei", number(3)): 12,
        }

    def test_bands_what_is_named(self, store: Store) -> None:
        """What a reference leads to may lie in bands."""
        family(store)
        ranks = banded(through(p.sample, Sample, s.rank), [3])
        assert grouped(store, tally(query(Part), by=(ranks,), measures=(total(p.number),))) == {None: 17, 0: 2, 1: 12}

    def test_leaves_out_what_is_not_to_be_seen(self, store: Store) -> None:
        """A named record that does not meet the key's condition is as if missing."""
        family(store)
        red: Through[Any] = Through(("sample",), Sample, ("name",), where=eq(s.colour, Colour.RED))
        asked = tally(query(Part), by=(), measures=(count(),))
        assert grouped(store, attrs.evolve(asked, by=(red,))) == {None: 2, "Drei": 2, "Eins": 1}
        over: Through[Any] = Through(
            ("sample",), Sample, Through(("parent",), Sample, ("name",), where=eq(s.colour, Colour.RED))
        )
        assert grouped(store, attrs.evolve(asked, by=(over,))) == {None: 4, "Eins": 1}
        either = (red, through(p.sample, Sample, s.name))
        assert grouped(store, attrs.evolve(asked, by=either)) == {
            (None, None): 1,
            (None, "Zwei"): 1,
            ("Drei", "Drei"): 2,
            ("Eins", "Eins"): 1,
        }

    def test_sums_exactly_through_a_reference(self, store: Store) -> None:
        """Groups of groups are summed as exactly as groups: to the cent, in any size."""
        put(store, sample(1, name="a"), sample(2, name="b"))
        for n in range(6):
            put(store, sample(10 + n, parent=number(1 + n % 2), weight=Decimal("1234567890123.01"), count=2**62))
        by_name = through(s.parent, Sample, s.name)
        asked = tally(query(Sample), by=(by_name,), measures=(total(s.weight), total(s.count, "n"), count("m")))
        assert [row.values for row in tally_of(store, asked)] == [
            (None, 0, 2),
            *[(Decimal("3703703670369.03"), 3 * 2**62, 3)] * 2,
        ]

    def test_takes_the_top_through_a_reference(self, store: Store) -> None:
        """``top`` counts groups by what is named, largest first, equal ones by key."""
        family(store)
        asked = tally(query(Part), by=(GRANDPARENT,), measures=(distinct(p.sample), count()), top=Top("count", 2))
        assert [(row.key[0], row.values) for row in tally_of(store, asked)] == [(None, (2, 2)), ("Zwei", (1, 2))]

    def test_groups_by_its_own_writes(self, store: Store) -> None:
        """What a reference leads to is what this transaction has written."""
        family(store)
        with writing(store) as session:
            assert session.replace(sample(1, colour=Colour.GREEN, version=2), 1)
            assert session.insert(sample(99, colour=Colour.GREEN))
            rows = session.tally(tally(query(Part), by=(COLOUR,), measures=(count(),)))
        assert [(row.key[0], row.values[0]) for row in rows] == [(Colour.BLUE, 1), (Colour.GREEN, 2), (Colour.RED, 2)]

    def test_opens_every_group(self, store: Store) -> None:
        """The query behind a row finds as many records as the row counts."""
        family(store)
        keys = (
            GRANDPARENT,
            COLOUR,
            banded(through(p.sample, Sample, s.rank), [2, 3]),
            banded(p.number, [2, 9]),
            p.name,
        )
        for by in (*((key,) for key in keys), keys):
            asked = tally(query(Part).where(ge(p.number, 2)), by=by, measures=(count(),))
            rows = tally_of(store, asked)
            assert [count_of(store, records_behind(asked, row)) for row in rows] == [row.values[0] for row in rows]
            assert sum(row.values[0] for row in rows) == 4
