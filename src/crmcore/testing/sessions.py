"""Short ways to say "in a transaction of its own" and "at the same time" in checks."""

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from uuid import UUID

from crmcore.base.errors import Conflict, Transient
from crmcore.base.schema import Entity
from crmcore.query import Query, Tally, TallyRow, query
from crmcore.storage.ports import Session, Store

__all__ = [
    "PATIENCE",
    "Background",
    "all_results",
    "attempt",
    "committed",
    "count_of",
    "find",
    "load",
    "put",
    "reading",
    "remove_all",
    "tally_of",
    "writing",
]

E = TypeVar("E", bound=Entity)
T = TypeVar("T")

PATIENCE: Final = 60.0
"""Seconds after which a session that waits for another counts as stuck."""


@contextmanager
def writing(store: Store) -> Iterator[Session]:
    """Run a block in a transaction that commits unless the block fails."""
    session = store.begin(write=True)
    try:
        yield session
        session.commit()
    finally:
        session.close()


def committed(store: Store, work: Callable[[Session], T]) -> T:
    """Run a function in a transaction that commits unless the function fails."""
    with writing(store) as session:
        return work(session)


@contextmanager
def reading(store: Store) -> Iterator[Session]:
    """Run a block in a transaction that only reads."""
    session = store.begin(write=False)
    try:
        yield session
    finally:
        session.close()


def put(store: Store, *entities: Entity) -> None:
    """Store new records and commit."""
    with writing(store) as session:
        for entity in entities:
            assert session.insert(entity), f"insert refused {entity}"


def load(store: Store, cls: type[E], id: UUID) -> E | None:  # noqa: A002
    """Read one record in a transaction of its own."""
    with reading(store) as session:
        return session.load(cls, id)


def find(store: Store, wanted: Query[E]) -> list[E]:
    """Read the records a query finds in a transaction of its own."""
    with reading(store) as session:
        return list(session.find(wanted))


def count_of(store: Store, wanted: Query[Any], at_most: int | None = None) -> int:
    """Count in a transaction of its own."""
    with reading(store) as session:
        return session.count(wanted, at_most)


def tally_of(store: Store, wanted: Tally) -> list[TallyRow]:
    """Tally in a transaction of its own."""
    with reading(store) as session:
        return list(session.tally(wanted))


def remove_all(store: Store, *classes: type[Any]) -> None:
    """Empty a store, through the port."""
    with writing(store) as session:
        for cls in classes:
            for entity in session.find(query(cls)):
                assert session.delete(cls, entity.id, entity.version)


def attempt(work: Callable[[], bool]) -> bool:
    """Run a unit of work that may lose to another one: True if it committed, False if it lost."""
    try:
        return work()
    except (Conflict, Transient):
        return False


class Background:
    """Runs a function in a thread of its own; a store may make it wait for another session."""

    def __init__(self, function: Callable[[], Any]) -> None:
        """Start at once."""
        self._function = function
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # noqa: BLE001  # handed to whoever asks for the result
            self._error = error

    def done_within(self, seconds: float) -> bool:
        """Give the function some time; tell whether it has finished."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> Any:
        """Wait for the end and answer what the function answered, or raise what it raised."""
        assert self.done_within(PATIENCE), "a session waits for ever"
        if self._error is not None:
            raise self._error
        return self._result


def all_results(functions: Sequence[Callable[[], T]]) -> list[T]:
    """Run functions at the same time, starting together, and answer what they answered."""
    barrier = threading.Barrier(len(functions))

    def together(function: Callable[[], T]) -> T:
        barrier.wait(PATIENCE)
        return function()

    running = [Background(functools.partial(together, function)) for function in functions]
    return [one.result() for one in running]
