"""Queries and tallies: which records, in which order, how many; and sums over groups of them."""

import datetime as dt
import enum
from typing import Any, Generic, TypeVar

import attrs

from crmcore.query.conditions import EVERYTHING, All, Condition, FieldRef, path_of
from crmcore.query.groups import Grouping, Key, key_from

__all__ = [
    "Fn",
    "Measure",
    "Order",
    "Query",
    "Tally",
    "TallyRow",
    "Top",
    "asc",
    "count",
    "desc",
    "distinct",
    "elapsed",
    "group_count",
    "largest",
    "only",
    "overall",
    "query",
    "smallest",
    "tally",
    "total",
]

T = TypeVar("T")
Start = TypeVar("Start", bound=dt.datetime | None)
End = TypeVar("End", bound=dt.datetime | None)


@attrs.frozen
class Order:
    """One sort key; a missing value sorts lowest, text by code point, a choice by its code."""

    path: tuple[str, ...]
    descending: bool = False


def asc(field: FieldRef[Any]) -> Order:
    """Lowest first."""
    return Order(path_of(field))


def desc(field: FieldRef[Any]) -> Order:
    """Highest first."""
    return Order(path_of(field), descending=True)


@attrs.frozen(kw_only=True)
class Query(Generic[T]):
    """Which records of one kind, in which order.

    Every order ends with the id, in the direction of the last sort key, so that no two answers differ by chance.
    """

    entity: type[T]
    condition: Condition = EVERYTHING
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    after: tuple[Any, ...] | None = None
    """Values of the sort keys and the id of the record to continue after: a keyset, quick at any depth."""

    def where(self, *conditions: Condition) -> "Query[T]":
        """Narrow: all of *conditions* hold too."""
        known = self.condition.parts if isinstance(self.condition, All) else (self.condition,)
        return attrs.evolve(self, condition=All((*known, *conditions)))

    def sort(self, *order: Order) -> "Query[T]":
        """Sort by further keys."""
        return attrs.evolve(self, order=(*self.order, *order))

    def page(self, limit: int, offset: int = 0) -> "Query[T]":
        """Take *limit* records from *offset* on; for screens."""
        return attrs.evolve(self, limit=limit, offset=offset)

    @property
    def full_order(self) -> tuple[Order, ...]:
        """The sort keys with the id at the end; keys after an ``id`` key do not matter and are left out."""
        keys: list[Order] = []
        for one in self.order:
            keys.append(one)
            if one.path == ("id",):
                return tuple(keys)
        return (*keys, Order(("id",), descending=bool(keys) and keys[-1].descending))


def query(entity: type[T]) -> Query[T]:
    """Ask for all records of a kind; narrow, sort and page from here."""
    return Query(entity=entity)


class Fn(enum.Enum):
    """What a measure does with a field."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"
    ELAPSED = "elapsed"
    GROUPS = "groups"


@attrs.frozen
class Measure:
    """One number for each group."""

    name: str
    fn: Fn
    path: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    """The later of the two instants of ``ELAPSED``; *path* names the earlier one."""
    overall: bool = False
    """Of the records of all groups together instead: every row says the same."""
    where: Condition = EVERYTHING
    """Which records of a group count; only what they say of themselves (see :func:`only`)."""


def count(name: str = "count") -> Measure:
    """Count the records of a group."""
    return Measure(name, Fn.COUNT)


def total(field: FieldRef[Any], name: str = "total") -> Measure:
    """Sum a number exactly; None where no record of the group has a value."""
    return Measure(name, Fn.SUM, path_of(field))


def smallest(field: FieldRef[Any], name: str = "smallest") -> Measure:
    """Least value of a field; None where no record of the group has one."""
    return Measure(name, Fn.MIN, path_of(field))


def largest(field: FieldRef[Any], name: str = "largest") -> Measure:
    """Greatest value of a field; None where no record of the group has one."""
    return Measure(name, Fn.MAX, path_of(field))


def distinct(field: FieldRef[Any], name: str = "distinct") -> Measure:
    """Count the different values of a field; a missing value is none."""
    return Measure(name, Fn.DISTINCT, path_of(field))


def elapsed(start: FieldRef[Start], end: FieldRef[End], name: str = "elapsed") -> Measure:
    """Sum the time from one instant of a record to another, in whole milliseconds.

    Records that lack one of the two do not count; None where all do. Where the end comes before the start, time is
    taken away. A whole number rather than a ``timedelta``, which a million records of three years would overflow.
    """
    return Measure(name, Fn.ELAPSED, path_of(start), path_of(end))


def group_count(name: str = "groups") -> Measure:
    """Count the groups, those too that ``top`` leaves out; every row says the same."""
    return Measure(name, Fn.GROUPS)


def overall(measure: Measure, name: str) -> Measure:
    """Take a count or a sum of the records of all groups together, those too that ``top`` leaves out.

    Beside the best twenty, what they are the best twenty of; in the same pass over the records.
    """
    return attrs.evolve(measure, name=name, overall=True)


def only(measure: Measure, name: str, *conditions: Condition) -> Measure:
    """Take a measure of those records of a group alone that meet *conditions*: of one year's orders beside another's.

    In the same pass over the records. Fields are compared with values here: nothing is searched, no list looked into,
    and no other record asked. Different values and groups are counted of all records.
    """
    return attrs.evolve(measure, name=name, where=All(conditions))


@attrs.frozen
class Top:
    """Only the groups with the largest values of a measure; equal ones by key, lowest first."""

    measure: str
    limit: int
    """At most :data:`~crmcore.query.checks.LARGEST_OFFSET`, which says all of them."""


@attrs.frozen(kw_only=True)
class Tally:
    """Group, then measure.

    A key is a plain field, a :class:`~crmcore.query.Banded` or a :class:`~crmcore.query.Through`; or all keys are a
    :class:`~crmcore.query.Frequency`, of one field, whose different values alone may be counted then.
    Without grouping keys there is exactly one row, also over nothing. Rows come lowest key first, a missing value
    before all others; with ``top`` largest measure first.
    """

    of: Query[Any]
    """Only its condition counts."""
    by: tuple[Key, ...]
    measures: tuple[Measure, ...]
    top: Top | None = None


@attrs.frozen
class TallyRow:
    """One group."""

    key: tuple[Any, ...]
    """Values of the grouping fields, as the entity has them; of a band, its place."""
    values: tuple[Any, ...]
    """Values of the measures, in the order asked for."""


def tally(
    of: Query[Any], *, by: tuple[Grouping, ...] = (), measures: tuple[Measure, ...], top: Top | None = None
) -> Tally:
    """Ask for numbers about groups of records."""
    return Tally(of=of, by=tuple(map(key_from, by)), measures=measures, top=top)
