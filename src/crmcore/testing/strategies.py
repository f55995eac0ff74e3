"""Hypothesis strategies for records and questions of any kind of entity.

The alphabets are tiny on purpose: with many letters two random texts never meet, and a wrong comparison is never seen.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from hypothesis import strategies as st

from crmcore.base.constraints import LARGEST_INTEGER, Digits, Items, Length, Pattern, Range
from crmcore.base.kinds import shape_of
from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.query import (
    All,
    AnyOf,
    Condition,
    Fn,
    InQuery,
    Measure,
    Not,
    Op,
    Order,
    Query,
    Tally,
    Test,
    Top,
)
from crmcore.query.meaning import value_at

__all__ = ["conditions", "entities", "ids", "measures", "orders", "queries", "tallies", "texts", "values"]

ALPHABET: Final = "aAbé\u0301ｅeßsSİiıσς%_\\.*[^$'\"` \n-0１华😀😁～"
WORDS: Final = (
    *("a", "A", "ａ", "ab", "aB", "a ", " a", "é", "e\u0301", "e", "ß", "ss", "SS", "ﬁ", "fi", "İ", "i", "ı", "%", "_"),
    *(
        "a%",
        "a_",
        "\\",
        "\\%",
        ".*",
        "^a",
        "$ne",
        "[a]",
        "'",
        '"',
        "华",
        "华建",
        "華",
        "😀",
        "😁",
        "～",
        "\n",
        "10",
        "9",
    ),
)
POOL: Final = tuple(UUID(int=(0x0196_0000_0000_7000_8000 << 48) + place * 0x1_0101) for place in range(24))
DAYS: Final = tuple(dt.date(2026, 1, 30) + dt.timedelta(days=step) for step in range(4))
INSTANTS: Final = tuple(
    dt.datetime(2026, 1, 31, 15, 59, 59, 999_000, dt.UTC) + dt.timedelta(milliseconds=step) for step in range(4)
)
FAR_DAYS: Final = (dt.date(1000, 1, 1), dt.date(1969, 12, 31), dt.date(9998, 12, 31))
FAR_INSTANTS: Final = tuple(dt.datetime(day.year, day.month, day.day, 23, 59, 59, 1_000, dt.UTC) for day in FAR_DAYS)
BEYOND_FLOAT: Final = 2**53 + 1
_RARELY: Final = 8


def ids() -> st.SearchStrategy[UUID]:
    """Ids from a small pool, so that references lead somewhere."""
    return st.sampled_from(POOL)


def texts(least: int = 0, most: int = 4) -> st.SearchStrategy[str]:
    """Texts full of characters that some store treats in its own way."""
    words = [word for word in WORDS if least <= len(word) <= most and (not least or word.strip())]
    drawn = st.text(ALPHABET, min_size=least, max_size=min(most, max(least, 4)))
    if least:
        drawn = drawn.filter(lambda text: bool(text.strip()))
    return st.one_of(st.sampled_from(words), drawn) if words else drawn


def values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Values of one field that keep its constraints; None now and then where the field allows it."""
    given = _KINDS[spec.kind](spec)
    return st.one_of(st.none(), given, given) if spec.nullable and len(spec.path) == 1 else given


def entities(cls: type[Any], *, identity: st.SearchStrategy[UUID] | None = None) -> st.SearchStrategy[Any]:
    """Records (or value objects) of a class; ids from the pool unless told otherwise."""
    given: dict[str, st.SearchStrategy[Any]] = {}
    schema = describe(cls)
    for attribute in attrs.fields(cls):
        shape = shape_of(attribute.type)
        if shape.kind == "value":
            inner = entities(shape.type)
            given[attribute.name] = st.none() | inner if shape.nullable else inner
        else:
            given[attribute.name] = values(schema.by_path[(attribute.name,)])
    if "id" in given:
        given["id"] = identity if identity is not None else ids()
    if "version" in given:
        given["version"] = st.just(1)
    return st.builds(cls, **given)


