"""How service is done: how many requests, how soon, how well, what waits, and what customers say."""

from typing import Any, Final

from crmcore.reports.dashboards.board import Card, Content, Good, Wanted
from crmcore.reports.dashboards.cards import card, present
from crmcore.reports.dashboards.opinions import opinion_cards
from crmcore.reports.dashboards.requests import Requests
from crmcore.reports.presenting.building import columns, figure_cell, text_cell
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.backlog import Backlog, Wait
from crmcore.statistics.figures import Figure
from crmcore.statistics.periods import Period

__all__ = ["service"]

_SHAPES: Final = {"waiting": Shape.TEXT, "requests": Shape.NUMBER}


def service(wanted: Wanted) -> Content:
    """Answer how service is done. Three questions to the store."""
    requests = Requests.asked(wanted)
    handled = {one: requests.handled(one) for one in wanted.steps.every}
    kept = {one: requests.kept(one) for one in wanted.steps.every}
    series: dict[str, tuple[dict[Period, Figure[Any]], Good]] = {
        "came": ({period: one.came for period, one in handled.items()}, Good.NEITHER),
        "response": ({period: one.response for period, one in handled.items()}, Good.LESS),
        "resolution": ({period: one.resolution for period, one in handled.items()}, Good.LESS),
        "response_kept": ({period: one.response.share for period, one in kept.items()}, Good.MORE),
        "resolution_kept": ({period: one.resolution.share for period, one in kept.items()}, Good.MORE),
        "csat": ({period: one.csat for period, one in handled.items()}, Good.MORE),
    }
    cards = tuple(card(wanted, name, figures, good) for name, (figures, good) in series.items())
    now = requests.backlog()
    return Content(
        cards=(*cards, *opinion_cards(wanted), *_now(wanted, now)),
        tables=(_table(wanted, now),),
        notes=(wanted.say("dashboard.service_note"),),
    )


def _now(wanted: Wanted, now: Backlog) -> tuple[Card, ...]:
    return (
        present(wanted, "waiting", now.open),
        present(wanted, "unanswered", now.unanswered, Good.LESS),
        present(wanted, "unsolved", now.unsolved, Good.LESS),
    )


def _cells(wanted: Wanted, one: Wait) -> tuple[Cell, ...]:
    if one.over is None:
        said = wanted.say("dashboard.waits_day" if one.up_to == 1 else "dashboard.waits_up_to", n=one.up_to)
    else:
        said = wanted.say(
            "dashboard.waits_over" if one.up_to is None else "dashboard.waits_between", n=one.over, to=one.up_to
        )
    return text_cell(said), figure_cell(one.number)


def _table(wanted: Wanted, now: Backlog) -> Table:
    """Show how long open requests have waited."""
    rows = tuple(Row(f"over-{one.over or 0}", _cells(wanted, one)) for one in now.waits)
    return Table(
        name="waits",
        title=wanted.say("dashboard_table.waits"),
        columns=columns(wanted, "dashboard_column", _SHAPES),
        rows=rows if now.open.value else (),
        charts=(Chart(ChartKind.BAR, "waiting", ("requests",)),),
        empty=wanted.say("dashboard.waits_empty"),
    )
