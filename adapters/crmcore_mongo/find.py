"""Queries as MongoDB filters and sorts, with the meaning fixed in ``crmcore.query.meaning``.

MongoDB compares within a type: null never meets ``$lt`` and its kin, and sorts below everything. Both are what the port
promises, so neither needs help here. Text is compared by bytes of UTF-8, which is the order of code points.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from crmcore.base.text import fold
from crmcore.query import All, AnyOf, Condition, InQuery, Not, Op, Order, Query, Test
from crmcore_mongo.codec import Codec, Mapping, fold_key, key_of
from crmcore_mongo.urls import Document

__all__ = ["NO_DOCUMENT", "Resolve", "Translation"]

Resolve = Callable[[Query[Any]], list[UUID]]
"""Answers the ids that a query finds, within the same transaction."""
NO_DOCUMENT: Final[Document] = {"_id": {"$in": []}}
_COMPARE: Final = {Op.EQ: "$eq", Op.HAS: "$eq", Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte"}
_LISTS: Final = frozenset({"text_list", "uuid_list"})


class Translation:
    """Turns the parts of a query about one kind of record into what MongoDB understands."""

    def __init__(self, codec: Codec, entity: type[Any], resolve: Resolve) -> None:
        """Translate for *entity*; *resolve* runs semi-joins."""
        self._codec, self._resolve = codec, resolve
        self._mapping: Mapping = codec.mappings[entity]

    def matching(self, query: Query[Any]) -> Document:
        """The filter for the records that come up: those that meet the condition and follow ``after``."""
        filters = [self.condition(query.condition)]
        if query.after is not None:
            filters.append(self._following(query.full_order, query.after))
        return _every([one for one in filters if one])

    def sort(self, order: Sequence[Order]) -> list[tuple[str, int]]:
        """The sort, key by key."""
        return [(key_of(self._mapping.spec(one.path)), -1 if one.descending else 1) for one in order]

    def condition(self, condition: Condition) -> Document:
        """The filter for a condition; MongoDB refuses empty ``$and`` and ``$or``."""
        match condition:
            case All(parts):
                return _every([one for part in parts if (one := self.condition(part))])
            case AnyOf(parts):
                return _some([self.condition(part) for part in parts])
            case Not(part):
                return {"$nor": [self.condition(part)]}
            case InQuery(path, query):
                spec = self._mapping.spec(path)
                return NO_DOCUMENT if spec.kind in _LISTS else {key_of(spec): {"$in": self._resolve(query)}}
            case Test():
                return self._test(condition)

    def _test(self, test: Test) -> Document:
        spec, encode = self._mapping.spec(test.path), self._codec.encode
        match test.op:
            case Op.NULL:
                return {key_of(spec): {"$eq": None}}
            case Op.ONE_OF:
                return {key_of(spec): {"$in": [encode(one) for one in test.value]}}
            case Op.CONTAINS:
                return {fold_key(spec): {"$regex": re.escape(fold(test.value))}}
            case Op.STARTS:
                return {fold_key(spec): {"$regex": "^" + re.escape(fold(test.value))}}
        return {key_of(spec): {_COMPARE[test.op]: encode(test.value)}}

    def _following(self, order: Sequence[Order], position: tuple[Any, ...]) -> Document:
        """The filter for what comes after a position: beyond it in one key, level with it in all keys before.

        The first key's bound is said once more by itself, so that an index on it is entered at the position instead
        of being read from its start.
        """
        ways: list[Document] = []
        level: list[Document] = []
        for one, value in zip(order, position, strict=True):
            spec, here = self._mapping.spec(one.path), self._codec.encode(value)
            if beyond := _side(here, descending=one.descending, nullable=spec.nullable, level=False):
                ways.append(_every([*level, {key_of(spec): beyond}]))
            level.append({key_of(spec): {"$eq": here}})
        first = self._mapping.spec(order[0].path)
        here = self._codec.encode(position[0])
        bound = _side(here, descending=order[0].descending, nullable=first.nullable, level=True)
        return _every([{key_of(first): bound}, _some(ways)] if bound else [_some(ways)])


def _side(here: Any, *, descending: bool, nullable: bool, level: bool) -> Document:
    """The test for values after *here*, or *level* with it; empty if every value, or none, would pass.

    Null comes before everything: nothing follows it downwards, and downwards it follows everything.
    """
    if here is None:
        if descending:
            return {"$eq": None} if level else {}
        return {} if level else {"$ne": None}
    if not descending:
        return {"$gte" if level else "$gt": here}
    if nullable:
        return {"$not": {"$gt" if level else "$gte": here}}
    return {"$lte" if level else "$lt": here}


def _every(filters: Sequence[Document]) -> Document:
    if len(filters) > 1:
        return {"$and": list(filters)}
    return filters[0] if filters else {}


def _some(filters: Sequence[Document]) -> Document:
    if len(filters) > 1:
        return {"$or": list(filters)}
    return filters[0] if filters else NO_DOCUMENT
