"""The table of a sales plan: what was to be won in each of its parts, what was, and both so far (X-TGT-02)."""

from typing import Final

from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.reports.attaining import plan_attainment
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import MONTHS_OF_YEAR, OWNER, choice
from crmcore.reports.presenting.building import begun, beside_share, column, period_cell
from crmcore.reports.tables import BLANK, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.planning import PlanStep
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["SALES_PLAN"]


def _plan(asked: Asked) -> tuple[Table, ...]:
    found = plan_attainment(asked.work, asked["period"], span=asked["span"], owner=asked["owner"])
    currency = asked.work.parameter(CURRENCY)
    return (
        Table(
            name="plan",
            title=asked.say("report_kind.sales_plan"),
            columns=(
                column(asked, "report.period"),
                column(asked, "attained.target_amount", Shape.AMOUNT, currency),
                column(asked, "attained.won", Shape.NUMBER),
                column(asked, "attained.amount", Shape.AMOUNT, currency),
                column(asked, "attained.amount_share", Shape.PERCENT),
                column(asked, "plan_step.planned", Shape.AMOUNT, currency),
                column(asked, "plan_step.so_far", Shape.AMOUNT, currency),
                column(asked, "plan_step.so_far_share", Shape.PERCENT),
            ),
            rows=tuple(_row(asked, one) for one in found),
            charts=(
                Chart(ChartKind.BAR, "period", ("target_amount", "amount")),
                Chart(ChartKind.LINE, "period", ("planned", "so_far")),
            ),
            notes=(asked.say("report_note.plan"),),
        ),
    )


def _row(asked: Asked, one: PlanStep) -> Row:
    """Show one part of the plan; of a part that has not begun, only what is planned."""
    won: tuple[Cell, ...] = (BLANK,) * 3
    so_far: tuple[Cell, ...] = (BLANK,) * 2
    if begun(asked, one.period):
        won = beside_share(one.amount_share, (one.won, one.amount, one.amount_share))
        so_far = beside_share(one.so_far_share, (one.so_far, one.so_far_share))
    planned = BLANK if one.target is None else Cell(one.target.amount)
    return Row(one.period.first.isoformat(), (period_cell(one.period), planned, *won, Cell(one.planned), *so_far))


SALES_PLAN: Final = ReportKind(
    name="sales_plan",
    group="outlook",
    rights=("target.read_all", "target.manage", "target.read"),
    reads=(Opportunity, SalesTarget),
    filters=(MONTHS_OF_YEAR, choice("span", TargetSpan, "month"), OWNER),
    present=_plan,
)
