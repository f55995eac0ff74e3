"""Which target applies to a request: the one agreed by contract, else the most particular one that fits."""

import datetime as dt
from collections.abc import Iterable

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.agreements.entity import ServiceContract, ServiceTarget
from crmcore.base.clock import local_date
from crmcore.calendars.timetables import timetable
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import Customer
from crmcore.query import eq, ge, le, one_of, query
from crmcore.service.entity import ServiceRequest
from crmcore.storage.work import Work

__all__ = ["Promise", "contract_for", "covering", "most_particular", "promise_for", "target_for"]

_t = fields(ServiceTarget)
_k = fields(ServiceContract)


@attrs.frozen(kw_only=True)
class Promise:
    """What a customer was promised for a request when its clock began to run."""

    target: ServiceTarget | None
    """How soon; None for no promise."""
    hours: Timetable | None
    """The hours it is counted in."""
    contract: ServiceContract | None
    """The contract that covered the request on that day (requirement X-SRV-01)."""


def promise_for(work: Work, request: ServiceRequest, customer: Customer, since: dt.datetime) -> Promise:
    """Answer what applies to a request from an instant on, by what was agreed on that day."""
    contract = contract_for(work, request, local_date(since, work.zone))
    target = target_for(work, request, customer, contract)
    hours = None if target is None else timetable(work, target.calendar)
    return Promise(target=target, hours=hours, contract=contract)


def target_for(
    work: Work, request: ServiceRequest, customer: Customer, contract: ServiceContract | None
) -> ServiceTarget | None:
    """Answer the target agreed with the customer, else the most particular valid one; None if none fits.

    An agreed target that was retired meanwhile counts no more; the customer gets what everybody gets.
    """
    if contract is not None and contract.target is not None:
        agreed = work.session.load(ServiceTarget, contract.target)
        if agreed is not None and agreed.status is Validity.VALID:
            return agreed
    fitting = query(ServiceTarget).where(
        eq(_t.status, Validity.VALID),
        one_of(_t.type, ("", request.type)),
        one_of(_t.level, ("", customer.level)),
    )
    return most_particular(work.unscoped(ServiceTarget).find(fitting), request, customer)


def contract_for(work: Work, request: ServiceRequest, day: dt.date) -> ServiceContract | None:
    """Answer the contract that covers a request on a day (requirement X-SRV-01); see :func:`covering`."""
    standing = query(ServiceContract).where(
        eq(_k.customer, request.customer), le(_k.starts_on, day), ge(_k.ends_on, day)
    )
    return covering(work.unscoped(ServiceContract).find(standing), request.type, day)


def most_particular(
    targets: Iterable[ServiceTarget], request: ServiceRequest, customer: Customer
) -> ServiceTarget | None:
    """Answer the target that says most about a request; None if none fits it.

    Priority counts more than kind of request, and that more than level of customer; of equals, the older one.
    """
    fitting = (
        one
        for one in targets
        if one.priority in {None, request.priority}
        and one.type in {"", request.type}
        and one.level in {"", customer.level}
    )
    return max(sorted(fitting, key=lambda one: one.id), key=_particularity, default=None)


def covering(contracts: Iterable[ServiceContract], type: str, day: dt.date) -> ServiceContract | None:  # noqa: A002
    """Answer the contract of a customer that covers a kind of request on a day; None if none does.

    Of several, one with a target of its own, then the one that ends last: every request counts for one contract.
    """
    holding = (one for one in contracts if one.holds_on(day) and one.includes(type))
    return max(holding, key=lambda one: (one.target is not None, one.ends_on, one.id), default=None)


def _particularity(target: ServiceTarget) -> tuple[bool, bool, bool]:
    return target.priority is not None, bool(target.type), bool(target.level)
