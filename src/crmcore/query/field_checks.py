"""What a field can be asked: whether it is there, what it can be compared with, whether lists can be sorted by it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final
from uuid import UUID

from crmcore.base.clock import as_kept
from crmcore.base.constraints import LARGEST_INTEGER
from crmcore.base.errors import Invalid, Problem
from crmcore.base.schema import EntitySchema, FieldSpec
from crmcore.base.text import is_storable

__all__ = ["LIST_KINDS", "are_plain", "fits", "known", "problem", "sortable"]

LIST_KINDS: Final = frozenset({"text_list", "uuid_list"})
LARGEST_DECIMAL: Final = Decimal(10) ** 18
MOST_DIGITS: Final = 28
MOST_PLACES: Final = 18


def are_plain(spec: FieldSpec, values: tuple[object, ...]) -> bool:
    """Tell whether *values* are all ids or all texts that fit, without looking at each of thousands."""
    kinds = set(map(type, values))
    if spec.kind == "text" and kinds == {str}:
        return is_storable("".join(map(str, values)))
    return spec.kind == "uuid" and kinds == {UUID}


def fits(spec: FieldSpec, value: object) -> bool:
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


def sortable(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    """Tell why lists can't be sorted or grouped by a field."""
    yield from known(schema, path)
    if path in schema.by_path and (schema.by_path[path].kind in LIST_KINDS or schema.by_path[path].hint.secret):
        yield problem(schema, path, "query.not_sortable")


def known(schema: EntitySchema, path: tuple[str, ...]) -> Iterator[Problem]:
    """Tell that there is no such field."""
    if path not in schema.by_path:
        yield problem(schema, path, "query.unknown_field")


def problem(schema: EntitySchema, path: tuple[str, ...], code: str, **params: object) -> Problem:
    """Say what is wrong with a field."""
    return Problem(field=".".join(path), code=code, entity=schema.name, params=params)
