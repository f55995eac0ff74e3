"""What stands in each stage of the sales process, how much of it goes on, and what needs attention."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from attrs import fields

from crmcore.dictionary.parameters import LARGE_DEAL
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.standing import StagePassage
from crmcore.query import TallyRow, asc, banded, count, ge, lt, query, tally, total
from crmcore.reports.dashboards.board import Card, Content, Good, Wanted
from crmcore.reports.dashboards.cards import present
from crmcore.reports.presenting.building import column, columns, figure_cell, figure_cells, text_cell
from crmcore.reports.seeing import counted_for
from crmcore.reports.tables import TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.chances import open_now
from crmcore.statistics.figures import measured
from crmcore.statistics.funnel import Funnel, funnel, leaving, standing
from crmcore.statistics.periods import instants
from crmcore.statistics.sums import amount_of, number_of, rows_with, together, weighted_of

__all__ = ["pipeline"]

_o = fields(Opportunity)
_s = fields(SalesStage)
_SHAPES: Final = {"stage": Shape.TEXT, "number": Shape.NUMBER, "amount": Shape.AMOUNT}
_FLOW: Final = {"left": Shape.NUMBER, "went_on": Shape.NUMBER, "conversion": Shape.PERCENT}


def pipeline(wanted: Wanted) -> Content:
    """Answer what stands in each stage, and how much goes on. Three questions to the store."""
    work = wanted.work
    process = work.of(SalesStage).find(query(SalesStage).sort(asc(_s.position), asc(_s.id)))
    large = Decimal(work.parameter(LARGE_DEAL))
    keys = (_o.stage, _o.success_rate, banded(_o.expected_amount, [large]), banded(_o.expected_on, [work.today]))
    asked = tally(open_now(wanted.owner), by=keys, measures=(count(), total(_o.expected_amount)))
    rows = counted_for(work, Opportunity).groups(asked)
    gone = leaving(*instants(wanted.steps.period, work.zone), wanted.owner)
    left = counted_for(work, StagePassage).groups(gone)
    by_stage = [TallyRow(row.key[:1], row.values) for row in rows]
    found = funnel(process, (standing(wanted.owner), by_stage), (gone, left), wanted.currency)
    return Content(cards=_cards(wanted, process, rows, large), tables=(_table(wanted, found),))


def _cards(wanted: Wanted, process: Sequence[SalesStage], rows: Sequence[TallyRow], large: Decimal) -> tuple[Card, ...]:
    """Put what is open, what of it may be counted on, what is large, and what is past its day, on cards."""
    of, currency = open_now(wanted.owner), wanted.currency
    chances = {one.id: one.probability for one in process}
    staged, rated = (
        rows_with(rows, lambda stage, *_, is_in=is_in: (stage is not None) is is_in) for is_in in (True, False)
    )
    number = number_of(rows, of, "opportunity")
    weighted = together(
        weighted_of(staged, lambda row: chances.get(row.key[0])), weighted_of(rated, lambda row: row.key[1])
    )
    deals = rows_with(rows, lambda *key: key[2] == 1)
    of_deals = of.where(ge(_o.expected_amount, large))
    late = rows_with(rows, lambda *key: key[3] == 0)
    return (
        present(wanted, "open", number),
        present(wanted, "open_amount", amount_of(rows, of, currency)),
        present(wanted, "weighted", measured(weighted, of, currency, number.records)),
        present(wanted, "large_deals", number_of(deals, of_deals, "opportunity")),
        present(wanted, "large_amount", amount_of(deals, of_deals, currency)),
        present(
            wanted, "late", number_of(late, of.where(lt(_o.expected_on, wanted.work.today)), "opportunity"), Good.LESS
        ),
    )


def _table(wanted: Wanted, found: Funnel) -> Table:
    rows = []
    for one in found.stages:
        name = wanted.say("dashboard.no_stage") if one.stage is None else one.stage.name
        figures = (one.number, one.amount, one.left, one.went_on, one.conversion, one.stay)
        key = "none" if one.stage is None else str(one.stage.id)
        rows.append(Row(key, (text_cell(name), *figure_cells(*figures))))
    whole = (text_cell(wanted.say("dashboard.together")), figure_cell(found.number), figure_cell(found.amount))
    return Table(
        name="stages",
        title=wanted.say("dashboard_table.stages"),
        columns=(
            *columns(wanted, "dashboard_column", _SHAPES, wanted.currency),
            *columns(wanted, "dashboard_column", _FLOW),
            column(wanted, "dashboard_column.stay", Shape.TIME, "d"),
        ),
        rows=tuple(rows),
        total=Row(TOTAL, (*whole, Cell(), Cell(), Cell(), Cell())),
        charts=(Chart(ChartKind.BAR, "stage", ("amount",)), Chart(ChartKind.BAR, "stage", ("conversion",))),
        notes=(wanted.say("dashboard.stages_note"),),
        empty=wanted.say("dashboard.stages_empty"),
    )
