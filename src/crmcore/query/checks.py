"""Refuses a query that names an unknown field or compares it with a value it can't have, before any store sees it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from crmcore.base.clock import as_kept
from crmcore.base.constraints import LARGEST_INTEGER
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.base.text import is_storable
from crmcore.query.conditions import All, AnyOf, Condition, InQuery, Not, Op, Test
from crmcore.query.queries import Fn, Measure, Order, Query, Tally

__all__ = ["check_at_most", "check_query", "check_tally"]

_TEXT_SEARCH: Final = frozenset({Op.CONTAINS, Op.STARTS})
_LIST_KINDS: Final = frozenset({"text_list", "uuid_list"})
_SUMMABLE: Final = frozenset({"integer", "decimal"})
_UNRANKED: Final = frozenset({"boolean", "uuid", *_LIST_KINDS})
"""Kinds without a least or greatest value: no store measures them all."""
LARGEST_OFFSET: Final = 2**31 - 1
LARGEST_DECIMAL: Final = Decimal(10) ** 18
MOST_PARTS: Final = 300
"""Parts of a condition: SQLite and recursion bear some more."""
MOST_LEVELS: Final = 40
"""Levels of a condition: each takes two of the hundred that MongoDB follows."""
MOST_DIGITS: Final = 28
MOST_PLACES: Final = 18


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
    for path in tally.by:
        problems += _sortable(schema, path)
    for measure in tally.measures:
        problems += _measurable(schema, measure)
    if tally.top is not None and tally.top.measure not in {m.name for m in tally.measures}:
        problems.append(Problem(field=tally.top.measure, code="query.unknown_field", entity=schema.name))
    if tally.top is not None and not _is_count(tally.top.limit):
        problems.append(_out_of_range("limit", tally.top.limit))
    if problems:
        raise Invalid(problems)


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
        yield from _sortable(schema, order.path) if _is_a(order, Order) else _no_condition()
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
        value is None or (spec is not None and _fits(spec, value)) for spec, value in zip(specs, values, strict=True)
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
    yield from _known(schema, path)
    if path in schema.by_path and schema.by_path[path].kind != "uuid":
        yield _problem(schema, path, "query.operator")


def _is_a(part: object, wanted: type[Any]) -> bool:
    """Check what a type checker would have found; not every caller has one."""
    return isinstance(part, wanted)


def _no_condition() -> Iterator[Problem]:
    yield Problem(field="query", code="query.no_condition")


def _test_problems(schema: EntitySchema, test: Test) -> Iterator[Problem]:
    spec = schema.by_path.get(test.path)
    if spec is None:
        yield _problem(schema, test.path, "query.unknown_field")
        return
    if spec.hint.secret:
        yield _problem(schema, test.path, "query.secret")
    elif test.op in _TEXT_SEARCH and not spec.hint.searchable:
        yield _problem(schema, test.path, "query.not_searchable")
    elif (test.op is Op.HAS) != (spec.kind in _LIST_KINDS) and test.op is not Op.NULL:
        yield _problem(schema, test.path, "query.operator")
    elif test.op is Op.ONE_OF:
        if not _are_plain(spec, test.value):
            yield from (_problem(schema, test.path, "query.value") for one in test.value if not _fits(spec, one))
    elif test.op is not Op.NULL and not _fits(spec, test.value):
        yield _problem(schema, test.path, "query.value")


def _are_plain(spec: FieldSpec, values: tuple[object, ...]) -> bool:
    """Tell whether *values* are all ids or all texts that fit, without looking at each of thousands."""
    kinds = set(map(type, values))
    if spec.kind == "text" and kinds == {str}:
        return is_storable("".join(map(str, values)))
    return spec.kind == "uuid" and kinds == {UUID}


def _fits(spec: FieldSpec, value: object) -> bool:
    """Tell whether a field could be compared with *value*: its type, not its bounds, which a filter may exceed."""
    match spec.kind:
        case "text" | "text_list":
            return isinstance(value, str) and is_storable(value)
        case "uuid_list":
            return isinstance(value, UUID)
        case "integer":
            return type(value) is int and abs(value) <= LARGEST_INTEGER
        case "decimal":
            return (
                isinstance(value, Decimal)
                and value.is_finite()
                and value.copy_abs() < LARGEST_DECIMAL
                and _exact(value)
            )
        case "instant" | "date":
            try:
                spec.check(None, None, value)
            except Invalid:
                return False
            return value is not None and bool(as_kept(value) == value)
        case _:
            return isinstance(value, spec.type)


def _exact(value: Decimal) -> bool:
    """Tell whether every store can compare *value* without rounding it."""
    _, digits, exponent = value.as_tuple()
    return len(digits) <= MOST_DIGITS and isinstance(exponent, int) and -exponent <= MOST_PLACES


def _sortable(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    yield from _known(schema, path)
    if path in schema.by_path and (schema.by_path[path].kind in _LIST_KINDS or schema.by_path[path].hint.secret):
        yield _problem(schema, path, "query.not_sortable")


def _measurable(schema: EntitySchema, measure: Measure) -> Iterator[Problem]:
    if measure.fn is Fn.COUNT:
        return
    spec = schema.by_path.get(measure.path)
    if spec is None:
        yield _problem(schema, measure.path, "query.unknown_field")
        return
    kind = spec.kind
    if spec.hint.secret:
        yield _problem(schema, measure.path, "query.secret")
    elif measure.fn is Fn.SUM and kind not in _SUMMABLE:
        yield _problem(schema, measure.path, "query.not_a_number")
    elif kind in _UNRANKED:
        yield _problem(schema, measure.path, "query.operator")


def _known(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    if path not in schema.by_path:
        yield _problem(schema, path, "query.unknown_field")


def _problem(schema: EntitySchema, path: tuple[str, ...], code: str) -> Problem:
    return Problem(field=".".join(path), code=code, entity=schema.name)
