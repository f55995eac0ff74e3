"""How far targets are reached, what was won and how often, and what will be won in this quarter and the next ones."""

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import fields

from crmcore.query import all_of, any_of, eq, is_null, one_of, query
from crmcore.reports.dashboards.board import Content, Good, View, Wanted
from crmcore.reports.dashboards.cards import present
from crmcore.reports.dashboards.closing import Closed, ask_closed
from crmcore.reports.dashboards.forecasts import expected, forecast_table, quarters
from crmcore.reports.presenting.building import beside_share, columns, text_cell
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.attainment import Attained, attainment
from crmcore.statistics.periods import Period, Span
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["targets"]

_t = fields(SalesTarget)
_SHAPES: Final = {
    "who": Shape.TEXT,
    "target": Shape.AMOUNT,
    "won_amount": Shape.AMOUNT,
    "attained": Shape.PERCENT,
    "missing": Shape.AMOUNT,
    "won": Shape.NUMBER,
}


def targets(wanted: Wanted) -> Content:
    """Answer how far targets are reached and what is to come. Three questions to the store at most."""
    ahead = quarters(wanted)
    known = _known(wanted, ahead)
    closed = ask_closed(wanted, ahead)
    coming = expected(wanted, ahead, closed)
    rows = _attained(wanted, known, closed)
    quarterly = {one.starts_on: one.amount for one in known if one.span is TargetSpan.QUARTER and _heads(wanted, one)}
    cards = list(closed.cards())
    headline = next((one for one in rows if one.target is not None and _heads(wanted, one.target)), None)
    if headline is not None:
        cards.insert(0, present(wanted, "attained", headline.amount_share, Good.MORE, _to_reach(wanted, headline)))
    cards.append(present(wanted, "forecast", coming.steps[0].forecast))
    return Content(
        cards=tuple(cards),
        tables=(_table(wanted, rows), forecast_table(wanted, coming, quarterly)),
        notes=() if headline is not None else (wanted.say("dashboard.no_target"),),
    )


def _to_reach(wanted: Wanted, headline: Attained) -> str:
    """Say how much is to be sold."""
    amount = None if headline.target is None else headline.target.amount
    return "" if amount is None else wanted.say("dashboard.to_reach", amount=f"{amount:,}", currency=wanted.currency)


def _known(wanted: Wanted, ahead: Sequence[Period]) -> Sequence[SalesTarget]:
    """Find the targets of the period and of the quarters to come: one's own, or those of whom is looked at."""
    work, period = wanted.work, wanted.steps.period
    if work.crm.scope_of(SalesTarget, work.actor) is None:
        return ()
    now = all_of(eq(_t.span, _span(period)), eq(_t.starts_on, period.first))
    coming = all_of(eq(_t.span, TargetSpan.QUARTER), one_of(_t.starts_on, [one.first for one in ahead]))
    of = query(SalesTarget).where(any_of(now, coming))
    if wanted.owners:
        of = of.where(one_of(_t.user, sorted(wanted.owners)))
    elif wanted.view is View.COMPANY:
        of = of.where(is_null(_t.user))
    return work.sales_targets.find(of)


def _span(period: Period) -> TargetSpan:
    return TargetSpan((period.span or Span.MONTH).value)


def _heads(wanted: Wanted, target: SalesTarget) -> bool:
    """Tell whether a target is the one that all of what is looked at is to reach: a person's, or the company's."""
    if wanted.owners:
        return wanted.owners == {target.user}
    return target.user is None and not target.territory


def _attained(wanted: Wanted, known: Iterable[SalesTarget], closed: Closed) -> Sequence[Attained]:
    period = wanted.steps.period
    now = [one for one in known if one.span is _span(period) and one.starts_on == period.first]
    rows = attainment(now, closed.teams(), closed.sold(period), wanted.currency).rows
    return rows if wanted.view is not View.COMPANY else [one for one in rows if one.target is not None]


def _table(wanted: Wanted, rows: Sequence[Attained]) -> Table:
    """Show how far each target is reached, and what was won by whom without one."""
    names = wanted.known.people({one.user for one in rows if one.user is not None})
    wanted.known.expect(("region", one.target.territory) for one in rows if one.target is not None)

    def said(one: Attained) -> tuple[str, str]:
        if one.user is not None:
            return str(one.user), names.get(one.user, "")
        if one.target is None:
            return "nobody", wanted.say("dashboard.nobody")
        if one.target.territory:
            return f"territory-{one.target.territory}", wanted.known.words("region", one.target.territory)
        return "company", wanted.say("dashboard.company")

    def row(one: Attained) -> Row:
        key, who = said(one)
        target = Cell() if one.target is None else Cell(one.target.amount, record=("sales_target", one.target.id))
        figures = (one.amount, one.amount_share, one.missing, one.won)
        return Row(key, (text_cell(who), target, *beside_share(one.amount_share, figures)))

    return Table(
        name="attainment",
        title=wanted.say("dashboard_table.attainment"),
        columns=columns(wanted, "dashboard_column", _SHAPES, wanted.currency),
        rows=tuple(map(row, rows)),
        charts=(Chart(ChartKind.BAR, "who", ("attained",), wanted.say("dashboard.attainment_chart")),),
        empty=wanted.say("dashboard.attainment_empty"),
    )
