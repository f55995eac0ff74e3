"""Forecasts, their accuracy and the pipeline's waterfall on every store, every number opened (X-TGT-01)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from company import People, SetClock
from company.chances import recorded
from company.counting import CountingStore
from company.dealings import Chance, Dealings
from company.opened import check_opens, records_of, values
from company.process import JULY, JUNE, Stages, evaluated, expected, moved, stages_of
from crmcore import opportunities, pipeline, reports
from crmcore.base.errors import Invalid, NotFound
from crmcore.opportunities.entity import OPEN, Opportunity, OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory
from crmcore.pipeline.flow import Movement, Pipeline
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshotId
from crmcore.reports import catalogue
from crmcore.statistics.forecasting import Chances, Expected
from crmcore.statistics.periods import Period, Span, month_of
from crmcore.statistics.waterfall import Waterfall
from crmcore.storage.crm import Crm

SUMMER = Period(dt.date(2026, 6, 1), dt.date(2026, 8, 31))
AUGUST = dt.datetime(2026, 8, 10, tzinfo=dt.UTC)
HALF_YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 6, 30))


def worth(crm: Crm, stages: Stages, name: str, day: dt.date) -> Opportunity:
    """An opportunity of 100,000 in the stage of which half are won."""
    chance = expected(crm, 100_000, day=day, customer_name=name)
    return moved(crm, chance, stages.offer)


def amount_of(found: Iterable[Opportunity]) -> Decimal | None:
    known = [one.expected_amount for one in found if one.expected_amount is not None]
    return sum(known, Decimal(0)) if known else None


@pytest.mark.requirement("X-TGT-01")
def test_the_known_answer_half_of_june_half_of_july_all_of_august(crm: Crm, clock: SetClock) -> None:
    stages = stages_of(crm)
    june, july = worth(crm, stages, "A", JUNE), worth(crm, stages, "B", JULY)
    brought = worth(crm, stages, "C", JUNE)
    clock.now = AUGUST
    crm.perform(opportunities.win, brought.id, as_user="wangwei")
    found = crm.perform(reports.sales_forecast, SUMMER, as_user="zhaomin")
    assert [one.forecast.value for one in found.steps] == [50_000, 50_000, 100_000]
    assert [[record.id for record in records_of(crm, one.forecast)] for one in found.steps] == [
        [june.id],
        [july.id],
        [brought.id],
    ]
    assert [values(one.open.weighted, one.closed) for one in found.steps] == [
        (50_000, None),
        (50_000, None),
        (None, 100_000),
    ]
    assert [one.open.categories[ForecastCategory.BEST_CASE].value for one in found.steps] == [100_000, 100_000, None]
    own = crm.perform(reports.sales_forecast, SUMMER, chances=Chances.OWN, as_user="zhaomin")
    assert [one.forecast.value for one in own.steps] == [60_000, 60_000, 100_000]
    quarters = crm.perform(reports.sales_forecast, SUMMER, span=Span.QUARTER, as_user="wangwei")
    assert [one.forecast.value for one in quarters.steps] == [50_000, 150_000]
    for report in (found, own, quarters):
        assert check_opens(crm, report, "zhaomin") > 30
    only_july = crm.perform(reports.sales_forecast, month_of(2026, 7), as_user="zhaomin")  # expected on its last day
    assert values(only_july.steps[0].forecast, only_july.earlier.weighted, only_july.later.weighted) == (
        50_000,
        50_000,
        None,
    )
    nothing = crm.perform(reports.sales_forecast, month_of(2027, 1), as_user="zhaomin")
    assert nothing.steps[0].forecast.value is None
    assert values(nothing.earlier.number, nothing.earlier.weighted) == (2, 100_000)


@pytest.mark.requirement("X-TGT-01", "9", "X-ANA-08")
def test_any_pipeline_is_forecast_as_the_lists_show_it(crm: Crm, people: People, clock: SetClock) -> None:
    process = stages_of(crm)
    everything = Chance(crm, people, (process.contact, process.offer), 7).dealings()
    chance_of: dict[UUID | None, int] = {process.contact.id: 10, process.offer.id: 50}
    for who, user in (("chengang", None), ("lihua", people.lihua.id)):
        his = everything.seen_by(user)
        by_stage = crm.perform(reports.sales_forecast, HALF_YEAR, as_user=who)
        by_own = crm.perform(reports.sales_forecast, HALF_YEAR, chances=Chances.OWN, as_user=who)
        check_opens(crm, by_stage, who)
        check_opens(crm, by_own, who)
        for stage, own in zip(by_stage.steps, by_own.steps, strict=True):
            days = stage.period.first, stage.period.last
            open_ = [one for one in his.opportunities if is_open(one) and within(one.expected_on, *days)]
            won = [one for one in his.opportunities if one.status is OpportunityStatus.WON]
            won = [one for one in won if within(shanghai(one.closed_at), *days)]
            check_expected(stage.open, open_, {one.id: chance_of.get(one.stage, one.success_rate) for one in open_})
            check_expected(own.open, open_, {one.id: one.success_rate for one in open_})
            assert values(stage.won, stage.closed) == values(own.won, own.closed) == (len(won), amount_of(won))
        undated = [one for one in his.opportunities if is_open(one) and one.expected_on is None]
        assert values(by_stage.undated.number, by_stage.undated.amount) == (len(undated), amount_of(undated))
        parts = [*(one.open for one in by_stage.steps), by_stage.earlier, by_stage.later, by_stage.undated]
        assert sum(one.number.records for one in parts) == sum(map(is_open, his.opportunities))


def is_open(chance: Opportunity) -> bool:
    return chance.status in OPEN


def within(day: dt.date | None, first: dt.date, last: dt.date) -> bool:
    return day is not None and first <= day <= last


def shanghai(instant: dt.datetime | None) -> dt.date | None:
    return None if instant is None else (instant + dt.timedelta(hours=8)).date()


def check_expected(found: Expected, chances: list[Opportunity], percent: dict[Any, int]) -> None:
    weighted = [(one.expected_amount * percent[one.id]) / 100 for one in chances if one.expected_amount is not None]
    assert values(found.number, found.amount) == (len(chances), amount_of(chances))
    assert found.weighted.value == (sum(weighted, Decimal(0)) if weighted else None)
    for category, figure in found.categories.items():
        said = [one for one in chances if (one.category or ForecastCategory.PIPELINE) is category]
        assert values(figure) == (amount_of(said),)


@pytest.mark.requirement("X-TGT-01")
def test_what_was_in_no_stage_is_compared_by_the_success_rate_it_had_then(crm: Crm, clock: SetClock) -> None:
    """The company has no sales process yet: the snapshot keeps the rate, which somebody corrects later."""
    chance = recorded(crm, customer_name="没有阶段", success_rate=30)
    given = {"expected_amount": Decimal(1000), "expected_on": JUNE}
    crm.perform(opportunities.evaluate, chance.id, as_user="zhaomin", **given)
    clock.advance(days=1)
    crm.perform(opportunities.edit, chance.id, success_rate=40, as_user="zhaomin")
    clock.advance(days=1)
    taken = pipeline.take_snapshot(crm).snapshot
    clock.advance(days=1)
    crm.perform(opportunities.edit, chance.id, success_rate=90, as_user="zhaomin")
    june = Period(JUNE.replace(day=1), JUNE)
    for by in Chances:
        (step,) = crm.perform(reports.forecast_accuracy, taken.id, june, chances=by, as_user="zhaomin").steps
        assert values(step.open, step.weighted, step.forecast) == (1, 400, 400)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        noted = {(one.prior_success_rate, one.success_rate) for one in work.pipeline_positions.find()}
    assert noted == {(None, 30), (30, 30), (30, 40), (40, 90)}
    with pytest.raises(Invalid):
        crm.perform(reports.forecast_accuracy, taken.id, june, chances="own", as_user="zhaomin")  # type: ignore[arg-type]


@pytest.mark.requirement("X-TGT-01")
def test_a_rate_alone_forecasts_nothing_and_is_not_followed(crm: Crm, people: People) -> None:
    chance = recorded(crm, customer_name="没有金额", success_rate=30)
    crm.perform(opportunities.edit, chance.id, success_rate=40, as_user="zhaomin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert work.pipeline_positions.count() == 0


@pytest.mark.requirement("X-TGT-01")
def test_a_forecast_is_compared_with_what_came(crm: Crm, clock: SetClock) -> None:
    stages = stages_of(crm)
    early = worth(crm, stages, "早", dt.date(2026, 3, 31))
    chance, other = worth(crm, stages, "A", JUNE), worth(crm, stages, "B", JUNE)
    recorded(crm, customer_name="没有阶段")
    clock.advance(days=1)
    crm.perform(opportunities.win, early.id, as_user="wangwei")
    taken = pipeline.take_snapshot(crm).snapshot
    crm.perform(pipeline.edit_stage, stages.offer.id, probability=60, as_user="zhaomin")
    clock.now = dt.datetime(2026, 6, 20, tzinfo=dt.UTC)
    crm.perform(opportunities.win, chance.id, amount=Decimal(80_000), as_user="wangwei")
    period = Period(dt.date(2026, 3, 1), JUNE)
    unfinished = crm.perform(reports.forecast_accuracy, taken.id, period, as_user="chengang")
    assert check_opens(crm, unfinished, "chengang") > 20
    march, april, _, june = unfinished.steps
    assert values(march.won_then, march.forecast, march.actual, march.error) == (100_000, 100_000, 100_000, 0)
    assert values(march.accuracy, april.actual, april.error, april.accuracy) == (100, None, None, None)
    assert values(june.open, june.weighted, june.forecast, june.actual) == (2, 100_000, 100_000, 80_000)
    assert values(june.error, june.accuracy) == (None, None)  # June is not over
    clock.now = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
    *_, over = crm.perform(reports.forecast_accuracy, taken.id, period, as_user="wangwei").steps
    assert values(over.error, over.accuracy) == (Decimal("25.0"), Decimal("75.0"))
    evaluated(crm, other, 5)
    *_, again = crm.perform(reports.forecast_accuracy, taken.id, period, as_user="zhaomin").steps
    assert again.forecast.value == 100_000
    *_, own = crm.perform(reports.forecast_accuracy, taken.id, period, chances=Chances.OWN, as_user="zhaomin").steps
    assert values(own.open, own.forecast) == (2, 120_000)  # 60 % of both, as the people who recorded them reckoned
    with pytest.raises(NotFound):
        crm.perform(reports.forecast_accuracy, PipelineSnapshotId(other.id), period, as_user="zhaomin")


@pytest.mark.requirement("X-TGT-01", "9")
def test_a_pipeline_s_changes_add_up_whatever_the_past(crm: Crm, people: People) -> None:
    process = stages_of(crm)
    past = Chance(crm, people, (process.contact, process.offer), 11).dealings()
    opening, closing = past.snapshots
    lihua, first, last = people.lihua.id, dt.date(2026, 2, 1), dt.date(2026, 4, 30)
    parts = (Pipeline(), Pipeline(first=first, last=last), Pipeline(last=last, owner=lihua), Pipeline(first=first))
    seen: set[Movement] = set()
    for who, user in (("chengang", None), ("wangwei", people.wangwei.id)):
        for part in parts:
            found = crm.perform(reports.pipeline_waterfall, opening.id, closing.id, pipeline=part, as_user=who)
            check_opens(crm, found, who)
            seen |= {kind for kind, moved_ in found.movements.items() if moved_.number.value}
            assert held(past.seen_by(user), opening.taken_at, part) == values(found.opening, found.opening_amount)
            assert held(past.seen_by(user), closing.taken_at, part) == values(found.closing, found.closing_amount)
            check_adds_up(found)
    assert seen == set(Movement)


@pytest.mark.requirement("X-TGT-01")
def test_a_pipeline_without_an_amount_says_so(crm: Crm, clock: SetClock) -> None:
    chance = recorded(crm)
    pipeline.take_snapshot(crm)
    clock.advance(days=1)
    evaluated(crm, chance, 70)
    pipeline.take_snapshot(crm)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        (table,) = catalogue.kind_named("pipeline_waterfall").run(work, {}, "en").tables
    shown = {row.key: tuple(cell.value for cell in row.cells[1:]) for row in table.rows}
    assert (shown["opening"], shown["new"], shown["changed"], shown["closing"]) == ((0, None), (1, 70), (0, 0), (1, 70))
    assert table.notes[1:] == ("Nothing that was open at the start had an amount.",)


def held(past: Dealings, at: dt.datetime, part: Pipeline) -> tuple[int, Decimal | None]:
    """Number and amount of what stood in a pipeline at an instant."""

    def stood(one: PipelinePosition) -> bool:
        holds = one.since <= at and (one.until is None or one.until > at) and one.status in OPEN
        holds = holds and one.amount is not None
        return holds and in_days(one) and (part.owner is None or one.owner == part.owner)

    def in_days(one: PipelinePosition) -> bool:
        if part.first is None and part.last is None:
            return True
        return within(one.expected_on, part.first or dt.date.min, part.last or dt.date.max)

    found = [one for one in past.positions if stood(one)]
    known = [one.amount for one in found if one.amount is not None]
    return len(found), sum(known, Decimal(0)) if known else None


def check_adds_up(found: Waterfall) -> None:
    gained = sum((one.amount.value or Decimal(0) for one in found.movements.values()), Decimal(0))
    assert (found.opening_amount.value or 0) + gained == (found.closing_amount.value or 0)
    number = {kind: one.number.records for kind, one in found.movements.items()}
    came = number[Movement.NEW] + number[Movement.MOVED_IN]
    went = number[Movement.MOVED_OUT] + number[Movement.WON] + number[Movement.LOST]
    assert found.opening.records + came - went == found.closing.records


@pytest.mark.requirement("X-TGT-01")
def test_nonsense_is_refused_and_a_report_asks_the_store_six_times_at_most(crm: Crm, clock: SetClock) -> None:
    stages_of(crm)
    first = pipeline.take_snapshot(crm).snapshot
    clock.advance(days=1)
    then = pipeline.take_snapshot(crm).snapshot
    for call, args, more in (
        (reports.sales_forecast, (None,), {}),
        (reports.sales_forecast, (SUMMER,), {"chances": "stage"}),
        (reports.forecast_accuracy, (first.id, SUMMER), {"span": "month"}),
        (reports.pipeline_waterfall, (then.id, first.id), {}),
        (reports.pipeline_waterfall, (first.id, then.id), {"pipeline": None}),
    ):
        refused: Any = call
        with pytest.raises(Invalid):
            crm.perform(refused, *args, as_user="zhaomin", **more)
    asked: tuple[tuple[Any, ...], ...] = (
        (reports.sales_forecast, SUMMER),
        (reports.forecast_accuracy, first.id, SUMMER),
        (reports.pipeline_waterfall, first.id, then.id),
        (reports.sales_funnel, SUMMER),
        (reports.opportunity_outcomes, SUMMER),
        (reports.outcomes_compared, SUMMER),
        (reports.opportunity_ageing,),
    )
    for report, *given in asked:
        counted = CountingStore(crm.store)
        with Crm(counted, clock=clock, ids=crm.ids).work(as_user="zhaomin", readonly=True) as work:
            counted.asked.clear()
            report(work, *given)
        assert len(counted.asked) <= 6, (report.__name__, counted.asked)
