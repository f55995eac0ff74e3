"""Stores that lose, leave behind or show what they should not."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from broken.store import doc
from crmcore.base.errors import Contention, StoreError
from crmcore.base.schema import describe
from crmcore.memory.store import MemorySession


class DirtyReads(MemorySession):
    """Shows what is not committed."""

    def _publish(self) -> None:
        for cls, changes in self._changes.items():
            for id_, now in changes.items():
                self._store.tables[cls].pop(id_, None) if now is None else self._store.tables[cls].update({id_: now})

    def insert(self, entity: Any) -> bool:
        done = super().insert(entity)
        self._publish()
        return done

    def replace(self, entity: Any, expected: int) -> bool:
        done = super().replace(entity, expected)
        self._publish()
        return done


class MovingSnapshot(MemorySession):
    """Reads what is committed now instead of one snapshot."""

    def _rows(self, entity: type[Any]) -> Iterator[Any]:
        self._snapshot = dict(self._store.tables)
        return super()._rows(entity)

    def load(self, entity: type[Any], id: UUID) -> Any:  # noqa: A002
        self._snapshot = dict(self._store.tables)
        return super().load(entity, id)


class SnapshotOfEachKind(MemorySession):
    """Takes a snapshot of each kind of record when it first reads it."""

    def _rows(self, entity: type[Any]) -> Iterator[Any]:
        seen = self.__dict__.setdefault("seen", set())
        if entity not in seen:
            seen.add(entity)
            self._snapshot[entity] = self._store.tables[entity]
        return super()._rows(entity)


class LastWriterWins(MemorySession):
    """Overwrites what another session has committed meanwhile."""

    def _check(self) -> None:
        """Look at nothing."""


class ForgetsUniqueAtCommit(MemorySession):
    """Looks at unique values when writing, but not when committing."""

    def _unique_values(self, cls: type[Any], entity: Any) -> Iterator[Any]:
        return iter(()) if self.__dict__.get("committing") else super()._unique_values(cls, entity)

    def commit(self) -> None:
        self.__dict__["committing"] = True
        super().commit()


class LosesAppended(MemorySession):
    """Loses appended records."""

    def append(self, records: Sequence[Any]) -> None:
        """Drop them."""


class AppendsTheLastOnly(MemorySession):
    """Keeps only what was appended last."""

    def append(self, records: Sequence[Any]) -> None:
        self._appended = []
        super().append(records)


class AppendsAtOnce(MemorySession):
    """Stores appended records at once, outside the transaction."""

    def append(self, records: Sequence[Any]) -> None:
        for record in records:
            table = self._store.tables[type(record)]
            if record.id in table:
                raise Contention(entity=describe(type(record)).name, id=record.id)
            self._store.tables[type(record)] = {**table, record.id: record}


class OverwritesAppended(MemorySession):
    """Overwrites a record whose id an appended one has."""

    def commit(self) -> None:
        for record in self._appended:
            self._changes.setdefault(type(record), {})[record.id] = record
        self._appended = []
        super().commit()


class CommitsHalf(MemorySession):
    """Leaves the records before the one at which a commit fails."""

    def commit(self) -> None:
        appended, self._appended = self._appended, []
        super().commit()
        second = type(self)(self._store)
        second._appended = appended
        MemorySession.commit(second)
        second.close()


class CommitsOnClose(MemorySession):
    """Commits when it is closed."""

    def close(self) -> None:
        if self._open and self._changes:
            self.commit()
        super().close()


class ForgetsAfterRefusal(MemorySession):
    """Rolls everything back when an insert is refused."""

    def insert(self, entity: Any) -> bool:
        if super().insert(entity):
            return True
        self._changes.clear()
        return False


class DoneAfterRefusal(MemorySession):
    """Can't go on after a refused write."""

    def replace(self, entity: Any, expected: int) -> bool:
        if super().replace(entity, expected):
            return True
        self.__dict__["broken"] = True
        return False

    def insert(self, entity: Any) -> bool:
        if self.__dict__.get("broken"):
            raise StoreError
        return super().insert(entity)


class BlindToItself(MemorySession):
    """Does not find its own writes."""

    def _rows(self, entity: type[Any]) -> Iterator[Any]:
        return iter(self._snapshot[entity].values())


class SharesRows(MemorySession):
    """Changes the record it has answered before."""

    def replace(self, entity: Any, expected: int) -> bool:
        known = self.load(type(entity), entity.id)
        done = super().replace(entity, expected)
        if done and known is not None:
            for spec in describe(type(entity)).fields:
                if len(spec.path) == 1:
                    object.__setattr__(known, spec.name, getattr(entity, spec.name))
        return done


class ClosesOnce(MemorySession):
    """Fails when it is closed again."""

    def close(self) -> None:
        if not self._open:
            raise StoreError
        super().close()


class LostRaceIsFatal(MemorySession):
    """Raises something that is not safe to run again when it loses a race."""

    def commit(self) -> None:
        try:
            super().commit()
        except Contention as error:
            raise StoreError from error


TRANSACTIONS: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        DirtyReads,
        MovingSnapshot,
        SnapshotOfEachKind,
        LastWriterWins,
        ForgetsUniqueAtCommit,
        LosesAppended,
        AppendsTheLastOnly,
        AppendsAtOnce,
        OverwritesAppended,
        CommitsHalf,
        CommitsOnClose,
        ForgetsAfterRefusal,
        DoneAfterRefusal,
        BlindToItself,
        SharesRows,
        ClosesOnce,
        LostRaceIsFatal,
    )
}
