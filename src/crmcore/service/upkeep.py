"""Measures requests that were answered and handled before the library kept what that took (requirement X-SRV-14)."""

from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.calendars.entity import WorkingCalendarId
from crmcore.calendars.timetables import company_hours
from crmcore.calendars.working_time import Timetable
from crmcore.query import Condition, Query, all_of, any_of, in_query, is_null, negate, one_of, query
from crmcore.query.conditions import FieldRef
from crmcore.service.clock import resolution, response
from crmcore.service.deriving import with_derived
from crmcore.service.entity import ServiceRequest, ServiceRound
from crmcore.service.hours import hours_of
from crmcore.service.measuring import handling_time, in_time, response_time
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

__all__ = ["measure_all", "measure_rounds", "measure_some"]

_BATCH: Final = 500
_r = fields(ServiceRequest)
_n = fields(ServiceRound)


def measure_all(crm: Crm) -> int:
    """Measure all requests and rounds that lack it, in batches; answer how many there were. Again, it does nothing.

    They are measured by the hours that their calendar, or the company's, has today: what was a holiday then, and is
    none any more, nobody knows. What was measured when it happened stays as it is.
    """
    done = 0
    for step in (measure_some, measure_rounds):
        while batch := crm.perform(step, as_user=SYSTEM):
            done += batch
    return done


@action(SYSTEM_ONLY)
def measure_some(work: Work, size: int = _BATCH) -> int:
    """Measure up to *size* requests that were answered or handled before that was kept."""
    hours = _Hours(work)
    wanted = query(ServiceRequest).where(_unmeasured(hours.known[None]))
    found = work.unscoped(ServiceRequest).find(wanted.page(size))
    work.bulk.change([(one, with_derived(_measured(one, hours.of(one)))) for one in found])
    return len(found)


@action(SYSTEM_ONLY)
def measure_rounds(work: Work, size: int = _BATCH) -> int:
    """Measure up to *size* treatments that ended before that was kept, by the hours of their request.

    How long their customer waited for the first answer is kept with the request.
    """
    hours = _Hours(work)
    found = work.unscoped(ServiceRound).find(query(ServiceRound).where(_rounds(hours.known[None])).page(size))
    wanted = query(ServiceRequest).where(one_of(_r.id, {one.request for one in found}))
    requests = {one.id: one for one in work.unscoped(ServiceRequest).find(wanted)} if found else {}
    work.bulk.change([(one, _round_measured(one, requests[one.request], hours)) for one in found])
    return len(found)


@attrs.define
class _Hours:
    """The hours of calendars, each read once; those of None are the company's."""

    work: Work
    known: dict[WorkingCalendarId | None, Timetable | None] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Know the company's hours."""
        self.known = {None: company_hours(self.work)}

    def of(self, request: ServiceRequest) -> Timetable | None:
        """Answer the hours that are counted for a request."""
        if request.calendar not in self.known:
            self.known[request.calendar] = hours_of(self.work, request)
        return self.known[request.calendar]


def _measured(request: ServiceRequest, hours: Timetable | None) -> ServiceRequest:
    return attrs.evolve(
        request,
        responded_in=response_time(request, hours) if request.responded_in is None else request.responded_in,
        resolved_in=handling_time(request, hours) if request.resolved_in is None else request.resolved_in,
    )


def _round_measured(one: ServiceRound, request: ServiceRequest, hours: _Hours) -> ServiceRound:
    """Answer a round as if its request stood in it."""
    then = attrs.evolve(
        request,
        merged_into=None,
        respond_by=one.respond_by,
        responded_at=one.responded_at,
        counted_from=one.counted_from,
        resolve_by=one.resolve_by,
        handled_at=one.handled_at,
        waited=one.waited,
    )
    took = handling_time(then, hours.of(request)) if one.resolved_in is None else one.resolved_in
    return attrs.evolve(
        one, respond_met=in_time(response(then)), resolved_in=took, resolve_met=in_time(resolution(then))
    )


def _unmeasured(company: Timetable | None) -> Condition:
    alone = is_null(_r.merged_into)
    counted = () if company is not None else (_r.calendar,)
    return any_of(
        all_of(alone, _unsaid(_r.respond_met, _r.respond_by, _r.responded_at)),
        all_of(alone, _unsaid(_r.resolve_met, _r.resolve_by, _r.handled_at)),
        _unsaid(_r.responded_in, *counted, _r.responded_at),
        _unsaid(_r.resolved_in, *counted, _r.handled_at),
    )


def _rounds(company: Timetable | None) -> Condition:
    unsaid = _unsaid(_n.resolved_in, _n.handled_at, _n.counted_from)
    if company is None:
        counted: Query[ServiceRequest] = query(ServiceRequest).where(negate(is_null(_r.calendar)))
        unsaid = all_of(unsaid, in_query(_n.request, counted))
    return any_of(
        _unsaid(_n.respond_met, _n.respond_by, _n.responded_at),
        _unsaid(_n.resolve_met, _n.resolve_by, _n.handled_at),
        unsaid,
    )


def _unsaid(field: FieldRef[Any], *known: FieldRef[Any]) -> Condition:
    """Answer what records meet that do not say one thing, though they say all that it follows from."""
    return all_of(is_null(field), *(negate(is_null(one)) for one in known))
