"""Planning, doing and calling off what keeps customers content (客户关怀; requirements X-CAR-01 to 03)."""

import datetime as dt
from typing import Any, Unpack

import attrs

from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import stripped
from crmcore.care.entity import CareActivity, CareActivityId, CareStatus
from crmcore.care.events import CareCancelled, CareDone, CarePlanned
from crmcore.care.inputs import CareChanges, CareFields
from crmcore.care.rules import may_care, may_change_care, next_time, reminder
from crmcore.customers.entity import Contact, Customer, CustomerId
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
        NotTheManagerCaring: Somebody else is responsible for the customer.
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
        responsible=known.manager,
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

    Raises:
        NotTheManagerCaring: Somebody else is responsible for the customer.
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
        opinion: What the customer said (客户意见), up to 2000 characters: a hint to weaknesses.
        done_on: On which day; today if not given, never in the future.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotTheManagerCaring: Somebody else is responsible for the customer.
        CareClosed: It was done or called off before.
        Invalid: The result is missing, the day lies in the future, or something is too long.
    """
    known, customer = _known(work, id, expected)
    day = work.today if done_on is None else done_on
    done = attrs.evolve(
        known,
        status=CareStatus.DONE,
        done_on=day,
        result=stripped(result),
        opinion=stripped(opinion),
        responsible=work.user_id,
    )
    problems = []
    if not done.result:
        problems.append(Problem(field="result", code="value.missing", entity="care_activity"))
    if day > work.today:
        problems.append(Problem(field="done_on", code="care.not_yet", entity="care_activity"))
    if problems:
        raise Invalid(problems)
    stored = work.care_activities.save(done)
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
        NotTheManagerCaring: Somebody else is responsible for the customer.
        CareClosed: It was done or called off before.
        Invalid: The reason is too long.
    """
    known, customer = _known(work, id, expected)
    stored = work.care_activities.save(attrs.evolve(known, status=CareStatus.CANCELLED, result=stripped(reason)))
    work.record(CareCancelled(id, customer.id), about=id)
    return stored


def _known(work: Work, id_: CareActivityId, expected: int | None) -> tuple[CareActivity, Customer]:
    """Answer an activity and its customer, if the actor may see and change it."""
    known = work.care_activities.get(id_, expected=expected)
    customer = work.unscoped(Customer).get(known.customer)
    may_change_care(known, customer, work.actor)
    return known, customer


def _planned(work: Work, made: CareActivity) -> CareActivity:
    """Store what is to be done, with the day of its reminder, and tell of it."""
    timed = attrs.evolve(made, remind_on=reminder(made.planned_on, made.remind_days))
    stored = work.unscoped(CareActivity).add(timed)
    work.record(CarePlanned(stored.id, stored.customer, stored.kind, stored.planned_on), about=stored.id)
    return stored


def _copy(work: Work, known: CareActivity, customer: Customer, day: dt.date) -> CareActivity:
    """Answer the same for another day; a contact who has left the customer is left out."""
    person = None if known.contact is None else work.session.load(Contact, known.contact)
    return CareActivity(
        id=CareActivityId(work.new_id()),
        customer=customer.id,
        contact=known.contact if person is not None and person.customer == customer.id else None,
        kind=known.kind,
        channel=known.channel,
        content=known.content,
        planned_on=day,
        remind_days=known.remind_days,
        repeats_months=known.repeats_months,
        responsible=customer.manager,
        created_by=work.user_id,
        created_at=work.now,
    )


def _check(work: Work, made: CareActivity, known: CareActivity | None) -> None:
    """Refuse codes that can't be chosen, and a contact of another customer."""
    check_codes(work, made, known=known)
    if made.contact is not None and (known is None or made.contact != known.contact):
        person = work.session.load(Contact, made.contact)
        if person is None or person.customer != made.customer:
            raise Invalid(Problem(field="contact", code="customer.not_a_contact", entity="care_activity"))
