"""Tables of the sales funnel, of what becomes of opportunities, and of how old they are (X-OPP-04, X-OPP-05)."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from crmcore.access.directory import names
from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import StagePassage
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import OWNER, PERIOD, SPAN, choice
from crmcore.reports.presenting.building import (
    band_text,
    begun,
    column,
    columns,
    compared_columns,
    compared_notes,
    compared_rows,
    figure_cells,
    figure_columns,
    key_of,
    listed_figures,
    period_cell,
    text_cell,
)
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.selling import opportunity_ageing, opportunity_outcomes, outcomes_compared, sales_funnel
from crmcore.reports.tables import BLANK, TOTAL, Cell, Chart, ChartKind, Column, Row, Shape, Table
from crmcore.statistics.periods import Period
from crmcore.statistics.winning import OutcomesBy, Results

__all__ = ["AGEING", "OUTCOMES", "OUTCOMES_COMPARED", "READERS", "SALES_FUNNEL"]

READERS: Final = ("forecast.read_all", "forecast.read")
"""Who may see figures of sales: all, or those of what he sees."""
_BY: Final = {
    OutcomesBy.OWNER: "report.owner",
    OutcomesBy.SOURCE: "opportunity.source",
    OutcomesBy.STEP: "report.period",
}
_RESULTS: Final = {
    "recorded": Shape.NUMBER,
    "converted": Shape.NUMBER,
    "conversion": Shape.PERCENT,
    "won": Shape.NUMBER,
    "lost": Shape.NUMBER,
    "win_rate": Shape.PERCENT,
    "won_amount": Shape.AMOUNT,
    "lost_amount": Shape.AMOUNT,
    "amount_rate": Shape.PERCENT,
    "deal": Shape.AMOUNT,
    "cycle": Shape.TIME,
}


def _funnel_columns(asked: Asked) -> tuple[Column, ...]:
    """Answer the columns of the funnel: what stands in a stage, and what went on from it."""
    currency = asked.work.parameter(CURRENCY)
    return (
        column(asked, "funnel_stage.stage"),
        *columns(asked, "funnel_stage", {"number": Shape.NUMBER, "amount": Shape.AMOUNT}, currency),
        *columns(asked, "funnel_stage", {"left": Shape.NUMBER, "went_on": Shape.NUMBER, "conversion": Shape.PERCENT}),
        column(asked, "funnel_stage.stay", Shape.TIME, "d"),
    )


def _funnel(asked: Asked) -> tuple[Table, ...]:
    found = sales_funnel(asked.work, asked["period"], owner=asked["owner"])
    rows = tuple(
        Row(
            key_of(None if one.stage is None else one.stage.id),
            (
                text_cell(asked.say("report.no_stage") if one.stage is None else one.stage.name),
                *figure_cells(one.number, one.amount, one.left, one.went_on, one.conversion, one.stay),
            ),
        )
        for one in found.stages
    )
    whole = (text_cell(asked.say("report.total")), *figure_cells(found.number, found.amount))
    return (
        Table(
            name="stages",
            title=asked.say("report_kind.sales_funnel"),
            columns=_funnel_columns(asked),
            rows=rows,
            total=Row(TOTAL, (*whole, *[BLANK] * 4)),
            charts=(
                Chart(ChartKind.BAR, "stage", ("number",)),
                Chart(ChartKind.BAR, "stage", ("amount",)),
            ),
            notes=(asked.say("report_note.funnel"),),
            empty=asked.say("report_empty.stages"),
        ),
    )


def _outcomes(asked: Asked) -> tuple[Table, ...]:
    by: OutcomesBy | None = asked["by"]
    found = opportunity_outcomes(asked.work, asked["period"], by=by, span=asked["span"])
    total: Row | None = None
    charts: tuple[Chart, ...] = ()
    if by is None:
        figures = ((name, getattr(found.whole, name)) for name in _RESULTS)
        rows, shown = listed_figures(asked, "results", figures), figure_columns(asked)
    else:
        people = names(asked.work, [one.group for one in found.groups]) if by is OutcomesBy.OWNER else {}
        rows = tuple(
            Row(key_of(one.group), _results(_group(asked, people, one), one))
            for one in found.groups
            if by is not OutcomesBy.STEP or begun(asked, one.group)
        )
        shown = (column(asked, _BY[by], name="group"), *_result_columns(asked))
        total = Row(TOTAL, _results(text_cell(asked.say("report.total")), found.whole))
        kind = ChartKind.LINE if by is OutcomesBy.STEP else ChartKind.BAR
        charts = (Chart(kind, "group", ("won", "lost")), Chart(kind, "group", ("won_amount", "lost_amount")))
    return (
        Table(
            name="outcomes",
            title=asked.say("report_kind.opportunity_outcomes"),
            columns=shown,
            rows=rows,
            total=total,
            charts=charts,
            notes=(asked.say("report_note.outcomes"),),
            empty=asked.say("report_empty.outcomes"),
        ),
    )


def _result_columns(asked: Asked) -> tuple[Column, ...]:
    currency = asked.work.parameter(CURRENCY)
    units = {Shape.AMOUNT: currency, Shape.TIME: "d"}
    return tuple(column(asked, f"results.{name}", shape, units.get(shape, "")) for name, shape in _RESULTS.items())


def _results(first: Cell, one: Results) -> tuple[Cell, ...]:
    return first, *figure_cells(*(getattr(one, name) for name in _RESULTS))


def _group(asked: Asked, people: Mapping[UUID, str], one: Results) -> Cell:
    if isinstance(one.group, Period):
        return period_cell(one.group)
    return text_cell(said_or_code(asked, people, one.group))


def _compared(asked: Asked) -> tuple[Table, ...]:
    found = outcomes_compared(asked.work, asked["period"])
    return (
        Table(
            name="compared",
            title=asked.say("report_kind.outcomes_compared"),
            columns=compared_columns(asked),
            rows=compared_rows(asked, "results", tuple(_RESULTS), found.comparison),
            notes=(*compared_notes(asked), asked.say("report_note.points")),
        ),
    )


def _ageing(asked: Asked) -> tuple[Table, ...]:
    found = opportunity_ageing(asked.work, owner=asked["owner"])
    ages = [(str(one.over or 0), band_text(asked, one.over, one.up_to), one) for one in found.ages]
    due = [(one.due.value, asked.say(f"due.{one.due.value}"), one) for one in found.due]
    whole = Row(TOTAL, (text_cell(asked.say("report.total")), *figure_cells(found.number, found.amount)))
    shapes = {"number": Shape.NUMBER, "amount": Shape.AMOUNT}
    numbers = columns(asked, "age", shapes, asked.work.parameter(CURRENCY))
    return tuple(
        Table(
            name=name,
            title=asked.say(f"report_table.{name}"),
            columns=(column(asked, f"age.{name}"), *numbers),
            rows=tuple(Row(key, (text_cell(said), *figure_cells(one.number, one.amount))) for key, said, one in groups),
            total=whole,
            charts=(Chart(ChartKind.BAR, name, ("number",)), Chart(ChartKind.BAR, name, ("amount",))),
        )
        for name, groups in (("ages", ages), ("due", due))
    )


OUTCOMES: Final = ReportKind(
    name="opportunity_outcomes",
    group="sales",
    rights=READERS,
    reads=(Opportunity,),
    filters=(PERIOD, choice("by", OutcomesBy), SPAN),
    present=_outcomes,
)
OUTCOMES_COMPARED: Final = ReportKind(
    name="outcomes_compared", group="sales", rights=READERS, reads=(Opportunity,), filters=(PERIOD,), present=_compared
)
AGEING: Final = ReportKind(
    name="opportunity_ageing", group="sales", rights=READERS, reads=(Opportunity,), filters=(OWNER,), present=_ageing
)
SALES_FUNNEL: Final = ReportKind(
    name="sales_funnel",
    group="sales",
    rights=READERS,
    reads=(Opportunity, SalesStage, StagePassage),
    filters=(PERIOD, OWNER),
    present=_funnel,
)
