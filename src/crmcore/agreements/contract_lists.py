"""The list of service contracts, and what one covers and has used (requirement X-SRV-01)."""

import datetime as dt
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.agreements.entity import ContractState, ServiceContract, ServiceContractId, ServiceTarget
from crmcore.agreements.targets import contract_for, covering
from crmcore.base.clock import day_range, local_date
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import Condition, Query, any_of, asc, eq, ge, gt, in_query, is_null, le, lt, negate, one_of, query
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
    """How many requests of its term it covers."""
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
        ending_within: Those running that end within so many days, today being day 0; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: *ending_within* is no number of days.
    """
    wanted = query(ServiceContract).where(*exactly((_k.customer, customer)))
    wanted = wanted.where(*partly((_k.number, number), (_k.title, title)), *_standing(state, work.today))
    if ending_within is not None:
        running = _standing(ContractState.RUNNING, work.today)
        wanted = wanted.where(*running, le(_k.ends_on, _days_on(work.today, ending_within)))
    for part in partly((fields(Customer).name, customer_name)):
        wanted = wanted.where(in_query(_k.customer, query(Customer).where(part)))
    return page_of(work, work.service_contracts, wanted.sort(asc(_k.ends_on)), page=page, size=size)


@action("contract.read_all", "contract.read")
def contract_detail(work: Work, id: ServiceContractId) -> ContractDetail:  # noqa: A002
    """Answer one contract with what it covers and how many included requests were used (requirement X-SRV-01)."""
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
    """Answer the contract that covers a request, by the day it was filed; None if none does (requirement X-SRV-01)."""
    known = work.service_requests.get(request)
    return contract_for(work, known, local_date(known.created_at, work.zone))


def _standing(state: ContractState | None, today: dt.date) -> list[Condition]:
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


def _days_on(today: dt.date, days: Any) -> dt.date:
    if type(days) is not int or not 0 <= days <= MOST_DAYS:
        params = {"min": 0, "max": MOST_DAYS, "got": str(days)[:50]}
        raise Invalid(Problem(field="ending_within", code="value.range", entity="service_contract", params=params))
    return today + dt.timedelta(days=days)


def _used(work: Work, contract: ServiceContract) -> int:
    """Count the requests that a contract covers; where two contracts hold at a time, each request counts for one."""
    counted = _in_term(work, contract)
    others = query(ServiceContract).where(
        eq(_k.customer, contract.customer),
        le(_k.starts_on, contract.ends_on),
        ge(_k.ends_on, contract.starts_on),
        negate(eq(_k.id, contract.id)),
    )
    beside = work.unscoped(ServiceContract).find(others)
    if not beside:
        return work.unscoped(ServiceRequest).count(counted)
    return sum(
        covering((contract, *beside), one.type, local_date(one.created_at, work.zone)) is contract
        for one in work.unscoped(ServiceRequest).scan(counted)
    )


def _in_term(work: Work, contract: ServiceContract) -> Query[ServiceRequest]:
    """Ask for the requests of a contract's kinds that were filed while it held; one merged into another is none."""
    last = contract.ends_on if contract.ended_on is None else contract.ended_on - dt.timedelta(days=1)
    begin = day_range(contract.starts_on, contract.starts_on, work.zone)[0]
    end = day_range(min(last, contract.ends_on), min(last, contract.ends_on), work.zone)[1]
    kinds = [one_of(_r.type, contract.covers)] if contract.covers else []
    return query(ServiceRequest).where(
        eq(_r.customer, contract.customer),
        ge(_r.created_at, begin),
        lt(_r.created_at, end),
        is_null(_r.merged_into),
        *kinds,
    )
