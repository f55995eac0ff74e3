"""How the company stands with its customers: who is new, who may be leaving, who was lost, what they are like."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import fields

from crmcore.churn.entity import OPEN, ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.query import Query, TallyRow, all_of, any_of, count, eq, ge, lt, one_of, query, tally
from crmcore.reports.asking import customers_there
from crmcore.reports.dashboards.board import Card, Content, Good, Wanted
from crmcore.reports.dashboards.cards import card, present
from crmcore.reports.dashboards.loyalty import loyalty_cards
from crmcore.reports.dashboards.sales import of_owners
from crmcore.reports.presenting.building import columns, figure_cell, key_of, text_cell
from crmcore.reports.tables import TOTAL, Cell, Chart, ChartKind, Row, Shape, Table
from crmcore.sales.entity import Order
from crmcore.statistics.chances import owned
from crmcore.statistics.figures import Figure, share
from crmcore.statistics.periods import Period, instants, starts
from crmcore.statistics.sums import number_of, rows_with

__all__ = ["customers"]

_c = fields(Customer)
_n = fields(ChurnCase)
_UNIT: Final = "customer"
_CASE: Final = "churn_case"
_SHAPES: Final = {"level": Shape.TEXT, "customers": Shape.NUMBER, "share": Shape.PERCENT}


def customers(wanted: Wanted) -> Content:
    """Answer who is new, warned of and lost, who came back, and how few bring how much. Three questions at most."""
    work = wanted.work
    cards, table = _known(wanted)
    if work.crm.scope_of(ChurnCase, work.actor) is not None:
        cards += _cases(wanted)
    if work.crm.scope_of(Order, work.actor) is not None:
        cards += loyalty_cards(wanted)
    return Content(cards=cards, tables=(table,), notes=(wanted.say("dashboard.customers_note"),))


def _known(wanted: Wanted) -> tuple[tuple[Card, ...], Table]:
    """Answer how many customers there are, of which level, and how many are new. One question to the store."""
    work, steps = wanted.work, wanted.steps
    of = customers_there().where(*owned(_c.manager, wanted.owner))
    step = steps.instants(_c.created_at, work.zone)
    rows = work.customers.groups(tally(of, by=(step, _c.status, _c.level), measures=(count(),)))
    active = of.where(eq(_c.status, CustomerStatus.NORMAL))
    now = rows_with(rows, lambda _, status, __: status is CustomerStatus.NORMAL)
    new = {}
    for period in steps.every:
        start, end = instants(period, work.zone)
        recorded = of.where(ge(_c.created_at, start), lt(_c.created_at, end))
        new[period] = number_of(steps.within(rows, period, work.zone), recorded, _UNIT)
    whole = number_of(now, active, _UNIT)
    cards = (card(wanted, "new_customers", new), present(wanted, "active_customers", whole))
    return cards, _levels(wanted, active, now, whole)


def _levels(wanted: Wanted, active: Query[Customer], rows: Sequence[TallyRow], whole: Figure[int]) -> Table:
    found = []
    levels = sorted({row.key[2] for row in rows})
    wanted.known.expect(("customer_level", one) for one in levels)
    for code in levels:
        of = active.where(eq(_c.level, code))
        number = number_of(rows_with(rows, lambda *key, level=code: key[2] == level), of, _UNIT)
        said = wanted.known.words("customer_level", code) if code else wanted.say("dashboard.unspecified")
        found.append(Row(key_of(code), (text_cell(said), figure_cell(number), figure_cell(share(number, whole)))))
    return Table(
        name="customer_levels",
        title=wanted.say("dashboard_table.customer_levels"),
        columns=columns(wanted, "dashboard_column", _SHAPES),
        rows=tuple(found),
        total=Row(TOTAL, (text_cell(wanted.say("dashboard.together")), figure_cell(whole), Cell())),
        charts=(Chart(ChartKind.SHARE, "level", ("customers",)),),
        empty=wanted.say("dashboard.customers_empty"),
    )


def _cases(wanted: Wanted) -> tuple[Card, ...]:
    """Answer how many customers may be leaving now, and how many were lost or kept. One question to the store."""
    work, steps = wanted.work, wanted.steps
    begin = starts(steps.parts, work.zone)
    every = query(ChurnCase).where(*of_owners(wanted, _n.customer))
    within = all_of(ge(_n.closed_at, begin[0]), lt(_n.closed_at, begin[-1]))
    asked = every.where(any_of(one_of(_n.status, OPEN), within))
    keys = (_n.status, steps.instants(_n.closed_at, work.zone))
    rows = work.churn_cases.groups(tally(asked, by=keys, measures=(count(),)))

    def now(status: ChurnStatus) -> Figure[int]:
        return number_of(rows_with(rows, lambda of, _: of is status), every.where(eq(_n.status, status)), _CASE)

    def closed(status: ChurnStatus) -> dict[Period, Figure[Any]]:
        of, mine = every.where(eq(_n.status, status)), rows_with(rows, lambda known, _: known is status)
        return {
            one: number_of(steps.within(mine, one, work.zone, 1), _closed_in(wanted, of, one), _CASE)
            for one in steps.every
        }

    return (
        present(wanted, "warned", now(ChurnStatus.WARNING), Good.LESS),
        present(wanted, "delayed", now(ChurnStatus.DELAYED), Good.LESS),
        card(wanted, "lost", closed(ChurnStatus.LOST), Good.LESS),
        card(wanted, "retained", closed(ChurnStatus.RETAINED)),
    )


def _closed_in(wanted: Wanted, cases: Query[ChurnCase], period: Period) -> Query[ChurnCase]:
    start, end = instants(period, wanted.work.zone)
    return cases.where(ge(_n.closed_at, start), lt(_n.closed_at, end))
