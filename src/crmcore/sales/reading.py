"""Reads and checks the rows of an order feed, half a million in minutes (requirements ORD-04, GEN-11).

The usual row passes a few plain comparisons; whatever these doubt is looked at by the checks of the entities, which
know what is wrong with it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Generic, TypeVar

import attrs

from crmcore.base.errors import Problem
from crmcore.base.numbers import EXACT
from crmcore.base.schema import describe
from crmcore.sales.checking import AMOUNTS, CENT, PRICE, as_mapping, ask, asked, check_rows, decimal, plain
from crmcore.sales.columns import (
    FIRST,
    KEY,
    LAST,
    MOST_LINES,
    NAME,
    PRICES,
    QUANTITIES,
    UNIT,
    ZERO,
    usual_orders,
)
from crmcore.sales.entity import Order, OrderLine, UnmatchedOrder
from crmcore.sales.rows import STATUSES, LineProblem, LineRow, OrderRow, ReadOrder, RowProblems

__all__ = ["OrderReader", "Reading"]

T = TypeVar("T")
_BLOCK: Final = 500
"""Rows that are good together, or else are looked at one by one."""
_ORDER: Final = describe(Order)
_LINE: Final = describe(OrderLine)
_UNMATCHED: Final = describe(UnmatchedOrder)
_ROW: Final[dict[str, Any]] = {name: OrderRow._field_defaults.get(name) for name in OrderRow._fields}
_LINE_ROW: Final[dict[str, Any]] = {name: LineRow._field_defaults[name] for name in LineRow._fields}


@attrs.frozen(kw_only=True)
class Reading(Generic[T]):
    """The rows of one chunk, read."""

    good: dict[str, T]
    """By key; of two rows with the same key the later one counts, as if they had come in two chunks."""
    bad: list[RowProblems]
    rows: int
    """How many rows there were."""


class OrderReader:
    """Reads the rows of one chunk."""

    def __init__(self, currency: str) -> None:
        """Read orders whose currency, where they don't say, is *currency*."""
        self._currency = currency
        self._currencies = {currency}

    def read(self, rows: Sequence[OrderRow | Mapping[str, Any]]) -> Reading[ReadOrder]:
        """Read all rows; tell what is wrong with each that is not good."""
        check_rows(rows)
        good: dict[str, ReadOrder] = {}
        bad: list[RowProblems] = []
        every = [*rows]
        for start in range(0, len(every), _BLOCK):
            block = every[start : start + _BLOCK]
            usual = usual_orders(block, self._currency, self._currencies)
            for read in self._each(block, start, bad) if usual is None else usual:
                good.pop(read.source_key, None)
                good[read.source_key] = read
        return Reading(good=good, bad=bad, rows=len(every))

    def _each(self, rows: Sequence[Any], before: int, bad: list[RowProblems]) -> Iterator[ReadOrder]:
        """Answer the good rows of a block, and add the others to *bad*."""
        for place, row in enumerate(rows, start=before):
            found: list[Problem] = []
            given = row if isinstance(row, OrderRow) else OrderRow(**as_mapping(row, _ROW, "order", found))
            read = self._order(given, found)
            if read is None:
                bad.append(RowProblems(row=place, source_key=_shown(given.source_key), problems=tuple(found)))
            else:
                yield read

    def _order(self, row: Any, found: list[Problem]) -> ReadOrder | None:
        """Answer a row as an order, or None and add what is wrong with it to *found*."""
        key, day, customer, customer_key, name, status, address, currency, amount, given = row
        state = STATUSES.get(status) if status.__hash__ else None
        if state is None:
            ask(_ORDER, "status", status, found)
        if day.__class__ is not dt.date or not FIRST <= day <= LAST:
            ask(_ORDER, "ordered_on", day, found)
        currency = currency or self._currency
        if currency.__class__ is not str or currency not in self._currencies:
            self._add_currency(currency, found)
        if not key or not plain(key, KEY) or key.isspace():
            ask(_ORDER, "source_key", key, found)
        if address is None:
            address = ""
        elif not plain(address, NAME):
            ask(_ORDER, "delivery_address", address, found)
        if customer_key or name or not customer or not plain(customer, KEY):
            _ask_who(customer, customer_key, name, found)
        lines, total = _lines(given, found)
        amount = _total(amount, total if lines else None, found)
        if found:
            return None
        who = (customer or "", customer_key or "", name or "")
        return ReadOrder(key, *who, day, address, state, currency, amount, lines)  # type: ignore[arg-type]  # checked

    def _add_currency(self, currency: Any, found: list[Problem]) -> None:
        before = len(found)
        ask(_ORDER, "currency", currency, found)
        if len(found) == before:
            self._currencies.add(currency)


