"""Who cares for which customers, when he is reminded, and when it is done again (requirements X-CAR-01 to 03)."""

import datetime as dt
from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.checked import FIRST_YEAR, LAST_YEAR
from crmcore.base.clock import months_after
from crmcore.base.errors import Refused
from crmcore.care.entity import CareActivity, CareStatus, OpinionState
from crmcore.customers.entity import Customer
from crmcore.customers.rules import NotTheManager, check_linkable, of_own

__all__ = [
    "SCOPES",
    "CareClosed",
    "NoOpenOpinion",
    "may_care",
    "may_change_care",
    "may_process",
    "next_time",
    "reminder",
]

SCOPES: Final = (
    Scope(
        entity=CareActivity,
        read=frozenset({"care.read"}),
        read_all=frozenset({"care.read_all"}),
        own=of_own(fields(CareActivity).customer),
    ),
)

_FIRST_DAY: Final = dt.date(FIRST_YEAR, 1, 1)


class CareClosed(Refused):
    """It was done or called off; what was recorded of it stays (requirement X-CAR-03)."""

    code = "care.closed"


class NoOpenOpinion(Refused):
    """The customer said nothing, or what he said was processed and is kept as it is (requirement X-CAR-03)."""

    code = "care.no_open_opinion"


def may_care(customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* looks after this customer, who is not deleted; a lost one may be won back."""
    _looks_after(customer, actor)
    check_linkable(customer)


def may_change_care(activity: CareActivity, customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* looks after this customer, and the activity is still to be done."""
    may_care(customer, actor)
    if activity.status is not CareStatus.PLANNED:
        raise CareClosed(name=customer.name, status=f"care_status.{activity.status.value}")


def may_process(activity: CareActivity, customer: Customer, actor: Actor) -> None:
    """Refuse unless *actor* looks after this customer, and what he said then still waits.

    A customer who was deleted since may have said something worth knowing: it can still be processed.
    """
    _looks_after(customer, actor)
    if activity.opinion_state is not OpinionState.OPEN:
        raise NoOpenOpinion(name=customer.name, status=f"opinion_state.{activity.opinion_state.value}")


def reminder(planned_on: dt.date, days: int | None) -> dt.date | None:
    """Answer from which day on an activity appears among the reminders; None without a reminder."""
    if days is None:
        return None
    return dt.date.fromordinal(max(_FIRST_DAY.toordinal(), planned_on.toordinal() - days))


def next_time(planned_on: dt.date, months: int | None, done_on: dt.date) -> dt.date | None:
    """Answer when something is to be done again; None for never.

    Formula: the first of ``planned_on + k * months``, k = 1, 2 …, that is later than *done_on*; a day that the month
    lacks becomes its last day. Done early or late, the rhythm stays.

    Args:
        planned_on: For which day it was planned.
        months: After how many months it is to be done again; None for never.
        done_on: When it was done.
    """
    if months is None:
        return None
    passed = (done_on.year - planned_on.year) * 12 + done_on.month - planned_on.month
    times = max(1, passed // months)
    while True:
        if (planned_on.year * 12 + planned_on.month - 1 + times * months) // 12 > LAST_YEAR:
            return None
        again = months_after(planned_on, times * months)
        if again > done_on:
            return again
        times += 1


def _looks_after(customer: Customer, actor: Actor) -> None:
    may(actor, "care.manage")
    if not actor.is_user(customer.manager):
        raise NotTheManager(name=customer.name)
