"""Reading rows: what is quick says the same as what is thorough."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.constraints import Digits, Length
from crmcore.base.errors import Invalid
from crmcore.base.schema import describe
from crmcore.sales import LineRow, OrderRow
from crmcore.sales.checking import AMOUNTS, CENT, PRICE
from crmcore.sales.entity import Order, OrderId, OrderLine, OrderLineId, OrderStatus
from crmcore.sales.reading import OrderReader
from crmcore.sales.rows import STATUSES
from crmcore.sales.waiting import content_of, order_in

DAY = dt.date(2026, 3, 2)
ID = UUID(int=1)
TEXTS = st.one_of(st.text(max_size=12), st.sampled_from(["a" * 11, "b" * 101, "c" * 201, "\ud800", "\0", " "]))
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.decimals(allow_nan=True, allow_infinity=True, places=None),
    st.decimals(min_value=-(10**6), max_value=10**6, places=2),
    st.floats(),
    st.none(),
)


def read(row: Any) -> tuple[Any, set[tuple[str, str]]]:
    """The order of a row, or what is wrong with it."""
    reading = OrderReader("CNY").read([row])
    found = {(problem.field, problem.code) for one in reading.bad for problem in one.problems}
    return next(iter(reading.good.values()), None), found


@given(TEXTS, TEXTS, NUMBERS, TEXTS, NUMBERS, NUMBERS)
@pytest.mark.requirement("ORD-04", "GEN-11")
def test_a_line_is_good_when_the_entity_says_so(
    key: str, name: str, quantity: Any, unit: str, price: Any, amount: Any
) -> None:
    line = LineRow(key, name, quantity, unit, price, amount)
    got, problems = read(OrderRow("SO-1", DAY, "KH1", lines=[line]))
    exact = [Decimal(one) if type(one) is int else one for one in (quantity, price, amount)]
    if exact[2] is None and isinstance(exact[0], Decimal) and isinstance(exact[1], Decimal):
        return  # what is computed is the matter of the next test
    try:
        OrderLine(
            id=OrderLineId(ID),
            order=OrderId(ID),
            position=1,
            product_key=key,
            product_name=name,
            quantity=exact[0],
            unit=unit,
            unit_price=exact[1],
            amount=exact[2],
        )
    except Invalid:
        assert got is None
        assert problems
    else:
        assert problems == set()


@given(st.decimals(-(10**6), 10**6, places=4), st.decimals(-(10**6), 10**6, places=4), st.decimals(0, 100, places=2))
@pytest.mark.requirement("14.12", "ORD-03")
def test_an_amount_is_quantity_times_price_rounded_half_up(quantity: Decimal, price: Decimal, other: Decimal) -> None:
    lines = [("", "", quantity, "", price, None), LineRow(amount=other)]
    got, problems = read({"source_key": "SO-1", "ordered_on": DAY, "customer": "KH1", "lines": lines})
    assert problems == set()
    exact = quantity * price
    rounded = got.lines[0][5]
    assert abs(rounded - exact) <= Decimal("0.005")
    assert rounded == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert got.amount == rounded + other


@given(
    st.builds(
        OrderRow,
        st.text("aü中 '\"\n", min_size=1, max_size=5).filter(str.strip),
        st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31)),
        st.just("KH1"),
        status=st.sampled_from(list(STATUSES)),
        lines=st.lists(st.builds(LineRow, amount=st.decimals(-99, 99, places=2)), min_size=1, max_size=3),
    )
)
def test_a_waiting_order_is_read_as_it_was_written_down(row: OrderRow) -> None:
    got, _ = read(row)
    assert got is None or order_in(content_of(got)) == got


def test_the_numbers_of_a_status_are_those_of_the_sales_system() -> None:
    assert (STATUSES[1], STATUSES["5"], STATUSES[6]) == (OrderStatus.NEW, OrderStatus.SHIPPED, OrderStatus.PAID)
    assert STATUSES.keys() & {0, 7, "7", ""} == set()


def test_the_later_of_two_rows_with_one_key_counts() -> None:
    rows = [OrderRow("SO-1", DAY, "KH1", amount=amount) for amount in (1, 2)]
    assert [one.amount for one in OrderReader("CNY").read(rows).good.values()] == [2]


def test_the_quick_bounds_are_those_of_the_entities() -> None:
    specs = describe(OrderLine).by_name
    assert specs["amount"].constraint(Digits) == describe(Order).by_name["amount"].constraint(Digits) == Digits(18, 4)
    assert (Decimal(10) ** (18 - 4), Decimal("0.01")) == (AMOUNTS, CENT)
    assert (specs["quantity"].constraint(Digits), specs["unit_price"].constraint(Digits)) == (
        Digits(14, 4),
        Digits(18, 4),
    )
    assert Decimal("0.0001") == PRICE
    assert [specs[name].constraint(Length) for name in ("product_key", "product_name", "unit")] == [
        Length(0, 100),
        Length(0, 200),
        Length(0, 10),
    ]
