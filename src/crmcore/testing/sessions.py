"""Short ways to say "in a transaction of its own" in checks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from crmcore.base.schema import Entity
from crmcore.query import Query, Tally, TallyRow, query
from crmcore.storage.ports import Session, Store

__all__ = [
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
