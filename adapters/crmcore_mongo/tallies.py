"""Tallies as aggregation pipelines: the server groups, counts and sums, exactly, in 34 decimal digits."""

from collections.abc import Sequence
from typing import Any, Final

from crmcore.query import Fn, Measure, Tally, TallyRow
from crmcore.query.meaning import comparable
from crmcore_mongo.codec import Mapping, key_of
from crmcore_mongo.urls import Document

__all__ = ["pipeline", "rows"]

_ACCUMULATE: Final = {Fn.MIN: "$min", Fn.MAX: "$max"}
_LISTS: Final = frozenset({"text_list", "uuid_list"})


def pipeline(mapping: Mapping, tally: Tally, found: Sequence[Document]) -> list[Document]:
    """The stages that group and measure what other stages have found.

    Groups and measures go by number, because names chosen by callers may have a meaning in a pipeline.
    """
    group: Document = {"_id": {f"k{n}": "$" + key_of(mapping.spec(path)) for n, path in enumerate(tally.by)} or None}
    voids: Document = {}
    for n, measure in enumerate(tally.measures):
        _measure(mapping, n, measure, group, voids)
    stages: list[Document] = [*found, {"$group": group}]
    if voids:
        stages.append({"$set": voids})
    if tally.top is not None and not _involves_list(mapping, tally):
        order = {f"m{_place(tally, tally.top.measure)}": -1} | {f"_id.k{n}": 1 for n in range(len(tally.by))}
        stages += [{"$sort": order}, {"$limit": max(tally.top.limit, 1)}]
    return stages


def rows(mapping: Mapping, tally: Tally, documents: Sequence[Document]) -> list[TallyRow]:
    """The groups in the order the port promises; without grouping keys one row, also over nothing."""
    if not tally.by and not documents:
        documents = [{}]
    keys = [mapping.spec(path) for path in tally.by]
    found = [
        TallyRow(
            tuple(mapping.decode(spec, document["_id"][f"k{n}"]) for n, spec in enumerate(keys)),
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


def _measure(mapping: Mapping, n: int, measure: Measure, group: Document, voids: Document) -> None:
    """Add what a measure needs: accumulators, and null in place of the 0 that ``$sum`` makes of nothing."""
    if measure.fn is Fn.COUNT:
        group[f"m{n}"] = {"$sum": 1}
        return
    spec = mapping.spec(measure.path)
    value = "$" + key_of(spec)
    if measure.fn is not Fn.SUM:
        group[f"m{n}"] = {_ACCUMULATE[measure.fn]: value}
        return
    # A sum of 64-bit integers that does not fit becomes a float; a sum of decimals stays exact.
    group[f"m{n}"] = {"$sum": {"$toDecimal": value} if spec.kind == "integer" else value}
    if spec.nullable:
        group[f"n{n}"] = {"$sum": {"$cond": [{"$gt": [value, None]}, 1, 0]}}
        voids[f"m{n}"] = {"$cond": [{"$gt": [f"$n{n}", 0]}, f"$m{n}", None]}


def _measured(mapping: Mapping, document: Document, n: int, measure: Measure) -> Any:
    value = document.get(f"m{n}")
    if measure.fn is Fn.COUNT:
        return int(value or 0)
    spec = mapping.spec(measure.path)
    if value is None or measure.fn is not Fn.SUM:
        return mapping.decode(spec, value)
    total = value.to_decimal()
    return int(total) if spec.kind == "integer" else total


def _involves_list(mapping: Mapping, tally: Tally) -> bool:
    """Tell whether a group or measure is a list: ``$sort`` looks at one element of it, the port at all of them."""
    measured = (measure.path for measure in tally.measures if measure.path)
    return any(mapping.spec(path).kind in _LISTS for path in (*tally.by, *measured))


def _place(tally: Tally, name: str) -> int:
    return [measure.name for measure in tally.measures].index(name)


def _rank(value: Any) -> tuple[bool, Any]:
    """Missing values come lowest."""
    return (False, 0) if value is None else (True, comparable(value))
