"""PostgreSQL through psycopg 3: snapshots (REPEATABLE READ), and as few round trips as a transaction needs."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

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
from crmcore_sql.foresight import Foresight, Lookup
from crmcore_sql.pool import Pool
from crmcore_sql.products import POSTGRESQL
from crmcore_sql.session import SqlSession
from crmcore_sql.store import SqlStore
from crmcore_sql.wire import Statement, Wire

__all__ = ["PostgresqlSession", "PostgresqlStore"]

E = TypeVar("E", bound=Entity)
_LOST_RACE: Final = frozenset({"40001", "23505"})
_PASSING: Final = frozenset({"40P01", "55P03"})
"""A deadlock, a lock that somebody else held for too long."""
_CLOSED: Final = ("08", "57P")
"""Broken connections; a server that shuts down, crashes or starts."""
_UNREACHABLE: Final = ("28", "3D", "53")
"""Refused log-ins, databases that do not exist, servers without room."""
_LOCK: Final = 0x63726D636F7265
"""Number of the lock that preparing takes: "crmcore"."""
_OWN_OPTIONS: Final = frozenset({"timeout", "pool_size", "prepare"})
_WRITE: Final[Statement] = ("BEGIN ISOLATION LEVEL REPEATABLE READ", None)
_READ: Final[Statement] = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", None)
_COMMIT: Final[Statement] = ("COMMIT", None)
_ROLLBACK: Final[Statement] = ("ROLLBACK", None)


class PostgresqlStore(SqlStore):
    """Records in a PostgreSQL database."""

    product = POSTGRESQL

    def __init__(self, address: Address, schemas: Sequence[EntitySchema]) -> None:
        """Keep the address; connect when first used."""
        super().__init__(address, schemas)
        self._patience = address.number("timeout", 5.0)
        self._prepares = address.choice("prepare", ("YES", "NO"), "YES") == "YES"
        self._conninfo = self._read_conninfo()
        self.foresight = Foresight()
        most = int(address.number("pool_size", 32))
        self.pool: Pool[Wire] = Pool(self._open_link, most=most, idle=8, patience=self._patience * 2)

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

    def _open_link(self) -> Wire:
        return Wire(self.connect(), prepares=self._prepares)

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
    """A transaction on the server, in few round trips.

    BEGIN travels with the first question, and so do the questions that usually follow; appended records travel with
    COMMIT. Recording something takes three round trips: who may, the record, and the rest.
    """

    __slots__ = ("_ahead", "_appended", "_begin", "_first", "_followed", "_link")
    _store: PostgresqlStore

    def __init__(self, store: PostgresqlStore, *, write: bool) -> None:
        """Take a connection; say nothing yet."""
        super().__init__(store)
        self._begin: Statement | None = _WRITE if write else _READ
        self._appended: list[Entity] = []
        self._ahead: dict[Lookup, Sequence[Any]] = {}
        self._first: Hashable = None
        self._followed: list[Lookup] = []
        self._link: Wire | None = store.pool.take()

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record, which may have come along with an earlier one."""
        mapping = self._maps[entity]
        wanted = (mapping.statements.load, mapping.write_id(id))
        rows = self._ahead.pop(wanted, None)
        if self._first is not None:
            self._followed.append(wanted)
        if rows is None:
            rows = self.rows(wanted[0], wanted[1:])
        return mapping.read(rows)[0] if rows else None

    def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Answer all rows of a query."""
        link = self._taken()
        return link.fetch(self._send(link, (statement, values)))

    def affected(self, statement: str, values: Sequence[Any]) -> int:
        """Change something; what was read ahead may not be so any more."""
        self._learn()
        return self._send(self._taken(), (statement, values)).command_tuples or 0

    def append(self, records: Sequence[Entity]) -> None:
        """Put new records aside until the commit."""
        self._appended.extend(records)

    def commit(self) -> None:
        """Make everything durable, in one round trip."""
        link = self._taken()
        self._learn()
        batch: list[Statement] = [] if self._begin is None else [self._begin]
        for record in self._appended:
            mapping = self._maps[type(record)]
            batch.append((mapping.statements.append, mapping.write(record)))
        if self._begin is not None and not self._appended:
            return
        try:
            answer = link.run([*batch, _COMMIT])[-1]
        except psycopg.Error as error:
            self._store.fail(error, committing=True)
        if answer.command_status != b"COMMIT":  # of a transaction that had failed before
            raise StoreError(reason="rolled back")
        self._begin, self._appended = None, []

    def close(self) -> None:
        """Give the transaction up if it was not committed."""
        link, self._link = self._link, None
        if link is None:
            return
        self._learn()
        pool = self._store.pool
        try:
            if link.clean and link.in_transaction:
                link.run([_ROLLBACK])
        except psycopg.Error:
            pool.drop(link)
            return
        if link.clean:
            pool.give_back(link)
        else:
            pool.drop(link)

    def _taken(self) -> Wire:
        if self._link is None:
            raise StoreError(reason="the session is closed")
        return self._link

    def _send(self, link: Wire, statement: Statement) -> Any:
        try:
            if self._begin is None:
                return link.run([statement])[0]
            return self._send_first(link, statement, self._begin)
        except psycopg.Error as error:
            self._store.fail(error)

    def _send_first(self, link: Wire, statement: Statement, begin: Statement) -> Any:
        """Send BEGIN, the first statement, and the questions that are expected to follow."""
        first = (statement[0], *(statement[1] or ()))
        expected = self._store.foresight.expect(first)
        answers = link.run([begin, statement, *((text, (id_,)) for text, id_ in expected)])
        self._begin, self._first = None, first
        self._ahead = {one: link.fetch(answer) for one, answer in zip(expected, answers[2:], strict=True)}
        return answers[1]

    def _learn(self) -> None:
        """The reading at the beginning is over: remember it."""
        if self._first is not None:
            self._store.foresight.learn(self._first, self._followed)
            self._first = None
            self._ahead = {}
