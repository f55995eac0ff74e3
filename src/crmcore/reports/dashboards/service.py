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

__all__ = ["service"]

_SHAPES: Final = {"waiting": Shape.TEXT, "requests": Shape.NUMBER}


def service(wanted: Wanted) -> Content:
    """Answer how service is done. Three questions to the store."""
    requests = Requests.asked(wanted)
    parts = wanted.steps.parts
    handled = [requests.handled(place) for place in range(1, len(parts) + 1)]
    kept = [requests.kept(place) for place in range(1, len(parts) + 1)]
    series: dict[str, tuple[list[Figure[Any]], Good]] = {
        "came": ([one.came for one in handled], Good.NEITHER),
        "response": ([one.response for one in handled], Good.LESS),
        "resolution": ([one.resolution for one in handled], Good.LESS),
        "response_kept": ([one.response.share for one in kept], Good.MORE),
        "resolution_kept": ([one.resolution.share for one in kept], Good.MORE),
        "csat": ([one.csat for one in handled], Good.MORE),
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