def _ask_who(number: Any, key: Any, name: Any, found: list[Problem]) -> None:
    """Check what the row says about its customer; something it must."""
    if not (number or key or name):
        found.append(Problem(field="customer", code="value.missing", entity="order"))
    for field, value, limit in (
        ("customer_key", number, 100),
        ("customer_key", key, 100),
        ("customer_name", name, 200),
    ):
        if value and not plain(value, limit):
            ask(_UNMATCHED, field, value, found)


def _lines(given: Any, found: list[Problem]) -> tuple[list[tuple[Any, ...]], Decimal]:
    """Answer the lines and their sum."""
    if given is None:
        return [], ZERO
    if given.__class__ is not list and (not isinstance(given, Sequence) or isinstance(given, str)):
        params: dict[str, object] = {"wanted": "list", "got": type(given).__name__}
        found.append(Problem(field="lines", code="value.type", entity="order", params=params))
        return [], ZERO
    if len(given) > MOST_LINES:
        params = {"max": MOST_LINES, "got": len(given)}
        found.append(Problem(field="lines", code="value.too_many", entity="order", params=params))
        return [], ZERO
    read: list[tuple[Any, ...]] = []
    total = ZERO
    for line in given:
        if not isinstance(line, tuple) or len(line) != len(LineRow._fields):
            problems: list[Problem] = []
            line = _line_row(line, problems)  # noqa: PLW2901
            found.extend(_numbered(problems, len(read) + 1))
        made = _line(line)
        if made is None:
            problems = []
            made = _doubted(line, problems)
            found.extend(_numbered(problems, len(read) + 1))
        read.append(made)
        total = EXACT.add(total, made[5])
    return read, total


def _line(row: Any) -> tuple[Any, ...] | None:
    """Answer the usual line; None for one that has to be looked at more closely."""
    key, name, quantity, unit, price, amount = row
    if not (key.__class__ is name.__class__ is unit.__class__ is str):
        return None
    if len(key) > KEY or len(name) > NAME or len(unit) > UNIT or not (key + name + unit).isprintable():
        return None
    quantity = decimal(quantity, QUANTITIES, PRICE)
    if quantity is None or (price is not None and (price := decimal(price, PRICES, PRICE)) is None):
        return None
    if amount is not None:
        amount = decimal(amount, AMOUNTS, PRICE)
    elif price is not None:
        amount = EXACT.multiply(quantity, price).quantize(CENT, ROUND_HALF_UP, EXACT)
        amount = None if amount.copy_abs() >= AMOUNTS else amount
    return None if amount is None else (key, name, quantity, unit, price, amount)


def _doubted(row: Any, found: list[Problem]) -> tuple[Any, ...]:
    """Look closely at a line: it is good after all, or what is wrong with it is added to *found*."""
    key, name, quantity, unit, price, amount = row
    for field, value in (("product_key", key), ("product_name", name), ("unit", unit)):
        ask(_LINE, field, value, found)
    quantity = asked(_LINE, "quantity", quantity, found)
    price = None if price is None else asked(_LINE, "unit_price", price, found)
    if amount is None and price is not None and quantity is not None:
        amount = EXACT.multiply(quantity, price).quantize(CENT, ROUND_HALF_UP, EXACT)
    read = asked(_LINE, "amount", amount, found)
    return (key, name, quantity, unit, price, read if read is not None else ZERO)


def _line_row(given: Any, found: list[Problem]) -> LineRow:
    if isinstance(given, tuple) and len(given) < len(LineRow._fields):
        return LineRow(*given)
    return LineRow(**as_mapping(given, _LINE_ROW, "order_line", found))


def _numbered(problems: list[Problem], line: int) -> list[Problem]:
    """Say of which line the problems are."""
    return [LineProblem(one.field, one.code, one.entity, one.params, line) for one in problems]


def _total(given: Any, total: Decimal | None, found: list[Problem]) -> Decimal | None:
    """Answer what an order costs: what its lines add up to; a total that says otherwise is a mistake (ORD-03).

    Args:
        given: The total that the row gives, if it does.
        total: What the lines add up to; None if there are none.
        found: Takes what is wrong.
    """
    if given is None:
        if total is None:
            found.append(Problem(field="amount", code="value.missing", entity="order"))
        elif decimal(total, AMOUNTS, PRICE) is None:
            ask(_ORDER, "amount", total, found)
        return total
    read = decimal(given, AMOUNTS, PRICE)
    if read is None:
        read = asked(_ORDER, "amount", given, found)
    if read is not None and total is not None and read != total and not found:
        params: dict[str, object] = {"total": f"{total:f}", "got": f"{read:f}"}
        found.append(Problem(field="amount", code="order.total_mismatch", entity="order", params=params))
    return read


def _shown(key: Any) -> str:
    return key[:100] if isinstance(key, str) else ""
