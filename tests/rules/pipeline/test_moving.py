"""Opportunities on their way through the sales process, on every store (requirements X-OPP-01 to 03)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import People, SetClock
from company.chances import dispatched, recorded, reread, won
from company.process import allow, evaluated, moved, passages_of, stages_of
from crmcore import SYSTEM, opportunities, pipeline
from crmcore.access.rules import NoPermission
from crmcore.base.errors import AlreadyExists, Conflict, Invalid, NotFound
from crmcore.opportunities.rules import AlreadyArchived, NotDispatched, NotTheAssignee
from crmcore.pipeline.entity import ForecastCategory, SalesStageId
from crmcore.pipeline.rules import AlreadyThere, GoesBack, SkipsStages, StageRetired
from crmcore.pipeline.standing import PassageOutcome
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage


def names(crm: Crm, **only: Any) -> list[str]:
    return [one.name for one in crm.perform(pipeline.stages, as_user="lihua", **only)]


@pytest.mark.requirement("X-OPP-01", "X-OPP-02", "X-OPP-03")
def test_an_opportunity_passes_the_stages_and_all_of_them_are_recorded(
    crm: Crm, people: People, clock: SetClock
) -> None:
    stages, start = stages_of(crm), clock()
    chance = dispatched(crm)
    assert (chance.stage, chance.category) == (stages.contact.id, ForecastCategory.PIPELINE)
    evaluated(crm, chance)
    clock.advance(days=3)
    assert moved(crm, chance, stages.need).stage == stages.need.id
    clock.advance(days=2)
    offered = moved(crm, chance, stages.offer, reason="客户要报价")
    assert offered.category is ForecastCategory.BEST_CASE
    clock.advance(days=1)
    moved(crm, chance, stages.need, reason=" 预算未定 ")
    clock.advance(days=4)
    closed = crm.perform(opportunities.win, chance.id, amount=Decimal("98000.50"), as_user="wangwei")
    assert (closed.expected_amount, closed.category) == (Decimal("98000.50"), ForecastCategory.CLOSED)
    passed = passages_of(crm, chance)
    day = dt.timedelta(days=1)
    assert [(one.stage, one.entered_at - start, one.left_at and one.left_at - start) for one in passed] == [
        (stages.contact.id, 0 * day, 3 * day),
        (stages.need.id, 3 * day, 5 * day),
        (stages.offer.id, 5 * day, 6 * day),
        (stages.need.id, 6 * day, 10 * day),
    ]
    assert [(one.from_stage, one.to_stage, one.outcome) for one in passed] == [
        (None, stages.need.id, PassageOutcome.FORWARD),
        (stages.contact.id, stages.offer.id, PassageOutcome.FORWARD),
        (stages.need.id, stages.need.id, PassageOutcome.BACKWARD),
        (stages.offer.id, None, PassageOutcome.WON),
    ]
    assert [one.reason for one in passed] == ["", "", "客户要报价", "预算未定"]
    assert passed[0].entered_by == people.supervisor.id
    assert {one.assignee for one in passed} == {people.wangwei.id}
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        kinds = [one.kind for one in work.unscoped(OutboxMessage).find()]
    assert kinds.count("stage_entered") == 4


@pytest.mark.requirement("X-OPP-03")
def test_the_company_says_which_ways_are_open(crm: Crm) -> None:
    stages = stages_of(crm)
    chance = evaluated(crm, dispatched(crm))
    with pytest.raises(AlreadyThere):
        moved(crm, chance, stages.contact)
    allow(crm, "none")
    with pytest.raises(SkipsStages):
        moved(crm, chance, stages.offer)
    moved(crm, chance, stages.need)
    with pytest.raises(GoesBack):
        moved(crm, chance, stages.contact, reason="r")
    allow(crm, "back")
    for reason in ("", "  "):
        with pytest.raises(Invalid) as missing:
            moved(crm, chance, stages.contact, reason=reason)
        assert missing.value.fields == {"reason"}
    moved(crm, chance, stages.contact, reason="客户换人")
    with pytest.raises(SkipsStages):
        moved(crm, chance, stages.talks)
    allow(crm, "skip")
    assert moved(crm, chance, stages.talks).stage == stages.talks.id
    with pytest.raises(GoesBack):
        moved(crm, chance, stages.offer, reason="r")
    with pytest.raises(Invalid) as long:
        moved(crm, chance, stages.contract, reason="长" * 501)
    assert long.value.fields == {"reason"}
    assert reread(crm, chance).stage == stages.talks.id


@pytest.mark.requirement("X-OPP-03")
def test_a_stage_asks_for_what_has_to_be_filled_in(crm: Crm) -> None:
    stages = stages_of(crm)
    chance = dispatched(crm)
    with pytest.raises(Invalid) as error:
        moved(crm, chance, stages.offer)
    assert error.value.fields == {"expected_amount", "expected_on"}
    assert "方案报价" in error.value.explain("zh")
    assert len(passages_of(crm, chance)) == 1
    evaluated(crm, chance)
    moved(crm, chance, stages.offer)
    crm.perform(pipeline.edit_stage, stages.talks.id, needed=("follow_up",), as_user="zhaomin")
    with pytest.raises(Invalid) as error:
        moved(crm, chance, stages.talks)
    assert error.value.fields == {"follow_up"}


@pytest.mark.requirement("X-OPP-03", "9")
def test_who_moves_which(crm: Crm) -> None:
    stages = stages_of(crm)
    chance = evaluated(crm, dispatched(crm))
    for who, refusal in (("lihua", NotTheAssignee), ("zhaomin", NoPermission), ("chengang", NoPermission)):
        with pytest.raises(refusal):
            moved(crm, chance, stages.need, by=who)
    with pytest.raises(NotDispatched):
        moved(crm, recorded(crm, "wangwei"), stages.need)
    with pytest.raises(AlreadyArchived):
        moved(crm, won(crm, customer_name="别家"), stages.need)
    with pytest.raises(NotFound):
        crm.perform(pipeline.move, chance.id, to=SalesStageId(chance.id), as_user="wangwei")
    with pytest.raises(Conflict):
        moved(crm, chance, stages.need, expected=1)


@pytest.mark.requirement("X-OPP-03")
def test_the_process_is_defined_by_the_company(crm: Crm) -> None:
    chance = dispatched(crm)
    assert chance.stage is None
    first = crm.perform(pipeline.create_stage, name="联系", probability=10, as_user="zhaomin")
    last = crm.perform(pipeline.create_stage, name="签约", probability=90, as_user="admin")
    middle = crm.perform(pipeline.create_stage, name="报价", probability=50, as_user="zhaomin")
    crm.perform(pipeline.arrange_stages, (first.id, middle.id, last.id), as_user="zhaomin")
    assert names(crm) == ["联系", "报价", "签约"]
    moved(crm, chance, middle)
    assert crm.perform(pipeline.stage_loads, as_user="zhaomin") == {middle.id: 1}
    crm.perform(pipeline.retire_stage, middle.id, as_user="zhaomin")
    assert names(crm) == ["联系", "签约"]
    assert names(crm, retired=True) == ["联系", "报价", "签约"]
    with pytest.raises(StageRetired):
        moved(crm, dispatched(crm), middle)
    allow(crm, "none")
    assert moved(crm, chance, last).stage == last.id
    crm.perform(pipeline.restore_stage, middle.id, as_user="zhaomin")
    assert names(crm) == ["联系", "签约", "报价"]
    with pytest.raises(AlreadyExists):
        crm.perform(pipeline.edit_stage, middle.id, name=" 签约", as_user="zhaomin")


@pytest.mark.requirement("X-OPP-03")
def test_what_makes_no_process_is_refused_by_field(crm: Crm) -> None:
    stages = stages_of(crm)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "name"),
        ({"probability": 101}, "probability"),
        ({"needed": ("contact_name",)}, "needed"),
        ({"category": ForecastCategory.CLOSED}, "category"),
        ({"position": 1}, "position"),
    ]
    for given, field in wrong:
        with pytest.raises(Invalid) as error:
            crm.perform(pipeline.create_stage, as_user="zhaomin", **{"name": "新", "probability": 1, **given})
        assert error.value.fields == {field}
    orders: list[Any] = [(), (stages.contact.id,) * 5, (stages.contact.id, "x", 1, None, []), None, 5, "abcde"]
    for order in orders:
        with pytest.raises(Invalid) as error:
            crm.perform(pipeline.arrange_stages, order, as_user="zhaomin")
        assert error.value.fields == {"order"}
    for who in ("lihua", "chengang"):
        with pytest.raises(NoPermission):
            crm.perform(pipeline.retire_stage, stages.need.id, as_user=who)
    assert len(names(crm)) == 5
