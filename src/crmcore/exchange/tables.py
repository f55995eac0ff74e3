"""What is exported of customers, contacts, orders and opportunities: columns, and rows in batches (X-ADM-08, 14.20)."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.access.entity import User
from crmcore.base.schema import FieldSpec
from crmcore.base.text import key_of
from crmcore.customers.custom_forms import fields_in_use
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.filtering import CustomerFilters, conditions
from crmcore.exchange.guarding import listed
from crmcore.exchange.kinds import KEYS, Column, columns_of, own_columns, read_only_columns
from crmcore.exchange.limits import file_refused
from crmcore.exchange.lookups import Choices, contacts_of, custom_values_of
from crmcore.exchange.mapping import suggested
from crmcore.i18n import Language
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.query import asc, in_query, one_of, query
from crmcore.sales.entity import Order
from crmcore.storage.collection import SCAN_SIZE
from crmcore.storage.work import Work
from crmcore.views.reading import written
from crmcore.views.shown import shown

__all__ = ["KINDS", "Cell", "ExportTable", "headings_of"]

Cell = str | int | Decimal | None
_ORDER: Final = ("source_key", "ordered_on", "status", "currency", "amount", "line_count", "delivery_address")
_OPPORTUNITY: Final = (
    *("number", "title", "customer_name", "source", "success_rate", "contact_name", "contact_phone", "description"),
    *("status", "stage", "expected_amount", "expected_on", "target_amount", "follow_up", "category"),
    *("assignee", "assigned_at", "created_by", "created_at", "closed_at", "proof"),
)
_NUMBERS: Final = frozenset({"integer", "decimal"})


def _order_columns() -> dict[str, Column]:
    of_customer = (Column(f"customer_{name}", Customer, name) for name in ("number", "name"))
    columns = (*of_customer, *(Column(name, Order, name) for name in _ORDER))
    return {one.name: one for one in columns}


def _opportunity_columns() -> dict[str, Column]:
    """Answer its own columns, and the number of the customer that it was won as."""
    own = (Column(name, Opportunity, name) for name in _OPPORTUNITY)
    return {one.name: one for one in (*own, Column("customer_number", Customer, "number"))}


KINDS: Final[dict[str, Callable[[], dict[str, Column]]]] = {
    "customer": lambda: columns_of("customer") | read_only_columns("customer"),
    "contact": lambda: columns_of("contact"),
    "order": _order_columns,
    "opportunity": _opportunity_columns,
}
"""What can be exported, and its columns; of customers the company's own fields come to that."""


