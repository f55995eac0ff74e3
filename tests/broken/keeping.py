"""Stores that do not keep what they were given, or overwrite what they should not."""

import datetime as dt
from typing import Any
from uuid import UUID

import attrs

from broken.store import doc
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.memory.store import MemorySession
from crmcore.testing.samples import Sample


def with_values(entity: Any, **values: Any) -> Any:
    """The entity with values no check has seen."""
    schema = describe(type(entity))
    known = dict(zip([spec.name for spec in schema.fields], schema.flatten(entity), strict=True))
    return schema.hydrate(list({**known, **values}.values()))


class Mangling(MemorySession):
    """Keeps something else than it was given."""

    def mangled(self, entity: Any) -> Any:
        return entity

    def insert(self, entity: Any) -> bool:
        return super().insert(self.mangled(entity) if isinstance(entity, Sample) else entity)

    def replace(self, entity: Any, expected: int) -> bool:
        return super().replace(self.mangled(entity) if isinstance(entity, Sample) else entity, expected)


class TrimsText(Mangling):
    """Trims trailing blanks."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, note=entity.note.rstrip())


class EmptyIsMissing(Mangling):
    """Takes the empty text for a missing one."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, label=entity.label or None)


class CutsToSeconds(Mangling):
    """Cuts instants to seconds."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, at=entity.at.replace(microsecond=0))


class NaiveInstants(Mangling):
    """Forgets the zone of instants."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, seen=entity.seen and entity.seen.replace(tzinfo=None))


class ShiftsDates(Mangling):
    """Shifts dates by the server's zone."""

    def mangled(self, entity: Sample) -> Any:
        moment = dt.datetime.combine(entity.day, dt.time(), dt.timezone(dt.timedelta(hours=8)))
        return with_values(entity, day=moment.astimezone(dt.UTC).date())


class DecimalsAsFloats(Mangling):
    """Keeps decimals as floats."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, weight=entity.weight and type(entity.weight)(float(entity.weight)))


class BooleansAsIntegers(Mangling):
    """Keeps booleans as integers."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, active=int(entity.active))


class IntegersAsFloats(Mangling):
    """Keeps large integers as floats."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, count=int(float(entity.count)))


class ListsAsSets(Mangling):
    """Keeps lists sorted and without doubles."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, tags=tuple(sorted(set(entity.tags))))


class ForgetsEmptyLists(Mangling):
    """Takes an empty list for a missing one."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, aliases=entity.aliases or None)


class MakesUpValueObjects(Mangling):
    """Makes a zero out of a missing amount of money."""

    def mangled(self, entity: Sample) -> Any:
        return attrs.evolve(entity, deposit=entity.deposit or Money(amount=entity.ratio * 0, currency="CNY"))


class ShortText(Mangling):
    """Cuts long text."""

    def mangled(self, entity: Sample) -> Any:
        return with_values(entity, note=entity.note[:255])


class KeepsOldValues(MemorySession):
    """Replaces only the values that are given."""

    def replace(self, entity: Any, expected: int) -> bool:
        known = self.load(type(entity), entity.id)
        if known is None or known.version != expected:
            return False
        schema = describe(type(entity))
        names = [spec.name for spec in schema.fields]
        given = zip(names, schema.flatten(entity), strict=True)
        return super().replace(with_values(known, **{n: v for n, v in given if v is not None}), expected)


class ForgetsVersions(MemorySession):
    """Replaces whatever version is there."""

    def replace(self, entity: Any, expected: int) -> bool:
        known = self.load(type(entity), entity.id)
        return known is not None and super().replace(entity, known.version)


class DeletesAnyVersion(MemorySession):
    """Deletes whatever version is there."""

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        known = self.load(entity, id)
        return known is not None and super().delete(entity, id, known.version)


class InsertOverwrites(MemorySession):
    """Inserts over a record that is there."""

    def insert(self, entity: Any) -> bool:
        known = self.load(type(entity), entity.id)
        return super().replace(entity, known.version) if known else super().insert(entity)


class ReplaceCreates(MemorySession):
    """Replaces a record that is not there."""

    def replace(self, entity: Any, expected: int) -> bool:
        known = self.load(type(entity), entity.id)
        return super().replace(entity, expected) if known else super().insert(entity)


class SaysNoWhenNothingChanges(MemorySession):
    """Counts changed rows instead of found ones."""

    def replace(self, entity: Any, expected: int) -> bool:
        return self.load(type(entity), entity.id) != entity and super().replace(entity, expected)


class NothingUnique(MemorySession):
    """Lets any value be taken twice."""

    def _is_taken(self, entity: Any) -> bool:
        return False


class UniqueByCollation(MemorySession):
    """Takes A for a where values are unique."""

    def _is_taken(self, entity: Any) -> bool:
        code = getattr(entity, "code", None) or ""
        others = [one for one in self._rows(type(entity)) if code and one.id != entity.id]
        return super()._is_taken(entity) or any((one.code or "").lower() == code.lower() for one in others)


class OneMissingValueOnly(MemorySession):
    """Takes a missing value for a value that is taken."""

    def _is_taken(self, entity: Any) -> bool:
        lonely = isinstance(entity, Sample) and entity.code is None
        others = [one for one in self._rows(type(entity)) if lonely and one.id != entity.id]
        return super()._is_taken(entity) or any(one.code is None for one in others)


class UniqueWithoutOthers(MemorySession):
    """Takes what is unique within others for unique everywhere."""

    def _is_taken(self, entity: Any) -> bool:
        number = getattr(entity, "number", None)
        others = [one for one in self._rows(type(entity)) if number is not None and one.id != entity.id]
        return any(one.number == number for one in others) or super()._is_taken(entity)


class SilentOnReplace(MemorySession):
    """Answers False where a replaced record's value is taken."""

    def replace(self, entity: Any, expected: int) -> bool:
        return not self._is_taken(entity) and super().replace(entity, expected)


KEEPING: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        *Mangling.__subclasses__(),
        KeepsOldValues,
        ForgetsVersions,
        DeletesAnyVersion,
        InsertOverwrites,
        ReplaceCreates,
        SaysNoWhenNothingChanges,
        NothingUnique,
        UniqueByCollation,
        OneMissingValueOnly,
        UniqueWithoutOthers,
        SilentOnReplace,
    )
}
