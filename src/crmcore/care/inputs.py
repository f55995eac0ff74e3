"""What people give to plan and record customer care; sizes and meaning are those of the entity."""

import datetime as dt
from typing import NotRequired, Required, TypedDict

from crmcore.customers.entity import ContactId
from crmcore.opportunities.entity import OpportunityId
from crmcore.service.entity import Priority

__all__ = ["CareChanges", "CareFields", "OpinionFields"]


class CareFields(TypedDict):
    """What somebody gives to plan something for a customer (requirement X-CAR-02)."""

    kind: Required[str]
    content: Required[str]
    planned_on: Required[dt.date]
    contact: NotRequired[ContactId | None]
    channel: NotRequired[str]
    remind_days: NotRequired[int | None]
    repeats_months: NotRequired[int | None]


class CareChanges(TypedDict, total=False):
    """What may change about something that is still to be done."""

    kind: str
    content: str
    planned_on: dt.date
    contact: ContactId | None
    channel: str
    remind_days: int | None
    repeats_months: int | None


class OpinionFields(TypedDict):
    """What somebody gives to file what a customer said as a service request (requirement X-CAR-03)."""

    type: Required[str]
    title: Required[str]
    request: NotRequired[str]
    contact: NotRequired[ContactId | None]
    opportunity: NotRequired[OpportunityId | None]
    channel: NotRequired[str]
    priority: NotRequired[Priority]
