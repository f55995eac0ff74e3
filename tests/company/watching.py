"""Notes which kinds of records were written, so that only those have to be looked at when everything is put back."""

import itertools
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from crmcore.base.schema import Entity
from crmcore.query import Derivation
from crmcore.storage.ports import Session, Store

E = TypeVar("E", bound=Entity)


class WatchedStore:
    """A store as it is; of each kind it also knows when something of it was written last, committed or not.

    Every record goes into a store by a session, so a kind that no session has written to is as it was. Reading all
    kinds takes a store longer than most tests.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moments = itertools.count(1)
        self._written: dict[type[Entity], int] = {}

    def begin(self, *, write: bool) -> Session:
        """Open a transaction whose writes are noted."""
        return WatchedSession(self._store.begin(write=write), self)

    def note(self, kind: type[Entity]) -> None:
        """Something of this kind is about to be written."""
        self._written[kind] = next(self._moments)

    def now(self) -> int:
        """A moment to ask about later."""
        return next(self._moments)

    def written_since(self, moment: int) -> list[type[Entity]]:
        """The kinds of which something may have been written since."""
        return [kind for kind, at in self._written.items() if at > moment]

    def __getattr__(self, name: str) -> Any:
        """Everything else is the store's own."""
        return getattr(self._store, name)


class WatchedSession:
    """A session as it is; it tells the watched store what it is about to write."""

    def __init__(self, session: Session, store: WatchedStore) -> None:
        self._session = session
        self._store = store
        self.load = session.load
        self.find = session.find
        self.count = session.count
        self.tally = session.tally
        self.commit = session.commit
        self.close = session.close

    def insert(self, entity: Entity) -> bool:
        self._store.note(type(entity))
        return self._session.insert(entity)

    def replace(self, entity: Entity, expected: int) -> bool:
        self._store.note(type(entity))
        return self._session.replace(entity, expected)

    def delete(self, entity: type[E], id: UUID, expected: int) -> bool:  # noqa: A002  # as the port has it
        self._store.note(entity)
        return self._session.delete(entity, id, expected)

    def append(self, records: Sequence[Entity]) -> None:
        for kind in set(map(type, records)):
            self._store.note(kind)
        self._session.append(records)

    def renew(self, records: Sequence[Entity]) -> None:
        for kind in set(map(type, records)):
            self._store.note(kind)
        self._session.renew(records)

    def derive(self, derivation: Derivation) -> int:
        self._store.note(derivation.into)
        return self._session.derive(derivation)