def conditions(schema: EntitySchema, others: Sequence[EntitySchema] = ()) -> st.SearchStrategy[Condition]:
    """Conditions on a kind of record; with *others*, also semi-joins to them."""
    leaves = [_tests(spec) for spec in schema.fields]
    searches = [_searches(spec) for spec in schema.fields if spec.hint.searchable]
    joins = [_joins(spec, other) for spec in schema.fields if spec.kind == "uuid" for other in others]
    leaf = st.one_of(*leaves, *searches, *searches, *joins)
    return st.recursive(leaf, _combined, max_leaves=5)


def orders(schema: EntitySchema) -> st.SearchStrategy[tuple[Order, ...]]:
    """Up to three sort keys."""
    sortable = [spec.path for spec in schema.fields if not spec.kind.endswith("_list")]
    one = st.builds(Order, st.sampled_from(sortable), st.booleans())
    return st.lists(one, max_size=3, unique_by=lambda order: order.path).map(tuple)


def queries(schema: EntitySchema, others: Sequence[EntitySchema] = ()) -> st.SearchStrategy[Query[Any]]:
    """Queries of a kind of record: condition, order, page, and now and then a position to continue after."""
    plain = st.builds(
        Query,
        entity=st.just(schema.cls),
        condition=conditions(schema, others),
        order=orders(schema),
        limit=st.none() | st.integers(0, 6),
        offset=st.sampled_from([0, 0, 0, 1, 3]),
    )
    return st.one_of(plain, plain, plain.flatmap(lambda query: _continued(schema, query)))


def measures(schema: EntitySchema) -> st.SearchStrategy[tuple[Measure, ...]]:
    """One to three measures with names of their own."""
    summable = [spec.path for spec in schema.fields if spec.kind in {"integer", "decimal"}]
    ranked = [spec.path for spec in schema.fields if spec.kind in _RANKED]
    one = st.one_of(
        st.just((Fn.COUNT, ())),
        st.tuples(st.just(Fn.SUM), st.sampled_from(summable)),
        st.tuples(st.sampled_from([Fn.MIN, Fn.MAX]), st.sampled_from(ranked)),
    )
    return st.lists(one, min_size=1, max_size=3).map(
        lambda found: tuple(Measure(f"m{place}", fn, path) for place, (fn, path) in enumerate(found))
    )


def tallies(schema: EntitySchema, others: Sequence[EntitySchema] = ()) -> st.SearchStrategy[Tally]:
    """Tallies of a kind of record: up to two grouping fields, up to three measures, now and then the top of them."""
    groupable = [spec.path for spec in schema.fields if not spec.kind.endswith("_list")]
    by = st.lists(st.sampled_from(groupable), max_size=2, unique=True).map(tuple)

    def complete(found: tuple[Query[Any], tuple[Any, ...], tuple[Measure, ...]]) -> st.SearchStrategy[Tally]:
        of, keys, asked = found
        countable = [one.name for one in asked if one.fn in {Fn.COUNT, Fn.SUM}]
        top = st.builds(Top, st.sampled_from(countable), st.integers(1, 4)) if countable else st.none()
        return st.builds(Tally, of=st.just(of), by=st.just(keys), measures=st.just(asked), top=st.none() | top)

    return st.tuples(queries(schema, others), by, measures(schema)).flatmap(complete)


_RANKED: Final = frozenset({"integer", "decimal", "date", "instant", "text", "enum"})


def _text_values(spec: FieldSpec) -> st.SearchStrategy[str]:
    pattern, length = spec.constraint(Pattern), spec.constraint(Length) or Length(0, 100)
    if pattern is None:
        return texts(length.min, length.max)
    matching = st.from_regex(pattern.regex, fullmatch=True).filter(lambda text: length.min <= len(text) <= length.max)
    currencies = [word for word in ("CNY", "USD") if pattern.matches(word)]
    return st.sampled_from(currencies) if currencies else matching


