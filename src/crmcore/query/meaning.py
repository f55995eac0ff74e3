"""What a query means, in plain Python over entities: the memory store runs it, every other store is compared."""

import datetime as dt
import enum
import functools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from crmcore.base.numbers import EXACT
from crmcore.base.text import fold
from crmcore.query.conditions import All, AnyOf, Condition, InQuery, Not, Op, Test
from crmcore.query.derivations import Derivation, FromJoined, FromSource, Prior
from crmcore.query.groups import Banded, Frequency, Through, Way
from crmcore.query.queries import Fn, Measure, Order, Query, Tally, TallyRow

__all__ = ["Lookup", "derive", "predicate", "run", "tally_rows", "value_at"]

_MILLISECOND: Final = dt.timedelta(milliseconds=1)
Predicate = Callable[[Any], bool]
Lookup = Callable[[type[Any]], Iterable[Any]]
"""Answers all records of a kind, for semi-joins."""


def value_at(entity: Any, path: tuple[str, ...]) -> Any:
    """Follow *path* into *entity*; None as soon as something on the way is missing."""
    return functools.reduce(lambda value, name: None if value is None else getattr(value, name), path, entity)


def predicate(condition: Condition, lookup: Lookup) -> Predicate:
    """Turn a condition into a function that says whether an entity meets it."""
    match condition:
        case All(parts):
            every = [predicate(part, lookup) for part in parts]
            return lambda entity: all(holds(entity) for holds in every)
        case AnyOf(parts):
            some = [predicate(part, lookup) for part in parts]
            return lambda entity: any(holds(entity) for holds in some)
        case Not(part):
            inner = predicate(part, lookup)
            return lambda entity: not inner(entity)
        case InQuery(path, query, on):
            matching = filter(predicate(query.condition, lookup), lookup(query.entity))
            found = {value_at(one, on) for one in matching} - {None}
            return lambda entity: value_at(entity, path) in found
        case _:
            return _test(condition)


def derive(derivation: Derivation, lookup: Lookup) -> Iterator[Any]:
    """Make the records that a derivation asks for; whether an id is taken is left to the store."""
    meets = predicate(derivation.where, lookup)
    joined = {one.id: one for one in lookup(derivation.joined) if meets(one)}
    earlier = _earlier(derivation, lookup)
    needed = derivation.needed()
    for source in filter(predicate(derivation.source.condition, lookup), lookup(derivation.source.entity)):
        partner = joined.get(value_at(source, derivation.on))
        if partner is None or any(_derived(one, source, partner) is None for one in needed):
            continue
        if not earlier(source):
            yield derivation.into(
                **{name: _derived(value, source, partner) for name, value in derivation.values.items()}
            )


def _derived(value: Any, source: Any, joined: Any) -> Any:
    match value:
        case FromSource(path):
            return value_at(source, path)
        case FromJoined(path):
            return value_at(joined, path)
    return value


def _earlier(derivation: Derivation, lookup: Lookup) -> Predicate:
    """Answer what tells whether an earlier record stands in the way of a source record."""
    if not derivation.unless:
        return lambda _: False
    equal = [prior for prior in derivation.unless if prior.op is Op.EQ]
    known: dict[tuple[Any, ...], list[Any]] = {}
    for one in lookup(derivation.into):
        known.setdefault(tuple(value_at(one, prior.path) for prior in equal), []).append(one)

    def compares(prior: Prior, one: Any, source: Any) -> bool:
        theirs, ours = value_at(one, prior.path), value_at(source, prior.source)
        return theirs is not None and ours is not None and _compare(prior.op, theirs, comparable(ours))

    def stands(source: Any) -> bool:
        alike = known.get(tuple(value_at(source, prior.source) for prior in equal), ())
        return any(all(compares(prior, one, source) for prior in derivation.unless) for one in alike)

    return stands


def _test(test: Test) -> Predicate:
    path, op, wanted = test.path, test.op, test.value
    if op is Op.NULL:
        return lambda entity: value_at(entity, path) is None
    if op in {Op.CONTAINS, Op.STARTS}:
        wanted = fold(wanted)
    elif op is Op.ONE_OF:
        wanted = frozenset(wanted)  # imports ask for thousands at once
    elif op is not Op.HAS:
        wanted = comparable(wanted)

    def holds(entity: Any) -> bool:
        value = value_at(entity, path)
        return value is not None and _compare(op, value, wanted)

    return holds


def _compare(op: Op, value: Any, wanted: Any) -> bool:
    match op:
        case Op.ONE_OF:
            return value in wanted
        case Op.HAS:
            return wanted in value
        case Op.CONTAINS:
            return wanted in fold(value)
        case Op.STARTS:
            return fold(value).startswith(wanted)
    known = comparable(value)
    match op:
        case Op.EQ:
            return bool(known == wanted)
        case Op.LT:
            return bool(known < wanted)
        case Op.LE:
            return bool(known <= wanted)
        case Op.GT:
            return bool(known > wanted)
        case _:
            return bool(known >= wanted)


