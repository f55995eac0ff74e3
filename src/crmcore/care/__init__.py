"""Customer care: attention to customers without their asking (requirements X-CAR-01 to 03).

::

    with crm.work(as_user="lihua") as work:
        greeting = care.plan(work, customer.id, kind="greeting", content="Mid-autumn", planned_on=day, remind_days=7)
        for due in care.reminders(work).rows:
            care.complete(work, due.id, result="Called", opinion="Delivery takes too long")
        for said in care.opinions(work, state=care.OpinionState.OPEN).rows:
            care.file_opinion(work, said.id, type="complaint", title="Delivery")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.care.actions import cancel, complete, edit, plan
    from crmcore.care.entity import CareActivity, CareActivityId, CareStatus, OpinionState
    from crmcore.care.lists import activities, detail, opinions, origin_of, overdue, reminders
    from crmcore.care.opinion_actions import file_opinion, process_opinion

__all__ = [
    "CareActivity",
    "CareActivityId",
    "CareStatus",
    "OpinionState",
    "activities",
    "cancel",
    "complete",
    "detail",
    "edit",
    "file_opinion",
    "opinions",
    "origin_of",
    "overdue",
    "plan",
    "process_opinion",
    "reminders",
]

_HERE = "crmcore.care"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("cancel", "complete", "edit", "plan"), f"{_HERE}.actions"),
        **dict.fromkeys(("CareActivity", "CareActivityId", "CareStatus", "OpinionState"), f"{_HERE}.entity"),
        **dict.fromkeys(("activities", "detail", "opinions", "origin_of", "overdue", "reminders"), f"{_HERE}.lists"),
        **dict.fromkeys(("file_opinion", "process_opinion"), f"{_HERE}.opinion_actions"),
    },
)
