"""The list of service contracts, and what one covers and has used (requirement X-SRV-01)."""

import datetime as dt
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.agreements.entity import ContractState, ServiceContract, ServiceContractId, ServiceTarget
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.query import Condition, any_of, asc, eq, gt, in_query, is_null, le, lt, negate, query
from crmcore.service.entity import ServiceRequest, ServiceRequestId
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, partly
from crmcore.storage.work import Work

__all__ = ["ContractDetail", "contract_detail", "contract_of", "contracts"]

MOST_DAYS: Final = 36_500

_k = fields(ServiceContract)
_r = fields(ServiceRequest)


@attrs.frozen(kw_only=True)
class ContractDetail:
    """A contract with what is known of its use."""

    contract: ServiceContract
    state: ContractState
    target: ServiceTarget | None
    """The deadlines agreed with this customer."""
    used: int
    """How many requests it covered when they were filed."""
    left: int | None
    """How many more are included; None for any number, 0 when all are used up."""


@action("contract.read_all", "contract.read")
def contracts(
    work: Work,
    *,
    customer: CustomerId | None = None,
    customer_name: str = "",
    number: str = "",
    title: str = "",
    state: ContractState | None = None,
    ending_within: int | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[ServiceContract]:
    """List service contracts, what ends first on top; an account manager's own customers' (requirement X-SRV-01).

    Args:
        work: The unit of work.
        customer: One customer's; None for all.
        customer_name: Part of the customer's name; empty for all, as the other texts.
        number: Part of the number.
        title: Part of the title.
        state: Not begun, running or ended; None for all.
        ending_within: Those running that end within so many days, today being day 0, and can be prolonged: their
            customers are not deleted. None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: *state* is none, or *ending_within* is no number of days.
    """
    wanted = query(ServiceContract).where(*exactly((_k.customer, customer)))
    wanted = wanted.where(*partly((_k.number, number), (_k.title, title)), *_standing(state, work.today))
    if ending_within is not None:
        running = _standing(ContractState.RUNNING, work.today)
        there = query(Customer).where(negate(eq(fields(Customer).status, CustomerStatus.DELETED)))
        wanted = wanted.where(*running, le(_k.ends_on, _days_on(work.today, ending_within)))
        wanted = wanted.where(in_query(_k.customer, there))  # nobody prolongs what was agreed with the others
    for part in partly((fields(Customer).name, customer_name)):
        wanted = wanted.where(in_query(_k.customer, query(Customer).where(part)))
    return page_of(work, work.service_contracts, wanted.sort(asc(_k.ends_on)), page=page, size=size)


@action("contract.read_all", "contract.read")
def contract_detail(work: Work, id: ServiceContractId) -> ContractDetail:  # noqa: A002
    """Answer one contract with what it covers and how many included requests were used (requirement X-SRV-01).

    Raises:
        NotFound: There is no such contract.
    """
    contract = work.service_contracts.get(id)
    used = _used(work, contract)
    included = contract.included_requests
    return ContractDetail(
        contract=contract,
        state=contract.state(work.today),
        target=None if contract.target is None else work.session.load(ServiceTarget, contract.target),
        used=used,
        left=None if included is None else max(0, included - used),
    )


@action("service.read")
def contract_of(work: Work, request: ServiceRequestId) -> ServiceContract | None:
    """Answer the contract that covered a request when it was filed; None if none did (requirement X-SRV-01).

    Raises:
        NotFound: There is no such request.
    """
    known = work.service_requests.get(request)
    return None if known.contract is None else work.unscoped(ServiceContract).get(known.contract)


def _standing(state: Any, today: dt.date) -> list[Condition]:
    """Answer the conditions of a state on a day; the same that ``ServiceContract.state`` tells of one contract."""
    over = any_of(lt(_k.ends_on, today), le(_k.ended_on, today))
    match state:
        case None:
            return []
        case ContractState.ENDED:
            return [over]
        case ContractState.RUNNING:
            return [negate(over), le(_k.starts_on, today)]
        case ContractState.FUTURE:
            return [negate(over), gt(_k.starts_on, today)]
        case _:
            got = str(state)[:50]
            raise Invalid(Problem(field="state", code="value.choice", entity="service_contract", params={"got": got}))


def _days_on(today: dt.date, days: Any) -> dt.date:
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        params = {"min": 0, "max": MOST_DAYS, "got": str(days)[:50]}
        raise Invalid(Problem(field="ending_within", code="value.range", entity="service_contract", params=params))
    return today + dt.timedelta(days=days)


def _used(work: Work, contract: ServiceContract) -> int:
    """Count the requests that a contract covered when they were filed; one merged into another is none."""
    covered = query(ServiceRequest).where(eq(_r.contract, contract.id), is_null(_r.merged_into))
    return work.unscoped(ServiceRequest).count(covered)
