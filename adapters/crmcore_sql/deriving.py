"""Makes the statement that makes records of records: one INSERT of what a SELECT with a join finds."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from crmcore.query import Derivation, FromJoined, FromSource, Op, Prior
from crmcore_sql.codes import function
from crmcore_sql.mapping import EntityMap, shadow_writer
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects, moved_to
from crmcore_sql.shapes import Values

__all__ = ["Deriving"]

Clause = sa.ColumnElement[Any]


@attrs.frozen
class _Made:
    """One column of the new records."""

    name: str
    type: Any
    value: Any
    """What the derivation says about its field."""
    shadow: str
    """What for it is computed from that field; empty for the field itself."""
    write: Callable[[Any], Any]

    @property
    def copied(self) -> bool:
        """Whether each new record has its own value."""
        return isinstance(self.value, FromSource | FromJoined)


@attrs.frozen
class _Sides:
    """The two records that a new one is made of, each by a name of its own."""

    source: EntityMap
    joined: EntityMap

    def column(self, value: FromSource | FromJoined, shadow: str = "") -> Any:
        """Answer the column that a value comes from, or its shadow."""
        side = self.source if isinstance(value, FromSource) else self.joined
        name = "_".join(value.path)
        return side.table.c[side.shadows[name, shadow].name if shadow else name]


class Deriving:
    """Makes statements for one product."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], selects: Selects) -> None:
        """Know all kinds of records."""
        self._product, self._maps, self._selects = product, maps, selects

    def values(self, derivation: Derivation, values: Values) -> Hashable:
        """Add the values that all new records share to *values*; answer what is particular about the others."""
        shape: list[Hashable] = []
        for one in self._columns(derivation):
            if one.copied:
                shape.append(one.value)
                continue
            shape.append(one.value is None)
            if one.value is not None:
                values.append(one.write(one.value))
        return tuple(shape)

    def statement(self, derivation: Derivation, shape: Any, where: Any) -> sa.Insert:
        """Answer the statement of a derivation whose conditions have these shapes."""
        into = self._maps[derivation.into].table
        joined = self._maps[derivation.joined]
        binds = Binds(self._product)
        columns = list(self._columns(derivation))
        sources = self._sources(derivation, shape, columns, binds)
        sides = _Sides(sources, moved_to(joined.table.alias("joined"), joined))
        found = [self._selects.where(sides.joined, derivation.where, where, binds)]
        found += [sides.column(one).is_not(None) for one in derivation.needed()]
        if not _known_by_source(derivation):
            found.append(_not_made_before(into.alias("prior"), derivation, sides))
        partner = sides.joined.table.c.id == sides.column(FromSource(derivation.on))
        made = (
            sa.select(*(_selected(one, sides, binds) for one in columns))
            .select_from(sources.table.join(sides.joined.table, partner))
            .where(*found)
        )
        insert = self._product.derive_or_nothing(into)
        return insert.from_select([one.name for one in columns], made, include_defaults=False)

    def _sources(self, derivation: Derivation, shape: Any, columns: Sequence[_Made], binds: Binds) -> EntityMap:
        """Answer the sources that something is to be made of, as a table.

        They are found before anything is joined to them, whatever a server that has never counted its rows thinks: of
        the second run, which makes nothing, little is left to join. Nothing is asked here that an index over what the
        condition is about could not answer together with the search for earlier records.
        """
        mapping = self._maps[derivation.source.entity]
        source = moved_to(mapping.table.alias("candidate"), mapping)
        sides = _Sides(source, source)
        found = [self._selects.where(source, derivation.source.condition, shape, binds)]
        if _known_by_source(derivation):
            prior = self._maps[derivation.into].table.alias("prior")
            found.append(_not_made_before(prior, derivation, sides))
        copied = [sides.column(one.value, one.shadow) for one in columns if isinstance(one.value, FromSource)]
        wanted = dict.fromkeys([sides.column(FromSource(derivation.on)), sides.column(FromSource(("id",))), *copied])
        fenced = self._selects.fenced(sa.select(*wanted).where(*found))
        return moved_to(fenced.subquery("source"), mapping)

    def _columns(self, derivation: Derivation) -> Iterator[_Made]:
        mapping = self._maps[derivation.into]
        for spec in mapping.schema.fields:
            write = function(self._product.codes.write, spec)
            yield _Made(spec.name, mapping.table.c[spec.name].type, derivation.values[spec.name], "", write)
        for (name, kind), shadow in mapping.shadows.items():
            write = shadow_writer(shadow, self._product)
            yield _Made(shadow.name, mapping.table.c[shadow.name].type, derivation.values[name], kind, write)


def _selected(made: _Made, sides: _Sides, binds: Binds) -> Clause:
    if made.copied:
        found: Clause = sides.column(made.value, made.shadow)
    else:
        found = sa.null() if made.value is None else binds(made.type)
    return found.label(made.name)


def _known_by_source(derivation: Derivation) -> bool:
    """Tell whether the source alone says what was made of it before."""
    return bool(derivation.unless) or isinstance(derivation.values["id"], FromSource)


def _not_made_before(prior: Any, derivation: Derivation, sides: _Sides) -> Clause:
    """Leave out what was made before: by the earlier records that stand in the way, or else by the id.

    An id that is taken besides is left out by the insert itself, at the cost of trying.
    """
    if derivation.unless:
        same = [_compared(one, prior, sides) for one in derivation.unless]
    else:
        same = [prior.c.id == sides.column(derivation.values["id"])]
    inner: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(prior).where(*same)
    return sa.not_(sa.exists(inner.correlate(sides.source.table, sides.joined.table)))


def _compared(prior: Prior, earlier: Any, sides: _Sides) -> Clause:
    theirs, ours = earlier.c["_".join(prior.path)], sides.column(FromSource(prior.source))
    compared: Clause = theirs == ours if prior.op is Op.EQ else theirs >= ours
    return compared
