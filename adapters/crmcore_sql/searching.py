"""Searches by keyword: by the index of keywords if few records are in question, by the order of the list if many are.

A rare keyword is found at once by the index, and a common one within the first records of the list; but sorting half of
all records for one page, or going through all of them for one hit, takes seconds. Which of the two a keyword is, is
tried out: a few thousand records in the order of the list, a few thousand candidates of the index, then more of both.
No step depends on statistics that a server may not have, so the same data take the same way every time.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crmcore_sql.mapping import EntityMap
from crmcore_sql.plans import Plan, Plans
from crmcore_sql.searches import Search
from crmcore_sql.shapes import Values

if TYPE_CHECKING:
    from crmcore_sql.session import SqlSession

__all__ = ["SearchPlans", "count_found", "find_found"]

REACHES: Final = (2_000, 16_000)
"""How many records are looked at, the one way and the other, before it is tried with more."""


class SearchPlans:
    """The kept statements of a store's searches. Safe to use from several threads."""

    def __init__(self, plans: Plans, maps: Mapping[type[Any], EntityMap]) -> None:
        """Keep statements where the others are."""
        self._plans, self._searches, self._maps = plans, plans.searches, maps

    def candidates(self, search: Search, reach: int) -> tuple[Plan, Sequence[Any]] | None:
        """Answer the statement that counts what the index finds; None if a keyword is too short for it."""
        values: Values = []
        (_, _, size) = shape = self._plans.shape_of(search.query.entity, search.test, values)
        if not size:
            return None
        values[-1] = reach
        key = ("candidates", search.query.entity, shape)
        return self._kept(key, values, list, lambda: self._searches.candidates(search, size))

    def led(self, search: Search) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that finds by the index."""
        values: Values = []
        query = search.query
        shape, after = self._plans.shape(query, values)
        key = ("led", query.entity, shape, query.order, after, _page(search, values))
        read = self._maps[query.entity].read
        return self._kept(key, values, read, lambda: self._searches.led(query, shape, after))

    def walk(self, search: Search, reach: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that looks through the first records of the list."""
        values: Values = []
        query = search.rest
        shape, after = self._plans.shape(query, values)
        values.append(reach)
        self._add_keyword(search, values)
        key = ("walk", query.entity, search.test.path, shape, query.order, after, _page(search, values))
        read = self._maps[query.entity].read
        return self._kept(key, values, read, lambda: self._searches.walk(search, shape, after))

    def walked(self, search: Search, reach: int, at_most: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts among some records."""
        values: Values = []
        shape = self._plans.shape_of(search.rest.entity, search.rest.condition, values)
        values.append(reach)
        self._add_keyword(search, values)
        values.append(at_most)
        key = ("walked", search.rest.entity, search.test.path, shape)
        return self._kept(key, values, list, lambda: self._searches.walked(search, shape))

    def _add_keyword(self, search: Search, values: Values) -> None:
        taken: Values = []
        self._plans.shape_of(search.query.entity, search.test, taken)
        values.append(taken[-1])

    def _kept(self, key: Hashable, values: Values, read: Any, make: Any) -> tuple[Plan, Sequence[Any]]:
        plan = self._plans.kept(key, len(values), read, make)
        return plan, plan.arrange(values)


def _page(search: Search, values: Values) -> tuple[bool, bool]:
    limit, offset = search.query.limit, search.query.offset
    if limit is not None:
        values.append(limit)
    if offset:
        values.append(offset)
    return limit is None, offset > 0


def find_found(session: "SqlSession", plans: SearchPlans, search: Search) -> list[Any] | None:
    """Answer the page of a search; None if a keyword is too short for the index."""
    if plans.candidates(search, 1) is None:
        return None
    limit = search.query.limit
    for reach in REACHES if limit is not None else ():
        rows = _rows(session, plans.walk(search, reach))
        if len(rows) == limit:
            return rows
        if _count(session, plans.candidates(search, reach)) < reach:
            break
        if session.count(search.rest, reach) < reach:
            return rows
    return _rows(session, plans.led(search))


def count_found(session: "SqlSession", plans: SearchPlans, search: Search, at_most: int) -> int | None:
    """Count what a search finds, up to a limit; None if it is best counted by the index, or can't be."""
    if plans.candidates(search, 1) is None:
        return None
    for reach in REACHES:
        found = _count(session, plans.walked(search, reach, at_most))
        if found >= at_most:
            return found
        if _count(session, plans.candidates(search, reach)) < reach:
            return None
        if session.count(search.rest, reach) < reach:
            return found
    return None


def _rows(session: "SqlSession", asked: tuple[Plan, Sequence[Any]]) -> list[Any]:
    plan, values = asked
    return plan.read(session.rows(plan.text, values))


def _count(session: "SqlSession", asked: tuple[Plan, Sequence[Any]] | None) -> int:
    assert asked is not None  # noqa: S101  # it was looked at before
    plan, values = asked
    counted: int = session.rows(plan.text, values)[0][0]
    return counted
