"""One transaction: what the file held when it began, and what has been written since."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from crmcore.base.errors import Contention
from crmcore.base.schema import Entity, describe
from crmcore.query import Derivation, Query, Tally, TallyRow
from crmcore.query.meaning import derive, predicate, run, tally_rows

E = TypeVar("E", bound=Entity)
Tables = Mapping[type[Any], dict[UUID, Any]]


class JsonFileSession:
    """Works on copies of the tables it writes to; nobody else sees them before ``commit``."""

    def __init__(self, tables: Tables, save: Callable[[Tables], None], close: Callable[[], None]) -> None:
        """Start from *tables*; *save* makes new ones durable, *close* lets the next writer in."""
        self._tables = dict(tables)
        self._written: set[type[Any]] = set()
        self._save, self.close = save, close

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record, or None."""
        return self._tables[entity].get(id)

    def find(self, query: Query[E]) -> Sequence[E]:
        """Answer the records in the query's order, as crmcore itself says what a query means."""
        return run(self._rows(query.entity), query, self._rows)

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        """Count the records that meet the condition."""
        found = sum(map(predicate(query.condition, self._rows), self._rows(query.entity)))
        return found if at_most is None else min(found, at_most)

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Group and measure."""
        return tally_rows(self._rows(tally.of.entity), tally, self._rows)

    def insert(self, entity: Entity) -> bool:
        """Add a record, unless its id or a unique value is taken."""
        cls = type(entity)
        if entity.id in self._tables[cls] or self._is_taken(entity):
            return False
        self._table(cls)[entity.id] = entity
        return True

    def replace(self, entity: Entity, expected: int) -> bool:
        """Store a new version of a record, if the stored version is the expected one."""
        cls = type(entity)
        known = self.load(cls, entity.id)
        if known is None or known.version != expected:
            return False
        if self._is_taken(entity):
            raise Contention(entity=describe(cls).name, id=entity.id)
        self._table(cls)[entity.id] = entity
        return True

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Remove a record, if the stored version is the expected one."""
        known = self.load(entity, id)
        if known is None or known.version != expected:
            return False
        del self._table(entity)[id]
        return True

    def append(self, records: Sequence[Entity]) -> None:
        """Add records that are new by construction."""
        for record in records:
            if not self.insert(record):
                raise Contention(entity=describe(type(record)).name, id=record.id)

    def renew(self, records: Sequence[Entity]) -> None:
        """Store the next versions of many records."""
        for record in records:
            if not self.replace(record, record.version - 1):
                raise Contention(entity=describe(type(record)).name, id=record.id)

    def derive(self, derivation: Derivation) -> int:
        """Make records of records, as crmcore itself says what that means."""
        return sum(map(self.insert, list(derive(derivation, self._rows))))

    def commit(self) -> None:
        """Make what was written durable, all of it at once."""
        if self._written:
            self._save(self._tables)

    def _rows(self, entity: type[Any]) -> Iterable[Any]:
        return self._tables[entity].values()

    def _table(self, cls: type[Any]) -> dict[UUID, Any]:
        """Answer a table of this transaction's own, to write to."""
        if cls not in self._written:
            self._written.add(cls)
            self._tables[cls] = dict(self._tables[cls])
        return self._tables[cls]

    def _is_taken(self, entity: Entity) -> bool:
        """Tell whether another record has a unique value of this one; a missing value is never taken."""
        for names in describe(type(entity)).uniques:
            values_of = operator.attrgetter("id", *names)
            id_, *values = values_of(entity)
            others = (values_of(other) for other in self._rows(type(entity)) if other.id != id_)
            if None not in values and any(other[1:] == tuple(values) for other in others):
                return True
        return False
