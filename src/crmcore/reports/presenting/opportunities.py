"""Tables of the sales funnel, of what becomes of opportunities, and of how old they are (X-OPP-04, X-OPP-05)."""

from typing import Final

from crmcore.dictionary.parameters import CURRENCY
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import OWNER, PERIOD
from crmcore.reports.presenting.building import column, columns, figure_cells, key_of, text_cell
from crmcore.reports.selling import sales_funnel
from crmcore.reports.tables import TOTAL, Cell, Chart, ChartKind, Column, Row, Shape, Table

__all__ = ["READERS", "SALES_FUNNEL"]

READERS: Final = ("forecast.read_all", "forecast.read")


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
            total=Row(TOTAL, (*whole, *[Cell()] * 4)),
            charts=(
                Chart(ChartKind.BAR, "stage", ("number",)),
                Chart(ChartKind.BAR, "stage", ("amount",)),
            ),
            notes=(asked.say("report_note.funnel"),),
            empty=asked.say("report_empty.stages"),
        ),
    )


SALES_FUNNEL: Final = ReportKind(
    name="sales_funnel", group="sales", rights=READERS, filters=(PERIOD, OWNER), present=_funnel
)
