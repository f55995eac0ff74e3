"""What reports are narrowed to, and the questions that follow from it; for the actions of this package."""

import enum
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.values import CURRENCY as CURRENCY_CODE
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import CURRENCY
from crmcore.query import EVERYTHING, Condition, Query, count, eq, ge, in_query, le, negate, one_of, query
from crmcore.sales.entity import Order, OrderStatus, Product
from crmcore.statistics.figures import Figure, counted
from crmcore.statistics.periods import Period, check_period
from crmcore.storage.listing import exactly, partly
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work

__all__ = [
    "OrderFilter",
    "buyers",
    "check_choice",
    "chosen",
    "currency_of",
    "customers_there",
    "customers_who",
    "is_period",
    "names_of",
    "narrowed",
    "needed_period",
    "orders_of",
    "product_names",
    "seen",
    "within_days",
]

AskedFilter = TypeVar("AskedFilter")
_o = fields(Order)
_c = fields(Customer)
_p = fields(Product)


@attrs.frozen(kw_only=True)
class OrderFilter:
    """Which orders a report counts (requirement RPT-01, decisions 16.6, 16.7); what is empty does not narrow it."""

    customer_name: str = ""
    """Part of the customer's name."""
    period: Period | None = None
    """Days of the orders; None for all time."""
    all_orders: bool = False
    """Unpaid orders too; cancelled ones never."""
    currency: str = ""
    """Which currency the sums are in; empty for the company's."""
    customer: CustomerId | None = None
    """One customer's; None for all."""


def narrowed(only: object, kind: type[AskedFilter]) -> AskedFilter:
    """Answer what a report is narrowed to, if it is a filter of that report.

    Raises:
        Invalid: It is something else: a period by itself, say.
    """
    if isinstance(only, kind):
        return only
    params: dict[str, object] = {"wanted": kind.__name__, "got": type(only).__name__}
    raise Invalid(Problem("only", "report.narrowed", "report", params))


def is_period(period: object) -> Period | None:
    """Answer the period that a report is asked for.

    Raises:
        Invalid: It is none, or ends before it begins.
    """
    if period is None:
        return None
    if isinstance(period, Period):
        return check_period(period.first, period.last)
    raise Invalid(Problem(field="period", code="report.period", entity="report"))


def needed_period(period: object) -> Period:
    """Answer the period of a report that has none for all time.

    Raises:
        Invalid: There is none.
    """
    found = is_period(period)
    if found is None:
        raise Invalid(Problem(field="period", code="report.period", entity="report"))
    return found


def chosen(value: object, kind: type[Any], field: str) -> Any:
    """Answer a choice that is one of its kind.

    Raises:
        Invalid: It is none; the choices are named, as a program writes them.
    """
    if isinstance(value, kind):
        return value
    if not issubclass(kind, enum.Enum):
        params: dict[str, object] = {"wanted": kind.__name__, "got": type(value).__name__}
        raise Invalid(Problem(field, "report.narrowed", "report", params))
    names = ", ".join(one.name for one in kind)
    given: dict[str, object] = {"got": str(value)[:50], "wanted": kind.__name__, "names": names}
    raise Invalid(Problem(field, "report.choice", "report", given))


def check_choice(value: object, kind: type[Any], field: str) -> None:
    """Refuse a choice that is none of its kind; it may be left out.

    Raises:
        Invalid: It is something else; the choices are named, as a program writes them.
    """
    if value is not None:
        chosen(value, kind, field)


def currency_of(work: Work, only: OrderFilter) -> str:
    """Answer the currency of a report's sums: the company's unless asked for another (decision 16.7).

    Raises:
        Invalid: It is none, or what the report is narrowed to is no filter of orders.
    """
    given: object = narrowed(only, OrderFilter).currency  # a form may give anything
    if given == "":
        return work.parameter(CURRENCY)
    if not (isinstance(given, str) and re.fullmatch(CURRENCY_CODE, given)):
        params: dict[str, object] = {"got": str(given)[:50]}
        raise Invalid(Problem(field="currency", code="parameter.currency", entity="report", params=params))
    return given


def within_days(field: Any, period: Period | None) -> list[Condition]:
    """Answer the conditions of a date that lies in a period."""
    return [] if period is None else [ge(field, period.first), le(field, period.last)]


def orders_of(only: OrderFilter) -> Query[Order]:
    """Answer the orders that a report counts: paid ones unless asked for all (decision 16.6).

    Raises:
        Invalid: What the report is narrowed to is no filter of orders, or the period is none.
    """
    narrowed(only, OrderFilter)
    paid = negate(eq(_o.status, OrderStatus.CANCELLED)) if only.all_orders else eq(_o.status, OrderStatus.PAID)
    wanted = query(Order).where(paid, *within_days(_o.ordered_on, is_period(only.period)))
    wanted = wanted.where(*exactly((_o.customer, only.customer)))
    if named := partly((_c.name, only.customer_name)):
        wanted = wanted.where(in_query(_o.customer, query(Customer).where(*named)))
    return wanted


def customers_there() -> Query[Customer]:
    """Answer the customers that the company knows: not deleted ones, nor those who turned out to be others."""
    return query(Customer).where(negate(eq(_c.status, CustomerStatus.DELETED)))


def buyers(orders: Query[Order]) -> Query[Customer]:
    """Answer the customers that some orders belong to."""
    return query(Customer).where(in_query(_c.id, orders, on=_o.customer))


def customers_who(work: Work, wanted: Query[Customer], number: int | None = None) -> Figure[int]:
    """Count customers; those that the reader's lists do not show do not count.

    Args:
        work: The unit of work.
        wanted: Which customers.
        number: How many they are, if the store has said that already, for somebody who sees all.
    """
    if number is None or scope_of(work, Customer) is not EVERYTHING:
        number = work.customers.count(wanted)
    return counted(number, wanted, "customer")


def seen(work: Work, customer: Any) -> list[Condition]:
    """Answer the condition of records whose customer the reader's lists show; none for somebody who sees all.

    For reports that count customers by records of theirs: who sees all orders, but few customers, is told of these.
    """
    return [] if scope_of(work, Customer) is EVERYTHING else [in_query(customer, query(Customer))]


def product_names(work: Work, keys: Iterable[str]) -> Mapping[str, str]:
    """Answer what products are called, as far as the sales system has told. One statement, or none."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    found = work.unscoped(Product).find(query(Product).where(one_of(_p.source_key, wanted)))
    return {one.source_key: one.name for one in found}


def names_of(work: Work, ids: Iterable[CustomerId]) -> Mapping[UUID, str]:
    """Answer what customers are called whose orders or requests the reader sees. One statement, or none."""
    wanted = set(ids)
    if not wanted:
        return {}
    some = query(Customer).where(one_of(_c.id, wanted))
    rows = work.unscoped(Customer).tally(some, by=(_c.id, _c.name), measures=(count(),))
    return {row.key[0]: row.key[1] for row in rows}
