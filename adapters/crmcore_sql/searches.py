"""Statements of a search by keyword, in both ways there are: by the index of keywords, or by the order of the list."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.operators import custom_op

from crmcore.query import All, AnyOf, Condition, Query, Test
from crmcore_sql.fragments import any_candidates, candidates, having_any
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects, moved_to
from crmcore_sql.sought import FoundBy, Search

__all__ = ["LOOKED_AT", "Searches"]

LOOKED_AT: Final = "looked_at"
"""Name of the records that a statement goes through, of which there are so many and no more."""

_AS_IT_IS: Final[custom_op[Any]] = custom_op("+")
"""Keeps SQLite from looking a row's number up in the index of words, row by row."""


class Searches:
    """Makes statements for one product; their values come in the order in which they are asked for here."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], selects: Selects) -> None:
        """Know all kinds of records."""
        self._product, self._maps, self._selects = product, maps, selects

    def candidates(self, entity: type[Any], test: Test, size: int) -> sa.Select[Any]:
        """Count the records that have the fragments of a keyword, up to a limit."""
        mapping, binds = self._maps[entity], Binds(self._product)
        some = candidates(self._product, mapping, "_".join(test.path), size, binds)
        return _counted(self._selects.page(some, binds))

    def led(
        self, search: Search, found_by: FoundBy, key: Any, after: Sequence[bool] | None, part: Any
    ) -> sa.Select[Any]:
        """Find by the index of keywords, whatever else there is, and sort what was found."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        inner = self._ordered_by_nothing(rest, key, after, mapping, binds)
        inner = self._by_index(inner, search, found_by, part, mapping, binds)
        if self._product.name == "sqlite":
            found = inner.with_only_columns(*mapping.columns, maintain_column_froms=True)
            table: Any = mapping.table
        else:  # what has to be cut first is not led by the order
            table = self._cut(inner).subquery("found")
            found = sa.select(*(table.c[column.name] for column in mapping.columns))
        found = found.order_by(*self._selects.sorted(table, rest.full_order))
        return self._paged(found, rest, binds)

    def counted(self, search: Search, found_by: FoundBy, key: Any, part: Any) -> sa.Select[Any]:
        """Count what the index of keywords finds and meets everything else, up to a limit."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        one: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(mapping.table)
        inner = self._selects.narrowed(one, mapping, rest.condition, key, binds)
        inner = self._by_index(inner, search, found_by, part, mapping, binds)
        if self._product.name == "postgresql":  # which would else hope to meet that many by chance
            kept = inner.cte("kept").prefix_with("MATERIALIZED")
            inner = sa.select(sa.literal_column("1")).select_from(kept)
        return _counted(self._selects.page(inner, binds))

    def _by_index(
        self,
        statement: sa.Select[Any],
        search: Search,
        found_by: FoundBy,
        part: Any,
        mapping: EntityMap,
        binds: Binds,
    ) -> sa.Select[Any]:
        """Narrow a statement to the records that the index of keywords finds, each looked at once more."""
        tests = [("_".join(test.path), size) for test, size in zip(search.tests, found_by.sizes, strict=True)]
        if self._product.name != "sqlite":
            statement = statement.where(having_any(self._product, mapping, tests, binds))
        else:  # one by one as they are found: as a list they would all be gathered before the first is looked at
            ids = any_candidates(self._product, mapping, tests, binds).subquery("found_by")
            number: sa.ColumnElement[int] = sa.UnaryExpression(ids.c.rowid, operator=_AS_IT_IS)
            if found_by.among is not None:
                own = moved_to(mapping.table.alias("own"), mapping)
                test = self._selects.where(own, found_by.among, found_by.among_key, binds)
                statement = statement.where(number.in_(sa.select(own.table.c.rowid).where(test)))
            statement = statement.select_from(ids).where(mapping.table.c.rowid == number)
        return statement.where(self._selects.where(mapping, search.part, part, binds))

    def breadth(self, entity: type[Any], test: Test | None, key: Any) -> sa.Select[Any]:
        """Count the records that meet a test whose field has an index, or all there are, up to a limit."""
        mapping, binds = self._maps[entity], Binds(self._product)
        some: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(mapping.table)
        if test is not None:
            some = some.where(self._selects.where(mapping, test, key, binds))
        return _counted(self._selects.page(some, binds))

    def walk(
        self, search: Search, key: Any, after: Sequence[bool] | None, part: Any, by: tuple[str, ...] | None
    ) -> sa.Select[Any]:
        """Look at the first records of the list, up to a limit, and find those with the keyword among them."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        inner = self._led_by(by, self._ordered_by_nothing(rest, key, after, mapping, binds), mapping)
        first = self._selects.page(inner.order_by(*self._selects.sorted(mapping.table, rest.full_order)), binds)
        table = first.subquery(LOOKED_AT)
        found: sa.Select[Any] = sa.select(*(table.c[column.name] for column in mapping.columns))
        found = found.where(self._looked_at(search, part, table, binds))
        if self._product.name != "sqlite":  # which keeps the order, but would sort all of them to be told so
            found = found.order_by(*self._selects.sorted(table, rest.full_order))
        return self._paged(found, rest, binds)

    def walked(self, search: Search, key: Any, part: Any, by: tuple[str, ...] | None) -> sa.Select[Any]:
        """Look at some records, up to a limit, and count those with the keyword among them, up to another."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        columns = [mapping.table.c[name] for name in _needed(search.part, mapping)]
        inner = self._selects.narrowed(sa.select(*columns), mapping, rest.condition, key, binds)
        table = self._selects.page(self._led_by(by, inner, mapping), binds).subquery(LOOKED_AT)
        one: sa.Select[Any] = sa.select(sa.literal_column("1"))
        found = one.select_from(table).where(self._looked_at(search, part, table, binds))
        return _counted(self._selects.page(found, binds))

    def _led_by(self, path: tuple[str, ...] | None, statement: sa.Select[Any], mapping: EntityMap) -> sa.Select[Any]:
        """Tell SQLite by which of several tests few records are found; it knows only what is usual for each field."""
        if path is None or self._product.name != "sqlite":
            return statement
        leading = (one for one in mapping.table.indexes if one.columns[0].name == "_".join(path))
        name = min(str(one.name) for one in leading)
        return statement.with_hint(mapping.table, f"INDEXED BY {name}", "sqlite")

    def _looked_at(self, search: Search, part: Any, table: Any, binds: Binds) -> sa.ColumnElement[Any]:
        mapping = moved_to(table, self._maps[search.query.entity])
        return self._selects.where(mapping, search.part, part, binds)

    def _ordered_by_nothing(
        self, query: Query[Any], key: Any, after: Sequence[bool] | None, mapping: EntityMap, binds: Binds
    ) -> sa.Select[Any]:
        columns = [column for column in mapping.table.columns if not column.system]
        found = self._selects.narrowed(sa.select(*columns), mapping, query.condition, key, binds)
        if after is None:
            return found
        return self._selects.following(found, mapping, query.full_order, after, binds)

    def _cut(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Say that the rows are limited, without limiting them."""
        if self._product.name == "postgresql":
            return statement.offset(sa.literal_column("0"))
        return statement.limit(sa.literal_column(str(2**62)))

    def _paged(self, statement: sa.Select[Any], query: Query[Any], binds: Binds) -> sa.Select[Any]:
        limited, moved = query.limit is not None, query.offset > 0
        if not limited and not moved:
            return statement
        return self._selects.page(statement, binds, limited=limited, moved=moved)


def _needed(part: Condition, mapping: EntityMap) -> list[str]:
    """Answer the columns that a condition looks at."""
    match part:
        case All(parts) | AnyOf(parts):
            return list(dict.fromkeys(name for one in parts for name in _needed(one, mapping)))
        case Test(path):
            name = "_".join(path)
            return [name, *(one.name for (of, _), one in mapping.shadows.items() if of == name)]
        case _:
            return [column.name for column in mapping.table.columns if not column.system]


def _counted(some: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(some.subquery("some"))
