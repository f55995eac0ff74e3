"""What a tally may group by besides a plain field: bands of values, fields of records that are named, and how often.

::

    tally(paid, by=(banded(o.amount, [Decimal(1000), Decimal(3000)]),), measures=(count(), total(o.amount)))
    tally(paid, by=(through(o.customer, Customer, c.region),), measures=(count(),))
    tally(lines, by=(through(l.order, Order, through(o.customer, Customer, c.region)),), measures=(total(l.amount),))
    tally(orders, by=(frequency(o.customer, [1, 5]),), measures=(distinct(o.customer),))
"""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar
from uuid import UUID

import attrs

from crmcore.base.clock import as_kept
from crmcore.query.conditions import EVERYTHING, All, Condition, FieldRef, path_of

__all__ = [
    "Banded",
    "Frequency",
    "Grouping",
    "Key",
    "Through",
    "Way",
    "banded",
    "frequency",
    "key_from",
    "origin_of",
    "references_of",
    "through",
]

T = TypeVar("T")
R = TypeVar("R", bound=UUID | None)
FieldPath = tuple[str, ...]


@attrs.frozen
class Through(Generic[T]):
    """A field of the record that a reference names: the region of an order's customer.

    None where the reference is missing, where no such record is there or it does not meet *where*, and where its field
    has no value.
    """

    path: FieldPath
    """The reference: a field that holds an id."""
    entity: type[Any]
    """The kind of record that it names."""
    key: "FieldPath | Through[T]"
    """A field of that record, or of one that it names in turn."""
    where: Condition = EVERYTHING
    """What that record has to meet: nobody groups by records that he may not see (chapter 9)."""


@attrs.frozen
class Banded:
    """The band in which a value lies, as the number of edges that it has reached: 0 lies below all of them.

    None where the value is missing.
    """

    key: "FieldPath | Through[Any]"
    edges: tuple[Any, ...]
    """Strictly ascending; a value that equals an edge belongs to the band above it."""


@attrs.frozen
class Frequency:
    """How many records of the tally share a field's value, in bands: the orders of customers who ordered twice or more.

    Never None: records without a value share that they have none.
    """

    path: FieldPath
    """What records share: the customer of orders, say. All keys of one tally that are frequencies share the same."""
    edges: tuple[int, ...]
    """Strictly ascending; a number that equals an edge belongs to the band above it."""
    where: Condition = EVERYTHING
    """Which of the records that share a value count; what others say of it, a tally can't ask here."""


Way = FieldPath | Through[Any]
"""How a value is found: in the record itself, or in one that it names."""
Key = Way | Banded | Frequency
"""One thing that a tally groups by."""
Grouping = FieldRef[Any] | Through[Any] | Banded | Frequency
"""A key as callers write it."""


def through(reference: FieldRef[R], entity: type[Any], field: "FieldRef[T] | Through[T]") -> Through[T]:
    """Group by a field of the record that *reference* names, an *entity*; chained, by one that this names in turn.

    An entity whose id is that of another is found by references to either: a customer's summary by the customer.
    """
    return Through(path_of(reference), entity, field if isinstance(field, Through) else path_of(field))


def banded(field: "FieldRef[T] | Through[T]", edges: Iterable[T]) -> Banded:
    """Group by bands of a number, date, instant or text: for ``[1000, 3000]``, below 1000, from 1000, and from 3000 on.

    Months, quarters and years are bands too: their edges are the instants at which they begin in the company's zone.
    """
    key = field if isinstance(field, Through) else path_of(field)
    return Banded(key, tuple(map(as_kept, edges)))


def frequency(field: FieldRef[Any], edges: Iterable[int], *conditions: Condition) -> Frequency:
    """Group by how many records that meet *conditions* share a field's value; for ``[1]``, by whether any does.

    A tally of the orders of two years, by whether their customer ordered in the first and by whether in the second,
    says in one pass how many came back, and what they brought.
    """
    return Frequency(path_of(field), tuple(edges), All(conditions) if conditions else EVERYTHING)


def key_from(grouping: Grouping) -> Key:
    """Answer what a caller wrote as what a tally holds."""
    return grouping if isinstance(grouping, Through | Banded | Frequency) else path_of(grouping)


def references_of(key: Key) -> tuple[Through[Any], ...]:
    """Answer the references that lead to a key's value, the one of the record itself first."""
    inner = key.key if isinstance(key, Banded) else key
    return (inner, *references_of(inner.key)) if isinstance(inner, Through) else ()


def origin_of(key: Key, entity: type[Any]) -> tuple[type[Any], FieldPath]:
    """Answer the kind of record and the field that a key's value comes from, in a tally of *entity*."""
    match key:
        case Banded(inner):
            return origin_of(inner, entity)
        case Through(_, target, inner):
            return origin_of(inner, target)
        case Frequency(path):
            return entity, path
    return entity, key
