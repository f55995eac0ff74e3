"""Sales opportunities and the items of their development plans (requirements 2.1 to 2.3)."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar, Final, NewType, NotRequired, Required, TypedDict
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Range
from crmcore.base.kinds import hint
from crmcore.customers.entity import CustomerId
from crmcore.pipeline.entity import ForecastCategory, SalesStageId

__all__ = [
    "ARCHIVED",
    "DISPATCHED",
    "OPEN",
    "OPEN_ACTIVITY",
    "ActivityProgress",
    "Opportunity",
    "OpportunityChanges",
    "OpportunityEvaluation",
    "OpportunityFields",
    "OpportunityId",
    "OpportunityStatus",
    "PlanItem",
    "PlanItemChanges",
    "PlanItemId",
    "SalesActivity",
    "SalesActivityChanges",
    "SalesActivityFields",
    "SalesActivityId",
]

OpportunityId = NewType("OpportunityId", UUID)
PlanItemId = NewType("PlanItemId", UUID)
SalesActivityId = NewType("SalesActivityId", UUID)


class OpportunityStatus(enum.Enum):
    """How far an opportunity has come (requirement 2.3)."""

    UNASSIGNED = "unassigned"
    """未分配"""
    ASSIGNED = "assigned"
    """开发中"""
    WON = "won"
    """开发成功"""
    LOST = "lost"
    """开发失败"""


DISPATCHED: Final = (OpportunityStatus.ASSIGNED, OpportunityStatus.WON, OpportunityStatus.LOST)
"""States of the plan list (requirement OPP-07)."""
ARCHIVED: Final = (OpportunityStatus.WON, OpportunityStatus.LOST)
"""States in which nothing changes any more (已归档)."""
OPEN: Final = (OpportunityStatus.UNASSIGNED, OpportunityStatus.ASSIGNED)
"""States in which it may still be won."""


class ActivityProgress(enum.Enum):
    """How far a sales activity has come (requirement X-OPP-07)."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_ACTIVITY: Final = (ActivityProgress.PLANNED, ActivityProgress.UNDER_WAY)
"""States in which something is still to be done."""


class OpportunityFields(TypedDict):
    """What somebody gives to record an opportunity; sizes and meaning are those of :class:`Opportunity`."""

    customer_name: Required[str]
    title: Required[str]
    success_rate: Required[int]
    description: Required[str]
    source: NotRequired[str]
    contact_name: NotRequired[str]
    contact_phone: NotRequired[str]


class OpportunityChanges(TypedDict, total=False):
    """The seven fields that may change while nobody is assigned (requirement 2.3, edit)."""

    customer_name: str
    title: str
    success_rate: int
    description: str
    source: str
    contact_name: str
    contact_phone: str


class OpportunityEvaluation(TypedDict, total=False):
    """What is reckoned of an opportunity, as long as it is open (requirement X-OPP-01)."""

    expected_amount: Decimal | None
    expected_on: dt.date | None
    target_amount: Decimal | None
    follow_up: str
    category: ForecastCategory


class SalesActivityFields(TypedDict):
    """What somebody gives to plan a sales activity (requirement X-OPP-07)."""

    kind: Required[str]
    planned_on: Required[dt.date]
    content: Required[str]


class SalesActivityChanges(TypedDict, total=False):
    """What may change about an activity that is not over."""

    kind: str
    planned_on: dt.date
    content: str


class PlanItemChanges(TypedDict, total=False):
    """What may change in a step of a plan; its date may not (requirement 2.2)."""

    content: str


