"""What is expected of opportunities, snapshots of it, and what changed between two, on every store (X-TGT-01)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from attrs import fields

from company import People, SetClock
from company.chances import dispatched, lost, recorded, won
from company.process import JULY, JUNE, evaluated, expected, moved, positions_of, stages_of
from crmcore import SYSTEM, customers, opportunities, pipeline
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.opportunities.entity import OPEN, OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory
from crmcore.pipeline.flow import Movement, Pipeline, moved_between, standing_at
from crmcore.pipeline.flow import moved as moved_by
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, PipelineSnapshotId
from crmcore.query import Condition, count, query, total
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, Operation

_p = fields(PipelinePosition)


def snapshot(crm: Crm, name: str = "") -> PipelineSnapshot:
    return pipeline.take_snapshot(crm, name).snapshot


def sums(crm: Crm, *conditions: Condition, by: str = "zhaomin") -> tuple[int, Decimal, Decimal]:
    """Number, amount and amount before of the positions that meet conditions, as one person sees them."""
    measures = (count(), total(_p.amount), total(_p.prior_amount, "prior"))
    with crm.work(as_user=by, readonly=True) as work:
        (row,) = work.pipeline_positions.tally(query(PipelinePosition).where(*conditions), measures=measures)
    number, amount, prior = row.values
    return number, amount or Decimal(0), prior or Decimal(0)


def waterfall(crm: Crm, first: PipelineSnapshot, then: PipelineSnapshot, part: Pipeline) -> dict[str, Decimal]:
    """Opening, movements and closing, each summed by the store; every number opens to as many records as it has."""
    figures = {"opening": sums(crm, standing_at(first.taken_at), part.holds())[1]}
    for movement in Movement:
        number, amount, prior = sums(crm, moved_between(first.taken_at, then.taken_at), moved_by(movement, part))
        shown = crm.perform(
            pipeline.movements, first.id, then.id, movement=movement, pipeline=part, as_user="zhaomin", size=200
        )
        assert shown.total == number
        comes, goes = movement in {Movement.NEW, Movement.MOVED_IN}, movement is not Movement.CHANGED
        figures[movement.value] = amount if comes else -prior if goes else amount - prior
    figures["closing"] = sums(crm, standing_at(then.taken_at), part.holds())[1]
    return figures


def held(figures: dict[str, Decimal]) -> bool:
    return sum(value for name, value in figures.items() if name != "closing") == figures["closing"]


def listed(crm: Crm, of: PipelineSnapshot, by: str = "zhaomin", **only: Any) -> list[Decimal | None]:
    page = crm.perform(pipeline.positions, of.id, as_user=by, size=200, **only)
    assert page.total == len(page.rows)
    return sorted((one.amount for one in page.rows), key=lambda one: one or 0)


@pytest.mark.requirement("X-TGT-01")
def test_a_snapshot_keeps_how_things_stood(crm: Crm, people: People, clock: SetClock) -> None:
    stages = stages_of(crm)
    recorded(crm)
    chance = expected(crm, 100_000)
    other = expected(crm, 50_000, "lihua", day=JULY)
    gone = lost(crm, customer_name="输掉的")
    clock.advance(days=1)
    taken = pipeline.take_snapshot(crm)
    # the first is noted as it stands; the others were noted when they changed
    assert (taken.new, taken.positions, taken.snapshot.open_opportunities) == (True, 1, 3)
    clock.advance(days=1)
    evaluated(crm, chance, 80_000)
    moved(crm, chance, stages.offer)
    crm.perform(opportunities.win, other.id, amount=Decimal(55_000), as_user="lihua")
    assert listed(crm, taken.snapshot, status=OpportunityStatus.ASSIGNED) == [50_000, 100_000]
    assert listed(crm, taken.snapshot, status=OpportunityStatus.UNASSIGNED) == [None]
    assert listed(crm, taken.snapshot, status=OpportunityStatus.LOST) == [None]
    assert listed(crm, taken.snapshot, expected_from=JUNE, expected_to=JUNE) == [100_000]
    assert listed(crm, taken.snapshot, owner=people.lihua.id, category=ForecastCategory.PIPELINE) == [50_000]
    assert listed(crm, taken.snapshot, stage=stages.contact.id, status=OpportunityStatus.ASSIGNED) == [50_000, 100_000]
    later = snapshot(crm)
    assert listed(crm, later, status=OpportunityStatus.ASSIGNED) == [80_000]
    assert listed(crm, later, category=ForecastCategory.CLOSED) == [55_000]
    assert listed(crm, later, stage=stages.offer.id) == [80_000]
    assert [one.status for one in positions_of(crm, gone)][-1] is OpportunityStatus.LOST
    page = crm.perform(pipeline.snapshots, as_user="chengang")
    assert [one.id for one in page.rows] == [later.id, taken.snapshot.id]
    then = crm.perform(pipeline.snapshot, taken.snapshot.id, as_user="lihua")
    assert [one.probability for one in then.stages] == [10, 25, 50, 75, 90]


@pytest.mark.requirement("X-TGT-01")
def test_a_snapshot_is_taken_once_a_day_for_each_name(crm: Crm, clock: SetClock) -> None:
    stages = stages_of(crm)
    expected(crm)
    first = pipeline.take_snapshot(crm)
    clock.advance(hours=1)
    again = pipeline.take_snapshot(crm)
    assert (again.new, again.positions, again.snapshot) == (False, 0, first.snapshot)
    named = pipeline.take_snapshot(crm, " 月末 ")
    assert (named.new, named.positions, named.snapshot.name) == (True, 0, "月末")
    assert not pipeline.take_snapshot(crm, "月末").new
    crm.perform(pipeline.edit_stage, stages.offer.id, probability=60, as_user="zhaomin")
    clock.advance(days=1)
    assert pipeline.take_snapshot(crm).new
    kept = crm.perform(pipeline.snapshot, first.snapshot.id, as_user="zhaomin").stages
    assert [one.probability for one in kept] == [10, 25, 50, 75, 90]
    days = {"day_from": first.snapshot.day, "day_to": first.snapshot.day}
    for only, number in (({}, 3), ({"name": ""}, 2), ({"name": "月末"}, 1), (days, 2)):
        assert crm.perform(pipeline.snapshots, as_user="zhaomin", **only).total == number  # type: ignore[arg-type]
    names: list[Any] = ["长" * 51, "月\n末", "月\u202e末", "月\ud800", "月\0末", None, 5, b"x"]
    for name in names:
        with pytest.raises(Invalid) as error:
            pipeline.take_snapshot(crm, name)
        assert error.value.fields == {"name"}, name
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        notes = [one for one in work.unscoped(ChangeRecord).find() if one.entity == "pipeline_snapshot"]
    assert len(notes) == 3


@pytest.mark.requirement("X-TGT-01", "RBA-13", "X-ADM-08")
def test_who_takes_a_snapshot_by_hand_needs_the_right_and_is_on_record(crm: Crm, people: People) -> None:
    recorded(crm)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        supervisor = work.user_id
    with pytest.raises(NoPermission):
        pipeline.take_snapshot(crm, "月末", as_user="lihua")
    taken = pipeline.take_snapshot(crm, "月末", as_user="zhaomin")
    pipeline.take_snapshot(crm)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        said = sorted(work.unscoped(ChangeRecord).find(), key=lambda one: one.at)
        said = [one for one in said if one.action == "pipeline.fix_positions"]
    assert taken.new
    refused = [one for one in said if one.operation is Operation.DENIED]
    assert [one.actor for one in refused] == [people.lihua.id]
    done = {one.actor: one.entity_id for one in said if one not in refused}
    assert done.keys() == {supervisor, SYSTEM.id}
    assert done[supervisor] == taken.snapshot.id


@pytest.mark.requirement("X-TGT-01", "X-OPP-05")
def test_what_changed_between_two_snapshots_adds_up(crm: Crm, people: People, clock: SetClock) -> None:
    chances = [expected(crm, amount, customer_name=f"客户{amount}") for amount in (10, 20, 40, 80, 160, 320)]
    later = expected(crm, 640, day=JULY, customer_name="七月")
    waiting = recorded(crm, "lihua", customer_name="未分配")
    evaluated(crm, waiting, 1280, by="lihua")
    first = snapshot(crm)
    clock.advance(days=1)
    won_, lost_, out, more, back, _same = chances
    crm.perform(opportunities.win, won_.id, amount=Decimal(15), as_user="wangwei")
    crm.perform(opportunities.terminate, lost_.id, as_user="wangwei")
    evaluated(crm, out, 40, expected_on=JULY)
    evaluated(crm, more, 100)
    evaluated(crm, back, 160, expected_on=JULY)
    clock.advance(hours=1)
    evaluated(crm, back, 150)
    evaluated(crm, later, 640)
    crm.perform(opportunities.delete, waiting.id, as_user="lihua")
    expected(crm, 5, customer_name="新客户")
    clock.advance(days=1)
    then = snapshot(crm)
    figures = waterfall(crm, first, then, Pipeline(first=dt.date(2026, 6, 1), last=JUNE))
    assert figures == {
        "opening": 10 + 20 + 40 + 80 + 160 + 320 + 1280,
        "new": 5,
        "moved_in": 150 + 640,
        "moved_out": -40 - 160,
        "won": -10,
        "lost": -20 - 1280,
        "changed": 20,
        "closing": 100 + 150 + 320 + 640 + 5,
    }
    assert held(figures)
    for part in (Pipeline(), Pipeline(first=JULY), Pipeline(owner=people.wangwei.id), Pipeline(last=JULY)):
        assert held(waterfall(crm, first, then, part))
    with pytest.raises(Invalid) as error:
        crm.perform(pipeline.movements, then.id, first.id, movement=Movement.WON, as_user="zhaomin")
    assert error.value.fields == {"then"}


@pytest.mark.requirement("X-TGT-01")
def test_an_opportunity_that_goes_to_a_colleague_leaves_one_pipeline_for_another(
    crm: Crm, people: People, clock: SetClock
) -> None:
    expected(crm, 70)
    first = snapshot(crm)
    clock.advance(days=1)
    customers.hand_over(crm, before="wangwei", to="lihua", as_user="zhaomin")
    clock.advance(days=1)
    then = snapshot(crm)
    left = waterfall(crm, first, then, Pipeline(owner=people.wangwei.id))
    came = waterfall(crm, first, then, Pipeline(owner=people.lihua.id))
    assert (left["opening"], left["moved_out"], left["closing"]) == (70, -70, 0)
    assert (came["opening"], came["moved_in"], came["closing"]) == (0, 70, 70)
    assert waterfall(crm, first, then, Pipeline())["closing"] == 70


@pytest.mark.requirement("X-TGT-01")
def test_business_that_was_not_there_before_is_new_and_what_was_there_has_changed(crm: Crm, clock: SetClock) -> None:
    """An opportunity is recorded without an amount; the first one it gets is new business, whenever it was recorded."""
    stood, waiting = expected(crm, 100, customer_name="早有金额"), recorded(crm, customer_name="尚无金额")
    recorded(crm, customer_name="一直没有")
    first = snapshot(crm)
    clock.advance(days=1)
    evaluated(crm, stood, 130)
    evaluated(crm, waiting, 7)
    made = [expected(crm, amount, customer_name=f"新{amount}") for amount in (70_000, 900, 40)]
    clock.advance(days=1)
    evaluated(crm, made[1], 1_000)
    crm.perform(opportunities.win, made[0].id, amount=Decimal(75_000), as_user="wangwei")
    evaluated(crm, made[2], None)
    clock.advance(days=1)
    then = snapshot(crm)
    figures = waterfall(crm, first, then, Pipeline())
    assert figures == {
        "opening": 100,
        "new": 7 + 70_000 + 900 + 40,
        "moved_in": 0,
        "moved_out": -40,
        "won": -70_000,
        "lost": 0,
        "changed": 30 + 100,
        "closing": 130 + 7 + 1_000,
    }
    assert held(figures)
    listed_ = crm.perform(pipeline.movements, first.id, then.id, movement=Movement.NEW, as_user="zhaomin").rows
    assert [one.opportunity for one in listed_] == [waiting.id, *(one.id for one in made)]


@pytest.mark.requirement("X-TGT-01")
def test_two_changes_in_one_transaction_are_one_after_the_other(crm: Crm, clock: SetClock) -> None:
    stages = stages_of(crm)
    chance = dispatched(crm)
    first = snapshot(crm)
    clock.advance(days=1)
    with crm.work(as_user="wangwei") as work:
        opportunities.evaluate(work, chance.id, expected_amount=Decimal(9), expected_on=JUNE)
        pipeline.move(work, chance.id, to=stages.need.id)
        pipeline.move(work, chance.id, to=stages.offer.id)
    held_ = positions_of(crm, chance)
    assert [one.stage for one in held_][-3:] == [stages.contact.id, stages.need.id, stages.offer.id]
    assert [one.until is None for one in held_] == [False] * (len(held_) - 1) + [True]
    then = snapshot(crm)
    assert listed(crm, then) == [9]
    assert held(waterfall(crm, first, then, Pipeline()))


@pytest.mark.requirement("X-TGT-01", "9")
def test_nobody_counts_what_his_lists_do_not_show(crm: Crm, people: People, clock: SetClock) -> None:
    expected(crm, 1)
    expected(crm, 2, "lihua")
    with crm.work(as_user="zhaomin") as work:
        hidden = opportunities.create(work, customer_name="主管的", title="t", success_rate=1, description="d")
        opportunities.dispatch(work, hidden.id, to="wangwei")
    evaluated(crm, hidden, 4)
    taken = snapshot(crm)
    assert listed(crm, taken, "wangwei") == [1, 4]
    assert listed(crm, taken, "lihua") == [1, 2]  # he recorded the first one
    assert listed(crm, taken) == listed(crm, taken, "chengang") == [1, 2, 4]
    for who, seen in (("wangwei", 5), ("lihua", 3), ("zhaomin", 7)):
        assert sums(crm, standing_at(taken.taken_at), by=who)[1] == seen
        page = crm.perform(opportunities.in_process, as_user=who) if who != "chengang" else None
        assert page is None or sum(one.expected_amount or 0 for one in page.rows) == seen
    with pytest.raises(NotFound):
        crm.perform(pipeline.positions, PipelineSnapshotId(hidden.id), as_user="lihua")


@pytest.mark.requirement("X-TGT-01", "9")
def test_a_snapshot_counts_no_opportunity_that_its_reader_is_not_shown(crm: Crm, clock: SetClock) -> None:
    chance = expected(crm, 1)
    expected(crm, 2, "lihua")
    recorded(crm, "lihua")
    taken = [snapshot(crm)]
    again = pipeline.take_snapshot(crm, "同一刻").snapshot
    assert again.taken_at == taken[0].taken_at
    clock.advance(hours=1)
    crm.perform(opportunities.win, chance.id, as_user="wangwei")
    taken += [again, snapshot(crm, "成交后")]
    clock.advance(hours=1)
    expected(crm, 4, customer_name="后来")
    # one that is nobody's yet is everybody's to see; the first one was recorded by lihua
    for who, numbers in (("wangwei", (2, 2, 1)), ("lihua", (3, 3, 2)), ("zhaomin", (3, 3, 2)), ("chengang", (3, 3, 2))):
        listed_ = {one.id: one for one in crm.perform(pipeline.snapshots, as_user=who).rows}
        for one, number in zip(taken, numbers, strict=True):
            then = crm.perform(pipeline.snapshot, one.id, as_user=who).snapshot
            rows = crm.perform(pipeline.positions, one.id, as_user=who).rows
            assert crm.perform(pipeline.positions, then, as_user=who).rows == rows
            assert (then, then.open_opportunities) == (listed_[one.id], number), who
            assert len([each for each in rows if each.status in OPEN]) == number


@pytest.mark.requirement("X-TGT-01")
def test_opportunities_of_an_older_version_are_noted_as_they_stand(crm: Crm, clock: SetClock) -> None:
    """Won and lost ones, too: since they were closed."""
    closed = won(crm)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.unscoped(PipelinePosition).count() > 0
    session = crm.store.begin(write=True)
    for one in session.find(query(PipelinePosition)):
        assert session.delete(PipelinePosition, one.id, one.version)
    session.commit()
    session.close()
    clock.advance(days=400)
    waiting = recorded(crm)
    taken = pipeline.take_snapshot(crm)
    assert taken.positions == 2
    (noted,) = positions_of(crm, closed)
    assert (noted.since, noted.status, noted.prior_status) == (closed.closed_at, OpportunityStatus.WON, None)
    (fresh,) = positions_of(crm, waiting)
    assert (fresh.since, fresh.status, fresh.until) == (waiting.created_at, OpportunityStatus.UNASSIGNED, None)
    assert pipeline.take_snapshot(crm, "again").positions == 0


@pytest.mark.requirement("X-TGT-01")
def test_a_clock_that_goes_back_turns_no_history_around(crm: Crm, clock: SetClock) -> None:
    """As when two machines disagree about the time."""
    stages = stages_of(crm)
    chance = expected(crm, 10)
    clock.advance(hours=-1)
    evaluated(crm, chance, 20)
    moved(crm, chance, stages.need)
    kept = positions_of(crm, chance)
    assert [one.since for one in kept] == sorted(one.since for one in kept)
    assert all(one.until is None or one.since <= one.until for one in kept)
    (left, stays) = crm.perform(pipeline.passages, chance.id, as_user="zhaomin")
    assert left.left_at is not None
    assert left.entered_at <= left.left_at == stays.entered_at
