"""From a number back to the records that it counts, so that every figure can be opened (design, statistics)."""

from collections.abc import Callable
from typing import Any

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.query.conditions import All, Condition, InQuery, Not, Op, Test
from crmcore.query.groups import Banded, Frequency, Key, Through
from crmcore.query.queries import Query, Tally, TallyRow

__all__ = ["records_behind"]

Meets = Callable[[tuple[str, ...]], Condition]
"""Answers the condition that a field at the end of a key has to meet."""


def records_behind(tally: Tally, row: TallyRow) -> Query[Any]:
    """Answer the query that finds exactly the records which one row of a tally counts.

    It asks what the tally asked, in that order, and for the row's group besides: a plain key by its value, a band by
    its edges, the field of a named record by a semi-join. Within a unit of work it is narrowed as the tally was, so
    that as many records come up as were counted, whoever asks.

    Args:
        tally: The tally as it was asked.
        row: One of its rows.

    Raises:
        Invalid: A key is a frequency: how many records share a value is no condition of one of them.
    """
    if any(isinstance(key, Frequency) for key in tally.by):
        raise Invalid(Problem(field="by", code="query.no_way_back"))
    groups = tuple(_lies_in(key, value) for key, value in zip(tally.by, row.key, strict=True))
    every = attrs.evolve(tally.of, limit=None, offset=0, after=None)
    return every.where(*groups) if groups else every


def _lies_in(key: Key, value: Any) -> Condition:
    """Answer the condition of a group; of those without a value, that none is there, however long the way to it."""
    match key:
        case Banded(_, edges) if value is not None:
            return _ends_in(key, _band(edges, value))
        case Banded() | Through() if value is None:
            return Not(_ends_in(key, lambda path: Not(Test(path, Op.NULL))))
    return _ends_in(key, lambda path: Test(path, Op.NULL if value is None else Op.EQ, value))


def _band(edges: tuple[Any, ...], place: int) -> Meets:
    """Answer the condition of a band: from the edge below it on, up to the edge above it."""
    tests = [(Op.GE, edge) for edge in edges[:place][-1:]] + [(Op.LT, edge) for edge in edges[place:][:1]]
    return lambda path: All(tuple(Test(path, op, edge) for op, edge in tests))


def _ends_in(key: Key, meets: Meets) -> Condition:
    """Answer the condition that there is a way to the end of a key, and what is there meets a condition."""
    match key:
        case Banded(inner):
            return _ends_in(inner, meets)
        case Through(path, entity, inner, where):
            return InQuery(path, Query(entity=entity, condition=All((where, _ends_in(inner, meets)))))
        case Frequency(path):
            return meets(path)
    return meets(key)
