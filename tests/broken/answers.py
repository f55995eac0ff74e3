"""Stores that order, page, count or sum wrongly."""

from collections.abc import Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.memory.store import MemorySession
from crmcore.query import All, Fn, Query, Tally, TallyRow
from crmcore.query.meaning import predicate, run, value_at
from crmcore.testing.samples import Colour


class OffsetBeforeSort(MemorySession):
    """Cuts the page out before it sorts."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        page = run(self._rows(query.entity), attrs.evolve(query, order=(), after=None), self._rows)
        return run(page, attrs.evolve(query, limit=None, offset=0), self._rows)


class TiesByChance(MemorySession):
    """Leaves ties in the order of storage."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        rows = list(filter(predicate(query.condition, self._rows), self._rows(query.entity)))
        for key in reversed(query.order):
            rows.sort(key=lambda row: rank(value_at(row, key.path)), reverse=key.descending)
        return rows[query.offset :][: query.limit] if query.after is None else super().find(query)


def rank(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, getattr(value, "value", value))


class TiesAlwaysUp(MemorySession):
    """Ends a descending order with the id ascending."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        rows = sorted(super().find(attrs.evolve(query, limit=None, offset=0)), key=lambda row: row.id.int)
        for key in reversed(query.order):
            rows.sort(key=lambda row: rank(value_at(row, key.path)), reverse=key.descending)
        return rows[query.offset :][: query.limit]


class NullsHigh(MemorySession):
    """Sorts missing values highest."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        rows = list(super().find(attrs.evolve(query, limit=None, offset=0)))
        if query.order:
            first = query.order[0]
            rows.sort(key=lambda row: (value_at(row, first.path) is None) is not first.descending)
        return rows[query.offset :][: query.limit]


class ChoicesByMember(MemorySession):
    """Sorts choices by the order of their members."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        rows = list(super().find(query))
        if query.order and query.order[0].path == ("colour",):
            members = [*Colour]
            rows.sort(key=lambda row: members.index(row.colour), reverse=query.order[0].descending)
        return rows


class IncludesPosition(MemorySession):
    """Answers the record of the position again."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        if query.after is None:
            return super().find(query)
        whole = run(self._rows(query.entity), attrs.evolve(query, after=None, limit=None, offset=0), self._rows)
        rest = run(self._rows(query.entity), attrs.evolve(query, limit=None, offset=0), self._rows)
        start = len(whole) - len(rest) - 1
        return whole[max(start, 0) :][query.offset :][: query.limit]


class PositionIgnoresDirection(MemorySession):
    """Continues upwards, whatever the direction of the order."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        if query.after is None or not query.full_order[0].descending:
            return super().find(query)
        keys = [key.path for key in query.full_order]
        position = tuple(rank(value) for value in query.after)
        rows = super().find(attrs.evolve(query, after=None, limit=None, offset=0))
        later = [row for row in rows if tuple(rank(value_at(row, path)) for path in keys) > position]
        return later[query.offset :][: query.limit]


class LosesNullsWhenContinuing(MemorySession):
    """Never continues with a record whose key is missing."""

    def find(self, query: Query[Any]) -> Sequence[Any]:
        rows = super().find(query)
        if query.after is None or not query.order:
            return rows
        return [row for row in rows if value_at(row, query.order[0].path) is not None]


class CountsEverything(MemorySession):
    """Counts without looking at the condition."""

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        return super().count(attrs.evolve(query, condition=All(())), at_most)


class CountsThePage(MemorySession):
    """Counts the records on the page."""

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        return min(len(self.find(query)), at_most if at_most is not None else len(self.find(query)))


class NeverStopsCounting(MemorySession):
    """Counts past the bound."""

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        return super().count(query)


class Miscalculating(MemorySession):
    """Measures something else."""

    def remeasured(self, tally: Tally, row: TallyRow) -> TallyRow:
        return row

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        return [self.remeasured(tally, row) for row in super().tally(tally)]


class SumsFloats(Miscalculating):
    """Sums as floats."""

    def remeasured(self, tally: Tally, row: TallyRow) -> TallyRow:
        values = zip(tally.measures, row.values, strict=True)
        return TallyRow(row.key, tuple(type(v)(float(v)) if m.fn is Fn.SUM and v is not None else v for m, v in values))


class SumsToZero(Miscalculating):
    """Says zero where there is nothing to sum."""

    def remeasured(self, tally: Tally, row: TallyRow) -> TallyRow:
        values = zip(tally.measures, row.values, strict=True)
        return TallyRow(row.key, tuple(0 if m.fn is Fn.SUM and v is None else v for m, v in values))


class GroupsByCode(Miscalculating):
    """Answers the code of a choice instead of the choice."""

    def remeasured(self, tally: Tally, row: TallyRow) -> TallyRow:
        return TallyRow(tuple(getattr(value, "value", value) for value in row.key), row.values)


class NoRowForNothing(MemorySession):
    """Answers no row where there are no records."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        return super().tally(tally) if self.count(tally.of) else []


class GroupsInAnyOrder(MemorySession):
    """Leaves groups in the order of storage."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        rows = super().tally(tally)
        return list(reversed(rows)) if tally.top is None else rows


class TopTiesByChance(MemorySession):
    """Leaves equal groups of the top in any order."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        if tally.top is None:
            return super().tally(tally)
        rows = list(reversed(super().tally(attrs.evolve(tally, top=None))))
        place = [measure.name for measure in tally.measures].index(tally.top.measure)
        return sorted(rows, key=lambda row: rank(row.values[place]), reverse=True)[: tally.top.limit]


class DropsMissingGroups(MemorySession):
    """Leaves out the group of records without a value."""

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        return [row for row in super().tally(tally) if None not in row.key]


ANSWERS: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        *Miscalculating.__subclasses__(),
        OffsetBeforeSort,
        TiesByChance,
        TiesAlwaysUp,
        NullsHigh,
        ChoicesByMember,
        IncludesPosition,
        PositionIgnoresDirection,
        LosesNullsWhenContinuing,
        CountsEverything,
        CountsThePage,
        NeverStopsCounting,
        NoRowForNothing,
        GroupsInAnyOrder,
        TopTiesByChance,
        DropsMissingGroups,
    )
}
