"""A condition holds for exactly the records it describes."""

import datetime as dt
from decimal import Decimal
from typing import Any

from attrs import fields

from crmcore.base.values import Money
from crmcore.query import (
    EVERYTHING,
    NOTHING,
    Condition,
    all_of,
    any_of,
    contains,
    eq,
    ge,
    gt,
    is_null,
    le,
    lt,
    negate,
    one_of,
    query,
    within,
)
from crmcore.query.checks import MOST_LEVELS, MOST_PARTS
from crmcore.storage.ports import Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Colour, Sample, number, sample
from crmcore.testing.sessions import count_of, find, put

__all__ = ["ConditionChecks", "places"]

s: Any = fields(Sample)


def places(store: Store, *conditions: Condition) -> list[int]:
    """Answer the places of the samples that meet the conditions; a count has to agree."""
    wanted = query(Sample).where(*conditions)
    found = [one.id.int & 0xFFFF for one in find(store, wanted)]
    assert count_of(store, wanted) == len(found)
    return found


def price(amount: str, currency: str = "CNY") -> Money:
    """Write a price shortly."""
    return Money(amount=Decimal(amount), currency=currency)


class ConditionChecks(StoreFixtures):
    """Operators on each kind of field, and how they combine."""

    def test_compares_every_kind(self, store: Store) -> None:
        """``eq``, ``lt``, ``le``, ``gt``, ``ge`` compare values of each kind as Python does."""
        put(
            store,
            *(
                sample(
                    place,
                    name=f"n{place}",
                    count=place - 3,
                    ratio=Decimal(place - 3) / 4,
                    day=dt.date(2026, 1, 29) + dt.timedelta(days=place),
                    at=dt.datetime(2026, 1, 31, 23, 59, 59, 998_000, dt.UTC) + dt.timedelta(milliseconds=place),
                    owner=number(place),
                    price=price(str(place * 9)),
                )
                for place in range(1, 6)
            ),
        )
        middle = find(store, query(Sample).where(eq(s.id, number(3))))[0]
        amount = within(s.price, fields(Money).amount)
        for field, value in [
            *((field, getattr(middle, field.name)) for field in (s.name, s.count, s.ratio, s.day, s.at, s.owner)),
            (amount, middle.price.amount),
        ]:
            assert places(store, eq(field, value)) == [3], field
            assert places(store, lt(field, value)) == [1, 2], field
            assert places(store, le(field, value)) == [1, 2, 3], field
            assert places(store, gt(field, value)) == [4, 5], field
            assert places(store, ge(field, value)) == [3, 4, 5], field
            assert places(store, negate(eq(field, value))) == [1, 2, 4, 5], field
            assert places(store, one_of(field, [value])) == [3], field

    def test_compares_yes_and_no(self, store: Store) -> None:
        """True and False are found, and no comes before yes."""
        put(store, sample(1, active=True), sample(2, active=False), sample(3, active=True, checked=False))
        assert places(store, eq(s.active, True)) == [1, 3]  # noqa: FBT003
        assert places(store, eq(s.active, False)) == [2]  # noqa: FBT003
        assert places(store, lt(s.active, True)) == [2]  # noqa: FBT003
        assert places(store, eq(s.checked, False)) == [3]  # noqa: FBT003
        assert places(store, one_of(s.active, [True, False])) == [1, 2, 3]

    def test_compares_choices_by_code(self, store: Store) -> None:
        """A choice compares by its code, not by the order of its members."""
        put(store, *(sample(place, colour=colour) for place, colour in enumerate(Colour)))
        assert places(store, eq(s.colour, Colour.GREEN)) == [1]
        assert places(store, one_of(s.colour, [Colour.RED, Colour.BLUE])) == [0, 2]
        assert places(store, lt(s.colour, Colour.GREEN)) == [2, 3]
        assert places(store, ge(s.colour, Colour.DARK_BLUE)) == [0, 1, 3]

    def test_combines_conditions(self, store: Store) -> None:
        """``all_of``, ``any_of`` and ``negate`` nest."""
        put(store, *(sample(place, count=place, active=place % 2 == 0) for place in range(8)))
        even = eq(s.active, True)  # noqa: FBT003
        assert places(store, even, lt(s.count, 5)) == [0, 2, 4]
        assert places(store, any_of(even, lt(s.count, 3))) == [0, 1, 2, 4, 6]
        assert places(store, negate(any_of(even, lt(s.count, 3)))) == [3, 5, 7]
        assert places(store, any_of(all_of(even, gt(s.count, 3)), negate(ge(s.count, 1)))) == [0, 4, 6]
        assert places(store, negate(negate(even))) == [0, 2, 4, 6]
        assert places(store, negate(all_of(even, negate(eq(s.count, 4))))) == [1, 3, 4, 5, 7]

    def test_knows_everything_and_nothing(self, store: Store) -> None:
        """``one_of([])`` and ``any_of()`` match nothing, ``all_of()`` everything."""
        put(store, sample(1), sample(2, rank=1))
        assert places(store, EVERYTHING) == places(store, all_of()) == [1, 2]
        assert places(store, NOTHING) == places(store, any_of()) == []
        assert places(store, one_of(s.rank, [])) == []
        assert places(store, negate(one_of(s.rank, []))) == [1, 2]
        assert places(store, negate(EVERYTHING)) == []
        assert places(store, negate(NOTHING)) == [1, 2]
        assert places(store, any_of(NOTHING, eq(s.rank, 1))) == [2]
        assert places(store, all_of(EVERYTHING, eq(s.rank, 1))) == [2]

    def test_finds_values_in_a_value_object(self, store: Store) -> None:
        """A path leads into a value object; where the object is missing, nothing in it matches."""
        put(store, sample(1, deposit=price("5")), sample(2, deposit=price("7", "USD")), sample(3))
        amount, currency = within(s.deposit, fields(Money).amount), within(s.deposit, fields(Money).currency)
        assert places(store, ge(amount, Decimal("5.00"))) == [1, 2]
        assert places(store, eq(currency, "USD")) == [2]
        assert places(store, is_null(amount)) == [3]
        assert places(store, negate(eq(currency, "USD"))) == [1, 3]

    def test_takes_many_values(self, store: Store) -> None:
        """``one_of`` takes thousands of values."""
        put(store, *(sample(place, count=place) for place in range(4)))
        many = [*range(2, 5_000)]
        assert places(store, one_of(s.count, many)) == [2, 3]
        assert places(store, one_of(s.owner, [number(place) for place in many])) == []
        assert places(store, negate(one_of(s.name, [f"x{place}" for place in many]))) == [0, 1, 2, 3]

    def test_takes_deep_and_wide_conditions(self, store: Store) -> None:
        """A condition may be as deep, and as wide, as the core lets one be."""
        put(store, sample(1, count=1), sample(2, count=2))
        deep = eq(s.count, 1)
        for _ in range(MOST_LEVELS - 3):
            deep = negate(deep)
        assert places(store, deep) == [2]
        nested = eq(s.count, 1)
        for _ in range(MOST_LEVELS // 3 - 2):
            nested = any_of(all_of(negate(nested)), NOTHING)
        assert places(store, nested) == [2]
        wide = any_of(*(eq(s.count, number) for number in range(2, MOST_PARTS - 1)))
        assert places(store, wide) == [2]
        assert places(store, negate(wide)) == [1]

    def test_does_not_take_values_for_commands(self, store: Store) -> None:
        """Values that look like a query language are values."""
        evil = ["$ne", '{"$gt": ""}', "'; DROP TABLE sample; --", '" OR 1=1 --', "%(name)s", ":name", "?", "{0}", "\\"]
        put(store, *(sample(place, name=text, note=text, tags=(text,)) for place, text in enumerate(evil)))
        for place, text in enumerate(evil):
            assert places(store, eq(s.name, text)) == [place], text
            assert places(store, one_of(s.name, [text])) == [place], text
            assert place in places(store, contains(s.note, text)), text

    def test_counts_without_order_and_page(self, store: Store) -> None:
        """``count`` answers how many records meet the condition; order, page and position do not matter."""
        put(store, *(sample(place, count=place) for place in range(6)))
        wanted = query(Sample).where(ge(s.count, 2))
        assert count_of(store, wanted) == 4
        assert count_of(store, wanted.page(2, 1)) == 4
        assert count_of(store, wanted.page(0)) == 4

    def test_stops_counting(self, store: Store) -> None:
        """``count`` stops at ``at_most``."""
        put(store, *(sample(place, count=place) for place in range(6)))
        wanted = query(Sample).where(ge(s.count, 2))
        assert [count_of(store, wanted, most) for most in (0, 1, 3, 4, 5, 1_000)] == [0, 1, 3, 4, 4, 4]
