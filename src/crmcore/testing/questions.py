"""Hypothesis strategies for conditions, queries and tallies about any kind of entity."""

import functools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from crmcore.base.constraints import Pattern
from crmcore.base.schema import FieldSpec, describe
from crmcore.query import (
    EVERYTHING,
    All,
    AnyOf,
    Banded,
    Condition,
    Derivation,
    Fn,
    Frequency,
    FromJoined,
    FromSource,
    InQuery,
    Measure,
    Not,
    Op,
    Order,
    Prior,
    Query,
    Tally,
    Test,
    Through,
    Top,
)
from crmcore.query.checks import LARGEST_OFFSET
from crmcore.query.groups import Key, Way, origin_of
from crmcore.testing.samples import SCHEMAS, Notice, Part, Sample
from crmcore.testing.strategies import given_values, ids, texts

__all__ = ["conditions", "derivations", "keys", "measures", "orders", "queries", "tallies", "wanted_values"]

_RANKED: Final = frozenset({"integer", "decimal", "date", "instant", "text", "enum"})
_COMPARING: Final = (Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.ONE_OF, Op.NULL)
_SEARCHING: Final = (*(Op.CONTAINS, Op.STARTS, Op.CONTAINS, Op.EQ) * 2, *_COMPARING)
_LISTING: Final = (Op.HAS, Op.HAS, Op.NULL)
_ENDS: Final = (Fn.MIN, Fn.MAX)
_BANDED: Final = frozenset({"integer", "decimal", "date", "instant", "text"})
_TARGETS: Final = {schema.name: schema.cls for schema in SCHEMAS}
"""The kinds of record that a reference may name."""


@functools.cache
def wanted_values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """What a filter may compare a field with."""
    if spec.kind == "text" and spec.constraint(Pattern) is None:
        return texts()
    if spec.kind == "decimal":
        finer = st.sampled_from([Decimal("0.00001"), Decimal("-0.12345"), Decimal("9.999999"), Decimal(10) ** 17])
        return st.one_of(given_values(spec), given_values(spec), finer)
    return given_values(spec)


@st.composite
def conditions(draw: st.DrawFn, cls: Any, others: Sequence[type[Any]] = (), depth: int = 2) -> Condition:
    """Conditions on a kind of record; with *others*, also semi-joins to them."""
    shape = draw(st.integers(0, 9)) if depth else 0
    match shape:
        case 6:
            return Not(draw(conditions(cls, others, depth - 1)))
        case 7 | 8:
            parts = draw(st.lists(conditions(cls, others, depth - 1), max_size=3))
            return All(tuple(parts)) if shape == 7 else AnyOf(tuple(parts))
        case 9 if others:
            other = draw(st.sampled_from(others))
            found = Query(entity=other, condition=draw(conditions(other, (), depth - 1)))
            return InQuery(draw(_references(cls)), found, draw(st.one_of(st.just(("id",)), _references(other))))
        case _:
            return draw(_tests(cls))


@functools.cache
def _references(cls: Any) -> st.SearchStrategy[tuple[str, ...]]:
    """The fields that hold an id."""
    return st.sampled_from([spec.path for spec in describe(cls).fields if spec.kind == "uuid"])


@st.composite
def _tests(draw: st.DrawFn, cls: Any) -> Condition:
    """Every operator that the kind of a field has; what a filter names may break the field's own constraints."""
    searchable = [spec for spec in describe(cls).fields if spec.hint.searchable]
    lists = [spec for spec in describe(cls).fields if spec.kind.endswith("_list")]
    spec = draw(st.sampled_from([*describe(cls).fields, *searchable * 5, *lists * 2]))
    listing = spec in lists
    op = draw(st.sampled_from(_LISTING if listing else _SEARCHING if spec.hint.searchable else _COMPARING))
    match op:
        case Op.NULL:
            return Test(spec.path, op)
        case Op.CONTAINS | Op.STARTS:
            return Test(spec.path, op, draw(texts(0, 2)))
        case Op.HAS:
            item: st.SearchStrategy[Any] = texts(0, 3) if spec.kind == "text_list" else ids()
            return Test(spec.path, op, draw(item))
        case Op.ONE_OF:
            return Test(spec.path, op, tuple(draw(st.lists(wanted_values(spec), max_size=3))))
        case _:
            return Test(spec.path, op, draw(wanted_values(spec)))


