"""Snapshot isolation over dictionaries: entities are frozen, so sharing them between threads is safe."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from crmcore.base.errors import Contention
from crmcore.base.schema import Entity, EntitySchema
from crmcore.query import Derivation, Query, Tally, TallyRow
from crmcore.query.meaning import derive, predicate, run, tally_rows
from crmcore.storage.ports import SchemaState

__all__ = ["MemoryStore", "open_store"]

E = TypeVar("E", bound=Entity)
Tables = dict[type[Any], dict[UUID, Any]]
Unique = tuple[type[Any], tuple[str, ...]]


def open_store(url: str, schemas: Sequence[EntitySchema]) -> "MemoryStore":  # noqa: ARG001
    """Open a new, empty store; the URL is ``memory://`` and says nothing more."""
    return MemoryStore(schemas)


class MemoryStore:
    """Keeps records in dictionaries, with the isolation and uniqueness the port promises."""

    def __init__(self, schemas: Sequence[EntitySchema]) -> None:
        """Start empty."""
        self.schemas = {schema.cls: schema for schema in schemas}
        self.tables: Tables = {schema.cls: {} for schema in schemas}
        self.taken: dict[Unique, dict[tuple[Any, ...], UUID]] = {
            (schema.cls, names): {} for schema in schemas for names in schema.uniques
        }
        self.lock = threading.Lock()
        self.open_sessions = 0

    def begin(self, *, write: bool) -> "MemorySession":  # noqa: ARG002  # reading and writing cost the same here
        """Open a transaction on what is committed now."""
        return MemorySession(self)

    def state(self) -> SchemaState:
        """Memory needs no preparation."""
        return SchemaState.CURRENT

    def prepare(self) -> None:
        """Memory needs no preparation."""

    def info(self) -> Mapping[str, str]:
        """Say what this is and how much it holds."""
        return {
            "product": "memory",
            "address": "memory://",
            "records": str(sum(len(table) for table in self.tables.values())),
        }

    def close(self) -> None:
        """Forget everything."""
        for table in self.tables.values():
            table.clear()
        for holders in self.taken.values():
            holders.clear()


