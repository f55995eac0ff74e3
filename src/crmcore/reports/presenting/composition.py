"""Tables of what customers are like, and of who was lost (RPT-02, RPT-04)."""

from typing import Any, Final

from crmcore.base.clock import local_date
from crmcore.base.paging import Page
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer
from crmcore.reports.composing import composition
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.losing import Loss, LossFilter, LossReport, losses
from crmcore.reports.presenting.asking import ALL_TIME, CUSTOMER_NAME, PAGE, choice
from crmcore.reports.presenting.building import column, columns, figure_cell, figure_cells, key_of, text_cell
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.parts import CATEGORIES, CompositionBy

__all__ = ["COMPOSITION", "LOSSES", "part_rows", "part_table"]

_MANAGER: Final = Filter(name="manager", kind=FilterKind.TEXT)


def part_rows(asked: Asked, parts: Any, names: Any, kind: str = "") -> tuple[Row, ...]:
    """Answer the rows of parts of a whole; *kind* is that of the records that the keys name, if they do."""
    return tuple(
        Row(
            key_of(one.key),
            (
                text_cell(said_or_code(asked, names, one.key), kind, one.key if kind else None),
                *figure_cells(one.number, one.share),
            ),
        )
        for one in parts
    )


def part_table(asked: Asked, name: str, subject: str, first: str, rows: tuple[Row, ...], whole: Any) -> Table:
    """Answer the table of parts of a whole; *subject* has its numbers, *first* the first title."""
    shapes = {"number": Shape.NUMBER, "share": Shape.PERCENT}
    return Table(
        name=name,
        title=asked.say(f"report_kind.{name}"),
        columns=(column(asked, first, name="part"), *columns(asked, subject, shapes)),
        rows=rows,
        total=Row(TOTAL, (text_cell(asked.say("report.total")), figure_cell(whole), BLANK)),
        charts=(Chart(ChartKind.SHARE, "part", ("number",)), Chart(ChartKind.BAR, "part", ("number",))),
        empty=asked.say(f"report_empty.{name}"),
        first_number=1,
    )


def _composition(asked: Asked) -> tuple[Table, ...]:
    found = composition(asked.work, asked["by"])
    stars = found.by not in CATEGORIES
    names = {one.key: asked.say("report.stars", stars=one.key) for one in found.rows} if stars else found.labels
    rows = part_rows(asked, found.rows, names)
    return (part_table(asked, "composition", "composition_part", f"customer.{found.by.value}", rows, found.customers),)


def _losses(asked: Asked) -> tuple[Table, ...]:
    only = LossFilter(customer_name=asked["customer_name"], manager=asked["manager"], period=asked["period"])

    def fetch(page: int, size: int | None) -> tuple[LossReport, Page[Loss]]:
        found = losses(asked.work, only, page=page, size=size)
        return found, found.page

    report, page = asked.rows(fetch)
    zone = asked.work.zone
    rows = tuple(
        Row(
            str(one.case.id),
            (
                text_cell(str(one.year)),
                Cell(None if one.case.closed_at is None else local_date(one.case.closed_at, zone)),
                text_cell(one.case.customer_name, "customer", one.case.customer),
                text_cell(one.manager_name),
                text_cell(one.case.reason, "churn_case", one.case.id),
            ),
        )
        for one in page.rows
    )
    number = Cell(report.losses.value, report.losses, shape=Shape.NUMBER)
    shapes = {"year": Shape.TEXT, "day": Shape.DATE, "customer": Shape.TEXT, "manager": Shape.TEXT, "why": Shape.TEXT}
    return (
        Table(
            name="losses",
            title=asked.say("report_kind.losses"),
            columns=columns(asked, "loss", shapes),
            rows=rows,
            total=Row(TOTAL, (text_cell(asked.say("report.total")), BLANK, number, BLANK, BLANK)),
            empty=asked.say("report_empty.losses"),
            page=page.number,
            pages=page.pages,
            first_number=page.first_row,
        ),
    )


COMPOSITION: Final = ReportKind(
    name="composition",
    group="customers",
    rights=("report.composition",),
    reads=(Customer,),
    filters=(choice("by", CompositionBy, "level"),),
    present=_composition,
)
LOSSES: Final = ReportKind(
    name="losses",
    group="customers",
    rights=("report.churn",),
    reads=(ChurnCase,),
    filters=(CUSTOMER_NAME, _MANAGER, ALL_TIME, PAGE),
    present=_losses,
)
