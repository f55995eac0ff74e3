"""Shares, changes and means: exact, rounded once, and undefined instead of 0 (design, statistics)."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.query import query
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Comparison, Figure, change, changed, counted, mean, measured, percent, share

ALL = query(Order)
AMOUNTS = st.decimals(-(10**9), 10**9, places=4)


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        (1, 2000, "0.1"),
        (-1, 2000, "-0.1"),
        (0, 5, "0.0"),
        (7, 5, "140.0"),
        (0, 0, None),
        (5, -1, None),
        (Decimal("0.0005"), Decimal(1), "0.1"),
    ],
)
def test_known_shares(part: int, whole: int, wanted: str | None) -> None:
    assert percent(part, whole) == (None if wanted is None else Decimal(wanted))


@pytest.mark.parametrize(
    ("before", "now", "wanted"),
    [(100, 150, 50), (100, 0, -100), (3, 4, Decimal("33.3")), (0, 4, None), (None, 4, None), (4, None, None)],
)
def test_known_changes(before: int | None, now: int | None, wanted: int | None) -> None:
    assert change(before, now) == wanted


def test_shares_change_by_points_and_all_else_in_percent() -> None:
    none: Figure[Decimal] = measured(None, ALL, "%", 0)
    fifth, half = (measured(Decimal(one), ALL, "%", 1) for one in ("20.0", "50.5"))
    assert (changed(fifth, half), changed(half, fifth)) == (Decimal("30.5"), Decimal("-30.5"))
    assert changed(none, half) is changed(half, none) is None
    assert changed(measured(-20, ALL, "point", 5), measured(30, ALL, "point", 2)) == 50
    assert changed(counted(4, ALL, "order"), counted(5, ALL, "order")) == 25
    assert changed(counted(0, ALL, "order"), counted(5, ALL, "order")) is None


def test_a_mean_of_nothing_is_undefined() -> None:
    assert (mean(None, 3), mean(Decimal(3), 0)) == (None, None)
    assert mean(10, 4, Decimal(1)) == 3
    assert mean(Decimal("0.01"), 2) == Decimal("0.01")


def test_figures_know_their_records() -> None:
    part, whole = counted(1, ALL.page(1), "order"), counted(3, ALL, "order")
    third = share(part, whole)
    assert (third.value, third.unit, third.of, third.records, third.whole) == (Decimal("33.3"), "%", part.of, 1, whole)
    nothing: Figure[Decimal] = measured(None, ALL, "CNY", 0)
    unknown: Figure[Decimal] = measured(None, ALL, "CNY", 1)
    assert share(nothing, measured(Decimal(5), ALL, "CNY", 1)).value == 0
    assert share(unknown, whole).value is share(part, nothing).value is share(nothing, nothing).value is None
    compared = Comparison(now=whole, before=part, last_year=counted(0, ALL, "order"))
    assert compared.since_before == 200
    assert compared.since_last_year is None


@given(AMOUNTS, AMOUNTS)
def test_the_precision_around_changes_nothing(part: Decimal, whole: Decimal) -> None:
    wanted = by_whole_numbers(part, whole)
    with localcontext() as around:
        around.prec = 3
        assert percent(part, whole) == wanted


def by_whole_numbers(part: Decimal, whole: Decimal) -> Decimal | None:
    """The same by whole numbers: half away from zero to a tenth."""
    if whole <= 0:
        return None
    above, below = int(part.scaleb(4)) * 1000, int(whole.scaleb(4))
    tenths, rest = divmod(abs(above), below)
    tenths += 2 * rest >= below
    return Decimal(tenths if part >= 0 else -tenths) / 10
