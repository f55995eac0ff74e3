"""Statements for queries, made once for each shape and kept: a list page costs a walk over its conditions."""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from crmcore.query import EVERYTHING, Derivation, Query, Tally, TallyRow
from crmcore.query.checks import LARGEST_OFFSET
from crmcore_sql.compiling import compiled, positional
from crmcore_sql.deriving import Deriving
from crmcore_sql.grouping import keys_shape
from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product
from crmcore_sql.searches import Searches
from crmcore_sql.selects import Selects
from crmcore_sql.shapes import Shaper, Values
from crmcore_sql.tallies import Tallies

__all__ = ["Plan", "Plans"]

_MOST: Final = 1000
"""Shapes kept; an application has some hundreds, and the oldest go first."""


@attrs.frozen
class Plan:
    """A kept statement."""

    text: str
    places: tuple[int, ...] | None
    """Where each placeholder finds its value; None: in order."""
    read: Callable[[Sequence[Any]], list[Any]]

    def arrange(self, values: Values) -> Sequence[Any]:
        """Put the values where the placeholders are."""
        return values if self.places is None else [values[place] for place in self.places]


class Plans:
    """The kept statements of a store. Safe to use from several threads."""

    def __init__(self, product: Product, maps: Mapping[type[Any], EntityMap]) -> None:
        """Start with none."""
        self._product, self._maps = product, maps
        self.shaper = Shaper(product, maps)
        self._selects = Selects(product, maps)
        self.searches = Searches(product, maps, self._selects)
        self._tallies = Tallies(product, maps, self._selects)
        self._deriving = Deriving(product, maps, self._selects)
        self._kept: dict[Hashable, Plan] = {}
        self._encoders: dict[Hashable, Callable[[Any], Any]] = {}
        self._lock = threading.Lock()

    def find(self, query: Query[Any]) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement of a page, and its values."""
        values: Values = []
        entity, limit, offset = query.entity, query.limit, query.offset
        shape, missing = self.shape(query, values)
        key = ("find", entity, shape, query.order, missing, limit is None, offset > 0)
        if limit is not None:
            values.append(limit)
        if offset:
            values.append(offset)
        plan = self._kept.get(key)
        if plan is None:
            statement = self._selects.find(
                entity,
                query.condition,
                shape,
                query.full_order,
                missing,
                limited=limit is not None,
                moved=offset > 0,
            )
            plan = self._keep(key, statement, len(values), self._maps[entity].read)
        return plan, plan.arrange(values)

    def count(self, query: Query[Any], at_most: int | None) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that counts, and its values."""
        values: Values = []
        shape = self.shaper.condition(query.entity, query.condition, values)
        key = ("count", query.entity, shape, at_most is None)
        if at_most is not None:
            values.append(at_most)
        plan = self._kept.get(key)
        if plan is None:
            statement = self._selects.count(query.entity, query.condition, shape, limited=at_most is not None)
            plan = self._keep(key, statement, len(values), list)
        return plan, plan.arrange(values)

    def tally(self, tally: Tally, *, wide: bool) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that groups and measures, and its values.

        Args:
            tally: What to group and measure.
            wide: Sum in two halves, for products whose own sum overflows.
        """
        values: Values = []
        entity = tally.of.entity
        shape = self.shaper.condition(entity, tally.of.condition, values)
        keys = keys_shape(entity, tally.by, self.shaper, self._product, values)
        measured = [
            None if one.where is EVERYTHING else self.shaper.condition(entity, one.where, values)
            for one in tally.measures
        ]
        plain = tuple(
            [one if one.where is EVERYTHING else attrs.evolve(one, where=EVERYTHING) for one in tally.measures]
        )
        largest = None if tally.top is None else tally.top.measure
        limit = None if tally.top is None or tally.top.limit == LARGEST_OFFSET else tally.top.limit
        key = ("tally", entity, shape, keys, plain, tuple(measured), largest, limit is None, wide)
        if limit is not None:
            values.append(limit)
        plan = self._kept.get(key)
        if plan is None:
            statement = self._tallies.statement(tally, shape, keys, measured, limited=limit is not None, wide=wide)
            plan = self._keep(key, statement, len(values), self._tallies.reader(tally, wide=wide))
        return plan, plan.arrange(values)

    def derive(self, derivation: Derivation) -> tuple[Plan, Sequence[Any]]:
        """Answer the statement that makes records of records, and its values."""
        values: Values = []
        source, joined = derivation.source, derivation.joined
        shape = self.shaper.condition(source.entity, source.condition, values)
        where = self.shaper.condition(joined, derivation.where, values)
        made = self._deriving.values(derivation, values)
        links = (derivation.into, source.entity, joined, derivation.on, derivation.unless)
        key = ("derive", links, shape, where, made)
        plan = self._kept.get(key)
        if plan is None:
            statement = self._deriving.statement(derivation, shape, where)
            plan = self._keep(key, statement, len(values), list)
        return plan, plan.arrange(values)

    def shape(self, query: Query[Any], values: Values) -> tuple[Hashable, tuple[bool, ...] | None]:
        """Answer the shapes of a query's condition and position, and add their values to *values*."""
        shape = self.shaper.condition(query.entity, query.condition, values)
        if query.after is None:
            return shape, None
        self._position(query, values)
        return shape, tuple([one is None for one in query.after])

    def kept(
        self, key: Hashable, size: int, read: Callable[..., list[Any]], make: Callable[[], sa.Select[Any]]
    ) -> Plan:
        """Answer the statement of a shape with so many values, made if it is new."""
        plan = self._kept.get(key)
        return self._keep(key, make(), size, read) if plan is None else plan

    def _position(self, query: Query[Any], values: Values) -> None:
        for order, value in zip(query.full_order, query.after or (), strict=True):
            if value is None:
                continue
            key = (query.entity, order.path)
            encode = self._encoders.get(key)
            if encode is None:
                encode = self._encoders[key] = self.shaper.encode(query.entity, order.path)
            values.append(encode(value))

    def _keep(self, key: Hashable, statement: sa.sql.ClauseElement, size: int, read: Callable[..., list[Any]]) -> Plan:
        made = compiled(statement, self._product.dialect)
        plan = Plan(made.text, positional([f"v{place}" for place in range(size)], made.names), read)
        with self._lock:
            if len(self._kept) >= _MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = plan
        return plan


Rows = Sequence[TallyRow]