@functools.cache
def orders(cls: Any) -> st.SearchStrategy[tuple[Order, ...]]:
    """Up to three sort keys."""
    sortable = [spec.path for spec in describe(cls).fields if not spec.kind.endswith("_list")]
    one = st.builds(Order, st.sampled_from(sortable), st.booleans())
    return st.lists(one, max_size=3, unique_by=lambda order: order.path).map(tuple)


@st.composite
def queries(draw: st.DrawFn, cls: Any, others: Sequence[type[Any]] = ()) -> Query[Any]:
    """Queries of a kind of record: condition, order, page, and now and then a position to continue after."""
    wanted = Query(
        entity=cls,
        condition=draw(conditions(cls, others)),
        order=draw(orders(cls)),
        limit=draw(st.sampled_from([None, None, None, 6, 3, 1, 0])),
        offset=draw(st.sampled_from([0, 0, 0, 0, 1, 3])),
    )
    if draw(st.integers(0, 4)) < 4:
        return wanted
    return attrs.evolve(wanted, after=tuple(draw(_positions(cls, key.path)) for key in wanted.full_order))


def _positions(cls: Any, path: tuple[str, ...]) -> st.SearchStrategy[Any]:
    spec = describe(cls).by_path[path]
    return st.one_of(given_values(spec), st.none()) if spec.nullable else given_values(spec)


@functools.cache
def measures(cls: Any) -> st.SearchStrategy[tuple[Measure, ...]]:
    """One to three measures with names of their own."""
    fields = [spec for spec in describe(cls).fields if not spec.kind.endswith("_list")]
    summable = [spec.path for spec in fields if spec.kind in {"integer", "decimal"}]
    ranked = [spec.path for spec in fields if spec.kind in _RANKED]
    instants = [spec.path for spec in fields if spec.kind == "instant"]
    every: list[tuple[Any, ...]] = [(Fn.COUNT,), *((Fn.SUM, path) for path in summable)]
    every += [(Fn.GROUPS,), (Fn.COUNT, (), (), True), *((Fn.SUM, path, (), True) for path in summable)] * 2
    every += [(fn, path) for fn in _ENDS for path in ranked]
    every += [(Fn.DISTINCT, spec.path) for spec in fields]
    every += [(Fn.ELAPSED, start, end) for start in instants for end in instants] * 4
    return st.lists(st.sampled_from(every), min_size=1, max_size=3).map(
        lambda found: tuple(Measure(f"m{place}", *one) for place, one in enumerate(found))
    )


@st.composite
def keys(draw: st.DrawFn, cls: Any, others: Sequence[type[Any]] = ()) -> Key:
    """What a tally may group by: a field, or one of a record that is named, and bands of either."""
    way = draw(_ways(cls, others, 2))
    entity, path = origin_of(way, cls)
    spec = describe(entity).by_path[path]
    if spec.kind not in _BANDED or draw(st.booleans()):
        return way
    edges = draw(st.lists(wanted_values(spec), min_size=1, max_size=draw(st.sampled_from([1, 2, 3, 9]))))
    return Banded(way, tuple(sorted(set(edges))))


@st.composite
def _ways(draw: st.DrawFn, cls: Any, others: Sequence[type[Any]], most: int) -> Way:
    """A field, of the record itself or at the end of up to so many references; some of what is named is left out."""
    schema = describe(cls)
    named = [spec for spec in schema.fields if spec.kind == "uuid" and spec.hint.ref in _TARGETS]
    if most and named and draw(st.booleans()):
        reference = draw(st.sampled_from(named))
        target = _TARGETS[reference.hint.ref]
        where = draw(st.one_of(st.just(EVERYTHING), conditions(target, others, 1)))
        return Through(reference.path, target, draw(_ways(target, others, most - 1)), where)
    groupable = [spec.path for spec in schema.fields if not spec.kind.endswith("_list")]
    return draw(st.sampled_from(groupable))


