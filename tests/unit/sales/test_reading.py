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


USUAL = st.sampled_from([Decimal("2.50"), Decimal("-0.00"), Decimal("3.3333"), Decimal(7), Decimal("1E+3"), 5, 0])
ODD = st.sampled_from([None, True, 1.5, "2", Decimal("NaN"), Decimal("0.00001"), Decimal(10) ** 14, -(10**14), 10**10])
SAID = st.sampled_from(["", "P1", "产品", " ", "a" * 11, "b" * 101, "c" * 201, "\ud800", "a\nb", None, 3])


USUAL_LINES = st.builds(LineRow, st.just("P1"), st.just("产品"), USUAL, st.just("台"), USUAL, st.none())
USUAL_ROWS = st.builds(
    OrderRow,
    st.sampled_from(["SO-1", "SO-2", "SO-3"]),
    st.just(DAY),
    st.just("KH1"),
    st.just(""),
    st.just(""),
    st.sampled_from(["paid", 2, OrderStatus.NEW]),
    st.just(""),
    st.just(""),
    st.none(),
    st.lists(USUAL_LINES, min_size=1, max_size=2),
)
ODD_OF_LINE = {
    **dict.fromkeys(("product_key", "product_name", "unit"), SAID),
    **dict.fromkeys(("quantity", "unit_price", "amount"), USUAL | ODD),
}
ODD_OF_ROW = {
    **dict.fromkeys(("source_key", "customer", "customer_key", "customer_name", "delivery_address"), SAID),
    "ordered_on": st.sampled_from([None, dt.date(1, 1, 1), dt.datetime(2026, 1, 1), "2026-01-01"]),  # noqa: DTZ001  # no date is asked for
    "status": st.sampled_from(["?", None, []]),
    "currency": st.sampled_from(["CNY", "EUR", "eur", None, [], 3]),
    "amount": USUAL | ODD,
    "lines": st.sampled_from([[], None, "x", [("P1",)], [3], [LineRow(amount=Decimal(2))]]),
}


def with_odd(usual: Any, odd: Any) -> Any:
    """Rows that have something else in one field."""
    one = st.sampled_from(sorted(odd)).flatmap(lambda name: st.fixed_dictionaries({name: odd[name]}))
    return st.builds(lambda row, change: row._replace(**change), usual, one)


LINES = st.lists(with_odd(USUAL_LINES, ODD_OF_LINE), min_size=1, max_size=2)
ODD_ROWS = with_odd(USUAL_ROWS, {**ODD_OF_ROW, "lines": LINES | ODD_OF_ROW["lines"]})


def as_mappings(row: OrderRow) -> Any:
    """The same row as a mapping, and its lines if it has any."""
    lines: Any = row.lines
    plain = [one._asdict() if isinstance(one, LineRow) else one for one in lines] if type(lines) is list else lines
    return {**row._asdict(), "lines": plain}


@given(st.lists(USUAL_ROWS, min_size=1, max_size=3), st.lists(ODD_ROWS, max_size=1))
@pytest.mark.requirement("ORD-04", "GEN-11")
def test_rows_read_together_are_what_each_is_by_itself(usual: list[OrderRow], odd: list[OrderRow]) -> None:
    """As mappings they are looked at one by one."""
    together = OrderReader("CNY").read([*usual, *odd])
    alone = OrderReader("CNY").read([as_mappings(row) for row in (*usual, *odd)])
    assert repr(together) == repr(alone)
