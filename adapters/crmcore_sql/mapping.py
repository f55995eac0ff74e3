"""Records as rows and back: functions generated once for each kind of record and product."""

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from crmcore.base.schema import EntitySchema
from crmcore.base.text import fragments
from crmcore_sql.codes import NAMES, expression
from crmcore_sql.compiling import compiled
from crmcore_sql.products import Product
from crmcore_sql.reading import make_reader
from crmcore_sql.specs import Shadow, shadows_of, table_of
from crmcore_sql.tables import make_table

__all__ = ["EntityMap", "Maps", "Statements", "map_entity", "shadow_writer"]

Row = Sequence[Any]


@attrs.frozen(kw_only=True)
class Statements:
    """The statements that every record of a kind needs, as text for the driver."""

    load: str
    insert: str
    append: str
    replace: str
    delete: str
    taken: str
    """Answers a row if an id or a unique value of a record is taken, as far as the transaction sees."""
    version: str
    """Answers the version of a record as the transaction sees it."""


@attrs.frozen(kw_only=True, eq=False)
class EntityMap:
    """One kind of record in one product."""

    schema: EntitySchema
    table: sa.Table
    shadows: Mapping[tuple[str, str], Shadow]
    statements: Statements
    write: Callable[[Any], tuple[Any, ...]]
    """A record as a row for ``insert`` and ``append``."""
    change: Callable[[Any, int], tuple[Any, ...]]
    """A record and its expected version as the parameters of ``replace``."""
    read: Callable[[Sequence[Row]], list[Any]]
    """Rows as records."""
    write_id: Callable[[Any], Any]
    taken_places: tuple[int, ...]
    """Where the values for ``taken`` are in a written row."""
    columns: tuple[sa.Column[Any], ...]
    """What ``read`` expects, in that order."""
    keywords: frozenset[tuple[str, ...]]
    """Paths of the fields that have an index of keywords."""


class Maps(dict[type[Any], EntityMap]):
    """The mappings of a store by class, made when first needed."""

    def __init__(self, schemas: Sequence[EntitySchema], product: Product) -> None:
        """Know all kinds of records."""
        super().__init__()
        self._schemas = {schema.cls: schema for schema in schemas}
        self._product = product

    def __missing__(self, cls: type[Any]) -> EntityMap:
        """Make the mapping of a kind of record."""
        made = self[cls] = map_entity(self._schemas[cls], self._product)
        return made


@functools.lru_cache(maxsize=512)
def map_entity(schema: EntitySchema, product: Product) -> EntityMap:
    """Generate everything that reads and writes one kind of record; stores of one product share it."""
    table = make_table(table_of(schema), sa.MetaData(), product, counted=False)
    shadows = shadows_of(schema)
    write, change, write_id = _writers(schema, product, tuple(shadows.values()))
    columns = tuple(table.c[spec.name] for spec in schema.fields)
    names = [column.name for column in table.columns if not column.system]
    taken = ["id", *(name for index in _uniques(table) for name in index)]
    return EntityMap(
        schema=schema,
        table=table,
        shadows=shadows,
        statements=_statements(table, columns, product),
        write=write,
        change=change,
        read=make_reader(schema, product),
        write_id=write_id,
        taken_places=tuple(map(names.index, taken)),
        columns=columns,
        keywords=frozenset(one.source.path for one in shadows.values() if one.kind == "fragments"),
    )


def _statements(table: sa.Table, columns: Sequence[sa.Column[Any]], product: Product) -> Statements:
    def text(statement: sa.sql.ClauseElement) -> str:
        return compiled(statement, product.dialect).text

    def value(column: sa.Column[Any], name: str = "") -> sa.BindParameter[Any]:
        return sa.bindparam(name or f"p_{column.name}", type_=product.bind_type(column.type))

    row = {column.name: value(column) for column in table.columns if not column.system}
    changed = {name: bound for name, bound in row.items() if name != "id"}
    one = table.c.id == value(table.c.id)
    expected = table.c.version == value(table.c.version, "expected")
    taken = [sa.and_(*(table.c[name] == value(table.c[name]) for name in names)) for names in _uniques(table)]
    return Statements(
        load=text(sa.select(*columns).where(one)),
        insert=text(product.insert_or_nothing(table).values(row)),
        append=text(sa.insert(table).values(row)),
        replace=text(sa.update(table).values(changed).where(one, expected)),
        delete=text(sa.delete(table).where(one, expected)),
        taken=text(sa.select(table.c.id).where(sa.or_(one, *taken))),
        version=text(sa.select(table.c.version).where(one)),
    )


def _uniques(table: sa.Table) -> list[tuple[str, ...]]:
    found = [tuple(column.name for column in index.columns) for index in table.indexes if index.unique]
    return sorted(found)


def _writers(schema: EntitySchema, product: Product, shadows: Sequence[Shadow]) -> tuple[Any, Any, Any]:
    names: dict[str, Any] = dict(NAMES)
    variables = [f"c{place}" for place in range(len(schema.fields))]
    taken = "".join(
        f"    {variable} = {_attribute(spec.path)}\n" for variable, spec in zip(variables, schema.fields, strict=True)
    )
    written: dict[str, str] = {}
    searched = {shadow.source.name for shadow in shadows if shadow.kind == "fragments"}
    for variable, spec in zip(variables, schema.fields, strict=True):
        text = expression(product.codes.write, spec, variable, names)
        guarded = spec.nullable and text != variable
        written[spec.name] = f"None if {variable} is None else {text}" if guarded else text
    for shadow in shadows:
        written[shadow.name] = _shadow(shadow, variables[schema.fields.index(shadow.source)], product, names, searched)
    rest = ", ".join(text for name, text in written.items() if name != "id")
    source = (
        f"def write(entity):\n{taken}"
        f"    return ({', '.join(written.values())},)\n"
        f"def change(entity, expected):\n{taken}"
        f"    return ({rest}, {written['id']}, expected)\n"
        f"def write_id(v):\n"
        f"    return {expression(product.codes.write, schema.by_name['id'], 'v', names)}\n"
    )
    exec(source, names)  # noqa: S102  # generated from the schema alone: names of fields, which are identifiers
    return names["write"], names["change"], names["write_id"]


def _attribute(path: tuple[str, ...]) -> str:
    """Answer the expression that follows a path into a record, which may end before its end."""
    steps = ["entity." + ".".join(path[: end + 1]) for end in range(len(path))]
    return "".join(f"None if {step} is None else " for step in steps[:-1]) + steps[-1]


def shadow_writer(shadow: Shadow, product: Product) -> Callable[[Any], Any]:
    """Answer the function that makes a shadow of a value, as it goes to the driver."""
    match shadow.kind:
        case "digest":
            return lambda value: product.write_digest(shadow.make(value))
        case "fragments":
            return lambda value: product.write_fragments(shadow.make(value))
        case _:
            return shadow.make


def _shadow(shadow: Shadow, variable: str, product: Product, names: dict[str, Any], searched: Collection[str]) -> str:
    names[f"make_{shadow.name}"] = shadow.make
    text = f"make_{shadow.name}({variable})"
    if shadow.kind == "digest":
        names["write_digest"] = product.write_digest
        text = f"write_digest({text})"
    elif shadow.kind == "fragments":
        names |= {"fragments": fragments, "write_fragments": product.write_fragments}
        found = text if shadow.source.kind == "text_list" else f"fragments(folded_{variable})"  # folded just before
        text = f"write_fragments({found})"
    elif shadow.source.name in searched:
        text = f"(folded_{variable} := {text})"
    return f"None if {variable} is None else {text}" if shadow.source.nullable else text
