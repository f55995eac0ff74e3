"""Service requests for tests: what somebody asked for, and short ways to a state."""

from typing import Any

from company.clients import entered, put
from crmcore import SYSTEM, calendars, service
from crmcore.calendars.entity import WorkingCalendar
from crmcore.customers.entity import Customer
from crmcore.service.agreed import ServiceTarget, ServiceTargetId
from crmcore.service.entity import ServiceRequest
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
