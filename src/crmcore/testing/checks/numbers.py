"""Numbers are exact."""

from contextlib import suppress
from decimal import Decimal, localcontext
from typing import Any

from attrs import fields

from crmcore.base.errors import StoreError
from crmcore.base.values import Money
from crmcore.query import asc, count, eq, gt, largest, lt, query, smallest, tally, total, within
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places, price
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import find, load, put, tally_of

__all__ = ["NumberChecks"]

s: Any = fields(Sample)
LARGEST = 2**63 - 1
AMOUNT = within(s.price, fields(Money).amount)
CURRENCY = within(s.price, fields(Money).currency)


class NumberChecks(StoreFixtures):
    """Integers to 64 bits, decimals to their last digit."""

    def test_keeps_integers(self, store: Store) -> None:
        """Integers of 64 bits are kept and compared exactly, beyond what a float can tell apart."""
        values = [-LARGEST, -(2**53) - 1, -(2**53), -1, 0, 1, 2**31, 2**53, 2**53 + 1, LARGEST - 1, LARGEST]
        put(store, *(sample(place, count=value) for place, value in enumerate(values)))
        assert [one.count for one in find(store, query(Sample).sort(asc(s.count)))] == values
        for place, value in enumerate(values):
            assert places(store, eq(s.count, value)) == [place], value
        assert places(store, gt(s.count, 2**53)) == [8, 9, 10]

    def test_keeps_decimals(self, store: Store) -> None:
        """Decimals are kept and compared exactly, up to all their digits."""
        values = [
            "-9999999999999999.99",
            "-0.10",
            "0.00",
            "0.01",
            "0.1",
            "0.11",
            "2",
            "10",
            "244091.94",
            "9999999999999999.99",
        ]
        put(store, *(sample(place, weight=Decimal(value)) for place, value in enumerate(values)))
        for place, value in enumerate(values):
            found = load(store, Sample, number(place))
            assert found is not None
            assert found.weight == Decimal(value)
            assert type(found.weight) is Decimal
            assert places(store, eq(s.weight, Decimal(value))) == [place], value
            assert places(store, lt(s.weight, Decimal(value))) == list(range(place)), value

    def test_sorts_decimals_as_numbers(self, store: Store) -> None:
        """Ten comes after two, whatever the decimals look like as text, and minus ten before minus two."""
        values = ["10", "-2", "2", "9.9", "-10", "0.1", "-0.1", "100"]
        put(store, *(sample(place, ratio=Decimal(value)) for place, value in enumerate(values)))
        ordered = [one.ratio for one in find(store, query(Sample).sort(asc(s.ratio)))]
        assert ordered == sorted(Decimal(value) for value in values)

    def test_does_not_care_how_a_decimal_is_written(self, store: Store) -> None:
        """1, 1.0 and 1.00 are one value: for ``eq`` and for groups."""
        put(store, *(sample(place, weight=Decimal(value)) for place, value in enumerate(["1", "1.0", "1.00", "1.01"])))
        for value in ("1", "1.0", "1.000"):
            assert places(store, eq(s.weight, Decimal(value))) == [0, 1, 2]
        rows = tally_of(store, tally(query(Sample), by=(s.weight,), measures=(count(),)))
        assert [(row.key, row.values) for row in rows] == [((Decimal(1),), (3,)), ((Decimal("1.01"),), (1,))]

    def test_compares_with_values_beyond_the_field(self, store: Store) -> None:
        """A filter may name a number with more digits or a greater one than the field can hold."""
        put(store, sample(1, ratio=Decimal("0.5"), rank=3), sample(2, ratio=Decimal(99_999), rank=-10))
        assert places(store, eq(s.ratio, Decimal("0.50001"))) == []
        assert places(store, gt(s.ratio, Decimal("0.49999999"))) == [1, 2]
        assert places(store, lt(s.ratio, Decimal("0.50001"))) == [1]
        assert places(store, gt(s.ratio, Decimal("0.50001"))) == [2]
        assert places(store, lt(s.ratio, Decimal(10) ** 17)) == [1, 2]
        assert places(store, gt(s.ratio, -(Decimal(10) ** 17))) == [1, 2]
        assert places(store, lt(s.rank, LARGEST)) == [1, 2]

    def test_sums_decimals_exactly(self, store: Store) -> None:
        """Sums have no rounding: ten times 0.10 is 1.00, and 244091.94 has no tail."""
        amounts = ["0.10"] * 10 + ["244090.94", "9007199254740993.01"]
        put(store, *(sample(place, price=price(amount)) for place, amount in enumerate(amounts)))
        (row,) = tally_of(store, tally(query(Sample).where(lt(AMOUNT, Decimal(10**6))), measures=(total(AMOUNT),)))
        assert row.values == (Decimal("244091.94"),)
        assert type(row.values[0]) is Decimal
        (row,) = tally_of(store, tally(query(Sample), measures=(total(AMOUNT),)))
        assert row.values == (Decimal("9007199254985084.95"),)

    def test_sums_integers_exactly(self, store: Store) -> None:
        """Sums of integers are integers, beyond what a float can tell apart."""
        put(store, sample(1, count=2**53), sample(2, count=1), sample(3, count=2**53 + 2))
        (row,) = tally_of(store, tally(query(Sample), measures=(total(s.count),)))
        assert row.values == (2**54 + 3,)
        assert type(row.values[0]) is int

    def test_never_answers_a_wrong_sum(self, store: Store) -> None:
        """A sum that does not fit into 64 bits is exact, or an error; never a number that is wrong."""
        put(store, sample(1, count=LARGEST), sample(2, count=LARGEST), sample(3, count=5))
        with suppress(StoreError):
            (row,) = tally_of(store, tally(query(Sample), measures=(total(s.count),)))
            assert row.values == (2 * LARGEST + 5,)

    def test_is_exact_in_any_decimal_context(self, store: Store) -> None:
        """An application's own decimal precision does not touch what is kept, compared and summed."""
        with localcontext(prec=3):
            much, little = Decimal("1234567890.12"), Decimal("0.01")
            put(store, sample(1, price=price("1234567890.12")), sample(2, price=price("0.01")))
            assert [one.price.amount for one in find(store, query(Sample))] == [much, little]
            assert places(store, eq(AMOUNT, much)) == [1]
            assert places(store, lt(AMOUNT, much)) == [2]
            (row,) = tally_of(store, tally(query(Sample), measures=(total(AMOUNT),)))
            assert row.values == (Decimal("1234567890.13"),)

    def test_keeps_currencies_apart(self, store: Store) -> None:
        """Grouped by currency, each sum has one."""
        put(store, sample(1, price=price("1.5")), sample(2, price=price("2", "USD")), sample(3, price=price("-0.5")))
        measures = (total(AMOUNT), smallest(AMOUNT), largest(AMOUNT))
        rows = tally_of(store, tally(query(Sample), by=(CURRENCY,), measures=measures))
        assert [(row.key, row.values) for row in rows] == [
            (("CNY",), (Decimal(1), Decimal("-0.5"), Decimal("1.5"))),
            (("USD",), (Decimal(2), Decimal(2), Decimal(2))),
        ]
