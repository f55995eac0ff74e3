"""What other systems are told about the customer window."""

import attrs

from crmcore.access.entity import UserId
from crmcore.customers.entity import ContactId
from crmcore.service.entity import ServiceRequestId

__all__ = ["ContactInvited", "ContactWithdrawn", "CustomerWrote"]


@attrs.frozen
class ContactInvited:
    """A customer's contact may use the customer window."""

    contact: ContactId
    user: UserId


@attrs.frozen
class ContactWithdrawn:
    """A customer's contact may use the customer window no more."""

    contact: ContactId
    user: UserId


@attrs.frozen
class CustomerWrote:
    """A customer said something about a request of his company; whoever treats it wants to know."""

    request: ServiceRequestId
    text: str