@st.composite
def _plain_conditions(draw: st.DrawFn, cls: Any, depth: int = 1) -> Condition:
    """Comparisons of a record's fields with values, as measures take them."""
    shape = draw(st.integers(0, 5)) if depth else 0
    match shape:
        case 3:
            return Not(draw(_plain_conditions(cls, depth - 1)))
        case 4 | 5:
            parts = draw(st.lists(_plain_conditions(cls, depth - 1), max_size=3))
            return All(tuple(parts)) if shape == 4 else AnyOf(tuple(parts))
    spec = draw(st.sampled_from([spec for spec in describe(cls).fields if not spec.kind.endswith("_list")]))
    op = draw(st.sampled_from([op for op in _COMPARING if op is not Op.ONE_OF]))
    return Test(spec.path, op) if op is Op.NULL else Test(spec.path, op, draw(wanted_values(spec)))


@st.composite
def _narrowed(draw: st.DrawFn, cls: Any, measure: Measure) -> Measure:
    """A measure, now and then of some records only."""
    if measure.fn in {Fn.DISTINCT, Fn.GROUPS} or draw(st.integers(0, 2)):
        return measure
    return attrs.evolve(measure, where=draw(_plain_conditions(cls)))


@st.composite
def _frequencies(draw: st.DrawFn, cls: Any, asked: tuple[Measure, ...]) -> tuple[list[Key], tuple[Measure, ...]]:
    """How many records share a value, with what may be measured then."""
    few = [spec.path for spec in describe(cls).fields if spec.kind in {"uuid", "enum", "boolean", "integer", "text"}]
    path = draw(st.sampled_from(few))
    edges = st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True).map(sorted).map(tuple)
    where = st.one_of(st.just(EVERYTHING), _plain_conditions(cls))
    by = draw(st.lists(st.builds(Frequency, st.just(path), edges, where), min_size=1, max_size=2))
    return [*by], tuple(attrs.evolve(one, path=path) if one.fn is Fn.DISTINCT else one for one in asked)


@st.composite
def tallies(draw: st.DrawFn, cls: Any, others: Sequence[type[Any]] = (), *, opened: bool = False) -> Tally:
    """Tallies of a kind of record; *opened*: only such whose rows can be opened again."""
    by = draw(st.lists(keys(cls, others), max_size=2))
    asked: tuple[Measure, ...] = tuple(draw(_narrowed(cls, one)) for one in draw(measures(cls)))
    if draw(st.integers(0, 0 if opened else 4)) > 3:
        by, asked = draw(_frequencies(cls, asked))
    largest = draw(st.sampled_from([*(one.name for one in asked if one.fn not in _ENDS), None, None]))
    top = None if largest is None else Top(largest, draw(st.integers(1, 4) | st.just(LARGEST_OFFSET)))
    return Tally(of=draw(queries(cls, others)), by=tuple(by), measures=asked, top=top)


@st.composite
def derivations(draw: st.DrawFn) -> Derivation:
    """Notices of parts and their samples: any conditions, any way to tell what was made before, ids that may miss."""
    comparable = [(("about",), ("sample",)), (("series",), ("series",)), (("number",), ("number",))]
    same = draw(st.lists(st.sampled_from(comparable), max_size=2, unique=True))
    later = draw(st.lists(st.sampled_from(comparable[1:]), max_size=1)) if same else []
    about = draw(st.sampled_from([FromSource(("sample",)), FromJoined(("parent",)), FromJoined(("id",))]))
    copied = ("name", "label", "rank", "ratio", "weight", "active", "day", "at", "seen", "colour", "shade", "tags")
    return Derivation(
        into=Notice,
        source=draw(queries(Part, (Sample,))),
        joined=Sample,
        on=("sample",),
        where=draw(conditions(Sample, (Part,))),
        unless=(*(Prior(path, Op.EQ, of) for path, of in same), *(Prior(path, Op.GE, of) for path, of in later)),
        values={
            **{name: FromJoined((name,)) for name in (*copied, "parent", "members")},
            **{name: FromSource((name,)) for name in ("id", "series", "number")},
            "about": about,
            "title": draw(texts(0, 4)),
            "version": 1,
        },
    )
