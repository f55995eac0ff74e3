"""What people give to file and treat service requests; sizes and meaning are those of the entities."""

from typing import NotRequired, Required, TypedDict

from crmcore.customers.entity import ContactId, CustomerId
from crmcore.opportunities.entity import OpportunityId
from crmcore.service.entity import Priority

__all__ = ["AttachmentFields", "RequestChanges", "RequestFields"]


class RequestFields(TypedDict):
    """What somebody gives to file a request (requirements 4.1, X-SRV-08)."""

    type: Required[str]
    title: Required[str]
    customer: Required[CustomerId]
    request: Required[str]
    contact: NotRequired[ContactId | None]
    opportunity: NotRequired[OpportunityId | None]
    channel: NotRequired[str]
    priority: NotRequired[Priority]


class RequestChanges(TypedDict, total=False):
    """What may be corrected about a request that is not handled yet (requirement X-SRV-10)."""

    type: str
    title: str
    request: str
    contact: ContactId | None
    opportunity: OpportunityId | None
    channel: str
    priority: Priority


class AttachmentFields(TypedDict):
    """What is known of a file that belongs to a request."""

    file_name: Required[str]
    size: Required[int]
    media_type: NotRequired[str]
    digest: NotRequired[str]
    location: NotRequired[str]
    internal: NotRequired[bool]
