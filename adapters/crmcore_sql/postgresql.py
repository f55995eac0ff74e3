"""PostgreSQL through psycopg 3: snapshots (REPEATABLE READ), and as few round trips as a transaction needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any, Final, NoReturn

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus

from crmcore.base.errors import (
    Contention,
    SchemaMissing,
    SchemaOutdated,
    StoreError,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from crmcore.base.schema import Entity, EntitySchema
from crmcore_sql.address import Address
from crmcore_sql.pool import Pool
from crmcore_sql.products import POSTGRESQL
from crmcore_sql.session import SqlSession
from crmcore_sql.sockets import is_quiet
from crmcore_sql.store import SqlStore

__all__ = ["PostgresqlSession", "PostgresqlStore"]

_LOST_RACE: Final = frozenset({"40001", "23505"})
_PASSING: Final = frozenset({"40P01", "55P03"})
"""A deadlock, a lock that somebody else held for too long."""
_CLOSED: Final = ("08", "57P")
"""Broken connections; a server that shuts down, crashes or starts."""
_UNREACHABLE: Final = ("28", "3D", "53")
"""Refused log-ins, databases that do not exist, servers without room."""
_PREPARED: Final = 500
"""Statements that a connection keeps prepared on the server."""
_LOCK: Final = 0x63726D636F7265
"""Number of the lock that preparing takes: "crmcore"."""
_OWN_OPTIONS: Final = frozenset({"timeout", "pool_size", "prepare"})
_WRITE: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ"
_READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BETWEEN_STATEMENTS: Final = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS, TransactionStatus.INERROR})


class PostgresqlLink:
    """A connection to the server, with the cursors it uses again and again."""

    __slots__ = ("control", "cursor", "is_alive", "raw")

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        """Wrap an open connection."""
        self.raw = raw
        self.cursor = raw.cursor(binary=True)
        self.control = raw.cursor()
        self.is_alive = is_quiet(raw.fileno())

    def command(self, text: bytes) -> None:
        """Run COMMIT or ROLLBACK; past the driver, which at a ROLLBACK forgets every prepared statement."""
        result = self.raw.pgconn.exec_(text)
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result)

    def close(self) -> None:
        """Hang up."""
        with suppress(psycopg.Error, OSError):
            self.raw.close()


class PostgresqlStore(SqlStore):
    """Records in a PostgreSQL database."""

    product = POSTGRESQL

    def __init__(self, address: Address, schemas: Sequence[EntitySchema]) -> None:
        """Keep the address; connect when first used."""
        super().__init__(address, schemas)
        self._patience = address.number("timeout", 5.0)
        self._prepares = address.choice("prepare", ("YES", "NO"), "YES") == "YES"
        self._conninfo = self._read_conninfo()
        most = int(address.number("pool_size", 32))
        self.pool: Pool[PostgresqlLink] = Pool(self._open_link, most=most, idle=8, patience=self._patience * 2)

    def begin(self, *, write: bool) -> "PostgresqlSession":
        """Open a transaction; the server hears of it with the first statement."""
        return PostgresqlSession(self, write=write)

    def connect(self, *, create: bool = False) -> psycopg.Connection[Any]:  # noqa: ARG002  # databases are made by their owners
        """Connect.

        Raises:
            Unavailable: The server can't be reached, or refuses.
        """
        try:
            raw = psycopg.connect(self._conninfo, autocommit=True)
            raw.execute(f"SET TimeZone = 'UTC'; SET lock_timeout = {int(self._patience * 1000)}".encode())
        except psycopg.Error as error:
            reason = error.sqlstate or type(error).__name__
            raise Unavailable(url=self.address.public, reason=reason) from error
        raw.prepare_threshold = 0 if self._prepares else None
        raw.prepared_max = _PREPARED
        return raw

    def fail(self, error: psycopg.Error, *, committing: bool = False) -> NoReturn:
        """Say what an error of the driver means, by its SQLSTATE."""
        state = error.sqlstate or ""
        if state in _LOST_RACE:
            raise Contention from error
        if state in _PASSING:
            raise Transient(reason=state) from error
        if state.startswith(_CLOSED) or (not state and isinstance(error, psycopg.OperationalError)):
            if committing:
                raise UnknownOutcome(reason=state) from error
            raise Transient(reason=state or "connection lost") from error
        if state.startswith(_UNREACHABLE):
            raise Unavailable(url=self.address.public, reason=state) from error
        if state == "42P01":
            raise SchemaMissing(url=self.address.public) from error
        if state == "42703":
            raise SchemaOutdated(url=self.address.public) from error
        raise StoreError(reason=state or type(error).__name__) from error

    @contextmanager
    def alone(self, connection: sa.Connection) -> Iterator[None]:
        """Tables change in a transaction like any other; a lock lets one at a time do it."""
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        yield
        connection.commit()

    def facts(self) -> Mapping[str, str]:
        """Say which PostgreSQL it is."""
        raw = self.connect()
        try:
            version = raw.info.server_version
        finally:
            raw.close()
        return {"product": "PostgreSQL", "version": f"{version // 10000}.{version % 10000}"}

    def _open_link(self) -> PostgresqlLink:
        return PostgresqlLink(self.connect())

    def _read_conninfo(self) -> str:
        """Everything else in the URL's query is for libpq: ``host``, ``sslmode``, ``application_name`` …"""
        address = self.address
        given: dict[str, Any] = {key: value for key, value in address.options.items() if key not in _OWN_OPTIONS}
        parts = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
        given = {**{key: value for key, value in parts.items() if value}, "connect_timeout": 3, **given}
        try:
            return make_conninfo(**given, dbname=address.database, client_encoding="UTF8")
        except (psycopg.Error, TypeError):
            raise address.refuse("has an option that PostgreSQL does not know") from None


