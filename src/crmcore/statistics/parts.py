"""How records divide into parts: customers by what they are like, service requests by type (RPT-02, RPT-03)."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.customers.entity import Customer
from crmcore.query import Query, Tally, TallyRow, Top, count, group_count, overall, records_behind, tally
from crmcore.service.entity import ServiceRequest
from crmcore.statistics.figures import Figure, counted, share

__all__ = [
    "CATEGORIES",
    "COMPLETE",
    "STARS",
    "CompositionBy",
    "Part",
    "ServicesBy",
    "by_feature",
    "by_service",
    "in_order",
    "parts",
]

_c = fields(Customer)
_r = fields(ServiceRequest)
STARS: Final = (1, 2, 3, 4, 5)


class CompositionBy(enum.Enum):
    """What customers are counted by (报表方式, requirement RPT-02)."""

    LEVEL = "level"
    CREDIT = "credit"
    SATISFACTION = "satisfaction"
    REGION = "region"
    INDUSTRY = "industry"
    CATEGORY = "category"
    COMPANY_SIZE = "company_size"


class ServicesBy(enum.Enum):
    """What service requests are counted by (requirement RPT-03)."""

    TYPE = "type"
    CUSTOMER = "customer"


CATEGORIES: Final[Mapping[CompositionBy, str]] = {
    CompositionBy.LEVEL: "customer_level",
    CompositionBy.REGION: "region",
    CompositionBy.INDUSTRY: "industry",
    CompositionBy.CATEGORY: "customer_category",
    CompositionBy.COMPANY_SIZE: "company_size",
}
"""Whose labels the dictionary has; the others are stars."""
COMPLETE: Final = (CompositionBy.LEVEL, CompositionBy.CREDIT, CompositionBy.SATISFACTION)
"""Of these, values appear that no customer has."""


@attrs.frozen(kw_only=True)
class Part:
    """One part of a whole."""

    key: Any
    """The code, stars or record that its members share; None or empty where they have none."""
    number: Figure[int]
    share: Figure[Any]
    """Of all that were counted."""


def by_feature(customers: Query[Customer], by: CompositionBy) -> Tally:
    """Ask how many customers there are of each kind."""
    field: Any = getattr(_c, by.value)
    return tally(customers, by=(field,), measures=(count(),))


def by_service(requests: Query[ServiceRequest], by: ServicesBy, most: int | None = None) -> Tally:
    """Ask how many requests there are of each type or customer; those with the most first, if only *most* are asked.

    Each row then says as well how many types or customers, and how many requests, there are in all.
    """
    field: Any = _r.type if by is ServicesBy.TYPE else _r.customer
    if most is None:
        return tally(requests, by=(field,), measures=(count(),))
    measures = (count(), group_count(), overall(count(), "all"))
    return tally(requests, by=(field,), measures=measures, top=Top("count", most))


def parts(asked: Tally, rows: Iterable[TallyRow], whole: Figure[int]) -> tuple[Part, ...]:
    """Answer how many of the whole each part has.

    Definition: the number of records that share a value, and what part of all counted records that is.
    Formula: count; share = count ÷ number of all.
    Unit: that of the whole; percent.
    Undefined when: the share, where there are no records at all.
    Source: requirements RPT-02, RPT-03.

    Args:
        asked: The tally as it was asked; each row opens to the records that it counts.
        rows: What the store has answered.
        whole: All records that were counted.
    """
    found = []
    for row in rows:
        number = counted(row.values[0], records_behind(asked, row), whole.unit)
        found.append(Part(key=row.key[0], number=number, share=share(number, whole)))
    return tuple(found)


def in_order(rows: Iterable[TallyRow], places: Sequence[Any], expected: Iterable[Any] = ()) -> tuple[TallyRow, ...]:
    """Put rows into the order of a list; what is expected and missing gets a row that counts nothing (RPT-02).

    Behind them come values that the list does not have, by themselves, and what has no value at all.

    Args:
        rows: What the store has answered.
        places: All values in their order.
        expected: Those that appear in any case.
    """
    known = {row.key[0]: row for row in rows}
    for value in expected:
        known.setdefault(value, TallyRow((value,), (0,)))
    place = {value: number for number, value in enumerate(places)}
    return tuple(
        sorted(known.values(), key=lambda row: (row.key[0] in {"", None}, place.get(row.key[0], len(place)), row.key))
    )
