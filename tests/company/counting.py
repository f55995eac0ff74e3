"""Counts what is asked of a store, so that a test can say how often a job asks, whatever there is to do."""

from typing import Any

from crmcore.storage.ports import Session

__all__ = ["CountingStore"]

_ASKING = frozenset({"load", "find", "count", "tally", "insert", "replace", "delete", "append", "renew", "derive"})


class CountingStore:
    """A store as it is; it also keeps the names of what its sessions were asked, in order."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.asked: list[str] = []

    def begin(self, *, write: bool) -> Session:
        """Open a transaction whose questions are counted."""
        session: Any = _CountingSession(self._store.begin(write=write), self.asked)
        counted: Session = session
        return counted

    def __getattr__(self, name: str) -> Any:
        """Everything else is the store's own."""
        return getattr(self._store, name)


class _CountingSession:
    def __init__(self, session: Session, asked: list[str]) -> None:
        self._session = session
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        if name in _ASKING:
            self._asked.append(name)
        return getattr(self._session, name)
