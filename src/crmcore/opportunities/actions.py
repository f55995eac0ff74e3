"""Recording, dispatching, winning and giving up opportunities (requirements 2.3, OPP-01 to 13)."""

from decimal import Decimal
from typing import Final, Unpack

import attrs

from crmcore.access.directory import account_manager
from crmcore.access.entity import User, UserId
from crmcore.base.building import build, change
from crmcore.customers.entity import CustomerId
from crmcore.customers.opening import customer_for, open_customer
from crmcore.dictionary.parameters import PROOF_REQUIRED
from crmcore.opportunities.entity import (
    Opportunity,
    OpportunityChanges,
    OpportunityFields,
    OpportunityId,
    OpportunityStatus,
)
from crmcore.opportunities.events import (
    OpportunityDeleted,
    OpportunityDispatched,
    OpportunityEdited,
    OpportunityRecorded,
    OpportunityTerminated,
    OpportunityWon,
)
from crmcore.opportunities.rules import check_amount, check_proof, may_delete, may_develop, may_dispatch, may_edit
from crmcore.pipeline.entity import ForecastCategory
from crmcore.pipeline.following import enter_first, follow, passed
from crmcore.pipeline.standing import PassageOutcome
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["PREFIX", "create", "delete", "dispatch", "edit", "terminate", "win"]

PREFIX: Final = "XS"
"""Starts the number of every opportunity (销售)."""


@action("opportunity.create")
def create(work: Work, **fields: Unpack[OpportunityFields]) -> Opportunity:
    """Record an opportunity; creator and time are filled in by the system (requirements OPP-01, GEN-15).

    Args:
        work: The unit of work.
        fields: ``customer_name`` (1–100 characters), ``title`` (1–200), ``success_rate`` (0–100 %) and
            ``description`` (1–2000); optionally ``source``, ``contact_name`` and ``contact_phone`` (up to 50 each).

    Raises:
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    opportunity = build(
        Opportunity,
        fields,
        id=OpportunityId(work.new_id()),
        number=work.new_number(PREFIX),
        created_by=work.user_id,
        created_at=work.now,
    )
    stored = work.opportunities.add(opportunity)
    work.record(OpportunityRecorded(stored.id, stored.customer_name, stored.title), about=stored.id)
    return stored


@action("opportunity.edit")
def edit(
    work: Work,
    id: OpportunityId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[OpportunityChanges],
) -> Opportunity:
    """Change an opportunity that nobody is assigned to; seven fields may change, nothing else (requirement 2.3).

    Args:
        work: The unit of work.
        id: Which opportunity.
        expected: The version the person saw; None if that does not matter.
        changes: The fields to change, as in :func:`create`.

    Raises:
        AlreadyDispatched: The supervisor has dispatched it.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    opportunity = work.opportunities.get(id, expected=expected)
    may_edit(opportunity, work.actor)
    stored = work.opportunities.save(change(opportunity, changes))
    if stored.version != opportunity.version:
        follow(work, opportunity, stored)
        work.record(OpportunityEdited(id), about=id)
    return stored


