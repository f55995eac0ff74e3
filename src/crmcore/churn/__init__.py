"""Churn: warnings about customers who may be leaving, and what is done about them (requirement 3.7).

::

    swept = churn.sweep(crm)
    with crm.work(as_user="wangwei") as work:
        for case in churn.listing(work, status=ChurnStatus.WARNING).rows:
            churn.delay(work, case.id, "Visited the buyer; a new offer follows on Monday.")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.churn.actions import confirm, delay, retain
    from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
    from crmcore.churn.lists import CaseDetail, detail, listing, notice
    from crmcore.churn.sweeping import Swept, is_due, sweep

__all__ = [
    "CaseDetail",
    "ChurnCase",
    "ChurnCaseId",
    "ChurnStatus",
    "Swept",
    "confirm",
    "delay",
    "detail",
    "is_due",
    "listing",
    "notice",
    "retain",
    "sweep",
]

_HERE = "crmcore.churn"
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(("confirm", "delay", "retain"), f"{_HERE}.actions"),
        **dict.fromkeys(("ChurnCase", "ChurnCaseId", "ChurnStatus"), f"{_HERE}.entity"),
        **dict.fromkeys(("CaseDetail", "detail", "listing", "notice"), f"{_HERE}.lists"),
        **dict.fromkeys(("Swept", "is_due", "sweep"), f"{_HERE}.sweeping"),
    },
)
