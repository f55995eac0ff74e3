"""What happened to service requests, for other systems to hear of."""

import attrs

from crmcore.access.entity import UserId
from crmcore.customers.entity import CustomerId
from crmcore.service.entity import ServiceRequestId

__all__ = [
    "CustomerAnswered",
    "RequestAssigned",
    "RequestClosed",
    "RequestCreated",
    "RequestDeleted",
    "RequestEdited",
    "RequestHandled",
    "RequestReopened",
    "RequestReturned",
    "RequestsMerged",
    "RequestsParted",
]


@attrs.frozen
class RequestCreated:
    """A customer asked for something."""

    request: ServiceRequestId
    number: str
    customer: CustomerId
    title: str


@attrs.frozen
class RequestEdited:
    """What was recorded of a request was corrected."""

    request: ServiceRequestId


@attrs.frozen
class RequestDeleted:
    """A request that nobody had been given was removed."""

    request: ServiceRequestId
    number: str


@attrs.frozen
class RequestAssigned:
    """Somebody was asked to treat a request."""

    request: ServiceRequestId
    assignee: UserId


@attrs.frozen
class RequestHandled:
    """What could be done for the customer was done."""

    request: ServiceRequestId
    handled_by: UserId


@attrs.frozen
class CustomerAnswered:
    """The customer was told something about his request."""

    request: ServiceRequestId
    text: str


@attrs.frozen
class RequestReturned:
    """The customer was not satisfied, so the request is treated again (requirement SVC-06)."""

    request: ServiceRequestId
    assignee: UserId
    satisfaction: int


@attrs.frozen
class RequestClosed:
    """The customer is satisfied."""

    request: ServiceRequestId
    satisfaction: int


@attrs.frozen
class RequestReopened:
    """Something was still wrong after the request had been archived."""

    request: ServiceRequestId
    reason: str


@attrs.frozen
class RequestsMerged:
    """Two requests that said the same became one."""

    kept: ServiceRequestId
    absorbed: ServiceRequestId


@attrs.frozen
class RequestsParted:
    """A merge was taken back; there are two requests again."""

    kept: ServiceRequestId
    absorbed: ServiceRequestId