class MemorySession:
    """One transaction: a snapshot, and changes that are compared with what was seen when they are committed."""

    def __init__(self, store: MemoryStore) -> None:
        """Take the snapshot: the tables are shared until somebody commits."""
        self._store = store
        self._changes: dict[type[Any], dict[UUID, Any]] = {}
        self._own: dict[tuple[Unique, tuple[Any, ...]], UUID] = {}
        """Who has which unique value, of the records that this transaction has changed."""
        self._appended: list[Entity] = []
        self._open = True
        with store.lock:
            self._snapshot = dict(store.tables)
            store.open_sessions += 1

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record as this transaction sees it."""
        changed = self._changes.get(entity)
        if changed is not None and id in changed:
            found: E | None = changed[id]
            return found
        return self._snapshot[entity].get(id)

    def find(self, query: Query[E]) -> Sequence[E]:
        """Answer the records in the query's order."""
        return run(self._rows(query.entity), query, self._rows)

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        """Count the records."""
        found = sum(map(predicate(query.condition, self._rows), self._rows(query.entity)))
        return found if at_most is None else min(found, at_most)

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Group and measure."""
        return tally_rows(self._rows(tally.of.entity), tally, self._rows)

    def insert(self, entity: Entity) -> bool:
        """Put a new record into this transaction."""
        cls = type(entity)
        if self.load(cls, entity.id) is not None or self._is_taken(entity):
            return False
        self._change(cls, entity.id, entity)
        return True

    def replace(self, entity: Entity, expected: int) -> bool:
        """Put a new version into this transaction."""
        cls = type(entity)
        known = self.load(cls, entity.id)
        if known is None or known.version != expected:
            return False
        if self._is_taken(entity):
            raise Contention(entity=self._store.schemas[cls].name, id=entity.id)
        self._change(cls, entity.id, entity)
        return True

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Take a record out in this transaction."""
        known = self.load(entity, id)
        if known is None or known.version != expected:
            return False
        self._change(entity, id, None)
        return True

    def append(self, records: Sequence[Entity]) -> None:
        """Put new records aside until the commit."""
        self._appended.extend(records)

    def renew(self, records: Sequence[Entity]) -> None:
        """Put new versions of many records into this transaction."""
        for record in records:
            if not self.replace(record, record.version - 1):
                raise Contention(entity=self._store.schemas[type(record)].name, id=record.id)

    def derive(self, derivation: Derivation) -> int:
        """Put the records that a derivation asks for into this transaction."""
        return sum(map(self.insert, list(derive(derivation, self._rows))))

    def commit(self) -> None:
        """Apply all changes, unless somebody else changed one of the records since the snapshot."""
        for record in self._appended:
            if not self.insert(record):
                raise Contention(entity=self._store.schemas[type(record)].name, id=record.id)
        with self._store.lock:
            self._check()
            alone = self._store.open_sessions == 1
            for cls, changes in self._changes.items():
                table = self._store.tables[cls]
                if not alone:  # another snapshot still shows the old table
                    table = self._store.tables[cls] = dict(table)
                self._apply(cls, table, changes)
        self._changes = {}
        self._appended = []

    def close(self) -> None:
        """Forget what was not committed."""
        if self._open:
            self._open = False
            self._changes, self._appended = {}, []
            with self._store.lock:
                self._store.open_sessions -= 1

    def _rows(self, entity: type[Any]) -> Iterator[Any]:
        changed = self._changes.get(entity, {})
        for id_, row in self._snapshot[entity].items():
            if id_ not in changed:
                yield row
        yield from (row for row in changed.values() if row is not None)

    def _unique_values(self, cls: type[Any], entity: Any) -> Iterator[tuple[Unique, tuple[Any, ...]]]:
        for names in self._store.schemas[cls].uniques:
            values = tuple(getattr(entity, name) for name in names)
            if None not in values:
                yield (cls, names), values

    def _is_taken(self, entity: Entity) -> bool:
        """Tell whether another record, committed or of this transaction, has a unique value of *entity*."""
        cls = type(entity)
        changed = self._changes.get(cls, {})
        for unique, values in self._unique_values(cls, entity):
            holder = self._store.taken[unique].get(values)
            if holder is not None and holder != entity.id and holder not in changed:
                return True
            if self._own.get((unique, values), entity.id) != entity.id:
                return True
        return False

    def _change(self, cls: type[Any], id_: UUID, now: Any) -> None:
        """Note what becomes of a record in this transaction, and which unique values it then has."""
        changed = self._changes.setdefault(cls, {})
        if (old := changed.get(id_)) is not None:
            for value in self._unique_values(cls, old):
                self._own.pop(value, None)
        changed[id_] = now
        if now is not None:
            self._own.update(dict.fromkeys(self._unique_values(cls, now), id_))

    def _check(self) -> None:
        """Refuse if a record was changed, or a unique value taken, since the snapshot."""
        for cls, changes in self._changes.items():
            table, seen = self._store.tables[cls], self._snapshot[cls]
            name = self._store.schemas[cls].name
            for id_, now in changes.items():
                if table.get(id_) is not seen.get(id_):
                    raise Contention(entity=name, id=id_)
                if now is None:
                    continue
                for unique, values in self._unique_values(cls, now):
                    holder = self._store.taken[unique].get(values)
                    if holder is not None and holder != id_ and holder not in changes:
                        raise Contention(entity=name, id=id_)

    def _apply(self, cls: type[Any], table: dict[UUID, Any], changes: dict[UUID, Any]) -> None:
        for id_ in changes:
            if (old := table.pop(id_, None)) is not None:
                for unique, values in self._unique_values(cls, old):
                    self._store.taken[unique].pop(values, None)
        for id_, now in changes.items():
            if now is not None:
                table[id_] = now
                for unique, values in self._unique_values(cls, now):
                    self._store.taken[unique][values] = id_
