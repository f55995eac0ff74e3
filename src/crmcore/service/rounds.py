"""The rounds of a request: each treatment that did not end it stays as it was (requirement SVC-06)."""

import datetime as dt

import attrs

from crmcore.agreements.targets import contract_for, promise_for
from crmcore.base.clock import local_date
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import Customer
from crmcore.service.checking import answer_of
from crmcore.service.clock import repromised, restarted, started
from crmcore.service.entity import ServiceRequest, ServiceRound, ServiceRoundId, ServiceStatus
from crmcore.service.events import RequestClosed, RequestReturned
from crmcore.service.hours import hours_of
from crmcore.service.keeping import keep
from crmcore.service.rules import SATISFIED_FROM
from crmcore.storage.work import Work

__all__ = ["begin_round", "promised", "promised_anew", "running_timetable", "take_answer"]


def begin_round(work: Work, request: ServiceRequest, reason: str = "") -> ServiceRequest:
    """Keep the present round as history, and answer the request as its assignee gets it again.

    Args:
        work: The unit of work, in an action that has checked its permission.
        request: The request with what the customer said.
        reason: Why it was opened again; empty when the score was the reason.
    """
    work.unscoped(ServiceRound).add(_ended(work, request, reason))
    again = attrs.evolve(
        request,
        status=ServiceStatus.ASSIGNED,
        round=request.round + 1,
        assigned_at=work.now,
        handling="",
        handled_by=None,
        handled_at=None,
        result="",
        satisfaction=None,
        archived_at=None,
    )
    promise = promise_for(work, again, work.unscoped(Customer).get(request.customer), work.now)
    return restarted(again, promise.target, promise.hours, work.now)


def _ended(work: Work, request: ServiceRequest, reason: str) -> ServiceRound:
    """Answer the present round as it stays."""
    return ServiceRound(
        id=ServiceRoundId(work.new_id()),
        request=request.id,
        number=request.round,
        assignee=request.assignee,
        handling=request.handling,
        handled_by=request.handled_by,
        handled_at=request.handled_at,
        result=request.result,
        satisfaction=request.satisfaction,
        reason=reason,
        respond_by=request.respond_by,
        responded_at=request.responded_at,
        responded_in=request.responded_in,
        respond_met=request.respond_met,
        counted_from=request.counted_from,
        resolve_by=request.resolve_by,
        waited=request.waited,
        resolved_in=request.resolved_in,
        resolve_met=request.resolve_met,
        ended_by=work.user_id,
        ended_at=work.now,
    )


def promised(work: Work, request: ServiceRequest, customer: Customer, at: dt.datetime) -> ServiceRequest:
    """Answer a new request with its clock, and with the contract that covers it (requirements X-SRV-01, X-SRV-05)."""
    promise = promise_for(work, request, customer, at)
    contract = None if promise.contract is None else promise.contract.id
    return attrs.evolve(started(request, promise.target, promise.hours, at), contract=contract)


def promised_anew(work: Work, request: ServiceRequest) -> ServiceRequest:
    """Answer a request whose kind or priority was corrected, with what is promised for such a one (X-SRV-05).

    What was agreed when its round began counts for the promise; the contract that covers it is that of the day it was
    filed.
    """
    customer = work.unscoped(Customer).get(request.customer)
    promise = promise_for(work, request, customer, request.counted_from or request.created_at)
    contract = contract_for(work, request, local_date(request.created_at, work.zone))
    again = repromised(request, promise.target, promise.hours)
    return attrs.evolve(again, contract=None if contract is None else contract.id)


def running_timetable(work: Work, request: ServiceRequest) -> Timetable | None:
    """Answer the hours that are counted for a request; None while its clock does not stand, or without any calendar."""
    return None if request.waiting_since is None else hours_of(work, request)


def take_answer(work: Work, request: ServiceRequest, result: str, satisfaction: int) -> ServiceRequest:
    """Archive a handled request, or let it be treated again, as the customer says; for actions that know who says it.

    Raises:
        Invalid: Result or satisfaction are missing or out of range; all problems are listed.
    """
    answered = attrs.evolve(request, **answer_of(result, satisfaction))
    if satisfaction < SATISFIED_FROM:
        stored = keep(work, request, begin_round(work, answered))
        assert stored.assignee is not None  # noqa: S101  # what was handled was assigned
        work.record(RequestReturned(stored.id, stored.assignee, satisfaction), about=stored.id)
        return stored
    archived = attrs.evolve(answered, status=ServiceStatus.ARCHIVED, archived_at=work.now)
    stored = keep(work, request, archived)
    work.record(RequestClosed(stored.id, satisfaction), about=stored.id)
    return stored
