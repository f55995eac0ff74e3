"""Who may do what with an opportunity, in which state (requirements 2.3, OPP-01 to 13, PLN-01 to 04, chapter 9)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.opportunities.entity import ARCHIVED, Opportunity, OpportunityStatus, PlanItem
from crmcore.query import Condition, any_of, eq, in_query, query

__all__ = [
    "SCOPES",
    "AlreadyArchived",
    "AlreadyDispatched",
    "NotDispatched",
    "NotTheAssignee",
    "NotTheCreator",
    "ProofRequired",
    "check_proof",
    "may_delete",
    "may_develop",
    "may_dispatch",
    "may_edit",
    "may_see_plan",
]

_o = fields(Opportunity)


def _own(actor: Actor) -> Condition:
    """What waits for a supervisor, what he recorded, and what was dispatched to him (requirements OPP-03, OPP-07)."""
    return any_of(eq(_o.status, OpportunityStatus.UNASSIGNED), eq(_o.assignee, actor.id), eq(_o.created_by, actor.id))


def _plan_of_own(actor: Actor) -> Condition:
    return in_query(fields(PlanItem).opportunity, query(Opportunity).where(eq(_o.assignee, actor.id)))


_READ: Final = frozenset({"opportunity.read", "plan.read"})
_READ_ALL: Final = frozenset({"opportunity.read_all"})
SCOPES: Final = (
    Scope(entity=Opportunity, read=_READ, read_all=_READ_ALL, own=_own),
    Scope(entity=PlanItem, read=_READ, read_all=_READ_ALL, own=_plan_of_own),
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
