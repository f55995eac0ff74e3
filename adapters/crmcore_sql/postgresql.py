"""PostgreSQL through psycopg 3: snapshots (REPEATABLE READ), and as few round trips as a transaction needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn

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
from crmcore.base.schema import EntitySchema
from crmcore_sql.address import Address
from crmcore_sql.arrays import ManyRows, many_rows
from crmcore_sql.copying import Copying, copying
from crmcore_sql.foresight import Foresight
from crmcore_sql.mapping import EntityMap
from crmcore_sql.pool import Pool
from crmcore_sql.postgresql_session import PostgresqlSession
from crmcore_sql.products import POSTGRESQL
from crmcore_sql.store import SqlStore
from crmcore_sql.wire import Wire

__all__ = ["PostgresqlStore"]

_LOST_RACE: Final = frozenset({"40001", "40P01", "23505"})
"""Also a deadlock: each held what the other one waited for, and the server let the other one go on."""
_PASSING: Final = frozenset({"55P03"})
"""A lock that somebody else held for too long."""
_CLOSED: Final = ("08", "57P")
"""Broken connections; a server that shuts down, crashes or starts."""
_UNREACHABLE: Final = ("28", "3D", "53")
"""Refused log-ins, databases that do not exist, servers without room."""
_LOCK: Final = 0x63726D636F7265
"""Number of the lock that preparing takes: "crmcore"."""
_OWN_OPTIONS: Final = frozenset({"timeout", "pool_size", "prepare"})


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
        self._many: dict[EntityMap, ManyRows] = {}
        self._copying: dict[EntityMap, Copying] = {}
        most = int(address.number("pool_size", 32))
        self.pool: Pool[Wire] = Pool(self._open_link, most=most, idle=8, patience=self._patience * 2)

    def many_rows(self, mapping: EntityMap) -> ManyRows:
        """Answer the statements for many rows of one kind of record, made when first needed."""
        made = self._many.get(mapping)
        if made is None:
            made = self._many[mapping] = many_rows(mapping, self.product)
        return made

    def copying(self, mapping: EntityMap) -> Copying:
        """Answer how very many new rows of one kind of record go in, made when first needed."""
        made = self._copying.get(mapping)
        if made is None:
            made = self._copying[mapping] = copying(mapping, self.product)
        return made

    def begin(self, *, write: bool) -> PostgresqlSession:
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
        """Pass on what the URL says beyond our own options: ``host``, ``sslmode``, ``application_name`` and so on."""
        address = self.address
        given: dict[str, Any] = {key: value for key, value in address.options.items() if key not in _OWN_OPTIONS}
        parts = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
        given = {**{key: value for key, value in parts.items() if value}, "connect_timeout": 3, **given}
        try:
            return make_conninfo(**given, dbname=address.database, client_encoding="UTF8")
        except (psycopg.Error, TypeError):
            raise address.refuse("has an option that PostgreSQL does not know") from None
