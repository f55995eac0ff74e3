"""Sales targets and plans: who is to sell how much until when (requirements X-TGT-01, X-TGT-02).

::

    with crm.work(as_user="zhaomin") as work:
        targets.plan_year(work, 2026, user=lihua.id, amount=Decimal("1200000"), into=TargetSpan.QUARTER)
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.targets.actions import delete_target, edit_target, plan_year, set_target
    from crmcore.targets.entity import SalesTarget, SalesTargetId, TargetSpan
    from crmcore.targets.lists import target, target_parts, targets, targets_on

__all__ = [
    "SalesTarget",
    "SalesTargetId",
    "TargetSpan",
    "delete_target",
    "edit_target",
    "plan_year",
    "set_target",
    "target",
    "target_parts",
    "targets",
    "targets_on",
]

_HERE = "crmcore.targets"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("delete_target", "edit_target", "plan_year", "set_target"), f"{_HERE}.actions"),
        **dict.fromkeys(("SalesTarget", "SalesTargetId", "TargetSpan"), f"{_HERE}.entity"),
        **dict.fromkeys(("target", "target_parts", "targets", "targets_on"), f"{_HERE}.lists"),
    },
)
