"""Talks to PostgreSQL through libpq's pipeline: any number of statements in one round trip, each prepared once.

psycopg's own cursors do the same with a system call and some forty Python calls for each statement; a unit of work
sends six. What is used here is its documented wrapper of libpq, ``psycopg.pq``, and its conversion of results.
"""

import select
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus

from crmcore_sql.compiling import ANEW

__all__ = ["ServerError", "Statement", "Wire"]

Statement = tuple[str, Sequence[Any] | None]
"""Text with ``$1`` placeholders and its values as text; None for a command that is not worth preparing."""

_PREPARED: Final = 500
"""Statements that a connection keeps prepared on the server."""
_BINARY: Final = 1
_QUIET: Final = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class ServerError(psycopg.DatabaseError):
    """The server refused a statement."""

    def __init__(self, state: str, message: str) -> None:
        """Keep the SQLSTATE, which says what kind of error it is."""
        super().__init__(message)
        self.sqlstate = state


class Wire:
    """A connection that only ever sends whole batches and reads all their answers."""

    def __init__(self, raw: "psycopg.Connection[Any]", *, prepares: bool) -> None:
        """Take over an open connection of psycopg.

        Args:
            raw: The connection, in autocommit mode.
            prepares: Keep statements prepared; not behind a proxy that changes servers between transactions.
        """
        self.raw = raw
        self._conn: Any = raw.pgconn
        self._conn.nonblocking = 1
        self._conn.enter_pipeline_mode()
        self._rows = Transformer(raw)
        self._prepares = prepares
        self._names: dict[str, bytes] = {}
        self._count = 0
        self._busy = False
        self._socket = _Socket(raw.fileno())

    def run(self, batch: Sequence[Statement]) -> list[Any]:
        """Send statements, wait for all answers, and give them back as results of libpq.

        Raises:
            ServerError: The server refused one; those after it were not run.
            psycopg.OperationalError: The connection broke.
        """
        self._busy = True
        answers: list[bool] = []
        new: dict[int, tuple[str, bytes]] = {}
        for text, values in batch:
            if values is None or not self._prepares or text.endswith(ANEW):
                self._conn.send_query_params(text.encode(), _encoded(values), None, None, _BINARY)
            else:
                name = self._names.get(text)
                if name is None:
                    self._count += 1
                    name = b"crmcore_%d" % self._count
                    self._conn.send_prepare(name, text.encode())
                    new[len(answers)] = (text, name)
                    answers.append(False)
                self._conn.send_query_prepared(name, _encoded(values), None, _BINARY)
            answers.append(True)
        self._conn.pipeline_sync()
        results = self._receive()
        self._busy = False
        self._keep(new, results)
        return [result for result, wanted in zip(results, answers, strict=True) if wanted]

    def copy(self, text: str, parts: Iterable[bytes]) -> None:
        """Send rows by COPY, for which the pipeline has to rest; a transaction is open.

        Raises:
            psycopg.Error: The server refused them, or the connection broke.
        """
        self._busy = True
        self._conn.exit_pipeline_mode()
        try:
            with self.raw.cursor() as cursor, cursor.copy(text.encode()) as copied:
                for part in parts:
                    copied.write(part)
        finally:
            if self.in_transaction:  # failed or not, the server waits for the next statement
                self._conn.enter_pipeline_mode()
                self._busy = False

    def fetch(self, result: Any) -> list[Any]:
        """Answer the rows of a result as tuples."""
        count = result.ntuples
        if not count:
            return []
        self._rows.set_pgresult(result)
        rows: list[Any] = self._rows.load_rows(0, count, tuple)
        return rows

    @property
    def clean(self) -> bool:
        """Whether the connection can be used again: every answer was read, and it is not broken."""
        return not self._busy and self._conn.transaction_status != TransactionStatus.UNKNOWN

    @property
    def in_transaction(self) -> bool:
        """Whether the server has a transaction open, failed or not."""
        return self._conn.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def is_alive(self) -> bool:
        """Tell whether nothing waits on the idle connection: a server has nothing to say but its farewell."""
        return not self._socket.wait(timeout=0)

    def close(self) -> None:
        """Hang up."""
        with suppress(psycopg.Error, OSError):
            self.raw.close()

    def _receive(self) -> list[Any]:
        conn = self._conn
        while conn.flush():  # more than the socket takes at once: read meanwhile, or both sides wait
            if self._socket.wait(write=True):
                conn.consume_input()
        results: list[Any] = []
        while True:
            while conn.is_busy():
                self._socket.wait()
                conn.consume_input()
            result = conn.get_result()
            if result is None:
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    def _keep(self, new: dict[int, tuple[str, bytes]], results: Sequence[Any]) -> None:
        """Remember what was prepared, then complain about what failed."""
        for place, (text, name) in new.items():
            if results[place].status == ExecStatus.COMMAND_OK:
                self._names[text] = name
        for result in results:
            if result.status not in _QUIET:
                state = result.error_field(DiagnosticField.SQLSTATE) or b""
                message = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"connection lost"
                raise ServerError(state.decode(), message.decode(errors="replace"))
        if len(self._names) > _PREPARED:
            oldest = list(self._names)[: len(self._names) - _PREPARED]
            self.run([(f"DEALLOCATE {self._names.pop(text).decode()}", None) for text in oldest])


def _encoded(values: Sequence[Any] | None) -> list[bytes | None] | None:
    """Values go in as text, so that a statement has the same parameters whatever the values are."""
    if values is None:
        return None
    return [value if value is None else str(value).encode() for value in values]


class _Socket:
    """Waits for a socket without holding up other threads."""

    def __init__(self, descriptor: int) -> None:
        """Look at an open socket."""
        self._descriptor = descriptor
        self._answer, self._both = _poll(descriptor, 0), _poll(descriptor, _WRITABLE)

    def wait(self, *, write: bool = False, timeout: float | None = None) -> bool:
        """Wait until it can be read, or with *write* also written; tell whether it can be read."""
        poll = self._both if write else self._answer
        if poll is None:  # Windows has no poll
            writing = [self._descriptor] if write else []
            return bool(select.select([self._descriptor], writing, [], timeout)[0])
        found = poll.poll(timeout)
        return bool(found) and bool(found[0][1] & ~_WRITABLE)


_WRITABLE: Final = getattr(select, "POLLOUT", 0)


def _poll(descriptor: int, more: int) -> Any:
    if not hasattr(select, "poll"):
        return None
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | more)
    return poll