@attrs.frozen(kw_only=True, field_transformer=checked)
class Opportunity:
    """A lead to a possible new customer (requirement 2.1)."""

    id: OpportunityId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 20), metadata=hint(system=True, unique=True))
    """Number that people read out, ``XS261121203055123`` (decision 16.11)."""
    source: str = field(default="", validator=Length(0, 50))
    """Where the lead came from."""
    customer_name: str = field(validator=Length(1, 100), metadata=hint(searchable=True))
    """Name of the prospect, who need not exist as a customer."""
    success_rate: int = field(validator=Range(0, 100), metadata=hint(unit="%"))
    """Estimated chance of success in percent, 0 to 100."""
    title: str = field(validator=Length(1, 200), metadata=hint(searchable=True))
    """What it is about, in short."""
    contact_name: str = field(default="", validator=Length(0, 50), metadata=hint(searchable=True, personal=True))
    contact_phone: str = field(default="", validator=Length(0, 50), metadata=hint(personal=True))
    description: str = field(validator=Length(1, 2000), metadata=hint(long=True))
    created_by: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    assignee: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    """The account manager it was dispatched to: the sales owner (销售负责人; requirements OPP-02, X-OPP-01)."""
    assigned_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    status: OpportunityStatus = field(default=OpportunityStatus.UNASSIGNED, metadata=hint(system=True))
    customer: CustomerId | None = field(default=None, metadata=hint(system=True, indexed=True, ref="customer"))
    """The customer it was won as (requirement OPP-10)."""
    proof: str = field(default="", validator=Length(0, 50), metadata=hint(system=True))
    """Number of the order or contract that proves the success (decision 16.5)."""
    closed_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    """When it was won or lost."""
    stage: SalesStageId | None = field(default=None, metadata=hint(system=True, ref="sales_stage"))
    """Stage of the sales process; None before it is dispatched (销售阶段; requirement X-OPP-01)."""
    expected_amount: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    """What it is expected to bring, in the company's currency; what it brought, once it is won (预计成交金额)."""
    expected_on: dt.date | None = field(default=None, metadata=hint(system=True))
    """The day on which it is expected to be won (预计成交时间)."""
    target_amount: Decimal | None = field(default=None, validator=Digits(18, 2), metadata=hint(system=True))
    """What the company wants it to bring (目标金额)."""
    follow_up: str = field(
        default="", validator=Length(0, 50), metadata=hint(system=True, dictionary="follow_up_status")
    )
    """How the follow-up goes (跟进状态)."""
    category: ForecastCategory | None = field(default=None, metadata=hint(system=True))
    """How sure the sales owner is; None until somebody said so."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("status", "created_at"),
        ("assignee", "created_at"),
        ("status", "expected_on"),
        ("status", "expected_amount"),
    )


@attrs.frozen(kw_only=True, field_transformer=checked)
class PlanItem:
    """One dated step of the plan to develop an opportunity (requirement 2.2)."""

    id: PlanItemId = field(metadata=hint(system=True))
    opportunity: OpportunityId = field(metadata=hint(system=True, ref="opportunity"))
    plan_date: dt.date = field(metadata=hint(fixed=True))
    """Day the step is due; can't be changed afterwards."""
    content: str = field(validator=Length(1, 500), metadata=hint(long=True))
    result: str = field(default="", validator=Length(0, 500), metadata=hint(system=True, long=True))
    """What came of it, recorded when the plan is executed."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("opportunity", "plan_date"),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class SalesActivity:
    """Something done to win an opportunity: a demonstration, a visit, a promotion (销售活动; requirement X-OPP-07)."""

    id: SalesActivityId = field(metadata=hint(system=True))
    opportunity: OpportunityId = field(metadata=hint(system=True, ref="opportunity"))
    kind: str = field(validator=Length(1, 50), metadata=hint(dictionary="sales_activity_kind"))
    planned_on: dt.date
    content: str = field(validator=Length(1, 500), metadata=hint(long=True))
    """What is planned."""
    state: ActivityProgress = field(default=ActivityProgress.PLANNED, metadata=hint(system=True))
    progress: str = field(default="", validator=Length(0, 1000), metadata=hint(system=True, long=True))
    """How it goes (进展)."""
    result: str = field(default="", validator=Length(0, 1000), metadata=hint(system=True, long=True))
    """What came of it, or why it was called off (结果)."""
    done_on: dt.date | None = field(default=None, metadata=hint(system=True))
    responsible: UserId = field(metadata=hint(system=True, ref="user"))
    """Who planned it, or did it."""
    created_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("opportunity", "planned_on"), ("planned_on",))
