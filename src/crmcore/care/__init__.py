"""Customer care: attention to customers without their asking (requirements X-CAR-01 to 03).

::

    with crm.work(as_user="lihua") as work:
        greeting = care.plan(work, customer.id, kind="greeting", content="Mid-autumn", planned_on=day, remind_days=7)
        for due in care.reminders(work).rows:
            care.complete(work, due.id, result="Called", opinion="Delivery takes too long")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.care.actions import cancel, complete, edit, plan
    from crmcore.care.entity import CareActivity, CareActivityId, CareStatus
    from crmcore.care.lists import activities, detail, opinions, overdue, reminders

__all__ = [
    "CareActivity",
    "CareActivityId",
    "CareStatus",
    "activities",
    "cancel",
    "complete",
    "detail",
    "edit",
    "opinions",
    "overdue",
    "plan",
    "reminders",
]

_HERE = "crmcore.care"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("cancel", "complete", "edit", "plan"), f"{_HERE}.actions"),
        **dict.fromkeys(("CareActivity", "CareActivityId", "CareStatus"), f"{_HERE}.entity"),
        **dict.fromkeys(("activities", "detail", "opinions", "overdue", "reminders"), f"{_HERE}.lists"),
    },
)
