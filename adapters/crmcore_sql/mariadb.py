"""MariaDB and MySQL through PyMySQL: snapshots (REPEATABLE READ), with versions compared where they see too much."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import pymysql
import sqlalchemy as sa
from pymysql.constants import CLIENT, ER, FIELD_TYPE
from pymysql.converters import encoders

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
from crmcore_sql.mariadb_session import MariadbLink, MariadbSession, number_of
from crmcore_sql.pool import Pool
from crmcore_sql.products import MARIADB
from crmcore_sql.store import SqlStore

__all__ = ["MariadbStore"]

_LOST_RACE: Final = frozenset({ER.CHECKREAD, ER.DUP_ENTRY, ER.LOCK_DEADLOCK})
"""Also a deadlock: each held what the other one waited for, and the server let the other one go on."""
_PASSING: Final = frozenset({ER.LOCK_WAIT_TIMEOUT})
_CONNECTION_KILLED: Final = 1927
_GONE: Final = frozenset({0, 2006, 2013, 2014, 2055, ER.SERVER_SHUTDOWN, _CONNECTION_KILLED})
_UNREACHABLE: Final = frozenset(
    {
        2002,
        2003,
        2005,
        ER.ACCESS_DENIED_ERROR,
        ER.BAD_DB_ERROR,
        ER.CON_COUNT_ERROR,
        ER.DBACCESS_DENIED_ERROR,
        ER.DISK_FULL,
        ER.OPTION_PREVENTS_STATEMENT,
        ER.TABLEACCESS_DENIED_ERROR,
    }
)
_NUMBERS: Final = dict.fromkeys(
    (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG), int
)
"""What the driver converts; everything else comes as text, which we read quicker."""
_MODE: Final = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
_OPTIONS: Final = frozenset(
    {"unix_socket", "connect_timeout", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"}
)
_OWN_OPTIONS: Final = frozenset({"timeout", "pool_size"})
_FLAGS: Final = frozenset({"ssl_verify_cert", "ssl_verify_identity"})


class MariadbStore(SqlStore):
    """Records in a MariaDB or MySQL database."""

    product = MARIADB

    def __init__(self, address: Address, schemas: Sequence[EntitySchema]) -> None:
        """Keep the address; connect when first used."""
        super().__init__(address, schemas)
        self._patience = address.number("timeout", 5.0)
        self._arguments = self._read_arguments()
        most = int(address.number("pool_size", 32))
        self.pool: Pool[MariadbLink] = Pool(self._open_link, most=most, idle=8, patience=self._patience * 2)

    def begin(self, *, write: bool) -> MariadbSession:
        """Open a transaction; the server hears of it with the first statement."""
        return MariadbSession(self, write=write)

    def connect(self, *, create: bool = False) -> "pymysql.Connection[Any]":  # noqa: ARG002  # databases are made by their owners
        """Connect.

        Raises:
            Unavailable: The server can't be reached, or refuses.
        """
        try:
            raw = _connect(self._arguments)
            with raw.cursor() as cursor:
                wait = max(1, round(self._patience))
                cursor.execute(f"SET sql_mode = '{_MODE}', time_zone = '+00:00', innodb_lock_wait_timeout = {wait}")
                cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                try:
                    cursor.execute("SET innodb_snapshot_isolation = ON")
                except pymysql.err.OperationalError as error:
                    if number_of(error) != ER.UNKNOWN_SYSTEM_VARIABLE:
                        raise
        except (pymysql.Error, OSError) as error:
            raise Unavailable(url=self.address.public, reason=str(number_of(error))) from error
        return raw

    def fail(self, error: Exception, *, committing: bool = False) -> NoReturn:
        """Say what an error of the driver means, by its number."""
        number = number_of(error)
        if number in _LOST_RACE:
            raise Contention from error
        if number in _PASSING:
            raise Transient(reason=str(number)) from error
        if number in _GONE or isinstance(error, OSError):
            if committing:
                raise UnknownOutcome(reason=str(number)) from error
            raise Transient(reason=str(number)) from error
        if number in _UNREACHABLE:
            raise Unavailable(url=self.address.public, reason=str(number)) from error
        if number == ER.NO_SUCH_TABLE:
            raise SchemaMissing(url=self.address.public) from error
        if number == ER.BAD_FIELD_ERROR:
            raise SchemaOutdated(url=self.address.public) from error
        raise StoreError(reason=str(number)) from error

    @contextmanager
    def alone(self, connection: sa.Connection) -> Iterator[None]:
        """Every change of a table commits by itself here; a named lock lets one at a time do it."""
        name = f"crmcore.{self.address.database}"[:64]
        if connection.exec_driver_sql("SELECT GET_LOCK(%s, 60)", (name,)).scalar() != 1:
            raise Transient(reason="another process is preparing the store")
        try:
            yield
            connection.commit()
        finally:
            connection.exec_driver_sql("SELECT RELEASE_LOCK(%s)", (name,))

    def collation(self, connection: sa.Connection) -> str:
        """By code point, and a blank at the end counts."""
        return "utf8mb4_nopad_bin" if "MariaDB" in self._version(connection) else "utf8mb4_0900_bin"

    def facts(self) -> Mapping[str, str]:
        """Say which server it is."""
        raw: Any = self.connect()
        try:
            version = str(raw.get_server_info()).removeprefix("5.5.5-")  # put there for old replication clients
        finally:
            raw.close()
        return {"product": "MariaDB" if "MariaDB" in version else "MySQL", "version": version}

    def _version(self, connection: sa.Connection) -> str:
        return str(connection.exec_driver_sql("SELECT VERSION()").scalar())

    def _open_link(self) -> MariadbLink:
        return MariadbLink(self.connect())

    def _read_arguments(self) -> dict[str, Any]:
        address = self.address
        unknown = address.options.keys() - _OPTIONS - _OWN_OPTIONS
        if unknown:
            raise address.refuse(f"unknown option {min(unknown)}; known are {', '.join(sorted(_OPTIONS))}")
        given: dict[str, Any] = {key: value for key, value in address.options.items() if key in _OPTIONS}
        given["connect_timeout"] = max(1, int(address.number("connect_timeout", 3)))
        for flag in _FLAGS & given.keys():
            given[flag] = given[flag].lower() in {"1", "true", "yes", "on"}
        return {
            "host": address.host or "localhost",
            "port": address.port or 3306,
            "user": address.user or None,
            "password": address.password,
            "database": address.database,
            "charset": "utf8mb4",
            "autocommit": True,
            "client_flag": CLIENT.FOUND_ROWS,
            "conv": {**encoders, **_NUMBERS},
            **given,
        }


def _connect(arguments: Mapping[str, Any]) -> "pymysql.Connection[Any]":
    """Connect as the driver would, but leave no socket open when that fails, and do not wait for a silent server."""
    patience = arguments["connect_timeout"]
    raw: Any = pymysql.connect(**arguments, read_timeout=patience, defer_connect=True)
    opened = None
    if raw.unix_socket:
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(patience)
            opened.connect(raw.unix_socket)
        except OSError:
            opened.close()
            raise
        raw._secure = True  # noqa: SLF001  # nobody listens on a Unix socket
    raw.connect(opened)
    raw._read_timeout = None  # noqa: SLF001  # from here on, a long question may take its time
    return raw  # type: ignore[no-any-return]
