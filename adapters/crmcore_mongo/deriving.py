"""Derivations as one pipeline: match, look up, match again, shape, merge."""

from collections.abc import Sequence
from typing import Any, Final

from bson import ObjectId

from crmcore.base.errors import StoreError
from crmcore.base.schema import FieldSpec
from crmcore.base.text import fold, fragments
from crmcore.query import Derivation, FromJoined, FromSource, Op, Prior, Query
from crmcore_mongo.codec import Codec, fold_key, fragments_key, is_searched, key_of, number_of
from crmcore_mongo.find import Resolve, Translation
from crmcore_mongo.urls import Document

__all__ = ["MARK", "Deriving"]

MARK: Final = "_derivation"
"""Key of a document that says which run of a derivation made it; its next version has none."""
_JOINED: Final = "_joined"
_PRIOR: Final = "_prior"


class Deriving:
    """One run of one derivation."""

    def __init__(self, codec: Codec, derivation: Derivation, resolve: Resolve) -> None:
        """Prepare the run."""
        self._codec, self._derivation, self._resolve = codec, derivation, resolve
        self._source = codec.mappings[derivation.source.entity]
        self._joined = codec.mappings[derivation.joined]
        self._into = codec.mappings[derivation.into]
        self._run = ObjectId()

    def mark(self) -> Document:
        """The filter for what this run has made; the values that all have in common lead an index to them."""
        derivation = self._derivation
        shared = {name: value for name, value in derivation.values.items() if not _copied(value)}
        indexed = {name for names in self._into.schema.indexes for name in names}
        common = {name: self._codec.encode(value) for name, value in shared.items() if name in indexed}
        return {**common, MARK: self._run}

    def pipeline(self) -> list[Document]:
        """The stages, to be run over the sources."""
        derivation = self._derivation
        where = _below(self._condition(derivation.joined, derivation.where), _JOINED)
        return [
            *self._sources(),
            *self._earlier(),
            {
                "$lookup": {
                    "from": self._joined.schema.name,
                    "localField": key_of(self._source.spec(derivation.on)),
                    "foreignField": "_id",
                    "as": _JOINED,
                }
            },
            {"$unwind": f"${_JOINED}"},
            {"$match": _all([where, *self._needed(FromJoined, f"{_JOINED}.")])},
            {"$project": self._made()},
            {"$merge": {"into": self._into.schema.name, "whenMatched": "keepExisting", "whenNotMatched": "insert"}},
        ]

    def _sources(self) -> list[Document]:
        """The stages that find the sources."""
        source = self._derivation.source
        every = Query(entity=source.entity, condition=source.condition)
        needed = _all(self._needed(FromSource, ""))
        first, *others = Translation(self._codec, source.entity, self._resolve).stages(every)
        return [{"$match": _all([first["$match"], needed])}, *others]

    def _condition(self, entity: type[Any], condition: Any) -> Document:
        translation = Translation(self._codec, entity, self._resolve)
        found = translation.condition(condition)
        if translation.lookups:
            raise StoreError(reason="a derivation's joined records can't be looked for among so many others")
        return found

    def _needed(self, side: type[Any], prefix: str) -> list[Document]:
        mapping = self._source if side is FromSource else self._joined
        wanted = [one for one in self._derivation.needed() if isinstance(one, side)]
        return [{prefix + key_of(mapping.spec(one.path)): {"$ne": None}} for one in wanted]

    def _earlier(self) -> list[Document]:
        """The stages that leave out sources for which an earlier record stands in the way."""
        unless = self._derivation.unless
        if not unless:
            return []
        equal = next(prior for prior in unless if prior.op is Op.EQ)
        lookup = {
            "from": self._into.schema.name,
            "localField": key_of(self._source.spec(equal.source)),
            "foreignField": key_of(self._into.spec(equal.path)),
            "as": _PRIOR,
        }
        comparisons = [test for prior in unless for test in self._compared(prior)]
        standing = {"$filter": {"input": f"${_PRIOR}", "as": "earlier", "cond": {"$and": comparisons}}}
        return [
            {"$lookup": lookup},
            {"$match": {"$expr": {"$eq": [{"$size": standing}, 0]}}},
            {"$project": {_PRIOR: 0}},
        ]

    def _compared(self, prior: Prior) -> list[Document]:
        """Null is less than everything in a pipeline, and equal to itself; here it never compares."""
        theirs = f"$$earlier.{key_of(self._into.spec(prior.path))}"
        ours = f"${key_of(self._source.spec(prior.source))}"
        there = [{"$gt": [theirs, None]}, {"$gt": [ours, None]}]
        return [*there, {"$eq" if prior.op is Op.EQ else "$gte": [theirs, ours]}]

    def _made(self) -> Document:
        """The new document, key by key."""
        made: Document = {}
        for spec in self._into.schema.fields:
            value = self._derivation.values[spec.name]
            made[key_of(spec)] = self._value(value)
            if spec.hint.searchable:
                made[fold_key(spec)] = self._folded(value)
            if is_searched(spec):
                made[fragments_key(spec)] = self._found_by(value)
        return {**made, MARK: {"$literal": self._run}}

    def _value(self, value: Any) -> Any:
        if not _copied(value):
            return {"$literal": None if value is None else self._codec.encode(value)}
        spec, prefix = self._origin(value)
        return prefix + key_of(spec)

    def _folded(self, value: Any) -> Any:
        if not _copied(value):
            return {"$literal": None if value is None else fold(value)}
        spec, prefix = self._origin(value)
        return prefix + fold_key(spec)

    def _found_by(self, value: Any) -> Any:
        """What a keyword of another record finds this one by too: only texts that have such an index are copied."""
        if not _copied(value):
            return {"$literal": list(map(number_of, fragments(fold(value or ""))))}
        spec, prefix = self._origin(value)
        return prefix + fragments_key(spec)

    def _origin(self, value: FromSource | FromJoined) -> tuple[FieldSpec, str]:
        if isinstance(value, FromSource):
            return self._source.spec(value.path), "$"
        return self._joined.spec(value.path), f"${_JOINED}."


def _copied(value: Any) -> bool:
    return isinstance(value, FromSource | FromJoined)


def _all(filters: Sequence[Document]) -> Document:
    given = [one for one in filters if one]
    return {"$and": given} if given else {}


def _below(condition: Any, name: str) -> Any:
    """The same condition on a document that is inside another one, under *name*."""
    if not isinstance(condition, dict):
        return condition
    moved: Document = {}
    for key, value in condition.items():
        if key == "$expr":
            moved[key] = _expression_below(value, name)
        elif key.startswith("$"):
            moved[key] = [_below(one, name) for one in value]
        else:
            moved[f"{name}.{key}"] = value
    return moved


def _expression_below(expression: Any, name: str) -> Any:
    if isinstance(expression, dict):
        return {
            key: value if key == "$literal" else _expression_below(value, name) for key, value in expression.items()
        }
    if isinstance(expression, list):
        return [_expression_below(one, name) for one in expression]
    if isinstance(expression, str) and expression.startswith("$"):
        return f"${name}.{expression[1:]}"
    return expression
