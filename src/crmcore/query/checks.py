"""Refuses a query that names an unknown field or compares it with a value it can't have, before any store sees it."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import EntitySchema, describe
from crmcore.query.conditions import EVERYTHING, All, AnyOf, Condition, InQuery, Not, Op, Test
from crmcore.query.field_checks import LIST_KINDS, are_plain, fits, known, problem, sortable
from crmcore.query.groups import Frequency, Key, references_of
from crmcore.query.queries import Order, Query, Tally
from crmcore.query.tally_checks import (
    MOST_KEYS,
    frequency_problems,
    key_problems,
    measure_problems,
    plain_problems,
)

__all__ = ["check_asked", "check_at_most", "check_query", "check_tally"]

_TEXT_SEARCH: Final = frozenset({Op.CONTAINS, Op.STARTS})
LARGEST_OFFSET: Final = 2**31 - 1
MOST_PARTS: Final = 300
"""Parts of a condition: SQLite and recursion bear some more."""
MOST_LEVELS: Final = 40
"""Levels of a condition: each takes two of the hundred that MongoDB follows."""


def check_query(query: Query[Any], entity: type[Any] | None = None) -> None:
    """Check fields, operators, values and page of a query, and that it asks for *entity* if that is given.

    Raises:
        Invalid: with ``query.…`` codes, naming the field.
    """
    _check_kind(query, entity)
    problems = tuple(_query_problems(query))
    if problems:
        raise Invalid(problems)


def check_tally(tally: Tally, entity: type[Any] | None = None) -> None:
    """Check a tally as :func:`check_query` does a query."""
    _check_kind(tally.of, entity)
    schema = describe(tally.of.entity)
    problems = [*_query_problems(tally.of)]
    if len(tally.by) > MOST_KEYS:
        problems.append(Problem(field="by", code="query.too_many_keys", params={"max": MOST_KEYS}))
    for key in tally.by:
        problems += wrong if (wrong := [*key_problems(schema, key)]) else _scope_problems(key)
    for measure in tally.measures:
        problems += measure_problems(schema, measure)
    problems += frequency_problems(schema, tally.by, tally.measures)
    narrowed = [key.where for key in tally.by if isinstance(key, Frequency)] + [one.where for one in tally.measures]
    for where in (one for one in narrowed if one != EVERYTHING):
        wrong = [*_query_problems(Query(entity=tally.of.entity, condition=where))]
        problems += wrong or plain_problems(schema, where)
    if tally.top is not None and tally.top.measure not in {m.name for m in tally.measures}:
        problems.append(Problem(field=tally.top.measure, code="query.unknown_field", entity=schema.name))
    if tally.top is not None and not _is_count(tally.top.limit):
        problems.append(_out_of_range("limit", tally.top.limit))
    if problems:
        raise Invalid(problems)


def _scope_problems(key: Key) -> Iterator[Problem]:
    for one in references_of(key):
        yield from _query_problems(Query(entity=one.entity, condition=one.where))


def check_asked(schema: EntitySchema, id: object, expected: object) -> None:  # noqa: A002
    """Refuse what is no id of a record, or no version of one."""
    if not isinstance(id, UUID):
        raise Invalid(Problem("id", "value.uuid", schema.name, {"got": str(id)[:50]}))
    if type(expected) not in {int, type(None)}:
        got = type(expected).__name__
        raise Invalid(Problem("expected", "value.type", schema.name, {"wanted": "integer", "got": got}))


def check_at_most(at_most: int | None) -> None:
    """Refuse a bound of counting that is no number of records."""
    if at_most is not None and not _is_count(at_most):
        raise Invalid(_out_of_range("at_most", at_most))


def _check_kind(query: object, entity: type[Any] | None) -> None:
    """Refuse what is no query, or one for another kind of record than the collection holds."""
    if not isinstance(query, Query) or (entity is not None and query.entity is not entity):
        raise Invalid(Problem(field="query", code="query.kind"))


def _is_count(number: object) -> bool:
    return type(number) is int and 0 <= number <= LARGEST_OFFSET


def _out_of_range(name: str, number: object) -> Problem:
    return Problem(field=name, code="value.range", params={"min": 0, "max": LARGEST_OFFSET, "got": number})


def _query_problems(query: Query[Any]) -> Iterator[Problem]:
    schema = describe(query.entity)
    size, depth = _extent(query.condition)
    if size > MOST_PARTS:
        yield Problem(field="query", code="query.too_large", params={"max": MOST_PARTS})
        return
    if depth > MOST_LEVELS:
        yield Problem(field="query", code="query.too_deep", params={"max": MOST_LEVELS})
        return
    yield from _condition_problems(schema, query.condition)
    for order in query.order:
        yield from sortable(schema, order.path) if _is_a(order, Order) else _no_condition()
    for name, number in (("limit", query.limit), ("offset", query.offset)):
        if number is not None and not _is_count(number):
            yield _out_of_range(name, number)
    if query.after is not None and not _is_position(schema, query):
        yield Problem(field="after", code="query.after")


def _is_position(schema: EntitySchema, query: Query[Any]) -> bool:
    """Tell whether ``after`` has one value for each sort key, of the type of its field, or none."""
    keys, values = query.full_order, query.after or ()
    specs = [schema.by_path.get(key.path) for key in keys]
    return len(keys) == len(values) and all(
        value is None or (spec is not None and fits(spec, value)) for spec, value in zip(specs, values, strict=True)
    )


def _extent(condition: Condition) -> tuple[int, int]:
    """Count parts and levels of a condition, without recursion and no further than stores can follow."""
    waiting: list[tuple[object, int]] = [(condition, 1)]
    depth = 0
    for counted, (part, level) in enumerate(waiting, start=1):
        depth = max(depth, level)
        if counted > MOST_PARTS:
            return counted, depth
        match part:
            case All(parts) | AnyOf(parts):
                waiting.extend((one, level + 1) for one in parts)
            case Not(inner):
                waiting.append((inner, level + 1))
    return len(waiting), depth


def _condition_problems(schema: EntitySchema, condition: Condition) -> Iterator[Problem]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _condition_problems(schema, part)
        case Not(part):
            yield from _condition_problems(schema, part)
        case InQuery(path, inner, on):
            yield from _ids(schema, path)
            if _is_a(inner, Query):
                yield from _query_problems(inner)
                yield from _ids(describe(inner.entity), on)
            else:
                yield Problem(field="query", code="query.kind")
        case _:
            yield from _test_problems(schema, condition) if _is_a(condition, Test) else _no_condition()


def _ids(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    """A semi-join compares ids."""
    yield from known(schema, path)
    if path in schema.by_path and schema.by_path[path].kind != "uuid":
        yield problem(schema, path, "query.operator")


def _is_a(part: object, wanted: type[Any]) -> bool:
    """Check what a type checker would have found; not every caller has one."""
    return isinstance(part, wanted)


def _no_condition() -> Iterator[Problem]:
    yield Problem(field="query", code="query.no_condition")


def _test_problems(schema: EntitySchema, test: Test) -> Iterator[Problem]:
    spec = schema.by_path.get(test.path)
    if spec is None:
        yield problem(schema, test.path, "query.unknown_field")
        return
    if spec.hint.secret:
        yield problem(schema, test.path, "query.secret")
    elif test.op in _TEXT_SEARCH and not spec.hint.searchable:
        yield problem(schema, test.path, "query.not_searchable")
    elif (test.op is Op.HAS) != (spec.kind in LIST_KINDS) and test.op is not Op.NULL:
        yield problem(schema, test.path, "query.operator")
    elif test.op is Op.ONE_OF:
        if not are_plain(spec, test.value):
            yield from (problem(schema, test.path, "query.value") for one in test.value if not fits(spec, one))
    elif test.op is not Op.NULL and not fits(spec, test.value):
        yield problem(schema, test.path, "query.value")
