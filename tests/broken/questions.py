"""Stores that find, order, page, count or sum wrongly."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.base.text import fold
from crmcore.memory.store import MemorySession
from crmcore.query import All, AnyOf, Condition, Fn, InQuery, Not, Op, Query, Tally, TallyRow, Test, query
from crmcore.query.meaning import predicate, run, tally_rows, value_at
from crmcore.testing.samples import Colour

Predicate = Callable[[Any], bool]


class Misunderstanding(MemorySession):
    """Takes a test for something else."""

    def understood(self, condition: Any) -> Predicate | None:
        """What the fault makes of a leaf; None for what it leaves alone."""
        return None

    def holds(self, condition: Condition) -> Predicate:
        match condition:
            case All(parts):
                every = [self.holds(part) for part in parts]
                return lambda entity: all(one(entity) for one in every)
            case AnyOf(parts):
                some = [self.holds(part) for part in parts]
                return lambda entity: any(one(entity) for one in some)
            case Not(part):
                inner = self.holds(part)
                return lambda entity: not inner(entity)
            case InQuery(path, of):
                found = {one.id for one in filter(self.holds(of.condition), self._rows(of.entity))}
                return self.understood(condition) or (lambda entity: value_at(entity, path) in found)
        return self.understood(condition) or predicate(condition, self._rows)

    def find(self, query: Query[Any]) -> Sequence[Any]:
        found = filter(self.holds(query.condition), self._rows(query.entity))
        return run(found, attrs.evolve(query, condition=All(())), self._rows)

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        found = sum(map(self.holds(query.condition), self._rows(query.entity)))
        return found if at_most is None else min(found, at_most)

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        found = filter(self.holds(tally.of.condition), self._rows(tally.of.entity))
        return tally_rows(found, attrs.evolve(tally, of=query(tally.of.entity)), self._rows)


class NullIsLess(Misunderstanding):
    """Takes a missing value for less than any other."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op not in {Op.LT, Op.LE}:
            return None
        sound = predicate(condition, self._rows)
        return lambda entity: value_at(entity, condition.path) is None or sound(entity)


class ThreeValues(Misunderstanding):
    """Leaves records with missing values out of a negated test."""

    def holds(self, condition: Condition) -> Predicate:
        if isinstance(condition, Not) and isinstance(condition.part, Test) and condition.part.op is not Op.NULL:
            path, sound = condition.part.path, super().holds(condition)
            return lambda entity: value_at(entity, path) is not None and sound(entity)
        return super().holds(condition)


class SearchesByCase(Misunderstanding):
    """Searches text without folding it."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.CONTAINS:
            return None
        return lambda entity: condition.value in (value_at(entity, condition.path) or "")


class LowersOnly(Misunderstanding):
    """Lowers text where it should fold it."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.STARTS:
            return None
        wanted = condition.value.lower()
        return lambda entity: (value_at(entity, condition.path) or "\0").lower().startswith(wanted)


class PercentIsAnything(Misunderstanding):
    """Does not escape % and _."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.CONTAINS:
            return None
        pattern = re.compile(re.escape(fold(condition.value)).replace("%", ".*").replace("_", "."), re.DOTALL)
        return lambda entity: (v := value_at(entity, condition.path)) is not None and bool(pattern.search(fold(v)))


class DotIsAnything(Misunderstanding):
    """Does not escape what means something in a regular expression."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.STARTS or condition.value in {"[", "(", "*", "\\"}:
            return None
        pattern = re.compile(fold(condition.value).replace("*", "\\*").replace("[", "\\[").replace("\\", "\\\\"))
        return lambda entity: (v := value_at(entity, condition.path)) is not None and bool(pattern.match(fold(v)))


class CollatesEquality(Misunderstanding):
    """Takes A for a, and ignores trailing blanks."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.EQ or not isinstance(condition.value, str):
            return None
        wanted = condition.value.lower().rstrip(" ")
        return lambda entity: (v := value_at(entity, condition.path)) is not None and v.lower().rstrip(" ") == wanted


class OneOfNothingIsAll(Misunderstanding):
    """Leaves an empty list of values out of the question."""

    def understood(self, condition: Any) -> Predicate | None:
        empty = isinstance(condition, Test) and condition.op is Op.ONE_OF and not condition.value
        return (lambda _: True) if empty else None


class HasParts(Misunderstanding):
    """Finds a part of a list's item."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.HAS or not isinstance(condition.value, str):
            return None
        return lambda entity: condition.value in ",".join(value_at(entity, condition.path) or ())


class PagesInside(Misunderstanding):
    """Lets the page of an inner question count."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, InQuery):
            return None
        found = {one.id for one in run(self._rows(condition.query.entity), condition.query, self._rows)}
        return lambda entity: value_at(entity, condition.path) in found


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


QUESTIONS: dict[str, type[MemorySession]] = {
    doc(cls): cls
    for cls in (
        *Misunderstanding.__subclasses__(),
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