class ExportTable:
    """The rows that somebody may see of what he wants exported; a batch at a time is in memory."""

    def __init__(self, work: Work, kind: str, filters: CustomerFilters, language: Language | None) -> None:
        """Prepare.

        Args:
            work: The unit of work; it limits what is seen.
            kind: ``customer``, ``contact``, ``order`` or ``opportunity``.
            filters: Which customers, as in their list; contacts and orders are those of the customers. Opportunities
                are those won as one of them; all, whoever they are about, where nothing is asked for.
            language: Language of headings and labels; None for names and codes, as programs want them.

        Raises:
            Invalid: Nothing of that kind is exported, or a filter is wrong.
        """
        if kind not in KINDS:
            raise file_refused("exchange.unknown_kind", got=str(kind)[:50])
        self._work, self._kind, self._language = work, kind, language
        own = own_columns(fields_in_use(work).values()) if kind == "customer" else ()
        self.columns = (*KINDS[kind]().values(), *own)
        self.specs = tuple(one.spec for one in self.columns)
        self._conditions = conditions(work, filters)
        self._narrowed = any(value not in ("", None, {}) for value in filters.values())
        self._users = {one.id: one.name for one in work.unscoped(User).find()}
        self._choices = Choices(work, (one.dictionary for one in self.columns if one.dictionary))
        self._stages = {one.id: one.name for one in work.unscoped(SalesStage).find()} if kind == "opportunity" else {}
        self._labels: dict[tuple[str, str], str] = {}
        self.handed_out = 0
        """How many rows somebody has taken."""

    def headings(self) -> list[str]:
        """Answer the headings."""
        return headings_of(self._kind, self.columns, self._language)

    def rows(self) -> Iterator[list[Cell]]:
        """Go through the rows, oldest records first."""
        for records in self._batches():
            others = self._others(records)
            for record in records:
                self.handed_out += 1
                yield [
                    self._cell(
                        column, spec, None if (one := others(record, column)) is None else getattr(one, column.field)
                    )
                    for column, spec in zip(self.columns, self.specs, strict=True)
                ]

    def _batches(self) -> Iterator[list[Any]]:
        """Go through the records, some hundred at a time; the unit of work applies its scopes."""
        customers = query(Customer).where(*self._conditions)
        found: Iterator[Any]
        if self._kind == "customer":
            found = self._work.customers.scan(customers.sort(asc(fields(Customer).id)))
        elif self._kind == "contact":
            mine = query(Contact).where(in_query(fields(Contact).customer, customers))
            found = self._work.contacts.scan(mine.sort(asc(fields(Contact).id)))
        elif self._kind == "opportunity":
            won_as = [in_query(fields(Opportunity).customer, customers)] if self._narrowed else []
            chances = query(Opportunity).where(*won_as)
            found = self._work.opportunities.scan(chances.sort(asc(fields(Opportunity).id)))
        else:
            bought = query(Order).where(in_query(fields(Order).customer, customers))
            found = self._work.orders.scan(bought.sort(asc(fields(Order).id)))
        while batch := list(itertools.islice(found, SCAN_SIZE)):
            yield batch

    def _others(self, records: Sequence[Any]) -> Callable[[Any, Column], Any]:
        """Answer how to find the record that a column of a row belongs to: its own, or one beside it."""
        if self._kind == "customer":
            contacts = contacts_of(self._work, [one.id for one in records])
            first: Mapping[UUID, Any] = {id_: theirs[0] for id_, theirs in contacts.items()}
            custom = [one.custom.id for one in self.columns if one.custom is not None]
            own = custom_values_of(self._work, [one.id for one in records], custom)

            def beside(record: Any, column: Column) -> Any:
                if column.custom is not None:
                    return own.get((record.id, column.custom.id))
                return record if column.cls is Customer else first.get(record.id)

            return beside
        ids = sorted({one.customer for one in records if one.customer is not None})
        # Opportunities may have become somebody else's customers, or nobody's yet.
        seen = self._work.customers if self._kind == "opportunity" else self._work.unscoped(Customer)
        found = seen.find(query(Customer).where(one_of(fields(Customer).id, ids))) if ids else ()
        customers = {one.id: one for one in found}
        return lambda record, column: customers.get(record.customer) if column.cls is Customer else record

    def _cell(self, column: Column, spec: FieldSpec, value: Any) -> Cell:
        """Answer what stands in a cell; every text reads back as the value."""
        if value is None:
            return None
        if spec.hint.ref == "user":
            return self._users.get(value, "")
        if spec.hint.ref == "sales_stage":
            return self._stages.get(value, "")
        if spec.kind in _NUMBERS:
            number: Cell = value
            return number
        if spec.kind == "text_list":
            return listed(value)
        if isinstance(value, bool):
            return shown(value, self._language or "en", self._work.zone)
        if self._language and value and (column.dictionary or spec.kind == "enum"):
            return self._label(column, spec, value)
        return value if isinstance(value, str) else written(value, self._work.zone)

    def _label(self, column: Column, spec: FieldSpec, value: Any) -> str:
        """Answer the label of a choice, or its code where the label would be read as another choice or none."""
        assert self._language is not None  # noqa: S101  # asked before
        if spec.kind == "enum":
            return shown(value, self._language, self._work.zone)
        category = column.dictionary
        known = self._labels.get((category, value))
        if known is None:
            entry = self._choices.entries.get((category, value))
            label = "" if entry is None else entry.label_zh if self._language == "zh" else entry.label_en
            known = label if self._choices.of(category).get(key_of(label)) == value else value
            self._labels[category, value] = known
        return known


def headings_of(kind: str, columns: Sequence[Column], language: Language | None) -> list[str]:
    """Answer what stands above columns: their labels, or the name where a label would be taken for another column's.

    Args:
        kind: What the rows are.
        columns: The columns, in order.
        language: Language of the labels; None for names.
    """
    names = [one.name for one in columns]
    if language is None:
        return names
    labels = [one.label(language) for one in columns]
    if kind not in KEYS:
        return labels
    offered = {one.name: one for one in columns if one.name not in read_only_columns(kind)}
    wanted = [(name, True) if name in offered else ("", False) for name in names]
    while labels != names:
        read = suggested(kind, labels, offered)
        wrong = [place for place, found in enumerate(read) if found != wanted[place] and labels[place] != names[place]]
        if not wrong:
            break
        for place in wrong:
            labels[place] = names[place]
    return labels


def longest(specs: Iterable[FieldSpec]) -> list[bool]:
    """Answer which columns hold texts of several lines."""
    return [one.hint.long or one.kind == "text_list" for one in specs]
