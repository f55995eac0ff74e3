"""What is done for customers without their asking, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.care.entity import CareActivityId
from crmcore.customers.entity import CustomerId

__all__ = ["CareCancelled", "CareDone", "CarePlanned"]


@attrs.frozen
class CarePlanned:
    """Something is to be done for a customer."""

    activity: CareActivityId
    customer: CustomerId
    kind: str
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
