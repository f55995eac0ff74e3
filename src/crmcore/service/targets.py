"""Which target applies to a request: the one agreed by contract, else the most particular one that fits."""

from attrs import fields

from crmcore.access.entity import Validity
from crmcore.calendars.timetables import timetable
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import Customer
from crmcore.query import eq, ge, is_null, le, one_of, query
from crmcore.service.agreed import ServiceContract, ServiceTarget
from crmcore.service.entity import ServiceRequest
from crmcore.storage.work import Work

__all__ = ["contract_for", "promise_for", "target_for"]

_t = fields(ServiceTarget)
_k = fields(ServiceContract)


def promise_for(
    work: Work, request: ServiceRequest, customer: Customer
) -> tuple[ServiceTarget | None, Timetable | None]:
    """Answer the target that applies to a request, and the hours it is counted in."""
    target = target_for(work, request, customer)
    return target, None if target is None else timetable(work, target.calendar)


def target_for(work: Work, request: ServiceRequest, customer: Customer) -> ServiceTarget | None:
    """Answer the target agreed with the customer, else the most particular valid one; None if none fits.

    Priority counts more than kind of request, and that more than level of customer; of equals, the older one.
    """
    contract = contract_for(work, request)
    if contract is not None and contract.target is not None:
        agreed = work.session.load(ServiceTarget, contract.target)
        if agreed is not None and agreed.status is Validity.VALID:
            return agreed
    fitting = query(ServiceTarget).where(
        eq(_t.status, Validity.VALID),
        one_of(_t.type, ("", request.type)),
        one_of(_t.level, ("", customer.level)),
    )
    found = [one for one in work.unscoped(ServiceTarget).find(fitting) if one.priority in {None, request.priority}]
    return max(sorted(found, key=lambda one: one.id), key=_particularity, default=None)


def contract_for(work: Work, request: ServiceRequest) -> ServiceContract | None:
    """Answer the contract that covers a request today; of several, the one that ends last."""
    standing = query(ServiceContract).where(
        eq(_k.customer, request.customer),
        le(_k.starts_on, work.today),
        ge(_k.ends_on, work.today),
        is_null(_k.ended_on),
    )
    covering = [
        one for one in work.unscoped(ServiceContract).find(standing) if not one.covers or request.type in one.covers
    ]
    return max(covering, key=lambda one: (one.ends_on, one.id), default=None)


def _particularity(target: ServiceTarget) -> tuple[bool, bool, bool]:
    return target.priority is not None, bool(target.type), bool(target.level)
