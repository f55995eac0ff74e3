"""Tables of what customers have spent (RPT-01)."""

from typing import Any, Final

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer
from crmcore.reports.asking import OrderFilter
from crmcore.reports.contributing import ContributionReport, contribution
from crmcore.reports.dividing import contribution_by
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import ALL_ORDERS, ALL_TIME, CURRENCY, CUSTOMER_NAME, PAGE, choice
from crmcore.reports.presenting.building import (
    column,
    columns,
    figure_cell,
    figure_cells,
    key_of,
    own_shape,
    period_cell,
    text_cell,
)
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Column, Row, Shape, Table
from crmcore.reports.trading import products_sold
from crmcore.sales.entity import Order, OrderLine
from crmcore.statistics.contribution import SPANS, AmountBand, Contribution, ContributionBy
from crmcore.statistics.figures import share

__all__ = [
    "CONTRIBUTION",
    "CONTRIBUTION_BY",
    "PRODUCTS_SOLD",
    "order_filter",
]

_SHAPES: Final = {"orders": Shape.NUMBER, "amount": Shape.AMOUNT, "share": Shape.PERCENT}
_OTHERS: Final = {"orders": Shape.NUMBER, "amount": Shape.AMOUNT}


def order_filter(asked: Asked) -> OrderFilter:
    """Answer which orders count, of a report that has the filters of orders."""
    said = asked.values
    return OrderFilter(
        customer_name=said.get("customer_name") or "",
        period=said.get("period"),
        all_orders=said.get("all_orders") or False,
        currency=said.get("currency") or "",
    )


def _spent_columns(asked: Asked, first: str, currency: str, name: str = "") -> tuple[Column, ...]:
    """Answer the columns of what somebody has spent; *first* is the key of the text over the first one."""
    return column(asked, first, name=name), *columns(asked, "spent", _SHAPES, currency)


def _spent_cells(one: Contribution) -> tuple[Cell, ...]:
    """Answer the numbers of a row."""
    return figure_cell(one.orders), figure_cell(one.amount), figure_cell(one.share)


def _spent_total(asked: Asked, whole: Any, of_all: Cell = BLANK) -> Row:
    """Answer the row of what all of it comes to; *of_all* is the share that it is of more."""
    cells = (text_cell(asked.say("report.total")), figure_cell(whole.orders), figure_cell(whole.amount), of_all)
    return Row(TOTAL, cells)


def _contribution(asked: Asked) -> tuple[Table, ...]:
    def fetch(page: int, size: int | None) -> tuple[ContributionReport, Page[Contribution]]:
        found = contribution(asked.work, order_filter(asked), band=asked["band"], page=page, size=size)
        names.update(found.names)
        return found, found.page

    names: dict[Any, str] = {}
    report, page = asked.rows(fetch)
    rows = tuple(
        Row(key_of(one.key), (text_cell(names.get(one.key, ""), "customer", one.key), *_spent_cells(one)))
        for one in page.rows
    )
    return (
        Table(
            name="customers",
            title=asked.say("report_kind.contribution"),
            columns=_spent_columns(asked, "spent.customer", report.currency),
            rows=rows,
            total=_total(asked, report),
            charts=(Chart(ChartKind.BAR, "customer", ("amount",)),),
            empty=asked.say("report_empty.orders"),
            page=page.number,
            pages=page.pages,
            first_number=page.first_row,
        ),
        *_all_bands(asked, report),
        *_other_currencies(asked, report),
    )


def _total(asked: Asked, report: ContributionReport) -> Row:
    """Answer the sum of what the table lists on all its pages: of a band, that of its customers."""
    if report.in_band is None:
        return _spent_total(asked, report.whole)
    return _spent_total(asked, report.in_band, figure_cell(share(report.in_band.amount, report.whole.amount)))


