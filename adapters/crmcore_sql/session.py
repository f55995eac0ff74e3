"""One transaction on a SQL store: what the port promises, said in statements. Each product sends them its own way."""

import abc
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from crmcore.base.errors import Contention
from crmcore.base.schema import Entity
from crmcore.query import Derivation, Query, Tally, TallyRow
from crmcore_sql.mapping import EntityMap
from crmcore_sql.searching import count_found, find_found
from crmcore_sql.sought import search_of

if TYPE_CHECKING:
    from crmcore_sql.store import SqlStore

__all__ = ["SqlSession"]

E = TypeVar("E", bound=Entity)


class SqlSession(abc.ABC):
    """A transaction; see :class:`crmcore.storage.ports.Session` for what every method promises."""

    __slots__ = ("_maps", "_plans", "_store")

    def __init__(self, store: "SqlStore") -> None:
        """Belong to *store*."""
        self._store = store
        self._maps = store.maps
        self._plans = store.plans

    @abc.abstractmethod
    def rows(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Answer all rows of a query."""

    @abc.abstractmethod
    def affected(self, statement: str, values: Sequence[Any]) -> int:
        """Change something; answer how many rows were concerned."""

    @abc.abstractmethod
    def append(self, records: Sequence[Entity]) -> None:
        """Store records that are new by construction."""

    @abc.abstractmethod
    def update_many(self, mapping: EntityMap, records: Sequence[Entity]) -> int:
        """Store the next versions of records of one kind; answer how many were stored in the version before."""

    @abc.abstractmethod
    def commit(self) -> None:
        """Make everything durable."""

    @abc.abstractmethod
    def close(self) -> None:
        """Give the transaction up if it was not committed."""

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record, or None."""
        mapping = self._maps[entity]
        rows = self.rows(mapping.statements.load, (mapping.write_id(id),))
        return mapping.read(rows)[0] if rows else None

    def find(self, query: Query[E]) -> Sequence[E]:
        """Answer a page of records."""
        search = search_of(query, self._maps[query.entity])
        if search is not None and (found := find_found(self, self._store.searching, search)) is not None:
            return found
        plan, values = self._plans.find(query)
        return plan.read(self.rows(plan.text, values))

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        """Count records."""
        search = None if at_most is None else search_of(query, self._maps[query.entity])
        if search is not None and (found := count_found(self, self._store.searching, search, at_most or 0)) is not None:
            return found
        plan, values = self._plans.count(query, at_most)
        counted: int = self.rows(plan.text, values)[0][0]
        return counted

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Group and measure."""
        plan, values = self._plans.tally(tally, wide=False)
        return plan.read(self.rows(plan.text, values))

    def renew(self, records: Sequence[Entity]) -> None:
        """Store the next versions of many records, each kind in one go."""
        for cls, some in groupby(records, type):
            changed = list(some)
            mapping = self._maps[cls]
            if self.update_many(mapping, changed) != len(changed):
                raise Contention(entity=mapping.schema.name)

    def derive(self, derivation: Derivation) -> int:
        """Make records of records, in one statement."""
        plan, values = self._plans.derive(derivation)
        return self.affected(plan.text, values)

    def insert(self, entity: Entity) -> bool:
        """Store a new record, unless its id or a unique value is taken."""
        mapping = self._maps[type(entity)]
        return self.affected(mapping.statements.insert, mapping.write(entity)) == 1

    def replace(self, entity: Entity, expected: int) -> bool:
        """Store a new version, if the stored one is the expected."""
        mapping = self._maps[type(entity)]
        return self.affected(mapping.statements.replace, mapping.change(entity, expected)) == 1

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Remove a record, if the stored version is the expected."""
        mapping = self._maps[entity]
        return self.affected(mapping.statements.delete, (mapping.write_id(id), expected)) == 1