def comparable(value: Any) -> Any:
    """Choices compare by their code, everything else by itself."""
    return value.value if isinstance(value, enum.Enum) else value


def run(entities: Iterable[Any], query: Query[Any], lookup: Lookup) -> list[Any]:
    """Answer the records a query asks for, in its order."""
    rows = list(filter(predicate(query.condition, lookup), entities))
    order = query.full_order
    for key in reversed(order):
        rows.sort(key=functools.partial(_sort_key, path=key.path), reverse=key.descending)
    if query.after is not None:
        rows = [row for row in rows if _follows(row, query.after, order)]
    return rows[query.offset : None if query.limit is None else query.offset + query.limit]


def _sort_key(entity: Any, path: tuple[str, ...]) -> tuple[bool, Any]:
    """Missing values sort lowest."""
    return _rank(value_at(entity, path))


def _rank(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, comparable(value))


def _follows(entity: Any, position: tuple[Any, ...], order: tuple[Order, ...]) -> bool:
    """Tell whether *entity* comes after *position* in *order*."""
    for key, before in zip(order, position, strict=True):
        here, there = _rank(value_at(entity, key.path)), _rank(before)
        if here != there:
            return here < there if key.descending else here > there
    return False


def tally_rows(entities: Iterable[Any], tally: Tally, lookup: Lookup) -> list[TallyRow]:
    """Answer the groups a tally asks for."""
    groups: dict[tuple[Any, ...], list[Any]] = {} if tally.by else {(): []}
    found = list(filter(predicate(tally.of.condition, lookup), entities))
    keys = [
        _frequency(key, found, lookup) if isinstance(key, Frequency) else _grouping(key, lookup) for key in tally.by
    ]
    meets = [predicate(one.where, lookup) for one in tally.measures]
    for entity in found:
        groups.setdefault(tuple([value_of(entity) for value_of in keys]), []).append(entity)
    rows = [
        TallyRow(
            key,
            tuple(
                len(groups) if one.fn is Fn.GROUPS else _measure(one, filter(met, found if one.overall else group))
                for one, met in zip(tally.measures, meets, strict=True)
            ),
        )
        for key, group in groups.items()
    ]
    rows.sort(key=lambda row: tuple(_rank(value) for value in row.key))
    if tally.top is not None:
        place = [measure.name for measure in tally.measures].index(tally.top.measure)
        rows.sort(key=lambda row: _rank(row.values[place]), reverse=True)
        rows = rows[: tally.top.limit]
    return rows


def _frequency(key: Frequency, found: Sequence[Any], lookup: Lookup) -> Callable[[Any], int]:
    """Answer what says in which band the number of records lies that share a record's value."""
    meeting = filter(predicate(key.where, lookup), found)
    often = Counter(value_at(one, key.path) for one in meeting)
    return lambda entity: bisect_right(key.edges, often[value_at(entity, key.path)])


def _grouping(key: Way | Banded, lookup: Lookup) -> Callable[[Any], Any]:
    """Answer what finds a record's value of a key; what references name is looked up once, not for each record."""
    match key:
        case Banded(inner, edges):
            banded = _grouping(inner, lookup)
            return lambda entity: None if (value := banded(entity)) is None else bisect_right(edges, value)
        case Through(path, target, inner, where):
            named: Mapping[UUID, Any] = {one.id: one for one in filter(predicate(where, lookup), lookup(target))}
            value_of = _grouping(inner, lookup)
            return lambda entity: None if (found := named.get(value_at(entity, path))) is None else value_of(found)
    return lambda entity: value_at(entity, key)


def _measure(measure: Measure, records: Iterable[Any]) -> Any:
    group = list(records)
    if measure.fn is Fn.COUNT:
        return len(group)
    if measure.fn is Fn.ELAPSED:
        return _elapsed(measure, group)
    values = [value for entity in group if (value := value_at(entity, measure.path)) is not None]
    if measure.fn is Fn.DISTINCT:
        return len(set(values))
    if not values:
        return None
    match measure.fn:
        case Fn.SUM:
            return functools.reduce(EXACT.add, values) if isinstance(values[0], Decimal) else sum(values)
        case Fn.MIN:
            return min(values, key=comparable)
        case _:
            return max(values, key=comparable)


def _elapsed(measure: Measure, group: list[Any]) -> int | None:
    """Add up milliseconds, for a sum of durations would not hold what a million records make."""
    pairs = ((value_at(entity, measure.path), value_at(entity, measure.until)) for entity in group)
    times = [(end - start) // _MILLISECOND for start, end in pairs if start is not None and end is not None]
    return sum(times) if times else None
