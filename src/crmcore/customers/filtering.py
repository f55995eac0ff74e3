"""What customers are looked for by, in lists and in groups (requirements CUS-01, X-CUS-02 to 04, X-CUS-06)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypedDict

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.clock import day_range
from crmcore.base.errors import Invalid, Problem
from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.customers.custom_forms import fields_in_use
from crmcore.customers.deriving import digits_of
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.grouping import CustomField, CustomKind, CustomValue
from crmcore.query import Condition, all_of, any_of, eq, ge, gt, has, in_query, lt, negate, one_of, query
from crmcore.sales.entity import OrderSummary
from crmcore.storage.listing import exactly, partly
from crmcore.storage.work import Work

__all__ = ["FILTER_LABELS", "CustomWanted", "CustomerFilters", "conditions", "solid"]

_c = fields(Customer)
_s = fields(OrderSummary)
_v = fields(CustomValue)
_Bound = Decimal | dt.date | int | None
FILTER_LABELS: Final = (
    "customer.created_from",
    "customer.created_to",
    "customer.amount_from",
    "customer.amount_to",
    "customer.filters",
    "customer.custom",
)
"""Catalogue keys of filters that are no fields of a customer: errors name them so, and screens may."""
CustomWanted = str | bool | Decimal | int | dt.date | tuple[_Bound, _Bound]
"""Part of a text, a code, yes or no, a number or day, or the least and greatest number or day."""


class CustomerFilters(TypedDict, total=False):
    """What customers are looked for by; empty texts and None ask for nothing (requirement GEN-16)."""

    keyword: str
    """Part of name, number, phone, fax, website, or a contact's name or phone.

    Of a customer with hundreds of contacts only the first are looked at; the phone book finds all.
    """
    number: str
    name: str
    city: str
    phone: str
    fax: str
    website: str
    region: str
    level: str
    industry: str
    category: str
    company_size: str
    manager: UserId | None
    status: CustomerStatus | None
    """None for all that are not deleted."""
    churn_warning: bool | None
    """Whether a churn case is open (流失预警)."""
    tag: str
    created_from: dt.date | None
    """First day of entry, in the company's zone."""
    created_to: dt.date | None
    """Last day of entry."""
    amount_from: Decimal | int | None
    """Least amount of all orders, in the company's currency."""
    amount_to: Decimal | int | None
    custom: Mapping[str, CustomWanted]
    """Code of a company's own field to what is wanted in it."""


def conditions(work: Work, filters: CustomerFilters) -> list[Condition]:
    """Answer what the wanted customers meet.

    Raises:
        Invalid: A filter is unknown, or can't be compared with what is given.
    """
    _check_named(filters, "filters")
    unknown = sorted(str(one)[:50] for one in filters if one not in CustomerFilters.__annotations__)
    if unknown:
        raise Invalid(Problem(field=one, code="value.unknown_field", entity="customer") for one in unknown)
    own = filters.get("custom") or {}
    _check_named(own, "custom")
    found: list[Condition] = [_status(filters.get("status"))]
    found += exactly(*((getattr(_c, name), filters.get(name)) for name in _EXACT))
    found += partly((_c.search_text, solid(filters.get("keyword", ""))), (_c.city, filters.get("city", "")))
    found += _called(filters.get("phone"))
    for name in ("number", "name", "fax", "website"):
        found += _reached(name, filters.get(name))
    for make in (_tagged, _warned, _entered, _bought):
        found += make(work, filters)
    for code, wanted in own.items():
        found += _custom(work, code, wanted)
    return found


def solid(text: Any) -> Any:
    """Answer a text as search texts are written: with one blank where it has several; what is no text, as it is."""
    return " ".join(text.split()) if isinstance(text, str) else text


_EXACT: Final = ("region", "level", "industry", "category", "company_size", "manager")


def _status(status: CustomerStatus | None) -> Condition:
    if status is None:
        return negate(eq(_c.status, CustomerStatus.DELETED))
    return eq(_c.status, status)


def _reached(name: str, wanted: Any) -> Iterator[Condition]:
    """Look in the keyword index first: few customers are left to look at closely."""
    for condition in partly((getattr(_c, name), wanted)):
        yield from partly((_c.search_text, solid(wanted)))
        yield condition


def _called(wanted: Any) -> list[Condition]:
    """Look for part of a phone number as it was typed, or by its digits however it was typed."""
    typed = list(_reached("phone", wanted))
    digits = digits_of(wanted) if isinstance(wanted, str) else ""
    return [any_of(all_of(*typed), all_of(*_reached("phone_key", digits)))] if digits else typed


