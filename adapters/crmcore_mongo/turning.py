"""Measures records of which another kind of record tells which they are, beginning at that kind where it pays."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from crmcore.query import All, Condition, InQuery, Query, Tally
from crmcore_mongo.codec import Codec, key_of
from crmcore_mongo.grouping import Translate
from crmcore_mongo.urls import Document

__all__ = ["FEW", "turned"]

FEW: Final = 1_000
"""Up to so many ids, records are found by a list of them. A longer one would be sent here and back, and a server that
looks at each record it has found once more searches the whole list every time."""


def turned(
    codec: Codec, tally: Tally, are_many: Callable[[Query[Any]], bool], translate: Translate
) -> tuple[type[Any], list[Document]] | None:
    """Answer where to begin and the stages that find what a tally measures; None where its own kind does as well.

    Order lines whose orders were paid in May, say: from these orders to their lines, which an index finds, no list of
    ids on the way. Only along references: a record refers to one other at most, so that none comes up twice.

    Args:
        codec: How records are kept.
        tally: What is measured.
        are_many: Whether a query finds more than a few records.
        translate: What translates conditions on a kind of record.
    """
    entity = tally.of.entity
    for part, others in _references(codec, entity, tally.of.condition):
        if not are_many(part.query):
            continue
        mapping = codec.mappings[entity]
        lookup = {"from": mapping.schema.name, "localField": "_id", "foreignField": key_of(mapping.spec(part.path))}
        return part.query.entity, [
            *translate(part.query.entity).stages(Query(entity=part.query.entity, condition=part.query.condition)),
            {"$project": {"_id": 1}},
            {"$lookup": {**lookup, "as": "_of"}},
            {"$unwind": "$_of"},
            {"$replaceRoot": {"newRoot": "$_of"}},
            *translate(entity).stages(Query(entity=entity, condition=others)),
        ]
    return None


def _references(codec: Codec, entity: type[Any], condition: Condition) -> Iterator[tuple[InQuery, Condition]]:
    """Go through the references that a condition narrows, and that an index finds; each with what else it says."""
    parts = list(_parts(condition))
    leading = {names[0] for names in codec.mappings[entity].schema.indexes}
    for place, part in enumerate(parts):
        if isinstance(part, InQuery) and part.on == ("id",) and "_".join(part.path) in leading:
            yield part, All((*parts[:place], *parts[place + 1 :]))


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
