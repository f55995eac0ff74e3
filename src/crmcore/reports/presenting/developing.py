"""Tables of how customers and sales develop: growth, retention, cohorts, concentration (X-ANA-04 to X-ANA-06)."""

from typing import Any, Final

from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer
from crmcore.reports.contributing import sales_compared
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.growing import customer_growth
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import (
    ALL_ORDERS,
    ALL_TIME,
    CURRENCY,
    CUSTOMER_NAME,
    LAST_YEAR,
    MONTHS_OF_YEAR,
    PERIOD,
    SPAN,
)
from crmcore.reports.presenting.building import (
    begun,
    column,
    columns,
    compared_columns,
    compared_notes,
    compared_rows,
    figure_cell,
    figure_cells,
    figure_columns,
    listed_figures,
    period_cell,
    still_coming_back,
)
from crmcore.reports.presenting.contribution import order_filter
from crmcore.reports.returning import customer_cohorts, customer_concentration, customer_retention
from crmcore.reports.tables import BLANK, Chart, ChartKind, Column, Row, Shape, Table
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.cohorts import Cohort
from crmcore.statistics.concentration import FEW, MUCH
from crmcore.statistics.figures import Figure

__all__ = ["CUSTOMER_COHORTS", "CUSTOMER_CONCENTRATION", "CUSTOMER_GROWTH", "CUSTOMER_RETENTION", "SALES_COMPARED"]

_READ: Final = ("report.read",)
_RETENTION: Final = (
    "customers",
    "retained",
    "lost",
    "retention_rate",
    "churn_rate",
    "revenue",
    "revenue_kept",
    "revenue_lost",
    "revenue_retention",
    "revenue_churn",
)
_CONCENTRATION: Final = ("customers", "revenue", "best", "best_revenue", "best_share", "needed", "needed_share")


def _growth(asked: Asked) -> tuple[Table, ...]:
    every = customer_growth(asked.work, asked["period"], span=asked["span"])
    steps = [one for one in every if begun(asked, one.period)]
    rows = tuple(
        Row(
            one.period.first.isoformat(),
            (period_cell(one.period), *figure_cells(one.new, one.lost, one.all)),
        )
        for one in steps
    )
    numbers = dict.fromkeys(("new", "lost", "all"), Shape.NUMBER)
    return (
        Table(
            name="growth",
            title=asked.say("report_kind.customer_growth"),
            columns=(column(asked, "report.period"), *columns(asked, "growth_step", numbers)),
            rows=rows,
            charts=(
                Chart(ChartKind.LINE, "period", ("all",)),
                Chart(ChartKind.BAR, "period", ("new", "lost")),
            ),
            notes=(asked.say("report_note.growth"),),
            empty=asked.say("report_empty.ahead"),
        ),
    )


def _retention(asked: Asked) -> tuple[Table, ...]:
    found = customer_retention(asked.work, order_filter(asked), earlier=asked["earlier"])
    figures = ((name, getattr(found, name)) for name in _RETENTION)
    return (
        Table(
            name="retention",
            title=asked.say("report_kind.customer_retention"),
            columns=figure_columns(asked),
            rows=listed_figures(asked, "retention", figures),
            notes=(asked.say("report_note.retention"), *still_coming_back(asked, asked["period"])),
        ),
    )


def _concentration(asked: Asked) -> tuple[Table, ...]:
    few, much = (usual if asked[name] is None else asked[name] for name, usual in (("few", FEW), ("much", MUCH)))
    found = customer_concentration(asked.work, order_filter(asked), few=few, much=much)
    figures = ((name, getattr(found, name)) for name in _CONCENTRATION)
    return (
        Table(
            name="concentration",
            title=asked.say("report_kind.customer_concentration"),
            columns=figure_columns(asked),
            rows=listed_figures(asked, "concentration", figures, few=few, much=much),
        ),
    )


def _cohorts(asked: Asked) -> tuple[Table, ...]:
    every = customer_cohorts(asked.work, asked["period"], span=asked["span"])
    found = [one for one in every if begun(asked, one.period)]
    width = len(found)
    shares = tuple(_cohort(one, one.retention, place, width) for place, one in enumerate(found))
    numbers = tuple(_cohort(one, one.active, place, width) for place, one in enumerate(found))
    return (
        Table(
            name="retention",
            title=asked.say("report_table.cohort_retention"),
            columns=_cohort_columns(asked, width, Shape.PERCENT),
            rows=shares,
            empty=asked.say("report_empty.ahead"),
            notes=(asked.say("report_note.cohorts"),),
        ),
        Table(
            name="customers",
            title=asked.say("report_table.cohort_customers"),
            columns=_cohort_columns(asked, width, Shape.NUMBER),
            rows=numbers,
            empty=asked.say("report_empty.ahead"),
        ),
    )


def _cohort(one: Cohort, figures: tuple[Figure[Any], ...], place: int, width: int) -> Row:
    """Answer the row of a cohort; steps that it has not seen yet stay empty."""
    cells = map(figure_cell, figures[: width - place])
    known = (period_cell(one.period), figure_cell(one.size), *cells)
    return Row(one.period.first.isoformat(), known + (BLANK,) * place)


def _cohort_columns(asked: Asked, width: int, shape: Shape) -> tuple[Column, ...]:
    return (
        column(asked, "cohort.first"),
        column(asked, "cohort.size", Shape.NUMBER),
        *(Column(f"step_{place}", f"+{place}", shape) for place in range(width)),
    )


def _sales_compared(asked: Asked) -> tuple[Table, ...]:
    found = sales_compared(asked.work, order_filter(asked))
    return (
        Table(
            name="compared",
            title=asked.say("report_kind.sales_compared"),
            columns=compared_columns(asked),
            rows=compared_rows(asked, "spent", ("amount",), lambda _: found),
            notes=compared_notes(asked),
        ),
    )


_ORDERS: Final = (CUSTOMER_NAME, CURRENCY, ALL_ORDERS)
CUSTOMER_GROWTH: Final = ReportKind(
    name="customer_growth",
    group="customers",
    rights=_READ,
    reads=(ChurnCase, Customer),
    filters=(MONTHS_OF_YEAR, SPAN),
    present=_growth,
)
CUSTOMER_RETENTION: Final = ReportKind(
    name="customer_retention",
    group="customers",
    rights=_READ,
    reads=(Customer, Order),
    filters=(LAST_YEAR, Filter(name="earlier", kind=FilterKind.PERIOD, quiet=True), *_ORDERS),
    present=_retention,
)
CUSTOMER_COHORTS: Final = ReportKind(
    name="customer_cohorts",
    group="customers",
    rights=_READ,
    reads=(Customer, Order, OrderSummary),
    filters=(MONTHS_OF_YEAR, SPAN),
    present=_cohorts,
)
CUSTOMER_CONCENTRATION: Final = ReportKind(
    name="customer_concentration",
    group="customers",
    rights=_READ,
    reads=(Customer, Order),
    filters=(
        ALL_TIME,
        *_ORDERS,
        Filter(name="few", kind=FilterKind.NUMBER, initial=str(FEW)),
        Filter(name="much", kind=FilterKind.NUMBER, initial=str(MUCH)),
    ),
    present=_concentration,
)
SALES_COMPARED: Final = ReportKind(
    name="sales_compared",
    group="sales",
    rights=("report.contribution",),
    reads=(Order,),
    filters=(PERIOD, *_ORDERS),
    present=_sales_compared,
)
