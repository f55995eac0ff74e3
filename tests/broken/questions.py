"""Stores that take a question for another one."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from broken.store import doc
from crmcore.base.text import fold
from crmcore.memory.store import MemorySession
from crmcore.query import All, AnyOf, Condition, InQuery, Not, Op, Query, Tally, TallyRow, Test, query
from crmcore.query.meaning import predicate, run, tally_rows, value_at

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
            case InQuery(path, of, on):
                matching = filter(self.holds(of.condition), self._rows(of.entity))
                found = {value_at(one, on) for one in matching} - {None}
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


class JoinsByIdOnly(Misunderstanding):
    """Takes the records that an inner question finds by their ids, whatever field it names."""

    def holds(self, condition: Condition) -> Predicate:
        return super().holds(attrs.evolve(condition, on=("id",)) if isinstance(condition, InQuery) else condition)


class JoinsMissingValues(Misunderstanding):
    """Takes a missing value for the same as a missing value of a record that an inner question finds."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, InQuery):
            return None
        matching = filter(self.holds(condition.query.condition), self._rows(condition.query.entity))
        found = {value_at(one, condition.on) for one in matching}
        return lambda entity: value_at(entity, condition.path) in found


class LooksForAThousand(Misunderstanding):
    """Looks at the last thousand values of a list only."""

    def understood(self, condition: Any) -> Predicate | None:
        if not isinstance(condition, Test) or condition.op is not Op.ONE_OF:
            return None
        return predicate(attrs.evolve(condition, value=condition.value[-1_000:]), self._rows)


QUESTIONS: dict[str, type[MemorySession]] = {doc(cls): cls for cls in Misunderstanding.__subclasses__()}
