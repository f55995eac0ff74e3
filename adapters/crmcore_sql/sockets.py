"""Tells whether a server has hung up on an idle connection, without asking it."""

import select
from collections.abc import Callable

__all__ = ["is_quiet"]


def is_quiet(descriptor: int) -> Callable[[], bool]:
    """Answer a function that tells whether nothing waits on an idle connection.

    A server has nothing to say between transactions. What waits there is its farewell, or the end of the connection.
    """
    if not hasattr(select, "poll"):  # Windows
        return lambda: not select.select([descriptor], [], [], 0)[0]
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
    return lambda: not poll.poll(0)
