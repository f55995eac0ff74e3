"""A query with a keyword, taken apart: what an index of keywords serves, and everything else."""

from collections.abc import Collection, Hashable, Iterator
from typing import Any

import attrs

from crmcore.base.schema import describe
from crmcore.query import EVERYTHING, All, AnyOf, Condition, Op, Query, Test
from crmcore_sql.mapping import EntityMap

__all__ = ["FoundBy", "Search", "search_of"]


@attrs.frozen
class Search:
    """A query with a keyword, taken apart."""

    query: Query[Any]
    """The whole query."""
    part: Condition
    """The part of its condition that the index of keywords serves: a test, or several of which one has to hold; and
    tests beside it for parts of texts that have no such index."""
    tests: tuple[Test, ...]
    """The test for a keyword in each of them."""
    rest: Query[Any]
    """The query without that part."""
    leads: tuple[Test, ...]
    """Tests that every record of the list meets and that lead an index each."""

    def is_sorted_by(self, lead: Test) -> bool:
        """Tell whether an index that *lead* leads has the order of the list."""
        schema, first = describe(self.query.entity), self.query.full_order[0].path
        return any(names[:2] == (*lead.path, *first) for names in schema.indexes)


@attrs.frozen
class FoundBy:
    """What the index of keywords is asked for."""

    sizes: tuple[int, ...]
    """How many values the fragments of each keyword take."""
    among: Test | None = None
    """A test that few records meet: what the index finds is compared with those before it is looked at."""
    among_key: Any = None
    """The shape of that test."""

    @property
    def key(self) -> Hashable:
        """What distinguishes statements: everything but values."""
        return self.sizes, self.among_key


def search_of(query: Query[Any], mapping: EntityMap) -> Search | None:
    """Take a query apart that asks for a keyword besides everything else it asks for; None for any other."""
    if not mapping.keywords:
        return None
    part, rest = _taken_out(query.condition, mapping.keywords)
    if part is None:
        return None
    closer, rest = _looked_closer(rest, mapping.keywords)
    if closer:
        part = All((part, *closer))
    leads = tuple(_leads(rest, {names[0] for names in mapping.schema.indexes}))
    return Search(query, part, _leading(part, mapping.keywords), attrs.evolve(query, condition=rest), leads)


def _looked_closer(condition: Condition, keywords: Collection[Any]) -> tuple[tuple[Test, ...], Condition]:
    """Take out tests for parts of texts that no index serves, too: they are made of what the index has found.

    Left among the others, they would let the first records of a list be those that meet them, however far along.
    """
    match condition:
        case Test(path, Op.CONTAINS) if path not in keywords:
            return (condition,), EVERYTHING
        case All(parts):
            each = [_looked_closer(part, keywords) for part in parts]
            left = tuple(rest for _, rest in each if rest != EVERYTHING)
            return tuple(test for tests, _ in each for test in tests), All(left)
    return (), condition


def _leads(condition: Condition, leading: Collection[str]) -> Iterator[Test]:
    match condition:
        case All(parts):
            for part in parts:
                yield from _leads(part, leading)
        case Test((name,), Op.EQ) if name in leading:
            yield condition


def _taken_out(condition: Condition, keywords: Collection[Any]) -> tuple[Condition | None, Condition]:
    """Answer the first part that an index of keywords serves, and what is left."""
    if isinstance(condition, All):
        for place, one in enumerate(condition.parts):
            part, rest = _taken_out(one, keywords)
            if part is not None:
                left = () if rest == EVERYTHING else (rest,)
                return part, All((*condition.parts[:place], *left, *condition.parts[place + 1 :]))
    elif _leading(condition, keywords):
        return condition, EVERYTHING
    return None, condition


def _leading(condition: Condition, keywords: Collection[Any]) -> tuple[Test, ...]:
    """Answer tests of which one at least holds wherever the condition does; none if it can hold without."""
    match condition:
        case Test(path, Op.CONTAINS | Op.HAS) if path in keywords:
            return (condition,)
        case All(parts):
            return next(filter(None, (_leading(part, keywords) for part in parts)), ())
        case AnyOf(parts):
            each = [_leading(part, keywords) for part in parts]
            return tuple(test for tests in each for test in tests) if all(each) else ()
    return ()
