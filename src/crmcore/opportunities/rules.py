"""Who may do what with an opportunity, in which state (requirements 2.3, OPP-01 to 13, PLN-01 to 04, chapter 9)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.opportunities.entity import (
    ARCHIVED,
    OPEN_ACTIVITY,
    Opportunity,
    OpportunityId,
    OpportunityStatus,
    PlanItem,
    SalesActivity,
)
from crmcore.query import Condition, any_of, eq, in_query, query
from crmcore.query.conditions import FieldRef

__all__ = [
    "SCOPES",
    "ActivityOver",
    "AlreadyArchived",
    "AlreadyDispatched",
    "NotDispatched",
    "NotTheAssignee",
    "NotTheCreator",
    "ProofRequired",
    "check_amount",
    "check_proof",
    "may_change_activity",
    "may_delete",
    "may_develop",
    "may_dispatch",
    "may_edit",
    "may_evaluate",
    "may_see_plan",
    "of_own_opportunities",
]

_o = fields(Opportunity)


def _own(actor: Actor) -> Condition:
    """What waits for a supervisor, what he recorded, and what was dispatched to him (requirements OPP-03, OPP-07)."""
    return any_of(eq(_o.status, OpportunityStatus.UNASSIGNED), eq(_o.assignee, actor.id), eq(_o.created_by, actor.id))


def _plan_of_own(actor: Actor) -> Condition:
    return in_query(fields(PlanItem).opportunity, query(Opportunity).where(eq(_o.assignee, actor.id)))


def of_own_opportunities(field: FieldRef[OpportunityId]) -> Callable[[Actor], Condition]:
    """Answer what limits records about opportunities to those of opportunities that the actor sees."""
    return lambda actor: in_query(field, query(Opportunity).where(_own(actor)))


_READ: Final = frozenset({"opportunity.read", "plan.read"})
_READ_ALL: Final = frozenset({"opportunity.read_all"})
SCOPES: Final = (
    Scope(entity=Opportunity, read=_READ, read_all=_READ_ALL, own=_own),
    Scope(entity=PlanItem, read=_READ, read_all=_READ_ALL, own=_plan_of_own),
    Scope(
        entity=SalesActivity,
        read=_READ,
        read_all=_READ_ALL,
        own=lambda actor: in_query(
            fields(SalesActivity).opportunity, query(Opportunity).where(eq(_o.assignee, actor.id))
        ),
    ),
)


class AlreadyDispatched(Refused):
    """The opportunity has left the state "unassigned" (该数据已指派)."""

    code = "opportunity.already_dispatched"


class AlreadyArchived(Refused):
    """The opportunity is won or lost; nothing about it changes any more (该数据已归档)."""

    code = "opportunity.already_archived"


class NotDispatched(Refused):
    """Development starts when the supervisor has dispatched the opportunity."""

    code = "opportunity.not_dispatched"


class NotTheCreator(Refused):
    """Only the person who recorded an opportunity may delete it."""

    code = "opportunity.not_the_creator"


class NotTheAssignee(Refused):
    """Only the account manager it was dispatched to develops an opportunity."""

    code = "opportunity.not_the_assignee"


class ActivityOver(Refused):
    """The sales activity was done or called off; what was recorded of it stays."""

    code = "opportunity.activity_over"


class ProofRequired(Invalid):
    """The company wants the number of an order or contract with every success (decision 16.5)."""


def may_edit(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless *actor* may edit and nobody is assigned yet (requirement 2.3)."""
    may(actor, "opportunity.edit")
    _unassigned(opportunity)


def may_delete(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless *actor* recorded the opportunity and nobody is assigned yet (requirement 2.3)."""
    may(actor, "opportunity.delete")
    _unassigned(opportunity)
    if not actor.is_user(opportunity.created_by):
        raise NotTheCreator(number=opportunity.number)


def may_dispatch(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless *actor* dispatches opportunities and nobody is assigned yet (requirement OPP-02)."""
    may(actor, "opportunity.dispatch")
    _unassigned(opportunity)


def may_see_plan(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse to show the plan to whom it is none of: an account manager sees his own (requirement OPP-07)."""
    if not actor.is_user(opportunity.assignee) and not actor.may("opportunity.read_all"):
        raise NotTheAssignee(number=opportunity.number)


def may_develop(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless the opportunity is being developed, and by *actor* (requirement 2.3, resolution 14.3).

    Planning, recording results, success and termination all need this.
    """
    if not actor.may("plan.develop_all"):
        may(actor, "plan.develop")
    if opportunity.status in ARCHIVED:
        raise AlreadyArchived(number=opportunity.number, status=_status(opportunity))
    if opportunity.status is OpportunityStatus.UNASSIGNED:
        raise NotDispatched(number=opportunity.number)
    if not actor.is_user(opportunity.assignee) and not actor.may("plan.develop_all"):
        raise NotTheAssignee(number=opportunity.number)


def may_evaluate(opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless *actor* may edit an unassigned opportunity, or develop a dispatched one (requirement X-OPP-02)."""
    if opportunity.status is OpportunityStatus.UNASSIGNED:
        may_edit(opportunity, actor)
    else:
        may_develop(opportunity, actor)


def may_change_activity(activity: SalesActivity, opportunity: Opportunity, actor: Actor) -> None:
    """Refuse unless *actor* develops the opportunity and the activity is not over (requirement X-OPP-07)."""
    may_develop(opportunity, actor)
    if activity.state not in OPEN_ACTIVITY:
        raise ActivityOver(number=opportunity.number, status=f"activity_progress.{activity.state.value}")


def check_amount(field: str, amount: Any) -> Any:
    """Answer an amount that is not negative; whether it is one at all, the entity checks.

    Raises:
        Invalid: It is negative.
    """
    if isinstance(amount, Decimal) and amount.is_signed() and amount.is_finite() and amount:
        raise Invalid(Problem(field=field, code="opportunity.negative", entity="opportunity"))
    return amount


def check_proof(proof: str, *, required: bool) -> None:
    """Refuse a success without proof where the company wants one (decision 16.5, requirement X-CTR-05)."""
    if required and not str(proof or "").strip():
        raise ProofRequired(Problem(field="proof", code="opportunity.proof_required", entity="opportunity"))


def _unassigned(opportunity: Opportunity) -> None:
    if opportunity.status in ARCHIVED:
        raise AlreadyArchived(number=opportunity.number, status=_status(opportunity))
    if opportunity.status is not OpportunityStatus.UNASSIGNED:
        raise AlreadyDispatched(number=opportunity.number, status=_status(opportunity))


def _status(opportunity: Opportunity) -> str:
    """Catalogue key of the state, for texts."""
    return f"opportunity_status.{opportunity.status.value}"
