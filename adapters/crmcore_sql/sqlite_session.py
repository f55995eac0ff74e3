"""Transactions in SQLite."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from crmcore.base.errors import StoreError, Transient
from crmcore.base.schema import Entity
from crmcore.query import Derivation, Tally, TallyRow
from crmcore_sql.keywords import bulk_statements
from crmcore_sql.mapping import EntityMap
from crmcore_sql.measuring import SUMS
from crmcore_sql.session import SqlSession

if TYPE_CHECKING:
    from crmcore_sql.sqlite import SqliteStore

__all__ = ["SqliteLink", "SqliteSession"]


_MANY: Final = 16
"""Records from which on it pays to add to the indexes of keywords in one go."""


class SqliteLink:
    """A connection to the file."""

    __slots__ = ("execute", "executemany", "raw")

    def __init__(self, raw: sqlite3.Connection) -> None:
        """Wrap an open connection."""
        self.raw = raw
        self.execute = raw.execute
        self.executemany = raw.executemany

    def is_alive(self) -> bool:
        """A file does not go away."""
        return True

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self.raw.close()


class SqliteSession(SqlSession):
    """A transaction in a file. A writer takes its turn at the beginning, so it never has to be run again."""

    __slots__ = ("_execute", "_link", "_writes")
    _store: "SqliteStore"

    def __init__(self, store: "SqliteStore", *, write: bool) -> None:
        """Begin."""
        super().__init__(store)
        self._writes = False
        self._link: SqliteLink | None = store.pool.take()
        self._execute = self._link.execute
        try:
            if write:
                self._take_turn()
            self._execute("BEGIN IMMEDIATE" if write else "BEGIN")
        except sqlite3.Error as error:
            self.close()
            store.fail(error)
        except BaseException:
            self.close()
            raise

    def _take_turn(self) -> None:
        """Queue with the threads of this process, fairly and without sleeping; other processes wait in SQLite."""
        self._writes = self._store.writing.acquire(timeout=self._store.patience)
        if not self._writes:
            raise Transient(reason="SQLITE_BUSY")

    def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Answer all rows of a query."""
        try:
            return self._execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._store.fail(error)

    def affected(self, statement: str, values: Sequence[Any]) -> int:
        """Change something."""
        try:
            return self._execute(statement, values).rowcount
        except sqlite3.Error as error:
            self._store.fail(error)

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Group and measure; a sum beyond 64 bits, which SQLite refuses, is taken in two halves."""
        plan, values = self._plans.tally(tally, wide=False)
        try:
            return plan.read(self._execute(plan.text, values).fetchall())
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR or all(one.fn not in SUMS for one in tally.measures):
                self._store.fail(error)
        plan, values = self._plans.tally(tally, wide=True)
        return plan.read(self.rows(plan.text, values))

    def append(self, records: Sequence[Entity]) -> None:
        """Store new records, each kind in one go."""
        for cls, some in groupby(records, type):
            mapping = self._maps[cls]
            statement = mapping.statements.append
            rows = [mapping.write(one) for one in some]
            try:
                if len(rows) == 1:
                    self._execute(statement, rows[0])
                elif mapping.keywords and len(rows) >= _MANY:
                    self._append_many(mapping, rows)
                else:
                    self._opened().executemany(statement, rows)
            except sqlite3.Error as error:
                self._store.fail(error)

    def _append_many(self, mapping: EntityMap, rows: Sequence[Any]) -> None:
        """Store many records that keywords are looked for in, and then add all of them to the indexes at once."""
        before, after = bulk_statements(mapping)
        for statement in before:
            self._execute(statement)
        self._opened().executemany(mapping.statements.append, rows)
        for statement in after:
            self._execute(statement)

    def derive(self, derivation: Derivation) -> int:
        """Make records of records; the driver counts them unless the statement begins with a WITH."""
        made = super().derive(derivation)
        return made if made >= 0 else int(self.rows("SELECT changes()", ())[0][0])

    def update_many(self, mapping: EntityMap, records: Sequence[Entity]) -> int:
        """Store the next versions of records."""
        change = mapping.change
        rows = [change(one, one.version - 1) for one in records]
        try:
            return self._opened().executemany(mapping.statements.replace, rows).rowcount
        except sqlite3.Error as error:
            self._store.fail(error)

    def commit(self) -> None:
        """Make everything durable."""
        try:
            self._execute("COMMIT")
        except sqlite3.Error as error:
            self._store.fail(error, committing=True)
        if self._writes:
            self._writes = False
            self._store.writing.release()

    def _opened(self) -> SqliteLink:
        if self._link is None:
            raise StoreError(reason="the session is closed")
        return self._link

    def close(self) -> None:
        """Give the transaction up if it was not committed."""
        link, self._link = self._link, None
        if link is None:
            return
        pool = self._store.pool
        try:
            if link.raw.in_transaction:
                link.execute("ROLLBACK")
        except sqlite3.Error:
            pool.drop(link)
        else:
            pool.give_back(link)
        finally:
            if self._writes:
                self._writes = False
                self._store.writing.release()
