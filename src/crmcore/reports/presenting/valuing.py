"""Tables of segments and outlooks of customers (requirements X-CUS-05, X-CUS-11, X-ANA-03, X-ANA-04)."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from crmcore.base.numbers import EXACT
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.learning import Learnt, learnt_of
from crmcore.reports.predicting import CustomerOutlook, OutlookReport, customer_outlooks
from crmcore.reports.presenting.asking import ALL_ORDERS, ALL_TIME, CURRENCY, CUSTOMER_NAME, PAGE, choice
from crmcore.reports.presenting.building import column, columns, figure_cell, figure_cells, text_cell
from crmcore.reports.presenting.contribution import order_filter
from crmcore.reports.segmenting import SegmentedCustomer, SegmentsReport, customer_segments
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.sales.entity import Order, OrderSummary
from crmcore.statistics.figures import PERCENT, measured
from crmcore.statistics.refusals import NoPrediction
from crmcore.statistics.rfm import RfmSegment

__all__ = ["CUSTOMER_OUTLOOKS", "CUSTOMER_SEGMENTS", "rounded"]

_DAYS: Final = Filter(name="days", kind=FilterKind.NUMBER, initial="90", needed=True)
_TENTH: Final = Decimal("0.1")
_CENT: Final = Decimal("0.01")
_TELLING: Final = 1e15
"""An estimate beyond this tells nothing of a company; nor does one that is no number."""
_SEGMENTS: Final = {
    "customers": Shape.NUMBER,
    "share": Shape.PERCENT,
    "amount": Shape.AMOUNT,
    "amount_share": Shape.PERCENT,
}
_RATED: Final = {
    "segment": Shape.TEXT,
    "days_since_last": Shape.NUMBER,
    "frequency": Shape.NUMBER,
    "recency_score": Shape.NUMBER,
    "frequency_score": Shape.NUMBER,
    "monetary_score": Shape.NUMBER,
    "orders": Shape.NUMBER,
    "amount": Shape.AMOUNT,
}
_OUTLOOKS: Final = {
    "orders": Shape.NUMBER,
    "amount": Shape.AMOUNT,
    "p_alive": Shape.PERCENT,
    "expected": Shape.NUMBER,
    "value": Shape.AMOUNT,
    "why": Shape.TEXT,
}


def rounded(value: float | None, step: Decimal) -> Decimal | None:
    """Answer an estimate as a number that is shown, rounded half up; nothing of one that is none."""
    if value is None or not abs(value) <= _TELLING:
        return None
    return Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP, context=EXACT)


def _segments(asked: Asked) -> tuple[Table, ...]:
    def fetch(page: int, size: int | None) -> tuple[SegmentsReport, Page[SegmentedCustomer]]:
        found = customer_segments(asked.work, order_filter(asked), segment=asked["segment"], page=page, size=size)
        names.update(found.names)
        return found, found.page

    names: dict[Any, str] = {}
    report, page = asked.rows(fetch)
    return (
        _all_segments(asked, report),
        Table(
            name="customers",
            title=asked.say("report_table.segmented"),
            columns=(column(asked, "spent.customer"), *columns(asked, "segmented", _RATED, report.currency)),
            rows=tuple(_rated(asked, one, names) for one in page.rows),
            empty=asked.say("report_empty.orders"),
            page=page.number,
            pages=page.pages,
        ),
    )


def _all_segments(asked: Asked, report: SegmentsReport) -> Table:
    rows = tuple(
        Row(
            "none" if one.segment is None else one.segment.value,
            (
                text_cell(_segment(asked, one.segment)),
                *figure_cells(one.customers, one.share, one.amount, one.amount_share),
            ),
        )
        for one in report.segments
    )
    whole = (text_cell(asked.say("report.total")), figure_cell(report.customers), BLANK)
    return Table(
        name="segments",
        title=asked.say("report_kind.customer_segments"),
        columns=(
            column(asked, "rfm_segment", name="segment"),
            *columns(asked, "segment_part", _SEGMENTS, report.currency),
        ),
        rows=rows if report.customers.value else (),
        total=Row(TOTAL, (*whole, figure_cell(report.amount), BLANK)),
        charts=(Chart(ChartKind.BAR, "segment", ("customers",)),),
        notes=(asked.say("report_note.segments", until=report.until.isoformat()),),
        empty=asked.say("report_empty.orders"),
    )


def _segment(asked: Asked, segment: RfmSegment | None) -> str:
    return asked.say("report.unspecified" if segment is None else f"rfm_segment.{segment.value}")


def _rated(asked: Asked, one: SegmentedCustomer, names: Mapping[Any, str]) -> Row:
    rfm = one.rfm
    numbers = (rfm.days_since_last, rfm.frequency, rfm.recency_score, rfm.frequency_score, rfm.monetary_score)
    return Row(
        str(one.key),
        (
            text_cell(names.get(one.key, ""), "customer", one.key),
            text_cell(_segment(asked, rfm.segment)),
            *map(Cell, numbers),
            *figure_cells(one.orders, one.amount),
        ),
    )


def _outlooks(asked: Asked) -> tuple[Table, ...]:
    days = asked["days"]

    def fetch(page: int, size: int | None) -> tuple[OutlookReport, Page[Any]]:
        found = customer_outlooks(asked.work, period=days, page=page, size=size)
        names.update(found.names)
        known.update(found.rows)
        return found, found.page

    names: dict[Any, str] = {}
    known: dict[Any, CustomerOutlook] = {}
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    currency, number, pages, empty = "", 1, 1, asked.say("report_empty.outlooks")
    try:
        report, page = asked.rows(fetch)
    except NoPrediction as refusal:
        empty = refusal.explain(asked.language)
    else:
        currency, number, pages = report.learnt.currency, page.number, page.pages
        rows = tuple(
            Row(str(id_), (text_cell(names.get(id_, ""), "customer", id_), *_outlook_cells(asked, known[id_])))
            for id_ in (one.id for one in page.rows)
            if id_ in known
        )
        notes = (asked.say("report_note.outlooks", days=days, periods=report.terms.periods),)
    return (
        Table(
            name="customers",
            title=asked.say("report_kind.customer_outlooks"),
            columns=(column(asked, "spent.customer"), *columns(asked, "customer_outlook", _OUTLOOKS, currency)),
            rows=rows,
            notes=notes,
            empty=empty,
            page=number,
            pages=pages,
        ),
        *_model(asked),
    )


def _outlook_cells(asked: Asked, one: CustomerOutlook) -> tuple[Cell, ...]:
    """Answer what to expect of a customer; probability and orders open to the orders that they are reckoned from."""
    of, number, outlook = one.orders.of, one.orders.records, one.outlook
    alive = rounded(None if outlook.p_alive is None else 100 * outlook.p_alive, _TENTH)
    expected = rounded(outlook.expected_orders, _CENT)
    return (
        *figure_cells(one.orders, one.amount),
        figure_cell(measured(alive, of, PERCENT, number)),
        figure_cell(measured(expected, of, "times", number)),
        Cell(None if one.value is None else one.value.total),
        text_cell(outlook.explain(asked.language)),
    )


def _model(asked: Asked) -> tuple[Table, ...]:
    """Answer by what it was reckoned, so that it can be judged (X-ANA-08); nothing before anything was learnt."""
    learnt = learnt_of(asked.work)
    if learnt is None:
        return ()
    rows = tuple(Row(name, (text_cell(asked.say(f"learnt.{name}")), Cell(value))) for name, value in _quality(learnt))
    notes = [
        asked.say(f"report_note.{name}_refused", reason=one.explain(asked.language))
        for name, one in (("orders", learnt.orders), ("amounts", learnt.amounts))
        if isinstance(one, NoPrediction)
    ]
    return (
        Table(
            name="model",
            title=asked.say("prediction_model"),
            columns=(column(asked, "report.figure"), column(asked, "report.value", Shape.NUMBER)),
            rows=rows,
            notes=tuple(notes),
        ),
    )


def _quality(learnt: Learnt) -> Iterable[tuple[str, Any]]:
    yield "until", learnt.until.isoformat()
    yield "customers", learnt.customers
    if not isinstance(learnt.orders, NoPrediction):
        yield "bought_again", learnt.orders.bought_again
        yield "orders_likelihood", rounded(learnt.orders.log_likelihood, _TENTH)
        for name in ("r", "alpha", "a", "b"):
            yield name, rounded(getattr(learnt.orders.model, name), Decimal("0.0001"))
    if not isinstance(learnt.amounts, NoPrediction):
        yield "amounts_likelihood", rounded(learnt.amounts.log_likelihood, _TENTH)
        for name in ("p", "q", "gamma"):
            yield name, rounded(getattr(learnt.amounts.model, name), Decimal("0.0001"))
        yield "correlation", rounded(learnt.amounts.correlation, _CENT)
    yield "expected_orders", learnt.expected_orders
    yield "expected_amount", learnt.expected_amount


CUSTOMER_SEGMENTS: Final = ReportKind(
    name="customer_segments",
    group="customers",
    rights=("report.read",),
    reads=(Customer, Order),
    filters=(choice("segment", RfmSegment), CUSTOMER_NAME, ALL_TIME, CURRENCY, ALL_ORDERS, PAGE),
    present=_segments,
)
CUSTOMER_OUTLOOKS: Final = ReportKind(
    name="customer_outlooks",
    group="outlook",
    rights=("report.read",),
    reads=(Customer, Order, OrderSummary),
    filters=(_DAYS, PAGE),
    present=_outlooks,
)
