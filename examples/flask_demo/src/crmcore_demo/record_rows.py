"""Records of any kind as rows: what stands behind a number of a report, in words, each leading to its page."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.base.schema import EntitySchema, FieldSpec, describe
from crmcore.customers.entity import Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.reports import referred
from crmcore.sales.entity import Order
from crmcore.service.entity import ServiceRequest
from crmcore.surveys.entity import Survey, SurveyQuestion
from crmcore_demo.addresses import onward
from crmcore_demo.display import day, entry_words, label, quantity, t
from crmcore_demo.session import names_of, person, reading

SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": ("name", "number", "level", "region", "manager", "status"),
    "order": ("source_key", "customer", "ordered_on", "status", "amount", "currency"),
    "order_line": ("product_name", "order", "quantity", "unit_price", "amount"),
    "order_summary": ("id", "order_count", "first_order_on", "last_order_on", "paid_amount"),
    "opportunity": ("title", "customer_name", "stage", "expected_amount", "expected_on", "assignee", "status"),
    "stage_passage": ("opportunity", "stage", "entered_at", "left_at", "outcome", "assignee"),
    "pipeline_position": ("opportunity", "since", "status", "stage", "amount", "expected_on", "owner"),
    "service_request": ("title", "number", "customer_name", "type", "status", "created_at", "assignee"),
    "service_round": ("request", "number", "handled_by", "handled_at", "satisfaction", "ended_at"),
    "churn_case": ("customer_name", "manager", "status", "last_order_on", "closed_at", "reason"),
    "survey_answer": ("customer", "survey", "question", "score", "text", "answered_at"),
    "invitation": ("customer", "survey", "invited_by", "invited_at"),
    "sales_activity": ("content", "opportunity", "kind", "planned_on", "state", "responsible"),
    "sales_target": ("user", "territory", "span", "starts_on", "ends_on", "amount", "number"),
}
"""Which fields say what a record is, the first of them leads to its page; of others, the first few are shown."""
FEW: Final = 5
PAGES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "customer": ("customers.show", ("customer.read", "customer.read_all")),
    "order": ("sales.order", ("order.read", "order.read_all")),
    "opportunity": ("opportunities.show", ("opportunity.read", "opportunity.read_all")),
    "service_request": ("service.show", ("service.read", "service.read_all")),
    "churn_case": ("churn.show", ("churn.read", "churn.read_all")),
    "survey": ("surveys.show", ("survey.read", "survey.read_all")),
    "invitation": ("survey_inviting.show", ("survey.read", "survey.read_all")),
}
"""The page of a kind of record, and of which rights one opens it."""
THROUGH: Final[Mapping[str, tuple[str, str]]] = {
    "order_line": ("order", "order"),
    "order_summary": ("customer", "id"),
    "stage_passage": ("opportunity", "opportunity"),
    "pipeline_position": ("opportunity", "opportunity"),
    "service_round": ("service_request", "request"),
    "survey_answer": ("invitation", "invitation"),
    "sales_activity": ("opportunity", "opportunity"),
}
"""Kinds without a page of their own: the kind of record they belong to, and the field that names it."""
_NAMED: Final[Mapping[str, tuple[type[Any], str]]] = {
    "customer": (Customer, "name"),
    "opportunity": (Opportunity, "title"),
    "order": (Order, "source_key"),
    "sales_stage": (SalesStage, "name"),
    "service_request": (ServiceRequest, "title"),
    "survey": (Survey, "title"),
    "survey_question": (SurveyQuestion, "text"),
}
_UNTITLED: Final = {("order_summary", "id"): "order.customer"}
"""Where a field is titled otherwise than by its own name."""


@attrs.frozen
class Place:
    """One value of a row."""

    words: str
    address: str | None = None
    number: bool = False


@attrs.frozen
class Listed:
    """Records as a table."""

    titles: tuple[tuple[str, bool], ...]
    """What the columns are called, and whether they are of numbers."""
    rows: tuple[tuple[Place, ...], ...]


def page_of_record(kind: str, id: UUID) -> str | None:  # noqa: A002
    """Return the address of a record's page, if it has one and the person may open it."""
    endpoint, rights = PAGES.get(kind, ("", ()))
    return onward(endpoint, id=id) if endpoint and person().may(*rights) else None


def listed(records: Sequence[Any]) -> Listed:
    """Show records of one kind; whom and what they refer to is looked up once for all of them."""
    if not records:
        return Listed((), ())
    schema = describe(type(records[0]))
    shown = [schema.by_name[name] for name in _names(schema)]
    referred = _referred(records, shown)
    titles = tuple(
        (label(_UNTITLED.get((schema.name, one.name), f"{schema.name}.{one.name}")), _is_number(one)) for one in shown
    )
    rows = tuple(
        tuple(
            Place(
                _words(one, _value(record, one), referred), None if place else _address(schema, record), _is_number(one)
            )
            for place, one in enumerate(shown)
        )
        for record in records
    )
    return Listed(titles, rows)


def _names(schema: EntitySchema) -> Iterable[str]:
    if schema.name in SHOWN:
        return [name for name in SHOWN[schema.name] if name in schema.by_name]
    plain = (one for one in schema.fields if not (one.hint.derived or one.hint.secret or one.hint.ref))
    return [one.name for one in plain if one.name not in {"id", "version"}][:FEW]


def _value(record: Any, one: FieldSpec) -> Any:
    for name in one.path:
        record = getattr(record, name)
    return record


def _is_number(one: FieldSpec) -> bool:
    return one.kind in {"integer", "decimal"}


def _address(schema: EntitySchema, record: Any) -> str | None:
    kind, field = THROUGH.get(schema.name, (schema.name, "id"))
    id_ = getattr(record, field)
    return None if id_ is None else page_of_record(kind, id_)


def _referred(records: Sequence[Any], shown: Sequence[FieldSpec]) -> Mapping[UUID, str]:
    """Look up what the records refer to, one question for each kind; what the person may not see stays unnamed."""
    wanted: dict[str, set[UUID]] = {}
    for one in shown:
        if one.hint.ref:
            ids = {id_ for record in records if (id_ := _value(record, one)) is not None}
            wanted.setdefault(one.hint.ref, set()).update(ids)
    known: dict[UUID, str] = dict(names_of(*wanted.pop("user", ())))
    for ref, ids in wanted.items():
        if ref in _NAMED and ids:
            kind, name = _NAMED[ref]
            known |= {it.id: str(getattr(it, name)) for it in referred(reading(), kind, ids)}
    return known


def _words(one: FieldSpec, value: Any, referred: Mapping[UUID, str]) -> str:
    if one.hint.ref:
        return referred.get(value, "–")
    if value is None or value == "":
        return "–"
    if one.hint.dictionary:
        return entry_words(one.hint.dictionary, value)
    match value:
        case enum.Enum():
            return label(value)
        case bool():
            return t("word.yes" if value else "word.no")
        case Decimal():
            return f"{value:,.2f}" if one.name != "quantity" else quantity(value)
        case int():
            return f"{value:,}"
        case dt.date():
            return day(value)
    return str(value)
