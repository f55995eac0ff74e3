"""MariaDB and MySQL through PyMySQL: snapshots (REPEATABLE READ), with versions compared where they see too much."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any, Final, NoReturn
from uuid import UUID

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
from crmcore.base.schema import Entity, EntitySchema
from crmcore_sql.address import Address
from crmcore_sql.pool import Pool
from crmcore_sql.products import MARIADB
from crmcore_sql.session import SqlSession
from crmcore_sql.sockets import is_quiet
from crmcore_sql.store import SqlStore

__all__ = ["MariadbSession", "MariadbStore"]

_LOST_RACE: Final = frozenset({ER.CHECKREAD, ER.DUP_ENTRY})
_PASSING: Final = frozenset({ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT})
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


class MariadbLink:
    """A connection to the server."""

    __slots__ = ("cursor", "is_alive", "raw")

    def __init__(self, raw: "pymysql.Connection[Any]") -> None:
        """Wrap an open connection."""
        self.raw = raw
        self.cursor = raw.cursor()
        self.is_alive = is_quiet(raw._sock.fileno())  # type: ignore[attr-defined]  # noqa: SLF001  # nothing public tells

    def close(self) -> None:
        """Hang up."""
        with suppress(pymysql.Error, OSError):
            self.raw.close()


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

    def begin(self, *, write: bool) -> "MariadbSession":
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
                with suppress(pymysql.err.OperationalError):  # a server that does not know it
                    cursor.execute("SET innodb_snapshot_isolation = ON")
        except (pymysql.Error, OSError) as error:
            raise Unavailable(url=self.address.public, reason=str(_number(error))) from error
        return raw

    def fail(self, error: Exception, *, committing: bool = False) -> NoReturn:
        """Say what an error of the driver means, by its number."""
        number = _number(error)
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
        raw = self.connect()
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
            raise address.refuse(f"unknown option {sorted(unknown)[0]}; known are {', '.join(sorted(_OPTIONS))}")
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
            "conv": {**{key: value for key, value in encoders.items() if isinstance(key, type)}, **_NUMBERS},
            **given,
        }


class MariadbSession(SqlSession):
    """A transaction on the server.

    Reading shows the snapshot, but writing meets what others have committed since. So a write that finds another version
    than the caller expects looks at the snapshot again: if that still shows the expected one, somebody was quicker.
    """

    __slots__ = ("_appended", "_begin", "_link")
    _store: MariadbStore

    def __init__(self, store: MariadbStore, *, write: bool) -> None:
        """Take a connection; say nothing yet."""
        super().__init__(store)
        access = "READ WRITE" if write else "READ ONLY"
        self._begin: str | None = f"START TRANSACTION WITH CONSISTENT SNAPSHOT, {access}"
        self._appended: list[Entity] = []
        self._link: MariadbLink | None = store.pool.take()

    def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Answer all rows of a query."""
        self._send(statement, values)
        found: Sequence[Any] = self._taken().cursor.fetchall()
        return found

    def affected(self, statement: str, values: Sequence[Any]) -> int:
        """Change something."""
        return self._send(statement, values)

    def insert(self, entity: Entity) -> bool:
        """Store a new record, unless its id or a unique value is taken."""
        mapping = self._maps[type(entity)]
        row = mapping.write(entity)
        try:
            self._send(mapping.statements.insert, row)
        except Contention as error:
            if _number(error.__cause__) != ER.DUP_ENTRY:
                raise
            if not self.rows(mapping.statements.taken, [row[place] for place in mapping.taken_places]):
                raise  # by a record that this transaction can't see
            return False
        return True

    def replace(self, entity: Entity, expected: int) -> bool:
        """Store a new version, if the stored one is the expected."""
        return super().replace(entity, expected) or self._missed(type(entity), entity.id, expected)

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Remove a record, if the stored version is the expected."""
        return super().delete(entity, id, expected) or self._missed(entity, id, expected)

    def append(self, records: Sequence[Entity]) -> None:
        """Put new records aside until the commit."""
        self._appended.extend(records)

    def commit(self) -> None:
        """Make everything durable."""
        for cls, some in groupby(self._appended, type):
            mapping = self._maps[cls]
            self._send(mapping.statements.append, [mapping.write(one) for one in some], many=True)
        self._appended = []
        if self._begin is None:
            try:
                self._taken().raw.commit()
            except (pymysql.Error, OSError) as error:
                self._store.fail(error, committing=True)

    def close(self) -> None:
        """Give the transaction up if it was not committed."""
        link, self._link = self._link, None
        if link is None:
            return
        pool = self._store.pool
        try:
            if self._begin is None:
                link.raw.rollback()
        except (pymysql.Error, OSError):
            pool.drop(link)
        else:
            pool.give_back(link)

    def _missed(self, entity: type[Any], id_: UUID, expected: int) -> bool:
        mapping = self._maps[entity]
        seen = self.rows(mapping.statements.version, (mapping.write_id(id_),))
        if seen and seen[0][0] == expected:
            raise Contention(entity=mapping.schema.name, id=id_)
        return False

    def _taken(self) -> MariadbLink:
        if self._link is None:
            raise StoreError(reason="the session is closed")
        return self._link

    def _send(self, statement: str, values: Sequence[Any], *, many: bool = False) -> int:
        cursor = self._taken().cursor
        try:
            if self._begin is not None:
                cursor.execute(self._begin)
                self._begin = None
            return (cursor.executemany(statement, values) if many else cursor.execute(statement, values)) or 0
        except (pymysql.Error, OSError) as error:
            self._store.fail(error)


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


def _number(error: BaseException | None) -> int:
    """Answer the number of an error of the server or the driver; 0 if it has none."""
    found = error.args[0] if error is not None and error.args else 0
    return found if isinstance(found, int) else 0
