"""A missing value never equals, orders or contains anything, and sorts lowest."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
from attrs import fields

from crmcore.base.values import Money
from crmcore.query import (
    any_of,
    asc,
    contains,
    count,
    desc,
    eq,
    ge,
    gt,
    has,
    is_null,
    largest,
    le,
    lt,
    negate,
    one_of,
    query,
    smallest,
    starts_with,
    tally,
    total,
    within,
)
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places, price
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Sample, number, sample
from crmcore.testing.sessions import find, put, tally_of

__all__ = ["NullChecks"]

s: Any = fields(Sample)
m: Any = fields(Money)
NULLABLE: list[tuple[Any, Any]] = [
    (s.label, "a"),
    (s.code, "c"),
    (s.rank, 0),
    (s.weight, Decimal(0)),
    (s.checked, False),
    (s.until, dt.date(2026, 1, 1)),
    (s.seen, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    (s.parent, number(1)),
    (s.shade, Colour.BLUE),
    (within(s.deposit, m.amount), Decimal(0)),
    (within(s.deposit, m.currency), "CNY"),
]


def filled(place: int, **values: Any) -> Sample:
    """Make a sample that has every optional value."""
    given = {field.name: value for field, value in NULLABLE[:-2]}
    return sample(place, **{**given, "deposit": price("0"), "aliases": ("a",), **values})


class NullChecks(StoreFixtures):
    """Optional fields of each kind."""

    def test_never_compares(self, store: Store) -> None:
        """A missing value is not equal, less or greater; ``negate`` of such a test holds."""
        put(store, sample(1), filled(2))
        for field, value in NULLABLE:
            for test in (eq(field, value), le(field, value), ge(field, value), one_of(field, [value])):
                assert places(store, test) == [2], test
                assert places(store, negate(test)) == [1], test
            for test in (lt(field, value), gt(field, value), one_of(field, [])):
                assert places(store, test) == [], test
                assert places(store, negate(test)) == [1, 2], test

    def test_is_asked_for(self, store: Store) -> None:
        """``is_null`` and ``eq(field, None)`` find missing values, ``negate`` the others."""
        put(store, sample(1), filled(2))
        for field, _ in [*NULLABLE, (s.aliases, ())]:
            assert places(store, is_null(field)) == [1], field
            assert places(store, eq(field, None)) == [1], field
            assert places(store, negate(is_null(field))) == [2], field

    def test_never_contains(self, store: Store) -> None:
        """A missing text contains and starts with nothing, not even the empty text; a missing list has nothing."""
        put(store, sample(1), filled(2), sample(3, label=""))
        assert places(store, contains(s.label, "")) == [2, 3]
        assert places(store, starts_with(s.label, "")) == [2, 3]
        assert places(store, negate(contains(s.label, "a"))) == [1, 3]
        assert places(store, negate(starts_with(s.label, "a"))) == [1, 3]
        assert places(store, has(s.aliases, "a")) == [2]
        assert places(store, negate(has(s.aliases, "a"))) == [1, 3]

    def test_keeps_its_meaning_inside_others(self, store: Store) -> None:
        """``negate`` turns a whole condition around, also where a part of it meets missing values."""
        put(store, sample(1), filled(2), sample(3, rank=5))
        odd = any_of(eq(s.rank, 0), eq(s.label, "x"))
        assert places(store, odd) == [2]
        assert places(store, negate(odd)) == [1, 3]
        assert places(store, negate(negate(odd))) == [2]

    def test_sorts_lowest(self, store: Store) -> None:
        """A missing value comes first ascending and last descending, for each kind of field."""
        put(store, filled(1), sample(2), filled(3, code="d"))
        for field, _ in NULLABLE:
            up = [one.id.int & 0xFFFF for one in find(store, query(Sample).sort(asc(field)))]
            down = [one.id.int & 0xFFFF for one in find(store, query(Sample).sort(desc(field)))]
            assert up == [2, 1, 3], field
            assert down == [3, 1, 2], field

    def test_continues_after_a_missing_value(self, store: Store) -> None:
        """``after`` a position whose key is missing goes on with the rest, in both directions."""
        put(store, *(sample(place, rank=None if place < 3 else place) for place in range(6)))
        for order in (asc(s.rank), desc(s.rank)):
            everything = find(store, query(Sample).sort(order))
            for place, one in enumerate(everything):
                rest = find(store, attrs.evolve(query(Sample).sort(order), after=(one.rank, one.id)))
                assert rest == everything[place + 1 :], (order, place)

    def test_groups_by_itself(self, store: Store) -> None:
        """Records without a value are one group, before all others."""
        put(store, sample(1, rank=1), sample(2), sample(3), sample(4, rank=-1))
        rows = tally_of(store, tally(query(Sample), by=(s.rank,), measures=(count(),)))
        assert [(row.key, row.values) for row in rows] == [((None,), (2,)), ((-1,), (1,)), ((1,), (1,))]

    def test_is_left_out_of_measures(self, store: Store) -> None:
        """Sums, least and greatest values leave missing ones out; over nothing but missing ones they are None."""
        put(store, sample(1, colour=Colour.RED, rank=3), sample(2, colour=Colour.RED), sample(3, colour=Colour.BLUE))
        measures = (count(), total(s.rank), smallest(s.rank), largest(s.rank), total(s.weight, "weight"))
        rows = tally_of(store, tally(query(Sample), by=(s.colour,), measures=measures))
        assert [row.values for row in rows] == [(1, None, None, None, None), (2, 3, 3, 3, None)]
