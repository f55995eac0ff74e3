"""Refuses a query that names an unknown field or compares it with a value it can't have, before any store sees it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from crmcore.base.constraints import LARGEST_INTEGER
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.base.text import is_storable
from crmcore.query.conditions import All, AnyOf, Condition, InQuery, Not, Op, Test
from crmcore.query.queries import Fn, Query, Tally

__all__ = ["check_query", "check_tally"]

_TEXT_SEARCH: Final = frozenset({Op.CONTAINS, Op.STARTS})
_LIST_KINDS: Final = frozenset({"text_list", "uuid_list"})
_SUMMABLE: Final = frozenset({"integer", "decimal"})
LARGEST_OFFSET: Final = 2**31 - 1
LARGEST_DECIMAL: Final = Decimal(10) ** 18


def check_query(query: Query[Any]) -> None:
    """Check fields, operators, values and page of a query.

    Raises:
        Invalid: with ``query.…`` codes, naming the field.
    """
    problems = tuple(_query_problems(query))
    if problems:
        raise Invalid(problems)


def check_tally(tally: Tally) -> None:
    """Check a tally as :func:`check_query` does a query."""
    schema = describe(tally.of.entity)
    problems = [*_query_problems(tally.of)]
    for path in (*tally.by, *(m.path for m in tally.measures if m.fn is not Fn.COUNT)):
        problems += _known(schema, path)
    for measure in tally.measures:
        spec = schema.by_path.get(measure.path)
        if measure.fn is Fn.SUM and spec is not None and spec.kind not in _SUMMABLE:
            problems.append(_problem(schema, measure.path, "query.not_a_number"))
    if tally.top is not None and tally.top.measure not in {m.name for m in tally.measures}:
        problems.append(Problem(field=tally.top.measure, code="query.unknown_field", entity=schema.name))
    if problems:
        raise Invalid(problems)


def _query_problems(query: Query[Any]) -> Iterator[Problem]:
    schema = describe(query.entity)
    yield from _condition_problems(schema, query.condition)
    for order in query.order:
        yield from _known(schema, order.path)
        spec = schema.by_path.get(order.path)
        if spec is not None and spec.kind in _LIST_KINDS:
            yield _problem(schema, order.path, "query.not_sortable")
    if query.limit is not None and not 0 <= query.limit <= LARGEST_OFFSET:
        yield Problem(field="limit", code="value.range", params={"min": 0, "max": LARGEST_OFFSET, "got": query.limit})
    if not 0 <= query.offset <= LARGEST_OFFSET:
        yield Problem(field="offset", code="value.range", params={"min": 0, "max": LARGEST_OFFSET, "got": query.offset})
    if query.after is not None and len(query.after) != len(query.full_order):
        yield Problem(field="after", code="query.after")


def _condition_problems(schema: EntitySchema, condition: Condition) -> Iterator[Problem]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _condition_problems(schema, part)
        case Not(part):
            yield from _condition_problems(schema, part)
        case InQuery(path, inner):
            yield from _known(schema, path)
            yield from _query_problems(inner)
        case Test():
            yield from _test_problems(schema, condition)


def _test_problems(schema: EntitySchema, test: Test) -> Iterator[Problem]:
    spec = schema.by_path.get(test.path)
    if spec is None:
        yield _problem(schema, test.path, "query.unknown_field")
        return
    if test.op in _TEXT_SEARCH and not spec.hint.searchable:
        yield _problem(schema, test.path, "query.not_searchable")
    elif (test.op is Op.HAS) != (spec.kind in _LIST_KINDS) and test.op is not Op.NULL:
        yield _problem(schema, test.path, "query.operator")
    elif test.op is Op.ONE_OF:
        yield from (_problem(schema, test.path, "query.value") for one in test.value if not _fits(spec, one))
    elif test.op is not Op.NULL and not _fits(spec, test.value):
        yield _problem(schema, test.path, "query.value")


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
            return isinstance(value, Decimal) and value.is_finite() and abs(value) < LARGEST_DECIMAL
        case "instant" | "date":
            try:
                spec.check(None, None, value)
            except Invalid:
                return False
            return True
        case _:
            return isinstance(value, spec.type)


def _known(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    if path not in schema.by_path:
        yield _problem(schema, path, "query.unknown_field")


def _problem(schema: EntitySchema, path: tuple[str, ...], code: str) -> Problem:
    return Problem(field=".".join(path), code=code, entity=schema.name)
