"""Dashboards say what the single reports say, to whom they may, in few questions (X-ANA-05, X-ANA-07, chapter 9)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.clients import put
from company.counting import CountingStore
from company.opened import check_opens, figures_of
from company.past import ZONE, Past, make_past
from company.process import stages_of
from company.reading import READERS, Reader, readers_of, seen_by
from crmcore import opportunities, reports
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.dictionary import set_parameter
from crmcore.dictionary.parameters import PARAMETERS
from crmcore.pipeline.flow import Movement, Pipeline
from crmcore.pipeline.standing import PipelineSnapshot, PipelineSnapshotId
from crmcore.reports import OrderFilter, dashboards
from crmcore.reports.dashboards import Dashboard, Known, Section, View
from crmcore.statistics.compared_periods import compared_periods
from crmcore.statistics.contribution import ContributionBy
from crmcore.statistics.parts import CompositionBy
from crmcore.statistics.periods import (
    Period,
    Span,
    instants,
    month_of,
    period_of,
    quarter_of,
    year_of,
)
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from crmcore.targets.entity import TargetSpan

TODAY = dt.date(2026, 3, 2)
PERIODS = (month_of(2026, 1), quarter_of(2025, 4), year_of(2025), quarter_of(2026, 1))
"""Three that are over, and one of which there have been 61 of 90 days."""
VIEWS = {"zhaomin": View.TEAM, "lihua": View.OWN}
MOMENT = dt.timedelta(milliseconds=1)


@attrs.frozen
class Company:
    """A company with a past, and who reads of it."""

    crm: Crm
    past: Past
    readers: Mapping[str, Reader]

    def shown(self, work: Work, section: Section, period: Period, **more: Any) -> Dashboard:
        """A section of a dashboard."""
        return dashboards.dashboard(work, section, period, **more)


@pytest.fixture
def company(crm: Crm, people: People) -> Company:
    """A company whose clocks are half an hour off."""
    crm.perform(set_parameter, "company.zone", ZONE, as_user="admin")
    crm.perform(set_parameter, "opportunity.large_deal", "5000", as_user="admin")
    readers, process = readers_of(crm, people), stages_of(crm)
    owners = people.lihua.id, people.wangwei.id, readers["mixed"].id
    past = make_past(crm, people, (process.contact, process.need, process.offer), 11, owners)
    return Company(crm, past, readers)


def compared(found: Dashboard, name: str) -> tuple[Any, Any, Any]:
    """What a card says, of the period before, and of a year before."""
    (one,) = (card for card in found.cards if card.name == name)
    assert one.compared is not None
    return one.compared.now.value, one.compared.before.value, one.compared.last_year.value


def value(found: Dashboard, name: str) -> Any:
    """What a card says."""
    return next(card.figure.value for card in found.cards if card.name == name)


def cells(found: Dashboard, name: str) -> dict[str, tuple[Any, ...]]:
    """What the cells of a table say, by row, but for the first one."""
    known = found.report.table(name)
    return {} if known is None else {row.key: tuple(cell.value for cell in row.cells[1:]) for row in known.rows}


def three(period: Period) -> tuple[Period, Period, Period]:
    """A period and those it is compared with."""
    return compared_periods(period, TODAY).all


@pytest.mark.requirement("X-ANA-05", "X-ANA-07", "9", "16.1", "16.8")
def test_every_number_of_a_dashboard_opens_to_what_its_reader_may_see(company: Company) -> None:
    for name in READERS:
        with company.crm.work(as_user=name, readonly=True) as work:
            offered = dashboards.sections_for(work.actor)
            found = [company.shown(work, one, quarter_of(2026, 1)) for one in offered]
            assert len(offered) == (3 if name == "mixed" else 6)
            assert {one.view for one in found} == {VIEWS.get(name, View.COMPANY)}
            seen = seen_by(company.past, company.readers[name])
            for of, one in {one.of: one for section in found for one in figures_of(section.cards)}.items():
                assert seen[of.entity] >= {row.id for row in reports.drill_down(work, one, size=200).rows}
        assert sum(check_opens(company.crm, (one.cards, one.report), name) for one in found) > 200
    with company.crm.work(as_user="admin", readonly=True) as work:
        assert dashboards.sections_for(work.actor) == ()
        with pytest.raises(NoPermission):
            dashboards.dashboard(work)


@pytest.mark.requirement("RPT-01", "RPT-02", "X-ANA-04", "X-ANA-05", "X-ANA-06", "16.6", "16.7")
def test_what_was_sold_is_what_the_reports_of_customers_say(company: Company) -> None:
    with company.crm.work(as_user="zhaomin", readonly=True) as work:
        for period in PERIODS:
            only = OrderFilter(period=period)
            sales, known = (company.shown(work, one, period) for one in (Section.SALES, Section.CUSTOMERS))
            told = reports.sales_compared(work, only)
            assert compared(sales, "sales") == (told.now.value, told.before.value, told.last_year.value)
            found = reports.contribution(work, only, size=200)
            each = [reports.contribution(work, OrderFilter(period=one)) for one in three(period)]
            assert compared(sales, "orders") == tuple(one.whole.orders.value for one in each)
            assert compared(sales, "buyers") == tuple(one.customers.value for one in each)
            rows = {str(one.key): (one.orders.value, one.amount.value, one.share.value) for one in found.page.rows}
            assert cells(sales, "customers") == dict([*rows.items()][:10])
            for name, by in (("levels", ContributionBy.LEVEL), ("regions", ContributionBy.REGION)):
                parts = reports.contribution_by(work, by, only).rows
                assert cells(sales, name) == {
                    one.key or "none": (one.orders.value, one.amount.value, one.share.value) for one in parts
                }
            others = {one.amount.unit: (one.orders.value, one.amount.value) for one in found.others}
            assert cells(sales, "currencies") == others
            kept, few = reports.customer_retention(work, only), reports.customer_concentration(work, only)
            assert (value(known, "retention"), value(known, "revenue_retention")) == (
                kept.retention_rate.value,
                kept.revenue_retention.value,
            )
            assert (value(known, "best_share"), value(known, "needed")) == (few.best_share.value, few.needed.value)
            span = period.span or Span.MONTH
            (step,) = reports.customer_growth(work, period, span=span)
            assert (compared(known, "new_customers")[0], compared(known, "lost")[0]) == (
                step.new.value,
                step.lost.value,
            )
            grown = [reports.customer_growth(work, one, span=Span.YEAR) for one in three(period)]
            for name, at in (("new_customers", "new"), ("lost", "lost")):
                steps = [sum(getattr(one, at).value for one in parts) for parts in grown]
                assert compared(known, name) == tuple(steps), name
            levels = {one.key: one.number.value for one in reports.composition(work, CompositionBy.LEVEL).rows}
            shown = {key: number for key, (number, _) in cells(known, "customer_levels").items()}
            assert shown == {key: number for key, number in levels.items() if number}


@pytest.mark.requirement("X-OPP-04", "X-OPP-05", "X-OPP-06", "X-TGT-01", "X-TGT-03", "X-ANA-07")
def test_what_is_sold_next_is_what_the_reports_of_selling_say(company: Company) -> None:
    with company.crm.work(as_user="zhaomin", readonly=True) as work:
        for period in PERIODS:
            targets, funnel = (company.shown(work, one, period) for one in (Section.TARGETS, Section.PIPELINE))
            told = reports.outcomes_compared(work, period)
            for name in ("won", "won_amount", "win_rate", "deal", "cycle"):
                one = told.comparison(name)
                assert compared(targets, name) == (one.now.value, one.before.value, one.last_year.value), name
            reached = reports.target_attainment(work, TargetSpan((period.span or Span.MONTH).value), period.first)
            expected = [
                (one.amount.value, one.amount_share.value, one.missing.value, one.won.value)
                for one in reached.rows
                if one.target is not None or one.won.records
            ]
            assert [one[1:] for one in cells(targets, "attainment").values()] == expected
            first = period_of(period.first, Span.QUARTER).first
            ahead = Period(first, dt.date(first.year + 1, first.month, 1) - dt.timedelta(days=1))
            coming = reports.sales_forecast(work, ahead, span=Span.QUARTER)
            rows = cells(targets, "forecast")
            for step in coming.steps:
                row = rows[step.period.first.isoformat()]
                assert row[:2] == (step.open.number.value, step.open.amount.value)
                assert row[4:7] == (step.open.weighted.value, step.closed.value, step.forecast.value)
            assert value(targets, "forecast") == coming.steps[0].forecast.value
            stages = reports.sales_funnel(work, period).stages
            assert [*cells(funnel, "stages").values()] == [
                (
                    one.number.value,
                    one.amount.value,
                    one.left.value,
                    one.went_on.value,
                    one.conversion.value,
                    one.stay.value,
                )
                for one in stages
            ]
            assert value(funnel, "large_deals") == opportunities.large_deals(work).total
            assert value(funnel, "open") == sum(one.number.value or 0 for one in stages)


@pytest.mark.requirement("X-TGT-01", "16.8")
@pytest.mark.parametrize("who", ["zhaomin", "lihua"])
def test_how_the_pipeline_changed_is_what_snapshots_at_both_ends_would_say(
    company: Company, people: People, who: str
) -> None:
    period = month_of(2026, 1)
    with company.crm.work(as_user=who, readonly=True) as work:
        begin, end = instants(period, work.zone)
        found = company.shown(work, Section.CHANGES, period)
    then, now = (snapshot(company.crm, at - MOMENT) for at in (begin, end))
    part = Pipeline(owner=people.lihua.id) if who == "lihua" else Pipeline()
    told = company.crm.perform(reports.pipeline_waterfall, then.id, now.id, pipeline=part, as_user=who)
    assert cells(found, "changes") == {
        "opening": (told.opening.value, told.opening_amount.value),
        **{kind.value: (told.movements[kind].number.value, told.movements[kind].amount.value) for kind in Movement},
        "closing": (told.closing.value, told.closing_amount.value),
    }
    assert told.opening.value or told.closing.value


def snapshot(crm: Crm, at: dt.datetime) -> PipelineSnapshot:
    """A snapshot that somebody took at an instant."""
    made = PipelineSnapshot(
        id=PipelineSnapshotId(crm.ids()), name=str(at), day=at.date(), taken_at=at, open_opportunities=0, version=1
    )
    put(crm, made)
    return made


@pytest.mark.requirement("X-SRV-04", "X-SRV-05", "X-SRV-14", "X-SRV-17")
def test_how_service_is_done_is_what_the_reports_of_service_say(company: Company) -> None:
    with company.crm.work(as_user="chengang", readonly=True) as work:
        for period in PERIODS:
            found = company.shown(work, Section.SERVICE, period)
            handled = [reports.service_handling(work, one).whole for one in three(period)]
            for name in ("came", "response", "resolution", "csat"):
                assert compared(found, name) == tuple(getattr(one, name).value for one in handled), name
            kept = [reports.service_promises(work, one).whole for one in three(period)]
            assert compared(found, "response_kept") == tuple(one.response.share.value for one in kept)
            assert compared(found, "resolution_kept") == tuple(one.resolution.share.value for one in kept)
            said = [reports.customer_opinions(work, one) for one in three(period)]
            assert compared(found, "survey_csat") == tuple(one.csat.value for one in said)
            assert compared(found, "nps") == tuple(one.nps.value for one in said)
        found, now = company.shown(work, Section.SERVICE, PERIODS[0]), reports.service_backlog(work)
        waits = (now.open.value, now.unanswered.value, now.unsolved.value)
        assert (value(found, "waiting"), value(found, "unanswered"), value(found, "unsolved")) == waits
        assert [number for (number,) in cells(found, "waits").values()] == [one.number.value for one in now.waits]
        assert min(one or 0 for one in waits) > 0


@pytest.mark.requirement("9", "X-ANA-05")
def test_somebody_s_own_dashboard_is_what_his_supervisor_sees_of_him(company: Company, people: People) -> None:
    for section in Section:
        with company.crm.work(as_user="lihua", readonly=True) as work:
            own = company.shown(work, section, quarter_of(2026, 1), language="en")
        with company.crm.work(as_user="zhaomin", readonly=True) as work:
            his = company.shown(work, section, quarter_of(2026, 1), owners=[people.lihua.id], language="en")
        assert [table.name for table in own.report.tables] == [table.name for table in his.report.tables]
        for table in own.report.tables:
            if table.name == "changes" or (section is Section.CHANGES and table.name == "figures"):
                continue  # what was his once and is somebody else's now, he does not see any more
            assert cells(own, table.name) == cells(his, table.name), (section, table.name)
        assert (own.view, his.view) == (View.OWN, View.TEAM)
        with company.crm.work(as_user="zhaomin", readonly=True) as work:
            both = company.shown(work, section, quarter_of(2026, 1), owners=[people.lihua.id, people.wangwei.id])
        opened = check_opens(company.crm, (both.cards, both.report), "zhaomin")
        assert bool(opened) == (section is not Section.CHANGES)  # that is told of everybody, or of one person


def test_a_section_asks_the_store_three_times_at_most(company: Company) -> None:
    with company.crm.work(as_user="zhaomin", readonly=True) as work:
        settings = {one: work.parameter(one) for one in PARAMETERS.values()}
    known = Known(words=lambda _, code: code, people=lambda ids: {one: str(one) for one in ids})
    store = CountingStore(company.crm.store)
    company.crm.store = store
    for name in ("zhaomin", "chengang", "lihua"):
        with company.crm.work(as_user=name, readonly=True) as work:
            work.presume(settings)
            for section in Section:
                for period in (*PERIODS, month_of(1999, 1)):
                    store.asked.clear()
                    company.shown(work, section, period, known=known)
                    assert 0 < len(store.asked) <= 3, (name, section, store.asked)


@pytest.mark.requirement("X-ANA-05", "RPT-05")
def test_of_nothing_there_is_no_share_and_no_change(crm: Crm) -> None:
    for name in ("zhaomin", "chengang", "wangwei"):
        with crm.work(as_user=name, readonly=True) as work:
            for section in dashboards.sections_for(work.actor):
                found = dashboards.dashboard(work, section)
                assert {one.records for one in figures_of(found.cards)} == {0}
                undefined = [card for card in found.cards if card.figure.unit in {"%", "CNY", "h", "d", "point"}]
                assert [card.name for card in undefined if card.figure.value is not None] == []
                assert all(one.changed(one.compared.before) is None for one in found.cards if one.compared)
                assert all(table.empty for table in found.report.tables if not table.rows)


@pytest.mark.requirement("GEN-15", "X-ANA-05")
def test_a_dashboard_is_about_a_period_of_the_calendar(crm: Crm, people: People, clock: SetClock) -> None:
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown = dashboards.dashboard(work)
        assert shown.section is Section.TARGETS
        assert shown.steps.period == month_of(2026, 3)
        assert len(shown.steps.parts) == 13
        said = "本期尚未结束：截至 2026-03-02 的数字与上一期间、去年同期的前 2 天对比。"
        assert shown.notes[0] == said
        figures = shown.report.table("figures")
        assert figures is not None
        assert figures.notes == (said,)
        assert dashboards.dashboard(work, period=month_of(2026, 2)).notes[:-1] == ()
        wrong: tuple[Any, ...] = (Period(dt.date(2026, 3, 1), dt.date(2026, 3, 2)), 7, year_of(1004))
        for period in wrong:
            with pytest.raises(Invalid) as refused:
                dashboards.dashboard(work, Section.SALES, period)
            assert [one.field for one in refused.value.problems] == ["period"]
        with pytest.raises(Invalid) as refused:
            dashboards.dashboard(work, Section.SALES, owners=["lihua"])  # type: ignore[list-item]
        assert [one.field for one in refused.value.problems] == ["owners"]
        with pytest.raises(Invalid):
            dashboards.dashboard(work, "sales")  # type: ignore[arg-type]


@pytest.mark.requirement("9")
def test_who_is_shown_no_opportunities_is_offered_no_section_of_them(crm: Crm) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        work.actor = attrs.evolve(work.actor, permissions=frozenset({"forecast.read"}))
        assert dashboards.sections_for(work.actor) == ()
        for section in (None, dashboards.Section.TARGETS):
            with pytest.raises(NoPermission):
                dashboards.dashboard(work, section)
        work.actor = attrs.evolve(work.actor, permissions=frozenset({"forecast.read_all"}))
        for section in dashboards.sections_for(work.actor):
            dashboards.dashboard(work, section)
        assert len(dashboards.sections_for(work.actor)) == 3
