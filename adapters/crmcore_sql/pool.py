"""Keeps idle connections. A checkout costs half a microsecond, where a whole commit to a file takes sixty."""

import os
import queue
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar

from crmcore.base.errors import Transient

__all__ = ["Link", "Pool"]


class Link(Protocol):
    """A connection, as the pool sees it."""

    def is_alive(self) -> bool:
        """Tell, without asking the server, whether the other side is still there."""

    def close(self) -> None:
        """Give it up; never raises."""


L = TypeVar("L", bound=Link)


class Pool(Generic[L]):
    """Hands out connections, the most recently used first, and opens new ones up to a limit."""

    def __init__(self, connect: Callable[[], L], *, most: int, idle: int, patience: float) -> None:
        """Open nothing yet.

        Args:
            connect: Opens a connection.
            most: Connections in use at once; who comes later waits.
            idle: Connections kept open without being used.
            patience: Seconds to wait for a connection.
        """
        self._connect, self._most_idle, self._patience = connect, idle, patience
        self._idle: deque[L] = deque()
        self._permits: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(most):
            self._permits.put(None)
        self._closed = False
        _POOLS.add(self)

    def take(self) -> L:
        """Answer a connection that nobody else uses.

        Raises:
            Transient: All were in use for too long.
        """
        try:
            self._permits.get(timeout=self._patience)
        except queue.Empty:
            raise Transient(reason="all connections are in use") from None
        try:
            while self._idle:
                link = self._idle.pop()
                if link.is_alive():
                    return link
                link.close()
            return self._connect()
        except BaseException as error:
            self._permits.put(None)
            if isinstance(error, IndexError):  # another thread was quicker between the test and the pop
                return self.take()
            raise

    def give_back(self, link: L) -> None:
        """Take a connection back that is in no transaction."""
        if self._closed or len(self._idle) >= self._most_idle:
            link.close()
        else:
            self._idle.append(link)
        self._permits.put(None)

    def drop(self, link: L) -> None:
        """Take a broken connection back, and with it all idle ones: the server has gone, or is about to."""
        link.close()
        self.empty()
        self._permits.put(None)

    def empty(self) -> None:
        """Close all idle connections."""
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:
                return

    def close(self) -> None:
        """Close all idle connections, and those in use as they come back."""
        self._closed = True
        self.empty()

    def forget(self) -> None:
        """Leave all connections to the parent process: closing them here would end them there."""
        _LEFT.extend(self._idle)
        self._idle = deque()


_POOLS: Final["weakref.WeakSet[Pool[Any]]"] = weakref.WeakSet()
_LEFT: Final[list[Any]] = []
"""Connections of the parent process, kept so that they are not closed as garbage."""


def _forget_all() -> None:
    for pool in tuple(_POOLS):
        pool.forget()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_all)
