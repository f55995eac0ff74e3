"""Transactions in MariaDB and MySQL."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pymysql
from pymysql.constants import ER, SERVER_STATUS

from crmcore.base.errors import Contention, StoreError
from crmcore.base.schema import Entity
from crmcore.query import Derivation
from crmcore_sql.mapping import EntityMap
from crmcore_sql.renewing import renewing
from crmcore_sql.rows import batched_by_size
from crmcore_sql.session import SqlSession
from crmcore_sql.sockets import is_quiet

if TYPE_CHECKING:
    from crmcore_sql.mariadb import MariadbStore

__all__ = ["MariadbLink", "MariadbSession", "number_of"]

_MOST: Final = 2000
"""Appended records are sent when there are so many, so that an import of any length needs little memory."""
_MOST_RENEWED: Final = 250
_LARGEST: Final = 1_000_000
"""Rows and characters in one statement that renews; servers take 16 MB, unless somebody has said less."""


class MariadbLink:
    """A connection to the server."""

    __slots__ = ("_is_quiet", "cursor", "raw")

    def __init__(self, raw: "pymysql.Connection[Any]") -> None:
        """Wrap an open connection."""
        self.raw = raw
        self.cursor = raw.cursor()
        wire: Any = raw
        self._is_quiet = is_quiet(wire._sock.fileno())  # noqa: SLF001  # nothing public tells

    def is_alive(self) -> bool:
        """Tell, without asking the server, whether the other side is still there."""
        return self._is_quiet()

    @property
    def in_transaction(self) -> bool:
        """Whether the server said last that a transaction is open."""
        raw: Any = self.raw
        return bool(raw.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)

    def close(self) -> None:
        """Hang up."""
        with suppress(pymysql.Error, OSError):
            self.raw.close()


class MariadbSession(SqlSession):
    """A transaction on the server.

    Reading shows the snapshot, but writing meets what others have committed since. So a write that finds another
    version than the caller expects looks at the snapshot again: if that still shows the expected one, somebody was
    quicker.
    """

    __slots__ = ("_appended", "_begin", "_link")
    _store: "MariadbStore"

    def __init__(self, store: "MariadbStore", *, write: bool) -> None:
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
            if number_of(error.__cause__) != ER.DUP_ENTRY:
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
        """Put new records aside until the commit, or until they are many."""
        self._appended.extend(records)
        if len(self._appended) >= _MOST:
            self._put_aside()

    def update_many(self, mapping: EntityMap, records: Sequence[Entity]) -> int:
        """Store the next versions of records."""
        rows = (mapping.write(one) for one in records)
        return sum(
            self._send(renewing(mapping, len(some)), [value for row in some for value in row])
            for some in batched_by_size(rows, _MOST_RENEWED, _LARGEST)
        )

    def derive(self, derivation: Derivation) -> int:
        """Make records of records; what IGNORE let pass may only be ids that are taken."""
        made = super().derive(derivation)
        if self._taken().cursor.warning_count:
            numbers = {row[1] for row in self.rows("SHOW WARNINGS", ())}
            if numbers - {ER.DUP_ENTRY}:
                raise StoreError(reason=str(min(numbers - {ER.DUP_ENTRY})))
        return made

    def commit(self) -> None:
        """Make everything durable."""
        self._put_aside()
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
            if link.in_transaction:
                link.raw.rollback()
        except (pymysql.Error, OSError):
            pool.drop(link)
        else:
            pool.give_back(link)

    def _put_aside(self) -> None:
        """Store what was put aside."""
        for cls, some in groupby(self._appended, type):
            mapping = self._maps[cls]
            self._send(mapping.statements.append, [mapping.write(one) for one in some], many=True)
        self._appended = []

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


def number_of(error: BaseException | None) -> int:
    """Answer the number of an error of the server or the driver; 0 if it has none."""
    found = error.args[0] if error is not None and error.args else 0
    return found if isinstance(found, int) else 0
