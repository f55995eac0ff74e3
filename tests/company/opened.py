"""Figures of reports, opened: the query behind each finds as many records as it says, and no others."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs

from crmcore import reports
from crmcore.base.schema import describe
from crmcore.statistics.figures import Figure
from crmcore.storage.crm import Crm

__all__ = ["check_opens", "figures_of", "records_of", "values"]


def figures_of(found: Any) -> Iterator[Figure[Any]]:
    """Every number of a report."""
    if isinstance(found, Figure):
        yield found
        if found.whole is not None:
            yield from figures_of(found.whole)
    elif isinstance(found, Mapping):
        for one in found.values():
            yield from figures_of(one)
    elif isinstance(found, tuple | list):
        for one in found:
            yield from figures_of(one)
    elif attrs.has(type(found)):
        for attribute in attrs.fields(type(found)):
            yield from figures_of(getattr(found, attribute.name))


def check_opens(crm: Crm, found: Any, who: str) -> int:
    """Open every number of a report as the person who got it; answer how many there were.

    Numbers that have their records in common are opened once.
    """
    number, opened = 0, dict[Any, int]()
    with crm.work(as_user=who, readonly=True) as work:
        for figure in figures_of(found):
            number += 1
            kind = describe(figure.of.entity).name
            if figure.of not in opened:
                opened[figure.of] = reports.drill_down(work, figure, size=200).total
            assert opened[figure.of] == figure.records, figure
            assert figure.unit != kind or figure.value == figure.records, figure
            assert figure.value is None or isinstance(figure.value, int | Decimal)
    return number


def records_of(crm: Crm, figure: Figure[Any], who: str = "zhaomin") -> list[Any]:
    """The records behind a number."""
    page = crm.perform(reports.drill_down, figure, size=200, as_user=who)
    assert page.total == len(page.rows)
    return [*page.rows]


def values(*figures: Figure[Any]) -> tuple[Any, ...]:
    """What some numbers say."""
    return tuple(one.value for one in figures)
