"""Makes the indexes by which SQLite and MariaDB find keywords; PostgreSQL has an index of its own kind for them.

SQLite has a full-text index over the words of a column, MariaDB a table of fragments. Triggers keep both in step with
the records, whatever writes them, in the same transaction: what a transaction wrote it also finds.
"""

from collections.abc import Iterable
from typing import Final

import attrs
import sqlalchemy as sa

from crmcore_sql.fragments import keyword_table
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.specs import Table
from crmcore_sql.tables import ROW, make_table

__all__ = ["BULK", "bulk_statements", "ensure_keywords", "number_rows"]

BULK: Final = "bulk_fragments"
"""Table of SQLite that has a row while a transaction adds so many records that it adds to the indexes itself."""
_EVENTS: Final = ("insert", "update", "delete")


def ensure_keywords(connection: sa.Connection, product: Product, tables: Iterable[Table], collation: str) -> None:
    """Create what is missing, filled from the records; doing it again changes nothing."""
    for table in tables:
        for index in table.indexes:
            if not index.keyword:
                continue
            if product.name == "sqlite":
                _Sqlite(connection, table, index.columns[0]).ensure()
            elif product.name == "mariadb":
                _Mariadb(connection, table, index.columns[0], collation).ensure()


def bulk_statements(mapping: EntityMap) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Answer what SQLite runs before many records are added and after: one statement adds all of them to an index.

    A trigger would write each record's entries to the file before the next, which takes three times as long.
    """
    table = mapping.schema.name
    last = f"INSERT INTO {BULK} SELECT coalesce(max({ROW}), 0) FROM {table}"  # noqa: S608  # names of the schema
    columns = [one.name for one in mapping.shadows.values() if one.kind == "fragments"]
    fill = (
        f"INSERT INTO {keyword_table(table, column)} (rowid, {column})"  # noqa: S608  # names of the schema
        f" SELECT {ROW}, {column} FROM {table} WHERE {ROW} > (SELECT going FROM {BULK})"
        for column in columns
    )
    return (last,), (*fill, f"DELETE FROM {BULK}")  # noqa: S608  # as above


def number_rows(connection: sa.Connection, product: Product, tables: Iterable[Table]) -> None:
    """Copy tables of SQLite that were made before they had an index of keywords into ones whose rows are numbered."""
    if product.name != "sqlite":
        return
    inspector = sa.inspect(connection)
    for table in tables:
        if any(index.keyword for index in table.indexes) and ROW not in {
            column["name"] for column in inspector.get_columns(table.name)
        }:
            _copy(connection, product, table)


def _copy(connection: sa.Connection, product: Product, table: Table) -> None:
    name = table.name
    copy = attrs.evolve(table, name=f"{name}_copy")
    connection.execute(sa.schema.CreateTable(make_table(copy, sa.MetaData(), product)))
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    fill = f"INSERT INTO {name}_copy ({columns}) SELECT {columns} FROM {name} ORDER BY id"  # noqa: S608  # names of the schema
    for statement in (fill, f"DROP TABLE {name}", f"ALTER TABLE {name}_copy RENAME TO {name}"):
        connection.exec_driver_sql(statement)
    made = make_table(table, sa.MetaData(), product)
    for index in sorted(made.indexes, key=lambda one: str(one.name)):
        connection.execute(sa.schema.CreateIndex(index))


@attrs.frozen
class _Sqlite:
    """One keyword index in SQLite: words of a table that has the texts, found by the number of a row."""

    connection: sa.Connection
    table: Table
    column: str

    def ensure(self) -> None:
        """Make the index and its triggers, and fill it if any of them was missing."""
        found = set(self.connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
        name, column = keyword_table(self.table.name, self.column), self.column
        triggers = {f"{name}_{event}": event for event in _EVENTS}
        if {name, *triggers} <= found:
            return
        self._run(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({column}, content='{self.table.name}',"
            f" content_rowid='{ROW}', detail=none, columnsize=0, tokenize='ascii')"
        )
        out = f"INSERT INTO {name} ({name}, rowid, {column}) VALUES ('delete', old.{ROW}, old.{column});"  # noqa: S608  # names of the schema
        into = f"INSERT INTO {name} (rowid, {column}) VALUES (new.{ROW}, new.{column});"  # noqa: S608  # names of the schema
        done = {"insert": into, "update": f"{out} {into}", "delete": out}
        self._run(f"CREATE TABLE IF NOT EXISTS {BULK} (going INTEGER)")
        alone = f"ON {self.table.name} WHEN NOT EXISTS (SELECT 1 FROM {BULK})"  # noqa: S608  # names of the schema
        changed = f"OF {column} ON {self.table.name} WHEN old.{column} IS NOT new.{column}"
        for trigger, event in triggers.items():
            what = {"insert": alone, "update": changed}.get(event, f"ON {self.table.name}")
            self._run(f"CREATE TRIGGER IF NOT EXISTS {trigger} AFTER {event} {what} BEGIN {done[event]} END")
        self._run(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608  # names of the schema

    def _run(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)


@attrs.frozen
class _Mariadb:
    """One keyword index in MariaDB or MySQL: a table of fragments and ids."""

    connection: sa.Connection
    table: Table
    column: str
    collation: str

    def ensure(self) -> None:
        """Make table and triggers; the last trigger says that the table was filled."""
        name, own = keyword_table(self.table.name, self.column), self.table.name
        self._run(
            f"CREATE TABLE IF NOT EXISTS {name} (fragment INTEGER NOT NULL, id BINARY(16) NOT NULL,"
            " PRIMARY KEY (fragment, id)) ENGINE=InnoDB"
        )
        asked = sa.text("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()")
        found = set(self.connection.execute(asked).scalars())
        into = f"INSERT IGNORE INTO {name} (fragment, id) SELECT each_.fragment,"
        if f"{name}_delete" not in found:
            self._run(f"{into} {own}.id FROM {own} STRAIGHT_JOIN {self._each(own)}")
        put = f"{into} NEW.id FROM {self._each('NEW')};"
        out = (
            f"DELETE kept FROM {self._each('OLD')} STRAIGHT_JOIN {name} AS kept"
            " ON kept.fragment = each_.fragment AND kept.id = OLD.id;"
        )
        changed = f"IF NOT (OLD.{self.column} <=> NEW.{self.column}) THEN {out} {put} END IF;"
        for event, done in zip(_EVENTS, (put, changed, out), strict=True):
            if f"{name}_{event}" not in found:
                self._run(f"CREATE TRIGGER {name}_{event} AFTER {event} ON {own} FOR EACH ROW BEGIN {done} END")

    def _each(self, row: str) -> str:
        """The fragments of a row, one a line."""
        return f"JSON_TABLE({row}.{self.column}, '$[*]' COLUMNS (fragment INTEGER PATH '$')) AS each_"

    def _run(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)
