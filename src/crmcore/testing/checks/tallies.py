"""Groups and measures."""

from decimal import Decimal
from typing import Any

from attrs import fields

from crmcore.query import Top, count, eq, ge, largest, query, smallest, tally, total
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Sample, number, sample
from crmcore.testing.sessions import put, tally_of

__all__ = ["TallyChecks"]

s: Any = fields(Sample)
MEASURES = (count(), total(s.count), smallest(s.count), largest(s.count))
"""All four, on one field."""


class TallyChecks(StoreFixtures):
    """``tally`` in one transaction with everything else."""

    def test_measures_everything(self, store: Store) -> None:
        """Without groups there is one row over all records."""
        put(store, *(sample(place, count=place) for place in range(1, 5)))
        (row,) = tally_of(store, tally(query(Sample), measures=MEASURES))
        assert (row.key, row.values) == ((), (4, 10, 1, 4))

    def test_measures_nothing(self, store: Store) -> None:
        """Over no records there is one row without groups, and none with; sums are None, not zero."""
        (row,) = tally_of(store, tally(query(Sample), measures=MEASURES))
        assert (row.key, row.values) == ((), (0, None, None, None))
        assert tally_of(store, tally(query(Sample), by=(s.colour,), measures=MEASURES)) == []
        put(store, sample(1))
        (row,) = tally_of(store, tally(query(Sample).where(eq(s.count, 99)), measures=MEASURES))
        assert (row.key, row.values) == ((), (0, None, None, None))

    def test_groups(self, store: Store) -> None:
        """Groups come lowest key first, a choice by its code, with the values the entity has."""
        put(store, *(sample(place, colour=[*Colour][place % 3], count=place) for place in range(6)))
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=MEASURES))
        assert [(row.key, row.values) for row in rows] == [
            ((Colour.BLUE,), (2, 7, 2, 5)),
            ((Colour.GREEN,), (2, 5, 1, 4)),
            ((Colour.RED,), (2, 3, 0, 3)),
        ]

    def test_groups_by_several_fields(self, store: Store) -> None:
        """Groups have one key for each field; yes and no stay booleans, ids stay ids."""
        put(store, *(sample(place, active=place % 2 == 0, owner=number(place // 2)) for place in range(5)))
        rows = tally_of(store, tally(query(Sample), by=(s.active, s.owner), measures=(count(),)))
        assert [row.key for row in rows] == [
            (False, number(0)),
            (False, number(1)),
            (True, number(0)),
            (True, number(1)),
            (True, number(2)),
        ]
        assert {type(row.key[0]) for row in rows} == {bool}

    def test_counts_what_the_condition_finds(self, store: Store) -> None:
        """Only records that meet the query's condition count; its order and page do not matter."""
        put(store, *(sample(place, count=place) for place in range(6)))
        wanted = query(Sample).where(ge(s.count, 2))
        for of in (wanted, wanted.page(1, 1)):
            (row,) = tally_of(store, tally(of, measures=MEASURES))
            assert row.values == (4, 14, 2, 5)

    def test_takes_the_top(self, store: Store) -> None:
        """``top`` keeps the groups with the largest measure, largest first; equal ones by key, lowest first."""
        totals = {Colour.RED: 5, Colour.GREEN: 9, Colour.BLUE: 5, Colour.DARK_BLUE: 1}
        put(
            store,
            *(sample(place, colour=colour, count=amount) for place, (colour, amount) in enumerate(totals.items())),
        )
        for limit in (0, 1, 2, 3, 4, 5, LARGEST_OFFSET):
            rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=MEASURES, top=Top("total", limit)))
            expected = [Colour.GREEN, Colour.BLUE, Colour.RED, Colour.DARK_BLUE][:limit]
            assert [row.key[0] for row in rows] == expected, limit

    def test_puts_missing_measures_last(self, store: Store) -> None:
        """A group whose measure is None is the lowest of all."""
        put(store, sample(1, colour=Colour.RED, weight=Decimal(-1)), sample(2, colour=Colour.BLUE))
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=(total(s.weight),), top=Top("total", 5)))
        assert [(row.key, row.values) for row in rows] == [((Colour.RED,), (Decimal(-1),)), ((Colour.BLUE,), (None,))]

    def test_answers_measures_in_the_order_asked(self, store: Store) -> None:
        """Several measures of several fields keep their order, whatever they are named."""
        put(store, sample(1, count=3, rank=1, name="b"), sample(2, count=4, rank=2, name="a"))
        measures = (
            largest(s.name, "z"),
            total(s.rank, "a"),
            count("m"),
            smallest(s.name, "count"),
            total(s.count, "b"),
        )
        (row,) = tally_of(store, tally(query(Sample), measures=measures))
        assert row.values == ("b", 3, 2, "a", 7)
