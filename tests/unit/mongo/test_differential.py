"""Random queries and tallies give the same answers as the memory store; tiny alphabets make values collide."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcore.base.values import Money
from crmcore.memory import MemoryStore
from crmcore.query import (
    Query,
    Tally,
    Top,
    all_of,
    any_of,
    asc,
    contains,
    count,
    desc,
    eq,
    ge,
    gt,
    has,
    in_query,
    is_null,
    largest,
    le,
    lt,
    negate,
    one_of,
    query,
    smallest,
    starts_with,
    tally,
    total,
    within,
)
from crmcore.query.checks import check_query, check_tally
from crmcore.testing.samples import SCHEMAS, Colour, Part, Sample, number, part, sample
from crmcore_mongo.store import MongoStore

same_store = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
p, m = fields(Part), fields(Money)
s: Any = fields(Sample)
ids = st.integers(1, 4).map(number)
words = st.text(alphabet="aAßéÉ%_.$\\\U0001f600 ", min_size=1, max_size=3)
integers = st.sampled_from([-1, 0, 1, 7, 2**31, 2**63 - 1, -(2**63 - 1)])
decimals = st.sampled_from(["-1.5", "0", "0.00", "1", "1.00", "1.5", "99999.9999", "-0.0001"]).map(Decimal)
days = st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 4)) | st.sampled_from([dt.date(1000, 1, 1), dt.date(9998, 1, 1)])
instants = days.map(lambda day: dt.datetime(day.year, day.month, day.day, 1, 2, 3, 999_000, tzinfo=dt.UTC))
colours = st.sampled_from(Colour)
moneys = st.builds(Money, amount=decimals.map(lambda one: round(one, 2)), currency=st.sampled_from(["CNY", "USD"]))
tags = st.lists(st.sampled_from(["a", "b", ""]), max_size=3).map(tuple)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": words.filter(str.strip),
    "note": words | st.just(""),
    "label": words | st.just("") | st.none(),
    "count": integers,
    "rank": st.integers(-2, 2) | st.none(),
    "ratio": decimals,
    "weight": st.none()
    | st.sampled_from([Decimal("1.10"), Decimal("1.1"), Decimal("9999999999999999.99"), Decimal(-2)]),
    "active": st.booleans(),
    "checked": st.booleans() | st.none(),
    "day": days,
    "until": days | st.none(),
    "at": instants,
    "seen": instants | st.none(),
    "owner": ids,
    "parent": ids | st.none(),
    "colour": colours,
    "shade": colours | st.none(),
    "tags": tags,
    "members": st.lists(ids, max_size=2).map(tuple),
    "aliases": tags | st.none(),
    "price": moneys,
    "deposit": moneys | st.none(),
}
LISTS = ("tags", "members", "aliases")
PLAIN = [name for name in VALUES if name not in {*LISTS, "price", "deposit"}]
AMOUNTS: list[Any] = [within(s.price, m.amount), within(s.deposit, m.amount)]
CURRENCIES = [within(s.price, m.currency), within(s.deposit, m.currency)]


def _of(name: str) -> Any:
    return getattr(s, name)


@st.composite
def samples(draw: st.DrawFn) -> list[Any]:
    size = draw(st.integers(0, 7))
    records: list[Any] = [sample(n + 1, **draw(st.fixed_dictionaries(VALUES))) for n in range(size)]
    records += [
        part(n + 1, draw(ids), number=n, series=draw(st.none() | st.integers(0, 1)), name=draw(words)) for n in range(3)
    ]
    return records


def _given(name: str) -> st.SearchStrategy[Any]:
    return VALUES[name].filter(lambda value: value is not None)


compares = st.sampled_from([eq, lt, le, gt, ge])
names = st.sampled_from(PLAIN)
parts_found = st.builds(
    lambda compare, place: query(Part).where(compare(p.number, place)), st.sampled_from([gt, eq]), st.integers(0, 2)
)
comparisons = st.one_of(
    st.builds(
        lambda compare, test: compare(*test), compares, names.flatmap(lambda n: st.tuples(st.just(_of(n)), _given(n)))
    ),
    names.flatmap(lambda name: st.builds(one_of, st.just(_of(name)), st.lists(_given(name), max_size=3))),
    st.sampled_from([*PLAIN, *LISTS]).map(lambda name: is_null(_of(name))),
    st.builds(contains, st.sampled_from([s.name, s.note, s.label]), words | st.just("")),
    st.builds(starts_with, st.sampled_from([s.name, s.note, s.label]), words | st.just("")),
    st.sampled_from([has(s.tags, "a"), has(s.aliases, ""), has(s.members, number(1))]),
    st.builds(lambda compare, field, amount: compare(field, amount), compares, st.sampled_from(AMOUNTS), decimals),
    st.sampled_from(CURRENCIES).map(lambda field: eq(field, "CNY")),
    st.builds(in_query, st.sampled_from([s.id, s.parent, s.members]), parts_found),
)
conditions = st.recursive(
    comparisons,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: all_of(*parts))
        | st.lists(inner, max_size=3).map(lambda parts: any_of(*parts))
        | inner.map(negate)
    ),
    max_leaves=5,
)
keys = st.sampled_from([*map(_of, PLAIN), *AMOUNTS, s.id])
orders = st.lists(st.builds(lambda field, way: way(field), keys, st.sampled_from([asc, desc])), max_size=3)
pages = st.tuples(st.none() | st.integers(0, 4), st.integers(0, 3))
measures = st.lists(
    st.sampled_from([s.count, s.rank, s.ratio, s.weight, *AMOUNTS]).map(total)
    | st.sampled_from([*map(_of, PLAIN), *map(_of, LISTS)]).map(smallest)
    | st.sampled_from([*map(_of, PLAIN), *map(_of, LISTS)]).map(largest)
    | st.just(count()),
    min_size=1,
    max_size=4,
)


def _fill(store: Any, records: list[Any]) -> None:
    session = store.begin(write=True)
    try:
        session.append(records)
        session.commit()
    finally:
        session.close()


def _both(store: MongoStore, records: list[Any]) -> tuple[Any, Any]:
    for collection in ("sample", "part"):
        store.database[collection].delete_many({})
    memory = MemoryStore(SCHEMAS)
    _fill(memory, records)
    _fill(store, records)
    return memory.begin(write=False), store.begin(write=False)


@same_store
@given(records=samples(), condition=conditions, order=orders, page=pages)
def test_finds_and_counts_the_same(
    store: MongoStore, records: list[Any], condition: Any, order: Any, page: tuple[int | None, int]
) -> None:
    asked = attrs.evolve(query(Sample).where(condition).sort(*order), limit=page[0], offset=page[1])
    check_query(asked)
    memory, mongo = _both(store, records)
    try:
        assert mongo.find(asked) == memory.find(asked)
        assert mongo.count(asked, page[0]) == memory.count(asked, page[0])
        _continue_after_each(memory, mongo, attrs.evolve(asked, limit=None, offset=0))
    finally:
        mongo.close()


def _continue_after_each(memory: Any, mongo: Any, asked: Query[Sample]) -> None:
    for one in memory.find(asked):
        position = tuple(_follow(one, key.path) for key in asked.full_order)
        following = attrs.evolve(asked, after=position)
        assert mongo.find(following) == memory.find(following)


def _follow(record: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        record = None if record is None else getattr(record, name)
    return record


@same_store
@given(
    records=samples(),
    condition=conditions,
    by=st.lists(st.sampled_from([*map(_of, PLAIN), *map(_of, LISTS), *AMOUNTS]), max_size=2),
    asked=measures,
    top=st.none() | st.integers(0, 3),
)
def test_tallies_the_same(
    store: MongoStore, records: list[Any], condition: Any, by: list[Any], asked: list[Any], top: int | None
) -> None:
    named = tuple(attrs.evolve(one, name=f"m.{n}") for n, one in enumerate(asked))
    wanted: Tally = tally(
        query(Sample).where(condition),
        by=tuple(by),
        measures=named,
        top=None if top is None else Top(named[0].name, top),
    )
    check_tally(wanted)
    memory, mongo = _both(store, records)
    try:
        expected, got = memory.tally(wanted), mongo.tally(wanted)
        assert got == expected
        assert [_types(row) for row in got] == [_types(row) for row in expected]
    finally:
        mongo.close()


def _types(row: Any) -> list[type]:
    return [type(value) for value in (*row.key, *row.values)]


@pytest.mark.parametrize("identity", [UUID(int=0), UUID(int=2**128 - 1)])
def test_keeps_any_id(store: MongoStore, identity: UUID) -> None:
    _fill(store, [attrs.evolve(sample(1), id=identity)])
    session = store.begin(write=False)
    assert session.load(Sample, identity) == attrs.evolve(sample(1), id=identity)
    session.close()
