"""Reads the usual rows of an order feed column by column, which costs no Python call for a value (ORD-04, GEN-11).

A block of rows is good as a whole, or it is looked at row by row (see ``OrderReader``): so what is wrong with a row is
said in one place, and one bad row slows down no more than its block.
"""

import datetime as dt
import operator
from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, islice, repeat
from typing import Any, Final

from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.numbers import EXACT
from crmcore.sales.checking import AMOUNTS, CENT, PRICE
from crmcore.sales.entity import OrderStatus
from crmcore.sales.rows import STATUSES, LineRow, OrderRow, ReadOrder

__all__ = [
    "FIRST",
    "KEY",
    "LAST",
    "MOST_LINES",
    "NAME",
    "PRICES",
    "QUANTITIES",
    "UNIT",
    "ZERO",
    "usual_orders",
]

ZERO: Final = Decimal(0)
PRICES: Final = Decimal(10) ** 14
QUANTITIES: Final = Decimal(10) ** 10
KEY: Final = 100
NAME: Final = 200
UNIT: Final = 10
MOST_LINES: Final = 100_000
FIRST: Final = dt.date(FIRST_YEAR, 1, 1)
LAST: Final = dt.date(LAST_YEAR, 12, 31)
_MISSING: Final = type(None)
_ROUNDING: Final = EXACT.copy()
_ROUNDING.rounding = ROUND_HALF_UP
Line = tuple[Any, ...]


def usual_orders(rows: Sequence[Any], currency: str, currencies: Collection[str]) -> list[ReadOrder] | None:
    """Answer rows of which every one is good beyond doubt; None if any has to be looked at more closely.

    Args:
        rows: The rows, at least one.
        currency: That of rows which do not say.
        currencies: Those that are known to be good.
    """
    if {*map(type, rows)} != {OrderRow}:
        return None
    keys, days, customers, customer_keys, names, statuses, addresses, given, amounts, lines = zip(*rows, strict=True)
    if not _are_plain(keys, KEY) or not all(keys) or any(map(str.isspace, keys)) or not _are_plain(addresses, NAME):
        return None
    if {*map(type, days)} != {dt.date} or min(days) < FIRST or max(days) > LAST:
        return None
    if {*map(type, given)} != {str} or not {one or currency for one in {*given}} <= {*currencies}:
        return None
    states, read = _states(statuses), _usual_lines(lines)
    if states is None or read is None or not _name_somebody(customers, customer_keys, names):
        return None
    totals = _usual_totals(amounts, read)
    if totals is None:
        return None
    paid_in = [one or currency for one in given]
    whole = zip(
        *(keys, customers, customer_keys, names, days, addresses, states, paid_in, totals, read),
        strict=True,
    )
    return [*map(tuple.__new__, repeat(ReadOrder), whole)]


def _name_somebody(numbers: Sequence[Any], keys: Sequence[Any], names: Sequence[Any]) -> bool:
    """Tell whether every row says something of its customer, and nothing that could not be his."""
    plain = _are_plain(numbers, KEY) and _are_plain(keys, KEY) and _are_plain(names, NAME)
    return plain and all(map(any, zip(numbers, keys, names, strict=True)))


def _states(given: Sequence[Any]) -> list[OrderStatus] | None:
    try:
        return [*map(STATUSES.__getitem__, given)]
    except (KeyError, TypeError):
        return None


def _are_plain(column: Sequence[Any], limit: int) -> bool:
    """Tell whether all texts are short and printable: then every store can keep them."""
    return {*map(type, column)} == {str} and max(map(len, column)) <= limit and "".join(column).isprintable()


def _exact(column: Sequence[Any], limit: Decimal) -> Sequence[Decimal] | None:
    """Answer exact numbers that fit, all of them; else None."""
    kinds = {*map(type, column)}
    if int in kinds and kinds <= {int, Decimal}:
        column = [*map(Decimal, column)]
    elif kinds != {Decimal}:
        return None
    if not all(map(Decimal.is_finite, column)) or max(column) >= limit or min(column) <= -limit:
        return None
    if all(map(CENT.same_quantum, column)):
        return column
    kept = map(EXACT.quantize, column, repeat(PRICE))
    return column if all(map(operator.eq, column, kept)) else None


def _usual_lines(given: Sequence[Any]) -> list[list[Line]] | None:
    """Answer the lines of all orders, each order's by themselves."""
    if not {*map(type, given)} <= {list, tuple} or max(map(len, given)) > MOST_LINES:
        return None
    flat = [*chain.from_iterable(given)]
    if not flat:
        return [[] for _ in given]
    if not {*map(type, flat)} <= {LineRow, tuple} or {*map(len, flat)} != {len(LineRow._fields)}:
        return None
    keys, names, quantities, units, prices, amounts = zip(*flat, strict=True)
    if not _are_plain(keys, KEY) or not _are_plain(names, NAME) or not _are_plain(units, UNIT):
        return None
    counted = _exact(quantities, QUANTITIES)
    priced = prices if {*map(type, prices)} == {_MISSING} else _exact(prices, PRICES)
    if counted is None or priced is None:
        return None
    costs = _costs(counted, priced, amounts)
    if costs is None:
        return None
    lines = zip(keys, names, counted, units, priced, costs, strict=True)
    if len(flat) == len(given) and all(given):
        return [[one] for one in lines]
    return [[*islice(lines, len(one))] for one in given]


def _costs(quantities: Sequence[Decimal], prices: Sequence[Any], given: Sequence[Any]) -> Sequence[Decimal] | None:
    """Answer what lines cost: what they say, or quantity times price."""
    if {*map(type, given)} != {_MISSING}:
        return _exact(given, AMOUNTS)
    if prices[0] is None:
        return None
    costs = [*map(_ROUNDING.quantize, map(EXACT.multiply, quantities, prices), repeat(CENT))]
    return costs if max(costs) < AMOUNTS and min(costs) > -AMOUNTS else None


def _usual_totals(given: Sequence[Any], lines: Sequence[list[Line]]) -> Sequence[Decimal] | None:
    """Answer what orders cost: what their lines add up to, or what they say where they have none."""
    totals = [EXACT.add(ZERO, one[0][5]) if len(one) == 1 else _sum(one) for one in lines]
    if max(totals) >= AMOUNTS or min(totals) <= -AMOUNTS:
        return None
    if {*map(type, given)} == {_MISSING}:
        return totals if all(lines) else None
    said = _exact(given, AMOUNTS)
    if said is None or any(one != total for one, total, of_it in zip(said, totals, lines, strict=True) if of_it):
        return None
    return said


def _sum(lines: Sequence[Line]) -> Decimal:
    total = ZERO
    for line in lines:
        total = EXACT.add(total, line[5])
    return total
