"""Giving customers to another account manager (requirements USR-06, 3.1).

With a customer go his open churn cases; with all of a leaving colleague's go his open opportunities and the service
requests he is treating too.
"""

from typing import Final

import attrs
from attrs import fields

from crmcore.access.directory import account_manager, user_named
from crmcore.access.entity import User, UserId
from crmcore.access.rules import may
from crmcore.base.errors import Invalid, Problem
from crmcore.churn.entity import OPEN, ChurnCase
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.customers.events import CustomerHandedOver
from crmcore.customers.rules import check_linkable
from crmcore.escalation.planning import replan_of
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.opportunities.events import OpportunityDispatched
from crmcore.pipeline.following import follow
from crmcore.query import Query, eq, negate, one_of, query
from crmcore.service.entity import ServiceRequest
from crmcore.service.events import RequestAssigned
from crmcore.service.keeping import keep_many
from crmcore.service.scopes import requests_with
from crmcore.storage.action import action, crm_action
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = ["BATCH", "HandedOver", "assign", "hand_over", "hand_over_some", "held_by"]

_c = fields(Customer)
_o = fields(Opportunity)
_h = fields(ChurnCase)
BATCH: Final = 200
"""So many records go over in one unit of work, so that others don't wait long."""


@attrs.frozen
class HandedOver:
    """How many records have another account manager now."""

    customers: int = 0
    opportunities: int = 0
    churn_cases: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.customers + self.opportunities + self.churn_cases + self.requests

    def __add__(self, other: "HandedOver") -> "HandedOver":
        """Answer both together."""
        return HandedOver(
            self.customers + other.customers,
            self.opportunities + other.opportunities,
            self.churn_cases + other.churn_cases,
            self.requests + other.requests,
        )


@action("customer.hand_over")
def assign(work: Work, id: CustomerId, *, to: UserId | str, expected: int | None = None) -> Customer:  # noqa: A002
    """Make another account manager responsible for a customer, and for his open churn cases.

    What is escalated to a customer's account manager is escalated to the new one from now on.

    Args:
        work: The unit of work.
        id: Which customer.
        to: The account manager, by id or user name.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotAnAccountManager: *to* is not a valid account manager.
        CustomerDeleted: The customer was deleted.
        Conflict: Somebody changed the customer since the person saw him.
    """
    customer = work.customers.get(id, expected=expected)
    check_linkable(customer)
    manager = account_manager(work, to)
    if manager.id == customer.manager:
        return customer
    work.unscoped(User).touch(manager)  # he stays an account manager until this is committed
    stored = _give(work, customer, manager.id)
    open_cases = query(ChurnCase).where(eq(_h.customer, id), one_of(_h.status, OPEN))
    for case in work.unscoped(ChurnCase).find(open_cases):
        work.unscoped(ChurnCase).save(attrs.evolve(case, manager=manager.id))
    replan_of(work, [id])
    return stored


@action("customer.hand_over")
def held_by(work: Work, user: UserId | str) -> HandedOver:
    """Count what an account manager would leave behind: customers, open opportunities, churn cases and requests."""
    may(work.actor, "customer.read_all")
    person = user_named(work, user).id
    return HandedOver(
        work.unscoped(Customer).count(_customers(person)),
        work.unscoped(Opportunity).count(_opportunities(person)),
        work.unscoped(ChurnCase).count(_cases(person)),
        work.unscoped(ServiceRequest).count(requests_with(person)),
    )


@crm_action("customer.hand_over")
def hand_over(crm: Crm, *, before: UserId | str, to: UserId | str, as_user: Person) -> HandedOver:
    """Give everything a leaving account manager is responsible for to another: afterwards he can be retired (USR-06).

    It goes over in batches, each whole; if it breaks off, doing it again finishes it. Each record keeps who had it.

    Args:
        crm: The CRM.
        before: Who is responsible now, by id or user name; a retired colleague too.
        to: The account manager who will be.
        as_user: In whose name.

    Raises:
        NotAnAccountManager: *to* is not a valid account manager.
        NotFound: There is no such user.
        Invalid: Both are the same.
    """
    done = HandedOver()
    while True:
        batch = crm.perform(hand_over_some, before=before, to=to, as_user=as_user)
        if not batch.total:
            return done
        done += batch


@action("customer.hand_over")
def hand_over_some(work: Work, *, before: UserId | str, to: UserId | str, size: int = BATCH) -> HandedOver:
    """Give up to *size* customers, opportunities, churn cases and requests each to another account manager.

    Args:
        work: The unit of work.
        before: Who is responsible now, by id or user name.
        to: The account manager who will be.
        size: Most records of each kind.

    Raises:
        NotAnAccountManager: *to* is not a valid account manager.
        Invalid: Both are the same.
    """
    may(work.actor, "customer.read_all")  # nobody gives away, or takes, what he may not see
    leaving, manager = user_named(work, before), account_manager(work, to)
    if leaving.id == manager.id:
        raise Invalid(Problem(field="manager", code="customer.same_manager", entity="customer"))
    work.unscoped(User).touch(manager)
    customers = work.unscoped(Customer).find(_customers(leaving.id).page(size))
    for customer in customers:
        _give(work, customer, manager.id)
    replan_of(work, [one.id for one in customers])
    chances = work.unscoped(Opportunity).find(_opportunities(leaving.id).page(size))
    for chance in chances:
        follow(work, chance, work.unscoped(Opportunity).save(attrs.evolve(chance, assignee=manager.id)))
        work.record(OpportunityDispatched(chance.id, manager.id), about=chance.id)
    cases = work.unscoped(ChurnCase).find(_cases(leaving.id).page(size))
    for case in cases:
        work.unscoped(ChurnCase).save(attrs.evolve(case, manager=manager.id))
    return HandedOver(len(customers), len(chances), len(cases), _requests_given(work, leaving.id, manager.id, size))


def _requests_given(work: Work, leaving: UserId, manager: UserId, size: int) -> int:
    """Give requests that somebody treats to another; answer how many."""
    requests = work.unscoped(ServiceRequest).find(requests_with(leaving).page(size))
    given = [attrs.evolve(request, assignee=manager, assigned_at=work.now) for request in requests]
    for request in keep_many(work, list(zip(requests, given, strict=True))):
        work.record(RequestAssigned(request.id, manager), about=request.id)
    return len(requests)


def _customers(user: UserId) -> Query[Customer]:
    return query(Customer).where(eq(_c.manager, user), negate(eq(_c.status, CustomerStatus.DELETED)))


def _opportunities(user: UserId) -> Query[Opportunity]:
    return query(Opportunity).where(eq(_o.assignee, user), eq(_o.status, OpportunityStatus.ASSIGNED))


def _cases(user: UserId) -> Query[ChurnCase]:
    return query(ChurnCase).where(eq(_h.manager, user), one_of(_h.status, OPEN))


def _give(work: Work, customer: Customer, manager: UserId) -> Customer:
    stored = work.unscoped(Customer).save(attrs.evolve(customer, manager=manager))
    work.record(CustomerHandedOver(customer.id, customer.manager, manager), about=customer.id)
    return stored
