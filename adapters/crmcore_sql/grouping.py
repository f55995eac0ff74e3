"""What a tally groups by besides columns: bands of values, and columns of records that are joined for it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crmcore.query import EVERYTHING, Banded, Condition, Frequency, Op, Through
from crmcore.query.groups import Key, Way, origin_of, references_of
from crmcore_sql.codes import write_array
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects, moved_to
from crmcore_sql.shapes import Shaper, Values

__all__ = ["Grouped", "Keys", "count_of", "counted", "first_references", "keys_shape"]

Clause = sa.ColumnElement[Any]
Own = Callable[[tuple[str, ...]], Any]
"""Answers the column of a field of the record itself."""


@attrs.frozen
class _Reference:
    """One reference that is followed, whatever is looked for at its end."""

    path: tuple[str, ...]
    entity: type[Any]
    where: Condition


_Chain = tuple[_Reference, ...]
"""References that are followed one after the other."""


@attrs.frozen
class Grouped:
    """One key of a statement."""

    shown: Clause
    """What is selected."""
    group: Clause
    """What it is called where rows are grouped and sorted: the same, or its name."""
    nullable: bool


def _way(key: Key) -> Way:
    if isinstance(key, Frequency):
        return key.path
    return key.key if isinstance(key, Banded) else key


def _chain(way: Way) -> _Chain:
    return tuple(_Reference(one.path, one.entity, one.where) for one in references_of(way))


def _chains(by: Sequence[Key]) -> list[_Chain]:
    """Answer all that keys follow, each once and after what leads to it."""
    chains = map(_chain, map(_way, by))
    return list(dict.fromkeys(chain[: end + 1] for chain in chains for end in range(len(chain))))


def first_references(by: Sequence[Key]) -> list[tuple[str, ...]]:
    """Answer the fields of the record itself at which ways to other records begin."""
    return list(dict.fromkeys(chain[0].path for chain in _chains(by)))


def keys_shape(entity: type[Any], by: Sequence[Key], shaper: Shaper, product: Product, values: Values) -> Hashable:
    """Answer everything about keys but their values, which go to *values*: of the joins first, then of the bands."""
    joined = [shaper.condition(chain[-1].entity, chain[-1].where, values) for chain in _chains(by)]
    chains = [[(one.path, one.entity) for one in chain] for chain in _chains(by)]
    ends = [(_chains(by).index(_chain(way)) if isinstance(way, Through) else -1) for way in map(_way, by)]
    fields = [origin_of(key, entity) for key in by]
    sizes: list[int] = []
    often: list[Hashable] = []
    for key, origin in zip(by, fields, strict=True):
        match key:
            case Banded(_, edges):
                sizes.append(_add_edges(edges, shaper.written(*origin, Op.LT), product, values))
            case Frequency(_, edges, where):
                often.append(shaper.condition(entity, where, values))
                values.extend(edges)
                sizes.append(len(edges))
            case _:
                sizes.append(0)
    return tuple(joined), tuple(map(tuple, chains)), tuple(ends), tuple(often), tuple(fields), tuple(sizes)


def _add_edges(edges: Sequence[Any], write: Callable[[Any], Any], product: Product, values: Values) -> int:
    """Add the edges of bands to the values: one by one, or as one array where the server searches that itself."""
    written = list(map(write, edges))
    values.extend([write_array(written)] if product.name == "postgresql" else written)
    return len(written) if product.name != "postgresql" else 1


class Keys:
    """The keys of one statement, and what is joined for them."""

    def __init__(
        self, maps: Mapping[type[Any], EntityMap], selects: Selects, entity: type[Any], by: Sequence[Key]
    ) -> None:
        """Know what is grouped by."""
        self._maps, self._selects, self._entity, self._by = maps, selects, entity, by
        self._targets: dict[_Chain, EntityMap] = {}
        self._met: dict[_Chain, Clause | None] = {}
        self._edges: list[list[Clause]] = []
        self.often: dict[int, Clause] = {}
        """How many records share a value, in a group of those that do; by the place of the key."""

    def take(self, shape: Any, product: Product, binds: Binds) -> None:
        """Take the values, in the order in which :func:`keys_shape` gave them."""
        for chain, joined in zip(_chains(self._by), shape[0], strict=True):
            target = self._maps[chain[-1].entity]
            target = moved_to(target.table.alias(f"through_{len(self._targets)}"), target)
            where = chain[-1].where
            self._targets[chain] = target
            self._met[chain] = None if where == EVERYTHING else self._selects.where(target, where, joined, binds)
        conditions = iter(shape[-3])
        for place, ((entity, path), size) in enumerate(zip(shape[-2], shape[-1], strict=True)):
            key = self._by[place]
            if isinstance(key, Frequency):
                of = self._maps[entity]
                self.often[place] = counted(
                    self._selects.where(of, key.where, next(conditions), binds), key.where, product
                )
                self._edges.append([binds(sa.BigInteger()) for _ in range(size)])
                continue
            kind = self._maps[entity].table.c["_".join(path)].type
            banded = size and product.name == "postgresql"  # a list is grouped by, and never banded
            edge = postgresql.ARRAY(kind) if banded else kind
            self._edges.append([binds(edge) for _ in range(size)])

    def joined(self, source: Any, own: Own) -> Any:
        """Join what keys lead through to the source of a statement, or nothing where there is nothing to be seen."""
        for chain, target in self._targets.items():
            named = target.table.c.id == self._named(chain[:-1], own)(chain[-1].path)
            met = self._met[chain]
            source = source.outerjoin(target.table, named if met is None else sa.and_(named, met))
        return source

    def key(self, place: int, own: Own) -> Grouped:
        """Answer one key; what is more than a column goes by a name of its own."""
        key = self._by[place]
        _, path = origin_of(key, self._entity)
        chain = _chain(_way(key))
        column = self._named(chain, own)(path)
        nullable = column.nullable or bool(chain)
        if not isinstance(key, Banded):
            return Grouped(column, column, nullable)
        name = f"group_{place}"
        return Grouped(
            _band(column, self._edges[place], nullable=nullable).label(name), sa.literal_column(name), nullable
        )

    def frequency(self, place: int, counted: Any) -> Grouped:
        """Answer a key that bands what has been counted in groups before."""
        name = f"group_{place}"
        band = _searched(counted, self._edges[place], 0, len(self._edges[place]))
        return Grouped(band.label(name), sa.literal_column(name), nullable=False)

    def _named(self, chain: _Chain, own: Own) -> Own:
        if not chain:
            return own
        columns = self._targets[chain].table.c
        return lambda path: columns["_".join(path)]


def counted(met: Clause, where: Condition, product: Product) -> Clause:
    """Count records, or those alone that meet a condition."""
    return sa.func.count() if where == EVERYTHING else count_of(met, product)


def count_of(met: Clause, product: Product) -> Clause:
    """Count the records that meet a condition; where a server can leave the others out by itself, that is quicker."""
    if product.name == "mariadb":
        return sa.func.count(sa.case((met, sa.literal_column("1"))))
    return sa.func.count().filter(met)


def _band(column: Any, edges: Sequence[Clause], *, nullable: bool) -> Clause:
    """Answer how many edges a value has reached: in few comparisons, however many edges there are."""
    if isinstance(edges[0].type, sa.ARRAY):
        value = sa.cast(column, sa.Text(collation="C")) if isinstance(column.type, sa.String) else column
        return sa.func.width_bucket(value, edges[0])
    found = _searched(column, edges, 0, len(edges))
    return sa.case((column.is_not(None), found)) if nullable else found


def _searched(column: Any, edges: Sequence[Clause], low: int, high: int) -> Clause:
    """Halve the edges among which a value lies until none is left."""
    if low == high:
        return sa.literal_column(str(low))
    middle = (low + high) // 2
    below, above = _searched(column, edges, low, middle), _searched(column, edges, middle + 1, high)
    return sa.case((column < edges[middle], below), else_=above)
