"""What the world keeps of the sales process, forecasts and targets."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.base.schema import Entity
from crmcore.opportunities.entity import Opportunity, SalesActivity, SalesActivityId
from crmcore.pipeline.entity import SalesStage, SalesStageId
from crmcore.pipeline.standing import (
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

STAGE: Final = SalesStageId(UUID("01900000-0000-7000-8000-000000000002"))
"""A stage of the sales process that all share."""
_YEAR: Final = dt.date(2026, 1, 1)
_END: Final = dt.date(2026, 12, 31)


def forecast_of(crm: Crm, owner: UserId, unassigned: Opportunity, developed: Opportunity) -> dict[str, Entity]:
    """What belongs to one person: an activity, a stage passed, positions and a target; only made, not stored.

    Of both opportunities it is noted how they stand, so that a snapshot notes nothing anew.
    """
    now = crm.clock()
    return {
        "activity": SalesActivity(
            id=SalesActivityId(crm.ids()),
            opportunity=developed.id,
            kind="visit",
            planned_on=_YEAR,
            content="c",
            responsible=owner,
            created_at=now,
            version=1,
        ),
        "passage": StagePassage(
            id=StagePassageId(crm.ids()),
            opportunity=developed.id,
            stage=STAGE,
            entered_at=now,
            entered_by=owner,
            version=1,
        ),
        "position": PipelinePosition(
            id=PipelinePositionId(developed.id),
            opportunity=developed.id,
            since=now,
            status=developed.status,
            owner=owner,
            version=1,
        ),
        "noted": PipelinePosition(
            id=PipelinePositionId(unassigned.id),
            opportunity=unassigned.id,
            since=now,
            status=unassigned.status,
            version=1,
        ),
        "target": SalesTarget(
            id=SalesTargetId(crm.ids()),
            slot=f"year {owner}",
            span=TargetSpan.YEAR,
            starts_on=_YEAR,
            ends_on=_END,
            user=owner,
            amount=Decimal(1),
            created_by=owner,
            created_at=now,
            version=1,
        ),
    }


def shared_process(crm: Crm) -> dict[str, Any]:
    """What belongs to nobody: a stage and a snapshot."""
    stage = SalesStage(id=STAGE, name="报价", name_key="报价", position=1, probability=50, version=1)
    taken = PipelineSnapshot(
        id=PipelineSnapshotId(crm.ids()), day=_YEAR, taken_at=crm.clock(), open_opportunities=1, version=1
    )
    then = SnapshotStage(
        id=SnapshotStageId(crm.ids()),
        snapshot=taken.id,
        stage=STAGE,
        name="报价",
        position=1,
        probability=50,
        version=1,
    )
    return {"stage": stage, "snapshot": taken, "snapshot_stage": then}
