"""Who sees churn cases, who decides about them, and when a customer is overdue (requirements 3.7, CHN-09, 16.3)."""

import datetime as dt
from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.clock import month_before
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.base.text import is_storable, is_visible
from crmcore.churn.entity import ChurnCase, ChurnStatus
from crmcore.customers.entity import Customer
from crmcore.customers.rules import of_own

__all__ = [
    "LONGEST_MEASURES",
    "LONGEST_REASON",
    "SCOPES",
    "AlreadyConfirmed",
    "AlreadyRetained",
    "NoNewerOrder",
    "NotTheManager",
    "check_text",
    "cutoff",
    "is_newer",
    "may_decide",
    "may_retain",
    "with_measure",
]

LONGEST_MEASURES: Final = 4000
"""Characters that all measures of a case have together (requirement 3.7)."""
LONGEST_REASON: Final = 2000

SCOPES: Final = (
    Scope(
        entity=ChurnCase,
        read=frozenset({"churn.read"}),
        read_all=frozenset({"churn.read_all"}),
        own=of_own(fields(ChurnCase).customer),
    ),
)


class AlreadyConfirmed(Refused):
    """The loss was confirmed; nothing about the case changes any more (该数据已确认流失)."""

    code = "churn.already_confirmed"


class AlreadyRetained(Refused):
    """The customer was retained; nothing about the case changes any more."""

    code = "churn.already_retained"


class NotTheManager(Refused):
    """Only the account manager who is responsible for the customer decides (requirement 3.7, chapter 9)."""

    code = "churn.not_the_manager"


class NoNewerOrder(Refused):
    """The customer has not ordered since the case was opened, so he is not retained yet (requirement CHN-12)."""

    code = "churn.no_newer_order"


def cutoff(today: dt.date, months: int) -> dt.date:
    """Answer the day before which a customer's latest order must lie for him to be warned of (decision 16.3).

    Args:
        today: The present day in the company's zone.
        months: Calendar months; a day that the month lacks becomes its last day.
    """
    return month_before(today, months)


def may_decide(case: ChurnCase, customer: Customer, actor: Actor) -> None:
    """Refuse unless the case is open and *actor* is responsible for the customer now (requirement 3.7)."""
    may(actor, "churn.decide")
    if case.status is ChurnStatus.LOST:
        raise AlreadyConfirmed(name=customer.name)
    if case.status is ChurnStatus.RETAINED:
        raise AlreadyRetained(name=customer.name)
    if not actor.is_user(customer.manager):
        raise NotTheManager(name=customer.name)


def may_retain(case: ChurnCase, customer: Customer, actor: Actor, newest: dt.date | None) -> None:
    """Refuse unless *actor* may decide, and the customer has ordered since (requirement CHN-12).

    Args:
        case: Which case.
        customer: Whom it is about.
        actor: Who decides.
        newest: Day of the customer's latest order now; None if he has none.
    """
    may_decide(case, customer, actor)
    if not is_newer(case, newest):
        raise NoNewerOrder(name=customer.name)


def is_newer(case: ChurnCase, newest: dt.date | None) -> bool:
    """Tell whether an order of that day came after the one the case speaks of."""
    return newest is not None and (case.last_order_on is None or newest > case.last_order_on)


def check_text(field: str, given: object, longest: int, *, needed: bool = True) -> str:
    """Answer what somebody wrote without the blanks around it.

    Raises:
        Invalid: It is no text, can't be stored, is too long, or is empty though it is *needed*.
    """
    if given is not None and not isinstance(given, str):
        raise _wrong(field, "value.type", wanted="text", got=type(given).__name__)
    said = (given or "").strip()
    if not is_storable(said):
        raise _wrong(field, "value.characters")
    if len(said) > longest:
        raise _wrong(field, "value.too_long", max=longest, got=len(said))
    if needed and not is_visible(said):
        raise _wrong(field, "value.missing")
    return said


def with_measure(measures: str, measure: object, now: dt.datetime) -> str:
    """Append a measure to those before it, as a line with its time (requirement 3.7).

    Args:
        measures: What was noted before; stays as it is.
        measure: What somebody wrote; line breaks in it become blanks, for each line is an entry.
        now: When, in the company's zone.

    Raises:
        Invalid: The measure is empty, no text, or longer than what is left.
    """
    said = " ".join(check_text("measure", measure, LONGEST_MEASURES).splitlines())
    head = f"{measures}\n{now:%Y-%m-%d %H:%M} " if measures else f"{now:%Y-%m-%d %H:%M} "
    if len(head) + len(said) > LONGEST_MEASURES:
        left = max(0, LONGEST_MEASURES - len(head))
        params: dict[str, object] = {"max": LONGEST_MEASURES, "left": left, "got": len(said)}
        raise Invalid(Problem(field="measure", code="churn.measures_full", entity="churn_case", params=params))
    return head + said


def _wrong(field: str, code: str, **params: object) -> Invalid:
    return Invalid(Problem(field=field, code=code, entity="churn_case", params=params))
