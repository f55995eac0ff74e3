"""What people give to agree on service: targets, contracts, skills; sizes and meaning are those of the entities."""

import datetime as dt
from typing import NotRequired, Required, TypedDict

from crmcore.agreements.entity import ServiceTargetId
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.customers.entity import CustomerId
from crmcore.service.entity import Priority

__all__ = ["ContractChanges", "ContractFields", "SkillFields", "TargetChanges", "TargetFields"]


class TargetFields(TypedDict):
    """What somebody gives to say how soon requests of a kind are answered and handled."""

    name: Required[str]
    calendar: Required[WorkingCalendarId]
    type: NotRequired[str]
    priority: NotRequired[Priority | None]
    level: NotRequired[str]
    respond_within: NotRequired[int | None]
    resolve_within: NotRequired[int | None]
    risk_percent: NotRequired[int]


class TargetChanges(TypedDict, total=False):
    """What may change about a target."""

    name: str
    calendar: WorkingCalendarId
    type: str
    priority: Priority | None
    level: str
    respond_within: int | None
    resolve_within: int | None
    risk_percent: int


class ContractFields(TypedDict):
    """What somebody gives to record a service contract (requirement X-SRV-01)."""

    customer: Required[CustomerId]
    title: Required[str]
    starts_on: Required[dt.date]
    ends_on: Required[dt.date]
    number: NotRequired[str]
    covers: NotRequired[tuple[str, ...]]
    products: NotRequired[tuple[str, ...]]
    included_requests: NotRequired[int | None]
    target: NotRequired[ServiceTargetId | None]
    remark: NotRequired[str]


class ContractChanges(TypedDict, total=False):
    """What may change about a service contract; it stays the same customer's."""

    number: str
    title: str
    starts_on: dt.date
    ends_on: dt.date
    covers: tuple[str, ...]
    products: tuple[str, ...]
    included_requests: int | None
    target: ServiceTargetId | None
    remark: str


class SkillFields(TypedDict):
    """What somebody gives to say what a member of staff is good at (requirement X-SRV-02)."""

    type: Required[str]
    proficiency: NotRequired[int]
    remark: NotRequired[str]
