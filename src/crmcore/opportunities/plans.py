"""Making and executing development plans (requirements 2.2, 2.3, PLN-01 to 04).

Every change of a plan touches its opportunity, so that nothing is added to one that is won or lost at the same moment.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Unpack

import attrs
from attrs import fields

from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.opportunities.entity import Opportunity, OpportunityId, PlanItem, PlanItemChanges, PlanItemId
from crmcore.opportunities.events import PlanItemAdded, PlanItemChanged, PlanItemDeleted, ResultRecorded
from crmcore.opportunities.rules import may_develop, may_see_plan
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["add_plan_item", "delete_plan_item", "edit_plan_item", "plan", "record_result"]


@action("plan.read")
def plan(work: Work, opportunity: OpportunityId) -> Sequence[PlanItem]:
    """Answer the items of an opportunity's plan by date; empty if no plan was made (requirements PLN-02, PLN-04).

    Raises:
        NotTheAssignee: It was dispatched to somebody else, or to nobody yet.
    """
    may_see_plan(work.opportunities.get(opportunity), work.actor)
    p = fields(PlanItem)
    wanted = query(PlanItem).where(eq(p.opportunity, opportunity)).sort(asc(p.plan_date))
    return work.unscoped(PlanItem).find(wanted)


@action("plan.develop", "plan.develop_all")
def add_plan_item(work: Work, opportunity: OpportunityId, *, plan_date: dt.date, content: str) -> PlanItem:
    """Add a step to the plan of an opportunity that is being developed (requirement 2.3).

    Args:
        work: The unit of work.
        opportunity: Whose plan.
        plan_date: Day the step is due.
        content: What will be done, 1 to 500 characters.

    Raises:
        NotTheAssignee: It was dispatched to somebody else.
        NotDispatched, AlreadyArchived: It is not being developed.
        Invalid: Date or content is missing or can't be.
    """
    chance = _developed(work, opportunity)
    given = {"plan_date": plan_date, "content": content}
    item = build(PlanItem, given, id=PlanItemId(work.new_id()), opportunity=opportunity)
    stored = work.unscoped(PlanItem).add(item)
    work.opportunities.touch(chance)
    work.record(PlanItemAdded(opportunity, stored.id, plan_date), about=opportunity)
    return stored


@action("plan.develop", "plan.develop_all")
def edit_plan_item(
    work: Work, item: PlanItemId, *, expected: int | None = None, **changes: Unpack[PlanItemChanges]
) -> PlanItem:
    """Change the content of a step; its date stays (requirement 2.2).

    Raises:
        Invalid: The content is missing or too long, or something else was to be changed.
    """
    step, chance = _step(work, item, expected)
    return _keep(work, chance, change(step, changes), PlanItemChanged(chance.id, item))


@action("plan.develop", "plan.develop_all")
def delete_plan_item(work: Work, item: PlanItemId, *, expected: int | None = None) -> None:
    """Take a step out of the plan (requirement 2.3)."""
    step, chance = _step(work, item, expected)
    work.unscoped(PlanItem).remove(step)
    work.opportunities.touch(chance)
    work.record(PlanItemDeleted(chance.id, item), about=chance.id)


@action("plan.develop", "plan.develop_all")
def record_result(work: Work, item: PlanItemId, *, result: str, expected: int | None = None) -> PlanItem:
    """Record what came of a step; an earlier result is replaced and stays in the history (requirement 2.3).

    Args:
        work: The unit of work.
        item: Which step.
        result: What came of it, 1 to 500 characters.
        expected: The version the person saw; None if that does not matter.
    """
    step, chance = _step(work, item, expected)
    if not str(result).strip():
        raise Invalid(Problem(field="result", code="value.missing", entity="plan_item"))
    return _keep(work, chance, attrs.evolve(step, result=result), ResultRecorded(chance.id, item))


def _keep(work: Work, chance: Opportunity, step: PlanItem, event: Any) -> PlanItem:
    stored = work.unscoped(PlanItem).save(step)
    if stored.version != step.version:
        work.opportunities.touch(chance)
        work.record(event, about=chance.id)
    return stored


def _step(work: Work, item: PlanItemId, expected: int | None) -> tuple[PlanItem, Opportunity]:
    """Answer a step and its opportunity, if the actor may see and develop them."""
    step = work.plan_items.get(item, expected=expected)
    return step, _developed(work, step.opportunity)


def _developed(work: Work, opportunity: OpportunityId) -> Opportunity:
    chance = work.opportunities.get(opportunity)
    may_develop(chance, work.actor)
    return chance
