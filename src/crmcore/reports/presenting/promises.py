"""Tables of promises kept and working time taken, and of how the backlog changed (X-SRV-05, X-SRV-14, X-SRV-17)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crmcore.access.directory import names
from crmcore.reports.composing import code_names
from crmcore.reports.handling import service_backlog_trend, service_promises
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.asking import MONTHS_OF_YEAR, PERIOD, SPAN, choice
from crmcore.reports.presenting.building import (
    begun,
    column,
    columns,
    figure_cell,
    figure_cells,
    figure_columns,
    key_of,
    listed_figures,
    period_cell,
    text_cell,
)
from crmcore.reports.presenting.naming import said_or_code
from crmcore.reports.tables import TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.statistics.earlier import EarlierTreatments
from crmcore.statistics.promises import GroupPromises, PromiseRecord, Promises
from crmcore.statistics.requested import HandlingBy

__all__ = ["SERVICE_BACKLOG_TREND", "SERVICE_PROMISES", "groups_called"]

_RECORD: Final = {
    "done": Shape.NUMBER,
    "hours": Shape.TIME,
    "met": Shape.NUMBER,
    "missed": Shape.NUMBER,
    "overdue": Shape.NUMBER,
    "share": Shape.PERCENT,
}
_EARLIER: Final = {name: shape for name, shape in _RECORD.items() if name != "overdue"}
"""What was treated once is not overdue."""
_STEPS: Final = {
    "opening": Shape.NUMBER,
    "came": Shape.NUMBER,
    "ended": Shape.NUMBER,
    "closing": Shape.NUMBER,
}
_PROMISES: Final = ("response", "resolution")
_ALL: Final = {"response": _RECORD, "resolution": _RECORD, "earlier": _EARLIER}
_DICTIONARY: Final = {HandlingBy.TYPE: "service_type", HandlingBy.CHANNEL: "service_channel"}
_WORDS: Final = {HandlingBy.PRIORITY: "priority", HandlingBy.STATUS: "service_status"}


def groups_called(asked: Asked, by: HandlingBy, groups: Iterable[Any]) -> Mapping[str, str]:
    """Answer what groups of requests are called, by the keys of their rows."""
    kept = [*groups]
    called: Mapping[Any, str] = {}
    if by in _DICTIONARY:
        called = code_names(asked.work, _DICTIONARY[by], kept)
    elif by is HandlingBy.ASSIGNEE:
        called = names(asked.work, kept)
    else:
        called = {one: asked.say(f"{_WORDS[by]}.{one.value}") for one in kept if one is not None}
    return {key_of(one): said_or_code(asked, called, one) for one in kept}


def _promises(asked: Asked) -> tuple[Table, ...]:
    by: HandlingBy | None = asked["by"]
    found = service_promises(asked.work, asked["period"], by=by)
    called = {} if by is None else groups_called(asked, by, [one.group for one in found.groups])
    return (
        *(_kept(asked, found, called, by, name) for name in _ALL),
        _within(asked, found.whole),
    )


def _kept(asked: Asked, found: Promises, called: Mapping[str, str], by: HandlingBy | None, name: str) -> Table:
    """Show one of the two promises, or that of earlier treatments: all together, or group by group."""
    whole: PromiseRecord | EarlierTreatments = getattr(found.whole, name)
    figures = _ALL[name]
    total: Row | None = None
    charts: tuple[Chart, ...] = ()
    if by is None:
        shown = figure_columns(asked)
        rows = listed_figures(asked, "promise_record", ((one, getattr(whole, one)) for one in figures))
    else:
        kind = column(asked, f"service_request.{by.value}", name="group")
        shown = (kind, *columns(asked, "promise_record", figures, "h"))
        rows = tuple(
            Row(key_of(one.group), (text_cell(called[key_of(one.group)]), *_cells(getattr(one, name), figures)))
            for one in found.groups
        )
        total = Row(TOTAL, (text_cell(asked.say("report.total")), *_cells(whole, figures)))
        charts = (
            Chart(ChartKind.STACKED_BAR, "group", tuple(one for one in ("met", "missed", "overdue") if one in figures)),
        )
    return Table(
        name=name,
        title=asked.say(f"report_table.{name}"),
        columns=shown,
        rows=rows,
        total=total,
        charts=charts,
        notes=(asked.say("report_note.promises"), *_untimed(asked, whole)),
        empty=asked.say("report_empty.services"),
    )


def _untimed(asked: Asked, whole: PromiseRecord | EarlierTreatments) -> tuple[str, ...]:
    """Say why no time is known of anything that was done: there was no calendar to count it by."""
    return (asked.say("report_note.untimed"),) if whole.done.value and whole.hours.value is None else ()


def _within(asked: Asked, whole: GroupPromises) -> Table:
    """Show within how many working hours customers were answered and helped."""
    pairs = zip(whole.response.within, whole.resolution.within, strict=True)
    rows = tuple(
        Row(
            str(answered.over or 0),
            (
                text_cell(_hours(asked, answered.over, answered.up_to)),
                figure_cell(answered.number),
                figure_cell(handled.number),
            ),
        )
        for answered, handled in pairs
    )
    return Table(
        name="within",
        title=asked.say("within"),
        columns=(
            column(asked, "within.hours"),
            *(column(asked, f"report_table.{name}", Shape.NUMBER) for name in _PROMISES),
        ),
        rows=rows,
        charts=(Chart(ChartKind.BAR, "hours", _PROMISES),),
    )


def _hours(asked: Asked, over: int | None, up_to: int | None) -> str:
    if over is None:
        return asked.say("report.up_to_hours", up_to=up_to)
    if up_to is None:
        return asked.say("report.over_hours", over=over)
    return asked.say("report.over_up_to_hours", over=over, up_to=up_to)


def _cells(one: PromiseRecord | EarlierTreatments, figures: Iterable[str]) -> tuple[Cell, ...]:
    return figure_cells(*(getattr(one, name) for name in figures))


def _trend(asked: Asked) -> tuple[Table, ...]:
    found = service_backlog_trend(asked.work, asked["period"], span=asked["span"])
    rows = tuple(
        Row(key_of(one.period), (period_cell(one.period), *figure_cells(*(getattr(one, name) for name in _STEPS))))
        for one in found
        if begun(asked, one.period)
    )
    return (
        Table(
            name="trend",
            title=asked.say("report_kind.service_backlog_trend"),
            columns=(column(asked, "report.period"), *columns(asked, "backlog_step", _STEPS)),
            rows=rows,
            charts=(Chart(ChartKind.LINE, "period", ("closing",)), Chart(ChartKind.BAR, "period", ("came", "ended"))),
            notes=(asked.say("report_note.backlog_trend"),),
            empty=asked.say("report_empty.ahead"),
        ),
    )


_READ: Final = ("service.read_all", "service.read")
SERVICE_PROMISES: Final = ReportKind(
    name="service_promises",
    group="service",
    rights=_READ,
    reads=(ServiceRequest, ServiceRound),
    filters=(PERIOD, choice("by", HandlingBy)),
    present=_promises,
)
SERVICE_BACKLOG_TREND: Final = ReportKind(
    name="service_backlog_trend",
    group="service",
    rights=_READ,
    reads=(ServiceRequest,),
    filters=(MONTHS_OF_YEAR, SPAN),
    present=_trend,
)
