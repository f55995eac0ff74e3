"""Stores that group by bands and references, count different values, or add up time, wrongly."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.memory.store import MemorySession
from crmcore.query import EVERYTHING, Banded, Fn, Measure, Tally, TallyRow, Through
from crmcore.query.groups import Key, references_of
from crmcore.query.meaning import tally_rows, value_at


class Regrouping(MemorySession):
    """Groups by something else."""

    def taken_for(self, key: Any) -> Key:
        """What the fault makes of a key that is more than a field."""
        found: Key = key
        return found

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        by = tuple(key if isinstance(key, tuple) else self.taken_for(key) for key in tally.by)
        return super().tally(attrs.evolve(tally, by=by))


class SeesEverybody(Regrouping):
    """Groups by records that are not to be seen."""

    def taken_for(self, key: Any) -> Key:
        if isinstance(key, Banded):
            inner: Any = self.taken_for(key.key)
            return attrs.evolve(key, key=inner)
        return attrs.evolve(key, where=EVERYTHING) if isinstance(key, Through) else key


class LooksAtTheFirstOnly(Regrouping):
    """Looks at what the first reference must meet, and not at the second one."""

    def taken_for(self, key: Any) -> Key:
        if isinstance(key, Through) and isinstance(key.key, Through):
            return attrs.evolve(key, key=attrs.evolve(key.key, where=EVERYTHING))
        found: Key = key
        return found


class FewEdges(Regrouping):
    """Takes the first hundred edges of bands."""

    def taken_for(self, key: Any) -> Key:
        return attrs.evolve(key, edges=key.edges[:100]) if isinstance(key, Banded) else key


class JoinsInside(MemorySession):
    """Leaves out records whose reference names nothing."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        known: dict[Any, set[Any]] = {}
        for one in (step for key in tally.by for step in references_of(key)[:1]):
            known[one.path] = {target.id for target in self._rows(one.entity)}
        rows = [
            row
            for row in self._rows(tally.of.entity)
            if all(value_at(row, path) in found for path, found in known.items())
        ]
        return tally_rows(rows, tally, self._rows)


class EdgeBelow(MemorySession):
    """Puts what equals an edge into the band below it."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        return regrouped(self, tally, lambda value, edges: None if value is None else bisect_left(edges, value))


class MissingIsLowest(MemorySession):
    """Takes a missing value for one in the lowest band."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        return regrouped(self, tally, lambda value, edges: 0 if value is None else sum(edge <= value for edge in edges))


class CutsAmounts(MemorySession):
    """Rounds edges to what the field keeps."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        def band(value: Any, edges: Sequence[Any]) -> int | None:
            rounded = [round(edge, 2) if hasattr(edge, "quantize") else edge for edge in edges]
            return None if value is None else sum(edge <= value for edge in rounded)

        return regrouped(self, tally, band)


class BandsByDay(MemorySession):
    """Compares instants by their day."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        def band(value: Any, edges: Sequence[Any]) -> int | None:
            def day(one: Any) -> Any:
                return one.date() if hasattr(one, "tzinfo") else one

            return None if value is None else sum(day(edge) <= day(value) for edge in edges)

        return regrouped(self, tally, band)


