"""SQLite: one file, one writer at a time, any number of readers beside it (WAL)."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import quote

import sqlalchemy as sa

from crmcore.base.errors import (
    Contention,
    SchemaMissing,
    SchemaOutdated,
    StoreError,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from crmcore.base.schema import EntitySchema
from crmcore.storage.ports import SchemaState
from crmcore_sql.address import Address
from crmcore_sql.pool import Pool
from crmcore_sql.products import SQLITE
from crmcore_sql.sqlite_session import SqliteLink, SqliteSession
from crmcore_sql.store import SqlStore

__all__ = ["SqliteStore"]

_STATEMENTS: Final = 512
"""Prepared statements kept for each connection."""
_WAL_PAGES: Final = 4000
"""16 MB of changes are gathered before they go into the file: a page that changes often is written there once."""
_CACHE_KIB: Final = 16_000
_PRIMARY: Final = 0xFF
_TAKEN: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNREACHABLE: Final = frozenset(
    {
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


class SqliteStore(SqlStore):
    """Records in a file of SQLite."""

    product = SQLITE

    def __init__(self, address: Address, schemas: Sequence[EntitySchema]) -> None:
        """Keep the address; the file is opened when first used."""
        super().__init__(address, schemas)
        self.patience = address.number("timeout", 5.0)
        self._synchronous = address.synchronous
        self.path = Path(address.database)
        self.writing = threading.Lock()
        most = int(address.number("pool_size", 64))
        self.pool: Pool[SqliteLink] = Pool(self._open_link, most=most, idle=8, patience=self.patience)

    def begin(self, *, write: bool) -> SqliteSession:
        """Open a transaction; a writer waits until no other writes."""
        return SqliteSession(self, write=write)

    def connect(self, *, create: bool = False) -> sqlite3.Connection:
        """Open the file; only ``prepare`` creates it.

        Raises:
            SchemaMissing: There is no such file.
            Unavailable: It can't be opened.
        """
        uri = f"file:{quote(str(self.path))}?mode={'rwc' if create else 'rw'}"
        try:
            raw = sqlite3.connect(
                uri,
                uri=True,
                timeout=self.patience,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
            try:
                raw.execute("PRAGMA journal_mode = WAL")
                raw.execute(f"PRAGMA synchronous = {self._synchronous}")
                raw.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
                raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            except BaseException:
                raw.close()
                raise
        except sqlite3.Error as error:
            if not create and self.path.parent.is_dir() and not self.path.exists():
                raise SchemaMissing(url=self.address.public) from None
            self.fail(error)
        return raw

    def fail(self, error: sqlite3.Error, *, committing: bool = False) -> NoReturn:
        """Say what an error of the driver means, by its number."""
        full = getattr(error, "sqlite_errorcode", None)
        code = None if full is None else full & _PRIMARY
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        if full in _TAKEN or full == sqlite3.SQLITE_BUSY_SNAPSHOT:
            raise Contention from error
        if code in _BUSY:
            raise Transient(reason=name) from error
        if committing and code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}:
            raise UnknownOutcome(reason=name) from error
        if code in _UNREACHABLE:
            raise Unavailable(url=self.address.public, reason=name) from error
        if code == sqlite3.SQLITE_ERROR:
            self._blame_schema(error)
        raise StoreError(reason=name) from error

    def _blame_schema(self, error: sqlite3.Error) -> None:
        """A statement that is wrong is most likely right for another version's tables."""
        state = self.state()
        if state is SchemaState.MISSING:
            raise SchemaMissing(url=self.address.public) from error
        if state is SchemaState.OUTDATED:
            raise SchemaOutdated(url=self.address.public) from error

    @contextmanager
    def alone(self, connection: sa.Connection) -> Iterator[None]:
        """SQLite's tables change in a transaction like any other."""
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        yield
        connection.commit()

    def facts(self) -> Mapping[str, str]:
        """Say which SQLite it is."""
        return {"product": "SQLite", "version": sqlite3.sqlite_version}

    def _open_link(self) -> SqliteLink:
        return SqliteLink(self.connect())
