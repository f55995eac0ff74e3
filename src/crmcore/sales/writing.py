"""Collects what a chunk of a feed changes, and writes it at once."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

import attrs

from crmcore.base.schema import Entity, describe
from crmcore.storage.work import Work

__all__ = ["Writing"]

E = TypeVar("E", bound=Entity)


@attrs.define
class Writing:
    """New, changed and removed records of any kinds."""

    new: dict[type[Any], list[Any]] = attrs.field(factory=dict)
    replaced: dict[type[Any], list[tuple[Any, Any]]] = attrs.field(factory=dict)
    """Pairs of a record as it was and as it becomes."""
    gone: list[Entity] = attrs.field(factory=list)

    def __bool__(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.gone or any(self.new.values()) or any(self.replaced.values()))

    def additions(self, kind: type[E]) -> list[E]:
        """Answer the list of new records of a kind, to append to."""
        return self.new.setdefault(kind, [])

    def change(self, old: E, new: E) -> None:
        """Make *new*, which has the version of *old*, of it."""
        self.replaced.setdefault(type(old), []).append((old, new))

    def write(self, work: Work) -> None:
        """Write everything."""
        work.bulk.remove(self.gone)
        for pairs in self.replaced.values():
            work.bulk.renew([new for _, new in pairs])
        for records in self.new.values():
            work.bulk.add(records)

    @property
    def created(self) -> Mapping[str, tuple[UUID, ...]]:
        """Kind of record to the ids of the new ones."""
        return {describe(kind).name: tuple([one.id for one in some]) for kind, some in self.new.items() if some}

    @property
    def changed(self) -> tuple[Entity, ...]:
        """Records that were changed, as they were before."""
        return tuple([old for pairs in self.replaced.values() for old, _ in pairs])

    @property
    def left(self) -> tuple[Entity, ...]:
        """The same records as they become."""
        return tuple([new for pairs in self.replaced.values() for _, new in pairs])

    @property
    def removed(self) -> tuple[Entity, ...]:
        """Records that were removed, as they were before."""
        return tuple(self.gone)
