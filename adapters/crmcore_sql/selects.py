"""Makes SELECT statements with the meaning that ``crmcore.query`` fixes, one for each shape of query."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from crmcore.query import EVERYTHING, All, AnyOf, Condition, InQuery, Not, Op, Order, Test
from crmcore_sql.following import stepwise
from crmcore_sql.fragments import having_fragments
from crmcore_sql.listed import has, one_of
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product

__all__ = ["Binds", "Selects", "moved_to"]

Clause = sa.ColumnElement[Any]
_ALL: Final = str(2**62)


class Selects:
    """Makes statements for one product.

    Their values are named ``v0``, ``v1`` and so on, in the order in which the shaper collects them.
    """

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap]) -> None:
        """Know all kinds of records."""
        self._product, self._maps = product, maps

    def find(
        self,
        entity: type[Any],
        condition: Condition,
        key: Any,
        order: Sequence[Order],
        after: Sequence[bool] | None,
        *,
        limited: bool,
        moved: bool,
    ) -> sa.Select[Any]:
        """Answer the statement of a page.

        Args:
            entity: The kind of record.
            condition: Which records.
            key: The condition's shape.
            order: All sort keys, the id last.
            after: For each sort key, whether the position to continue after has no value there; None for no position.
            limited: The page has a limit.
            moved: The page has an offset.
        """
        mapping = self._maps[entity]
        binds = Binds(self._product)
        found = self.narrowed(sa.select(*mapping.columns), mapping, condition, key, binds)
        if after is not None:
            found = self.following(found, mapping, order, after, binds)
        statement = found.order_by(*self.sorted(mapping.table, order))
        if limited or moved:
            statement = self.page(statement, binds, limited=limited, moved=moved)
        return statement

    def narrowed(
        self, statement: sa.Select[Any], mapping: EntityMap, condition: Condition, key: Any, binds: "Binds"
    ) -> sa.Select[Any]:
        """Narrow a statement to the records that meet a condition."""
        if condition == EVERYTHING:
            return statement
        return statement.where(self.where(mapping, condition, key, binds))

    def following(
        self,
        statement: sa.Select[Any],
        mapping: EntityMap,
        order: Sequence[Order],
        after: Sequence[bool],
        binds: "Binds",
    ) -> sa.Select[Any]:
        """Narrow a statement to what comes after a position."""
        columns = [mapping.table.c["_".join(one.path)] for one in order]
        return statement.where(self._following(columns, order, after, binds))

    def sorted(self, table: Any, order: Sequence[Order]) -> list[Clause]:
        """Answer the sort keys of a statement on *table*."""
        return [self._sorted(table, one) for one in order]

    def count(self, entity: type[Any], condition: Condition, key: Any, *, limited: bool) -> sa.Select[Any]:
        """Answer the statement that counts, up to a limit if there is one."""
        mapping = self._maps[entity]
        binds = Binds(self._product)
        where = self.where(mapping, condition, key, binds)
        if not limited:
            return sa.select(sa.func.count()).select_from(mapping.table).where(where)
        some = self.page(sa.select(sa.literal_column("1")).select_from(mapping.table).where(where), binds)
        return sa.select(sa.func.count()).select_from(some.subquery("some"))

    def page(
        self, statement: sa.Select[Any], binds: "Binds", *, limited: bool = True, moved: bool = False
    ) -> sa.Select[Any]:
        """Limit a statement; SQLAlchemy would add values of its own where it is not told both numbers."""
        if limited:
            statement = statement.limit(binds(sa.BigInteger()))
        elif self._product.name != "postgresql":  # an offset needs a limit there
            statement = statement.limit(sa.literal_column(_ALL))
        if moved:
            return statement.offset(binds(sa.BigInteger()))
        return statement.offset(sa.literal_column("0")) if self._product.name == "sqlite" else statement

    def fenced(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Answer the same rows in a form that no server merges with the statement around it."""
        if self._product.name != "postgresql":
            statement = statement.limit(sa.literal_column(_ALL))
        return statement if self._product.name == "mariadb" else statement.offset(sa.literal_column("0"))

    def where(
        self, mapping: EntityMap, condition: Condition, key: Any, binds: "Binds", *, strict: bool = False
    ) -> Clause:
        """Answer a condition as SQL.

        Below a NOT (*strict*) nothing may be NULL, or NOT would not turn it into true; elsewhere NULL does as false.
        """
        match condition:
            case All(parts):
                each = (
                    self.where(mapping, part, k, binds, strict=strict) for part, k in zip(parts, key[1:], strict=True)
                )
                return sa.and_(sa.true(), *each)
            case AnyOf(parts):
                each = (
                    self.where(mapping, part, k, binds, strict=strict) for part, k in zip(parts, key[1:], strict=True)
                )
                return sa.or_(sa.false(), *each)
            case Not(part):
                return sa.not_(self.where(mapping, part, key[1], binds, strict=True))
            case InQuery() if self._product.hash_joins:
                return self._partner(mapping, condition, key, binds)
            case InQuery(path, query, on):
                inner = self._maps[query.entity]
                moved = moved_to(inner.table.alias(), inner)
                named = moved.table.c["_".join(on)]
                ids = sa.select(named).where(self.where(moved, query.condition, key[3], binds))
                if named.nullable:  # one missing value among them would make NOT IN unknown
                    ids = ids.where(named.is_not(None))
                column = mapping.table.c["_".join(path)]
                found = column.in_(ids)
                return sa.and_(column.is_not(None), found) if strict and column.nullable else found
            case Test():
                column = mapping.table.c["_".join(condition.path)]
                test = self._test(mapping, column, condition.op, key[2], binds)
                guarded = strict and column.nullable and condition.op is not Op.NULL
                return sa.and_(column.is_not(None), test) if guarded else test

    def _partner(self, mapping: EntityMap, part: InQuery, key: Any, binds: "Binds") -> Clause:
        """Answer a semi-join so that its opposite is a join, too, and beside an OR an index may be asked.

        PostgreSQL searches the list of an IN that it may not keep as a hash table from end to end for each row, which
        takes hours where both are long.
        """
        inner = self._maps[part.query.entity]
        moved = moved_to(inner.table.alias(), inner)
        same = moved.table.c["_".join(part.on)] == mapping.table.c["_".join(part.path)]
        there: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(moved.table)
        met = self.where(moved, part.query.condition, key[3], binds)
        return there.where(same, met).correlate(mapping.table).exists()

    def _test(self, mapping: EntityMap, column: sa.Column[Any], op: Op, size: Any, binds: "Binds") -> Clause:
        match op:
            case Op.NULL:
                return column.is_(None)
            case Op.EQ if (column.name, "digest") in mapping.shadows:
                short = mapping.table.c[mapping.shadows[column.name, "digest"].name]
                return sa.and_(short == binds(short.type), column == binds(column.type))
            case Op.ONE_OF:
                return one_of(self._product, column, size, binds)
            case Op.CONTAINS:
                among = [having_fragments(self._product, mapping, column.name, size, binds)] if size else []
                return sa.and_(*among, self._containing(mapping.table.c[f"{column.name}_fold"], binds))
            case Op.STARTS:
                return _starts(mapping.table.c[f"{column.name}_fold"], size, binds)
            case Op.HAS:
                among = [having_fragments(self._product, mapping, column.name, size, binds)] if size else []
                return sa.and_(*among, has(self._product, column, binds))
        return _COMPARISONS[op](column, binds(column.type))

    def _containing(self, column: sa.Column[Any], binds: "Binds") -> Clause:
        """By position rather than LIKE: nothing to escape, no length limit, no case folding by the server."""
        wanted = binds(sa.Text())
        match self._product.name:
            case "sqlite":
                found = sa.func.instr(column, wanted)
            case "postgresql":
                found = sa.func.strpos(column, wanted)
            case _:
                found = sa.func.locate(wanted, column)
        return found > sa.literal_column("0")

    def _sorted(self, table: Any, one: Order) -> Clause:
        column = table.c["_".join(one.path)]
        sorted_: sa.UnaryExpression[Any] = column.desc() if one.descending else column.asc()
        if not (self._product.nulls_first and column.nullable):
            return sorted_
        return sorted_.nulls_last() if one.descending else sorted_.nulls_first()

    def _following(
        self, columns: Sequence[sa.Column[Any]], order: Sequence[Order], missing: Sequence[bool], binds: "Binds"
    ) -> Clause:
        """Answer the condition for what comes after a position, in the form that the product finds by index."""
        values = [None if gone else binds(column.type) for column, gone in zip(columns, missing, strict=True)]
        down = order[0].descending
        uniform = all(one.descending == down for one in order)
        whole = not any(missing) and not (down and any(column.nullable for column in columns))
        if uniform and whole and self._product.row_values:
            left, right = sa.tuple_(*columns), sa.tuple_(*values)
            return left < right if down else left > right
        return stepwise(columns, order, values)


_COMPARISONS: dict[Op, Callable[[Any, Any], Clause]] = {
    Op.EQ: lambda column, value: column == value,
    Op.LT: lambda column, value: column < value,
    Op.LE: lambda column, value: column <= value,
    Op.GT: lambda column, value: column > value,
    Op.GE: lambda column, value: column >= value,
}


class Binds:
    """Hands out the values of a statement in order."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._names: Iterator[int] = iter(range(2**31))

    def __call__(self, type_: Any) -> sa.BindParameter[Any]:
        """Answer the place of the next value, which is for a column of that type."""
        return sa.bindparam(f"v{next(self._names)}", type_=self._product.bind_type(type_))


def moved_to(table: Any, mapping: EntityMap) -> EntityMap:
    """The same mapping over another name of its table: a query may look into its own table."""
    return attrs.evolve(mapping, table=table)


def _starts(column: sa.Column[Any], size: int, binds: Binds) -> Clause:
    if size == 0:
        return column.is_not(None)
    least = column >= binds(column.type)
    return least if size == 1 else sa.and_(least, column < binds(column.type))
