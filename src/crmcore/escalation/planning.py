"""Plans when requests are escalated, in the transaction that changes their clock (requirement X-SRV-05)."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Final

import attrs
from attrs import fields

from crmcore.access.directory import able_to
from crmcore.access.entity import User, UserId, Validity
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.calendars.timetables import timetable
from crmcore.calendars.working_time import NoWorkingTime, Timetable
from crmcore.customers.entity import Customer, CustomerId
from crmcore.escalation.entity import EscalationPolicy, EscalationStep, Recipient
from crmcore.escalation.events import RequestEscalated
from crmcore.escalation.rules import READING, applies, promised_at, step_id, watched_since
from crmcore.query import eq, one_of, query
from crmcore.service.entity import OPEN, ServiceRequest
from crmcore.storage.codec import event_to_json
from crmcore.storage.work import Work

__all__ = ["forget", "plan", "replan", "replan_many", "replan_of"]

_AT_ONCE: Final = 500
_p = fields(EscalationPolicy)
_r = fields(ServiceRequest)
_s = fields(EscalationStep)


def plan(work: Work, request: ServiceRequest) -> None:
    """Plan when a new request will be escalated; for actions that have stored it in the same transaction."""
    work.bulk.put(_planner(work, [request]).steps(request))


def replan(work: Work, *requests: ServiceRequest) -> list[ServiceRequest]:
    """Plan anew when requests will be escalated; for actions that have stored them in the same transaction.

    What was planned and stays as it was is left alone; a request that is not watched any more keeps no plan.
    """
    return _replan(work, requests, work.bulk.put) if requests else []


def replan_of(work: Work, customers: Sequence[CustomerId]) -> None:
    """Plan anew for the open requests of customers whose account manager is another; after they were stored."""
    told = query(EscalationPolicy).where(eq(_p.status, Validity.VALID), eq(_p.recipient, Recipient.MANAGER))
    if not customers or not work.unscoped(EscalationPolicy).count(told, at_most=1):
        return
    theirs = query(ServiceRequest).where(one_of(_r.customer, list(customers)), one_of(_r.status, OPEN))
    waiting = work.unscoped(ServiceRequest).scan(theirs)
    while some := list(islice(waiting, _AT_ONCE)):
        changed = replan(work, *some)
        work.bulk.change([(one, one) for one in changed])  # whoever changes its clock at the same moment plans after


def replan_many(work: Work, requests: Sequence[ServiceRequest]) -> list[ServiceRequest]:
    """Plan anew when requests will be escalated; answer those for which that made a difference.

    Asks for policies, customers and calendars once, however many requests there are. What is planned may be out of
    sight until the commit.
    """
    return _replan(work, requests, work.bulk.add)


def _replan(
    work: Work, requests: Sequence[ServiceRequest], store: Callable[[Sequence[EscalationStep]], object]
) -> list[ServiceRequest]:
    planner = _planner(work, requests)
    wanted = {step.id: step for request in requests for step in planner.steps(request)}
    stored = {one.id: one for one in _steps(work, requests)}
    gone = [one for one in stored.values() if one.id not in wanted]
    new = [one for one in wanted.values() if one.id not in stored]
    moved = [
        again
        for one in wanted.values()
        if (known := stored.get(one.id)) is not None and (again := attrs.evolve(one, version=known.version)) != known
    ]
    work.bulk.remove(gone)
    work.bulk.renew(moved)
    store(new)
    different = {one.request for one in (*gone, *new, *moved)}
    return [one for one in requests if one.id in different]


def forget(work: Work, request: ServiceRequest) -> None:
    """Keep no plan of a request that is removed."""
    work.bulk.remove(_steps(work, [request]))


def _steps(work: Work, requests: Sequence[ServiceRequest]) -> Sequence[EscalationStep]:
    about = one_of(_s.request, [one.id for one in requests])
    return work.unscoped(EscalationStep).find(query(EscalationStep).where(about))


@attrs.frozen(kw_only=True)
class _Planner:
    """What the steps of some requests are made of."""

    work: Work
    policies: Sequence[EscalationPolicy]
    managers: Mapping[CustomerId, UserId]
    readers: Collection[UserId]
    """Of all who may have to be told, those who would see it."""
    hours: dict[WorkingCalendarId, Timetable] = attrs.field(factory=dict)

    def steps(self, request: ServiceRequest) -> list[EscalationStep]:
        """Answer every step of a request, one a policy at most."""
        fitting = (one for one in self.policies if applies(one, request))
        return [step for policy in fitting if (step := self._step(policy, request)) is not None]

    def _step(self, policy: EscalationPolicy, request: ServiceRequest) -> EscalationStep | None:
        since = watched_since(request, policy.watched)
        due_at = None if since is None else self._later(request, since, policy.after)
        if since is None or due_at is None:
            return None
        recipient, user = self._told(policy, request)
        said = RequestEscalated(request.id, request.number, policy.id, policy.watched, due_at, recipient, user)
        return EscalationStep(
            id=step_id(request.id, policy.id, policy.watched, promised_at(request, policy.watched)),
            request=request.id,
            policy=policy.id,
            watched=policy.watched,
            due_at=due_at,
            recipient=recipient,
            recipient_user=user,
            message=event_to_json(said),
        )

    def _later(self, request: ServiceRequest, since: dt.datetime, minutes: int) -> dt.datetime | None:
        """Answer when so much working time has passed; every hour counts for a request that nothing was promised."""
        amount = dt.timedelta(minutes=minutes)
        if not amount:
            return since
        if request.calendar is None:
            return since + amount
        if request.calendar not in self.hours:
            self.hours[request.calendar] = timetable(self.work, request.calendar)
        try:
            return self.hours[request.calendar].add(since, amount)
        except NoWorkingTime:  # it never will
            return None

    def _told(self, policy: EscalationPolicy, request: ServiceRequest) -> tuple[Recipient, UserId | None]:
        """Answer who is told; where there is nobody who would see it, everybody who assigns requests."""
        user = _named(policy, request, self.managers)
        return (policy.recipient, user) if user in self.readers else (Recipient.SUPERVISORS, None)


def _planner(work: Work, requests: Sequence[ServiceRequest]) -> _Planner:
    policies = work.unscoped(EscalationPolicy).find(query(EscalationPolicy).where(eq(_p.status, Validity.VALID)))
    managers: dict[CustomerId, UserId] = {}
    if any(one.recipient is Recipient.MANAGER for one in policies):
        about = query(Customer).where(one_of(fields(Customer).id, sorted({one.customer for one in requests})))
        managers = {one.id: one.manager for one in work.unscoped(Customer).find(about)}
    named = {user for policy in policies for one in requests if (user := _named(policy, one, managers)) is not None}
    return _Planner(work=work, policies=policies, managers=managers, readers=_readers(work, named))


def _named(policy: EscalationPolicy, request: ServiceRequest, managers: Mapping[CustomerId, UserId]) -> UserId | None:
    """Answer the user whom a policy means."""
    match policy.recipient:
        case Recipient.SUPERVISORS:
            return None
        case Recipient.ASSIGNEE:
            return request.assignee
        case Recipient.MANAGER:
            return managers.get(request.customer)
        case Recipient.USER:
            return policy.user


def _readers(work: Work, named: Collection[UserId]) -> frozenset[UserId]:
    """Answer those of some users who are valid and may see escalations."""
    if not named:
        return frozenset()
    readers = able_to(work, READING).where(one_of(fields(User).id, sorted(named)))
    return frozenset(one.id for one in work.unscoped(User).find(readers))
