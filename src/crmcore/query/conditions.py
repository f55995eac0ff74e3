"""Conditions: five kinds of node, built by plain functions over ``attrs.fields`` so that type checkers see mistakes.

Their meaning is fixed here for every store: a missing value never equals, orders or contains anything (``negate`` of
such a test is true); text search compares folded text; an empty ``one_of`` or ``any_of`` matches nothing, an empty
``all_of`` everything. An instant is cut to milliseconds, as it is in an entity.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, Union

import attrs
from attrs import Attribute

from crmcore.base.clock import as_kept

if TYPE_CHECKING:
    from crmcore.query.queries import Query

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "All",
    "AnyOf",
    "Condition",
    "FieldRef",
    "InQuery",
    "Not",
    "Op",
    "Path",
    "Test",
    "all_of",
    "any_of",
    "contains",
    "eq",
    "ge",
    "gt",
    "has",
    "in_query",
    "is_null",
    "le",
    "lt",
    "negate",
    "one_of",
    "path_of",
    "starts_with",
    "within",
]

T = TypeVar("T")


@attrs.frozen
class Path(Generic[T]):
    """A field inside a value object: ``within(o.price, fields(Money).amount)``."""

    parts: tuple[str, ...]


FieldRef = Union["Attribute[T]", Path[T]]


class Op(enum.Enum):
    """What a test asks of a field."""

    EQ = "eq"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    STARTS = "starts_with"
    HAS = "has"
    NULL = "is_null"


@attrs.frozen
class Test:
    """One field compared with one value."""

    __test__ = False  # pytest: not a test class

    path: tuple[str, ...]
    op: Op
    value: Any = None


@attrs.frozen
class All:
    """Every part holds."""

    parts: "tuple[Condition, ...]"


@attrs.frozen
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Condition, ...]"


@attrs.frozen
class Not:
    """The part does not hold."""

    part: "Condition"


@attrs.frozen
class InQuery:
    """The field holds the id of a record that a query finds: the one semi-join; order and page of it do not count.

    With *on* it is what those records have in that field, instead of their ids: customers who have such a contact.
    """

    path: tuple[str, ...]
    query: "Query[Any]"
    on: tuple[str, ...] = ("id",)


Condition = Test | All | AnyOf | Not | InQuery
EVERYTHING: Final = All(())
NOTHING: Final = AnyOf(())


def within(outer: "Attribute[Any]", inner: "Attribute[T]") -> Path[T]:
    """Name a field inside a value object."""
    return Path((outer.name, inner.name))


def path_of(field: FieldRef[Any]) -> tuple[str, ...]:
    """Name a field by its path from the entity."""
    return field.parts if isinstance(field, Path) else (field.name,)


def eq(field: FieldRef[T], value: T | None) -> Condition:
    """Field equals *value*; by code point for text. ``eq(field, None)`` asks for a missing value."""
    return Test(path_of(field), Op.NULL) if value is None else Test(path_of(field), Op.EQ, as_kept(value))


def lt(field: FieldRef[T], value: T) -> Condition:
    """Field is less than *value*."""
    return Test(path_of(field), Op.LT, as_kept(value))


def le(field: FieldRef[T], value: T) -> Condition:
    """Field is at most *value*."""
    return Test(path_of(field), Op.LE, as_kept(value))


def gt(field: FieldRef[T], value: T) -> Condition:
    """Field is greater than *value*."""
    return Test(path_of(field), Op.GT, as_kept(value))


def ge(field: FieldRef[T], value: T) -> Condition:
    """Field is at least *value*."""
    return Test(path_of(field), Op.GE, as_kept(value))


def one_of(field: FieldRef[T], values: Iterable[T]) -> Condition:
    """Field equals one of *values*; none of an empty list."""
    given = tuple(values)
    if any(issubclass(kind, dt.datetime) for kind in set(map(type, given))):  # of thousands of ids, none is looked at
        given = tuple(map(as_kept, given))
    return Test(path_of(field), Op.ONE_OF, given)


def is_null(field: FieldRef[Any]) -> Condition:
    """Field has no value."""
    return Test(path_of(field), Op.NULL)


def contains(field: FieldRef[str], text: str) -> Condition:
    """Folded field contains folded *text* (requirement GEN-16); only for fields hinted ``searchable``."""
    return Test(path_of(field), Op.CONTAINS, text)


def starts_with(field: FieldRef[str], text: str) -> Condition:
    """Folded field starts with folded *text*; only for fields hinted ``searchable``."""
    return Test(path_of(field), Op.STARTS, text)


def has(field: FieldRef[tuple[T, ...]], item: T) -> Condition:
    """List field has *item*."""
    return Test(path_of(field), Op.HAS, item)


def in_query(field: FieldRef[Any], found: "Query[Any]", *, on: FieldRef[Any] | None = None) -> Condition:
    """Field holds the id of a record that *found* finds; with *on*, what one of them has in that field."""
    return InQuery(path_of(field), found, ("id",) if on is None else path_of(on))


def all_of(*parts: Condition) -> Condition:
    """Every part holds."""
    return All(parts)


def any_of(*parts: Condition) -> Condition:
    """At least one part holds."""
    return AnyOf(parts)


def negate(part: Condition) -> Condition:
    """Answer the condition that holds exactly where *part* does not."""
    return Not(part)
