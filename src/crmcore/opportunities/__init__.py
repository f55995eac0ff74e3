"""Marketing: sales opportunities and their development plans, from the first hint to a won customer.

Requirements chapter 2. The use cases are functions of a unit of work: ``opportunities.create(work, …)``.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.opportunities.actions import create, delete, dispatch, edit, terminate, win
    from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, PlanItem, PlanItemId
    from crmcore.opportunities.lists import detail, developments, unassigned
    from crmcore.opportunities.plans import add_plan_item, delete_plan_item, edit_plan_item, plan, record_result

__all__ = [
    "Opportunity",
    "OpportunityId",
    "OpportunityStatus",
    "PlanItem",
    "PlanItemId",
    "add_plan_item",
    "create",
    "delete",
    "delete_plan_item",
    "detail",
    "developments",
    "dispatch",
    "edit",
    "edit_plan_item",
    "plan",
    "record_result",
    "terminate",
    "unassigned",
    "win",
]

_HERE = "crmcore.opportunities"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("create", "delete", "dispatch", "edit", "terminate", "win"), f"{_HERE}.actions"),
        **dict.fromkeys(
            ("Opportunity", "OpportunityId", "OpportunityStatus", "PlanItem", "PlanItemId"), f"{_HERE}.entity"
        ),
        **dict.fromkeys(("detail", "developments", "unassigned"), f"{_HERE}.lists"),
        **dict.fromkeys(
            ("add_plan_item", "delete_plan_item", "edit_plan_item", "plan", "record_result"), f"{_HERE}.plans"
        ),
    },
)
