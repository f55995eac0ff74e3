"""How far targets are reached, per person, territory and company, on every store (X-TGT-01 to 03)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.lapses import change
from company.opened import check_opens, records_of, values
from company.process import expected, moved, stages_of
from crmcore import opportunities, reports, targets
from crmcore.access.entity import User
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.reports import catalogue
from crmcore.statistics.periods import Period, Span, quarter_of
from crmcore.storage.crm import Crm
from crmcore.targets.entity import SalesTarget, TargetSpan

QUARTER = TargetSpan.QUARTER
JANUARY = dt.date(2026, 1, 1)
MARCH = dt.date(2026, 3, 31)


def set_(crm: Crm, **given: Any) -> SalesTarget:
    target = {"span": QUARTER, "starts_on": JANUARY, "amount": Decimal(1000), **given}
    return crm.perform(targets.set_target, as_user="zhaomin", **target)


def sells(crm: Crm, who: str, amount: int | None, **more: Any) -> None:
    chance = expected(crm, amount, who, customer_name=f"{who}的客户{amount}", **more)
    crm.perform(opportunities.win, chance.id, as_user=who)


def works_in(crm: Crm, user: User, territory: str) -> None:
    session = crm.store.begin(write=True)
    (known,) = [one for one in [session.load(User, user.id)] if one is not None]
    assert session.replace(attrs.evolve(known, territory=territory, version=known.version + 1), known.version)
    session.commit()
    session.close()


@pytest.mark.requirement("X-TGT-01", "X-TGT-03", "X-ANA-08")
def test_targets_are_measured_by_what_was_won_in_their_period(crm: Crm, people: People, clock: SetClock) -> None:
    works_in(crm, people.lihua, "beijing")
    works_in(crm, people.wangwei, "beijing")
    company = set_(crm, amount=Decimal(4000), number=4)
    north = set_(crm, territory="beijing", amount=Decimal(0), number=None)
    south = set_(crm, territory="shanghai")
    own = set_(crm, user=people.lihua.id, amount=Decimal(300), number=3)
    set_(crm, span=TargetSpan.YEAR, amount=Decimal(1))
    sells(crm, "lihua", 100)
    sells(crm, "lihua", None)
    sells(crm, "wangwei", 500)
    expected(crm, 9999, "lihua", customer_name="还没成交")
    clock.now = dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)
    sells(crm, "lihua", 7)  # in Shanghai it is April
    found = crm.perform(reports.target_attainment, QUARTER, dt.date(2026, 3, 31), as_user="chengang")
    assert check_opens(crm, found, "chengang") == 72
    rows = {one.target.id if one.target else one.user: one for one in found.rows}
    assert [*rows] == [company.id, north.id, south.id, own.id, people.wangwei.id]
    row = rows[company.id]
    assert values(row.won, row.amount, row.amount_share) == (3, 600, Decimal("15.0"))
    assert values(row.number_share, row.missing) == (Decimal("75.0"), 3400)
    row = rows[north.id]
    assert values(row.won, row.amount, row.amount_share, row.number_share, row.missing) == (3, 600, None, None, 0)
    row = rows[south.id]
    assert values(row.won, row.amount, row.amount_share, row.missing) == (0, None, 0, 1000)
    row = rows[own.id]
    assert values(row.won, row.amount, row.amount_share, row.number_share) == (2, 100, Decimal("33.3"), Decimal("66.7"))
    row = rows[people.wangwei.id]
    assert (row.target, *values(row.won, row.amount, row.amount_share, row.missing)) == (None, 1, 500, None, None)
    assert values(found.whole, found.whole_amount) == (3, 600)
    assert {one.assignee for one in records_of(crm, row.amount, "chengang")} == {people.wangwei.id}
    with crm.work(as_user="chengang", readonly=True) as work:
        table, ahead, _ = catalogue.kind_named("target_attainment").run(work, {"period": "2026-Q1"}).tables
    shown = {one.key: dict(zip((each.name for each in table.columns), one.cells, strict=True)) for one in table.rows}
    assert [shown[str(south.id)][name].value for name in ("won", "amount", "amount_share")] == [0, 0, 0]
    assert [each.value for each in (ahead.cell(str(south.id), "forecast"),) if each] == [0]
    assert (shown[str(own.id)]["amount"].figure, shown[str(north.id)]["amount"].value) == (rows[own.id].amount, 600)
    later = crm.perform(reports.target_attainment, QUARTER, as_user="zhaomin")
    assert [(one.user, *values(one.amount)) for one in later.rows] == [(people.lihua.id, 7)]


@pytest.mark.requirement("X-TGT-01", "X-TGT-03")
def test_the_forecast_says_how_far_a_target_will_be_reached(crm: Crm, people: People) -> None:
    process = stages_of(crm)
    own = set_(crm, user=people.lihua.id, amount=Decimal(1000))
    team = set_(crm, user=people.wangwei.id, amount=None, number=2)
    sells(crm, "lihua", 100)
    by_stage = expected(crm, 400, "lihua", customer_name="按阶段", day=MARCH)
    by_rate = expected(crm, 200, "lihua", customer_name="按成功率", day=MARCH)
    undated = expected(crm, 900, "lihua", customer_name="四月", day=dt.date(2026, 4, 1))
    unsaid = expected(crm, None, "wangwei", customer_name="没有金额", day=JANUARY)
    moved(crm, by_stage, process.contract, "lihua")
    change(crm, by_rate, stage=None)  # as one that was dispatched before there was a process
    chance = process.contract.probability
    found = crm.perform(reports.target_attainment, QUARTER, MARCH, as_user="zhaomin")
    check_opens(crm, found, "zhaomin")
    rows = {one.user: one for one in found.rows}
    ahead, will = rows[people.lihua.id].outlook, Decimal(100) + Decimal(4 * chance) + Decimal(2 * by_rate.success_rate)
    assert ahead is not None
    assert values(ahead.open, ahead.expected, ahead.weighted) == (2, 600, will - 100)
    assert values(ahead.forecast, ahead.gap) == (will, 1000 - will)
    assert ahead.forecast_share.value == (will / 10).quantize(Decimal("0.1"))
    assert {one.id for one in records_of(crm, ahead.weighted)} == {by_stage.id, by_rate.id}
    assert undated.id not in {one.id for one in records_of(crm, ahead.forecast)}
    assert own.amount is not None
    ahead = rows[people.wangwei.id].outlook
    assert ahead is not None
    assert values(ahead.open, ahead.expected, ahead.weighted, ahead.forecast) == (1, None, None, None)
    assert values(ahead.forecast_share, ahead.gap) == (None, None)  # only a number is to be reached
    assert (team.amount, [one.id for one in records_of(crm, ahead.open)]) == (None, [unsaid.id])
    (quarter,) = crm.perform(reports.sales_forecast, quarter_of(2026, 1), span=Span.QUARTER, as_user="zhaomin").steps
    assert quarter.forecast.value == will


@pytest.mark.requirement("X-TGT-03")
def test_people_are_ranked_and_compared_with_the_period_before(crm: Crm, people: People, clock: SetClock) -> None:
    month = TargetSpan.MONTH
    set_(crm, span=month, starts_on=dt.date(2026, 2, 1), user=people.lihua.id, amount=Decimal(200))
    set_(crm, span=month, starts_on=dt.date(2026, 2, 1), amount=Decimal(500))
    clock.now = dt.datetime(2026, 2, 20, 2, tzinfo=dt.UTC)
    sells(crm, "lihua", 50)
    sells(crm, "wangwei", 400)
    clock.now = dt.datetime(2026, 3, 20, 2, tzinfo=dt.UTC)
    for user, amount in ((people.lihua, 200), (people.wangwei, 100)):
        set_(crm, span=month, starts_on=dt.date(2026, 3, 1), user=user.id, amount=Decimal(amount))
    set_(crm, span=month, starts_on=dt.date(2026, 3, 1), amount=Decimal(1000))
    set_(crm, span=month, starts_on=dt.date(2026, 3, 1), territory="beijing", amount=None, number=1)
    sells(crm, "lihua", 100)
    sells(crm, "wangwei", 100)
    found = crm.perform(reports.target_attainment, month, as_user="chengang")
    check_opens(crm, found, "chengang")
    company, north = found.rows[:2]
    rows = {one.user: one for one in found.rows[2:]}
    lihua, wangwei = rows[people.lihua.id], rows[people.wangwei.id]
    assert (company.place, north.place, lihua.place, wangwei.place) == (None, None, 2, 1)
    assert (lihua.before, company.before) != (None, None)
    for row, told in (
        (lihua, (1, 50, 25)),
        (wangwei, (1, 400, None)),
        (company, (2, 450, 90)),
        (north, (0, None, None)),
    ):
        assert row.before is not None
        assert values(row.before.won, row.before.amount, row.before.amount_share) == told
    assert [one.since_before for one in (lihua, wangwei, north)] == [Decimal(100), Decimal(-75), None]
    sells(crm, "lihua", 99)
    sells(crm, "lihua", 1)
    again = crm.perform(reports.target_attainment, month, as_user="chengang")
    assert [one.place for one in again.rows[2:]] == [1, 1]


@pytest.mark.requirement("X-TGT-02", "X-TGT-03")
def test_a_plan_is_followed_part_by_part_and_up_to_each(crm: Crm, people: People, clock: SetClock) -> None:
    month, half = TargetSpan.MONTH, Period(JANUARY, dt.date(2026, 6, 30))
    set_(crm, amount=Decimal(999))  # of a quarter
    for place, amount in ((1, 100), (2, None), (3, 300)):
        number = 1 if amount is None else None
        planned = None if amount is None else Decimal(amount)
        set_(crm, span=month, starts_on=dt.date(2026, place, 1), amount=planned, number=number)
    set_(crm, span=month, starts_on=dt.date(2026, 2, 1), user=people.lihua.id, amount=Decimal(10))
    clock.now = dt.datetime(2026, 2, 20, 2, tzinfo=dt.UTC)
    sells(crm, "lihua", 150)
    clock.now = dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)  # in Shanghai it is April
    sells(crm, "wangwei", 50)
    found = crm.perform(reports.plan_attainment, half, as_user="chengang")
    check_opens(crm, found, "chengang")
    assert [values(one.won, one.amount, one.amount_share) for one in found] == [
        (0, None, 0),
        (1, 150, None),
        (0, None, 0),
        (1, 50, None),
        (0, None, None),
        (0, None, None),
    ]
    assert [(one.planned, *values(one.so_far, one.so_far_share)) for one in found] == [
        (100, None, 0),
        (100, 150, 150),
        (400, 150, Decimal("37.5")),
        (400, 200, 50),
        (400, 200, 50),
        (400, 200, 50),
    ]
    own = crm.perform(reports.plan_attainment, half, owner=people.wangwei.id, as_user="lihua")
    assert check_opens(crm, own, "lihua") == 30
    assert [values(one.amount, one.amount_share) for one in own][:3] == [(None, None), (150, 1500), (None, None)]
    (quarter, _) = crm.perform(reports.plan_attainment, half, span=QUARTER, as_user="zhaomin")
    assert (quarter.planned, *values(quarter.so_far)) == (999, 150)
    cut = Period(dt.date(2026, 1, 2), dt.date(2026, 2, 27))
    assert [one.target for one in crm.perform(reports.plan_attainment, cut, as_user="zhaomin")] == [None, None]
    for span in (Span.MONTH, "month"):
        given: Any = span
        with pytest.raises(Invalid):
            crm.perform(reports.plan_attainment, half, span=given, as_user="zhaomin")


@pytest.mark.requirement("X-TGT-03", "9")
def test_an_account_manager_sees_his_own_target_and_what_he_won(crm: Crm, people: People) -> None:
    set_(crm)
    mine = set_(crm, user=people.lihua.id)
    set_(crm, user=people.wangwei.id)
    sells(crm, "lihua", 100)
    sells(crm, "wangwei", 500)  # recorded by Li Hua, who sees it in his lists
    found = crm.perform(reports.target_attainment, QUARTER, as_user="lihua")
    assert check_opens(crm, found, "lihua") > 5
    (row,) = found.rows
    assert row.target == mine
    assert values(row.won, row.amount, row.amount_share) == (1, 100, Decimal("10.0"))
    assert values(found.whole, found.whole_amount) == (1, 100)
    with pytest.raises(NoPermission):
        crm.perform(reports.target_attainment, QUARTER, as_user="admin")
    wrong: list[tuple[Any, ...]] = [("quarter",), (QUARTER, "2026-03-31"), (QUARTER, dt.date(1, 1, 1))]
    for given in wrong:
        with pytest.raises(Invalid):
            crm.perform(reports.target_attainment, *given, as_user="zhaomin")
