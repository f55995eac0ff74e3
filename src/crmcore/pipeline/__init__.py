"""The sales process and the forecast: stages, how opportunities pass them, what is expected (X-OPP-01 to 03, X-TGT-01).

::

    with crm.work(as_user="zhaomin") as work:
        offer = pipeline.create_stage(work, name="Offer", probability=50, needed=("expected_amount",))
    with crm.work(as_user="lihua") as work:
        opportunities.evaluate(work, chance.id, expected_amount=Decimal("100000"), expected_on=day)
        pipeline.move(work, chance.id, to=offer.id)
    pipeline.take_snapshot(crm)  # every night, by a scheduler
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.pipeline.entity import ForecastCategory, SalesStage, SalesStageId
    from crmcore.pipeline.flow import Movement, Pipeline, moved, moved_between, standing_at
    from crmcore.pipeline.lists import SnapshotDetail, movements, positions, snapshot, snapshots
    from crmcore.pipeline.moving import MoveOffer, Progress, move, move_offers, passages, progress
    from crmcore.pipeline.process import (
        arrange_stages,
        create_stage,
        edit_stage,
        restore_stage,
        retire_stage,
        stage_loads,
        stages,
    )
    from crmcore.pipeline.standing import (
        PassageOutcome,
        PipelinePosition,
        PipelineSnapshot,
        PipelineSnapshotId,
        SnapshotStage,
        StagePassage,
    )
    from crmcore.pipeline.taking import Taken, take_snapshot

__all__ = [
    "ForecastCategory",
    "MoveOffer",
    "Movement",
    "PassageOutcome",
    "Pipeline",
    "PipelinePosition",
    "PipelineSnapshot",
    "PipelineSnapshotId",
    "Progress",
    "SalesStage",
    "SalesStageId",
    "SnapshotDetail",
    "SnapshotStage",
    "StagePassage",
    "Taken",
    "arrange_stages",
    "create_stage",
    "edit_stage",
    "move",
    "move_offers",
    "moved",
    "moved_between",
    "movements",
    "passages",
    "positions",
    "progress",
    "restore_stage",
    "retire_stage",
    "snapshot",
    "snapshots",
    "stage_loads",
    "stages",
    "standing_at",
    "take_snapshot",
]

_HERE = "crmcore.pipeline"
_STANDING = (
    "PassageOutcome",
    "PipelinePosition",
    "PipelineSnapshot",
    "PipelineSnapshotId",
    "SnapshotStage",
    "StagePassage",
)
_MOVING = ("MoveOffer", "Progress", "move", "move_offers", "passages", "progress")
_KEEPING = (
    "arrange_stages",
    "create_stage",
    "edit_stage",
    "restore_stage",
    "retire_stage",
    "stage_loads",
    "stages",
)
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("ForecastCategory", "SalesStage", "SalesStageId"), f"{_HERE}.entity"),
        **dict.fromkeys(("SnapshotDetail", "movements", "positions", "snapshot", "snapshots"), f"{_HERE}.lists"),
        **dict.fromkeys(("Movement", "Pipeline", "moved", "moved_between", "standing_at"), f"{_HERE}.flow"),
        **dict.fromkeys(_MOVING, f"{_HERE}.moving"),
        **dict.fromkeys(("Taken", "take_snapshot"), f"{_HERE}.taking"),
        **dict.fromkeys(_KEEPING, f"{_HERE}.process"),
        **dict.fromkeys(_STANDING, f"{_HERE}.standing"),
    },
)
