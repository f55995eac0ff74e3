"""Planning, doing and calling off what keeps customers content (客户关怀; requirements X-CAR-01 to 03)."""

import datetime as dt
from typing import Any, Unpack

import attrs

from crmcore.base.building import build, change, written
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import stripped
from crmcore.care.entity import CareActivity, CareActivityId, CareStatus, OpinionState
from crmcore.care.events import CareCancelled, CareDone, CareEdited, CarePlanned
from crmcore.care.inputs import CareChanges, CareFields
from crmcore.care.people import contact_still_his
from crmcore.care.rules import may_care, may_change_care, next_time, reminder
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.maintaining import contact_problems
from crmcore.customers.rules import together
from crmcore.dictionary.lookup import check_codes
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["cancel", "complete", "edit", "plan"]


@action("care.manage")
def plan(work: Work, customer: CustomerId, **fields: Unpack[CareFields]) -> CareActivity:
    """Plan something for one of one's own customers: a greeting, a visit, an offer (requirements X-CAR-01, X-CAR-02).

    Args:
        work: The unit of work.
        customer: For whom.
        fields: ``kind`` from the dictionary, ``content`` (1–1000 characters) and ``planned_on``; optionally ``contact``
            (one of the customer's), ``channel`` from the dictionary, ``remind_days`` (so many days before, it appears
            among the reminders; 0 for the day itself) and ``repeats_months`` (planned again when it was done).

    Raises:
        NotFound: There is no such customer.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        Invalid: Something is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    known = work.customers.get(customer)
    may_care(known, work.actor)
    given: dict[str, Any] = dict(fields)
    made = build(
        CareActivity,
        given,
        id=CareActivityId(work.new_id()),
        customer=customer,
        created_by=work.user_id,
        created_at=work.now,
    )
    _check(work, made, None)
    stored = _planned(work, made)
    work.customers.touch(known)  # nobody deletes him, or hands him over, at the same moment
    return stored


@action("care.manage")
def edit(
    work: Work,
    id: CareActivityId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[CareChanges],
) -> CareActivity:
    """Change something that is still to be done, or put it off to another day.

    Args:
        work: The unit of work.
        id: Which activity.
        expected: The version the person saw; None if that does not matter.
        changes: Any of the fields of :func:`plan`.

    Raises:
        NotFound: There is no such activity.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        CareClosed: It was done or called off.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    known, customer = _known(work, id, expected)
    changed = change(known, changes)
    _check(work, changed, known)
    stored = work.care_activities.save(
        attrs.evolve(changed, remind_on=reminder(changed.planned_on, changed.remind_days))
    )
    if stored.version != known.version:
        work.customers.touch(customer)
        work.record(CareEdited(id, customer.id, stored.planned_on), about=id)
    return stored


@action("care.manage")
def complete(
    work: Work,
    id: CareActivityId,  # noqa: A002
    *,
    result: str,
    opinion: str = "",
    done_on: dt.date | None = None,
    expected: int | None = None,
) -> CareActivity:
    """Record what came of it, and what the customer said; what repeats is planned again (X-CAR-02, X-CAR-03).

    Args:
        work: The unit of work.
        id: Which activity.
        result: What came of it, 1 to 1000 characters.
        opinion: What the customer said (客户意见), up to 2000 characters: a hint to weaknesses, which stays open until
            it is processed.
        done_on: On which day; today if not given, never in the future.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such activity.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        CareClosed: It was done or called off before.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The result is missing, the day lies in the future, or something is too long.
    """
    known, customer = _known(work, id, expected)
    stored = work.care_activities.save(_done(work, known, result, opinion, done_on))
    day = stored.done_on or work.today
    work.record(CareDone(id, customer.id, stored.kind, day, stored.opinion), about=id)
    again = next_time(known.planned_on, known.repeats_months, day)
    if again is not None:
        _planned(work, _copy(work, known, customer, again))
    work.customers.touch(customer)
    return stored


@action("care.manage")
def cancel(work: Work, id: CareActivityId, reason: str = "", *, expected: int | None = None) -> CareActivity:  # noqa: A002
    """Call off something that was planned; what repeats is not planned again.

    Args:
        work: The unit of work.
        id: Which activity.
        reason: Why, up to 1000 characters; kept as its result.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such activity.
        NotTheManager: Somebody else is responsible for the customer.
        CustomerDeleted: The customer was deleted.
        CareClosed: It was done or called off before.
        Conflict: Somebody changed it since the person saw it.
        Invalid: The reason is too long.
    """
    known, customer = _known(work, id, expected)
    stored = work.care_activities.save(attrs.evolve(known, status=CareStatus.CANCELLED, result=stripped(reason)))
    work.customers.touch(customer)
    work.record(CareCancelled(id, customer.id), about=id)
    return stored


def _known(work: Work, id_: CareActivityId, expected: int | None) -> tuple[CareActivity, Customer]:
    """Answer an activity and its customer, if the actor may see and change it."""
    known = work.care_activities.get(id_, expected=expected)
    customer = work.unscoped(Customer).get(known.customer)
    may_change_care(known, customer, work.actor)
    return known, customer


def _done(work: Work, known: CareActivity, result: Any, opinion: Any, done_on: dt.date | None) -> CareActivity:
    """Answer an activity as it is once it was done.

    Raises:
        Invalid: Something is missing, too long or of the wrong type, or the day lies in the future; all is listed.
    """
    day = work.today if done_on is None else done_on
    came, heard, _ = together(
        lambda: attrs.evolve(known, result=written(result, "result", "care_activity")).result,
        lambda: attrs.evolve(known, opinion=stripped(opinion)).opinion,
        lambda: attrs.evolve(known, done_on=_past(day, work.today)),
    )
    return attrs.evolve(
        known,
        status=CareStatus.DONE,
        result=came,
        done_on=day,
        done_by=work.user_id,
        opinion=heard,
        opinion_state=OpinionState.OPEN if heard else OpinionState.NONE,
    )


def _past(day: Any, today: dt.date) -> Any:
    """Answer a day that is not to come; the entity refuses what is no day."""
    if type(day) is dt.date and day > today:
        raise Invalid(Problem(field="done_on", code="care.not_yet", entity="care_activity"))
    return day


def _planned(work: Work, made: CareActivity) -> CareActivity:
    """Store what is to be done, with the day of its reminder, and tell of it."""
    timed = attrs.evolve(made, remind_on=reminder(made.planned_on, made.remind_days))
    stored = work.unscoped(CareActivity).add(timed)
    work.record(CarePlanned(stored.id, stored.customer, stored.kind, stored.planned_on), about=stored.id)
    return stored


def _copy(work: Work, known: CareActivity, customer: Customer, day: dt.date) -> CareActivity:
    """Answer the same for another day; a contact who has left the customer is left out."""
    return CareActivity(
        id=CareActivityId(work.new_id()),
        customer=customer.id,
        contact=contact_still_his(work, known),
        kind=known.kind,
        channel=known.channel,
        content=known.content,
        planned_on=day,
        remind_days=known.remind_days,
        repeats_months=known.repeats_months,
        created_by=work.user_id,
        created_at=work.now,
    )


def _check(work: Work, made: CareActivity, known: CareActivity | None) -> None:
    """Refuse codes that can't be chosen, and a contact of another customer."""
    check_codes(work, made, known=known)
    if made.contact is not None and (known is None or made.contact != known.contact):
        problems = contact_problems(work, made.contact, made.customer, "care_activity")
        if problems:
            raise Invalid(problems)
