"""Short ways to say "at the same time" in checks: sessions that race, lose, wait and try again."""

import functools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any, Final, TypeVar

from crmcore.base.errors import Transient
from crmcore.storage.ports import Session, Store
from crmcore.testing.samples import Sample, number

__all__ = [
    "PATIENCE",
    "Background",
    "all_results",
    "attempt",
    "changing",
    "commit_if",
    "deleting",
    "inserting",
    "insisting",
    "replacing",
]

T = TypeVar("T")
PATIENCE: Final = 60.0
"""Seconds after which a session that waits for another counts as stuck."""
MOST_TRIES: Final = 500


def attempt(work: Callable[[], bool]) -> bool:
    """Run a unit of work that may lose to another one: True if it committed, False if it lost."""
    try:
        return work()
    except Transient:
        return False


class Background:
    """Runs a function in a thread of its own; a store may make it wait for another session."""

    def __init__(self, function: Callable[[], Any]) -> None:
        """Start at once."""
        self._function = function
        self._outcome: Future[Any] = Future()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._outcome.set_result(self._function())
        except BaseException as error:  # noqa: BLE001  # handed to whoever asks for the result
            self._outcome.set_exception(error)

    def done_within(self, seconds: float) -> bool:
        """Give the function some time; tell whether it has finished."""
        return bool(wait([self._outcome], seconds).done)

    def result(self) -> Any:
        """Wait for the end and answer what the function answered, or raise what it raised."""
        assert self.done_within(PATIENCE), "a session waits for ever"
        return self._outcome.result()


def all_results(functions: Sequence[Callable[[], T]]) -> list[T]:
    """Run functions at the same time, starting together, and answer what they answered."""
    barrier = threading.Barrier(len(functions))

    def together(function: Callable[[], T]) -> T:
        barrier.wait(PATIENCE)
        return function()

    running = [Background(functools.partial(together, function)) for function in functions]
    return [one.result() for one in running]


def commit_if(session: Session, change: Callable[[Session], bool]) -> bool:
    """Make a change and commit it; tell whether both happened."""
    if not change(session):
        return False
    session.commit()
    return True


def changing(store: Store, change: Callable[[Session], bool]) -> Callable[[], bool]:
    """Make a unit of work of one change that commits, or tells that it lost."""

    def work() -> bool:
        session = store.begin(write=True)
        try:
            return commit_if(session, change)
        finally:
            session.close()

    return lambda: attempt(work)


def replacing(entity: Sample, expected: int) -> Callable[[Session], bool]:
    """Make the change that stores a new version."""
    return lambda session: session.replace(entity, expected)


def deleting(place: int) -> Callable[[Session], bool]:
    """Make the change that removes version 1 of a sample."""
    return lambda session: session.delete(Sample, number(place), 1)


def inserting(entity: Sample) -> Callable[[Session], bool]:
    """Make the change that stores a new record."""
    return lambda session: session.insert(entity)


def insisting(work: Callable[[], bool]) -> Callable[[], bool]:
    """Repeat a unit of work until it commits."""
    return lambda: any(work() for _ in range(MOST_TRIES))
