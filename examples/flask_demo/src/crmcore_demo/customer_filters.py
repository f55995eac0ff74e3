"""The filters of the list of customers, as a person fills them in and as the library takes them (CUS-01, X-CUS-02)."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast

import attrs
from attrs import fields

from crmcore import Work
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.customers.grouping import CustomField, CustomKind
from crmcore.customers.lists import CustomerSort
from crmcore.views.reading import Unreadable, read
from crmcore_demo.custom import PREFIX, Custom, label_of
from crmcore_demo.display import entry_words, label, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, chosen_colleague, codes, colleagues, read_filter, tally_by
from crmcore_demo.session import person, settings

WARNED: Final = "churn_warning"
CODES: Final = {
    "region": "region",
    "level": "customer_level",
    "category": "customer_category",
    "industry": "industry",
    "company_size": "company_size",
}
TEXTS: Final = ("keyword", "number", "name", "city", "phone", "fax", "website", "tag")
DAYS: Final = ("created_from", "created_to")
AMOUNTS: Final = ("amount_from", "amount_to")
LARGEST: Final = Decimal(10) ** 14
PLACES: Final = 4
"""Of the company's own numbers."""
SORTS: Final = ("oldest", "name", "number")


def _entries(field: str, *, seldom: bool = False) -> Shown:
    category = CODES[field]
    choices = tuple((entry.code, entry_words(category, entry.code)) for entry in settings().choices(category))
    return attrs.evolve(codes(field, label(f"customer.{field}"), choices), seldom=seldom)


def _statuses() -> Sequence[tuple[str, str]]:
    """List the states; a churn warning is shown as one of them though the customer stays active (CUS-01)."""
    states = [(one.value, label(one)) for one in CustomerStatus]
    if person().may("churn.read", "churn.read_all"):
        states.insert(1, (WARNED, t("customers.warned")))
    return states


def _of_company(own: Sequence[CustomField]) -> Sequence[Shown]:
    """Draw a filter for each of the company's own fields."""
    found = []
    for field in own:
        name, words = PREFIX + field.code, label_of(field)
        if field.kind is CustomKind.CHOICE:
            known = [(one.code, entry_words(field.choices, one.code)) for one in settings().choices(field.choices)]
            shown = codes(name, words, known)
        elif field.kind is CustomKind.YES_NO:
            shown = codes(name, words, [(one, t(f"word.{one}")) for one in ("yes", "no")])
        else:
            shown = Shown(name=name, label=words, kind="date" if field.kind is CustomKind.DATE else "search")
        found.append(attrs.evolve(shown, seldom=True))
    return found


def asked_filter(work: Work) -> Filter:
    """Read the filters from the address."""
    sees_all = person().may("customer.read_all")
    people = tally_by(work.customers, fields(Customer).manager) if sees_all else ()
    orders = AMOUNTS if person().may("order.read", "order.read_all") else ()

    orders_of_list = [("", t("customers.sort_newest")), *((one, t(f"customers.sort_{one}")) for one in SORTS)]
    sorts = codes("sort", t("customers.sort"), orders_of_list)

    def rare(name: str, kind: Any = "text") -> Shown:
        known = {"tag": "customers.tag"} | {one: f"customers.{one}" for one in (*DAYS, *AMOUNTS)}
        words = t(known[name]) if name in known else label(f"customer.{name}")
        return Shown(name=name, label=words, kind=kind, seldom=True)

    return read_filter(
        Shown(name="keyword", label=t("customers.keyword")),
        _entries("region"),
        *(colleagues("manager", label("customer.manager"), people) if sees_all else ()),
        codes("status", label("customer.status"), _statuses()),
        _entries("level", seldom=True),
        *(rare(name) for name in ("number", "name")),
        *(_entries(name, seldom=True) for name in ("category", "industry", "company_size")),
        *(rare(name) for name in ("city", "phone", "fax", "website", "tag")),
        *(rare(name, "date") for name in DAYS),
        *(rare(name, "number") for name in orders),
        *_of_company(Custom.of_new().asked),
        attrs.evolve(sorts, seldom=True),
    )


def wanted(asked: Filter) -> dict[str, Any]:
    """Return the filters as the library takes them; what is no date or number asks for nothing."""
    given = {field.name: str(field.value) for field in asked.fields}
    found: dict[str, Any] = {name: given[name] for name in (*TEXTS, *CODES) if given.get(name)}
    if manager := chosen_colleague(asked, "manager"):
        found["manager"] = manager
    if given["status"] == WARNED:
        found["churn_warning"] = True
    elif given["status"]:
        found["status"] = CustomerStatus(given["status"])
    for names, kind in ((DAYS, "date"), (AMOUNTS, "decimal")):
        found |= {name: value for name in names if (value := _understood(kind, given.get(name, ""))) is not None}
    own = {
        field.code: value
        for field in Custom.of_new().asked
        if (value := _wanted_in(field, given.get(PREFIX + field.code, ""))) is not None
    }
    return {**found, "custom": own} if own else found


def sort_of(asked: Filter) -> CustomerSort:
    """Return how the list is sorted: the newest first unless somebody says otherwise (GEN-17)."""
    return cast("CustomerSort", asked["sort"] or "newest")


def _understood(kind: Any, text: str, places: int = 2) -> Any:
    try:
        found = read(kind, text, settings().zone) if text else None
    except Unreadable:
        return None
    if isinstance(found, dt.date) and not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return None if isinstance(found, Decimal) and not _is_amount(found, places) else found


def _is_amount(number: Decimal, places: int) -> bool:
    """Whether the library could hold such a number; whoever types another one looks for nothing (GEN-16)."""
    return number.is_finite() and abs(number) < LARGEST and number == round(number, places)


_KINDS: Final[Mapping[CustomKind, Callable[[str], Any]]] = {
    CustomKind.NUMBER: lambda text: _understood("decimal", text, PLACES),
    CustomKind.DATE: lambda text: _understood("date", text),
    CustomKind.YES_NO: lambda text: _understood("boolean", text),
}


def _wanted_in(field: CustomField, text: str) -> str | bool | Decimal | dt.date | None:
    found: str | bool | Decimal | dt.date | None = _KINDS.get(field.kind, str)(text) if text else None
    return found