class PostgresqlSession(SqlSession):
    """A transaction on the server.

    BEGIN travels with the first statement, appended records with COMMIT: a unit of work that loads, changes and commits
    one record takes three round trips.
    """

    __slots__ = ("_appended", "_begin", "_link")
    _store: PostgresqlStore

    def __init__(self, store: PostgresqlStore, *, write: bool) -> None:
        """Take a connection; say nothing yet."""
        super().__init__(store)
        self._begin: bytes | None = _WRITE if write else _READ
        self._appended: list[Entity] = []
        self._link: PostgresqlLink | None = store.pool.take()

    def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Answer all rows of a query."""
        return self._send(statement, values).fetchall()

    def affected(self, statement: str, values: Sequence[Any]) -> int:
        """Change something."""
        return self._send(statement, values).rowcount

    def append(self, records: Sequence[Entity]) -> None:
        """Put new records aside until the commit."""
        self._appended.extend(records)

    def commit(self) -> None:
        """Make everything durable, in one round trip."""
        link = self._taken()
        if self._appended:
            self._commit_appended(link)
        elif self._begin is None:
            try:
                link.command(b"COMMIT")
            except psycopg.Error as error:
                self._store.fail(error, committing=True)
        self._begin = None

    def close(self) -> None:
        """Give the transaction up if it was not committed."""
        link, self._link = self._link, None
        if link is None:
            return
        pool = self._store.pool
        status = link.raw.pgconn.transaction_status
        if link.raw.pgconn.pipeline_status != PipelineStatus.OFF or status not in _BETWEEN_STATEMENTS:
            pool.drop(link)
            return
        try:
            if status != TransactionStatus.IDLE:
                link.command(b"ROLLBACK")
        except psycopg.Error:
            pool.drop(link)
        else:
            pool.give_back(link)

    def _taken(self) -> PostgresqlLink:
        if self._link is None:
            raise StoreError(reason="the session is closed")
        return self._link

    def _send(self, statement: Any, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        link = self._taken()
        try:
            if self._begin is None:
                return link.cursor.execute(statement, values)
            with link.raw.pipeline():
                link.control.execute(self._begin, prepare=False)
                link.cursor.execute(statement, values)
        except psycopg.Error as error:
            self._store.fail(error)
        self._begin = None
        return link.cursor

    def _commit_appended(self, link: PostgresqlLink) -> None:
        try:
            with link.raw.pipeline():
                if self._begin is not None:
                    link.control.execute(self._begin, prepare=False)
                for cls, some in groupby(self._appended, type):
                    mapping = self._maps[cls]
                    statement: Any = mapping.statements.append
                    rows = [mapping.write(one) for one in some]
                    if len(rows) == 1:
                        link.cursor.execute(statement, rows[0])
                    else:
                        link.cursor.executemany(statement, rows)
                link.control.execute(b"COMMIT", prepare=False)
        except psycopg.Error as error:
            self._store.fail(error, committing=True)
        self._appended = []
