"""The shape of a query: everything but its values. Statements are made once for each shape and kept.

``Shaper.condition`` walks a condition, collects its values as the product takes them and answers a key; two conditions
with equal keys take the same statement. :mod:`crmcore_sql.selects` walks in the same order to make that statement.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Hashable, Mapping
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any, Final

from crmcore.base.clock import cut
from crmcore.base.schema import FieldSpec
from crmcore.base.text import fold
from crmcore.query import All, AnyOf, Condition, InQuery, Not, Op, Test
from crmcore_sql.codes import function, scale_of, write_array
from crmcore_sql.fragments import item_bind, keyword_bind
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.specs import digest

__all__ = ["ARRAY", "Shaper"]

Values = list[Any]
Bind = Callable[[Any, Values], Hashable]
"""Adds the values of one test to the list; answers what is particular about them."""

ARRAY: Final = "array"
"""Particular of a ``one_of`` whose values go in as one array."""
_DAY_AFTER_ALL: Final = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
_MILLISECOND: Final = dt.timedelta(milliseconds=1)
_WIDE: Final = Context(prec=200)
_UPWARDS: Final = frozenset({Op.LT, Op.GE})
_EXACT: Final = frozenset({Op.EQ, Op.ONE_OF})


class Shaper:
    """Finds shapes of queries on one product."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], *, plain: bool = False) -> None:
        """Know all kinds of records; *plain* looks at every record, without indexes of keywords."""
        self._product, self._maps, self._plain = product, maps, plain
        self._binds: dict[tuple[type[Any], tuple[str, ...], str], Bind] = {}

    def condition(self, entity: type[Any], condition: Condition, values: Values) -> Hashable:
        """Answer the key of a condition on *entity* and add its values to *values*."""
        cls = condition.__class__
        if cls is Test:
            return self._test(entity, condition, values)  # type: ignore[arg-type]
        if cls is All:
            return ("all", *[self.condition(entity, part, values) for part in condition.parts])  # type: ignore[union-attr]
        if cls is AnyOf:
            return ("any", *[self.condition(entity, part, values) for part in condition.parts])  # type: ignore[union-attr]
        if cls is Not:
            return ("not", self.condition(entity, condition.part, values))  # type: ignore[union-attr]
        assert isinstance(condition, InQuery)  # noqa: S101  # there are five kinds of conditions
        inner = condition.query
        found = self.condition(inner.entity, inner.condition, values)
        return ("in", condition.path, inner.entity, found, condition.on)

    def _test(self, entity: type[Any], test: Test, values: Values) -> Hashable:
        op = test.op._value_
        bind = self._binds.get((entity, test.path, op))
        if bind is None:
            bind = self._binds[entity, test.path, op] = self._make_bind(entity, test)
        return (test.path, op, bind(test.value, values))

    def encode(self, entity: type[Any], path: tuple[str, ...]) -> Callable[[Any], Any]:
        """Answer the function that writes a value of a field for comparison."""
        return function(self._product.codes.write, self._maps[entity].schema.by_path[path])

    def written(self, entity: type[Any], path: tuple[str, ...], op: Op) -> Callable[[Any], Any]:
        """Answer the function that writes a value of a field for a comparison, even one that no column could hold."""
        return self._written(self._maps[entity].schema.by_path[path], op)

    def _make_bind(self, entity: type[Any], test: Test) -> Bind:
        mapping = self._maps[entity]
        spec = mapping.schema.by_path[test.path]
        match test.op:
            case Op.NULL:
                return lambda _value, _values: None
            case Op.CONTAINS if test.path in mapping.keywords and not self._plain:
                return keyword_bind(self._product)
            case Op.CONTAINS:
                return lambda value, values: values.append(fold(value))
            case Op.STARTS:
                return _starts
            case Op.HAS:
                item = _item(spec, self._product)
                if test.path in mapping.keywords and not self._plain:
                    return item_bind(self._product, item)
                return lambda value, values: values.append(item(value))
            case Op.ONE_OF:
                return _one_of(self._written(spec, test.op), self._product, spec)
        written = self._written(spec, test.op)
        if test.op is Op.EQ and (spec.name, "digest") in mapping.shadows:
            short = self._product.write_digest
            return lambda value, values: values.extend((short(digest(value)), written(value)))
        return lambda value, values: values.append(written(value))

    def _written(self, spec: FieldSpec, op: Op) -> Callable[[Any], Any]:
        """How a value is written for a comparison; what a column could not hold is moved to what it can."""
        write = function(self._product.codes.write, spec)
        if spec.kind == "decimal":
            places, whole = scale_of(spec), _whole(spec)
            return lambda value: write(_decimal_on_grid(value, op, places, whole))
        if spec.kind == "instant":
            return lambda value: write(_instant_on_grid(value, op))
        return write


