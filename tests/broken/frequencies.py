"""Stores that tell groups apart by how many records share a value, or measure some records alone, wrongly."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.memory.store import MemorySession
from crmcore.query import EVERYTHING, All, AnyOf, Condition, Frequency, Not, Op, Tally, TallyRow, Test
from crmcore.query.meaning import predicate, tally_rows, value_at


class Miscounting(MemorySession):
    """Counts something else for a frequency, record by record."""

    def counted(self, tally: Tally) -> list[Any]:
        """The records among which the fault counts."""
        return list(filter(predicate(tally.of.condition, self._rows), self._rows(tally.of.entity)))

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        keys = [key for key in tally.by if isinstance(key, Frequency)]
        if not keys:
            return super().tally(tally)
        often = [
            Counter(value_at(one, key.path) for one in filter(predicate(key.where, self._rows), self.counted(tally)))
            for key in keys
        ]
        groups: dict[tuple[int, ...], list[Any]] = {}
        for one in filter(predicate(tally.of.condition, self._rows), self._rows(tally.of.entity)):
            numbers = [many[value_at(one, key.path)] for many, key in zip(often, keys, strict=True)]
            bands = tuple(sum(edge <= many for edge in key.edges) for many, key in zip(numbers, keys, strict=True))
            groups.setdefault(bands, []).append(one)
        alone = attrs.evolve(tally, by=(), top=None)
        return [
            TallyRow(bands, row.values)
            for bands in sorted(groups)
            for row in tally_rows(groups[bands], alone, self._rows)
        ]


class CountsEverywhere(Miscounting):
    """Counts all records that share a value, whether they are asked for or not."""

    def counted(self, tally: Tally) -> list[Any]:
        return list(self._rows(tally.of.entity))


class SharesOnlyValues(Miscounting):
    """Takes records without a value for such as share nothing."""

    def counted(self, tally: Tally) -> list[Any]:
        shared = {key.path for key in tally.by if isinstance(key, Frequency)}
        return [one for one in super().counted(tally) if all(value_at(one, path) is not None for path in shared)]


class CountsWhatIsNotMeant(MemorySession):
    """Counts all records that share a value, whatever they have to meet."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        by = tuple(attrs.evolve(key, where=EVERYTHING) if isinstance(key, Frequency) else key for key in tally.by)
        return super().tally(attrs.evolve(tally, by=by))


class MeasuresWhatIsNotMeant(MemorySession):
    """Measures all records of a group, whatever they have to meet."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        measures = tuple(attrs.evolve(one, where=EVERYTHING) for one in tally.measures)
        return super().tally(attrs.evolve(tally, measures=measures))


class UnknownIsNeither(MemorySession):
    """Measures no record with a missing value, neither by a comparison nor by its opposite."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        measures = tuple(attrs.evolve(one, where=_known(one.where)) for one in tally.measures)
        return super().tally(attrs.evolve(tally, measures=measures))


def _known(condition: Condition) -> Condition:
    match condition:
        case All(parts):
            return All(tuple(map(_known, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_known, parts)))
        case Not(Test(path, op)) if op is not Op.NULL:
            return All((condition, Not(Test(path, Op.NULL))))
    return condition


FREQUENCIES: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        CountsEverywhere,
        SharesOnlyValues,
        CountsWhatIsNotMeant,
        MeasuresWhatIsNotMeant,
        UnknownIsNeither,
    )
}