@action("opportunity.delete")
def delete(work: Work, id: OpportunityId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove an opportunity that was never dispatched; only its creator may (requirement 2.3, decision 16.12).

    Raises:
        AlreadyDispatched: The supervisor has dispatched it.
        NotTheCreator: Somebody else recorded it.
    """
    opportunity = work.opportunities.get(id, expected=expected)
    may_delete(opportunity, work.actor)
    follow(work, opportunity, opportunity, removed=True)
    work.opportunities.remove(opportunity)
    work.record(OpportunityDeleted(id, opportunity.customer_name), about=id)


@action("opportunity.dispatch")
def dispatch(
    work: Work,
    id: OpportunityId,  # noqa: A002
    *,
    to: UserId | str,
    expected: int | None = None,
) -> Opportunity:
    """Give an opportunity to exactly one account manager (requirements OPP-02, OPP-06).

    It enters the first stage of the sales process, if the company has defined one (requirement X-OPP-03).

    Args:
        work: The unit of work.
        id: Which opportunity.
        to: The account manager, by id or user name.
        expected: The version the person saw; None if that does not matter.

    Raises:
        AlreadyDispatched: Somebody has dispatched it.
        NotAnAccountManager: *to* is not a valid account manager.
        NotFound: There is no such opportunity or user.
    """
    opportunity = work.opportunities.get(id, expected=expected)
    may_dispatch(opportunity, work.actor)
    manager = account_manager(work, to)
    work.unscoped(User).touch(manager)  # he stays an account manager until this is committed
    given = attrs.evolve(opportunity, assignee=manager.id, assigned_at=work.now, status=OpportunityStatus.ASSIGNED)
    stored = work.opportunities.save(enter_first(work, given))
    passed(work, opportunity, stored, PassageOutcome.FORWARD)
    follow(work, opportunity, stored)
    work.record(OpportunityDispatched(id, manager.id), about=id)
    return stored


@action("plan.develop", "plan.develop_all")
def win(
    work: Work,
    id: OpportunityId,  # noqa: A002
    *,
    proof: str = "",
    customer: CustomerId | None = None,
    amount: Decimal | None = None,
    expected: int | None = None,
) -> Opportunity:
    """Report success: the prospect becomes a customer, in the same transaction (requirements OPP-10 to 13).

    Args:
        work: The unit of work.
        id: Which opportunity.
        proof: Number of the order or contract, up to 50 characters; a system parameter can make it mandatory (16.5).
        customer: An existing customer to link instead of opening a new one (decision 16.4).
        amount: What it brought, in the company's currency; None if as expected (requirement X-OPP-05).
        expected: The version the person saw; None if that does not matter.

    Raises:
        CustomerExists: A customer of that name exists, and the caller did not say that it is the one.
        NotTheAssignee, NotDispatched, AlreadyArchived: It is somebody else's, or not being developed.
        Invalid: The proof is missing or too long, or the amount is negative or none.
    """
    opportunity = work.opportunities.get(id, expected=expected)
    may_develop(opportunity, work.actor)
    check_proof(proof, required=work.parameter(PROOF_REQUIRED))
    won = attrs.evolve(_brought(opportunity, amount), status=OpportunityStatus.WON, proof=proof, closed_at=work.now)
    assert won.assignee is not None  # noqa: S101  # may_develop lets only dispatched ones through
    if customer is None:
        account = open_customer(
            work, won.customer_name, manager=won.assignee, contact=won.contact_name, phone=won.contact_phone
        )
    else:
        account = customer_for(work, customer, won.customer_name)
    stored = work.opportunities.save(attrs.evolve(won, customer=account.id))
    passed(work, opportunity, stored, PassageOutcome.WON)
    follow(work, opportunity, stored)
    work.record(OpportunityWon(id, account.id, proof), about=id)
    return stored


def _brought(opportunity: Opportunity, amount: Decimal | None) -> Opportunity:
    """Answer an opportunity with what it brought, which is what was expected if nobody says otherwise.

    Raises:
        Invalid: The amount is negative or none.
    """
    brought = opportunity.expected_amount if amount is None else check_amount("amount", amount)
    return attrs.evolve(opportunity, expected_amount=brought, category=ForecastCategory.CLOSED)


@action("plan.develop", "plan.develop_all")
def terminate(work: Work, id: OpportunityId, *, expected: int | None = None) -> Opportunity:  # noqa: A002
    """Give up development: no need was confirmed, or it is not worth it (requirement 2.3).

    Raises:
        NotTheAssignee: It was dispatched to somebody else.
        NotDispatched, AlreadyArchived: It is not being developed.
    """
    opportunity = work.opportunities.get(id, expected=expected)
    may_develop(opportunity, work.actor)
    stored = work.opportunities.save(attrs.evolve(opportunity, status=OpportunityStatus.LOST, closed_at=work.now))
    passed(work, opportunity, stored, PassageOutcome.LOST)
    follow(work, opportunity, stored)
    work.record(OpportunityTerminated(id), about=id)
    return stored
