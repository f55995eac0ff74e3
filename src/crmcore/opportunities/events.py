"""What happened to opportunities, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.access.entity import UserId
from crmcore.customers.entity import CustomerId
from crmcore.opportunities.entity import ActivityProgress, OpportunityId, PlanItemId, SalesActivityId

__all__ = [
    "ActivityEnded",
    "ActivityPlanned",
    "OpportunityDeleted",
    "OpportunityDispatched",
    "OpportunityEdited",
    "OpportunityRecorded",
    "OpportunityTerminated",
    "OpportunityWon",
    "PlanItemAdded",
    "PlanItemChanged",
    "PlanItemDeleted",
    "ResultRecorded",
]


@attrs.frozen
class OpportunityRecorded:
    """Somebody recorded an opportunity."""

    opportunity: OpportunityId
    customer_name: str
    title: str


@attrs.frozen
class OpportunityEdited:
    """Somebody changed an opportunity before it was dispatched."""

    opportunity: OpportunityId


@attrs.frozen
class OpportunityDeleted:
    """Its creator removed an opportunity before it was dispatched."""

    opportunity: OpportunityId
    customer_name: str


@attrs.frozen
class OpportunityDispatched:
    """A supervisor gave an opportunity to an account manager."""

    opportunity: OpportunityId
    assignee: UserId


@attrs.frozen
class PlanItemAdded:
    """A step was added to a development plan."""

    opportunity: OpportunityId
    item: PlanItemId
    plan_date: dt.date


@attrs.frozen
class PlanItemChanged:
    """The content of a step was changed."""

    opportunity: OpportunityId
    item: PlanItemId


@attrs.frozen
class PlanItemDeleted:
    """A step was taken out of a plan."""

    opportunity: OpportunityId
    item: PlanItemId


@attrs.frozen
class ResultRecorded:
    """The result of a step was recorded."""

    opportunity: OpportunityId
    item: PlanItemId


@attrs.frozen
class OpportunityWon:
    """The prospect became a customer."""

    opportunity: OpportunityId
    customer: CustomerId
    proof: str


@attrs.frozen
class OpportunityTerminated:
    """Development was given up."""

    opportunity: OpportunityId


@attrs.frozen
class ActivityPlanned:
    """A sales activity was planned."""

    opportunity: OpportunityId
    activity: SalesActivityId
    kind: str
    planned_on: dt.date


@attrs.frozen
class ActivityEnded:
    """A sales activity was done or called off."""

    opportunity: OpportunityId
    activity: SalesActivityId
    kind: str
    state: ActivityProgress
    result: str
