"""What a tally groups by, as expressions: fields, bands of values, and fields of records that are looked up."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from crmcore.query import Banded, Condition, Frequency, Query
from crmcore.query.groups import Key, origin_of, references_of
from crmcore_mongo.codec import Codec, key_of
from crmcore_mongo.find import Translation
from crmcore_mongo.urls import Document

__all__ = ["Keys", "Translate"]

Translate = Callable[[type[Any]], Translation]
"""Answers what translates conditions on a kind of record."""


@attrs.frozen
class _Reference:
    """One reference that is followed, whatever is looked for at its end."""

    path: tuple[str, ...]
    entity: type[Any]
    where: Condition


_Chain = tuple[_Reference, ...]


def _chain(key: Key) -> _Chain:
    return tuple(_Reference(one.path, one.entity, one.where) for one in references_of(key))


class Keys:
    """The keys of one tally.

    Records are first grouped by what they have themselves, ``k0`` and so on, and by the references ``r0`` and so on;
    then what these name is looked up, once for each group instead of once for each record, as ``t0`` and so on.
    """

    def __init__(self, codec: Codec, entity: type[Any], by: Sequence[Key]) -> None:
        """Know what is grouped by."""
        self._codec, self._entity, self._by = codec, entity, by
        chains = map(_chain, by)
        self._chains = list(dict.fromkeys(chain[: end + 1] for chain in chains for end in range(len(chain))))
        self._first = list(dict.fromkeys(chain[0].path for chain in self._chains))

    @property
    def looks_up(self) -> bool:
        """Whether a key leads to other records."""
        return bool(self._chains)

    def of_records(self) -> Document:
        """The keys of the first groups: of records, before anything is looked up."""
        found = {f"k{n}": self._banded(n, self._field((), key)) for n, key in enumerate(self._by) if not _chain(key)}
        found |= {f"r{n}": "$" + self._key_of(self._entity, path) for n, path in enumerate(self._first)}
        return found

    def lookups(self, translate: Translate) -> list[Document]:
        """The stages that look up what the first groups name: one record, or none."""
        stages: list[Document] = []
        for place, chain in enumerate(self._chains):
            found = {"path": f"$t{place}", "preserveNullAndEmptyArrays": True}
            stages += [self._lookup(place, chain, translate), {"$unwind": found}]
        return stages

    def of_groups(self) -> Document:
        """The keys of groups of groups, after everything has been looked up."""
        return {
            f"k{n}": self._banded(n, self._field(_chain(key), key)) if _chain(key) else f"$_id.k{n}"
            for n, key in enumerate(self._by)
        }

    def of_frequencies(self) -> Document:
        """The keys of groups of records that share a value, in which these have been counted as ``f0`` and so on."""
        return {f"k{n}": _searched(key.edges, 0, len(key.edges), f"$f{n}") for n, key in self.frequencies()}

    def frequencies(self) -> list[tuple[int, Frequency]]:
        """The keys that are frequencies, each with its place: all of them, or none."""
        return [(n, key) for n, key in enumerate(self._by) if isinstance(key, Frequency)]

    def again(self) -> Document:
        """The keys of groups that have all of them."""
        return {f"k{n}": f"$_id.k{n}" for n in range(len(self._by))}

    def decode(self, document: Document) -> tuple[Any, ...]:
        """A group's keys as the entities have them; of a band, its place."""
        return tuple(self._decoded(key, document["_id"][f"k{n}"]) for n, key in enumerate(self._by))

    def _decoded(self, key: Key, value: Any) -> Any:
        if isinstance(key, Banded | Frequency):
            return None if value is None else int(value)
        entity, path = origin_of(key, self._entity)
        mapping = self._codec.mappings[entity]
        return mapping.decode(mapping.spec(path), value)

    def _lookup(self, place: int, chain: _Chain, translate: Translate) -> Document:
        last = chain[-1]
        before = chain[:-1]
        named = self._key_of(before[-1].entity if before else self._entity, last.path)
        local = f"t{self._chains.index(before)}.{named}" if before else f"_id.r{self._first.index(last.path)}"
        seen = translate(last.entity).stages(Query(entity=last.entity, condition=last.where))
        lookup = {"from": self._codec.mappings[last.entity].schema.name, "localField": local, "foreignField": "_id"}
        return {"$lookup": {**lookup, "pipeline": seen, "as": f"t{place}"}}

    def _field(self, chain: _Chain, key: Key) -> Any:
        entity, path = origin_of(key, self._entity)
        name = self._key_of(entity, path)
        if not chain:
            return "$" + name
        return {"$ifNull": [f"$t{self._chains.index(chain)}.{name}", None]}

    def _banded(self, place: int, value: Any) -> Any:
        """How many edges a value has reached, found in few comparisons; null where it is missing."""
        key = self._by[place]
        if not isinstance(key, Banded):
            return value
        edges = [{"$literal": self._codec.encode(edge)} for edge in key.edges]
        found = {"$cond": [{"$gt": ["$$value", None]}, _searched(edges, 0, len(edges)), None]}
        return {"$let": {"vars": {"value": value}, "in": found}}

    def _key_of(self, entity: type[Any], path: tuple[str, ...]) -> str:
        return key_of(self._codec.mappings[entity].spec(path))


def _searched(edges: Sequence[Any], low: int, high: int, value: str = "$$value") -> Any:
    """Halve the edges among which a value lies until none is left."""
    if low == high:
        return {"$literal": low}
    middle = (low + high) // 2
    below, above = _searched(edges, low, middle, value), _searched(edges, middle + 1, high, value)
    return {"$cond": [{"$lt": [value, edges[middle]]}, below, above]}
