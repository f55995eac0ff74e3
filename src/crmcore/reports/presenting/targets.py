"""Tables of how far targets are reached and will be, and of what each account manager has done (X-TGT-01, X-TGT-03)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from crmcore.access.directory import names
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.entity import Customer
from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.pipeline.entity import SalesStage
from crmcore.reports.asking import needed_period
from crmcore.reports.attaining import sales_performance, target_attainment
from crmcore.reports.composing import code_names
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import PERIOD
from crmcore.reports.presenting.building import beside_share, change_cell, column, columns, figure_cells, text_cell
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.appraisal import Appraisal, Appraised
from crmcore.statistics.attainment import Attained, Attainment, Earlier
from crmcore.statistics.figures import Figure
from crmcore.statistics.outlook import TargetOutlook
from crmcore.statistics.periods import Span
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["ATTAINMENT", "SALES_PERFORMANCE"]

_ATTAINED: Final = {
    "won": Shape.NUMBER,
    "amount": Shape.AMOUNT,
    "amount_share": Shape.PERCENT,
    "number_share": Shape.PERCENT,
    "missing": Shape.AMOUNT,
}
_OUTLOOK: Final = {
    "open": Shape.NUMBER,
    "weighted": Shape.AMOUNT,
    "forecast": Shape.AMOUNT,
    "forecast_share": Shape.PERCENT,
    "gap": Shape.AMOUNT,
}
_SHARES: Final = {"amount_share", "forecast_share"}
"""Of the amount that is to be reached."""
_APPRAISAL: Final = {
    "won": Shape.NUMBER,
    "amount": Shape.AMOUNT,
    "win_rate": Shape.PERCENT,
    "activities": Shape.NUMBER,
    "customers": Shape.NUMBER,
    "requests": Shape.NUMBER,
    "treatments": Shape.NUMBER,
    "in_time": Shape.PERCENT,
    "csat": Shape.PERCENT,
}


def _attainment(asked: Asked) -> tuple[Table, ...]:
    period = needed_period(asked["period"])
    span = period.span
    if span is None or span is Span.DAY:
        raise Invalid(Problem("period", "report.target_period", "report"))
    found = target_attainment(asked.work, TargetSpan(span.value), period.first)
    called = _called(asked, found.rows)
    currency = asked.work.parameter(CURRENCY)
    return _reached(asked, found, called, currency), _ahead(asked, found, called, currency), _past(asked, found, called)


def _reached(asked: Asked, found: Attainment, called: Mapping[str, str], currency: str) -> Table:
    whole = figure_cells(found.whole, found.whole_amount)
    blank = [BLANK] * 3
    return Table(
        name="attainment",
        title=asked.say("report_kind.target_attainment"),
        columns=(
            column(asked, "attained.whose"),
            column(asked, "attained.target_amount", Shape.AMOUNT, currency),
            column(asked, "attained.target_number", Shape.NUMBER),
            *columns(asked, "attained", _ATTAINED, currency),
            column(asked, "attained.place", Shape.NUMBER),
        ),
        rows=tuple(
            Row(_key(one), (text_cell(called[_key(one)]), *_planned(one), *_cells(one, _ATTAINED), Cell(one.place)))
            for one in found.rows
        ),
        total=Row(TOTAL, (text_cell(asked.say("report.total")), BLANK, BLANK, *whole, *blank, BLANK)),
        charts=(Chart(ChartKind.BAR, "whose", ("target_amount", "amount")),),
        empty=asked.say("report_empty.targets"),
    )


def _ahead(asked: Asked, found: Attainment, called: Mapping[str, str], currency: str) -> Table:
    """Show what will be reached by the end of the period if it comes as it is expected."""
    return Table(
        name="forecast",
        title=asked.say("target_outlook"),
        columns=(
            column(asked, "attained.whose"),
            column(asked, "attained.target_amount", Shape.AMOUNT, currency),
            column(asked, "attained.amount", Shape.AMOUNT, currency),
            *columns(asked, "target_outlook", _OUTLOOK, currency),
        ),
        rows=tuple(
            Row(
                _key(one),
                (
                    text_cell(called[_key(one)]),
                    _planned(one)[0],
                    *beside_share(one.amount_share, [one.amount]),
                    *_cells(one.outlook, _OUTLOOK),
                ),
            )
            for one in found.rows
        ),
        charts=(Chart(ChartKind.BAR, "whose", ("target_amount", "amount", "forecast")),),
        notes=(asked.say("report_note.outlook"),),
        empty=asked.say("report_empty.targets"),
    )


def _past(asked: Asked, found: Attainment, called: Mapping[str, str]) -> Table:
    """Show the period beside the one before."""
    currency = asked.work.parameter(CURRENCY)
    shapes = {"amount": Shape.AMOUNT, "amount_share": Shape.PERCENT}

    def row(one: Attained) -> Row:
        earlier: Earlier | None = one.before
        then = [BLANK] * len(shapes) if earlier is None else _cells(earlier, shapes)
        return Row(
            _key(one), (text_cell(called[_key(one)]), *_cells(one, shapes), *then, change_cell(one.since_before))
        )

    return Table(
        name="compared",
        title=asked.say("earlier"),
        columns=(
            column(asked, "attained.whose"),
            *columns(asked, "attained", shapes, currency),
            column(asked, "earlier.amount", Shape.AMOUNT, currency, name="amount_before"),
            column(asked, "earlier.amount_share", Shape.PERCENT, name="share_before"),
            column(asked, "comparison.since_before", Shape.PERCENT),
        ),
        rows=tuple(map(row, found.rows)),
        empty=asked.say("report_empty.targets"),
    )


def _performance(asked: Asked) -> tuple[Table, ...]:
    found = sales_performance(asked.work, asked["period"])
    people = names(asked.work, [one.user for one in found])
    return (
        _performed(asked, found, people, "performance", "report_kind.sales_performance", lambda one: one.now),
        _performed(asked, found, people, "before", "report_table.performance_before", lambda one: one.before),
    )


def _performed(
    asked: Asked,
    found: Iterable[Appraised],
    people: Mapping[UUID, str],
    name: str,
    title: str,
    of: Callable[[Appraised], Appraisal],
) -> Table:
    return Table(
        name=name,
        title=asked.say(title),
        columns=(
            column(asked, "appraisal.person"),
            *columns(asked, "appraisal", _APPRAISAL, asked.work.parameter(CURRENCY)),
        ),
        rows=tuple(
            Row(str(one.user), (text_cell(people.get(one.user, "")), *_cells(of(one), _APPRAISAL))) for one in found
        ),
        charts=(Chart(ChartKind.BAR, "person", ("amount",)),),
        notes=(asked.say("report_note.performance"),),
        empty=asked.say("report_empty.performance"),
    )


def _cells(one: Attained | Earlier | TargetOutlook | Appraisal | None, shapes: Mapping[str, Shape]) -> tuple[Cell, ...]:
    figures: list[Figure[Any]] = [getattr(one, name) for name in shapes]
    share = next((figure for name, figure in zip(shapes, figures, strict=True) if name in _SHARES), None)
    return figure_cells(*figures) if share is None else beside_share(share, figures)


def _planned(one: Attained) -> tuple[Cell, Cell]:
    return (BLANK, BLANK) if one.target is None else (_said(one.target.amount), _said(one.target.number))


def _said(number: Decimal | int | None) -> Cell:
    return BLANK if number is None else Cell(number)


def _key(one: Attained) -> str:
    """Answer the key of a row: a target's id; of somebody without one, his own."""
    if one.target is not None:
        return str(one.target.id)
    return "none" if one.user is None else str(one.user)


def _called(asked: Asked, rows: Iterable[Attained]) -> Mapping[str, str]:
    """Answer whose target each row is, by its key."""
    known = [*rows]
    people = names(asked.work, [one.user for one in known])
    places = code_names(asked.work, "region", [one.target.territory for one in known if one.target is not None])

    def said(one: Attained) -> str:
        if one.user is not None:
            return people.get(one.user, "")
        if one.target is None:
            return asked.say("attained.nobody")
        return places.get(one.target.territory, one.target.territory) or asked.say("attained.company")

    return {_key(one): said(one) for one in known}


ATTAINMENT: Final = ReportKind(
    name="target_attainment",
    group="outlook",
    rights=("target.read_all", "target.manage", "target.read"),
    reads=(Opportunity, SalesStage, SalesTarget),
    filters=(PERIOD,),
    present=_attainment,
)
SALES_PERFORMANCE: Final = ReportKind(
    name="sales_performance",
    group="sales",
    rights=("target.read_all", "target.manage", "target.read"),
    reads=(Customer, Opportunity, SalesActivity, ServiceRequest, ServiceRound),
    filters=(PERIOD,),
    present=_performance,
)
