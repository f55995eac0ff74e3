"""What is reckoned of opportunities, large deals, and sales activities, on every store (X-OPP-01, 02, 06, 07)."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from company import People, SetClock
from company.chances import dispatched, lost, recorded, reread
from company.process import JULY, JUNE, evaluated, expected, stages_of
from crmcore import SYSTEM, opportunities
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.dictionary import set_parameter
from crmcore.opportunities.entity import ActivityProgress, Opportunity, OpportunityStatus, SalesActivity
from crmcore.opportunities.rules import ActivityOver, AlreadyArchived, NotDispatched, NotTheAssignee
from crmcore.pipeline.entity import ForecastCategory
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

TODAY = dt.date(2026, 3, 2)


def told(crm: Crm, kind: str) -> list[dict[str, Any]]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        found = [one for one in work.unscoped(OutboxMessage).find() if one.kind == kind]
    return [json.loads(one.payload) for one in sorted(found, key=lambda one: one.id)]


def amounts(crm: Crm, what: Any, by: str = "zhaomin", **only: Any) -> list[Decimal | None]:
    page = crm.perform(what, as_user=by, **only)
    assert page.total == len(page.rows)
    return [one.expected_amount for one in page.rows]


@pytest.mark.requirement("X-OPP-03")
def test_what_is_in_no_stage_is_found_by_that(crm: Crm) -> None:
    before = dispatched(crm)  # there was no process yet
    stages = stages_of(crm)
    after = dispatched(crm, customer_name="上海远景")
    assert (before.stage, after.stage) == (None, stages.contact.id)
    in_none = crm.perform(opportunities.in_process, no_stage=True, as_user="zhaomin")
    in_first = crm.perform(opportunities.in_process, stage=stages.contact.id, as_user="zhaomin")
    assert ([one.id for one in in_none.rows], [one.id for one in in_first.rows]) == ([before.id], [after.id])
    both = crm.perform(opportunities.in_process, stage=stages.contact.id, no_stage=True, as_user="zhaomin")
    assert both.total == 0


@pytest.mark.requirement("X-OPP-01", "X-OPP-02")
def test_an_open_opportunity_is_evaluated_and_listed(crm: Crm, people: People, clock: SetClock) -> None:
    chance = dispatched(crm)
    known = crm.perform(
        opportunities.evaluate,
        chance.id,
        expected_amount=Decimal("100000.55"),
        expected_on=JUNE,
        target_amount=Decimal(120_000),
        follow_up="in_contact",
        category=ForecastCategory.COMMIT,
        expected=chance.version,
        as_user="wangwei",
    )
    assert reread(crm, chance) == known
    assert (known.assignee, known.target_amount) == (people.wangwei.id, 120_000)
    expected(crm, 50, day=JULY)
    waiting = evaluated(crm, recorded(crm), 7, by="lihua", expected_on=TODAY)
    assert waiting.status is OpportunityStatus.UNASSIGNED
    lost(crm)
    assert amounts(crm, opportunities.in_process) == [7, Decimal("100000.55"), 50]
    only: list[tuple[dict[str, Any], list[Any]]] = [
        ({"category": ForecastCategory.COMMIT}, [Decimal("100000.55")]),
        ({"follow_up": "in_contact"}, [Decimal("100000.55")]),
        ({"assignee": people.wangwei.id, "expected_from": JULY}, [50]),
        ({"expected_to": JUNE}, [7, Decimal("100000.55")]),
        ({"customer_name": "没有"}, []),
        ({"overdue": True}, []),
    ]
    for filters, wanted in only:
        assert amounts(crm, opportunities.in_process, **filters) == wanted
    evaluated(crm, recorded(crm), 9, by="lihua", expected_on=None)
    parts = [crm.perform(opportunities.in_process, page=page, size=2, as_user="zhaomin") for page in (1, 2)]
    shown = [[one.expected_amount for one in part.rows] for part in parts]
    assert shown == [[7, Decimal("100000.55")], [50, 9]], "what is due first, the undated last"
    assert [part.total for part in parts] == [4, 4]
    clock.advance(days=1)
    assert amounts(crm, opportunities.in_process, overdue=True) == [7]
    same = crm.perform(opportunities.evaluate, chance.id, expected_on=JUNE, as_user="wangwei")
    assert same.version == known.version
    assert [one["expected_on"] for one in told(crm, "opportunity_evaluated")] == [
        "2026-06-30",
        "2026-07-31",
        "2026-03-02",
        None,
    ]


@pytest.mark.requirement("X-OPP-01")
def test_what_can_not_be_reckoned_is_refused_by_field(crm: Crm) -> None:
    chance = dispatched(crm)
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"expected_amount": Decimal(-1), "target_amount": Decimal("-0.01")}, {"expected_amount", "target_amount"}),
        ({"expected_amount": 5.0}, {"expected_amount"}),
        ({"expected_amount": Decimal("0.001")}, {"expected_amount"}),
        ({"expected_on": "2026-06-30"}, {"expected_on"}),
        ({"follow_up": "kites"}, {"follow_up"}),
        ({"category": ForecastCategory.CLOSED}, {"category"}),
        ({"title": "t", "nonsense": 1}, {"title", "nonsense"}),
        ({"stage": chance.id}, {"stage"}),
    ]
    for given, fields in wrong:
        with pytest.raises(Invalid) as error:
            crm.perform(opportunities.evaluate, chance.id, as_user="wangwei", **given)
        assert error.value.fields == fields
    with pytest.raises(Invalid) as error:
        crm.perform(opportunities.win, chance.id, amount=Decimal(-5), as_user="wangwei")
    assert error.value.fields == {"amount"}
    with pytest.raises(Invalid) as error:
        crm.perform(opportunities.win, chance.id, amount=1.5, as_user="wangwei")
    assert reread(crm, chance) == chance


@pytest.mark.requirement("X-OPP-02", "9")
def test_who_evaluates_which(crm: Crm) -> None:
    chance = dispatched(crm)
    for who, refusal in (("lihua", NotTheAssignee), ("zhaomin", NoPermission), ("chengang", NoPermission)):
        with pytest.raises(refusal):
            evaluated(crm, chance, by=who)
    with pytest.raises(AlreadyArchived):
        evaluated(crm, lost(crm))
    with pytest.raises(Conflict):
        evaluated(crm, chance, expected=1)
    assert evaluated(crm, recorded(crm), 1, by="zhaomin").expected_amount == 1


@pytest.mark.requirement("X-OPP-06")
def test_a_large_deal_is_told_of_when_it_becomes_one(crm: Crm, people: People) -> None:
    crm.perform(set_parameter, "opportunity.large_deal", "1000", as_user="admin")
    chance = expected(crm, 999)
    assert told(crm, "large_deal_reached") == []
    for amount in (1000, 2000, 500, 1500):
        evaluated(crm, chance, amount)
    said = [(one["amount"], one["threshold"], one["assignee"]) for one in told(crm, "large_deal_reached")]
    assert said == [("1000", 1000, str(people.wangwei.id)), ("1500", 1000, str(people.wangwei.id))]
    larger = expected(crm, 3000, "lihua")
    assert amounts(crm, opportunities.large_deals) == [3000, 1500]
    assert amounts(crm, opportunities.large_deals, assignee=people.lihua.id) == [3000]
    assert amounts(crm, opportunities.large_deals, "wangwei") == [1500]
    crm.perform(opportunities.terminate, larger.id, as_user="lihua")
    assert amounts(crm, opportunities.large_deals) == [1500]
    crm.perform(set_parameter, "opportunity.large_deal", "1501", as_user="admin")
    assert amounts(crm, opportunities.large_deals) == []


def visit(crm: Crm, chance: Opportunity, by: str = "wangwei", **given: Any) -> SalesActivity:
    plan: dict[str, Any] = {"kind": "visit", "planned_on": dt.date(2026, 3, 10), "content": "上门拜访", **given}
    return crm.perform(opportunities.plan_activity, chance.id, as_user=by, **plan)


def planned(crm: Crm, by: str = "zhaomin", **only: Any) -> list[str]:
    page = crm.perform(opportunities.activities, as_user=by, **only)
    assert page.total == len(page.rows)
    return [one.content for one in page.rows]


@pytest.mark.requirement("X-OPP-07")
def test_sales_activities_are_planned_followed_and_done(crm: Crm, people: People, clock: SetClock) -> None:
    chance = dispatched(crm)
    made = visit(crm, chance)
    show = visit(crm, chance, kind="demonstration", content="演示", planned_on=dt.date(2026, 3, 5))
    gone = visit(crm, chance, kind="promotion", content="促销")
    later = crm.perform(
        opportunities.edit_activity, made.id, planned_on=dt.date(2026, 3, 12), expected=1, as_user="wangwei"
    )
    assert later.planned_on.day == 12
    going = crm.perform(opportunities.record_progress, show.id, progress=" 已约好时间 ", as_user="wangwei")
    assert (going.state, going.progress) == (ActivityProgress.UNDER_WAY, "已约好时间")
    clock.advance(days=4)
    assert planned(crm, overdue=True) == ["演示"]
    done = crm.perform(opportunities.complete_activity, show.id, result="客户很感兴趣", as_user="wangwei")
    assert (done.state, done.done_on, done.progress, done.result) == (
        ActivityProgress.DONE,
        TODAY + dt.timedelta(4),
        "已约好时间",
        "客户很感兴趣",
    )
    over = crm.perform(opportunities.cancel_activity, gone.id, reason="预算不足", as_user="wangwei")
    assert (over.state, over.result) == (ActivityProgress.CANCELLED, "预算不足")
    assert [one.content for one in crm.perform(opportunities.activities_of, chance.id, as_user="zhaomin")] == [
        "演示",
        "促销",
        "上门拜访",
    ]
    assert planned(crm, kind="visit") == planned(crm, planned_from=dt.date(2026, 3, 11)) == ["上门拜访"]
    assert planned(crm, state=ActivityProgress.DONE, planned_to=dt.date(2026, 3, 5)) == ["演示"]
    assert planned(crm, "wangwei", responsible=people.wangwei.id) == ["演示", "促销", "上门拜访"]
    assert planned(crm, "lihua") == []
    clock.advance(days=30)
    assert planned(crm, overdue=True) == ["上门拜访"]
    crm.perform(opportunities.terminate, chance.id, as_user="wangwei")
    assert planned(crm, overdue=True) == []
    with pytest.raises(AlreadyArchived):
        crm.perform(opportunities.complete_activity, made.id, result="r", as_user="wangwei")
    assert (len(told(crm, "activity_planned")), len(told(crm, "activity_ended"))) == (3, 2)


@pytest.mark.requirement("X-OPP-07", "9")
def test_who_does_sales_activities_and_which_are_refused(crm: Crm) -> None:
    chance = dispatched(crm)
    made = visit(crm, chance)
    for who, refusal in (("zhaomin", NoPermission), ("chengang", NoPermission), ("lihua", NotTheAssignee)):
        with pytest.raises(refusal):
            visit(crm, chance, by=who)
    with pytest.raises(NotFound):
        crm.perform(opportunities.cancel_activity, made.id, reason="r", as_user="lihua")
    with pytest.raises(NotDispatched):
        visit(crm, recorded(crm))
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (opportunities.edit_activity, {"kind": "kites"}, "kind"),
        (opportunities.edit_activity, {"state": ActivityProgress.DONE}, "state"),
        (opportunities.edit_activity, {"content": ""}, "content"),
        (opportunities.record_progress, {"progress": " "}, "progress"),
        (opportunities.complete_activity, {"result": ""}, "result"),
        (opportunities.complete_activity, {"result": "长" * 1001}, "result"),
        (opportunities.complete_activity, {"result": "r", "done_on": TODAY + dt.timedelta(1)}, "done_on"),
        (opportunities.cancel_activity, {"reason": ""}, "reason"),
    ]
    for change, given, field in wrong:
        with pytest.raises(Invalid) as error:
            crm.perform(change, made.id, as_user="wangwei", **given)
        assert error.value.fields == {field}
    crm.perform(opportunities.cancel_activity, made.id, reason="r", as_user="wangwei")
    for change, given in (
        (opportunities.edit_activity, {"content": "n"}),
        (opportunities.record_progress, {"progress": "p"}),
        (opportunities.complete_activity, {"result": "r"}),
        (opportunities.cancel_activity, {"reason": "r"}),
    ):
        with pytest.raises(ActivityOver) as over:
            crm.perform(change, made.id, as_user="wangwei", **given)  # type: ignore[operator]
        assert "已取消" in over.value.explain("zh")