def _tagged(_work: Work, filters: CustomerFilters) -> Iterator[Condition]:
    tag: Any = filters.get("tag")
    if tag:
        yield has(_c.tags, solid(tag))


def _warned(_work: Work, filters: CustomerFilters) -> Iterator[Condition]:
    wanted = filters.get("churn_warning")
    if wanted is not None:
        open_cases = query(ChurnCase).where(one_of(fields(ChurnCase).status, OPEN))
        warned = in_query(_c.id, open_cases, on=fields(ChurnCase).customer)
        yield warned if wanted else negate(warned)


def _entered(work: Work, filters: CustomerFilters) -> Iterator[Condition]:
    first, last = (_day(filters.get(name), name) for name in ("created_from", "created_to"))
    if first is not None:
        yield ge(_c.created_at, day_range(first, first, work.zone)[0])
    if last is not None:
        yield lt(_c.created_at, day_range(last, last, work.zone)[1])


def _bought(_work: Work, filters: CustomerFilters) -> Iterator[Condition]:
    """Compare with what a customer has bought in all; who never ordered has bought for nothing."""
    least, most = (_amount(filters.get(name), name) for name in ("amount_from", "amount_to"))
    if least is not None and least > 0:
        yield in_query(_c.id, query(OrderSummary).where(ge(_s.amount, least)))
    if most is not None:
        yield negate(in_query(_c.id, query(OrderSummary).where(gt(_s.amount, most))))


def _custom(work: Work, code: str, wanted: Any) -> Iterator[Condition]:
    field = fields_in_use(work).get(code)
    if field is None:
        raise _wrong(str(code)[:50], "value.unknown_field")
    tests = list(_TESTS[field.kind](field, wanted))
    if tests:
        values = query(CustomValue).where(eq(_v.custom_field, field.id), *tests)
        yield in_query(_c.id, values, on=_v.customer)


def _text_wanted(_field: CustomField, wanted: Any) -> list[Condition]:
    return partly((_v.text, wanted))  # type: ignore[arg-type]  # a text, or nothing


def _choice_wanted(_field: CustomField, wanted: Any) -> list[Condition]:
    return exactly((_v.text, wanted))


def _flag_wanted(field: CustomField, wanted: Any) -> Iterator[Condition]:
    if wanted in (None, ""):
        return
    if not isinstance(wanted, bool):
        raise _wrong(field.code, "value.type", wanted="bool", got=type(wanted).__name__)
    yield eq(_v.flag, wanted)


def _number_wanted(field: CustomField, wanted: Any) -> Iterator[Condition]:
    least, most = (_amount(one, field.code) for one in _bounds(wanted))
    if least is not None:
        yield ge(_v.number, least)
    if (
        most is not None
    ):  # not "at most": some MongoDB-wire servers leave the bound itself out in an index of two fields
        yield any_of(lt(_v.number, most), eq(_v.number, most))


def _day_wanted(field: CustomField, wanted: Any) -> Iterator[Condition]:
    first, last = (_day(one, field.code) for one in _bounds(wanted))
    if first is not None:
        yield ge(_v.day, first)
    if last is not None:
        yield lt(_v.day, last + dt.timedelta(days=1))


_TESTS: Final[dict[CustomKind, Callable[[CustomField, Any], Any]]] = {
    CustomKind.TEXT: _text_wanted,
    CustomKind.CHOICE: _choice_wanted,
    CustomKind.YES_NO: _flag_wanted,
    CustomKind.NUMBER: _number_wanted,
    CustomKind.DATE: _day_wanted,
}


def _check_named(value: Any, name: str) -> None:
    """Refuse what does not say by names what is wanted."""
    if not isinstance(value, Mapping):
        raise _wrong(name, "value.type", wanted="mapping", got=type(value).__name__)


def _bounds(wanted: Any) -> tuple[Any, Any]:
    pair = 2
    return wanted if isinstance(wanted, tuple) and len(wanted) == pair else (wanted, wanted)


def _day(value: Any, name: str) -> dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise _wrong(name, "value.type", wanted="date", got=type(value).__name__)
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise _wrong(name, "value.year", min=FIRST_YEAR, max=LAST_YEAR)
    return value


def _amount(value: Any, name: str) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(name, "value.type", wanted="decimal", got=type(value).__name__)
    amount = Decimal(value)
    if not amount.is_finite():
        raise _wrong(name, "value.not_finite")
    return amount


def _wrong(name: str, code: str, **params: object) -> Invalid:
    return Invalid(Problem(field=name, code=code, entity="customer", params=params))
