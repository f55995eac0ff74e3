"""Tallies as aggregation pipelines: the server groups, counts and sums, exactly, in 34 decimal digits."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from crmcore.query import EVERYTHING, Fn, Measure, Tally, TallyRow
from crmcore.query.meaning import comparable
from crmcore_mongo.codec import Codec, Mapping, key_of
from crmcore_mongo.grouping import Keys, Translate
from crmcore_mongo.meeting import where_met
from crmcore_mongo.urls import Document

__all__ = ["finished", "of_all", "pipeline", "rows"]

_ACCUMULATE: Final = {Fn.MIN: "$min", Fn.MAX: "$max"}
_LISTS: Final = frozenset({"text_list", "uuid_list"})
_COUNTS: Final = frozenset({Fn.COUNT, Fn.DISTINCT, Fn.GROUPS})


def pipeline(codec: Codec, tally: Tally, found: Sequence[Document], translate: Translate) -> list[Document]:
    """The stages that group and measure what other stages have found; :func:`finished` has the last ones.

    Groups and measures go by number, because names chosen by callers may have a meaning in a pipeline. What is looked
    up, and what is counted once for each of its values, is grouped by first, and then grouped again without it: no
    group has to hold all that is in it.
    """
    mapping, keys = codec.mappings[tally.of.entity], Keys(codec, tally.of.entity, tally.by)
    if keys.frequencies():
        return [*found, *_by_frequency(codec, tally, keys, translate)]
    different = [n for n, measure in enumerate(tally.measures) if measure.fn is Fn.DISTINCT]
    values = [f"${_key(mapping, tally.measures[n])}" for n in different]
    stages = [*found, *_one_by_one(values)]
    first, again = _accumulators(mapping, tally, translate, only_first=len(different) > 1)
    apart: Document = {}
    if different:
        apart = {"n": "$_id.n", "v": "$_id.v"}
        single = {"n": {"$literal": 0}, "v": values[0]}
        of_records = keys.of_records() | (single if len(different) == 1 else {"n": "$_each.n", "v": "$_each.v"})
    else:
        of_records = keys.of_records()
    stages.append({"$group": {"_id": of_records or None, **first}})
    if keys.looks_up:
        stages += [*keys.lookups(translate), {"$group": {"_id": keys.of_groups() | apart, **again}}]
    if different:
        counted = {f"m{n}": {"$sum": _counts(place)} for place, n in enumerate(different)}
        stages.append({"$group": {"_id": keys.again() or None, **again, **counted}})
    return stages


def rows(codec: Codec, tally: Tally, documents: Sequence[Document]) -> list[TallyRow]:
    """The groups in the order the port promises; without grouping keys one row, also over nothing."""
    if not tally.by and not documents:
        documents = [{f"m{n}": 1 for n, measure in enumerate(tally.measures) if measure.fn is Fn.GROUPS}]
    mapping, keys = codec.mappings[tally.of.entity], Keys(codec, tally.of.entity, tally.by)
    found = [
        TallyRow(
            keys.decode(document),
            tuple(_measured(mapping, document, n, measure) for n, measure in enumerate(tally.measures)),
        )
        for document in documents
    ]
    found.sort(key=lambda row: tuple(map(_rank, row.key)))
    if tally.top is not None:
        place = _place(tally, tally.top.measure)
        found.sort(key=lambda row: _rank(row.values[place]), reverse=True)
        del found[tally.top.limit :]
    return found


def _by_frequency(codec: Codec, tally: Tally, keys: Keys, translate: Translate) -> list[Document]:
    """The stages that group by what records share, count them, and group by how many they are."""
    mapping, frequencies = codec.mappings[tally.of.entity], keys.frequencies()
    first, again = _accumulators(mapping, tally, translate, only_first=False)
    counted = {f"f{n}": {"$sum": where_met(translate, tally.of.entity, key.where, 1)} for n, key in frequencies}
    there = {"$sum": {"$cond": [{"$gt": ["$_id", None]}, 1, 0]}}
    different = {f"m{n}": there for n, measure in enumerate(tally.measures) if measure.fn is Fn.DISTINCT}
    shared = "$" + key_of(mapping.spec(frequencies[0][1].path))
    return [
        {"$group": {"_id": shared, **counted, **first}},
        {"$group": {"_id": keys.of_frequencies(), **again, **different}},
    ]


def _one_by_one(values: Sequence[str]) -> list[Document]:
    """The stages that make of one document one for each of several values whose differences are counted."""
    if len(values) < 2:  # noqa: PLR2004  # a single one is grouped by as it is
        return []
    each = [{"n": {"$literal": n}, "v": value} for n, value in enumerate(values)]
    return [{"$set": {"_each": each}}, {"$unwind": "$_each"}]


def _counts(place: int) -> Document:
    """One for a value that is there and belongs to the measure of that place."""
    return {"$cond": [{"$and": [{"$eq": ["$_id.n", place]}, {"$gt": ["$_id.v", None]}]}, 1, 0]}


def _accumulators(
    mapping: Mapping, tally: Tally, translate: Translate, *, only_first: bool
) -> tuple[Document, Document]:
    """What accumulates the measures of documents, and what accumulates those of groups.

    Args:
        mapping: How the records are kept.
        tally: What is measured.
        translate: What translates conditions on records.
        only_first: There is more than one document for each record; only the first of them counts.
    """
    first: Document = {}
    again: Document = {}
    for n, measure in enumerate(tally.measures):
        for name, operator, value in _parts(mapping, n, measure):
            met = where_met(translate, tally.of.entity, measure.where, value)
            counted = {"$cond": [{"$eq": ["$_each.n", 0]}, met, None]} if only_first else met
            first[name], again[name] = {operator: counted}, {operator: f"${name}"}
    return first, again


def _parts(mapping: Mapping, n: int, measure: Measure) -> list[tuple[str, str, Any]]:
    """The names of what a measure needs, each with the operator and what that is applied to."""
    match measure.fn:
        case Fn.COUNT:
            return [(f"m{n}", "$sum", 1)]
        case Fn.DISTINCT | Fn.GROUPS:
            return []
        case Fn.MIN | Fn.MAX:
            return [(f"m{n}", _ACCUMULATE[measure.fn], "$" + _key(mapping, measure))]
    value = _added(mapping, measure)
    parts: list[tuple[str, str, Any]] = [(f"m{n}", "$sum", value)]
    if _may_miss(mapping, measure):
        parts.append((f"n{n}", "$sum", {"$cond": [{"$gt": [value, None]}, 1, 0]}))
    return parts


def _added(mapping: Mapping, measure: Measure) -> Any:
    """A sum of 64-bit integers that does not fit becomes a float; a sum of decimals stays exact."""
    value: Any = "$" + _key(mapping, measure)
    if measure.fn is Fn.ELAPSED:
        value = {"$subtract": ["$" + key_of(mapping.spec(measure.until)), value]}
    return value if mapping.spec(measure.path).kind == "decimal" else {"$toDecimal": value}


def _may_miss(mapping: Mapping, measure: Measure) -> bool:
    """Tell whether there may be nothing to add up: no value in a record, or no record that is measured."""
    return measure.where != EVERYTHING or any(
        mapping.spec(path).nullable for path in (measure.path, measure.until) if path
    )


def finished(codec: Codec, tally: Tally) -> list[Document]:
    """The last stages: null for the 0 that ``$sum`` makes of nothing, and only the top."""
    mapping, together = codec.mappings[tally.of.entity], of_all(codec, tally)
    voids = {
        f"m{n}": {"$cond": [{"$gt": [f"$n{n}", 0]}, f"$m{n}", None]}
        for n, measure in enumerate(tally.measures)
        if measure.fn in {Fn.SUM, Fn.ELAPSED} and _may_miss(mapping, measure) and f"m{n}" not in together
    }
    stages: list[Document] = [{"$set": voids}] if voids else []
    if tally.top is not None and not _involves_list(mapping, tally):
        first = f"m{_place(tally, tally.top.measure)}"
        order = ({} if first in together else {first: -1}) | {f"_id.k{n}": 1 for n in range(len(tally.by))}
        stages += [{"$sort": order}] if order else []
        stages.append({"$limit": max(tally.top.limit, 1)})
    return stages


def of_all(codec: Codec, tally: Tally) -> dict[str, Any]:
    """Name what is said of all groups together, each with what is added up for it."""
    mapping, named = codec.mappings[tally.of.entity], dict[str, Any]()
    for n, measure in enumerate(tally.measures):
        if measure.fn is Fn.GROUPS:
            named[f"m{n}"] = 1
        elif measure.overall:
            named |= {name: f"${name}" for name, _, _ in _parts(mapping, n, measure)}
    return named


def _measured(mapping: Mapping, document: Document, n: int, measure: Measure) -> Any:
    value = document.get(f"m{n}")
    if measure.fn in _COUNTS:
        return int(value or 0)
    spec = mapping.spec(measure.path)
    if measure.overall and document.get(f"n{n}") == 0:
        return None
    if value is None or measure.fn in _ACCUMULATE:
        return mapping.decode(spec, value)
    total = value if isinstance(value, Decimal) else value.to_decimal()
    return total if spec.kind == "decimal" else int(total)


def _involves_list(mapping: Mapping, tally: Tally) -> bool:
    """Tell whether a group or measure is a list: ``$sort`` looks at one element of it, the port at all of them."""
    plain = (key for key in tally.by if isinstance(key, tuple))
    measured = (measure.path for measure in tally.measures if measure.path)
    return any(mapping.spec(path).kind in _LISTS for path in (*plain, *measured))


def _key(mapping: Mapping, measure: Measure) -> str:
    return key_of(mapping.spec(measure.path))


def _place(tally: Tally, name: str) -> int:
    return [measure.name for measure in tally.measures].index(name)


def _rank(value: Any) -> tuple[bool, Any]:
    """Missing values come lowest."""
    return (False, 0) if value is None else (True, comparable(value))
