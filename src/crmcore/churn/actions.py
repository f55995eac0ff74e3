"""Treating churn cases: delay, confirm the loss, close as retained (requirements 3.2, 3.7, CHN-12)."""

import datetime as dt

import attrs

from crmcore.churn.entity import ChurnCase, ChurnCaseId, ChurnStatus
from crmcore.churn.events import ChurnConfirmed, ChurnDelayed, CustomerRetained
from crmcore.churn.rules import LONGEST_REASON, check_text, may_decide, may_retain, with_measure
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.sales.entity import OrderSummary
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["confirm", "delay", "retain"]


@action("churn.decide")
def delay(work: Work, id: ChurnCaseId, measure: str, *, expected: int | None = None) -> ChurnCase:  # noqa: A002
    """Note what is done to keep a customer; what was done before stays visible (暂缓流失; requirement 3.7).

    A customer who was marked lost by other means becomes active again (requirement 3.2).

    Args:
        work: The unit of work.
        id: Which case.
        measure: What is done; all measures of a case, each with its time, have 4000 characters together.
        expected: The version the person saw; None if that does not matter.

    Raises:
        AlreadyConfirmed, AlreadyRetained: The case is closed.
        NotTheManager: Somebody else is responsible for the customer.
        Invalid: The measure is empty or too long.
        NotFound: There is no such case, or it is about a customer of somebody else.
    """
    case, customer = _case(work, id, expected)
    may_decide(case, customer, work.actor)
    measures = with_measure(case.measures, measure, work.now.astimezone(work.zone))
    stored = work.churn_cases.save(attrs.evolve(case, measures=measures, status=ChurnStatus.DELAYED))
    _reactivate(work, customer)
    work.record(ChurnDelayed(id, customer.id, measure.strip()), about=id)
    return stored


@action("churn.decide")
def confirm(work: Work, id: ChurnCaseId, reason: str, *, expected: int | None = None) -> ChurnCase:  # noqa: A002
    """Confirm that a customer is lost (确认流失); in the same transaction he is marked so, unless he was deleted.

    Args:
        work: The unit of work.
        id: Which case.
        reason: Why, 1 to 2000 characters.
        expected: The version the person saw; None if that does not matter.

    Raises:
        AlreadyConfirmed, AlreadyRetained: The case is closed.
        NotTheManager: Somebody else is responsible for the customer.
        Invalid: The reason is empty or too long.
        NotFound: There is no such case, or it is about a customer of somebody else.
    """
    case, customer = _case(work, id, expected)
    may_decide(case, customer, work.actor)
    said = check_text("reason", reason, LONGEST_REASON)
    stored = work.churn_cases.save(attrs.evolve(case, status=ChurnStatus.LOST, reason=said, closed_at=work.now))
    if customer.status is not CustomerStatus.DELETED:
        work.unscoped(Customer).save(attrs.evolve(customer, status=CustomerStatus.LOST))
    work.record(ChurnConfirmed(id, customer.id, said), about=id)
    return stored


@action("churn.decide")
def retain(work: Work, id: ChurnCaseId, reason: str = "", *, expected: int | None = None) -> ChurnCase:  # noqa: A002
    """Close a case because the customer has ordered again (挽回; requirement CHN-12).

    A customer who was marked lost by other means becomes active again.

    Args:
        work: The unit of work.
        id: Which case.
        reason: What brought him back, up to 2000 characters; may be empty.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NoNewerOrder: He has not ordered since the case was opened.
        AlreadyConfirmed, AlreadyRetained: The case is closed.
        NotTheManager: Somebody else is responsible for the customer.
        Invalid: The reason is too long.
        NotFound: There is no such case, or it is about a customer of somebody else.
    """
    case, customer = _case(work, id, expected)
    newest = _latest_order(work, customer)
    may_retain(case, customer, work.actor, newest)
    assert newest is not None  # noqa: S101  # may_retain lets only those through
    said = check_text("reason", reason, LONGEST_REASON, needed=False)
    stored = work.churn_cases.save(attrs.evolve(case, status=ChurnStatus.RETAINED, reason=said, closed_at=work.now))
    _reactivate(work, customer)
    work.record(CustomerRetained(id, customer.id, newest), about=id)
    return stored


def _case(work: Work, id_: ChurnCaseId, expected: int | None) -> tuple[ChurnCase, Customer]:
    """Answer a case within what the actor sees, and the customer it is about."""
    case = work.churn_cases.get(id_, expected=expected)
    return case, work.unscoped(Customer).get(case.customer)


def _latest_order(work: Work, customer: Customer) -> dt.date | None:
    summary = work.session.load(OrderSummary, customer.id)
    return None if summary is None else summary.last_order_on


def _reactivate(work: Work, customer: Customer) -> None:
    if customer.status is CustomerStatus.LOST:
        work.unscoped(Customer).save(attrs.evolve(customer, status=CustomerStatus.NORMAL))
