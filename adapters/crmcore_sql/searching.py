"""Searches by keyword: by the index of keywords if few records are in question, by the order of the list if many are.

A rare keyword is found at once by the index, and a common one within the first records of the list; but sorting half of
all records for one page, or going through all of them for one hit, takes seconds. Which of the two a keyword is, is
tried out: some records in the order of the list, how many candidates the index has, then more of the list, and at last
all candidates. How many of the first records have the keyword tells how far to go along the list. A list that other
filters have made short is looked through. No step depends on statistics that a server may not have, so the same data
take the same way every time.
"""

import functools
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from crmcore.query import Test
from crmcore_sql.compiling import ANEW
from crmcore_sql.mapping import EntityMap
from crmcore_sql.plans import Plan, Plans
from crmcore_sql.products import Product
from crmcore_sql.shapes import Shaper, Values
from crmcore_sql.sought import FoundBy, Search

if TYPE_CHECKING:
    from crmcore_sql.session import SqlSession

__all__ = ["SearchPlans", "count_found", "find_found"]

PEEK: Final = 500
"""Records in the order of the list that are looked at first; how many of them have the keyword tells the way to go."""
FEW: Final = 10_000
"""If the index finds fewer, they are looked at and sorted, unless the page can be expected within half as many."""
REACH: Final = 16_000
"""Records in the order of the list that are looked at before all that the index finds are."""
HALF: Final = REACH // 2
"""If so many hits as are to be counted can be expected within so many records, they are counted along the list."""
SHORT: Final = 4_000
"""A list that has no more records is looked through."""
OWN: Final = 32_000
"""If a test with an index of its own finds fewer, what the index of keywords finds is compared with those."""
MANY: Final = 100_000
"""If the index of keywords finds more, to compare takes longer than to look at those few."""


