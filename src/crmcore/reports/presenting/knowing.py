"""Tables of buying habits, trust and the kinds of data there are (requirements X-ANA-02, X-CUS-16, X-CUS-18)."""

from collections.abc import Iterable
from typing import Any, Final

from crmcore.customers.entity import Customer, Interaction
from crmcore.reports.capturing import CapturedData, Channel, captured_data
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.meaning import customer_meant
from crmcore.reports.preferring import BuyingHabits, buying_habits
from crmcore.reports.presenting.asking import ALL_ORDERS, ALL_TIME, CURRENCY, CUSTOMER_NAME
from crmcore.reports.presenting.building import (
    column,
    columns,
    figure_cell,
    figure_cells,
    key_of,
    period_cell,
    text_cell,
)
from crmcore.reports.presenting.contribution import order_filter
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.reports.trusting import trust_curve
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.habits import Habit

__all__ = ["BUYING_HABITS", "CAPTURED_DATA", "TRUST_CURVE"]

_CUSTOMER: Final = Filter(name="customer", kind=FilterKind.TEXT)
_HABITS: Final = {"orders": Shape.NUMBER, "share": Shape.PERCENT, "amount": Shape.AMOUNT}
_PRODUCTS: Final = {"quantity": Shape.NUMBER, "amount": Shape.AMOUNT, "share": Shape.PERCENT}
_TRUST: Final = {
    "his": Shape.NUMBER,
    "of_level": Shape.NUMBER,
    "of_all": Shape.NUMBER,
    "given": Shape.NUMBER,
    "paid": Shape.PERCENT,
    "stars": Shape.NUMBER,
}


def _habits(asked: Asked) -> tuple[Table, ...]:
    found = buying_habits(asked.work, order_filter(asked))
    return (
        _rhythm(asked, found, "weekday", found.weekdays),
        _rhythm(asked, found, "month", found.months),
        Table(
            name="products",
            title=asked.say("report_table.preferred"),
            columns=(column(asked, "spent.product"), *columns(asked, "spent", _PRODUCTS, found.currency)),
            rows=tuple(
                Row(
                    key_of(one.product),
                    (
                        text_cell(said_or_code(asked, found.names, one.product)),
                        *figure_cells(one.quantity, one.amount, one.share),
                    ),
                )
                for one in found.products
            ),
            charts=(Chart(ChartKind.SHARE, "product", ("amount",)),),
            empty=asked.say("report_empty.products"),
        ),
    )


def _rhythm(asked: Asked, found: BuyingHabits, name: str, habits: Iterable[Habit]) -> Table:
    rows = tuple(
        Row(str(one.key), (text_cell(asked.say(f"{name}.{one.key}")), *figure_cells(one.orders, one.share, one.amount)))
        for one in habits
    )
    return Table(
        name=name,
        title=asked.say(f"report_table.by_{name}"),
        columns=(column(asked, name, name=name), *columns(asked, "spent", _HABITS, found.currency)),
        rows=rows if found.orders.value else (),
        charts=(Chart(ChartKind.BAR, name, ("orders",)),),
        empty=asked.say("report_empty.orders"),
    )


def _trust(asked: Asked) -> tuple[Table, ...]:
    customer = customer_meant(asked.work, asked["customer"])
    unclear = "report_empty.no_customer" if asked["customer"] else "report_empty.which_customer"
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    if customer is not None:
        found = trust_curve(asked.work, customer)
        notes = (asked.say("report_note.trust", customer=found.customer.name),)
        if found.customer.trust is not None:
            notes += (asked.say("report_note.trust_given", stars=found.customer.trust),)
        rows = tuple(
            Row(
                key_of(one.period),
                (
                    period_cell(one.period),
                    Cell(one.his.value),
                    Cell(one.of_level.value),
                    Cell(one.of_all.value),
                    Cell(one.given),
                    figure_cell(one.his.paid),
                    figure_cell(one.his.stars),
                ),
            )
            for one in found.steps
        )
    return (
        Table(
            name="trust",
            title=asked.say("report_kind.trust_curve"),
            columns=(column(asked, "span.quarter"), *columns(asked, "trust", _TRUST)),
            rows=rows,
            charts=(Chart(ChartKind.LINE, "quarter", ("his", "of_level", "of_all", "given")),),
            notes=notes,
            empty=asked.say(unclear, said=asked["customer"]),
        ),
    )


def _captured(asked: Asked) -> tuple[Table, ...]:
    found = captured_data(asked.work)
    kinds: list[Row] = []
    for one in found.kinds:
        category = text_cell(asked.say(f"data_category.{one.category.value}"))
        records: Any = one.records
        kinds.append(Row(records.unit, (category, text_cell(asked.say(records.unit)), figure_cell(records))))
    shapes = {"category": Shape.TEXT, "kind": Shape.TEXT, "records": Shape.NUMBER}
    channels = tuple(
        Row(
            f"{one.records.unit}_{key_of(one.code)}",
            (
                text_cell(_channel(asked, found, one)),
                *figure_cells(one.records, one.share),
            ),
        )
        for one in found.channels
    )
    return (
        Table(
            name="kinds",
            title=asked.say("report_kind.captured_data"),
            columns=columns(asked, "captured", shapes),
            rows=tuple(kinds),
            charts=(Chart(ChartKind.BAR, "kind", ("records",)),),
        ),
        Table(
            name="channels",
            title=asked.say("report_table.channels"),
            columns=(
                column(asked, "interaction.channel"),
                *columns(asked, "captured", {"records": Shape.NUMBER, "share": Shape.PERCENT}),
            ),
            rows=channels,
            charts=(Chart(ChartKind.SHARE, "channel", ("records",)),),
            empty=asked.say("report_empty.channels"),
        ),
    )


def _channel(asked: Asked, found: CapturedData, one: Channel) -> str:
    """Answer what a channel is called; questionnaires and orders are channels by themselves."""
    kind = one.records.unit
    if one.by_itself:
        return asked.say(f"captured_by.{kind}")
    channel = said_or_code(asked, {one.code: found.labels.get((kind, one.code), "")}, one.code)
    return asked.say("captured_by.noted", kind=asked.say(kind), channel=channel)


BUYING_HABITS: Final = ReportKind(
    name="buying_habits",
    group="customers",
    rights=("report.read", "order.read"),
    reads=(Order, OrderLine),
    filters=(CUSTOMER_NAME, ALL_TIME, CURRENCY, ALL_ORDERS),
    present=_habits,
)
TRUST_CURVE: Final = ReportKind(
    name="trust_curve",
    group="customers",
    rights=("report.read", "order.read"),
    reads=(Customer, Order),
    filters=(_CUSTOMER,),
    present=_trust,
)
CAPTURED_DATA: Final = ReportKind(
    name="captured_data", group="customers", rights=("report.read",), reads=(Interaction,), present=_captured
)
