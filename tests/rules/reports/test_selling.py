"""Funnel, outcomes and ageing of opportunities on every store, every number opened (X-OPP-04, X-OPP-05)."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from company import People, SetClock
from company.chances import dispatched, lost, recorded, won
from company.dealings import Chance, Dealings
from company.opened import check_opens, records_of, values
from company.process import evaluated, expected, moved, stages_of
from crmcore import opportunities, reports
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.dictionary import set_parameter
from crmcore.opportunities.entity import ARCHIVED, OPEN, Opportunity, OpportunityStatus
from crmcore.pipeline.standing import PassageOutcome
from crmcore.statistics.ageing import Due
from crmcore.statistics.periods import Period, Span, before, last_year, month_of, year_of
from crmcore.statistics.winning import OutcomesBy, Results
from crmcore.storage.crm import Crm

WHO = ("chengang", "lihua")
MARCH = month_of(2026, 3)
YEAR = Period(dt.date(2025, 6, 1), dt.date(2026, 3, 31))


def shanghai(instant: dt.datetime) -> dt.date:
    return (instant + dt.timedelta(hours=8)).date()


def sum_of(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None


def tenth(part: Any, whole: Any) -> Decimal | None:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if whole else None


def seen(of: Dealings, people: People, who: str) -> Dealings:
    return of.seen_by({"lihua": people.lihua.id}.get(who))


@pytest.mark.requirement("X-OPP-04", "X-OPP-02")
def test_the_funnel_counts_what_stands_in_each_stage_and_what_went_on(crm: Crm, clock: SetClock) -> None:
    stages = stages_of(crm)
    recorded(crm)
    first, second, third = (expected(crm, amount, customer_name=f"客户{amount}") for amount in (10, 20, 40))
    clock.advance(days=3)
    moved(crm, first, stages.need)
    moved(crm, second, stages.need)
    clock.advance(days=1)
    crm.perform(opportunities.terminate, third.id, as_user="wangwei")
    moved(crm, second, stages.contact, reason="r")
    crm.perform(opportunities.win, first.id, as_user="wangwei")
    found = crm.perform(reports.sales_funnel, MARCH, as_user="zhaomin")
    assert check_opens(crm, found, "zhaomin") > 40
    nowhere, contact, need, *rest = found.stages
    assert (nowhere.stage, *values(nowhere.number, nowhere.amount)) == (None, 1, None)
    assert values(contact.number, contact.amount) == (1, 20)
    assert values(contact.left, contact.went_on, contact.conversion) == (3, 2, Decimal("66.7"))
    assert contact.stay.value == Decimal("3.3")  # 3, 3 and 4 days
    assert values(need.number, need.conversion, need.stay) == (0, Decimal("50.0"), Decimal("1.0"))
    assert [values(one.number, one.conversion, one.stay) for one in rest] == [(0, None, None)] * 3
    assert values(found.number, found.amount) == (2, 20)
    assert [one.id for one in records_of(crm, contact.amount)] == [second.id]
    later = crm.perform(reports.sales_funnel, month_of(2026, 4), as_user="zhaomin")
    assert {one.conversion.value for one in later.stages} == {None}


@pytest.mark.requirement("X-OPP-05", "X-ANA-07")
def test_what_becomes_of_opportunities_is_told_by_number_and_amount(crm: Crm, clock: SetClock, people: People) -> None:
    nothing = crm.perform(reports.opportunity_outcomes, MARCH, as_user="zhaomin").whole
    assert values(nothing.recorded, nothing.won) == (0, 0)
    undefined = ("conversion", "win_rate", "won_amount", "lost_amount", "amount_rate", "deal", "cycle")
    assert [getattr(nothing, name).value for name in undefined] == [None] * 7
    early = recorded(crm, "wangwei", source="网络", customer_name="二月")
    clock.advance(days=31)
    crm.perform(opportunities.dispatch, early.id, to="lihua", as_user="zhaomin")
    evaluated(crm, early, 300, "lihua")
    crm.perform(opportunities.win, early.id, as_user="lihua")
    evaluated(crm, dispatched(crm, customer_name="开着"), 1)
    lost(crm, customer_name="输掉")
    gone = expected(crm, 100, customer_name="也输掉")
    crm.perform(opportunities.terminate, gone.id, as_user="wangwei")
    april = month_of(2026, 4)
    found = crm.perform(reports.opportunity_outcomes, april, by=OutcomesBy.OWNER, as_user="zhaomin")
    assert check_opens(crm, found, "zhaomin") > 30
    whole = found.whole
    assert values(whole.recorded, whole.converted, whole.conversion) == (3, 0, Decimal("0.0"))
    assert values(whole.won, whole.lost, whole.win_rate) == (1, 2, Decimal("33.3"))
    assert values(whole.won_amount, whole.lost_amount, whole.amount_rate) == (300, 100, Decimal("75.0"))
    assert values(whole.deal, whole.cycle) == (300, Decimal("31.0"))
    mine, his = sorted(found.groups, key=lambda one: one.group != people.lihua.id)
    assert (mine.group, *values(mine.win_rate, mine.recorded)) == (people.lihua.id, 100, 0)
    assert values(his.win_rate, his.amount_rate, his.deal) == (0, 0, None)
    compared = crm.perform(reports.outcomes_compared, april, as_user="zhaomin").comparison("recorded")
    assert (*values(compared.now, compared.before, compared.last_year), compared.since_before) == (3, 1, 0, 200)
    sources = crm.perform(reports.opportunity_outcomes, YEAR, by=OutcomesBy.SOURCE, as_user="zhaomin")
    assert [(one.group, one.converted.value) for one in sources.groups] == [("网络", 1)]


@pytest.mark.requirement("X-OPP-05", "16.8")
def test_quarters_begin_at_the_company_s_midnight_also_half_an_hour_off(crm: Crm, clock: SetClock) -> None:
    crm.perform(set_parameter, "company.zone", "Asia/Kolkata", as_user="admin")
    clock.now = dt.datetime(2026, 6, 30, 18, 29, 59, 999000, tzinfo=dt.UTC)
    won(crm, customer_name="六月三十日")
    clock.advance(milliseconds=1)
    won(crm, customer_name="七月一日")
    found = crm.perform(
        reports.opportunity_outcomes, year_of(2026), by=OutcomesBy.STEP, span=Span.QUARTER, as_user="chengang"
    )
    assert [one.won.value for one in found.groups] == [0, 1, 1, 0]
    assert [one.recorded.value for one in found.groups] == [0, 1, 1, 0]
    assert [one.win_rate.value for one in found.groups] == [None, 100, 100, None]
    assert [one.group for one in found.groups][1] == Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert [one.customer_name for one in records_of(crm, found.groups[2].won, "chengang")] == ["七月一日"]


@pytest.mark.requirement("X-OPP-04", "X-OPP-05", "9")
def test_any_past_is_counted_as_the_lists_show_it(crm: Crm, people: People, clock: SetClock) -> None:
    process = stages_of(crm)
    stages = (process.contact, process.need, process.offer)
    everything = Chance(crm, people, stages, 4).dealings()
    for who in WHO:
        his = seen(everything, people, who)
        funnel = crm.perform(reports.sales_funnel, YEAR, as_user=who)
        check_opens(crm, funnel, who)
        for one in funnel.stages:
            id_ = one.stage.id if one.stage else None
            here = [chance for chance in his.opportunities if chance.status in OPEN and chance.stage == id_]
            left = [gone for gone in his.passages if gone.stage == id_ and gone.left_at and in_(YEAR, gone.left_at)]
            on = [gone for gone in left if gone.outcome in {PassageOutcome.FORWARD, PassageOutcome.WON}]
            days = sum(((gone.left_at or gone.entered_at) - gone.entered_at) / dt.timedelta(days=1) for gone in left)
            assert values(one.number, one.amount) == (len(here), sum_of([o.expected_amount for o in here]))
            assert values(one.left, one.went_on) == (len(left), len(on))
            assert one.conversion.value == tenth(100 * len(on), len(left))
            assert one.stay.value is None or abs(float(one.stay.value) - days / len(left)) < 0.051
        check_outcomes(crm, his, who)
        check_ageing(crm, his, who, shanghai(clock.now))


def in_(period: Period, instant: dt.datetime | None) -> bool:
    return instant is not None and period.first <= shanghai(instant) <= period.last


def check_outcomes(crm: Crm, his: Dealings, who: str) -> None:
    picks: dict[OutcomesBy, Callable[[Results], Callable[[Opportunity], bool]]] = {
        OutcomesBy.OWNER: lambda group: lambda one: one.assignee == group.group,
        OutcomesBy.SOURCE: lambda group: lambda one: one.source == group.group,
    }
    for by, pick in picks.items():
        found = crm.perform(reports.opportunity_outcomes, YEAR, by=by, as_user=who)
        check_opens(crm, found, who)
        for group in found.groups:
            check_group(group, [one for one in his.opportunities if pick(group)(one)], YEAR)
        check_group(found.whole, his.opportunities, YEAR)
    for period in (month_of(2026, 1), Period(dt.date(2025, 1, 1), dt.date(2026, 3, 1))):
        compared = crm.perform(reports.outcomes_compared, period, as_user=who)
        check_opens(crm, compared, who)
        for group, days in zip(
            (compared.now, compared.before, compared.last_year),
            (period, before(period), last_year(period)),
            strict=True,
        ):
            assert group.group == days
            check_group(group, his.opportunities, days)
    trend = crm.perform(reports.opportunity_outcomes, YEAR, by=OutcomesBy.STEP, as_user=who)
    check_opens(crm, trend, who)
    assert len(trend.groups) == 10
    for group in trend.groups:
        check_group(group, his.opportunities, group.group)


def check_group(group: Results, chances: Sequence[Opportunity], period: Period) -> None:
    over = [one for one in chances if one.status in ARCHIVED and in_(period, one.closed_at)]
    won_ = [one for one in over if one.status is OpportunityStatus.WON]
    new = [one for one in chances if in_(period, one.created_at)]
    converted = [one for one in new if one.status is OpportunityStatus.WON]
    assert values(group.recorded, group.converted) == (len(new), len(converted))
    assert values(group.won, group.lost) == (len(won_), len(over) - len(won_))
    assert group.win_rate.value == tenth(100 * len(won_), len(over))
    assert group.won_amount.value == sum_of([one.expected_amount for one in won_])


def check_ageing(crm: Crm, his: Dealings, who: str, today: dt.date) -> None:
    found = crm.perform(reports.opportunity_ageing, as_user=who)
    check_opens(crm, found, who)
    open_ = [one for one in his.opportunities if one.status in OPEN]
    assert [(one.over, one.up_to) for one in found.ages] == [(None, 30), (30, 60), (60, 90), (90, 180), (180, None)]
    for group in found.ages:
        ages = [(today - shanghai(one.created_at)).days for one in open_]
        low, high = (-1 if group.over is None else group.over), group.up_to or 10**6
        assert group.number.value == sum(low < age <= high for age in ages)
    left = [None if one.expected_on is None else (one.expected_on - today).days for one in open_]
    bounds = {Due.LONG_OVERDUE: (-(10**6), -31), Due.OVERDUE: (-30, -1), Due.SOON: (0, 30), Due.LATER: (31, 10**6)}
    for due in found.due:
        if due.due is Due.UNKNOWN:
            assert due.number.value == left.count(None)
        else:
            low, high = bounds[due.due]
            assert due.number.value == sum(day is not None and low <= day <= high for day in left)
    assert sum(one.number.value or 0 for one in found.due) == found.number.value == len(open_)


@pytest.mark.requirement("X-OPP-05", "9")
def test_who_may_not_forecast_gets_no_figures_and_nonsense_is_refused(crm: Crm) -> None:
    asked: list[tuple[Any, ...]] = [
        (reports.sales_funnel, MARCH),
        (reports.opportunity_outcomes, MARCH),
        (reports.opportunity_ageing,),
    ]
    for call, *args in asked:
        with pytest.raises(NoPermission):
            crm.perform(call, *args, as_user="admin")
    nonsense: list[tuple[Any, Any, dict[str, Any]]] = [
        (reports.sales_funnel, None, {}),
        (reports.sales_forecast, Period(dt.date(2026, 2, 1), dt.date(2026, 1, 1)), {}),
        (reports.opportunity_outcomes, "2026", {}),
        (reports.opportunity_outcomes, MARCH, {"by": "owner"}),
        (reports.opportunity_outcomes, MARCH, {"by": OutcomesBy.STEP, "span": "month"}),
    ]
    for call, period, more in nonsense:
        with pytest.raises(Invalid):
            crm.perform(call, period, as_user="zhaomin", **more)
