"""Refuses to group or measure by what no store could: named wrongly, of the wrong kind, or in bands without order."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import attrs

from crmcore.base.errors import Problem
from crmcore.base.schema import EntitySchema, describe
from crmcore.query.conditions import EVERYTHING, All, AnyOf, Condition, Not, Op, Test
from crmcore.query.field_checks import LIST_KINDS, fits, problem, sortable
from crmcore.query.groups import Banded, Frequency, Key, Through, origin_of, references_of
from crmcore.query.queries import Fn, Measure

__all__ = [
    "MOST_EDGES",
    "MOST_KEYS",
    "MOST_REFERENCES",
    "frequency_problems",
    "key_problems",
    "measure_problems",
    "plain_problems",
]

MOST_KEYS: Final = 12
MOST_EDGES: Final = 500
"""Forty years of months; MongoDB and SQLite bear some more."""
MOST_REFERENCES: Final = 4
"""How many references one key may follow: each is a join for the store."""
_SUMMABLE: Final = frozenset({"integer", "decimal"})
_UNRANKED: Final = frozenset({"boolean", "uuid", *LIST_KINDS})
"""Kinds without a least or greatest value: no store measures them all."""
_ADDED_UP: Final = frozenset({Fn.COUNT, Fn.SUM})
"""What may be taken of all groups together: it adds up."""
_PLAIN: Final = frozenset({Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.NULL})
_LARGEST: Final = 2**31 - 1
_BANDED: Final = frozenset({"integer", "decimal", "date", "instant", "text"})


def key_problems(schema: EntitySchema, key: object) -> Iterator[Problem]:
    """Tell what is wrong with one thing that records of a kind are to be grouped by."""
    if isinstance(key, Frequency):
        yield from sortable(schema, key.path)
        yield from _often_problems(schema, key)
        return
    inner = key.key if isinstance(key, Banded) else key
    if not isinstance(inner, Through | tuple):
        yield Problem(field="by", code="query.no_key")
        return
    wrong = [*_way_problems(schema, inner)]
    yield from wrong
    if isinstance(key, Banded) and not wrong:
        yield from _band_problems(schema, key)


def _way_problems(schema: EntitySchema, key: Any) -> Iterator[Problem]:
    """Follow a key to its end: every reference names the kind of record that is looked for there."""
    for followed, one in enumerate(references_of(key)):
        spec = schema.by_path.get(one.path)
        if spec is None:
            yield problem(schema, one.path, "query.unknown_field")
            return
        if followed == MOST_REFERENCES:
            yield problem(schema, one.path, "query.too_far", max=MOST_REFERENCES)
            return
        target = describe(one.entity) if attrs.has(one.entity) else None
        if target is None or spec.kind != "uuid" or spec.hint.ref not in _names_of(target):
            kind = target.name if target is not None else str(one.entity)[:50]
            yield problem(schema, one.path, "query.no_reference", kind=kind)
            return
        schema, key = target, one.key
    if isinstance(key, tuple):
        yield from sortable(schema, key)
    else:
        yield Problem(field="by", code="query.no_key")


def _names_of(target: EntitySchema) -> set[str]:
    """Answer what references to a kind of record may say: its name, or that of the record whose id it shares.

    A customer's summary is found by every reference to the customer.
    """
    shared = target.by_path.get(("id",))
    return {target.name, "" if shared is None else shared.hint.ref} - {""}


def _band_problems(schema: EntitySchema, banded: Banded) -> Iterator[Problem]:
    entity, path = origin_of(banded, schema.cls)
    origin = describe(entity)
    spec, edges = origin.by_path[path], banded.edges
    if spec.kind not in _BANDED:
        yield problem(origin, path, "query.no_bands")
    elif not 0 < len(edges) <= MOST_EDGES:
        yield problem(origin, path, "query.edges_count", max=MOST_EDGES, got=len(edges))
    elif not all(fits(spec, edge) for edge in edges):
        yield problem(origin, path, "query.value")
    elif any(low >= high for low, high in pairwise(edges)):
        yield problem(origin, path, "query.edges_order")


def _often_problems(schema: EntitySchema, key: Frequency) -> Iterator[Problem]:
    edges = key.edges
    if not 0 < len(edges) <= MOST_EDGES:
        yield problem(schema, key.path, "query.edges_count", max=MOST_EDGES, got=len(edges))
    elif not all(type(edge) is int and 0 < edge <= _LARGEST for edge in edges):
        yield problem(schema, key.path, "query.value")
    elif any(low >= high for low, high in pairwise(edges)):
        yield problem(schema, key.path, "query.edges_order")


def frequency_problems(schema: EntitySchema, by: Sequence[Key], measures: Sequence[Measure]) -> Iterator[Problem]:
    """Tell what may not stand beside a frequency: records that share a value are measured together, whole.

    Other keys would part them; of their values, only the one they share is known for all of them at once.
    """
    shared = {key.path for key in by if isinstance(key, Frequency)}
    if not shared:
        return
    if len(shared) > 1 or not all(isinstance(key, Frequency) for key in by):
        yield Problem(field="by", code="query.mixed_keys", entity=schema.name)
    for one in measures:
        if one.fn is Fn.DISTINCT and one.path not in shared:
            yield problem(schema, one.path, "query.mixed_keys")


def plain_problems(schema: EntitySchema, condition: Condition) -> Iterator[Problem]:
    """Tell what a condition asks beyond comparing a record's fields with values: not every store does so in passing."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from plain_problems(schema, part)
        case Not(part):
            yield from plain_problems(schema, part)
        case _ if not (isinstance(condition, Test) and condition.op in _PLAIN):
            yield problem(schema, condition.path, "query.not_plain")


def measure_problems(schema: EntitySchema, measure: Measure) -> Iterator[Problem]:
    """Tell what is wrong with one measure of records of a kind."""
    if measure.overall and measure.fn not in _ADDED_UP:
        yield Problem(field=measure.name, code="query.operator", entity=schema.name)
    if measure.where != EVERYTHING and measure.fn in {Fn.DISTINCT, Fn.GROUPS}:
        yield Problem(field=measure.name, code="query.operator", entity=schema.name)
    if measure.fn in {Fn.COUNT, Fn.GROUPS}:
        return
    for path in (measure.path, measure.until) if measure.fn is Fn.ELAPSED else (measure.path,):
        spec = schema.by_path.get(path)
        if spec is None:
            yield problem(schema, path, "query.unknown_field")
        elif spec.hint.secret:
            yield problem(schema, path, "query.secret")
        elif code := _unmeasurable(measure.fn, spec.kind):
            yield problem(schema, path, code)


def _unmeasurable(fn: Fn, kind: str) -> str:
    """Answer why no store takes that measure of a field of that kind; empty if every store does."""
    match fn:
        case Fn.SUM:
            return "" if kind in _SUMMABLE else "query.not_a_number"
        case Fn.ELAPSED:
            return "" if kind == "instant" else "query.not_an_instant"
        case Fn.DISTINCT:
            return "query.operator" if kind in LIST_KINDS else ""
    return "query.operator" if kind in _UNRANKED else ""