def _whole(spec: FieldSpec) -> int:
    from crmcore.base.constraints import Digits

    digits = spec.constraint(Digits)
    assert digits is not None  # noqa: S101  # `checked` has refused a decimal field without
    return digits.total - digits.places


def _decimal_on_grid(value: Decimal, op: Op, places: int, whole: int) -> Decimal:
    """Answer the decimal with *places* digits that compares with every kept value as *value* does."""
    unit = Decimal(1).scaleb(-places)
    beyond = Decimal(10) ** whole
    if not -beyond < value < beyond:
        return beyond if value > 0 else -beyond
    below = value.quantize(unit, ROUND_FLOOR, _WIDE)
    if below == value:
        return below
    if op in _EXACT:
        return beyond
    return _WIDE.add(below, unit) if op in _UPWARDS else below


def _instant_on_grid(value: dt.datetime, op: Op) -> dt.datetime:
    """Answer the whole millisecond that compares with every kept instant as *value* does."""
    below = cut(value)
    if below == value:
        return below
    if op in _EXACT:
        return _DAY_AFTER_ALL
    return below + _MILLISECOND if op in _UPWARDS else below


def _starts(value: str, values: Values) -> int:
    """A prefix is a range: from itself to the first text behind all that start with it."""
    prefix = fold(value)
    if not prefix:
        return 0
    values.append(prefix)
    behind = _behind(prefix)
    if not behind:
        return 1
    values.append(behind)
    return 2


def _behind(prefix: str) -> str:
    while prefix:
        last = ord(prefix[-1])
        if last < sys.maxunicode:
            return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)  # noqa: PLR2004  # surrogates are no text
        prefix = prefix[:-1]
    return ""


def _item(spec: FieldSpec, product: Product) -> Callable[[Any], Any]:
    source = product.codes.items.get(spec.kind)
    write: Callable[[Any], Any] = eval(f"lambda v: {source or 'v'}")  # noqa: S307  # a constant of `codes`
    if product.name != "mariadb":
        return write
    return lambda value: json.dumps(write(value), ensure_ascii=False)


def _one_of(write: Callable[[Any], Any], product: Product, spec: FieldSpec) -> Bind:
    """Few values go in one by one, padded to a power of two so that few shapes arise; many as one array."""
    most = product.list_size
    packings: dict[str, Callable[[list[Any]], Any]] = {
        "sqlite": b"".join if spec.kind == "uuid" else json.dumps,  # ids one behind the other
        "postgresql": write_array,
        "mariadb": tuple,
    }
    packed = packings[product.name]
    as_it_is = spec.kind == "text" and "text" not in product.codes.write

    def bind(wanted: tuple[Any, ...], values: Values) -> Hashable:
        written = [*wanted] if as_it_is else [write(one) for one in wanted]
        if not written:
            return 0
        if len(written) > most:
            values.append(packed(written))
            return ARRAY
        size = 1 << (len(written) - 1).bit_length()
        values.extend(written)
        values.extend(written[-1:] * (size - len(written)))
        return size

    return bind
