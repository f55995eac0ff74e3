"""Makes a product's tables from their data."""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from crmcore_sql.products import Product
from crmcore_sql.specs import Column, Index, Table

__all__ = ["ROW", "make_column", "make_index", "make_table", "make_tables"]

ROW: Final = "row"
"""The key that SQLite gives to rows of a table with an index of keywords; other tables have hidden ones."""


def make_tables(tables: Iterable[Table], product: Product, collation: str = "") -> sa.MetaData:
    """Make tables.

    Args:
        tables: Which.
        product: Where they will be.
        collation: The server's name for order and equality by code point, where tables have to name it.
    """
    metadata = sa.MetaData()
    for table in tables:
        make_table(table, metadata, product, collation)
    return metadata


def make_table(
    table: Table, metadata: sa.MetaData, product: Product, collation: str = "", *, counted: bool = True
) -> sa.Table:
    """Make one table with its indexes.

    Args:
        table: Which.
        metadata: What it joins.
        product: Where it will be.
        collation: As for :func:`make_tables`.
        counted: With the number of each row by which SQLite's index of keywords finds it, as the table has it; records
            do not know it.
    """
    options: dict[str, Any] = dict(product.table_options)
    if collation:
        options["mysql_collate"] = collation
    columns = [make_column(column, product) for column in table.columns]
    if product.name == "sqlite" and any(index.keyword for index in table.indexes):
        if counted:
            columns = [sa.Column(ROW, sa.Integer(), primary_key=True), *map(_as_unique, columns)]
        else:
            columns.append(sa.Column("rowid", sa.Integer(), system=True))
    made = sa.Table(table.name, metadata, *columns, implicit_returning=False, **options)
    for index in table.indexes:
        if product.name == "postgresql" or not index.keyword:
            make_index(index, made, product)
    return made


def make_column(column: Column, product: Product) -> sa.Column[Any]:
    """Make one column."""
    key = column.name == "id"
    return sa.Column(
        column.name, product.column_type(column), primary_key=key, nullable=column.nullable, autoincrement=False
    )


def make_index(index: Index, table: sa.Table, product: Product) -> sa.Index:
    """Make one index. It sorts missing values as queries do, or it could not serve their order."""
    columns = [table.c[name] for name in index.columns]
    if index.keyword:
        return sa.Index(index.name_on(table.name), *columns, postgresql_using="gin")
    if product.nulls_first and not index.unique:
        keys: list[Any] = [one.asc().nulls_first() if one.nullable else one for one in columns]
    else:
        keys = list(columns)
    return sa.Index(index.name_on(table.name), *keys, unique=index.unique)


def _as_unique(column: sa.Column[Any]) -> sa.Column[Any]:
    """The id of a table whose rows have a key of their own."""
    if not column.primary_key:
        return column
    return sa.Column(column.name, column.type, nullable=False, unique=True)
