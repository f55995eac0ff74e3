"""What can be read from a file: the columns of customers, each with a first contact, and of contacts (X-ADM-10)."""

from collections.abc import Iterator
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.schema import describe
from crmcore.customers.entity import Contact, Customer
from crmcore.exchange.limits import file_refused
from crmcore.i18n import Language, text
from crmcore.views.forms import Control, form_for

__all__ = ["KEYS", "Column", "Kind", "columns_of", "control_of"]

Kind = Literal["customer", "contact"]
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "customer": ("number", "external_key", "name"),
    "contact": ("customer_number", "customer_external_key", "customer_name"),
}
"""By what a row finds the record it is about; for a contact by what it finds the customer."""
_CUSTOMER: Final = ("number", "external_key", "name", "manager")
_OTHERS: Final = tuple(spec.name for spec in describe(Customer).fields if spec.name in describe(Customer).givable)
_OF_CONTACT: Final = tuple(spec.name for spec in describe(Contact).fields if spec.name in describe(Contact).givable)


@attrs.frozen
class Column:
    """One column that a file may have."""

    name: str
    """What programs and mappings call it."""
    cls: type[Any]
    """Kind of record that the value belongs to."""
    field: str
    """The record's field."""
    label_key: str = ""
    """Catalogue key around the field's label; empty for the label alone."""

    def label(self, language: Language) -> str:
        """Name the column as people know it."""
        label = text(f"{describe(self.cls).name}.{self.field}", language)
        return text(self.label_key, language, field=label) if self.label_key else label


def columns_of(kind: str) -> dict[str, Column]:
    """Answer the columns that rows of a kind may have, by name, in their order.

    Raises:
        Invalid: No rows of that kind are imported.
    """
    if kind not in KEYS:
        raise file_refused("exchange.unknown_kind", got=str(kind)[:50])
    return {one.name: one for one in (_of_customers() if kind == "customer" else _of_contacts())}


def control_of(column: Column, zone: ZoneInfo) -> Control:
    """Answer how a form asks for a column's value: the same parser and the same checks."""
    return form_for(column.cls, zone=zone, names=(column.field,)).controls[0]


def _of_customers() -> Iterator[Column]:
    for name in dict.fromkeys((*_CUSTOMER, *_OTHERS)):
        yield Column(name, Customer, name)
    for name in _OF_CONTACT:
        if name != "customer":
            yield Column(f"contact_{name}", Contact, name, "exchange_column.contact")


def _of_contacts() -> Iterator[Column]:
    for name in ("number", "external_key", "name"):
        yield Column(f"customer_{name}", Customer, name)
    for name in _OF_CONTACT:
        if name != "customer":
            yield Column(name, Contact, name)
