"""What was agreed about service with a customer, and what is done for him; for a world in which everybody has some."""

import datetime as dt
from typing import Any
from uuid import UUID

from crmcore.access.entity import UserId
from crmcore.agreements.entity import (
    ServiceContract,
    ServiceContractId,
    ServiceTarget,
    ServiceTargetId,
    StaffSkill,
    StaffSkillId,
)
from crmcore.calendars.entity import WorkingCalendar, WorkingCalendarId
from crmcore.care.entity import CareActivity, CareActivityId, CareStatus, OpinionState
from crmcore.customers.entity import Customer
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest, ServiceRequestId
from crmcore.storage.crm import Crm

__all__ = ["ROUND_THE_CLOCK", "agreed_with", "served_by"]

ROUND_THE_CLOCK = WorkingCalendarId(UUID("01900000-0000-7000-8000-000000000006"))
"""The calendar of every target that :func:`served_by` makes."""


def agreed_with(crm: Crm, customer: Customer) -> dict[str, Any]:
    """A contract with a customer, care planned and done, and a request nobody has been given; only made."""
    about: dict[str, Any] = {
        "customer": customer.id,
        "created_by": customer.created_by,
        "created_at": crm.clock(),
        "version": 1,
    }
    contract = ServiceContract(
        id=ServiceContractId(crm.ids()),
        number=f"HT{customer.number.removeprefix('KH')}",
        number_key=f"ht{customer.number.removeprefix('KH')}",
        title="年度维护",
        starts_on=dt.date(2026, 1, 1),
        ends_on=dt.date(2026, 12, 31),
        **about,
    )
    care = CareActivity(
        id=CareActivityId(crm.ids()),
        kind="greeting",
        content="问候",
        planned_on=dt.date(2026, 3, 9),
        **about,
    )
    heard = CareActivity(
        id=CareActivityId(crm.ids()),
        kind="visit",
        content="拜访",
        planned_on=dt.date(2026, 2, 9),
        status=CareStatus.DONE,
        done_on=dt.date(2026, 2, 9),
        done_by=customer.manager,
        result="已拜访",
        opinion="送货太慢",
        opinion_state=OpinionState.OPEN,
        **about,
    )
    asked = ServiceRequest(
        id=ServiceRequestId(crm.ids()),
        number=f"FW{customer.number.removeprefix('KH')}",
        type="complaint",
        title="显示器有亮点",
        request="请更换。",
        **about,
    )
    return {"contract": contract, "care": care, "heard": heard, "asked": with_derived(asked)}


def served_by(crm: Crm, user: UserId) -> dict[str, Any]:
    """A target with its hours, and what somebody is good at; only made."""
    calendar = WorkingCalendar(id=ROUND_THE_CLOCK, name="全天", name_key="全天", monday=("00:00-24:00",), version=1)
    target = ServiceTarget(
        id=ServiceTargetId(crm.ids()),
        name="例外",
        name_key="例外",
        type="suggestion",
        resolve_within=60,
        calendar=calendar.id,
        version=1,
    )
    skill = StaffSkill(id=StaffSkillId(crm.ids()), user=user, type="complaint", version=1)
    return {"round_the_clock": calendar, "service_target": target, "skill": skill}
