"""What is done for customers without their asking, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.care.entity import CareActivityId
from crmcore.customers.entity import CustomerId
from crmcore.service.entity import ServiceRequestId

__all__ = ["CareCancelled", "CareDone", "CareEdited", "CarePlanned", "OpinionProcessed"]


@attrs.frozen
class CarePlanned:
    """Something is to be done for a customer."""

    activity: CareActivityId
    customer: CustomerId
    kind: str
    planned_on: dt.date


@attrs.frozen
class CareEdited:
    """What is to be done for a customer was changed, or put off."""

    activity: CareActivityId
    customer: CustomerId
    planned_on: dt.date


@attrs.frozen
class CareDone:
    """Something was done for a customer; perhaps he said what he thinks (requirement X-CAR-03)."""

    activity: CareActivityId
    customer: CustomerId
    kind: str
    done_on: dt.date
    opinion: str


@attrs.frozen
class CareCancelled:
    """Something that was planned for a customer was called off."""

    activity: CareActivityId
    customer: CustomerId


@attrs.frozen
class OpinionProcessed:
    """Something was done about what a customer said (requirement X-CAR-03)."""

    activity: CareActivityId
    customer: CustomerId
    request: ServiceRequestId | None
    """The service request that it became; None if it was dealt with otherwise."""
