"""Statements of a search by keyword, in both ways there are: by the index of keywords, or by the order of the list."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from crmcore.query import EVERYTHING, All, AnyOf, Condition, Op, Query, Test
from crmcore_sql.fragments import candidates, having_any
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects, moved_to

__all__ = ["LOOKED_AT", "Search", "Searches", "search_of"]

LOOKED_AT: Final = "looked_at"
"""Name of the records that a statement goes through, of which there are so many and no more."""


@attrs.frozen
class Search:
    """A query with a keyword, taken apart."""

    query: Query[Any]
    """The whole query."""
    part: Condition
    """The part of its condition that the index of keywords serves: a test, or several of which one has to hold."""
    tests: tuple[Test, ...]
    """The test for a keyword in each of them."""
    rest: Query[Any]
    """The query without that part."""


def search_of(query: Query[Any], mapping: EntityMap) -> Search | None:
    """Take a query apart that asks for a keyword besides everything else it asks for; None for any other."""
    if not mapping.keywords:
        return None
    part, rest = _taken_out(query.condition, mapping.keywords)
    if part is None:
        return None
    return Search(query, part, _leading(part, mapping.keywords), attrs.evolve(query, condition=rest))


def _taken_out(condition: Condition, keywords: Collection[Any]) -> tuple[Condition | None, Condition]:
    """Answer the first part that an index of keywords serves, and what is left."""
    if isinstance(condition, All):
        for place, one in enumerate(condition.parts):
            part, rest = _taken_out(one, keywords)
            if part is not None:
                left = () if rest == EVERYTHING else (rest,)
                return part, All((*condition.parts[:place], *left, *condition.parts[place + 1 :]))
    elif _leading(condition, keywords):
        return condition, EVERYTHING
    return None, condition


def _leading(condition: Condition, keywords: Collection[Any]) -> tuple[Test, ...]:
    """Answer tests of which one at least holds wherever the condition does; none if it can hold without."""
    match condition:
        case Test(path, Op.CONTAINS | Op.HAS) if path in keywords:
            return (condition,)
        case All(parts):
            return next(filter(None, (_leading(part, keywords) for part in parts)), ())
        case AnyOf(parts):
            each = [_leading(part, keywords) for part in parts]
            return tuple(test for tests in each for test in tests) if all(each) else ()
    return ()


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

    def led(self, search: Search, sizes: Sequence[int], key: Any, after: Sequence[bool] | None) -> sa.Select[Any]:
        """Find by the index of keywords, whatever else there is, and sort what was found."""
        query, binds = search.query, Binds(self._product)
        mapping = self._maps[query.entity]
        inner = self._ordered_by_nothing(query, key, after, mapping, binds)
        paths = ["_".join(test.path) for test in search.tests]
        inner = inner.where(having_any(self._product, mapping, list(zip(paths, sizes, strict=True)), binds))
        if self._product.name == "sqlite":
            found = inner.with_only_columns(*mapping.columns).with_hint(mapping.table, "NOT INDEXED", "sqlite")
            table: Any = mapping.table
        else:  # what has to be cut first is not led by the order
            table = self._cut(inner).subquery("found")
            found = sa.select(*(table.c[column.name] for column in mapping.columns))
        found = found.order_by(*self._selects.sorted(table, query.full_order))
        return self._paged(found, query, binds)

    def walk(self, search: Search, key: Any, after: Sequence[bool] | None, part: Any) -> sa.Select[Any]:
        """Look at the first records of the list, up to a limit, and find those with the keyword among them."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        inner = self._ordered_by_nothing(rest, key, after, mapping, binds)
        first = self._selects.page(inner.order_by(*self._selects.sorted(mapping.table, rest.full_order)), binds)
        table = first.subquery(LOOKED_AT)
        found: sa.Select[Any] = sa.select(*(table.c[column.name] for column in mapping.columns))
        found = found.where(self._looked_at(search, part, table, binds))
        if self._product.name != "sqlite":  # which keeps the order, but would sort all of them to be told so
            found = found.order_by(*self._selects.sorted(table, rest.full_order))
        return self._paged(found, rest, binds)

    def walked(self, search: Search, key: Any, part: Any) -> sa.Select[Any]:
        """Look at some records, up to a limit, and count those with the keyword among them, up to another."""
        rest, binds = search.rest, Binds(self._product)
        mapping = self._maps[rest.entity]
        columns = [mapping.table.c[name] for name in _needed(search.part, mapping)]
        inner = self._selects.narrowed(sa.select(*columns), mapping, rest.condition, key, binds)
        table = self._selects.page(inner, binds).subquery(LOOKED_AT)
        one: sa.Select[Any] = sa.select(sa.literal_column("1"))
        found = one.select_from(table).where(self._looked_at(search, part, table, binds))
        return _counted(self._selects.page(found, binds))

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
