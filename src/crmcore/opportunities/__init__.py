"""Marketing: sales opportunities and their development plans, from the first hint to a won customer.

Requirements chapter 2. The use cases are functions of a unit of work: ``opportunities.create(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.opportunities.actions import create, delete, dispatch, edit, terminate, win
    from crmcore.opportunities.entity import (
        ActivityProgress,
        Opportunity,
        OpportunityId,
        OpportunityStatus,
        PlanItem,
        PlanItemId,
        SalesActivity,
        SalesActivityId,
    )
    from crmcore.opportunities.evaluating import evaluate, in_process, large_deals
    from crmcore.opportunities.lists import detail, developments, unassigned
    from crmcore.opportunities.plans import add_plan_item, delete_plan_item, edit_plan_item, plan, record_result
    from crmcore.opportunities.pursuing import (
        activities,
        activities_of,
        cancel_activity,
        complete_activity,
        edit_activity,
        plan_activity,
        record_progress,
    )

__all__ = [
    "ActivityProgress",
    "Opportunity",
    "OpportunityId",
    "OpportunityStatus",
    "PlanItem",
    "PlanItemId",
    "SalesActivity",
    "SalesActivityId",
    "activities",
    "activities_of",
    "add_plan_item",
    "cancel_activity",
    "complete_activity",
    "create",
    "delete",
    "delete_plan_item",
    "detail",
    "developments",
    "dispatch",
    "edit",
    "edit_activity",
    "edit_plan_item",
    "evaluate",
    "in_process",
    "large_deals",
    "plan",
    "plan_activity",
    "record_progress",
    "record_result",
    "terminate",
    "unassigned",
    "win",
]

_HERE = "crmcore.opportunities"
_ACTIVITIES = (
    "activities",
    "activities_of",
    "cancel_activity",
    "complete_activity",
    "edit_activity",
    "plan_activity",
    "record_progress",
)
_ENTITIES = (
    "ActivityProgress",
    "Opportunity",
    "OpportunityId",
    "OpportunityStatus",
    "PlanItem",
    "PlanItemId",
    "SalesActivity",
    "SalesActivityId",
)
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("create", "delete", "dispatch", "edit", "terminate", "win"), f"{_HERE}.actions"),
        **dict.fromkeys(_ACTIVITIES, f"{_HERE}.pursuing"),
        **dict.fromkeys(_ENTITIES, f"{_HERE}.entity"),
        **dict.fromkeys(("evaluate", "in_process", "large_deals"), f"{_HERE}.evaluating"),
        **dict.fromkeys(("detail", "developments", "unassigned"), f"{_HERE}.lists"),
        **dict.fromkeys(
            ("add_plan_item", "delete_plan_item", "edit_plan_item", "plan", "record_result"), f"{_HERE}.plans"
        ),
    },
)
