"""Orders that are not as most are: read one by one, with the same result or with what is wrong with them (ORD-04)."""

import datetime as dt
from collections import deque
from decimal import Decimal
from typing import Any

import pytest

from crmcore.sales import LineRow, OrderRow
from crmcore.sales.reading import OrderReader

DAY = dt.date(2026, 3, 2)
USUAL = OrderRow("SO-0", DAY, "KH1", lines=[LineRow("P1", "钢管", 3, "根", Decimal("12.50"))])


def read(lines: Any, **more: Any) -> tuple[list[Decimal], set[tuple[str, str]]]:
    """The amounts of the good ones of a usual order and one with these lines, and what is wrong with the other."""
    rows = [USUAL, OrderRow("SO-1", DAY, "KH1", lines=lines, **more)]
    reading = OrderReader("CNY").read(rows)
    found = {(problem.field, problem.code) for one in reading.bad for problem in one.problems}
    return [one.amount for one in reading.good.values()], found


@pytest.mark.requirement("ORD-04", "ORD-03")
def test_any_sequence_of_lines_will_do() -> None:
    line = LineRow("P1", "钢管", 2, "根", Decimal(4))
    for lines in (deque([line]), (line,), [tuple(line)]):
        assert read(lines) == ([Decimal("37.5"), Decimal(8)], set())
    for none in ((), None):
        assert read(none, amount=Decimal(5)) == ([Decimal("37.5"), Decimal(5)], set())


@pytest.mark.requirement("ORD-04", "GEN-11")
@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([("P1", "钢管")], ("amount", "value.missing")),
        ([LineRow("P1", "钢管", 2)], ("amount", "value.missing")),
        ([LineRow(amount=Decimal(6 * 10**13))] * 2, ("amount", "value.digits")),
        ([LineRow(quantity=Decimal(10**9), unit_price=Decimal(10**9))], ("amount", "value.digits")),
        ([LineRow(amount=Decimal("0.00001"))], ("amount", "value.digits")),
        (5, ("lines", "value.type")),
    ],
)
def test_what_is_wrong_with_one_order_spoils_no_other(lines: Any, problem: tuple[str, str]) -> None:
    amounts, found = read(lines)
    assert amounts == [Decimal("37.5")]
    assert problem in found


@pytest.mark.requirement("ORD-04", "GEN-11")
def test_what_is_unusual_about_all_orders_is_told_of_all() -> None:
    free = [LineRow("P1", "样品", 1, "个", None, Decimal(0))]
    rows = [OrderRow(f"SO-{place}", DAY, "KH1", lines=free) for place in range(3)]
    assert [one.amount for one in OrderReader("CNY").read(rows).good.values()] == [0, 0, 0]
    for lines in ([LineRow("P1", "样品", 1)], [LineRow(amount=Decimal(6 * 10**13))] * 2):
        assert len(OrderReader("CNY").read([row._replace(lines=lines) for row in rows]).bad) == 3
    assert len(OrderReader("CNY").read([row._replace(status="lost") for row in rows]).bad) == 3
