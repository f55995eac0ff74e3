"""Makes the statements that group and measure, and reads their rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.sql.operators import custom_op

from crmcore.base.schema import describe
from crmcore.query import EVERYTHING, Banded, Fn, Frequency, Tally, TallyRow
from crmcore.query.groups import origin_of, references_of
from crmcore_sql.codes import NAMES
from crmcore_sql.grouping import Grouped, Keys, first_references
from crmcore_sql.mapping import EntityMap
from crmcore_sql.measuring import SUMS, Measuring
from crmcore_sql.products import Product
from crmcore_sql.selects import Binds, Selects
from crmcore_sql.undisturbed import undisturbed
from crmcore_sql.used import columns_of

__all__ = ["Tallies"]

Clause = sa.ColumnElement[Any]
_AS_IT_IS: Final[custom_op[Any]] = custom_op("+")
"""For SQLite a sign that a column is no reason to use an index."""
_ONE_GROUP: Final[Clause] = sa.func.coalesce(sa.func.max(sa.literal_column("1")), sa.literal_column("1"))
"""All records without keys, of none too; as a measure of them, for a window over no groups would see records."""
_ENDS: Final = frozenset({Fn.MIN, Fn.MAX})
_OF_GROUPS: Final = frozenset({Fn.DISTINCT, Fn.GROUPS})
"""What is known of groups alone, and needs nothing of the records in them."""


@attrs.frozen
class _Made:
    """A statement that groups and measures, in no order yet."""

    statement: sa.Select[Any]
    groups: list[Grouped]
    measures: list[list[Clause]]


class Tallies:
    """Makes statements for one product."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], selects: Selects) -> None:
        """Know all kinds of records."""
        self._product, self._maps, self._selects = product, maps, selects

    def statement(
        self, tally: Tally, shape: Any, keys_shape: Any, measured: Sequence[Any], *, limited: bool, wide: bool
    ) -> sa.Select[Any]:
        """Answer the statement of a tally whose condition, keys and conditions of measures have these shapes."""
        mapping = self._maps[tally.of.entity]
        binds = Binds(self._product)
        where = self._selects.where(mapping, tally.of.condition, shape, binds)
        keys = Keys(self._maps, self._selects, tally.of.entity, tally.by)
        keys.take(keys_shape, self._product, binds)
        met = {
            one: self._selects.where(mapping, one.where, shape, binds)
            for one, shape in zip(tally.measures, measured, strict=True)
            if one.where != EVERYTHING
        }
        measuring = Measuring(self._product, mapping, wide=wide, met=met)
        first = self._grouped_first(tally)
        made = (
            self._in_two_steps(tally, first, keys, where, measuring)
            if first
            else self._at_once(tally, keys, where, measuring)
        )
        if not made.groups:
            return made.statement
        if self._product.name == "mariadb" and _says_all(tally):
            made = _measured_before(made)
        order: list[Clause] = [self._lowest_first(key) for key in made.groups]
        if tally.top is None:
            return made.statement.order_by(*order)
        place = [one.name for one in tally.measures].index(tally.top.measure)
        largest = measuring.largest_first(made.measures[place])
        shown = self._selects.page(made.statement, binds) if limited else made.statement
        return shown.order_by(*largest, *order)

    def reader(self, tally: Tally, *, wide: bool) -> Callable[[Sequence[Any]], list[Any]]:
        """Answer the function that turns the statement's rows into groups."""
        measuring = Measuring(self._product, self._maps[tally.of.entity], wide=wide)
        names: dict[str, Any] = {**NAMES, "TallyRow": TallyRow}
        taken = [f"k{place}" for place in range(len(tally.by))]
        keys = []
        for key, variable in zip(tally.by, taken, strict=True):
            entity, path = origin_of(key, tally.of.entity)
            value = measuring.value(describe(entity).by_path[path], variable, names)
            keys.append(
                f"None if {variable} is None else int({variable})" if isinstance(key, Banded | Frequency) else value
            )
        values = []
        for place, one in enumerate(tally.measures):
            parts = [f"m{place}", f"low{place}"] if wide and one.fn in SUMS else [f"m{place}"]
            values.append(measuring.read(one, parts, names))
            taken += parts
        row = f"TallyRow(({_listed(keys)}), ({_listed(values)}))"
        source = f"def read(rows):\n    return [{row} for {', '.join(taken) or '_'}, in rows]\n"
        exec(source, names)  # noqa: S102  # generated from the schema alone: names of fields, which are identifiers
        return undisturbed(names["read"])

    def _grouped_first(self, tally: Tally) -> Sequence[tuple[str, ...]]:
        """Answer the fields by which it pays to group first; none if everything is grouped at once.

        Where rows are joined one by one, these are the references; how many different values there are can't be added
        up, though, but of the references themselves. A server that joins whole tables counts different values more
        quickly from groups of them than by sorting them.
        """
        if shared := [key.path for key in tally.by if isinstance(key, Frequency)]:
            return shared[:1]
        named = first_references(tally.by)
        different = list(dict.fromkeys(one.path for one in tally.measures if one.fn is Fn.DISTINCT))
        if self._product.hash_joins:
            return different if len(different) == 1 and set(named) <= set(different) else ()
        return named if set(different) <= set(named) else ()

    def _at_once(self, tally: Tally, keys: Keys, where: Clause, measuring: Measuring) -> _Made:
        """Join what the keys lead through, then group."""
        table = self._maps[tally.of.entity].table

        def own(path: tuple[str, ...]) -> Any:
            return table.c["_".join(path)]

        groups = [keys.key(place, own) for place in range(len(tally.by))]
        lone = {one: [_ONE_GROUP] for one in tally.measures if one.fn is Fn.GROUPS and not groups}
        measures = [lone.get(one) or measuring.of_records(one, own) for one in tally.measures]
        if self._are_ends(tally):
            every = self._maps[tally.of.entity].table
            ends = [
                sa.select(column).select_from(every).scalar_subquery() for several in measures for column in several
            ]
            return _Made(sa.select(*ends), [], measures)
        columns = [*(one.shown for one in groups), *(column for several in measures for column in several)]
        statement = sa.select(*(columns or [sa.func.count()])).select_from(keys.joined(table, own)).where(where)
        return _Made(*self._in_one_pass(tally, statement, groups), measures)

    def _are_ends(self, tally: Tally) -> bool:
        """Tell whether a tally asks for the first and last value of indexes: SQLite looks there for one at a time."""
        table = self._maps[tally.of.entity].table
        leading = {index.columns[0].name for index in table.indexes}
        return (
            self._product.name == "sqlite"
            and not tally.by
            and tally.of.condition == EVERYTHING
            and all(one.fn in _ENDS and "_".join(one.path) in leading for one in tally.measures)
        )

    def _in_two_steps(
        self, tally: Tally, first: Sequence[tuple[str, ...]], keys: Keys, where: Clause, measuring: Measuring
    ) -> _Made:
        """Group by some fields more, look up what the references among them name, then group again."""
        table = self._maps[tally.of.entity].table
        local = {
            place: keys.key(place, lambda path: table.c["_".join(path)])
            for place, key in enumerate(tally.by)
            if not references_of(key) and place not in keys.often
        }
        named = {path: table.c["_".join(path)] for path in first}
        parts = [
            [] if one.fn in _OF_GROUPS else measuring.parts(one, lambda path: table.c["_".join(path)])
            for one in tally.measures
        ]
        columns = [one.shown.label(f"group_{place}") for place, one in local.items()]
        columns += [column.label(f"named_{place}") for place, column in enumerate(named.values())]
        columns += [column.label(f"often_{place}") for place, column in keys.often.items()]
        columns += [
            part.label(f"m{n}_{place}") for n, several in enumerate(parts) for place, part in enumerate(several)
        ]
        inner = sa.select(*columns).select_from(table).where(where)
        # what differs most goes first: sorting has decided with the first comparison, and often finds it done
        references = [Grouped(column, column, nullable=True) for column in named.values()]
        grouped: Any = self._in_one_pass(tally, inner, [*references, *local.values()])[0].subquery("grouped")
        places = {path: grouped.c[f"named_{place}"] for place, path in enumerate(named)}

        def group(place: int) -> Grouped:
            if place in keys.often:
                return keys.frequency(place, grouped.c[f"often_{place}"])
            if place in local:
                return _carried(grouped.c[f"group_{place}"], local[place])
            return keys.key(place, places.__getitem__)

        groups = [group(place) for place in range(len(tally.by))]
        measures = [
            measuring.of_groups(
                one,
                [grouped.c[f"m{n}_{place}"] for place in range(len(parts[n]))],
                places.__getitem__,
                once=len(first) == 1,  # what other keys say is the same in all of a group
            )
            for n, one in enumerate(tally.measures)
        ]
        shown = [*(one.shown for one in groups), *(column for several in measures for column in several)]
        statement = sa.select(*shown).select_from(keys.joined(grouped, places.__getitem__))
        return _Made(statement.group_by(*(one.group for one in groups)), groups, measures)

    def _in_one_pass(
        self, tally: Tally, statement: sa.Select[Any], groups: Sequence[Grouped]
    ) -> tuple[sa.Select[Any], list[Grouped]]:
        """Group without reading the rows in the order of an index, one by one all over the file: sorting is quicker.

        Unless the index has everything that is asked for. PostgreSQL knows by itself; the others have to be told.
        """
        table = self._maps[tally.of.entity].table
        columns = {one.group.name for one in groups if isinstance(one.group, sa.Column) and one.group.table is table}
        leading = [index for index in table.indexes if index.columns[0].name in columns]
        used = {*columns, *columns_of(tally)}
        if self._product.hash_joins or any(used <= {column.name for column in index.columns} for index in leading):
            return statement.group_by(*(one.group for one in groups)), list(groups)
        if self._product.name == "sqlite":
            groups = [_apart_from_indexes(one) for one in groups]
        elif leading:
            names = ", ".join(sorted(str(index.name) for index in leading))
            statement = statement.with_hint(table, f"IGNORE INDEX FOR GROUP BY ({names})", "mysql")
        return statement.group_by(*(one.group for one in groups)), list(groups)

    def _lowest_first(self, key: Grouped) -> Clause:
        ascending: sa.UnaryExpression[Any] = key.group.asc()
        return ascending.nulls_first() if self._product.nulls_first and key.nullable else ascending


def _says_all(tally: Tally) -> bool:
    """Tell whether rows say what all groups come to: MariaDB forgets to sort then, now and then."""
    return any(one.overall or one.fn is Fn.GROUPS for one in tally.measures)


def _measured_before(made: _Made) -> _Made:
    """Leave nothing to do but to sort."""
    columns = list(made.statement.subquery("measured").c)
    groups = [_carried(column, key) for column, key in zip(columns, made.groups, strict=False)]
    rest = iter(columns[len(groups) :])
    measures: list[list[Clause]] = [[next(rest) for _ in several] for several in made.measures]
    return _Made(sa.select(*columns), groups, measures)


def _carried(column: Any, key: Grouped) -> Grouped:
    return Grouped(column, column, key.nullable)


def _apart_from_indexes(key: Grouped) -> Grouped:
    if not isinstance(key.group, sa.Column):
        return key
    return attrs.evolve(key, group=sa.UnaryExpression(key.group, operator=_AS_IT_IS))


def _listed(expressions: Sequence[str]) -> str:
    """Write the items of a tuple."""
    return "".join(f"({one}), " for one in expressions)
