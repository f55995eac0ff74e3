"""What the rows of a chunk do to the company's own fields of customers (requirements X-CUS-08, X-ADM-10)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.base.schema import describe
from crmcore.customers.custom_forms import PLACES, kept_in
from crmcore.customers.entity import CustomerId
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomValue
from crmcore.exchange.lookups import custom_values_of
from crmcore.storage.work import Work

__all__ = ["OwnFields", "WrittenValues"]

_Place = tuple[UUID, CustomFieldId]
_BLANK: Final[dict[str, Any]] = dict.fromkeys(PLACES.values())


@attrs.frozen
class WrittenValues:
    """What was written of values in the company's own fields."""

    created: list[UUID]
    changed: list[tuple[CustomValue, CustomValue]]
    """Each value before and after."""
    removed: list[CustomValue]


class OwnFields:
    """Values of customers in the company's own fields, as they are stored and as the rows of a chunk leave them."""

    def __init__(self, work: Work, fields: Mapping[str, CustomField]) -> None:
        """Start with nothing known.

        Args:
            work: The unit of work.
            fields: Name of the column to the field, of those that the file has.
        """
        self._work, self._fields = work, fields
        self._known: dict[_Place, CustomValue] = {}
        self._given: dict[_Place, tuple[CustomField, Any]] = {}

    def know(self, customers: Iterable[UUID]) -> None:
        """Look up what customers have: one question, or none if the file has no such column."""
        self._known |= custom_values_of(self._work, customers, [one.id for one in self._fields.values()])

    def value(self, customer: UUID, name: str) -> Any:
        """Answer what a customer will have in a column's field; None for nothing."""
        place = customer, self._fields[name].id
        if place in self._given:
            return self._given[place][1]
        known = self._known.get(place)
        return None if known is None else kept_in(known)

    def give(self, customer: UUID, values: Mapping[str, Any]) -> bool:
        """Draft values of a customer, by column; None takes a value away. Answer whether anything is different."""
        different = {name: value for name, value in values.items() if self.value(customer, name) != value}
        for name, value in different.items():
            field = self._fields[name]
            self._given[customer, field.id] = field, value
        return bool(different)

    def write(self) -> WrittenValues:
        """Write everything."""
        new: list[CustomValue] = []
        pairs: list[tuple[CustomValue, CustomValue]] = []
        gone: list[CustomValue] = []
        for (customer, field_id), (field, value) in self._given.items():
            known = self._known.get((customer, field_id))
            said = {**_BLANK, PLACES[field.kind]: value}
            if known is None and value is not None:
                id_ = self._work.new_id()
                new.append(CustomValue(id=id_, custom_field=field_id, customer=CustomerId(customer), **said))
            elif known is not None and value is None:
                gone.append(known)
            elif known is not None and kept_in(known) != value:
                pairs.append((known, attrs.evolve(known, **said)))
        bulk, changes, schema = self._work.bulk, self._work.changes, describe(CustomValue)
        created = [one.id for one in bulk.add(new)]
        changed = [*zip((one for one, _ in pairs), bulk.change(pairs), strict=True)]
        changes.look_up(schema, gone)
        bulk.remove(gone)
        for one in gone:
            changes.removed(schema, one)
        return WrittenValues(created, changed, gone)
