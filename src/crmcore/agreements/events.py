"""What was agreed with customers about service, for other systems to hear of."""

import datetime as dt

import attrs

from crmcore.agreements.entity import ServiceContractId
from crmcore.customers.entity import CustomerId

__all__ = ["ContractEdited", "ContractEndedEarly", "ContractMade"]


@attrs.frozen
class ContractMade:
    """A customer has bought service."""

    contract: ServiceContractId
    customer: CustomerId
    number: str
    starts_on: dt.date
    ends_on: dt.date


@attrs.frozen
class ContractEdited:
    """A service contract was corrected or prolonged."""

    contract: ServiceContractId
    customer: CustomerId
    starts_on: dt.date
    ends_on: dt.date


@attrs.frozen
class ContractEndedEarly:
    """A service contract holds no more, though its term is not over."""

    contract: ServiceContractId
    customer: CustomerId
    ended_on: dt.date
    reason: str
