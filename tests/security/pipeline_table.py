"""The sales process, forecasts and targets in the tables of who may do what (``test_matrix``): X-OPP, X-TGT."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from company.forecasts import STAGE
from crmcore import opportunities, pipeline, targets
from crmcore.access.report import all_actions
from crmcore.opportunities.entity import SalesActivity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.flow import Movement
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, SnapshotStage, StagePassage
from crmcore.pipeline.taking import fix_positions
from crmcore.storage.work import Work
from crmcore.targets.entity import SalesTarget, TargetSpan

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

opportunities.activities                  P          +        +         P
opportunities.in_process                  P          +        +         P
opportunities.large_deals                 P          +        +         P
pipeline.stages                           +          +        +         +
pipeline.stage_loads                      +          P        +         P
pipeline.create_stage                     +          P        +         P
pipeline.arrange_stages                   +          P        +         P
pipeline.snapshots                        P          +        +         +
pipeline.fix_positions                    +          P        +         P
setup.standard_process                    +          P        +         P
targets.targets                           P          +        +         +
targets.targets_on                        P          +        +         +
targets.set_target                        P          P        +         P
targets.plan_year                         P          P        +         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

opportunities.evaluate[unassigned]       PPP        ++N      ++N       PPP
opportunities.evaluate[developed]        PPP        +NN      PPN       PPP
opportunities.activities_of              PPP        +NN      ++N       PPP
opportunities.plan_activity              PPP        +NN      PPP       PPP
opportunities.edit_activity              PPP        +NN      PPP       PPP
opportunities.record_progress            PPP        +NN      PPP       PPP
opportunities.complete_activity          PPP        +NN      PPP       PPP
opportunities.cancel_activity            PPP        +NN      PPP       PPP
pipeline.move                            PPP        +NN      PPP       PPP
pipeline.passages                        PPP        +NN      ++N       PPP
pipeline.move_offers                     PPP        +NN      ++N       PPP
pipeline.progress                        PPP        +NN      ++N       PPP
pipeline.edit_stage                      ++N        PPP      ++N       PPP
pipeline.retire_stage                    ++N        PPP      ++N       PPP
pipeline.restore_stage                   ++N        PPP      ++N       PPP
pipeline.snapshot                        PPP        ++N      ++N       ++N
pipeline.positions                       PPP        ++N      ++N       ++N
pipeline.movements                       PPP        ++N      ++N       ++N
targets.target                           PPP        +NN      ++N       ++N
targets.target_parts                     PPP        +NN      ++N       ++N
targets.edit_target                      PPP        PPP      ++N       PPP
targets.delete_target                    PPP        PPP      ++N       PPP
"""
READING: Final = """
SalesActivity                             P         own      all        P
SalesStage                               all        all      all       all
StagePassage                              P         own      all        P
PipelinePosition                          P         own      all       all
PipelineSnapshot                          P         all      all       all
SnapshotStage                             P         all      all       all
SalesTarget                               P         own      all       all
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (
    SalesActivity,
    SalesStage,
    StagePassage,
    PipelinePosition,
    PipelineSnapshot,
    SnapshotStage,
    SalesTarget,
)
TAKE_THE_CRM: Final = {"pipeline.take_snapshot"}
_DAY: Final = dt.date(2026, 3, 10)
_ONE: Final = Decimal(1)


def _standard(work: Work, _: Any) -> Any:
    return next(one for one in all_actions() if one.name == "setup.standard_process").function(work)


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "opportunities.activities": ("", lambda work, _: opportunities.activities(work)),
    "opportunities.in_process": ("", lambda work, _: opportunities.in_process(work)),
    "opportunities.large_deals": ("", lambda work, _: opportunities.large_deals(work)),
    "pipeline.stages": ("", lambda work, _: pipeline.stages(work)),
    "pipeline.stage_loads": ("", lambda work, _: pipeline.stage_loads(work)),
    "pipeline.create_stage": ("", lambda work, _: pipeline.create_stage(work, name="n", probability=1)),
    "pipeline.arrange_stages": ("", lambda work, _: pipeline.arrange_stages(work, (STAGE,))),
    "pipeline.snapshots": ("", lambda work, _: pipeline.snapshots(work)),
    "pipeline.fix_positions": ("", lambda work, _: fix_positions(work)),
    "setup.standard_process": ("", _standard),
    "targets.targets": ("", lambda work, _: targets.targets(work)),
    "targets.targets_on": ("", lambda work, _: targets.targets_on(work)),
    "targets.set_target": (
        "",
        lambda work, _: targets.set_target(work, span=TargetSpan.YEAR, starts_on=dt.date(2030, 1, 1), amount=_ONE),
    ),
    "targets.plan_year": ("", lambda work, _: targets.plan_year(work, 2031, amount=_ONE)),
    "opportunities.evaluate[unassigned]": (
        "unassigned",
        lambda work, id_: opportunities.evaluate(work, id_, expected_amount=_ONE),
    ),
    "opportunities.evaluate[developed]": (
        "developed",
        lambda work, id_: opportunities.evaluate(work, id_, target_amount=_ONE),
    ),
    "opportunities.activities_of": ("developed", opportunities.activities_of),
    "opportunities.plan_activity": (
        "developed",
        lambda work, id_: opportunities.plan_activity(work, id_, kind="visit", planned_on=_DAY, content="c"),
    ),
    "opportunities.edit_activity": (
        "activity",
        lambda work, id_: opportunities.edit_activity(work, id_, content="n"),
    ),
    "opportunities.record_progress": (
        "activity",
        lambda work, id_: opportunities.record_progress(work, id_, progress="p"),
    ),
    "opportunities.complete_activity": (
        "activity",
        lambda work, id_: opportunities.complete_activity(work, id_, result="r"),
    ),
    "opportunities.cancel_activity": (
        "activity",
        lambda work, id_: opportunities.cancel_activity(work, id_, reason="r"),
    ),
    "pipeline.move": ("developed", lambda work, id_: pipeline.move(work, id_, to=STAGE)),
    "pipeline.passages": ("developed", pipeline.passages),
    "pipeline.move_offers": ("developed", pipeline.move_offers),
    "pipeline.progress": ("developed", pipeline.progress),
    "pipeline.edit_stage": ("stage", lambda work, id_: pipeline.edit_stage(work, id_, probability=2)),
    "pipeline.retire_stage": ("stage", pipeline.retire_stage),
    "pipeline.restore_stage": ("stage", pipeline.restore_stage),
    "pipeline.snapshot": ("snapshot", pipeline.snapshot),
    "pipeline.positions": ("snapshot", pipeline.positions),
    "pipeline.movements": (
        "snapshot",
        lambda work, id_: pipeline.movements(work, id_, id_, movement=Movement.WON),
    ),
    "targets.target": ("target", targets.target),
    "targets.target_parts": ("target", targets.target_parts),
    "targets.edit_target": ("target", lambda work, id_: targets.edit_target(work, id_, number=3)),
    "targets.delete_target": ("target", targets.delete_target),
}
