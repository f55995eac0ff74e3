"""Tables of screened customers, and of their cards (requirements X-CUS-09, X-CUS-10)."""

from collections.abc import Mapping
from typing import Any, Final

from crmcore.base.paging import Page
from crmcore.customers.entity import Customer
from crmcore.reports.carding import CardRow, CardTotal, CustomerCards, customer_cards
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import PAGE, choice
from crmcore.reports.presenting.building import column, columns, figure_cell, figure_cells, text_cell
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.screening import ScreenedCustomer, Screening, customer_screening
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.sales.entity import Order, OrderLine, OrderSummary
from crmcore.service.entity import ServiceRound
from crmcore.statistics.cards import CardKind, Colour
from crmcore.statistics.screening import Criterion, Verdict

__all__ = ["CUSTOMER_CARDS", "CUSTOMER_SCREENING"]

_MANAGER: Final = Filter(name="manager", kind=FilterKind.PERSON)
_CARDS: Final = {
    "kind": Shape.TEXT,
    "colour": Shape.TEXT,
    "level": Shape.TEXT,
    "amount": Shape.AMOUNT,
    "before": Shape.AMOUNT,
    "days": Shape.NUMBER,
    "last": Shape.DATE,
}


def _screening(asked: Asked) -> tuple[Table, ...]:
    def fetch(page: int, size: int | None) -> tuple[Screening, Page[ScreenedCustomer]]:
        found = customer_screening(asked.work, verdict=asked["verdict"], page=page, size=size)
        names.update(found.names)
        return found, found.page

    names: dict[Any, str] = {}
    report, page = asked.rows(fetch)
    shapes: Mapping[str, Shape] = {
        "score": Shape.NUMBER,
        **{f"{one.value}_points": Shape.NUMBER for one in Criterion},
        "amount": Shape.AMOUNT,
        "margin": Shape.PERCENT,
        "safety": Shape.PERCENT,
        "future": Shape.AMOUNT,
        "verdict": Shape.TEXT,
    }
    return (
        _verdicts(asked, report),
        Table(
            name="customers",
            title=asked.say("report_table.screened"),
            columns=(column(asked, "spent.customer"), *columns(asked, "screened", shapes, report.currency)),
            rows=tuple(_screened(asked, one, names) for one in page.rows),
            empty=asked.say("report_empty.composition"),
            page=page.number,
            pages=page.pages,
        ),
    )


def _verdicts(asked: Asked, report: Screening) -> Table:
    """Answer how many customers there are of each verdict, and what nothing is known about."""
    unknown = [asked.say(f"criterion.{one.value}") for one in Criterion if one not in report.known]
    said = asked.say("report_note.not_known", criteria=asked.say("report.and").join(unknown))
    rows = tuple(
        Row(kind.value, (text_cell(asked.say(f"verdict.{kind.value}")), *figure_cells(one.customers, one.share)))
        for kind, one in ((one.verdict, one) for one in report.groups)
    )
    return Table(
        name="verdicts",
        title=asked.say("report_kind.customer_screening"),
        columns=(
            column(asked, "verdict", name="verdict"),
            *columns(asked, "segment_part", {"customers": Shape.NUMBER, "share": Shape.PERCENT}),
        ),
        rows=rows if report.customers.value else (),
        total=Row(TOTAL, (text_cell(asked.say("report.total")), figure_cell(report.customers), BLANK)),
        charts=(Chart(ChartKind.SHARE, "verdict", ("customers",)),),
        notes=(asked.say("report_note.screening"), *([said] if unknown else [])),
        empty=asked.say("report_empty.composition"),
    )


def _screened(asked: Asked, one: ScreenedCustomer, names: Mapping[Any, str]) -> Row:
    points = one.points
    return Row(
        str(one.key),
        (
            text_cell(names.get(one.key, ""), "customer", one.key),
            Cell(points.score),
            *(Cell(points.by_criterion[each]) for each in Criterion),
            figure_cell(one.figures[Criterion.AMOUNT]),
            figure_cell(one.figures[Criterion.PROFIT]),
            figure_cell(one.figures[Criterion.SAFETY]),
            Cell(points.facts.future),
            text_cell(asked.say(f"verdict.{points.verdict.value}")),
        ),
    )


