"""Lets the search for garbage wait while very many records are made.

Python looks through all objects for cycles each time a quarter more have come: a feed of half a million orders, none
of which is part of a cycle, spends a third of its time on it. What is not in a cycle is freed at once all the same.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collecting_later"]

_lock = threading.Lock()
_waiting = 0
_paused = False


@contextmanager
def collecting_later() -> Iterator[None]:
    """Do without the search for cycles in a block, in all threads; for a second or two at a time."""
    global _waiting, _paused  # noqa: PLW0603  # there is one collector in a process
    with _lock:
        if not _waiting:
            _paused = gc.isenabled()
            gc.disable()
        _waiting += 1
    try:
        yield
    finally:
        with _lock:
            _waiting -= 1
            if not _waiting and _paused:
                gc.enable()
