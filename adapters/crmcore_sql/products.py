"""What is different in SQLite, PostgreSQL and MariaDB when tables and statements are made."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from crmcore_sql.codes import MARIADB as MARIADB_CODES
from crmcore_sql.codes import POSTGRESQL as POSTGRESQL_CODES
from crmcore_sql.codes import SQLITE as SQLITE_CODES
from crmcore_sql.codes import Codes
from crmcore_sql.fragments import as_array, as_json, as_words
from crmcore_sql.specs import Column

__all__ = ["MARIADB", "POSTGRESQL", "PRODUCTS", "SQLITE", "Product"]

Type = sa.types.TypeEngine[Any]
_LONGEST_VARCHAR: Final = 500
_LONGEST_TYPED: Final = 2000
_LARGEST_EXACT: Final = 18
"""Digits that 64 bits hold."""


@attrs.frozen(kw_only=True, eq=False)
class Product:
    """One database product."""

    name: str
    dialect: sa.Dialect
    codes: Codes
    column_type: Callable[[Column], Type]
    bind_type: Callable[[Type], Type]
    """The type that a value for a column is announced with."""
    write_digest: Callable[[bytes], Any]
    """How the shadow of a long text goes to the driver."""
    write_fragments: Callable[[Iterable[str]], Any]
    """How what a text is found by goes to the driver."""
    insert_or_nothing: Callable[[sa.Table], sa.Insert]
    derive_or_nothing: Callable[[sa.Table], sa.Insert]
    """An insert that leaves out records whose id is taken, and no others."""
    table_options: Mapping[str, Any]
    nulls_first: bool
    """A missing value sorts highest unless told otherwise."""
    row_values: bool
    """A comparison of whole rows uses an index."""
    hash_joins: bool
    """Joins a table as a whole instead of row by row, so that it does not pay to group before."""
    list_size: int
    """How many values ``one_of`` passes one by one; more go in as one array. 0: any number as an array."""


def _same(type_: Type) -> Type:
    return type_


# ---------------------------------------------------------------- SQLite
def _sqlite_type(column: Column) -> Type:
    if column.digits[0] > _LARGEST_EXACT:
        message = f"{column.name}: SQLite keeps decimals of at most {_LARGEST_EXACT} digits exactly"
        raise TypeError(message)
    match column.kind:
        case "uuid" | "digest":
            return sqlite.BLOB()
        case "integer" | "decimal" | "instant":
            return sa.BigInteger()
        case "boolean":
            return sa.SmallInteger()
        case _:
            return sa.Text()


class _SqliteCompiler(SQLiteCompiler):
    """Writes what a statement says about the indexes of a table."""

    def get_from_hint_text(self, _table: Any, text: str | None) -> str | None:
        """As it was given: ``NOT INDEXED``."""
        return text


def _sqlite_dialect() -> sa.Dialect:
    dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
    dialect.statement_compiler = _SqliteCompiler
    return dialect


SQLITE: Final = Product(
    name="sqlite",
    dialect=_sqlite_dialect(),
    codes=SQLITE_CODES,
    column_type=_sqlite_type,
    bind_type=_same,
    write_digest=bytes,
    write_fragments=as_words,
    insert_or_nothing=lambda table: sqlite.insert(table).on_conflict_do_nothing(),
    derive_or_nothing=lambda table: sqlite.insert(table).on_conflict_do_nothing(index_elements=["id"]),
    table_options={},
    nulls_first=False,
    row_values=True,
    hash_joins=False,
    list_size=16,
)


# ---------------------------------------------------------------- PostgreSQL
_ITEMS: Final[Mapping[str, Type]] = {
    "text_list": sa.Text(collation="C"),
    "uuid_list": sa.Uuid(),
    "fragments": sa.Integer(),
}


def _postgresql_type(column: Column) -> Type:
    match column.kind:
        case "uuid":
            return sa.Uuid()
        case "integer":
            return sa.BigInteger()
        case "decimal":
            return sa.Numeric(*column.digits)
        case "boolean":
            return sa.Boolean()
        case "date":
            return sa.Date()
        case "instant":
            return postgresql.TIMESTAMP(timezone=True, precision=3)
        case "enum":
            return sa.String(column.length, collation="C")
        case "text_list" | "uuid_list" | "fragments":
            return postgresql.ARRAY(_ITEMS[column.kind])
        case "text" if column.length <= _LONGEST_TYPED:
            return sa.String(column.length, collation="C")
        case "digest":
            return postgresql.BYTEA()
        case _:
            return sa.Text(collation="C")


def _postgresql_bind(type_: Type) -> Type:
    """A bound value is cast to this: without length, precision and collation, so that it arrives as it is."""
    match type_:
        case sa.String():
            return sa.Text()
        case postgresql.TIMESTAMP():
            return sa.DateTime(timezone=True)
        case sa.Numeric():
            return sa.Numeric()
        case postgresql.ARRAY():
            return postgresql.ARRAY(_postgresql_bind(type_.item_type))
        case _:
            return type_


POSTGRESQL: Final = Product(
    name="postgresql",
    dialect=PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    codes=POSTGRESQL_CODES,
    column_type=_postgresql_type,
    bind_type=_postgresql_bind,
    write_digest=lambda digest: f"\\x{digest.hex()}",
    write_fragments=as_array,
    insert_or_nothing=lambda table: postgresql.insert(table).on_conflict_do_nothing(),
    derive_or_nothing=lambda table: postgresql.insert(table).on_conflict_do_nothing(index_elements=["id"]),
    table_options={},
    nulls_first=True,
    row_values=True,
    hash_joins=True,
    list_size=0,
)


# ---------------------------------------------------------------- MariaDB and MySQL
def _mariadb_text(characters: int) -> Type:
    """Long texts leave the row, which holds 65,535 bytes at most."""
    if characters <= _LONGEST_VARCHAR:
        return mysql.VARCHAR(characters)
    size = characters * 4
    if size < 2**16:
        return mysql.TEXT()
    return mysql.MEDIUMTEXT() if size < 2**24 else mysql.LONGTEXT()


def _mariadb_type(column: Column) -> Type:
    match column.kind:
        case "uuid":
            return sa.BINARY(16)
        case "integer":
            return sa.BigInteger()
        case "decimal":
            return mysql.DECIMAL(*column.digits)
        case "boolean":
            return mysql.TINYINT(1)
        case "date":
            return sa.Date()
        case "instant":
            return mysql.DATETIME(fsp=3)
        case "enum":
            return mysql.VARCHAR(column.length)
        case "text_list" | "uuid_list" | "fragments":
            return mysql.LONGTEXT()
        case "digest":
            return sa.BINARY(32)
        case "fold":  # folding makes at most 18 characters of one
            return _mariadb_text(max(column.length * 18, _LONGEST_VARCHAR + 1))
        case _:
            return _mariadb_text(column.length)


MARIADB: Final = Product(
    name="mariadb",
    dialect=MySQLDialect_pymysql(paramstyle="format"),
    codes=MARIADB_CODES,
    column_type=_mariadb_type,
    bind_type=_same,
    write_digest=bytes,
    write_fragments=as_json,
    insert_or_nothing=sa.insert,
    derive_or_nothing=lambda table: sa.insert(table).prefix_with("IGNORE"),
    table_options={"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_row_format": "DYNAMIC"},
    nulls_first=False,
    row_values=False,
    hash_joins=False,
    list_size=32,
)

PRODUCTS: Final = {one.name: one for one in (SQLITE, POSTGRESQL, MARIADB)}
