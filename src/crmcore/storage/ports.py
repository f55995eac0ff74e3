"""What a store must provide: this, and nothing more.

``docs/write-a-store.md`` leads through it; ``crmcore.testing`` checks it. A store gets the schemas of all entities when
it is opened and never has to know what an opportunity is. Change records, outbox messages and receipts are entities
like any other. All rules, permissions, versions and retries live above this line.
"""

import enum
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from crmcore.base.schema import Entity, EntitySchema
from crmcore.query import Derivation, Query, Tally, TallyRow

__all__ = ["SchemaState", "Session", "Store", "StoreFactory"]

E = TypeVar("E", bound=Entity)


class SchemaState(enum.Enum):
    """What the tables or collections in a store look like to this version of crmcore."""

    MISSING = "missing"
    OUTDATED = "outdated"
    CURRENT = "current"
    NEWER = "newer"


class Session(Protocol):
    """One transaction, used by one thread.

    Isolation: everything a session reads is one snapshot, plus its own writes. Two sessions that change the same record
    never both commit: the later one fails with ``Contention``, at the write or at the commit.
    Any method may raise ``StoreError``; after any error but an ``Invalid`` the session can only be closed.
    """

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record, or None."""

    def find(self, query: Query[E]) -> Sequence[E]:
        """Answer the records the query asks for, in its order. The query has been checked."""

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        """Count the records that meet the query's condition; stop at *at_most*. Order and page do not matter."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Answer groups and their measures, summed exactly by the store. The tally has been checked.

        Keys may be bands of values and fields of records that references name: see :mod:`crmcore.query.groups`.
        """

    def insert(self, entity: Entity) -> bool:
        """Store a new record. False, and nothing done, if its id or a unique value is taken; the session goes on."""

    def replace(self, entity: Entity, expected: int) -> bool:
        """Store a new version of a record if the stored version is *expected*; else False, and the session goes on.

        Raises:
            Contention: A unique value of it is taken: the core has checked, so somebody else was quicker.
        """

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Remove a record if the stored version is *expected*; else False, and the session goes on."""

    def append(self, records: Sequence[Entity]) -> None:
        """Store records that are new by construction (changes, outbox); many at once, at the latest in ``commit``."""

    def renew(self, records: Sequence[Entity]) -> None:
        """Store the next versions of many records at once: each has one more than the version that is stored.

        No record is named twice, none was appended in this session, and no unique value goes from one to another: a
        store writes them in any order.

        Raises:
            Contention: One of them is stored in another version, or not at all, or takes a unique value that is taken.
        """

    def derive(self, derivation: Derivation) -> int:
        """Make records of records without taking them to the program and back; answer how many were made.

        The number of statements does not depend on the number of records. Called before anything is written in the
        session. A store whose transactions can't hold it may make the records visible at once, each whole; it then
        does so even if the session is not committed, which does no harm: a derivation never makes anything twice.
        """

    def commit(self) -> None:
        """Make everything durable and visible at once, or nothing of it. A session is used for one commit.

        Raises:
            Contention: Another session changed a record of this one, or took a unique value, and committed first.
            UnknownOutcome: The connection broke and the store can't tell whether it committed.
        """

    def close(self) -> None:
        """Give the transaction up if it was not committed; closing twice does nothing; never raises."""


class Store(Protocol):
    """A place that keeps records. Safe to use from several threads at once."""

    def begin(self, *, write: bool) -> Session:
        """Open a transaction; with *write* false it will only read."""

    def state(self) -> SchemaState:
        """Tell whether the store has been prepared, and by which version.

        Raises:
            Unavailable: The store can't be reached.
            NoTransactions: The server can't do what this port promises.
        """

    def prepare(self) -> None:
        """Create what is missing and bring what is old up to date; doing it again changes nothing.

        Raises:
            SchemaNewer: A newer version has been here; nothing is changed.
        """

    def info(self) -> Mapping[str, str]:
        """Facts for the operator: product, version, address without password, schema version."""

    def close(self) -> None:
        """Give connections back; closing twice does nothing."""


class StoreFactory(Protocol):
    """What an entry point of the group ``crmcore.stores`` names; the entry point's name is the URL scheme."""

    def __call__(self, url: str, schemas: Sequence[EntitySchema]) -> Store:
        """Open the store at *url* for these kinds of records. It need not connect yet.

        Raises:
            BadUrl: The URL can't be read.
            MissingDriver: A Python package is missing; names the extra to install.
        """
