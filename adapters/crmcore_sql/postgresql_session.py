"""Transactions in PostgreSQL."""

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

import psycopg

from crmcore.base.errors import StoreError
from crmcore.base.schema import Entity
from crmcore.query import Derivation
from crmcore_sql.foresight import Lookup
from crmcore_sql.mapping import EntityMap
from crmcore_sql.rows import batched
from crmcore_sql.session import SqlSession
from crmcore_sql.wire import Statement, Wire

if TYPE_CHECKING:
    from crmcore_sql.postgresql import PostgresqlStore

__all__ = ["PostgresqlSession"]

E = TypeVar("E", bound=Entity)
_WRITE: Final[Statement] = ("BEGIN ISOLATION LEVEL REPEATABLE READ", ())
_READ: Final[Statement] = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
_COMMIT: Final[Statement] = ("COMMIT", ())
_FEW: Final = 8
"""Rows from which on one statement for all is quicker than one for each."""
_MANY: Final = 500
"""New rows from which on COPY is quicker still, although no other statement travels with it."""
_MOST: Final = 2000
"""Rows in one statement; appended records are sent when there are so many, so that an import needs little memory."""
_ROLLBACK: Final[Statement] = ("ROLLBACK", ())
_BY_INDEX: Final[Statement] = ("SET LOCAL enable_seqscan = off", None)


class PostgresqlSession(SqlSession):
    """A transaction on the server, in few round trips.

    BEGIN travels with the first question, and so do the questions that usually follow; appended records travel with
    COMMIT. Recording something takes three round trips: who may, the record, and the rest.
    """

    __slots__ = ("_ahead", "_appended", "_begin", "_by_index", "_first", "_followed", "_link")
    _store: "PostgresqlStore"

    def __init__(self, store: "PostgresqlStore", *, write: bool) -> None:
        """Take a connection; say nothing yet."""
        super().__init__(store)
        self._begin: Statement | None = _WRITE if write else _READ
        self._by_index = False
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

    def derive(self, derivation: Derivation) -> int:
        """Make records of records; where each is looked for by its id alone, an index answers.

        A table that was empty when the server last counted it, such as an outbox whose messages were all delivered, is
        otherwise read as a whole for every new record: reading nothing is cheapest. But it grows with each of them.
        Said once, it holds until the commit, before which little else is read.
        """
        self._learn()
        link = self._taken()
        plan, values = self._plans.derive(derivation)
        before = [] if self._begin is None else [self._begin]
        if not derivation.unless and not self._by_index:
            before.append(_BY_INDEX)
            self._by_index = True
        try:
            answers = link.run([*before, (plan.text, values)])
        except psycopg.Error as error:
            self._store.fail(error)
        self._begin = None
        return answers[-1].command_tuples or 0

    def append(self, records: Sequence[Entity]) -> None:
        """Put new records aside until the commit, or until they are many."""
        self._appended.extend(records)
        if len(self._appended) >= _MOST:
            self._learn()
            link = self._taken()
            for statement in self._put_aside(link):
                self._send(link, statement)

    def update_many(self, mapping: EntityMap, records: Sequence[Entity]) -> int:
        """Store the next versions of records, as arrays."""
        self._learn()
        link, many = self._taken(), self._store.many_rows(mapping)
        found = 0
        for some in batched(records, _MOST):
            for statement in many.statements(many.update, [mapping.write(one) for one in some]):
                found += self._send(link, statement).command_tuples or 0
        return found

    def commit(self) -> None:
        """Make everything durable, in one round trip."""
        link = self._taken()
        self._learn()
        rest = self._put_aside(link)
        if self._begin is not None and not rest:
            return
        batch = rest if self._begin is None else [self._begin, *rest]
        try:
            answer = link.run([*batch, _COMMIT])[-1]
        except psycopg.Error as error:
            self._store.fail(error, committing=True)
        if answer.command_status != b"COMMIT":  # of a transaction that had failed before
            raise StoreError(reason="rolled back")
        self._begin = None

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

    def _put_aside(self, link: Wire) -> list[Statement]:
        """Store what was put aside and is many records of a kind; answer the statements that store the rest."""
        rest: list[Statement] = []
        for cls, records in groupby(self._appended, type):
            mapping = self._maps[cls]
            rows = [mapping.write(one) for one in records]
            if len(rows) >= _MANY:
                self._copy(link, mapping, rows)
            elif len(rows) >= _FEW:
                many = self._store.many_rows(mapping)
                rest += many.statements(many.insert, rows)
            else:
                rest += ((mapping.statements.append, row) for row in rows)
        self._appended = []
        return rest

    def _copy(self, link: Wire, mapping: EntityMap, rows: Sequence[tuple[Any, ...]]) -> None:
        """Store many new records by COPY, which no other statement travels with."""
        way = self._store.copying(mapping)
        try:
            if self._begin is not None:
                link.run([self._begin])
                self._begin = None
            link.copy(way.statement, way.parts(rows))
        except psycopg.Error as error:
            self._store.fail(error)

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
