"""Margin, turnover and their product, and who brings how much (X-ANA-06), without a store."""

from decimal import Decimal

import pytest

from crmcore.query import TallyRow, query
from crmcore.sales.entity import Order
from crmcore.statistics.concentration import concentration
from crmcore.statistics.contribution import AmountBand, by_customer, within_band
from crmcore.statistics.trading import cross_ratio, margin_rate, turnover_rate

D = Decimal


@pytest.mark.requirement("X-ANA-06")
def test_the_cross_ratio_is_margin_times_turnover() -> None:
    assert margin_rate(D(1000), D(600)) == 40
    assert turnover_rate(D(600), D(150)) == 4
    assert cross_ratio(D(1000), D(600), D(150)) == 160
    assert margin_rate(D(3), D(4)) == D("-33.3")
    assert cross_ratio(D(3), D(2), D(3)) == D("22.2")  # of the exact rates: rounded ones would give 22.3


@pytest.mark.parametrize(("sales", "cost", "stock"), [(1, None, 1), (1, 1, None), (1, 1, 0), (0, 1, 1), (-1, 1, 1)])
def test_what_is_not_known_has_no_ratio(sales: int, cost: int | None, stock: int | None) -> None:
    known = (D(sales), None if cost is None else D(cost), None if stock is None else D(stock))
    assert cross_ratio(*known) is None
    assert None in {margin_rate(*known[:2]), turnover_rate(*known[1:])}


@pytest.mark.requirement("RPT-01")
def test_bands_do_not_overlap_and_leave_no_gap() -> None:
    amounts = ("-0.01", "0", "1000", "1000.0001", "3000", "3000.0001", "5000", "5000.0001")
    rows = [TallyRow((place,), (1, D(amount))) for place, amount in enumerate(amounts)]
    found = {band: [row.key[0] for row in within_band(rows, band)] for band in AmountBand}
    assert list(found.values()) == [[1, 2], [3, 4], [5, 6], [7]]


@pytest.mark.parametrize(
    ("amounts", "best", "needed"),
    [
        (("80", "20"), D("80.0"), 1),
        (("50", "30", "20"), D("50.0"), 2),
        (("10", "-10"), None, None),
        (("30", "-10"), D("150.0"), 1),
        ((), None, None),
    ],
)
def test_few_customers_bring_much(amounts: tuple[str, ...], best: D | None, needed: int | None) -> None:
    asked = by_customer(query(Order), "CNY", 99)
    rows = [TallyRow((place,), (1, D(amount))) for place, amount in enumerate(amounts)]
    found = concentration(asked, rows, "CNY")
    assert (found.best_share.value, found.needed.value) == (best, needed)
