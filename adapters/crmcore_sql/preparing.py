"""Creates a store's tables and brings them up to date."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from crmcore.base.errors import SchemaMissing, SchemaNewer, SchemaOutdated
from crmcore.storage.ports import SchemaState
from crmcore_sql.keywords import ensure_keywords
from crmcore_sql.migrations import NOTHING, REVISIONS, VERSION_TABLE
from crmcore_sql.tables import make_tables

if TYPE_CHECKING:
    from crmcore_sql.store import SqlStore

__all__ = ["Preparation"]

_VERSION: Final = sa.table(VERSION_TABLE, sa.column("version_num"))


class Preparation:
    """Looks at the tables of a store, and makes them what this version needs."""

    def __init__(self, store: "SqlStore") -> None:
        """Look at *store*."""
        self._store = store

    def state(self) -> SchemaState:
        """Tell whether the tables are those of this version."""
        try:
            with self._connection() as connection:
                return self._state(connection)
        except SchemaMissing:  # there is not even a file
            return SchemaState.MISSING

    def revision(self) -> str | None:
        """Answer the revision of the tables; None for a store that has not been prepared."""
        try:
            with self._connection() as connection:
                return self._revision(connection, sa.inspect(connection).get_table_names())
        except SchemaMissing:
            return None

    def prepare(self) -> None:
        """Create what is missing, upgrade what is old.

        Raises:
            SchemaNewer: A newer version has been here.
            SchemaOutdated: A table that crmcore's migrations do not know lacks columns: its owner has to add them.
        """
        with self._connection(create=True) as connection, self._store.alone(connection):
            self._prepare(connection)

    def _prepare(self, connection: sa.Connection) -> None:
        from crmcore_sql.migrations.running import stamp, upgrade

        state = self._state(connection)
        if state is SchemaState.CURRENT:
            return
        if state is SchemaState.NEWER:
            raise SchemaNewer(url=self._store.address.public)
        from crmcore_sql.migrations.frozen import frozen_tables

        own = frozen_tables().keys()
        names = {table.name for table in self._store.tables}
        present = sa.inspect(connection).get_table_names()
        collation = self._store.collation(connection)
        revision: str | None = None
        if not names & own:
            revision = self._revision(connection, present) or NOTHING
        elif state is SchemaState.MISSING and names >= own:
            revision = REVISIONS[-1]
        else:
            upgrade(connection, self._store.product, collation)
        metadata = make_tables(self._store.tables, self._store.product, collation)
        metadata.create_all(connection, checkfirst=True)
        if state is SchemaState.MISSING:
            self._complete(connection, metadata, present)
        ensure_keywords(connection, self._store.product, self._store.tables, collation)
        if revision is not None:  # last, since not every product does all of this at once: half a store is none
            stamp(connection, revision)
        if self._state(connection) is not SchemaState.CURRENT:
            raise SchemaOutdated(url=self._store.address.public)

    def _complete(self, connection: sa.Connection, metadata: sa.MetaData, present: Sequence[str]) -> None:
        """Make the indexes of tables that somebody began to make and did not finish."""
        for name in metadata.tables.keys() & set(present):
            for index in metadata.tables[name].indexes:
                index.create(connection, checkfirst=True)

    def _state(self, connection: sa.Connection) -> SchemaState:
        inspector = sa.inspect(connection)
        present = inspector.get_table_names()
        revision = self._revision(connection, present)
        if revision is None:
            return SchemaState.MISSING
        if revision not in REVISIONS:
            return SchemaState.NEWER
        return SchemaState.CURRENT if self._is_current(inspector, present, revision) else SchemaState.OUTDATED

    def _is_current(self, inspector: sa.Inspector, present: Sequence[str], revision: str) -> bool:
        """Compare revisions for crmcore's own tables, columns for all."""
        from crmcore_sql.migrations.frozen import frozen_tables

        own = frozen_tables().keys()
        wanted = {table.name: table for table in self._store.tables}
        if revision != REVISIONS[-1] and wanted.keys() & own:
            return False
        if not wanted.keys() <= set(present):
            return False
        others = [name for name in wanted if name not in own]
        known = {key[1]: columns for key, columns in inspector.get_multi_columns(filter_names=others).items()}
        return all(
            {column.name for column in wanted[name].columns} <= {column["name"] for column in known[name]}
            for name in others
        )

    def _revision(self, connection: sa.Connection, present: Sequence[str]) -> str | None:
        if VERSION_TABLE not in present:
            return None
        found: str | None = connection.execute(sa.select(_VERSION.c.version_num)).scalar()
        return found

    @contextmanager
    def _connection(self, *, create: bool = False) -> Iterator[sa.Connection]:
        store = self._store
        engine = sa.create_engine(
            f"{store.product.dialect.name}+{store.product.dialect.driver}://",
            creator=lambda: store.connect(create=create),
            poolclass=NullPool,
        )
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            store.fail(error.orig)
        finally:
            engine.dispose()