class LettersTogether(MemorySession):
    """Takes capital letters for small ones in bands."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        def band(value: Any, edges: Sequence[Any]) -> int | None:
            def letter(one: Any) -> Any:
                return one.lower() if isinstance(one, str) else one

            return None if value is None else sum(letter(edge) <= letter(value) for edge in edges)

        return regrouped(self, tally, band)


def regrouped(
    session: MemorySession, tally: Tally, band: Callable[[Any, Sequence[Any]], int | None]
) -> Sequence[TallyRow]:
    """Measure each record by itself, under the band that a fault puts it into, and add the counts and sums up."""
    if not any(isinstance(key, Banded) for key in tally.by):
        return MemorySession.tally(session, tally)
    exact = tuple(key.key if isinstance(key, Banded) else key for key in tally.by)
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in MemorySession.tally(session, attrs.evolve(tally, by=exact, top=None)):
        places = tuple(
            band(value, key.edges) if isinstance(key, Banded) else value
            for key, value in zip(tally.by, row.key, strict=True)
        )
        sums = found.setdefault(places, [0] * len(row.values))
        sums[:] = [one + (value or 0) for one, value in zip(sums, row.values, strict=True)]
    rows = [TallyRow(key, tuple(sums)) for key, sums in found.items()]
    return sorted(rows, key=lambda row: [(value is not None, getattr(value, "value", value) or 0) for value in row.key])


class Mismeasuring(MemorySession):
    """Takes a measure for another one."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        """What the fault makes of a measure; Ellipsis for what it leaves alone."""
        return ...

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        rows = []
        for row in super().tally(tally):
            group = [one for one in self._rows(tally.of.entity) if self._key_of(tally, one) == row.key]
            values = list(row.values)
            for n, one in enumerate(tally.measures):
                if (wrong := self.mistaken(one, group)) is not ...:
                    values[n] = wrong
            rows.append(TallyRow(row.key, tuple(values)))
        return rows

    def _key_of(self, tally: Tally, record: Any) -> Any:
        (row,) = tally_rows([record], attrs.evolve(tally, measures=(), top=None), self._rows)
        return row.key


class MissingIsDifferent(Mismeasuring):
    """Counts a missing value as one of the different ones."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.DISTINCT:
            return ...
        return len({value_at(one, measure.path) for one in group})


class CaseIsNoDifference(Mismeasuring):
    """Counts texts that differ by case or blanks at the end as one."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.DISTINCT:
            return ...
        values = {value_at(one, measure.path) for one in group} - {None}
        return len({one.lower().rstrip() if isinstance(one, str) else one for one in values})


class CountsApart(Mismeasuring):
    """Adds up how many different values each named record has."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        self.named = [step.path for key in tally.by for step in references_of(key)[:1]]
        return super().tally(tally)

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.DISTINCT or not self.named:
            return ...
        pairs = {(value_at(one, self.named[0]), value_at(one, measure.path)) for one in group}
        return len([value for _, value in pairs if value is not None])


def lasted(measure: Measure, group: list[Any]) -> list[Any]:
    pairs = [(value_at(one, measure.path), value_at(one, measure.until)) for one in group]
    return [end - start for start, end in pairs if start is not None and end is not None]


class WholeSeconds(Mismeasuring):
    """Counts time in whole seconds."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.ELAPSED or not (found := lasted(measure, group)):
            return ...
        return sum(int(one.total_seconds()) for one in found) * 1000


class TimeOfDay(Mismeasuring):
    """Forgets the days of a duration."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.ELAPSED or not (found := lasted(measure, group)):
            return ...
        return sum(one.seconds * 1000 + one.microseconds // 1000 for one in found)


class NeverBackwards(Mismeasuring):
    """Takes time that runs backwards for time that passes."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.ELAPSED or not (found := lasted(measure, group)):
            return ...
        return sum(round(abs(one).total_seconds() * 1000) for one in found)


class NoEndIsNoTime(Mismeasuring):
    """Takes a missing end for no time at all."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        return 0 if measure.fn is Fn.ELAPSED and group and not lasted(measure, group) else ...


class TimeAsFloat(Mismeasuring):
    """Adds up time as floats."""

    def mistaken(self, measure: Measure, group: list[Any]) -> Any:
        if measure.fn is not Fn.ELAPSED or not (found := lasted(measure, group)):
            return ...
        return sum(one.total_seconds() for one in found) * 1000


GROUPINGS: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        *Regrouping.__subclasses__(),
        *Mismeasuring.__subclasses__(),
        JoinsInside,
        EdgeBelow,
        MissingIsLowest,
        CutsAmounts,
        BandsByDay,
        LettersTogether,
    )
}
