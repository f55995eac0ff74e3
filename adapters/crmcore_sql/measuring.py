"""Makes the measures of a tally: of records, and of groups of records that were measured before."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from crmcore.base.schema import FieldSpec
from crmcore.query import Fn, Measure
from crmcore_sql.codes import expression
from crmcore_sql.grouping import count_of
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product

__all__ = ["NUMBERS", "SUMS", "Measuring"]

Clause = sa.ColumnElement[Any]
Own = Callable[[tuple[str, ...]], Any]
"""Answers the column of a field."""
SUMS: Final = frozenset({Fn.SUM, Fn.ELAPSED})
"""What adds up, and may take more than 64 bits to hold."""
NUMBERS: Final = frozenset({Fn.COUNT, Fn.DISTINCT, Fn.GROUPS})
"""What counts something, so that it is a number of any field, or of none."""
_HALF: Final = 32
_LOW: Final[sa.ColumnClause[Any]] = sa.literal_column(str((1 << _HALF) - 1))
_BITS: Final[sa.ColumnClause[Any]] = sa.literal_column(str(_HALF))
_THOUSAND: Final[sa.ColumnClause[Any]] = sa.literal_column("1000")


class Measuring:
    """Makes the measures of one tally."""

    def __init__(
        self, product: Product, mapping: EntityMap, *, wide: bool, met: Mapping[Measure, Clause] = MappingProxyType({})
    ) -> None:
        """Measure records of one kind.

        Args:
            product: The product.
            mapping: Their table.
            wide: Sum in two halves, for products whose own sum overflows.
            met: What records meet that a measure is taken of; those of which it is taken of all are left out.
        """
        self._product, self._schema, self._wide, self._met = product, mapping.schema, wide, met

    def of_records(self, measure: Measure, own: Own) -> list[Clause]:
        """Answer the columns of a measure over records, where these are all that is grouped."""
        parts = self.parts(measure, own)
        return [sa.func.sum(part).over() for part in parts] if measure.overall else parts

    def parts(self, measure: Measure, own: Own) -> list[Clause]:
        """Answer the columns of a measure over the records of each group."""
        match measure.fn:
            case Fn.GROUPS:
                return [sa.func.count().over()]
            case Fn.COUNT:
                met = self._met.get(measure)
                return [sa.func.count() if met is None else count_of(met, self._product)]
            case Fn.DISTINCT:
                return [sa.func.count(own(measure.path).distinct())]
            case Fn.SUM:
                return self._sums(self._some(measure, own(measure.path)))
            case Fn.ELAPSED:
                return self._sums(self._some(measure, self._between(own(measure.path), own(measure.until))))
        return [self._extreme(measure, self._some(measure, own(measure.path)))]

    def _some(self, measure: Measure, value: Any) -> Any:
        """Leave out the value of a record that does not meet a measure's condition."""
        met = self._met.get(measure)
        return value if met is None else sa.case((met, value))

    def of_groups(self, measure: Measure, parts: Sequence[Clause], own: Own, *, once: bool = False) -> list[Clause]:
        """Answer the columns of a measure over groups for which it has been taken before, in *parts*.

        Args:
            measure: The measure.
            parts: Its columns for each group.
            own: Answers the column of a field by which the groups were made.
            once: No two groups have the same value there, so that different values need no sorting.
        """
        if once and measure.fn is Fn.DISTINCT:
            return [sa.func.count(own(measure.path))]
        found = self._of_groups(measure, parts, own)
        return [sa.func.sum(one).over() for one in found] if measure.overall else found

    def _of_groups(self, measure: Measure, parts: Sequence[Clause], own: Own) -> list[Clause]:
        match measure.fn:
            case Fn.GROUPS:
                return [sa.func.count().over()]
            case Fn.DISTINCT:
                return [sa.func.count(own(measure.path).distinct())]
            case Fn.MIN | Fn.MAX:
                return [self._extreme(measure, parts[0])]
            case Fn.COUNT:  # of no groups at all there are none
                return [sa.func.coalesce(sa.func.sum(parts[0]), sa.literal_column("0"))]
        return [sa.func.sum(part) for part in parts]

    def largest_first(self, columns: Sequence[Clause]) -> list[Clause]:
        """Sort by a measure."""
        if len(columns) == 1:
            largest = columns[0].desc()
            return [largest.nulls_last() if self._product.nulls_first else largest]
        high, low = columns
        return [(high + low.op(">>")(_BITS)).desc(), low.op("&")(_LOW).desc()]

    def read(self, measure: Measure, variables: Sequence[str], names: dict[str, Any]) -> str:
        """Answer the expression that reads a measure, which a wide sum has in two parts."""
        if measure.fn in NUMBERS:
            return f"int({variables[0]})"
        spec = self._schema.by_path[measure.path]
        if measure.fn not in SUMS:
            return self.value(spec, variables[0], names)
        whole = variables[0] if len(variables) == 1 else f"(({variables[0]} << {_HALF}) + {variables[1]})"
        read = expression(self._product.codes.read, spec, whole, names) if spec.kind == "decimal" else f"int({whole})"
        return f"None if {variables[0]} is None else {read}"

    def value(self, spec: FieldSpec, variable: str, names: dict[str, Any]) -> str:
        """Answer the expression that reads a value of a field."""
        text = expression(self._product.codes.read, spec, variable, names)
        return variable if text == variable else f"None if {variable} is None else {text}"

    def _sums(self, added: Any) -> list[Clause]:
        if not self._wide:
            return [sa.func.sum(added)]
        return [sa.func.sum(added.op(">>")(_BITS)), sa.func.sum(added.op("&")(_LOW))]

    def _between(self, start: Any, end: Any) -> Any:
        """Answer the milliseconds from one instant to another: what is kept is whole ones."""
        match self._product.name:
            case "sqlite":
                return end - start
            case "postgresql":
                seconds = sa.func.date_part(sa.literal_column("'epoch'"), end - start)
                return sa.cast(seconds * _THOUSAND, sa.BigInteger())
        microseconds = sa.func.timestampdiff(sa.literal_column("MICROSECOND"), start, end)
        return microseconds.op("DIV")(_THOUSAND)

    def _extreme(self, measure: Measure, column: Any) -> Clause:
        extreme = sa.func.min if measure.fn is Fn.MIN else sa.func.max
        kind = self._schema.by_path[measure.path].kind
        if self._product.name == "postgresql" and kind == "uuid":  # older servers have no least id
            return sa.cast(extreme(sa.cast(column, sa.Text(collation="C"))), sa.Uuid())
        if self._product.name == "postgresql" and kind == "boolean":
            return sa.func.bool_and(column) if measure.fn is Fn.MIN else sa.func.bool_or(column)
        return extreme(column)
