"""Keeping targets: how soon which requests are answered and handled (requirement X-SRV-05)."""

import datetime as dt
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.agreements.inputs import TargetChanges, TargetFields
from crmcore.agreements.rules import check_promise
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import name_key
from crmcore.calendars.entity import WorkingCalendar
from crmcore.calendars.timetables import timetable
from crmcore.calendars.working_time import NoWorkingTime
from crmcore.dictionary.lookup import check_codes
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["all_targets", "create_target", "edit_target", "restore_target", "retire_target"]

_t = attributes(ServiceTarget)


@action("service.configure", "service.read", "contract.read")
def all_targets(work: Work, *, status: Validity | None = Validity.VALID) -> tuple[ServiceTarget, ...]:
    """List the targets, by name: those in use unless asked for others; None for all."""
    wanted = query(ServiceTarget).sort(asc(_t.name))
    return tuple(work.service_targets.find(wanted if status is None else wanted.where(eq(_t.status, status))))


@action("service.configure")
def create_target(work: Work, **fields: Unpack[TargetFields]) -> ServiceTarget:
    """Say how soon requests of a kind are answered and handled; the most particular target that fits counts.

    Args:
        work: The unit of work.
        fields: ``name`` (1–50 characters) and ``calendar``, whose hours are counted; ``respond_within`` and
            ``resolve_within`` in minutes of working time, at least one of them; optionally what requests it is for
            (``type`` and ``level`` from the dictionary, ``priority``) and ``risk_percent``.

    Raises:
        AlreadyExists: Another target has the name.
        Invalid: Nothing is promised, the calendar has no hours to keep it in, or a value breaks a constraint.
    """
    given: dict[str, Any] = dict(fields)
    made = build(ServiceTarget, given, id=ServiceTargetId(work.new_id()), name_key=name_key(given.get("name")))
    _check(work, made, None)
    return work.service_targets.add(made)


@action("service.configure")
def edit_target(
    work: Work,
    id: ServiceTargetId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[TargetChanges],
) -> ServiceTarget:
    """Change a target; what was promised before stays as it was promised.

    Args:
        work: The unit of work.
        id: Which target.
        expected: The version the person saw; None if that does not matter.
        changes: Any of the fields of :func:`create_target`.

    Raises:
        NotFound: There is no such target.
        Conflict: Somebody changed it since the person saw it.
        AlreadyExists: Another target has the name.
        Invalid: Nothing is promised, the calendar has no hours to keep it in, or a value breaks a constraint.
    """
    known = work.service_targets.get(id, expected=expected)
    changed = change(known, changes)
    changed = attrs.evolve(changed, name_key=name_key(changed.name))
    _check(work, changed, known)
    return work.service_targets.save(changed)


@action("service.configure")
def retire_target(work: Work, id: ServiceTargetId, *, expected: int | None = None) -> ServiceTarget:  # noqa: A002
    """Promise it no more, not even where a contract says so; what was promised before stays.

    Args:
        work: The unit of work.
        id: Which target.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such target.
        Conflict: Somebody changed it since the person saw it.
    """
    known = work.service_targets.get(id, expected=expected)
    return work.service_targets.save(attrs.evolve(known, status=Validity.RETIRED))


@action("service.configure")
def restore_target(work: Work, id: ServiceTargetId, *, expected: int | None = None) -> ServiceTarget:  # noqa: A002
    """Promise it again.

    Args:
        work: The unit of work.
        id: Which target.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such target.
        Conflict: Somebody changed it since the person saw it.
        Invalid: Its calendar has no hours to keep it in.
    """
    known = work.service_targets.get(id, expected=expected)
    _check(work, known, known)
    return work.service_targets.save(attrs.evolve(known, status=Validity.VALID))


def _check(work: Work, made: ServiceTarget, known: ServiceTarget | None) -> None:
    """Refuse codes that can't be chosen, and promises that are none or that nobody can keep."""
    check_codes(work, made, known=known)
    check_promise(made)
    calendar = work.session.load(WorkingCalendar, made.calendar)
    kept = known is not None and known.calendar == made.calendar
    if calendar is None or (calendar.status is not Validity.VALID and not kept):
        raise Invalid(Problem(field="calendar", code="service.no_calendar", entity="service_target"))
    minutes = max(made.respond_within or 0, made.resolve_within or 0)
    try:
        timetable(work, made.calendar).add(work.now, dt.timedelta(minutes=minutes))
    except NoWorkingTime:
        raise Invalid(Problem(field="calendar", code="service.too_few_hours", entity="service_target")) from None
    work.unscoped(WorkingCalendar).touch(calendar)  # nobody retires it at the same moment
