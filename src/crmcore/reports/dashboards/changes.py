"""How the pipeline came from where it was to where it is, and the large deals in it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.dictionary.parameters import LARGE_DEAL
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.flow import Movement, Pipeline, is_valued, standing_between
from crmcore.pipeline.standing import PipelinePosition
from crmcore.query import TallyRow, banded, count, desc, ge, query, tally, total
from crmcore.query.groups import Grouping
from crmcore.reports.dashboards.board import Content, Wanted
from crmcore.reports.dashboards.cards import present
from crmcore.reports.presenting.building import columns, figure_cell, text_cell
from crmcore.reports.presenting.forecasts import without_amounts
from crmcore.reports.seeing import counted_for
from crmcore.reports.tables import Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.statistics.chances import open_now
from crmcore.statistics.periods import instants
from crmcore.statistics.waterfall import Waterfall, began, held, valued, waterfall

__all__ = ["MOST_DEALS", "changes"]

MOST_DEALS: Final = 10
_p = fields(PipelinePosition)
_o = fields(Opportunity)
_MOMENT: Final = dt.timedelta(milliseconds=1)
_SHAPES: Final = {"movement": Shape.TEXT, "times": Shape.NUMBER, "amount": Shape.AMOUNT}
_DEALS: Final = {
    "deal": Shape.TEXT,
    "customer": Shape.TEXT,
    "owner": Shape.TEXT,
    "expected_on": Shape.DATE,
    "amount": Shape.AMOUNT,
}


def changes(wanted: Wanted) -> Content:
    """Answer how the pipeline changed in the period, and which large deals are in it. Two questions to the store."""
    found = _waterfall(wanted)
    deals = _deals(wanted)
    if found is None:
        return Content(cards=(), tables=(deals,), notes=(wanted.say("dashboard.changes_of_one"),))
    cards = (present(wanted, "opening", found.opening_amount), present(wanted, "closing", found.closing_amount))
    return Content(cards=cards, tables=(_table(wanted, found), deals))


def _waterfall(wanted: Wanted) -> Waterfall | None:
    """Answer how the pipeline changed from the beginning of the period to its end, or until now.

    All of it is one answer of the store: positions by what they are and were, and by whether they held at the two
    instants. None for a team: a pipeline is everybody's, or one person's.
    """
    if len(wanted.owners) > 1:
        return None
    begin, end = instants(wanted.steps.period, wanted.work.zone)
    start, until = begin - _MOMENT, min(end - _MOMENT, wanted.work.now)
    if until <= start:
        until = start + _MOMENT
    owner = next(iter(wanted.owners), None)
    part = Pipeline(owner=owner)
    of = query(PipelinePosition).where(standing_between(start, until))
    keys: list[Grouping] = [
        banded(_p.since, [start + _MOMENT]),
        banded(_p.until, [until + _MOMENT]),
        _p.status,
        _p.prior_status,
        *valued(),
        *([] if owner is None else [_p.owner, _p.prior_owner]),
    ]
    measures = (count(), total(_p.amount), total(_p.prior_amount, "prior"))
    rows = wanted.work.pipeline_positions.groups(tally(of, by=tuple(keys), measures=measures))

    def standing(meets: Any) -> list[TallyRow]:
        return [row for row in rows if meets(*row.key[:2]) and _holds(row.key[2:], owner)]

    return waterfall(
        (held(start, part), standing(lambda since, _: since == 0)),
        (began(start, until), [TallyRow(row.key[2:], row.values) for row in rows if row.key[0] == 1]),
        (held(until, part), standing(lambda _, left: left in {None, 1})),
        part,
        wanted.currency,
    )


def _holds(key: Sequence[Any], owner: UUID | None) -> bool:
    """Tell whether a position is open with an amount, and of the person looked at."""
    return is_valued(key[0], has_amount=key[2] is not None) and (owner is None or key[4] == owner)


def _table(wanted: Wanted, found: Waterfall) -> Table:
    rows = [_row(wanted, "opening", found.opening, found.opening_amount)]
    for kind in Movement:
        one = found.movements[kind]
        rows.append(_row(wanted, kind.value, one.number, one.amount))
    rows.append(_row(wanted, "closing", found.closing, found.closing_amount))
    return Table(
        name="changes",
        title=wanted.say("dashboard_table.changes"),
        columns=columns(wanted, "dashboard_column", _SHAPES, wanted.currency),
        rows=tuple(rows),
        charts=(Chart(ChartKind.WATERFALL, "movement", ("amount",)),),
        notes=(wanted.say("dashboard.changes_note"), *without_amounts(wanted.say, found)),
    )


def _row(wanted: Wanted, name: str, number: Any, amount: Any) -> Row:
    return Row(name, (text_cell(wanted.say(f"dashboard_movement.{name}")), figure_cell(number), figure_cell(amount)))


def _deals(wanted: Wanted) -> Table:
    """List the largest of the open opportunities that reach the company's threshold (requirement X-OPP-06)."""
    work, least = wanted.work, _threshold(wanted)
    of = open_now(wanted.owner).where(ge(_o.expected_amount, least)).sort(desc(_o.expected_amount))
    found = counted_for(work, Opportunity).find(of.page(MOST_DEALS))
    names = wanted.known.people({one.assignee for one in found if one.assignee is not None})
    opens = work.crm.scope_of(Opportunity, work.actor) is not None  # executives have no list of opportunities
    rows = []
    for one in found:
        who = names.get(one.assignee, "") if one.assignee is not None else wanted.say("dashboard.nobody")
        title = Cell(one.title, record=("opportunity", one.id) if opens else None)
        said = (title, text_cell(one.customer_name), text_cell(who))
        rows.append(Row(str(one.id), (*said, Cell(one.expected_on), Cell(one.expected_amount))))
    return Table(
        name="deals",
        title=wanted.say("dashboard_table.deals"),
        columns=columns(wanted, "dashboard_column", _DEALS, wanted.currency),
        rows=tuple(rows),
        empty=wanted.say("dashboard.deals_empty", amount=f"{least:,}", currency=wanted.currency),
    )


def _threshold(wanted: Wanted) -> Decimal:
    """Answer from which amount on a deal is large."""
    return Decimal(wanted.work.parameter(LARGE_DEAL))
