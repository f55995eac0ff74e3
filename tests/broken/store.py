"""A memory store whose sessions are of a class that has a fault."""

from typing import Any

from crmcore.memory.store import MemorySession, MemoryStore
from crmcore.testing.samples import SCHEMAS


class BrokenStore(MemoryStore):
    """Like memory, but for its sessions."""

    def __init__(self, session: type[MemorySession] = MemorySession) -> None:
        super().__init__(SCHEMAS)
        self.session = session

    def begin(self, *, write: bool) -> MemorySession:
        return self.session(self)


def doc(cls: type[Any]) -> str:
    """The fault's name: the first line of its class's docstring."""
    return (cls.__doc__ or "").strip().rstrip(".")