def _cards(asked: Asked) -> tuple[Table, ...]:
    def fetch(page: int, size: int | None) -> tuple[CustomerCards, Page[CardRow]]:
        found = customer_cards(
            asked.work,
            kind=asked["card"],
            colour=asked["colour"],
            manager=asked["manager"],
            page=page,
            size=size,
        )
        names.update(found.names)
        return found, found.page

    names: dict[Any, str] = {}
    report, page = asked.rows(fetch)
    kinds = {one.value: asked.say(f"card_kind.{one.value}") for one in CardKind}
    return (
        _totals(asked, report, "card_kind", report.kinds, kinds),
        _totals(asked, report, "level", report.levels, report.labels),
        _colours(asked, report),
        Table(
            name="cards",
            title=asked.say("report_table.cards"),
            columns=(column(asked, "spent.customer"), *columns(asked, "customer_card", _CARDS, report.currency)),
            rows=tuple(_card(asked, one, names, report.labels) for one in page.rows),
            empty=asked.say("report_empty.composition"),
            page=page.number,
            pages=page.pages,
        ),
    )


def _totals(
    asked: Asked, report: CustomerCards, name: str, totals: tuple[CardTotal, ...], labels: Mapping[str, str]
) -> Table:
    """Answer how many cards there are of each kind or tier, by colour."""
    rows = tuple(
        Row(
            str(one.key) or "none",
            (
                text_cell(said_or_code(asked, labels, str(one.key))),
                figure_cell(one.customers),
                *figure_cells(*one.by_colour.values()),
                figure_cell(one.amount),
            ),
        )
        for one in totals
    )
    first = "card_kind" if name == "card_kind" else "customer.level"
    return Table(
        name=name,
        title=asked.say("report_kind.customer_cards" if name == "card_kind" else "report_table.card_levels"),
        columns=(
            column(asked, first, name="part"),
            column(asked, "segment_part.customers", Shape.NUMBER),
            *(column(asked, f"colour.{one.value}", Shape.NUMBER) for one in Colour),
            column(asked, "segment_part.amount", Shape.AMOUNT, report.currency),
        ),
        rows=rows if report.customers.value else (),
        charts=(Chart(ChartKind.STACKED_BAR, "part", tuple(one.value for one in Colour)),),
        notes=(asked.say("report_note.cards"),) if name == "card_kind" else (),
        empty=asked.say("report_empty.composition"),
    )


def _colours(asked: Asked, report: CustomerCards) -> Table:
    """Answer what the customers of each sales class bring."""
    rows = tuple(
        Row(
            one.key.value,
            (
                text_cell(asked.say(f"colour.{one.key.value}")),
                *figure_cells(one.customers, one.share, one.orders, one.amount, one.amount_share),
            ),
        )
        for one in report.colours
    )
    return Table(
        name="colour",
        title=asked.say("report_table.card_colours"),
        columns=(
            column(asked, "colour", name="colour"),
            *columns(asked, "segment_part", {"customers": Shape.NUMBER, "share": Shape.PERCENT}),
            column(asked, "spent.orders", Shape.NUMBER),
            *columns(asked, "segment_part", {"amount": Shape.AMOUNT, "amount_share": Shape.PERCENT}, report.currency),
        ),
        rows=rows if report.customers.value else (),
        charts=(Chart(ChartKind.BAR, "colour", ("amount",)),),
        empty=asked.say("report_empty.composition"),
    )


def _card(asked: Asked, one: CardRow, names: Mapping[Any, str], labels: Mapping[str, str]) -> Row:
    card, facts = one.card, one.card.facts
    return Row(
        str(one.key),
        (
            text_cell(names.get(one.key, ""), "customer", one.key),
            text_cell(asked.say(f"card_kind.{card.kind.value}")),
            text_cell(asked.say(f"colour.{card.colour.value}")),
            text_cell(said_or_code(asked, labels, facts.level)),
            figure_cell(one.amount),
            Cell(facts.before),
            Cell(facts.days),
            Cell(facts.last),
        ),
    )


CUSTOMER_SCREENING: Final = ReportKind(
    name="customer_screening",
    group="customers",
    rights=("report.read",),
    reads=(Customer, Order, OrderLine, ServiceRound),
    filters=(choice("verdict", Verdict), PAGE),
    present=_screening,
)
CUSTOMER_CARDS: Final = ReportKind(
    name="customer_cards",
    group="customers",
    rights=("report.read", "order.read"),
    reads=(Customer, Order, OrderSummary),
    filters=(choice("card", CardKind), choice("colour", Colour), _MANAGER, PAGE),
    present=_cards,
)