def _integers(spec: FieldSpec) -> st.SearchStrategy[int]:
    bounds = spec.constraint(Range) or Range(-LARGEST_INTEGER, LARGEST_INTEGER)
    known = [value for value in (-2, -1, 0, 1, 2, 3, 10, BEYOND_FLOAT) if bounds.min <= value <= bounds.max]
    return st.sampled_from(known) if known else st.integers(bounds.min, bounds.max)


def _decimals(spec: FieldSpec) -> st.SearchStrategy[Decimal]:
    digits = spec.constraint(Digits) or Digits(18, 2)
    least = Decimal(1).scaleb(-digits.places)
    most = Decimal(10) ** (digits.total - digits.places) - least
    known = [Decimal(0), least, -least, least * 10, Decimal(1), Decimal(2), Decimal("-1.50"), Decimal(10)]
    fitting = [value for value in known if abs(value) <= most and value == round(value, digits.places)]
    return st.sampled_from([*fitting * 2, most / 1000 if digits.total > _RARELY else least, -least * 3]).map(
        lambda value: round(value, digits.places)
    )


def _lists(spec: FieldSpec) -> st.SearchStrategy[tuple[Any, ...]]:
    bounds = spec.constraint(Items) or Items(4)
    items: st.SearchStrategy[Any] = texts(0, min(bounds.length, 3)) if spec.kind == "text_list" else ids()
    return st.lists(items, max_size=min(bounds.count, 3)).map(tuple)


_KINDS: Final[dict[str, Callable[[FieldSpec], st.SearchStrategy[Any]]]] = {
    "text": _text_values,
    "integer": _integers,
    "boolean": lambda _: st.booleans(),
    "decimal": _decimals,
    "date": lambda _: st.sampled_from([*DAYS * 3, *FAR_DAYS]),
    "instant": lambda _: st.sampled_from([*INSTANTS * 3, *FAR_INSTANTS]),
    "uuid": lambda _: ids(),
    "enum": lambda spec: st.sampled_from(list(spec.type)),
    "text_list": _lists,
    "uuid_list": _lists,
}


def _tests(spec: FieldSpec) -> st.SearchStrategy[Condition]:
    """Every operator the field's kind has; a filter's text may break the field's own constraints."""
    null = st.just(Test(spec.path, Op.NULL))
    if spec.kind.endswith("_list"):
        item: st.SearchStrategy[Any] = texts(0, 3) if spec.kind == "text_list" else ids()
        return st.one_of(null, st.builds(Test, st.just(spec.path), st.just(Op.HAS), item))
    given = texts() if spec.kind == "text" and spec.constraint(Pattern) is None else _KINDS[spec.kind](spec)
    compared = st.builds(Test, st.just(spec.path), st.sampled_from([Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE]), given)
    listed = st.builds(Test, st.just(spec.path), st.just(Op.ONE_OF), st.lists(given, max_size=3).map(tuple))
    return st.one_of(compared, compared, listed, null)


def _searches(spec: FieldSpec) -> st.SearchStrategy[Condition]:
    return st.builds(Test, st.just(spec.path), st.sampled_from([Op.CONTAINS, Op.STARTS]), texts(0, 2))


def _joins(spec: FieldSpec, other: EntitySchema) -> st.SearchStrategy[Condition]:
    inner = st.builds(Query, entity=st.just(other.cls), condition=conditions(other))
    return st.builds(InQuery, st.just(spec.path), inner)


def _combined(part: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(part, max_size=3).map(tuple)
    return st.one_of(st.builds(All, several), st.builds(AnyOf, several), st.builds(Not, part))


def _continued(schema: EntitySchema, query: Query[Any]) -> st.SearchStrategy[Query[Any]]:
    """Continue after the position of some record, which need not exist."""
    return entities(schema.cls).map(
        lambda one: attrs.evolve(query, after=tuple(value_at(one, key.path) for key in query.full_order))
    )
