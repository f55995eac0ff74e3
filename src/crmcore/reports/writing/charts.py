"""Draws the charts of a table with Excel's own charts, so that they follow when somebody changes a number (RPT-06)."""

from decimal import Decimal
from typing import Any, Final

from crmcore.reports.tables import Chart, ChartKind, Table

__all__ = ["add_charts", "charted"]

_MOST_POINTS: Final = 40
"""More bars than that say nothing any more; a chart draws the first of them."""
_MOST_SHARES: Final = 8
"""More parts of a pie than that can't be told apart: bars, then."""
_APART: Final = 2
_HEIGHT: Final = 16
"""Rows of the sheet that a chart covers."""
_FILL: Final = "2F6F8F"
_DOWN: Final = "B5483A"
_NONE: Final = None


def charted(table: Table) -> frozenset[str]:
    """Answer the names of the columns that are drawn."""
    return frozenset(name for one in table.charts for name in one.values)


def add_charts(sheet: Any, table: Table) -> None:
    """Put the charts of a table beside its rows."""
    if not table.rows:
        return
    beside = len(table.columns) + _APART
    for number, one in enumerate(table.charts):
        made = _waterfall(sheet, table, one) if one.kind is ChartKind.WATERFALL else _chart(sheet, table, one)
        made.title = one.title or ", ".join(table.columns[table.place(name)].title for name in one.values)
        made.height, made.width = 7.5, 16
        sheet.add_chart(made, f"{sheet.cell(1, beside).column_letter}{2 + number * _HEIGHT}")


def _chart(sheet: Any, table: Table, one: Chart) -> Any:
    from openpyxl import chart as charts

    last = min(len(table.rows), _MOST_POINTS) + 1
    pie = one.kind is ChartKind.SHARE and len(table.rows) <= _MOST_SHARES
    made: Any
    if pie:
        made = charts.PieChart()
    elif one.kind is ChartKind.LINE:
        made = charts.LineChart()
    else:
        made = charts.BarChart()
        if one.kind is ChartKind.STACKED_BAR:
            made.grouping, made.overlap = "stacked", 100
    for name in one.values:
        place = table.place(name) + 1
        made.add_data(charts.Reference(sheet, place, 1, place, last), titles_from_data=True)
    label = table.place(one.label) + 1
    made.set_categories(charts.Reference(sheet, label, 2, label, last))
    if not pie:
        _axes(made)
        made.legend = made.legend if len(one.values) > 1 else None
    made.display_blanks = "gap"
    return made


def _axes(made: Any) -> None:
    """Show both axes, the values from 0: openpyxl leaves them away unless told."""
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.number_format = "General"


def _waterfall(sheet: Any, table: Table, one: Chart) -> Any:
    """Draw where an amount comes from: what is not seen carries what is gained or lost.

    Excel has no waterfall of the kind that every spreadsheet reads; three stacked series are one. Their values stand
    in hidden columns.
    """
    from openpyxl import chart as charts

    first = len(table.columns) + _APART + 12
    place = table.place(one.values[0])
    last = min(len(table.rows), _MOST_POINTS)
    for number, values in enumerate(_steps([row.cells[place].value for row in table.rows[:last]]), start=2):
        for offset, value in enumerate(values):
            sheet.cell(number, first + offset, value)
    for offset in range(3):
        sheet.column_dimensions[sheet.cell(1, first + offset).column_letter].hidden = True
    made = charts.BarChart()
    made.grouping, made.overlap, made.gapWidth = "stacked", 100, 40
    made.visible_cells_only = False
    for offset, colour in enumerate((_NONE, _FILL, _DOWN)):
        column = first + offset
        series = charts.Series(charts.Reference(sheet, column, 2, column, last + 1))
        if colour is None:
            series.graphicalProperties.noFill = True
        else:
            series.graphicalProperties.solidFill = colour
        made.series.append(series)
    label = table.place(one.label) + 1
    made.set_categories(charts.Reference(sheet, label, 2, label, last + 1))
    _axes(made)
    made.legend = None
    return made


def _steps(values: list[Any]) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Answer for each row what carries it, what it gains and what it loses; the first and the last stand by themselves.

    An undefined amount changes nothing.
    """
    zero, level = Decimal(0), Decimal(0)
    found = []
    for number, value in enumerate(values):
        amount = value if isinstance(value, int | Decimal) else zero
        if number in {0, len(values) - 1}:
            level = Decimal(amount)
            found.append((zero, level, zero))
            continue
        then = level + amount
        found.append((min(level, then), max(then - level, zero), max(level - then, zero)))
        level = then
    return found
