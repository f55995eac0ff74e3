"""Rows of a tally become sums, weighted sums and mean times; of nothing, nothing is known."""

from decimal import Decimal

from crmcore.opportunities.entity import Opportunity
from crmcore.query import TallyRow, query
from crmcore.statistics.sums import DAY, HOUR, amount_of, mean_time, number_of, rows_with, total_of, weighted_of

OF = query(Opportunity)
ROWS = [
    TallyRow(("a", 50), (2, Decimal("0.01"), HOUR)),
    TallyRow(("b", 33), (1, None, None)),
    TallyRow(("a", None), (3, Decimal("10.00"), 5 * HOUR)),
]


def test_rows_are_picked_by_their_key() -> None:
    assert rows_with(ROWS, lambda name, _: name == "a") == [ROWS[0], ROWS[2]]


def test_sums_leave_out_what_is_missing_and_of_nothing_there_is_none() -> None:
    assert total_of(ROWS, 1) == Decimal("10.01")
    assert total_of(ROWS, 2) == 6 * HOUR
    assert total_of(ROWS[1:2], 1) is None
    assert number_of([], OF, "opportunity").value == 0
    assert amount_of([], OF, "CNY").value is None
    assert (amount_of(ROWS, OF, "CNY").value, amount_of(ROWS, OF, "CNY").records) == (Decimal("10.01"), 6)


def test_sums_are_exact_however_large() -> None:
    many = [TallyRow((), (1, Decimal("9999999999999999.99"))), TallyRow((), (1, Decimal("0.01")))] * 3
    assert total_of(many, 1) == Decimal("30000000000000000.00")


def test_weights_are_exact_and_what_has_none_is_left_out() -> None:
    assert weighted_of(ROWS, lambda row: row.key[1]) == Decimal("0.005")
    assert weighted_of(ROWS, lambda _: 33) == Decimal("3.3033")
    assert weighted_of(ROWS, lambda _: 0) == 0
    assert weighted_of(ROWS[1:], lambda row: row.key[1]) is None


def test_mean_times_are_rounded_half_up_to_a_tenth() -> None:
    timed = [ROWS[0], ROWS[2]]
    found = mean_time(timed, 2, OF, unit="h", length=HOUR)
    assert (found.value, found.unit, found.records) == (Decimal("1.2"), "h", 5)
    assert mean_time(timed, 2, OF, unit="d", length=DAY).value == Decimal("0.1")  # 0.05
    assert mean_time([], 2, OF, unit="h", length=HOUR).value is None
