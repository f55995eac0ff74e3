"""What a revision can do to the tables: said as data, replayed to know the tables, applied to a database by Alembic."""

from typing import Any, Protocol

import attrs
import sqlalchemy as sa

from crmcore_sql.products import Product
from crmcore_sql.specs import Column, Index, Table
from crmcore_sql.tables import make_column, make_index, make_table

__all__ = [
    "AddColumn",
    "AddIndex",
    "Change",
    "ChangeColumn",
    "CreateTable",
    "DropColumn",
    "DropIndex",
    "DropTable",
    "Target",
]


@attrs.frozen
class Target:
    """The database that a change is applied to."""

    product: Product
    collation: str


class Change(Protocol):
    """One step of a revision."""

    def replay(self, tables: dict[str, Table]) -> None:
        """Do it to the tables as data."""

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:
        """Do it to a database, through Alembic's operations; *tables* are those before the change."""


def _made(table: Table, target: Target) -> sa.Table:
    return make_table(table, sa.MetaData(), target.product, target.collation)


@attrs.frozen
class CreateTable:
    """A new kind of record."""

    table: Table

    def replay(self, tables: dict[str, Table]) -> None:
        """Add the table."""
        tables[self.table.name] = self.table

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:  # noqa: ARG002
        """Create it with its indexes."""
        op.execute(sa.schema.CreateTable(made := _made(self.table, target)))
        for index in sorted(made.indexes, key=lambda one: str(one.name)):
            op.execute(sa.schema.CreateIndex(index))


@attrs.frozen
class DropTable:
    """A kind of record that is gone, with all its records."""

    name: str

    def replay(self, tables: dict[str, Table]) -> None:
        """Take the table away."""
        del tables[self.name]

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:  # noqa: ARG002
        """Drop it."""
        op.drop_table(self.name)


@attrs.frozen
class AddColumn:
    """A new field; records that are there get *default*."""

    table: str
    column: Column
    default: str | None = None
    """SQL expression, such as ``''`` or ``0``; a column that may not be empty needs one."""

    def replay(self, tables: dict[str, Table]) -> None:
        """Add the column at the end, where databases put it."""
        known = tables[self.table]
        tables[self.table] = attrs.evolve(known, columns=(*known.columns, self.column))

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:  # noqa: ARG002
        """Add it, filled."""
        column = make_column(self.column, target.product)
        if self.default is not None:
            column.server_default = sa.DefaultClause(sa.text(self._default_on(target.product)))
        op.add_column(self.table, column)
        if self.default is not None and target.product.name != "sqlite":  # SQLite would have to copy the table
            op.alter_column(
                self.table,
                self.column.name,
                server_default=None,
                existing_type=column.type,
                existing_nullable=self.column.nullable,
            )

    def _default_on(self, product: Product) -> str:
        """PostgreSQL writes an empty list in its own way."""
        return "'{}'" if self.default == "'[]'" and product.name == "postgresql" else self.default or ""


@attrs.frozen
class ChangeColumn:
    """A field that takes longer texts, more digits, or may be empty from now on."""

    table: str
    column: Column

    def replay(self, tables: dict[str, Table]) -> None:
        """Put the new column in the place of the old."""
        known = tables[self.table]
        columns = tuple(self.column if one.name == self.column.name else one for one in known.columns)
        tables[self.table] = attrs.evolve(known, columns=columns)

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:
        """Alter it; SQLite copies the table, and only where its type or nullability differs."""
        known = next(one for one in tables[self.table].columns if one.name == self.column.name)
        old, new = make_column(known, target.product), make_column(self.column, target.product)
        if str(old.type) == str(new.type) and old.nullable == new.nullable:
            return
        with op.batch_alter_table(self.table) as batch:
            batch.alter_column(
                new.name, type_=new.type, nullable=new.nullable, existing_type=old.type, existing_nullable=old.nullable
            )


@attrs.frozen
class DropColumn:
    """A field that is gone, with its values."""

    table: str
    name: str

    def replay(self, tables: dict[str, Table]) -> None:
        """Take the column away."""
        known = tables[self.table]
        tables[self.table] = attrs.evolve(
            known, columns=tuple(column for column in known.columns if column.name != self.name)
        )

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:  # noqa: ARG002
        """Drop it; its indexes have to be dropped before."""
        with op.batch_alter_table(self.table) as batch:
            batch.drop_column(self.name)


@attrs.frozen
class AddIndex:
    """A new index."""

    table: str
    index: Index

    def replay(self, tables: dict[str, Table]) -> None:
        """Add the index."""
        known = tables[self.table]
        tables[self.table] = attrs.evolve(known, indexes=(*known.indexes, self.index))

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:
        """Create it; what other products find keywords by is made after all changes."""
        if self.index.keyword and target.product.name != "postgresql":
            return
        known = attrs.evolve(tables[self.table], indexes=())
        op.execute(sa.schema.CreateIndex(make_index(self.index, _made(known, target), target.product)))


@attrs.frozen
class DropIndex:
    """An index that is gone."""

    table: str
    index: Index

    def replay(self, tables: dict[str, Table]) -> None:
        """Take the index away."""
        known = tables[self.table]
        tables[self.table] = attrs.evolve(known, indexes=tuple(one for one in known.indexes if one != self.index))

    def apply(self, op: Any, tables: dict[str, Table], target: Target) -> None:  # noqa: ARG002
        """Drop it."""
        op.drop_index(self.index.name_on(self.table), table_name=self.table)
