"""Service requests for tests: what somebody asked for, and short ways to a state."""

import json
from typing import Any

import attrs

from company.clients import entered, put
from crmcore import SYSTEM, calendars, service
from crmcore.access.entity import UserId
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.calendars.entity import SpecialDay, SpecialDayId, WorkingCalendar, WorkingCalendarId
from crmcore.customers.entity import Customer
from crmcore.service.entity import (
    RequestAttachment,
    RequestAttachmentId,
    RequestNote,
    RequestNoteId,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceRoundId,
    ServiceStatus,
)
from crmcore.service.merge_record import RequestMerge, RequestMergeId
from crmcore.storage.crm import Crm

ASKED: dict[str, Any] = {"type": "complaint", "title": "显示器有亮点", "request": "三台显示器有亮点，请更换。"}


def filed(crm: Crm, customer: Customer | None = None, by: str = "lihua", **given: Any) -> ServiceRequest:
    """A request nobody has been given yet, of a customer of Li Hua's."""
    customer = customer or entered(crm, by)
    return crm.perform(service.create, as_user=by, **{**ASKED, "customer": customer.id, **given})


def assigned(crm: Crm, customer: Customer | None = None, to: str = "wangwei", **given: Any) -> ServiceRequest:
    """A request that somebody is treating."""
    return crm.perform(service.assign, filed(crm, customer, **given).id, to=to, as_user="zhaomin")


def handled(crm: Crm, customer: Customer | None = None, by: str = "wangwei", **given: Any) -> ServiceRequest:
    """A request about which the customer is to be asked."""
    return crm.perform(service.handle, assigned(crm, customer, by, **given).id, "已更换。", as_user=by)


def judged(crm: Crm, request: ServiceRequest, satisfaction: int, by: str = "wangwei") -> ServiceRequest:
    """The request after the customer was asked."""
    return crm.perform(service.feedback, request.id, result="客户意见", satisfaction=satisfaction, as_user=by)


def archived(crm: Crm, customer: Customer | None = None, by: str = "wangwei", **given: Any) -> ServiceRequest:
    """A request of a satisfied customer."""
    return judged(crm, handled(crm, customer, by, **given), 5, by)


def reread(crm: Crm, request: ServiceRequest) -> ServiceRequest:
    """The request as it is stored now, whoever may see it."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return work.service_requests.get(request.id)


def promised(crm: Crm, **minutes: Any) -> WorkingCalendar:
    """Office hours from 9 to 12 and 13 to 18, and a promise for every request counted in them."""
    office = crm.perform(calendars.create_calendar, name="办公时间", as_user="zhaomin")
    target = ServiceTarget(
        id=ServiceTargetId(crm.ids()), name="所有请求", name_key="所有请求", calendar=office.id, version=1, **minutes
    )
    put(crm, target)
    return office


def desk_of(crm: Crm, owner: UserId, customer: Customer, closer: UserId) -> dict[str, Any]:
    """A person's requests, one in each state, with what belongs to one of them; only made, not stored.

    The archived one was treated by *closer*.
    """
    now = crm.clock()

    def of(place: int, **given: Any) -> ServiceRequest:
        return ServiceRequest(
            id=ServiceRequestId(crm.ids()),
            number=f"FW{place}{str(owner)[-12:]}",
            customer=customer.id,
            customer_name=customer.name,
            created_by=owner,
            created_at=now,
            version=1,
            **ASKED,
            **given,
        )

    given = {"assignee": owner, "assigned_at": now}
    done = {**given, "handling": "h", "handled_by": owner, "handled_at": now}
    closed = {**done, "assignee": closer, "handled_by": closer, "archived_at": now}
    new = of(1)
    return {
        "new_request": new,
        "given_request": of(2, status=ServiceStatus.ASSIGNED, **given),
        "handled_request": of(3, status=ServiceStatus.HANDLED, **done),
        "closed_request": of(4, status=ServiceStatus.ARCHIVED, **closed),
        "service_round": ServiceRound(
            id=ServiceRoundId(crm.ids()), request=new.id, number=1, ended_by=owner, ended_at=now, version=1
        ),
        "request_note": RequestNote(
            id=RequestNoteId(crm.ids()), request=new.id, text="t", written_by=owner, written_at=now, version=1
        ),
        "request_attachment": RequestAttachment(
            id=RequestAttachmentId(crm.ids()),
            request=new.id,
            file_name="f",
            size=1,
            added_by=owner,
            added_at=now,
            version=1,
        ),
    }


def shared_desk(crm: Crm, kept: ServiceRequest) -> dict[str, Any]:
    """A calendar, and another request that was merged into *kept*; only made, not stored."""
    now = crm.clock()
    gone = attrs.evolve(
        kept,
        id=ServiceRequestId(crm.ids()),
        number="FW-merged",
        status=ServiceStatus.ARCHIVED,
        archived_at=now,
        merged_into=kept.id,
    )
    names = ("article_use", "invitation", "request_attachment", "request_note", "service_round")
    said = {
        "kept": {"responded_at": None},
        "absorbed": {"status": "new", "archived_at": None, "merged_into": None, "responded_at": None},
        "moved": {name: [] for name in names},
        "round": [1, 1],
    }
    merge = RequestMerge(
        id=RequestMergeId(crm.ids()),
        kept=kept.id,
        absorbed=gone.id,
        before=json.dumps(said),
        done_by=kept.created_by,
        done_at=now,
        version=1,
    )
    office = WorkingCalendar(
        id=WorkingCalendarId(crm.ids()), name="办公", name_key="办公", monday=("09:00-12:00",), version=1
    )
    day = SpecialDay(id=SpecialDayId(crm.ids()), calendar=office.id, day=now.date(), version=1)
    return {"merged_request": gone, "request_merge": merge, "working_calendar": office, "special_day": day}
