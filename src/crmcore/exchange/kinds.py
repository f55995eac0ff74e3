"""What can be read from a file: the columns of customers, each with a first contact, and of contacts (X-ADM-10)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import attrs

from crmcore.base.schema import FieldSpec, describe
from crmcore.customers.custom_forms import PLACES
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.grouping import CustomField, CustomValue
from crmcore.customers.merge_choices import CUSTOM
from crmcore.exchange.limits import file_refused
from crmcore.i18n import Language, text
from crmcore.views.forms import Control, form_for

__all__ = ["KEYS", "Column", "Kind", "columns_of", "control_of", "own_columns", "read_only_columns"]

Kind = Literal["customer", "contact"]
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "customer": ("number", "external_key", "name"),
    "contact": ("customer_number", "customer_external_key", "customer_name"),
}
"""By what a row finds the record it is about; for a contact by what it finds the customer."""
_CUSTOMER: Final = ("number", "external_key", "name", "manager")
_OTHERS: Final = tuple(spec.name for spec in describe(Customer).fields if spec.name in describe(Customer).givable)
_READ_ONLY: Final = ("status", "created_at")
"""What is exported of customers, and never set by a file: the rules of chapter 3 and the clock set it."""
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
    custom: CustomField | None = None
    """The company's own field that this is, if it is one (requirement X-CUS-08)."""

    @property
    def spec(self) -> FieldSpec:
        """How the value is kept."""
        return describe(self.cls).by_name[self.field]

    @property
    def dictionary(self) -> str:
        """Category of the dictionary that has the choices; empty for none."""
        return self.spec.hint.dictionary if self.custom is None else self.custom.choices

    def label(self, language: Language) -> str:
        """Name the column as people know it."""
        if self.custom is not None:
            return self.custom.label_zh if language == "zh" else self.custom.label_en
        label = text(f"{describe(self.cls).name}.{self.field}", language)
        return text(self.label_key, language, field=label) if self.label_key else label


def columns_of(kind: str, custom: Iterable[CustomField] = ()) -> dict[str, Column]:
    """Answer the columns that rows of a kind may have, by name, in their order.

    Args:
        kind: ``customer`` or ``contact``.
        custom: The company's own fields of customers; see :func:`columns_offered`.

    Raises:
        Invalid: No rows of that kind are imported.
    """
    if kind not in KEYS:
        raise file_refused("exchange.unknown_kind", got=str(kind)[:50])
    if kind == "contact":
        return {one.name: one for one in _of_contacts()}
    return {one.name: one for one in (*_of_customers(), *own_columns(custom))}


def own_columns(custom: Iterable[CustomField]) -> Iterator[Column]:
    """Answer the columns of the company's own fields: ``custom.`` and the field's code."""
    for one in custom:
        yield Column(f"{CUSTOM}{one.code}", CustomValue, PLACES[one.kind], custom=one)


def read_only_columns(kind: str) -> dict[str, Column]:
    """Answer the columns that are exported and never imported, by name."""
    return {name: Column(name, Customer, name) for name in (_READ_ONLY if kind == "customer" else ())}


def control_of(column: Column, zone: ZoneInfo) -> Control:
    """Answer how a form asks for a column's value: the same parser and the same checks."""
    control = form_for(column.cls, zone=zone, names=(column.field,)).controls[0]
    return attrs.evolve(control, dictionary=column.dictionary)


def _of_customers() -> Iterator[Column]:
    for name in dict.fromkeys((*_CUSTOMER, *_OTHERS)):
        yield Column(name, Customer, name)
    for name in _OF_CONTACT:
        yield Column(f"contact_{name}", Contact, name, "exchange_column.contact")


def _of_contacts() -> Iterator[Column]:
    for name in ("number", "external_key", "name"):
        yield Column(f"customer_{name}", Customer, name)
    for name in _OF_CONTACT:
        yield Column(name, Contact, name)
