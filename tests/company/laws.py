"""The laws that every report keeps, whatever it is about and whoever reads it (chapter 5; requirement 9).

Each number opens to as many records as it says, to none that the reader may not see, and sums of money to what those
records amount to.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from company.asking import Way
from company.opened import figures_of
from company.reading import Reader
from crmcore import reports
from crmcore.access.rules import NoPermission
from crmcore.base.errors import NotFound
from crmcore.base.schema import describe
from crmcore.customers.entity import Customer
from crmcore.query import Query
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.figures import Figure
from crmcore.storage.work import Work

__all__ = ["Missing", "Reading", "Refused", "asked"]


@attrs.frozen
class Refused:
    """What is answered to who may not have a report."""


@attrs.frozen
class Missing:
    """What is answered to who asks about somebody whom he does not see."""


def asked(work: Work, way: Way) -> Any:
    """Answer a report, or that it was refused."""
    try:
        return way.ask(work)
    except NoPermission:
        return Refused()
    except NotFound:
        return Missing()


@attrs.define
class Reading:
    """One reader of many reports: numbers that have their records in common are opened once."""

    work: Work
    reader: Reader
    seen: Mapping[type[Any], AbstractSet[UUID]]
    """What he may see of each kind."""
    opened: dict[Query[Any], tuple[Any, ...]] = attrs.field(factory=dict)
    """The records behind each number that was opened so far."""

    def check(self, way: Way, found: Any) -> None:
        """Check every number of an answered report."""
        refused = self.reader.permissions.isdisjoint(way.permissions)
        assert isinstance(found, Refused) == refused, f"{self.reader.name}: {way}"
        if isinstance(found, Missing):
            assert way.given["customer"] not in self.seen[Customer], f"{self.reader.name}: {way}"
        self.open(way, found)

    def open(self, what: object, found: Any) -> None:
        """Open every number there is in something that was answered; *what* says what was asked."""
        for figure in figures_of(found):
            try:
                self._check(figure)
            except AssertionError as error:
                error.add_note(f"{self.reader.name} asked {what} and got {figure}")
                raise

    def _check(self, figure: Figure[Any]) -> None:
        kind, records = figure.of.entity, self._records(figure)
        assert figure.records == len(records)
        if figure.unit == describe(kind).name and (figure.value is not None or records):
            assert figure.value == figure.records
        assert figure.value is None or type(figure.value) in {int, Decimal}
        if figure.whole is not None and figure.whole.unit == figure.unit:
            assert figure.value is None or figure.whole.value is not None, (
                "nothing is worked out from what is undefined"
            )
        elif kind in {Order, OrderLine} and re.fullmatch("[A-Z]{3}", figure.unit):
            assert figure.value == (sum(one.amount for one in records) if records else None)

    def _records(self, figure: Figure[Any]) -> tuple[Any, ...]:
        known = self.opened.get(figure.of)
        if known is None:
            page = reports.drill_down(self.work, figure, size=200)
            ids = [one.id for one in page.rows]
            assert page.total == len(ids) == len({*ids})
            assert self.seen[figure.of.entity] >= {*ids}
            known = self.opened[figure.of] = tuple(page.rows)
        return known
