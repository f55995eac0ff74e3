"""Fills an empty store with opportunities since 2023, and with all that people do who sell."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from bench.trading import pour
from bench.workshop import now as present
from crmcore import SYSTEM, setup
from crmcore.opportunities.entity import (
    ARCHIVED,
    ActivityProgress,
    Opportunity,
    OpportunityId,
    OpportunityStatus,
    SalesActivity,
    SalesActivityId,
)
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.pipeline.following import FOLLOWED, PRIOR
from crmcore.pipeline.standing import (
    PassageOutcome,
    PipelinePosition,
    PipelinePositionId,
    PipelineSnapshot,
    PipelineSnapshotId,
    SnapshotStage,
    SnapshotStageId,
    StagePassage,
    StagePassageId,
)
from crmcore.storage.crm import Crm
from crmcore.targets.entity import SalesTarget, SalesTargetId, TargetSpan

__all__ = ["FIRST", "START", "TAKEN", "THEN", "fill_sales", "moments"]

START: Final = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
_ALL: Final = (*OpportunityStatus,)
_CATEGORIES: Final = (None, ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)
TAKEN: Final = (dt.datetime(2024, 3, 31, 15, tzinfo=dt.UTC), dt.datetime(2024, 12, 31, 15, tzinfo=dt.UTC))
FIRST: Final = PipelineSnapshotId(UUID(int=0x5000_0000_0000_7000_8000_0000_0000_0001))
"""The snapshot at the end of March 2024; the other one is that at the end of the year."""
THEN: Final = PipelineSnapshotId(UUID(int=0x5000_0000_0000_7000_8000_0000_0000_0002))


def fill_sales(crm: Crm, sellers: Sequence[Any], many: int) -> None:
    """Put opportunities in with their passages, positions and activities; then two snapshots and some targets."""
    process = crm.perform(setup.standard_process, as_user=SYSTEM)
    made = [*_chances(crm, sellers, process, many)]
    pour(crm.store, (Opportunity, iter(made)), (StagePassage, _passages(crm, process, made)))
    pour(crm.store, (PipelinePosition, _positions(crm, made)), (SalesActivity, _activities(crm, made, sellers)))
    stages = (_stage_then(crm, snapshot, one) for snapshot in (FIRST, THEN) for one in process)
    pour(crm.store, (PipelineSnapshot, _snapshots()), (SnapshotStage, stages), (SalesTarget, _targets(crm, sellers)))


def moments(many: int) -> Iterator[dt.datetime]:
    """Answer as many instants, the same distance apart, from 2023 until now."""
    seconds = int((present() - START).total_seconds())
    return (START + dt.timedelta(seconds=seconds * place // many) for place in range(many))


def _chances(crm: Crm, sellers: Sequence[Any], process: Sequence[SalesStage], many: int) -> Iterator[Opportunity]:
    dice = random.Random(6)
    stages = [None, *(one.id for one in process)]
    for place, created in enumerate(moments(many)):
        status = dice.choice(_ALL)
        free = status is OpportunityStatus.UNASSIGNED
        yield Opportunity(
            id=OpportunityId(crm.ids()),
            number=f"XS{place}",
            customer_name=f"客户{place}有限公司",
            success_rate=dice.choice((10, 50, 90)),
            title="采购意向",
            description="打算更换办公电脑。",
            created_by=sellers[0],
            created_at=created,
            assignee=None if free else dice.choice(sellers),
            status=status,
            closed_at=created + dt.timedelta(days=dice.randrange(1, 90)) if status in ARCHIVED else None,
            stage=None if free else dice.choice(stages),
            expected_amount=Decimal(dice.randrange(10_000_000)).scaleb(-2) if dice.randrange(10) else None,
            expected_on=(created + dt.timedelta(days=dice.randrange(120))).date() if dice.randrange(20) else None,
            category=dice.choice(_CATEGORIES),
            version=1,
        )


def _passages(crm: Crm, process: Sequence[SalesStage], of: Sequence[Opportunity]) -> Iterator[StagePassage]:
    dice = random.Random(7)
    for one in of:
        outcome = dice.choice((*PassageOutcome,))
        stays = outcome is PassageOutcome.STAYING
        yield StagePassage(
            id=StagePassageId(crm.ids()),
            opportunity=one.id,
            stage=dice.choice(process).id,
            entered_at=one.created_at,
            entered_by=one.created_by,
            assignee=one.assignee,
            left_at=None if stays else one.created_at + dt.timedelta(days=dice.randrange(1, 60)),
            outcome=outcome,
            version=1,
        )


def _positions(crm: Crm, of: Sequence[Opportunity]) -> Iterator[PipelinePosition]:
    """How each opportunity stood from its recording on: half of them were evaluated once more, or moved."""
    dice = random.Random(10)
    for one in of:
        now = {name: getattr(one, source) for name, source in FOLLOWED.items()}
        stood = [(one.created_at, {**now, "status": OpportunityStatus.ASSIGNED} if one.closed_at else now)]
        if dice.randrange(2):
            first: dict[str, Any] = {"amount": Decimal(dice.randrange(10_000_000)).scaleb(-2), "expected_on": None}
            earlier = {**stood[0][1], **dice.choice((first, {"amount": None}, {"success_rate": 20}))}
            changed = one.created_at + ((one.closed_at or one.created_at + dt.timedelta(days=60)) - one.created_at) / 2
            stood = [(one.created_at, earlier), (changed.replace(microsecond=0), stood[0][1])]
        if one.closed_at:
            stood.append((one.closed_at, now))
        nothing: dict[str, Any] = dict.fromkeys(PRIOR)
        for place, (since, facts) in enumerate(stood):
            prior = stood[place - 1][1] if place else nothing
            yield PipelinePosition(
                id=PipelinePositionId(crm.ids() if place else one.id),
                opportunity=one.id,
                since=since,
                until=stood[place + 1][0] if place + 1 < len(stood) else None,
                **facts,
                **{PRIOR[name]: value for name, value in prior.items()},
                version=1,
            )


def _activities(crm: Crm, of: Sequence[Opportunity], sellers: Sequence[Any]) -> Iterator[SalesActivity]:
    dice = random.Random(11)
    for one in of:
        day = (one.created_at + dt.timedelta(days=9)).date()
        state = dice.choice((*ActivityProgress,))
        yield SalesActivity(
            id=SalesActivityId(crm.ids()),
            opportunity=one.id,
            kind="visit",
            planned_on=day,
            content="上门演示。",
            state=state,
            done_on=day if state is ActivityProgress.DONE else None,
            responsible=dice.choice(sellers),
            created_at=one.created_at,
            version=1,
        )


def _snapshots() -> Iterator[PipelineSnapshot]:
    for id_, taken in zip((FIRST, THEN), TAKEN, strict=True):
        yield PipelineSnapshot(id=id_, day=taken.date(), taken_at=taken, open_opportunities=0, version=1)


def _stage_then(crm: Crm, snapshot: PipelineSnapshotId, stage: SalesStage) -> SnapshotStage:
    return SnapshotStage(
        id=SnapshotStageId(crm.ids()),
        snapshot=snapshot,
        stage=stage.id,
        name=stage.name,
        position=stage.position,
        probability=stage.probability // 2,
        version=1,
    )


def _targets(crm: Crm, sellers: Sequence[Any]) -> Iterator[SalesTarget]:
    """Of the company and of each person, for two years."""
    company = SalesTarget(
        id=SalesTargetId(crm.ids()),
        slot="2024",
        span=TargetSpan.YEAR,
        starts_on=dt.date(2024, 1, 1),
        ends_on=dt.date(2024, 12, 31),
        amount=Decimal(10_000_000),
        number=1000,
        created_by=sellers[0],
        created_at=START,
        version=1,
    )
    for year in (2023, 2024):
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        for user in (None, *sellers):
            new = SalesTargetId(crm.ids())
            yield attrs.evolve(company, id=new, slot=f"{year} {user}", starts_on=first, ends_on=last, user=user)
