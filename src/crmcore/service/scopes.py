"""Whose requests are whose (requirement chapter 9, decision 16.1)."""

from collections.abc import Callable
from typing import Any, Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.access.scope import Scope
from crmcore.agreements.entity import ServiceContract, ServiceTarget, StaffSkill
from crmcore.customers.entity import Customer
from crmcore.customers.rules import of_own
from crmcore.query import Condition, Query, any_of, eq, in_query, one_of, query
from crmcore.query.conditions import FieldRef
from crmcore.service.entity import RequestAttachment, RequestNote, ServiceRequest, ServiceRound, ServiceStatus
from crmcore.service.merge_record import RequestMerge

__all__ = ["SCOPES", "of_own_requests", "requests_with"]

_r = fields(ServiceRequest)
_READ: Final = frozenset({"service.read"})
_READ_ALL: Final = frozenset({"service.read_all"})


def _own(actor: Actor) -> Condition:
    """Answer what makes a request a person's own: he recorded it, treats or treated it, or looks after the customer."""
    return any_of(*_ways(actor))


def _ways(actor: Actor) -> tuple[Condition, ...]:
    his_customers = query(Customer).where(eq(fields(Customer).manager, actor.id))
    return (
        eq(_r.created_by, actor.id),
        eq(_r.assignee, actor.id),
        eq(_r.handled_by, actor.id),
        in_query(_r.customer, his_customers),
    )


def requests_with(user: UserId) -> Query[ServiceRequest]:
    """Answer the requests a person has been given and not brought to the archive."""
    treated = one_of(_r.status, (ServiceStatus.ASSIGNED, ServiceStatus.HANDLED))
    return query(ServiceRequest).where(eq(_r.assignee, user), treated)


def of_own_requests(field: FieldRef[Any]) -> Callable[[Actor], Condition]:
    """Answer the scope of records that belong to a request: those of a person's own requests.

    Each way in which a request is his own is asked for by itself: an index serves it, where PostgreSQL would read all
    requests to find those of either way.
    """
    return lambda actor: any_of(*(in_query(field, query(ServiceRequest).where(way)) for way in _ways(actor)))


SCOPES: Final = (
    Scope(entity=ServiceRequest, read=_READ, read_all=_READ_ALL, own=_own),
    *(
        Scope(entity=entity, read=_READ, read_all=_READ_ALL, own=of_own_requests(field))
        for entity, field in (
            (ServiceRound, fields(ServiceRound).request),
            (RequestNote, fields(RequestNote).request),
            (RequestAttachment, fields(RequestAttachment).request),
        )
    ),
    Scope(entity=RequestMerge, read_all=frozenset({"service.merge"}), read=frozenset({"service.merge"})),
    Scope(
        entity=ServiceContract,
        read=frozenset({"contract.read"}),
        read_all=frozenset({"contract.read_all"}),
        own=of_own(fields(ServiceContract).customer),
    ),
    Scope(entity=ServiceTarget, read=frozenset({"service.read", "service.configure", "contract.read"})),
    Scope(entity=StaffSkill, read=frozenset({"service.read_all", "service.assign", "service.configure"})),
)
