"""What happened to churn cases, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.churn.entity import ChurnCaseId
from crmcore.customers.entity import CustomerId

__all__ = ["ChurnConfirmed", "ChurnDelayed", "CustomerRetained"]


@attrs.frozen
class ChurnDelayed:
    """The account manager does something to keep the customer."""

    case: ChurnCaseId
    customer: CustomerId
    measure: str


@attrs.frozen
class ChurnConfirmed:
    """The account manager has given the customer up."""

    case: ChurnCaseId
    customer: CustomerId
    reason: str


@attrs.frozen
class CustomerRetained:
    """A customer who was about to leave has ordered again."""

    case: ChurnCaseId
    customer: CustomerId
    ordered_on: dt.date
