"""What was sold: this period beside others, the trend, the customers who brought most, and what kinds they are of."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.customers.entity import Customer
from crmcore.query import (
    EVERYTHING,
    Condition,
    Query,
    Tally,
    TallyRow,
    Top,
    all_of,
    any_of,
    banded,
    count,
    distinct,
    eq,
    in_query,
    one_of,
    query,
    records_behind,
    tally,
    through,
    total,
)
from crmcore.reports.asking import OrderFilter, buyers, orders_of, within_days
from crmcore.reports.dashboards.board import Card, Content, Wanted
from crmcore.reports.dashboards.cards import card
from crmcore.reports.dashboards.steps import of_step
from crmcore.reports.presenting.building import columns, figure_cell, key_of, text_cell
from crmcore.reports.tables import Chart, ChartKind, Row, Shape, Table
from crmcore.sales.entity import Order
from crmcore.statistics.figures import Figure, counted, measured, share
from crmcore.statistics.periods import Period
from crmcore.statistics.sums import amount_of, number_of, rows_with, total_of
from crmcore.statistics.trading import order_value
from crmcore.storage.scoping import scope_of

__all__ = ["MOST_CUSTOMERS", "of_owners", "sales"]

MOST_CUSTOMERS: Final = 10
_o = fields(Order)
_c = fields(Customer)
_BUYERS: Final = 2
_SPENT: Final = {"orders": Shape.NUMBER, "amount": Shape.AMOUNT, "share": Shape.PERCENT}
_KINDS: Final = (("levels", "level", "customer_level", _c.level), ("regions", "region", "region", _c.region))


def sales(wanted: Wanted) -> Content:
    """Answer what was sold. Three questions to the store at most."""
    work, steps = wanted.work, wanted.steps
    every = orders_of(OrderFilter()).where(*of_owners(wanted, _o.customer))
    within = every.where(*within_days(_o.ordered_on, steps.whole))
    measures = (count(), total(_o.amount, "amount"), distinct(_o.customer))
    rows = work.orders.groups(tally(within, by=(_o.currency, steps.days(_o.ordered_on)), measures=measures))
    here = rows_with(rows, lambda currency, _: currency == wanted.currency)
    known = {part: of_step(here, place, 1) for place, part in enumerate(steps.parts, start=1)}
    sold_now = any(row.values[0] for row in known[steps.period])
    all_ours = every.where(eq(_o.currency, wanted.currency))
    divided = _divided(wanted, all_ours, sold_now=sold_now)
    cards = _cards(wanted, all_ours, {**divided, **known})
    now = every.where(*within_days(_o.ordered_on, steps.period))
    ours = now.where(eq(_o.currency, wanted.currency))
    tables = [_others(wanted, now, of_step(rows, len(steps.parts), 1))]
    if sold_now and sees_customers(wanted):
        kinds = _kinds(wanted, ours, cards[0].figure, divided[steps.period])
        tables = [_customers(wanted, ours, cards[0].figure), *kinds, *tables]
    return Content(cards=cards, tables=tuple(one for one in tables if one.rows))


def sees_customers(wanted: Wanted) -> bool:
    """Tell whether the reader has a list of customers at all."""
    return wanted.work.crm.scope_of(Customer, wanted.work.actor) is not None


def of_owners(wanted: Wanted, customer: Any) -> list[Condition]:
    """Answer what records meet whose customer somebody chosen looks after; nothing for everybody's.

    What a reader who sees his own customers only gets of himself, his lists show in any case.
    """
    work = wanted.work
    if not wanted.owners or (wanted.owners == {work.actor.id} and _only_own(wanted)):
        return []
    return [in_query(customer, query(Customer).where(one_of(_c.manager, sorted(wanted.owners))))]


def _only_own(wanted: Wanted) -> bool:
    return not wanted.work.actor.may("order.read_all") and not wanted.work.actor.may("customer.read_all")


def _divided(wanted: Wanted, orders: Query[Order], *, sold_now: bool) -> dict[Period, list[TallyRow]]:
    """Answer what was sold, by level and region of the customer. One question to the store at most.

    That is asked of the period, and of those that are compared in part. Each customer is of one level and one region,
    so that the different customers of all rows of a period add up to its customers.
    """
    parts = wanted.steps.beside.parts
    keys = tuple(through(_o.customer, Customer, field) for *_, field in _KINDS) if sees_customers(wanted) else ()
    periods = (*([wanted.steps.period] if keys and sold_now else []), *parts)
    if not periods:
        return {}
    of = orders.where(any_of(*(all_of(*within_days(_o.ordered_on, one)) for one in periods)))
    edges = sorted({day for one in periods for day in (one.first, one.last + dt.timedelta(days=1))})
    measures = (count(), total(_o.amount, "amount"), distinct(_o.customer))
    rows = wanted.work.orders.groups(tally(of, by=(banded(_o.ordered_on, edges), *keys), measures=measures))
    return {one: of_step(rows, edges.index(one.first) + 1) for one in periods}


def _cards(wanted: Wanted, orders: Query[Order], rows: Mapping[Period, Sequence[TallyRow]]) -> tuple[Card, ...]:
    """Put what was sold, how many orders that were, what one is worth, and to how many customers, on cards."""
    series: dict[str, dict[Period, Figure[Any]]] = {"sales": {}, "orders": {}, "order_value": {}, "buyers": {}}
    for period in wanted.steps.every:
        of, found = orders.where(*within_days(_o.ordered_on, period)), rows[period]
        sold, number = amount_of(found, of, wanted.currency), number_of(found, of, "order")
        series["sales"][period] = sold
        series["orders"][period] = number
        series["order_value"][period] = order_value(sold)
        series["buyers"][period] = counted(total_of(found, _BUYERS) or 0, buyers(of), "customer")
    if not _knows_buyers(wanted):
        del series["buyers"]
    return tuple(card(wanted, name, figures) for name, figures in series.items())


def _knows_buyers(wanted: Wanted) -> bool:
    """Tell whether everybody whose orders the reader sees is in his list of customers, so that they can be counted."""
    if not sees_customers(wanted):
        return False
    return scope_of(wanted.work, Customer) is EVERYTHING or not wanted.work.actor.may("order.read_all")


def _customers(wanted: Wanted, orders: Query[Order], whole: Figure[Decimal]) -> Table:
    """List the customers who brought most."""
    named = through(_o.customer, Customer, _c.name)
    asked = _tally(orders, (_o.customer, named), Top("amount", MOST_CUSTOMERS))
    by_id = tally(orders, by=(_o.customer,), measures=(count(),))
    rows = []
    for row in wanted.work.orders.groups(asked):
        id_, name = row.key
        said = text_cell(name or wanted.say("dashboard.hidden"), "customer", id_ if name else None)
        rows.append(_spent(str(id_), said, records_behind(by_id, TallyRow((id_,), ())), row.values, whole))
    return _table(wanted, "customers", "customer", rows, ChartKind.BAR)


def _kinds(wanted: Wanted, orders: Query[Order], whole: Figure[Decimal], rows: Sequence[TallyRow]) -> Iterator[Table]:
    """Divide what was sold by level and by region of the customer."""
    said_of = [category for _, _, category, _ in _KINDS]
    wanted.known.expect((category, code) for row in rows for category, code in zip(said_of, row.key, strict=True))
    for place, (name, column, category, field) in enumerate(_KINDS):
        alone = tally(orders, by=(through(_o.customer, Customer, field),), measures=(count(),))
        found = []
        codes = {row.key[place]: None for row in rows}
        for code in codes:
            some = [row for row in rows if row.key[place] == code]
            said = wanted.known.words(category, code) if code else wanted.say("dashboard.unspecified")
            of = records_behind(alone, TallyRow((code,), ()))
            found.append(_spent(key_of(code), text_cell(said), of, (total_of(some, 0), total_of(some, 1)), whole))
        found.sort(key=lambda row: (-(row.cells[2].value or 0), row.key))  # type: ignore[operator]  # an amount
        yield _table(wanted, name, column, found, ChartKind.SHARE if name == "levels" else ChartKind.BAR)


def _others(wanted: Wanted, orders: Query[Order], rows: Sequence[TallyRow]) -> Table:
    """Say what was sold in other currencies: sums never mix two (decision 16.7)."""
    found = []
    for row in rows:
        (currency,) = row.key
        if currency == wanted.currency:
            continue
        of = orders.where(eq(_o.currency, currency))
        number, amount = counted(row.values[0], of, "order"), measured(row.values[1], of, currency, row.values[0])
        found.append(Row(currency, (text_cell(currency), figure_cell(number), figure_cell(amount))))
    shapes = {"currency": Shape.TEXT, "orders": Shape.NUMBER, "amount": Shape.AMOUNT}
    return Table(
        name="currencies",
        title=wanted.say("dashboard_table.currencies"),
        columns=columns(wanted, "dashboard_column", shapes),
        rows=tuple(found),
    )


def _tally(orders: Query[Order], by: tuple[Any, ...], top: Top | None = None) -> Tally:
    return tally(orders, by=by, measures=(count(), total(_o.amount, "amount")), top=top)


def _spent(key: str, said: Any, of: Query[Order], values: tuple[Any, ...], whole: Figure[Decimal]) -> Row:
    number, amount = counted(values[0], of, "order"), measured(values[1], of, whole.unit, values[0])
    return Row(key, (said, figure_cell(number), figure_cell(amount), figure_cell(share(amount, whole))))


def _table(wanted: Wanted, name: str, first: str, rows: Sequence[Row], kind: ChartKind) -> Table:
    return Table(
        name=name,
        title=wanted.say(f"dashboard_table.{name}"),
        columns=columns(wanted, "dashboard_column", {first: Shape.TEXT, **_SPENT}, wanted.currency),
        rows=tuple(rows),
        charts=(Chart(kind, first, ("amount",)),),
    )
