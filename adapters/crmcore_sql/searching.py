"""Searches by keyword: by the index of keywords if few records are in question, by the order of the list if many are.

A rare keyword is found at once by the index, and a common one within the first records of the list; but sorting half of
all records for one page, or going through all of them for one hit, takes seconds. Which of the two a keyword is, is
tried out: some records in the order of the list, how many candidates the index has, then more of the list, and at last
all candidates. No step depends on statistics that a server may not have, so the same data take the same way every time.
"""

import functools
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crmcore.query import Test
from crmcore_sql.mapping import EntityMap
from crmcore_sql.plans import Plan, Plans
from crmcore_sql.products import Product
from crmcore_sql.searches import Search
from crmcore_sql.shapes import Shaper, Values

if TYPE_CHECKING:
    from crmcore_sql.session import SqlSession

__all__ = ["SearchPlans", "count_found", "find_found"]

PEEK: Final = 500
"""Records in the order of the list that are looked at first."""
COMMON: Final = PEEK * 15 // 100
"""If so many of them have the keyword, counting by the list is quicker than by the index."""
FEW: Final = 2_000
"""If the index finds fewer, they are looked at and sorted."""
REACH: Final = 16_000
"""Records in the order of the list that are looked at before all that the index finds are."""


class SearchPlans:
    """The kept statements of a store's searches. Safe to use from several threads."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], plans: Plans) -> None:
        """Keep statements where the others are."""
        self._plans, self._searches, self._maps = plans, plans.searches, maps
        self._plain = Shaper(product, maps, plain=True)

    def candidates(self, entity: type[Any], test: Test, reach: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts what the index finds."""
        values: Values = []
        shape: Any = self._plans.shaper.condition(entity, test, values)
        size = shape[-1]
        values[-1] = reach
        make = functools.partial(self._searches.candidates, entity, test, size)
        return self._kept(("candidates", entity, shape), values, list, make)

    def sizes(self, search: Search, values: Values) -> list[int]:
        """Answer how many values the fragments of each keyword take, and add them; none for one that has none."""
        found = []
        for test in search.tests:
            shape: Any = self._plans.shaper.condition(search.query.entity, test, values)
            values.pop()
            found.append(shape[-1])
        return found

    def led(self, search: Search) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that finds by the index."""
        values: Values = []
        query = search.query
        shape, after = self._plans.shape(query, values)
        sizes = self.sizes(search, values)
        key = ("led", query.entity, shape, tuple(sizes), query.order, after, _page(search, values))
        make = functools.partial(self._searches.led, search, sizes, shape, after)
        return self._kept(key, values, self._maps[query.entity].read, make)

    def walk(self, search: Search, reach: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that looks through the first records of the list."""
        values: Values = []
        query = search.rest
        shape, after = self._plans.shape(query, values)
        values.append(reach)
        part = self._plain.condition(query.entity, search.part, values)
        key = ("walk", query.entity, shape, part, query.order, after, _page(search, values))
        make = functools.partial(self._searches.walk, search, shape, after, part)
        return self._kept(key, values, self._maps[query.entity].read, make)

    def walked(self, search: Search, reach: int, at_most: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts among some records."""
        values: Values = []
        entity = search.rest.entity
        shape = self._plans.shaper.condition(entity, search.rest.condition, values)
        values.append(reach)
        part = self._plain.condition(entity, search.part, values)
        values.append(at_most)
        make = functools.partial(self._searches.walked, search, shape, part)
        return self._kept(("walked", entity, shape, part), values, list, make)

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
    if not all(plans.sizes(search, [])):
        return None
    limit = search.query.limit
    if limit is None:
        return _rows(session, plans.led(search))
    rows = _rows(session, plans.walk(search, PEEK))
    if len(rows) == limit:
        return rows
    if not _are_few(session, plans, search):
        rows = _rows(session, plans.walk(search, REACH))
        if len(rows) == limit or session.count(search.rest, REACH) < REACH:
            return rows
    return _rows(session, plans.led(search))


def count_found(session: "SqlSession", plans: SearchPlans, search: Search, at_most: int) -> int | None:
    """Count what a search finds, up to a limit; None if it is best counted by the index, or can't be."""
    if not all(plans.sizes(search, [])):
        return None
    found = _count(session, plans.walked(search, PEEK, at_most))
    if found >= at_most:
        return found
    common = found >= COMMON
    if not common and _are_few(session, plans, search):
        return None
    if common or session.count(search.rest, REACH) < REACH:
        found = _count(session, plans.walked(search, REACH, at_most))
        if found >= at_most or session.count(search.rest, REACH) < REACH:
            return found
    return None


def _are_few(session: "SqlSession", plans: SearchPlans, search: Search) -> bool:
    """Tell whether the index finds so few records that all of them can be looked at and sorted."""
    counted = (_count(session, plans.candidates(search.query.entity, test, FEW)) for test in search.tests)
    return sum(counted) < FEW


def _rows(session: "SqlSession", asked: tuple[Plan, Sequence[Any]]) -> list[Any]:
    plan, values = asked
    return plan.read(session.rows(plan.text, values))


def _count(session: "SqlSession", asked: tuple[Plan, Sequence[Any]]) -> int:
    plan, values = asked
    counted: int = session.rows(plan.text, values)[0][0]
    return counted
