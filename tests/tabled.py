"""A report of everything that is hard to write: hostile names, undefined figures, figures of different kinds."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from crmcore.customers.entity import Customer
from crmcore.query import query
from crmcore.reports.tables import (
    BLANK,
    TOTAL,
    Cell,
    Chart,
    ChartKind,
    Column,
    Report,
    Row,
    Shape,
    Table,
)
from crmcore.statistics.figures import counted

__all__ = ["HOSTILE", "report"]

HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "@SUM(1)", "+1", "\tx", "a\x0bb", "a\nb", '"&<', "-")
"""Names that customers can have, and that programs might take for something else."""


def _customers() -> Table:
    rows = tuple(
        Row(
            f"k{number}",
            (
                Cell(name, record=("customer", UUID(int=number))),
                Cell(number, counted(number, query(Customer), "customer")),
                Cell(Decimal(-100 * number) if number == 2 else None if number == 1 else Decimal("1234567.50")),
                Cell(None if number == 3 else Decimal("12.5")),
                Cell(Decimal("2.25")),
                Cell(dt.date(2026, 10, 5)),
            ),
        )
        for number, name in enumerate(HOSTILE)
    )
    return Table(
        name="customers",
        title="Customers: [all]/=1",
        columns=(
            Column("customer", "Customer"),
            Column("orders", "Orders", Shape.NUMBER),
            Column("amount", "Amount", Shape.AMOUNT, "CNY"),
            Column("share", "Share", Shape.PERCENT),
            Column("stay", "Stay", Shape.TIME, "days"),
            Column("day", "Day", Shape.DATE),
        ),
        rows=rows,
        total=Row(TOTAL, (Cell("Total"), Cell(36), Cell(Decimal("9.99")), BLANK, BLANK, BLANK)),
        charts=(
            Chart(ChartKind.BAR, "customer", ("amount",)),
            Chart(ChartKind.STACKED_BAR, "customer", ("orders", "amount")),
            Chart(ChartKind.LINE, "customer", ("orders",)),
            Chart(ChartKind.SHARE, "customer", ("orders",)),
        ),
        notes=("A note <b>of</b> its own.",),
    )


def _figures() -> Table:
    def row(name: str, cell: Cell) -> Row:
        return Row(name, (Cell(name), cell))

    return Table(
        name="figures",
        title="Figures",
        columns=(Column("figure", "Figure"), Column("value", "Value", Shape.NUMBER)),
        rows=(
            row("customers", Cell(1234, shape=Shape.NUMBER)),
            row("rate", Cell(Decimal("75.0"), shape=Shape.PERCENT)),
            row("revenue", Cell(Decimal("1200.5"), shape=Shape.AMOUNT, unit="CNY")),
            row("stay", Cell(None, shape=Shape.TIME, unit="days")),
        ),
    )


def _waterfall() -> Table:
    amounts = (Decimal(100), Decimal(50), Decimal(-30), None, Decimal(120))
    return Table(
        name="waterfall",
        title="Customers: [all]/=2",
        columns=(Column("step", "Step"), Column("amount", "Amount", Shape.AMOUNT, "CNY")),
        rows=tuple(Row(str(number), (Cell(str(number)), Cell(one))) for number, one in enumerate(amounts)),
        charts=(Chart(ChartKind.WATERFALL, "step", ("amount",)),),
    )


def _nothing() -> Table:
    return Table(
        name="nothing",
        title="Nothing",
        columns=(Column("customer", "Customer"), Column("orders", "Orders", Shape.NUMBER)),
        rows=(),
        charts=(Chart(ChartKind.BAR, "customer", ("orders",)),),
        empty="There are none; choose another <period>.",
    )


def report() -> Report:
    """Answer the report."""
    return Report(
        name="hard",
        title='A "hard" <report>',
        about=(("Customer", "=1+1"), ("Period", "2026-10-01 to 2026-10-31")),
        tables=(_customers(), _figures(), _waterfall(), _nothing()),
        made_at=dt.datetime(2026, 11, 1, 2, 30, tzinfo=dt.UTC),
    )