class SearchPlans:
    """The kept statements of a store's searches. Safe to use from several threads."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap], plans: Plans) -> None:
        """Keep statements where the others are."""
        self._plans, self._searches, self._maps = plans, plans.searches, maps
        self._plain = Shaper(product, maps, plain=True)
        self._anew = product.name == "postgresql"
        self.compares = product.name == "sqlite"
        """Whether this product has to be told to compare what one index finds with another; servers know."""

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

    def led(self, search: Search, among: Test | None) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that finds by the index."""
        values: Values = []
        query = search.rest
        shape, after = self._plans.shape(query, values)
        found_by, part = self._found_by(search, among, values)
        key = ("led", query.entity, shape, found_by.key, part, query.order, after, _page(search, values))
        make = functools.partial(self._searches.led, search, found_by, shape, after, part)
        return self._kept(key, values, self._maps[query.entity].read, make)

    def counted(self, search: Search, among: Test | None, at_most: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts by the index."""
        values: Values = []
        entity = search.rest.entity
        shape = self._plans.shaper.condition(entity, search.rest.condition, values)
        found_by, part = self._found_by(search, among, values)
        values.append(at_most)
        make = functools.partial(self._searches.counted, search, found_by, shape, part)
        return self._kept(("counted", entity, shape, found_by.key, part), values, list, make)

    def _found_by(self, search: Search, among: Test | None, values: Values) -> tuple[FoundBy, Hashable]:
        """Answer what the index is asked for, and the shape of the closer look at what it finds."""
        entity = search.rest.entity
        sizes, key = tuple(self.sizes(search, values)), None
        if among is not None:
            key = self._plans.shaper.condition(entity, among, values)
        return FoundBy(sizes, among, key), self._plain.condition(entity, search.part, values)

    def breadth(self, entity: type[Any], test: Test | None, most: int) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts what meets a test, or all there is."""
        values: Values = []
        shape = None if test is None else self._plans.shaper.condition(entity, test, values)
        values.append(most)
        make = functools.partial(self._searches.breadth, entity, test, shape)
        return self._kept(("breadth", entity, shape), values, list, make)

    def walk(self, search: Search, reach: int, by: Test | None) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that looks through the first records of the list."""
        values: Values = []
        query = search.rest
        shape, after = self._plans.shape(query, values)
        values.append(reach)
        part = self._plain.condition(query.entity, search.part, values)
        path = None if by is None else by.path
        key = ("walk", query.entity, shape, part, path, query.order, after, _page(search, values))
        make = functools.partial(self._searches.walk, search, shape, after, part, path)
        return self._kept(key, values, self._maps[query.entity].read, make)

    def walked(self, search: Search, reach: int, at_most: int, by: Test | None) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts among some records."""
        values: Values = []
        entity = search.rest.entity
        shape = self._plans.shaper.condition(entity, search.rest.condition, values)
        values.append(reach)
        part = self._plain.condition(entity, search.part, values)
        values.append(at_most)
        path = None if by is None else by.path
        make = functools.partial(self._searches.walked, search, shape, part, path)
        return self._kept(("walked", entity, shape, part, path), values, list, make)

    def _kept(self, key: Hashable, values: Values, read: Any, make: Any) -> tuple[Plan, Sequence[Any]]:
        plan = self._plans.kept(key, len(values), read, make)
        text = plan.text + ANEW if self._anew else plan.text
        return Plan(text, plan.places, plan.read), plan.arrange(values)


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
        return _rows(session, plans.led(search, None))
    among, size = _among(session, plans, search)
    if among is not None and size > SHORT and not search.is_sorted_by(among) and _finds(session, plans, search, MANY):
        return _rows(session, plans.led(search, among))
    rows = _rows(session, plans.walk(search, PEEK if size > SHORT else REACH, among))
    if len(rows) == limit or size <= SHORT:
        return rows
    if not _finds(session, plans, search, _worth(search, len(rows), limit, compared=among is not None)):
        rows = _rows(session, plans.walk(search, REACH, among))
        if len(rows) == limit or _narrowest(session, plans, search, REACH)[1] < REACH:
            return rows
    return _rows(session, plans.led(search, among))


def _worth(search: Search, found: int, limit: int, *, compared: bool) -> int:
    """Answer how many records of the index cost what it costs to go on along the list.

    Args:
        search: What is looked for.
        found: How many of the first records of the list belong to the page.
        limit: How many do in all.
        compared: What the index finds is compared with few others before it is looked at.
    """
    skipped = search.query.offset
    expected = PEEK * (skipped + limit) // (skipped + found) if found else FEW * 2
    return min(MANY, expected * 10) if compared else min(FEW, expected // 2)


def count_found(session: "SqlSession", plans: SearchPlans, search: Search, at_most: int) -> int | None:
    """Count what a search finds, up to a limit; None if a keyword is too short for the index."""
    if not all(plans.sizes(search, [])):
        return None
    among, size = _among(session, plans, search)
    found = _count(session, plans.walked(search, PEEK if size > SHORT else REACH, at_most, among))
    if found >= at_most or size <= SHORT or _narrowest(session, plans, search, PEEK)[1] < PEEK:
        return found
    if found * HALF >= at_most * PEEK:
        found = _count(session, plans.walked(search, REACH, at_most, among))
        if found >= at_most:
            return found
    return _count(session, plans.counted(search, among, at_most))


def _finds(session: "SqlSession", plans: SearchPlans, search: Search, few: int) -> bool:
    """Tell whether the index finds fewer records than that: all of them can be looked at and sorted."""
    counted = (_count(session, plans.candidates(search.query.entity, test, few)) for test in search.tests)
    return sum(counted) < few


def _narrowest(session: "SqlSession", plans: SearchPlans, search: Search, most: int) -> tuple[Test | None, int]:
    """Answer the test with an index that the fewest records meet, and how many do, as far as *most*.

    Without such a test it is all records that are counted. The list has no more than that.
    """
    entity = search.rest.entity
    counted = [(_count(session, plans.breadth(entity, test, most)), test) for test in search.leads or (None,)]
    size, test = min(counted, key=lambda one: one[0])
    return test, size


def _among(session: "SqlSession", plans: SearchPlans, search: Search) -> tuple[Test | None, int]:
    """Answer a test that so few records meet that it pays to compare what the index finds with them; and how many.

    A server compares by itself; of it is only asked whether the list is short.
    """
    most = OWN if plans.compares else SHORT + 1
    if not search.leads:
        return None, most
    test, size = _narrowest(session, plans, search, most)
    return (test, size) if plans.compares and size < most else (None, size)


def _rows(session: "SqlSession", asked: tuple[Plan, Sequence[Any]]) -> list[Any]:
    plan, values = asked
    return plan.read(session.rows(plan.text, values))


def _count(session: "SqlSession", asked: tuple[Plan, Sequence[Any]]) -> int:
    plan, values = asked
    counted: int = session.rows(plan.text, values)[0][0]
    return counted
