"""Measures beyond counting and summing: how many different values, and how much time."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.query import Top, count, distinct, elapsed, eq, group_count, overall, query, tally, through, total
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Part, Sample, number, part, sample
from crmcore.testing.sessions import put, tally_of

__all__ = ["MeasureChecks"]

s: Any = fields(Sample)
p: Any = fields(Part)
NOON: Final = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)
TOOK: Final = elapsed(s.at, s.seen)
WHOLE: Final = (
    count(),
    group_count(),
    overall(count(), "all"),
    overall(total(s.count), "sum"),
    overall(total(s.weight), "weight"),
)
DAY: Final = 24 * 60 * 60 * 1000


def lasting(place: int, duration: dt.timedelta, **values: Any) -> Sample:
    """Make a sample that was seen so much later."""
    return sample(place, at=NOON, seen=NOON + duration, **values)


class MeasureChecks(StoreFixtures):
    """What a tally may measure besides numbers."""

    def test_counts_different_values(self, store: Store) -> None:
        """Equal values count once, missing ones not at all; texts differ by code point."""
        labels = ["a", "A", "a", "a ", "é", "e\u0301", "", None, None]
        put(store, *(sample(n, label=label, rank=n % 3 or None) for n, label in enumerate(labels)))
        measures = (distinct(s.label), distinct(s.rank, "ranks"), distinct(s.id, "ids"), distinct(s.seen, "seen"))
        (row,) = tally_of(store, tally(query(Sample), measures=measures))
        assert row.values == (6, 2, 9, 0)

    def test_counts_different_values_in_groups(self, store: Store) -> None:
        """Each group counts for itself, beside other measures, and is sorted by them."""
        for n in range(12):
            put(store, sample(n, colour=[Colour.RED, Colour.BLUE][n % 2], count=n // 4, rank=None if n % 2 else n % 3))
        measures = (distinct(s.rank), total(s.count), distinct(s.count, "counts"), count())
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=measures))
        assert [(row.key[0], row.values) for row in rows] == [(Colour.BLUE, (0, 6, 3, 6)), (Colour.RED, (3, 6, 3, 6))]
        top = tally_of(store, tally(query(Sample), by=(s.colour,), measures=measures, top=Top("distinct", 1)))
        assert [row.key[0] for row in top] == [Colour.RED]

    def test_says_beside_the_top_what_it_is_the_top_of(self, store: Store) -> None:
        """Groups are counted, and records added up, of all groups; what ``top`` leaves out belongs to them."""
        heavy = [Decimal("0.1"), None, Decimal("0.2"), None, None, None, None]
        put(store, *(sample(n, count=n, rank=n % 3, weight=weight) for n, weight in enumerate(heavy)))
        rows = tally_of(store, tally(query(Sample), by=(s.rank,), measures=WHOLE))
        assert [row.values for row in rows] == [(one, 3, 7, 21, Decimal("0.3")) for one in (3, 2, 2)]
        top = tally_of(store, tally(query(Sample), by=(s.rank,), measures=WHOLE, top=Top("count", 1)))
        assert [(row.key, row.values) for row in top] == [((0,), (3, 3, 7, 21, Decimal("0.3")))]
        some = query(Sample).where(eq(s.rank, 1))
        (row,) = tally_of(store, tally(some, by=(s.rank,), measures=WHOLE))
        assert row.values == (2, 1, 2, 5, None)

    def test_adds_up_everything_through_a_reference(self, store: Store) -> None:
        """What is grouped through a reference adds up as well: each record once."""
        put(store, *(sample(n, colour=Colour.BLUE if n == 3 else Colour.RED) for n in (1, 2, 3)))
        put(store, *(part(10 + n, number(of), number=n) for n, of in enumerate((1, 1, 2, 3, 99))))
        by = (through(p.sample, Sample, s.colour),)
        measures = (count(), group_count(), overall(count(), "all"), overall(total(p.number), "sum"))
        rows = tally_of(store, tally(query(Part), by=by, measures=measures, top=Top("count", 2)))
        assert [(row.key[0], row.values) for row in rows] == [(Colour.RED, (3, 3, 5, 10)), (None, (1, 3, 5, 10))]

    def test_adds_up_nothing(self, store: Store) -> None:
        """Without keys there is one group, of nothing too; with keys there is none to say anything."""
        (row,) = tally_of(store, tally(query(Sample), measures=WHOLE))
        assert row.values == (0, 1, 0, None, None)
        assert tally_of(store, tally(query(Sample), by=(s.rank,), measures=WHOLE)) == []
        put(store, sample(1), sample(2))
        assert [row.values for row in tally_of(store, tally(query(Sample), measures=(group_count(),)))] == [(1,)]

    def test_counts_a_value_once_through_a_reference(self, store: Store) -> None:
        """What several named records share counts once in their common group."""
        put(store, *(sample(n, colour=Colour.BLUE if n == 3 else Colour.RED) for n in (1, 2, 3)))
        parts = [(1, "x"), (1, "y"), (2, "x"), (2, "x"), (3, "x"), (99, "z")]
        put(store, *(part(10 + n, number(of), number=n, name=name) for n, (of, name) in enumerate(parts)))
        by = (through(p.sample, Sample, s.colour),)
        measures = (distinct(p.name), distinct(p.sample, "samples"), count(), total(p.number))
        rows = tally_of(store, tally(query(Part), by=by, measures=measures))
        expected = [(None, (1, 1, 1, 5)), (Colour.BLUE, (1, 1, 1, 4)), (Colour.RED, (2, 2, 4, 6))]
        assert [(row.key[0], row.values) for row in rows] == expected
        rows = tally_of(store, tally(query(Part), by=by, measures=measures[1:]))
        assert [(row.key[0], row.values) for row in rows] == [(key, values[1:]) for key, values in expected]

    def test_counts_nothing_different_in_nothing(self, store: Store) -> None:
        """There are no different values, and no time has passed, where there are no records."""
        (row,) = tally_of(store, tally(query(Sample), measures=(distinct(s.rank), distinct(s.name, "names"), TOOK)))
        assert row.values == (0, 0, None)
        (row,) = tally_of(store, tally(query(Sample), measures=(distinct(s.rank), count(), total(s.count), TOOK)))
        assert row.values == (0, 0, None, None)

    def test_adds_up_time(self, store: Store) -> None:
        """Time is counted in whole milliseconds, across days, months and years."""
        put(store, lasting(1, dt.timedelta(milliseconds=1)), lasting(2, dt.timedelta(days=400, milliseconds=2)))
        (row,) = tally_of(store, tally(query(Sample), measures=(TOOK, count())))
        assert row.values == (400 * DAY + 3, 2)
        assert type(row.values[0]) is int

    def test_takes_time_away_that_runs_backwards(self, store: Store) -> None:
        """An end before the start makes the sum smaller."""
        put(store, lasting(1, dt.timedelta(milliseconds=-1500)), lasting(2, dt.timedelta(seconds=1)))
        (row,) = tally_of(store, tally(query(Sample), measures=(TOOK, elapsed(s.seen, s.at, "back"))))
        assert row.values == (-500, 500)

    def test_needs_both_ends(self, store: Store) -> None:
        """Records that lack one end do not count; a group of such has no time at all, which is lowest."""
        put(store, lasting(1, dt.timedelta(0), colour=Colour.RED), sample(2, colour=Colour.RED, at=NOON))
        put(store, sample(3, colour=Colour.BLUE), lasting(4, dt.timedelta(seconds=-1), colour=Colour.GREEN))
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=(TOOK, count())))
        assert [(row.key[0], row.values) for row in rows] == [
            (Colour.BLUE, (None, 1)),
            (Colour.GREEN, (-1000, 1)),
            (Colour.RED, (0, 2)),
        ]
        top = tally_of(store, tally(query(Sample), by=(s.colour,), measures=(TOOK,), top=Top("elapsed", 3)))
        assert [row.key[0] for row in top] == [Colour.RED, Colour.GREEN, Colour.BLUE]

    def test_adds_up_more_time_than_a_duration_holds(self, store: Store) -> None:
        """Thousands of years in each of hundreds of records are summed exactly."""
        start, end = dt.datetime(1000, 1, 1, tzinfo=dt.UTC), dt.datetime(9998, 12, 31, tzinfo=dt.UTC)
        put(store, *(sample(n, at=start, seen=end) for n in range(400)))
        (row,) = tally_of(store, tally(query(Sample), measures=(TOOK,)))
        assert row.values == (400 * ((end - start) // dt.timedelta(milliseconds=1)),)

    def test_adds_up_time_through_a_reference(self, store: Store) -> None:
        """Groups of groups add up their time; without both ends there is none."""
        put(store, sample(1, name="a"), sample(2, name="a"), sample(3, name="b"))
        for n, parent in enumerate([1, 2, 2, 3]):
            seen = {"seen": NOON + dt.timedelta(milliseconds=10**n)} if parent != 3 else {}
            put(store, sample(10 + n, parent=number(parent), at=NOON, **seen))
        rows = tally_of(store, tally(query(Sample), by=(through(s.parent, Sample, s.name),), measures=(TOOK,)))
        assert [(row.key[0], row.values[0]) for row in rows] == [(None, None), ("a", 111), ("b", None)]
