"""What happened to service requests, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.access.entity import UserId
from crmcore.customers.entity import CustomerId
from crmcore.service.entity import ServiceRequestId

__all__ = [
    "CustomerNotified",
    "RequestAssigned",
    "RequestClosed",
    "RequestCreated",
    "RequestDeleted",
    "RequestEdited",
    "RequestHandled",
    "RequestMergeUndone",
    "RequestPaused",
    "RequestReopened",
    "RequestResumed",
    "RequestReturned",
    "RequestsMerged",
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
class CustomerNotified:
    """The company told the customer something about his request."""

    request: ServiceRequestId
    text: str


@attrs.frozen
class RequestPaused:
    """The company waits for the customer; the clock of the request stands (requirement X-SRV-05)."""

    request: ServiceRequestId
    since: dt.datetime


@attrs.frozen
class RequestResumed:
    """The company waits no more; what is still open was put off by the working time waited (requirement X-SRV-05)."""

    request: ServiceRequestId
    waited: int
    """Seconds of working time the company has waited in this round so far."""
    respond_by: dt.datetime | None
    resolve_by: dt.datetime | None


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
class RequestMergeUndone:
    """A merge was taken back; there are two requests again."""

    kept: ServiceRequestId
    absorbed: ServiceRequestId
