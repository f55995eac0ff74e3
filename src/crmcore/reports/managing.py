"""The report that the sales supervisor delivers periodically: how customers, sales and service did (RPT-05).

Its form is the company's; this is the delivered one: the figures of the period beside the period before and the year
before, the four analyses, growth and churn of customers, sales, and service. Who may not see one of these, gets the
others.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.reports.asking import needed_period
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.growing import growth_in
from crmcore.reports.kinds import Asked, ReportKind
from crmcore.reports.presenting.building import compared_columns, compared_notes, compared_rows
from crmcore.reports.presenting.composition import COMPOSITION, LOSSES
from crmcore.reports.presenting.contribution import CONTRIBUTION
from crmcore.reports.presenting.developing import CUSTOMER_GROWTH, CUSTOMER_RETENTION, SALES_COMPARED
from crmcore.reports.presenting.opportunities import OUTCOMES, OUTCOMES_COMPARED, SALES_FUNNEL
from crmcore.reports.presenting.service import (
    CUSTOMER_OPINIONS,
    SERVICE_BACKLOG,
    SERVICE_HANDLING,
    SERVICES,
    SERVICES_COMPARED,
)
from crmcore.reports.presenting.targets import ATTAINMENT
from crmcore.reports.tables import Cell, Report, Row, Table
from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.figures import Comparison
from crmcore.statistics.periods import Period, Span
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["MANAGEMENT", "PARTS", "customers_compared", "management_report"]

_COMPARED: Final = {
    SALES_COMPARED: "summary.sales_compared",
    OUTCOMES_COMPARED: "summary.outcomes_compared",
    SERVICES_COMPARED: "summary.services_compared",
}
"""What is compared with other periods, and how its figures are called beside others."""
_SUMMED_UP: Final = (CUSTOMER_GROWTH, *_COMPARED)
"""The reports of which the summary has figures, as far as its reader may see them."""
_SUMMARY: Final = "summary"
_PARTS: Final[dict[str, tuple[ReportKind, tuple[dict[str, Any], ...]]]] = {
    CONTRIBUTION.name: (CONTRIBUTION, ({},)),
    COMPOSITION.name: (COMPOSITION, tuple({"by": one} for one in ("level", "credit", "satisfaction"))),
    SERVICES.name: (SERVICES, ({},)),
    LOSSES.name: (LOSSES, ({},)),
    CUSTOMER_GROWTH.name: (CUSTOMER_GROWTH, ({"span": Span.MONTH},)),
    CUSTOMER_RETENTION.name: (CUSTOMER_RETENTION, ({},)),
    OUTCOMES.name: (OUTCOMES, ({"by": "owner"},)),
    SALES_FUNNEL.name: (SALES_FUNNEL, ({},)),
    ATTAINMENT.name: (ATTAINMENT, ({},)),
    SERVICE_HANDLING.name: (SERVICE_HANDLING, ({"by": "type"},)),
    SERVICE_BACKLOG.name: (SERVICE_BACKLOG, ({},)),
    CUSTOMER_OPINIONS.name: (CUSTOMER_OPINIONS, ({},)),
}
"""What the report has, in its order, and what each part is narrowed to beside the period."""
PARTS: Final = (_SUMMARY, *_PARTS)
"""The parts one of which can be asked for alone: the summary, and reports by their name."""
_FIGURES: Final = ("new", "lost", "all")


@action("report.read")
def management_report(
    work: Work,
    period: Period,
    *,
    only: Sequence[str] = (),
    language: str | None = None,
) -> Report:
    """Answer the customer management report of a period (requirement RPT-05).

    Args:
        work: The unit of work.
        period: Which days.
        only: Names of the parts that are wanted, ``summary`` or those of the catalogue; all unless told.
        language: ``zh`` or ``en``; the reader's unless told.

    Raises:
        Invalid: The period is none, or there is no such part.
    """
    given = {"period": needed_period(period), "only": ",".join(only)}
    return MANAGEMENT.run(work, given, language)


@action("report.read")
def customers_compared(work: Work, period: Period) -> dict[str, Comparison[int]]:
    """Answer how many customers were won and lost in a period, and how many there were, compared (X-ANA-05).

    Args:
        work: The unit of work.
        period: Which days; it is compared with the one directly before and the same of last year, and while it is not
            over, with as many days of them.

    Raises:
        Invalid: The period is none.
    """
    periods = compared_periods(needed_period(period), work.today)
    now, then, year_ago = (growth_in(work, (one,))[0] for one in periods.all)
    return {
        name: Comparison(now=getattr(now, name), before=getattr(then, name), last_year=getattr(year_ago, name))
        for name in _FIGURES
    }


def _present(asked: Asked) -> tuple[Table, ...]:
    needed_period(asked["period"])
    wanted = _wanted(asked["only"]) or frozenset(PARTS)
    tables: list[Table] = []
    left_out: list[ReportKind] = []
    if _SUMMARY in wanted and any(_may(asked, kind) for kind in _SUMMED_UP):
        tables.append(_summary(asked))
    for name, (kind, ways) in _PARTS.items():
        if name not in wanted:
            continue
        if not _may(asked, kind):
            left_out.append(kind)
        elif _fits(asked, kind):
            for narrowed in ways:
                tables += _part(asked, kind, narrowed, one_of_several=len(ways) > 1)
    if not tables and not any(_may(asked, _PARTS[name][0]) for name in wanted - {_SUMMARY}):
        (*left_out, CUSTOMER_GROWTH)[0].run(asked.work)  # it refuses
    return _told_what_is_left_out(asked, tables, left_out)


def _told_what_is_left_out(asked: Asked, tables: Sequence[Table], left_out: Sequence[ReportKind]) -> tuple[Table, ...]:
    """Say it under the first table, so that nobody takes a part for the whole."""
    if not left_out:
        return tuple(tables)
    parts = "; ".join(one.title(asked.language) for one in left_out)
    note = asked.say("report_note.left_out", parts=parts)
    return attrs.evolve(tables[0], notes=(*tables[0].notes, note)), *tables[1:]


def _may(asked: Asked, kind: ReportKind) -> bool:
    return kind.is_for(asked.work.actor, asked.work.crm.scopes)


def _wanted(said: str) -> frozenset[str]:
    """Answer which parts are wanted; none in particular means all."""
    wanted = frozenset(one.strip() for one in said.split(",") if one.strip())
    for one in sorted(wanted):
        if one != _SUMMARY and one not in _PARTS:
            params: dict[str, object] = {"got": one[:50], "parts": ", ".join((_SUMMARY, *_PARTS))}
            raise Invalid(Problem("only", "report.part_unknown", "report", params))
    return wanted


def _fits(asked: Asked, kind: ReportKind) -> bool:
    """Tell whether a part belongs to the report of this period: targets are those of months, quarters and years."""
    return kind is not ATTAINMENT or asked["period"].span not in {None, Span.DAY}


def _summary(asked: Asked) -> Table:
    rows: list[Row] = []
    if _may(asked, CUSTOMER_GROWTH):
        found = customers_compared(asked.work, asked["period"])
        rows += compared_rows(asked, "summary", _FIGURES, found.__getitem__)
    for kind, called in _COMPARED.items():
        if _may(asked, kind):
            (table,) = kind.run(asked.work, {"period": asked["period"]}, asked.language).tables
            rows += (_named(asked, kind, called, row) for row in table.rows)
    return Table(
        name=_SUMMARY,
        title=asked.say("report_table.summary"),
        columns=compared_columns(asked),
        rows=tuple(rows),
        notes=(*compared_notes(asked), asked.say("report_note.summary")),
    )


def _named(asked: Asked, kind: ReportKind, called: str, row: Row) -> Row:
    """Answer a row of another report, called so that it is understood beside those of others."""
    said = asked.say(called, figure=row.cells[0].value)
    return Row(f"{kind.name}_{row.key}", (Cell(said), *row.cells[1:]))


def _part(asked: Asked, kind: ReportKind, narrowed: dict[str, Any], *, one_of_several: bool = False) -> list[Table]:
    """Answer the tables of a part, under names and titles that tell them from those of others.

    A part that the report has by several features has one table for each, which is named after the feature.
    """
    given = dict(narrowed)
    if any(one.name == "period" for one in kind.filters):
        given["period"] = _so_far(asked["period"]) if kind is CUSTOMER_GROWTH else asked["period"]
    title = kind.title(asked.language)
    feature = asked.say(f"{kind.name}_by.{narrowed['by']}") if one_of_several else ""
    whole = asked.whole or kind is not CONTRIBUTION  # a page begins with who buys most; a file has everybody
    found = kind.run(asked.work, given, asked.language, whole=whole).tables
    return [
        attrs.evolve(
            one,
            name=f"{kind.name}_{narrowed['by'] if one_of_several else one.name}",
            title=" – ".join(dict.fromkeys(filter(None, (title, one.title, feature)))),
            page=1,
            pages=1,
            notes=(*one.notes, *([] if one.pages == 1 else [asked.say("report_note.first_page", pages=one.pages)])),
        )
        for one in found
    ]


def _so_far(period: Period) -> Period:
    """Answer the year up to the end of a period: a trend needs more than one point."""
    return Period(period.first.replace(month=1, day=1), period.last)


MANAGEMENT: Final = ReportKind(
    name="management",
    group="management",
    rights=("report.read",),
    parts=(*_SUMMED_UP, *(kind for kind, _ in _PARTS.values())),
    filters=(
        Filter(name="period", kind=FilterKind.PERIOD, initial="last_month", needed=True),
        Filter(name="only", kind=FilterKind.TEXT),
    ),
    present=_present,
)
