"""Queries as MongoDB filters and sorts, with the meaning fixed in ``crmcore.query.meaning``.

MongoDB compares within a type: null never meets ``$lt`` and its kin, and sorts below everything. Both are what the port
promises, so neither needs help here. Text is compared by bytes of UTF-8, which is the order of code points.
"""

import re
import sys
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from bson import Decimal128

from crmcore.base.text import fold, sought
from crmcore.query import All, AnyOf, Condition, InQuery, Not, Op, Order, Query, Test
from crmcore_mongo.codec import Codec, Mapping, fold_key, fragments_key, is_searched, key_of, number_of
from crmcore_mongo.urls import Document

__all__ = ["NO_DOCUMENT", "Resolve", "Translation"]

Resolve = Callable[[Query[Any], tuple[str, ...]], list[UUID] | None]
"""Answers what the records that a query finds have in a field, within the same transaction; None if they are too many.

Too many for one statement, that is; each record is then looked up by itself.
"""
NO_DOCUMENT: Final[Document] = {"_id": {"$in": []}}
_COMPARE: Final = {Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte"}
_LONGEST_PATTERN: Final = 1000
_MOST_SOUGHT: Final = 32
"""Fragments of one keyword that are looked up; a longer one is told from others by these and by looking at the hits."""
_SURROGATES: Final = 0xD800
_AFTER_SURROGATES: Final = 0xE000
_BELOW: Final = Context(prec=34, rounding=ROUND_FLOOR, Emin=-6143, Emax=6144)
_ABOVE: Final = Context(prec=34, rounding=ROUND_CEILING, Emin=-6143, Emax=6144)


class Translation:
    """Turns the parts of a query about one kind of record into what MongoDB understands."""

    def __init__(self, codec: Codec, entity: type[Any], resolve: Resolve) -> None:
        """Translate for *entity*; *resolve* runs semi-joins."""
        self._codec, self._resolve = codec, resolve
        self._mapping: Mapping = codec.mappings[entity]
        self.lookups: list[Document] = []
        """Stages without which the filters made so far can't be run: a find becomes a pipeline."""

    def matching(self, query: Query[Any]) -> Document:
        """The filter for the records that come up: those that meet the condition and follow ``after``."""
        filters = [self.condition(query.condition)]
        if query.after is not None:
            filters.append(self._following(query.full_order, query.after))
        return _every([one for one in filters if one])

    def stages(self, query: Query[Any], *between: Document) -> list[Document]:
        """The pipeline for the records that come up: as few as possible are looked up elsewhere.

        Args:
            query: Which records.
            between: Stages to run before anything is looked up, such as a sort that an index serves.
        """
        whole = self.matching(query)
        if not self.lookups:
            return [{"$match": whole}, *between]
        parts = query.condition.parts if isinstance(query.condition, All) else (query.condition,)
        alone = attrs.evolve(query, condition=All(tuple(one for one in parts if not _looks_elsewhere(one))))
        lookups = list(self.lookups)
        hidden = {lookup["$lookup"]["as"]: 0 for lookup in lookups}
        return [{"$match": self.matching(alone)}, *between, *lookups, {"$match": whole}, {"$project": hidden}]

    def sort(self, order: Sequence[Order]) -> list[tuple[str, int]]:
        """The sort, key by key; said twice, a key goes by the first."""
        keys: dict[str, int] = {}
        for one in order:
            keys.setdefault(key_of(self._mapping.spec(one.path)), -1 if one.descending else 1)
        return list(keys.items())

    def condition(self, condition: Condition) -> Document:
        """The filter for a condition; MongoDB refuses empty ``$and`` and ``$or``."""
        match condition:
            case All(parts):
                return _every([one for part in _nearest_first(parts) if (one := self.condition(part))])
            case AnyOf(parts):
                return _some([self.condition(part) for part in parts])
            case Not(part):
                return {"$nor": [self.condition(part)]}
            case InQuery(path, query, on):
                found, key = self._resolve(query, on), key_of(self._mapping.spec(path))
                return self._looked_up(key, query, on) if found is None else {key: {"$in": found}}
            case Test():
                return self._test(condition)

    def _looked_up(self, key: str, query: Query[Any], on: tuple[str, ...]) -> Document:
        """The filter for records that have a partner among those that a query finds, looked up one by one."""
        mapping = self._codec.mappings[query.entity]
        theirs, name = key_of(mapping.spec(on)), f"_found{len(self.lookups)}"
        inner = Translation(self._codec, query.entity, self._resolve).stages(attrs.evolve(query, after=None))
        there = {"$match": {theirs: {"$ne": None}}}  # nothing would be looked up where nothing is
        pipeline = [there, *inner, {"$limit": 1}, {"$project": {"_id": 1}}]
        lookup = {"from": mapping.schema.name, "localField": key, "foreignField": theirs}
        self.lookups.append({"$lookup": {**lookup, "pipeline": pipeline, "as": name}})
        return {name: {"$ne": []}}

    def _test(self, test: Test) -> Document:
        spec, encode = self._mapping.spec(test.path), self._codec.encode
        match test.op:
            case Op.NULL:
                return {key_of(spec): {"$eq": None}}
            case Op.ONE_OF:
                return {key_of(spec): {"$in": [encode(one) for one in test.value if _is_exact(one)]}}
            case Op.CONTAINS:
                wanted = fold(test.value)
                found = _containing(fold_key(spec), wanted)
                return _having(fragments_key(spec), wanted) | found if is_searched(spec) else found
            case Op.STARTS:
                return {fold_key(spec): _starting(fold(test.value))}
        if not _is_exact(test.value):
            return _beside(key_of(spec), test)
        value = encode(test.value)  # never an expression or a pattern, so it may stand for itself
        return {key_of(spec): {_COMPARE[test.op]: value} if test.op in _COMPARE else value}

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


def _nearest_first(parts: Sequence[Condition]) -> Sequence[Condition]:
    """What other records say comes last: a long list of ids is searched for what all the rest has found only."""
    return sorted(parts, key=_looks_elsewhere)


def _looks_elsewhere(condition: Condition) -> bool:
    match condition:
        case All(parts) | AnyOf(parts):
            return any(map(_looks_elsewhere, parts))
        case Not(part):
            return _looks_elsewhere(part)
        case _:
            return isinstance(condition, InQuery)


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


def _is_exact(value: Any) -> bool:
    """Tell whether MongoDB has *value*; decimals have 34 digits there."""
    return not isinstance(value, Decimal) or _BELOW.plus(value) == value


def _beside(key: str, test: Test) -> Document:
    """The filter for a comparison with a decimal of more digits than MongoDB has: with its neighbour that has fewer."""
    match test.op:
        case Op.LT | Op.LE:
            return {key: {"$lte": Decimal128(_BELOW.plus(test.value))}}
        case Op.GT | Op.GE:
            return {key: {"$gte": Decimal128(_ABOVE.plus(test.value))}}
    return NO_DOCUMENT


def _containing(key: str, wanted: str) -> Document:
    """The filter for text that contains *wanted*; as an expression where no server would take so long a pattern."""
    pattern = re.escape(wanted)
    if len(pattern) <= _LONGEST_PATTERN:
        return {key: {"$regex": pattern}}
    return {"$expr": {"$gte": [{"$indexOfBytes": [f"${key}", {"$literal": wanted}]}, 0]}}


def _having(key: str, wanted: str) -> Document:
    """The filter for text that has the fragments of a keyword, which an index finds by the first of them."""
    chosen = [number_of(one) for one in sought(wanted)[:_MOST_SOUGHT]]
    return {key: {"$all": chosen}} if chosen else {}


def _starting(wanted: str) -> Document:
    """The test for text that starts with *wanted*: a range, so of any length and served by an index."""
    head = wanted.rstrip(chr(sys.maxunicode))
    if not head:
        return {"$gte": wanted}
    last = ord(head[-1]) + 1
    return {"$gte": wanted, "$lt": head[:-1] + chr(_AFTER_SURROGATES if last == _SURROGATES else last)}


def _every(filters: Sequence[Document]) -> Document:
    """All of *filters* at once; side by side where they name different keys: indexes are found more easily so."""
    merged: Document = {}
    for one in filters:
        if merged.keys() & one.keys():
            return {"$and": list(filters)}
        merged |= one
    return merged


def _some(filters: Sequence[Document]) -> Document:
    if len(filters) > 1:
        return {"$or": list(filters)}
    return filters[0] if filters else NO_DOCUMENT
