"""Makes the statements that group and measure, and reads their rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from crmcore.base.schema import FieldSpec
from crmcore.query import Fn, Measure, Tally, TallyRow
from crmcore_sql.codes import NAMES, expression
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects

__all__ = ["Tallies"]

Clause = sa.ColumnElement[Any]
_HALF: Final = 32
_LOW: Final = (1 << _HALF) - 1


class Tallies:
    """Makes statements for one product."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], selects: Selects) -> None:
        """Know all kinds of records."""
        self._product, self._maps, self._selects = product, maps, selects

    def statement(self, tally: Tally, shape: Any, *, wide: bool) -> sa.Select[Any]:
        """Answer the statement of a tally whose condition has that shape."""
        mapping = self._maps[tally.of.entity]
        binds = Binds(self._product)
        keys = [mapping.table.c["_".join(path)] for path in tally.by]
        measured = [self._measures(mapping, one, wide=wide) for one in tally.measures]
        where = self._selects.where(mapping, tally.of.condition, shape, binds)
        columns: list[Clause] = [*keys, *(column for several in measured for column in several)]
        statement = sa.select(*(columns or [sa.func.count()])).select_from(mapping.table).where(where)
        if keys:
            statement = statement.group_by(*keys)
        order: list[Clause] = [self._lowest_first(key) for key in keys]
        if tally.top is not None:
            place = [one.name for one in tally.measures].index(tally.top.measure)
            order = [*self._largest_first(measured[place]), *order]
            statement = self._selects.page(statement, binds)
        return statement.order_by(*order) if keys else statement

    def reader(self, tally: Tally, *, wide: bool) -> Callable[[Sequence[Any]], list[Any]]:
        """Answer the function that turns the statement's rows into groups."""
        schema = self._maps[tally.of.entity].schema
        names: dict[str, Any] = {**NAMES, "TallyRow": TallyRow}
        keys = [self._value(schema.by_path[path], f"k{place}", names) for place, path in enumerate(tally.by)]
        taken = [f"k{place}" for place in range(len(keys))]
        values = []
        for place, one in enumerate(tally.measures):
            parts = [f"m{place}", f"low{place}"] if wide and one.fn is Fn.SUM else [f"m{place}"]
            values.append(self._measured(schema.by_path.get(one.path), one, parts, names))
            taken += parts
        row = f"TallyRow(({_listed(keys)}), ({_listed(values)}))"
        source = f"def read(rows):\n    return [{row} for {', '.join(taken) or '_'}, in rows]\n"
        exec(source, names)  # noqa: S102  # generated from the schema alone: names of fields, which are identifiers
        read: Callable[[Sequence[Any]], list[Any]] = names["read"]
        return read

    def _measures(self, mapping: EntityMap, measure: Measure, *, wide: bool) -> list[Clause]:
        if measure.fn is Fn.COUNT:
            return [sa.func.count()]
        column: Any = mapping.table.c["_".join(measure.path)]
        if measure.fn is Fn.SUM:
            if wide:
                high = sa.func.sum(column.op(">>")(sa.literal_column(str(_HALF))))
                return [high, sa.func.sum(column.op("&")(sa.literal_column(str(_LOW))))]
            return [sa.func.sum(column)]
        extreme = sa.func.min if measure.fn is Fn.MIN else sa.func.max
        kind = mapping.schema.by_path[measure.path].kind
        if self._product.name == "postgresql" and kind == "uuid":  # older servers have no least id
            return [sa.cast(extreme(sa.cast(column, sa.Text(collation="C"))), sa.Uuid())]
        if self._product.name == "postgresql" and kind == "boolean":
            return [sa.func.bool_and(column) if measure.fn is Fn.MIN else sa.func.bool_or(column)]
        return [extreme(column)]

    def _lowest_first(self, key: Any) -> Clause:
        ascending: sa.UnaryExpression[Any] = key.asc()
        return ascending.nulls_first() if self._product.nulls_first and key.nullable else ascending

    def _largest_first(self, measured: Sequence[Clause]) -> list[Clause]:
        if len(measured) == 1:
            largest = measured[0].desc()
            return [largest.nulls_last() if self._product.nulls_first else largest]
        high, low = measured
        carried = low.op(">>")(sa.literal_column(str(_HALF)))
        return [(high + carried).desc(), low.op("&")(sa.literal_column(str(_LOW))).desc()]

    def _value(self, spec: FieldSpec, variable: str, names: dict[str, Any]) -> str:
        """Answer the expression that reads a value of a field."""
        text = expression(self._product.codes.read, spec, variable, names)
        return variable if text == variable else f"None if {variable} is None else {text}"

    def _measured(self, spec: FieldSpec | None, measure: Measure, parts: Sequence[str], names: dict[str, Any]) -> str:
        """Answer the expression that reads a measure, which a wide sum has in two parts."""
        if measure.fn is Fn.COUNT or spec is None:
            return f"int({parts[0]})"
        if measure.fn is not Fn.SUM:
            return self._value(spec, parts[0], names)
        whole = parts[0] if len(parts) == 1 else f"(({parts[0]} << {_HALF}) + {parts[1]})"
        read = f"int({whole})" if spec.kind == "integer" else expression(self._product.codes.read, spec, whole, names)
        return f"None if {parts[0]} is None else {read}"


def _listed(expressions: Sequence[str]) -> str:
    """Write the items of a tuple."""
    return "".join(f"({one}), " for one in expressions)
