"""Groups by how many records share a value, and measures of some of a group's records alone."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.query import (
    Fn,
    Measure,
    Top,
    all_of,
    any_of,
    count,
    distinct,
    elapsed,
    eq,
    frequency,
    ge,
    group_count,
    is_null,
    largest,
    le,
    lt,
    negate,
    only,
    overall,
    query,
    smallest,
    tally,
    through,
    total,
)
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Part, Sample, number, part, sample
from crmcore.testing.sessions import put, tally_of

__all__ = ["FrequencyChecks"]

s: Any = fields(Sample)
p: Any = fields(Part)
NOON: Final = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)
FIRST: Final = le(s.day, dt.date(2025, 12, 31))
LATER: Final = ge(s.day, dt.date(2026, 1, 1))


def bought(place: int, who: int | None, year: int, **values: Any) -> Sample:
    """Make a sample of a year that names a parent, as an order names its customer."""
    return sample(place, parent=None if who is None else number(who), day=dt.date(year, 5, 1), **values)


class FrequencyChecks(StoreFixtures):
    """``tally`` by frequencies, and of some records only."""

    def test_measures_some_of_a_group(self, store: Store) -> None:
        """Each measure looks at its own records; where none is meant, nothing is counted and there is no sum."""
        for n in range(6):
            put(store, sample(n, colour=[Colour.RED, Colour.BLUE][n % 2], count=n, weight=Decimal(n) / 4))
        some = (
            only(count(), "few", ge(s.count, 3)),
            only(total(s.count), "sum", ge(s.count, 3), lt(s.count, 5)),
            only(total(s.weight), "weight", eq(s.count, 5)),
            only(smallest(s.count), "least", ge(s.count, 1)),
            only(largest(s.weight), "most", lt(s.count, 4)),
            count("all"),
        )
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=some))
        assert [(row.key[0], row.values) for row in rows] == [
            (Colour.BLUE, (2, 3, Decimal("1.25"), 1, Decimal("0.75"), 3)),
            (Colour.RED, (1, 4, None, 2, Decimal("0.50"), 3)),
        ]
        top = tally_of(store, tally(query(Sample), by=(s.colour,), measures=some, top=Top("sum", 1)))
        assert [row.key[0] for row in top] == [Colour.RED]
        (row,) = tally_of(store, tally(query(Sample).where(ge(s.count, 9)), measures=some))
        assert row.values == (0, None, None, None, None, 0)

    def test_compares_as_conditions_do(self, store: Store) -> None:
        """A missing value meets no comparison, so that it meets its opposite; texts compare by code point."""
        put(store, *(sample(n, rank=rank) for n, rank in enumerate([None, -1, 0, 3])))
        put(store, *(sample(9 + n, label=text, rank=9) for n, text in enumerate(["a", "A", "a ", ""])))
        for condition, expected in (
            (lt(s.rank, 1), 2),
            (le(s.rank, 0), 2),
            (negate(lt(s.rank, 1)), 6),
            (negate(ge(s.rank, 0)), 2),
            (is_null(s.rank), 1),
            (eq(s.label, "a"), 1),
            (ge(s.label, "a"), 2),
            (negate(eq(s.label, "a")), 7),
            (any_of(eq(s.rank, 3), is_null(s.rank), eq(s.label, "")), 3),
            (all_of(ge(s.rank, 0), negate(eq(s.rank, 9))), 2),
            (any_of(), 0),
            (negate(any_of()), 8),
            (eq(s.weight, Decimal("0.005")), 0),
        ):
            (row,) = tally_of(store, tally(query(Sample), measures=(only(count(), "n", condition),)))
            assert row.values == (expected,), condition

    def test_measures_some_beside_all_else(self, store: Store) -> None:
        """Time, different values, all groups together and what is named by references stand beside some records."""
        put(store, sample(1, name="a"), sample(2, name="b"))
        for n in range(4):
            put(store, sample(10 + n, parent=number(1 + n % 2), count=n, at=NOON, seen=NOON + dt.timedelta(seconds=n)))
        many = ge(s.count, 2)
        measures = (
            distinct(s.count, "different"),
            distinct(s.parent, "parents"),
            only(elapsed(s.at, s.seen), "took", many),
            only(count(), "many", many),
            Measure("every", Fn.COUNT, overall=True, where=many),
            overall(count(), "all"),
        )
        asked = tally(query(Sample), by=(through(s.parent, Sample, s.name),), measures=measures)
        assert [(row.key[0], row.values) for row in tally_of(store, asked)] == [
            (None, (1, 0, None, 0, 2, 6)),
            ("a", (2, 1, 2000, 1, 2, 6)),
            ("b", (2, 1, 3000, 1, 2, 6)),
        ]

    def test_groups_by_how_many_share_a_value(self, store: Store) -> None:
        """Who came once, twice, or more often; records without a value share that they have none."""
        put(store, *(bought(n, who, 2025, count=1 << n) for n, who in enumerate((None, None, None, 71, 72, 72, 73))))
        measures = (distinct(s.parent), count(), total(s.count), group_count())
        rows = tally_of(store, tally(query(Sample), by=(frequency(s.parent, [2, 3]),), measures=measures))
        assert [(row.key, row.values) for row in rows] == [
            ((0,), (2, 2, 72, 3)),
            ((1,), (1, 2, 48, 3)),
            ((2,), (0, 3, 7, 3)),
        ]
        assert all(type(row.key[0]) is int for row in rows)
        assert tally_of(store, tally(query(Part), by=(frequency(p.sample, [1]),), measures=(count(),))) == []

    def test_groups_by_who_came_back(self, store: Store) -> None:
        """Records of groups are told apart by how many of them meet each condition, and measured by conditions too."""
        visits = ((71, 2025), (71, 2025), (71, 2026), (72, 2025), (73, 2026), (74, 2025), (74, 2026), (74, 2026))
        for n, (who, year) in enumerate(visits):
            put(store, bought(n, who, year, weight=Decimal("0.01") * (1 << n), count=2**62))
        measures = (
            distinct(s.parent),
            only(total(s.weight), "first", FIRST),
            only(total(s.weight), "later", LATER),
            only(count(), "often", LATER),
            total(s.count, "sum"),
            smallest(s.weight),
        )
        asked = tally(
            query(Sample), by=(frequency(s.parent, [1], FIRST), frequency(s.parent, [1], LATER)), measures=measures
        )
        d = Decimal
        assert [(row.key, row.values) for row in tally_of(store, asked)] == [
            ((0, 1), (1, None, d("0.16"), 1, 2**62, d("0.16"))),
            ((1, 0), (1, d("0.08"), None, 0, 2**62, d("0.08"))),
            ((1, 1), (2, d("0.35"), d("1.96"), 3, 6 * 2**62, d("0.01"))),
        ]
        top = tally(asked.of.where(FIRST), by=asked.by, measures=measures, top=Top("distinct", 1))  # type: ignore[arg-type]
        assert [(row.key, row.values[0]) for row in tally_of(store, top)] == [((1, 0), 3)]

    def test_counts_how_often_within_the_question(self, store: Store) -> None:
        """What the tally does not ask for does not count towards how many there are."""
        put(store, *(sample(n) for n in (1, 2)), *(part(10 + n, number(1 + n // 3), number=n) for n in range(5)))
        often = (frequency(p.sample, [2, 3]),)
        every = tally_of(store, tally(query(Part), by=often, measures=(count(),)))
        assert [(row.key[0], row.values[0]) for row in every] == [(1, 2), (2, 3)]
        some = tally_of(store, tally(query(Part).where(ge(p.number, 1)), by=often, measures=(count(),)))
        assert [(row.key[0], row.values[0]) for row in some] == [(1, 4)]
