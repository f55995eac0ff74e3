"""The table of what products earn and how well their stock works (X-ANA-06)."""

from typing import Final

from crmcore.reports.earning import ProductEarnings, product_earnings
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import ALL_ORDERS, ALL_TIME, CURRENCY, CUSTOMER_NAME
from crmcore.reports.presenting.building import column, columns, figure_cells, key_of, text_cell
from crmcore.reports.presenting.contribution import order_filter
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.tables import Chart, ChartKind, Row, Shape, Table
from crmcore.sales.entity import Order, OrderLine

__all__ = ["PRODUCT_EARNINGS"]

_SHAPES: Final = {
    "quantity": Shape.NUMBER,
    "amount": Shape.AMOUNT,
    "profit": Shape.AMOUNT,
    "margin": Shape.PERCENT,
    "turnover": Shape.NUMBER,
    "cross": Shape.PERCENT,
}


def _earnings(asked: Asked) -> tuple[Table, ...]:
    found = product_earnings(asked.work, only=order_filter(asked))
    names = {one.sold.product: one.name for one in found if one.name}
    notes = [asked.say("report_note.earnings")]
    if any(one.profit.value is None for one in found):
        notes.append(asked.say("report_note.cost_unknown"))
    return (
        Table(
            name="products",
            title=asked.say("report_kind.product_earnings"),
            columns=(
                column(asked, "spent.product"),
                *columns(asked, "earned", _SHAPES, found[0].sold.amount.unit if found else ""),
            ),
            rows=tuple(_row(asked, one, names) for one in found),
            charts=(Chart(ChartKind.BAR, "product", ("profit",)),),
            notes=tuple(notes) if found else (),
            empty=asked.say("report_empty.products"),
        ),
    )


def _row(asked: Asked, one: ProductEarnings, names: dict[str, str]) -> Row:
    sold = one.sold
    return Row(
        key_of(sold.product),
        (
            text_cell(said_or_code(asked, names, sold.product)),
            *figure_cells(sold.quantity, sold.amount, one.profit, one.margin, one.turnover, one.cross),
        ),
    )


PRODUCT_EARNINGS: Final = ReportKind(
    name="product_earnings",
    group="sales",
    rights=("report.read",),
    reads=(Order, OrderLine),
    filters=(CUSTOMER_NAME, ALL_TIME, CURRENCY, ALL_ORDERS),
    present=_earnings,
)
