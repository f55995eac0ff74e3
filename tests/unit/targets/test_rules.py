"""How a year is split, and which days belong to a period (requirement X-TGT-02)."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.targets.entity import TargetSpan
from crmcore.targets.rules import first_days, last_day, split

pytestmark = pytest.mark.requirement("X-TGT-02")
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_and_none_is_a_cent_away_from_its_share(whole: Decimal, weights: list[int]) -> None:
    parts = split(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert part == part.quantize(Decimal("0.01"))
        assert abs(part * sum(weights) - whole * weight) < sum(weights) * Decimal("0.01")
        assert weight or not part


def test_what_is_left_goes_to_those_who_lost_most() -> None:
    assert split(Decimal(100), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert split(Decimal(7), [1, 2, 4], Decimal(1)) == [1, 2, 4]
    assert split(Decimal(8), [1, 2, 4], Decimal(1)) == [1, 2, 5]
    assert split(Decimal(0), [1, 0]) == [0, 0]


@pytest.mark.parametrize(
    ("span", "starts", "ends"),
    [
        (TargetSpan.MONTH, dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        (TargetSpan.MONTH, dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
        (TargetSpan.QUARTER, dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        (TargetSpan.QUARTER, dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
        (TargetSpan.YEAR, dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    ],
)
def test_a_period_ends_with_its_last_day(span: TargetSpan, starts: dt.date, ends: dt.date) -> None:
    assert last_day(starts, span) == ends


def test_the_periods_of_a_year_follow_each_other() -> None:
    for span, number in ((TargetSpan.MONTH, 12), (TargetSpan.QUARTER, 4), (TargetSpan.YEAR, 1)):
        days = first_days(2026, span)
        assert len(days) == number
        assert [last_day(day, span) + dt.timedelta(1) for day in days] == [*days[1:], dt.date(2027, 1, 1)]
