"""Where opportunities stood at any time: the stages they passed, what was forecast of them, and named snapshots.

A position says what was forecast of an opportunity from one instant to another, and what had been before: so the state
of all opportunities at any instant is one condition, and what happened between two instants is the positions that
began between them (requirements X-OPP-02, X-TGT-01).
"""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Range
from crmcore.base.kinds import hint
from crmcore.opportunities.entity import OpportunityId, OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory, SalesStageId

__all__ = [
    "PassageOutcome",
    "PipelinePosition",
    "PipelinePositionId",
    "PipelineSnapshot",
    "PipelineSnapshotId",
    "SnapshotStage",
    "SnapshotStageId",
    "StagePassage",
    "StagePassageId",
]

StagePassageId = NewType("StagePassageId", UUID)
PipelinePositionId = NewType("PipelinePositionId", UUID)
PipelineSnapshotId = NewType("PipelineSnapshotId", UUID)
SnapshotStageId = NewType("SnapshotStageId", UUID)


class PassageOutcome(enum.Enum):
    """How an opportunity left a stage."""

    STAYING = "staying"
    """It is still there."""
    FORWARD = "forward"
    """To a later stage."""
    BACKWARD = "backward"
    """To an earlier one."""
    WON = "won"
    LOST = "lost"


@attrs.frozen(kw_only=True, field_transformer=checked)
class StagePassage:
    """That an opportunity was in a stage, from when to when (阶段转换; requirement X-OPP-02)."""

    id: StagePassageId = field(metadata=hint(system=True))
    opportunity: OpportunityId = field(metadata=hint(system=True, ref="opportunity"))
    stage: SalesStageId = field(metadata=hint(system=True, ref="sales_stage"))
    from_stage: SalesStageId | None = field(default=None, metadata=hint(system=True, ref="sales_stage"))
    """The stage before; None for the first."""
    entered_at: dt.datetime = field(metadata=hint(system=True))
    entered_by: UserId = field(metadata=hint(system=True, ref="user"))
    reason: str = field(default="", validator=Length(0, 500), metadata=hint(system=True, long=True))
    """Why it was moved here; wanted when it went back."""
    assignee: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    """Who was selling when it entered."""
    left_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    to_stage: SalesStageId | None = field(default=None, metadata=hint(system=True, ref="sales_stage"))
    """The stage after; None while it is here, and when it was won or lost from here."""
    outcome: PassageOutcome = field(default=PassageOutcome.STAYING, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("opportunity", "entered_at"), ("stage", "entered_at"))


@attrs.frozen(kw_only=True, field_transformer=checked)
class PipelinePosition:
    """What was forecast of an opportunity for some time, and what had been before (requirement X-TGT-01).

    The first one of an opportunity has its id; so none is made twice.
    """

    id: PipelinePositionId = field(metadata=hint(system=True))
    opportunity: OpportunityId = field(metadata=hint(system=True, ref="opportunity"))
    since: dt.datetime = field(metadata=hint(system=True, indexed=True))
    until: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When something changed; None if this is how it stands. It no longer held at that instant."""
    status: OpportunityStatus = field(metadata=hint(system=True))
    """A removed opportunity counts as lost."""
    amount: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    expected_on: dt.date | None = field(default=None, metadata=hint(system=True))
    stage: SalesStageId | None = field(default=None, metadata=hint(system=True, ref="sales_stage"))
    category: ForecastCategory | None = field(default=None, metadata=hint(system=True))
    owner: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    success_rate: int | None = field(default=None, validator=Range(0, 100), metadata=hint(system=True, unit="%"))
    """The opportunity's own, by which what is in no stage is weighted."""
    prior_status: OpportunityStatus | None = field(default=None, metadata=hint(system=True))
    """The same before; None throughout for the first position of an opportunity."""
    prior_amount: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    prior_expected_on: dt.date | None = field(default=None, metadata=hint(system=True))
    prior_stage: SalesStageId | None = field(default=None, metadata=hint(system=True, ref="sales_stage"))
    prior_category: ForecastCategory | None = field(default=None, metadata=hint(system=True))
    prior_owner: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    prior_success_rate: int | None = field(default=None, validator=Range(0, 100), metadata=hint(system=True, unit="%"))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("opportunity", "since"), ("status", "until"))


@attrs.frozen(kw_only=True, field_transformer=checked)
class PipelineSnapshot:
    """An instant to which forecasts are compared later (requirement X-TGT-01); its id is made of day and name."""

    id: PipelineSnapshotId = field(metadata=hint(system=True))
    name: str = field(default="", validator=Length(0, 50), metadata=hint(system=True, searchable=True))
    """What the company calls it; empty for the one of every day."""
    day: dt.date = field(metadata=hint(system=True, indexed=True))
    """The day in the company's zone."""
    taken_at: dt.datetime = field(metadata=hint(system=True))
    """The positions of this instant are the snapshot."""
    open_opportunities: int = field(validator=Range(0, 2**53), metadata=hint(system=True))
    """How many were open when it was taken."""
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class SnapshotStage:
    """What a stage was when a snapshot was taken, so that a later change does not change an old forecast."""

    id: SnapshotStageId = field(metadata=hint(system=True))
    snapshot: PipelineSnapshotId = field(metadata=hint(system=True, ref="pipeline_snapshot", indexed=True))
    stage: SalesStageId = field(metadata=hint(system=True, ref="sales_stage"))
    name: str = field(validator=Length(1, 50), metadata=hint(system=True))
    position: int = field(validator=Range(1, 1_000_000), metadata=hint(system=True))
    probability: int = field(validator=Range(0, 100), metadata=hint(system=True, unit="%"))
    version: int = field(default=0, metadata=hint(system=True))
