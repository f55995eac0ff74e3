"""What happens to customers, for other systems to hear of."""

import attrs

from crmcore.access.entity import UserId
from crmcore.customers.entity import CustomerId

__all__ = ["CustomerEntered", "CustomerHandedOver", "CustomerRemoved", "CustomersMerged", "MergeUndone"]


@attrs.frozen
class CustomerEntered:
    """Somebody entered a customer by hand; of one that was won tells ``OpportunityWon``."""

    customer: CustomerId
    name: str
    manager: UserId


@attrs.frozen
class CustomerRemoved:
    """A customer is not served any more."""

    customer: CustomerId
    name: str


@attrs.frozen
class CustomerHandedOver:
    """Another account manager is responsible for a customer."""

    customer: CustomerId
    before: UserId
    manager: UserId


@attrs.frozen
class CustomersMerged:
    """Two customers turned out to be one; who holds the absorbed one's id goes on with the kept one's (X-ADM-11)."""

    kept: CustomerId
    absorbed: CustomerId


@attrs.frozen
class MergeUndone:
    """Two customers that had been merged are two again."""

    kept: CustomerId
    absorbed: CustomerId