def _all_bands(asked: Asked, report: ContributionReport) -> tuple[Table, ...]:
    """Answer what the customers of all bands come to, where the table lists those of one."""
    if report.in_band is None:
        return ()
    whole = report.whole
    return (
        Table(
            name="all_bands",
            title=asked.say("report_table.all_bands"),
            columns=(
                column(asked, "report.band", name="band"),
                *columns(asked, "spent", _OTHERS, report.currency),
            ),
            rows=(
                Row("all", (text_cell(asked.say("report.any")), figure_cell(whole.orders), figure_cell(whole.amount))),
            ),
        ),
    )


def _other_currencies(asked: Asked, report: ContributionReport) -> tuple[Table, ...]:
    """Answer what there is in other currencies, each by itself (decision 16.7); no table, if there is nothing."""
    if not report.others:
        return ()
    rows = tuple(
        Row(one.amount.unit, (text_cell(one.amount.unit), figure_cell(one.orders), own_shape(asked, one.amount)))
        for one in report.others
    )
    return (
        Table(
            name="other_currencies",
            title=asked.say("report_table.other_currencies"),
            columns=(column(asked, "report.currency"), *columns(asked, "spent", _OTHERS)),
            rows=rows,
        ),
    )


def _contribution_by(asked: Asked) -> tuple[Table, ...]:
    found = contribution_by(asked.work, asked["by"], order_filter(asked))
    by_time = found.by in SPANS
    customers = found.by is ContributionBy.CUSTOMER

    def label(one: Contribution) -> Cell:
        if one.period is not None:
            return period_cell(one.period)
        said = said_or_code(asked, found.labels, one.key)
        return text_cell(said, "customer", one.key if customers else None)

    return (
        Table(
            name="parts",
            title=asked.say("report_kind.contribution_by"),
            columns=_spent_columns(asked, f"contribution_by.{found.by.value}", found.currency, name="part"),
            rows=tuple(Row(key_of(one.period or one.key), (label(one), *_spent_cells(one))) for one in found.rows),
            total=_spent_total(asked, found.whole),
            charts=(Chart(ChartKind.LINE if by_time else ChartKind.BAR, "part", ("amount",)),),
            empty=asked.say("report_empty.orders"),
        ),
    )


def _products(asked: Asked) -> tuple[Table, ...]:
    found = products_sold(asked.work, order_filter(asked))
    rows = tuple(
        Row(
            key_of(one.product),
            (
                text_cell(said_or_code(asked, found.names, one.product)),
                *figure_cells(one.quantity, one.amount, one.share),
            ),
        )
        for one in found.rows
    )
    shapes = {"quantity": Shape.NUMBER, "amount": Shape.AMOUNT, "share": Shape.PERCENT}
    return (
        Table(
            name="products",
            title=asked.say("report_kind.products_sold"),
            columns=(column(asked, "spent.product"), *columns(asked, "spent", shapes, found.amount.unit)),
            rows=rows,
            total=Row(TOTAL, (text_cell(asked.say("report.total")), BLANK, figure_cell(found.amount), BLANK)),
            charts=(Chart(ChartKind.BAR, "product", ("amount",)),),
            empty=asked.say("report_empty.products"),
        ),
    )


CONTRIBUTION_BY: Final = ReportKind(
    name="contribution_by",
    group="customers",
    rights=("report.contribution",),
    reads=(Customer, Order),
    filters=(choice("by", ContributionBy, "region"), CUSTOMER_NAME, ALL_TIME, CURRENCY, ALL_ORDERS),
    present=_contribution_by,
)
PRODUCTS_SOLD: Final = ReportKind(
    name="products_sold",
    group="sales",
    rights=("report.read",),
    reads=(Order, OrderLine),
    filters=(CUSTOMER_NAME, ALL_TIME, CURRENCY, ALL_ORDERS),
    present=_products,
)
CONTRIBUTION: Final = ReportKind(
    name="contribution",
    group="customers",
    rights=("report.contribution",),
    reads=(Customer, Order),
    filters=(CUSTOMER_NAME, ALL_TIME, choice("band", AmountBand), CURRENCY, ALL_ORDERS, PAGE),
    present=_contribution,
)
