"""Sales activities: demonstrations, visits, promotions; what is planned, how it goes, what came of it (X-OPP-07)."""

import datetime as dt
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import UserId
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.dictionary.lookup import check_codes
from crmcore.opportunities.entity import (
    OPEN_ACTIVITY,
    ActivityProgress,
    Opportunity,
    OpportunityId,
    OpportunityStatus,
    SalesActivity,
    SalesActivityChanges,
    SalesActivityFields,
    SalesActivityId,
)
from crmcore.opportunities.events import ActivityEnded, ActivityPlanned
from crmcore.opportunities.rules import may_change_activity, may_develop, may_see_plan
from crmcore.query import asc, eq, ge, in_query, le, lt, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.work import Work

__all__ = [
    "activities",
    "activities_of",
    "cancel_activity",
    "complete_activity",
    "edit_activity",
    "plan_activity",
    "record_progress",
]

_a = attributes(SalesActivity)


@action("plan.read")
def activities_of(work: Work, opportunity: OpportunityId) -> tuple[SalesActivity, ...]:
    """List the sales activities of an opportunity by their day (requirement X-OPP-07).

    Raises:
        NotTheAssignee: It was dispatched to somebody else, or to nobody yet.
    """
    may_see_plan(work.opportunities.get(opportunity), work.actor)
    wanted = query(SalesActivity).where(eq(_a.opportunity, opportunity)).sort(asc(_a.planned_on))
    return tuple(work.unscoped(SalesActivity).find(wanted))


@action("plan.read")
def activities(
    work: Work,
    *,
    kind: str = "",
    state: ActivityProgress | None = None,
    responsible: UserId | None = None,
    planned_from: dt.date | None = None,
    planned_to: dt.date | None = None,
    overdue: bool = False,
    page: int = 1,
    size: int | None = None,
) -> Page[SalesActivity]:
    """List the sales activities by their day, the earliest first (requirement X-OPP-07).

    Args:
        work: The unit of work.
        kind: Kind from the dictionary; empty for all.
        state: How far they have come; None for all.
        responsible: One person's; None for all that the actor may see.
        planned_from: First day; None for all.
        planned_to: Last day; None for all.
        overdue: Only those that should be over by now, of opportunities that are being developed.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(SalesActivity).where(
        *exactly((_a.kind, kind), (_a.state, state), (_a.responsible, responsible)),
        *([] if planned_from is None else [ge(_a.planned_on, planned_from)]),
        *([] if planned_to is None else [le(_a.planned_on, planned_to)]),
    )
    if overdue:
        developed = query(Opportunity).where(eq(attributes(Opportunity).status, OpportunityStatus.ASSIGNED))
        late = (one_of(_a.state, OPEN_ACTIVITY), lt(_a.planned_on, work.today), in_query(_a.opportunity, developed))
        wanted = wanted.where(*late)
    return page_of(work, work.sales_activities, wanted.sort(asc(_a.planned_on)), page=page, size=size)


@action("plan.develop", "plan.develop_all")
def plan_activity(work: Work, opportunity: OpportunityId, **fields: Unpack[SalesActivityFields]) -> SalesActivity:
    """Plan something to win an opportunity that is being developed (requirement X-OPP-07).

    Args:
        work: The unit of work.
        opportunity: For which one.
        fields: ``kind`` from the dictionary, ``planned_on`` and ``content`` (1–500 characters).

    Raises:
        NotTheAssignee: It was dispatched to somebody else.
        NotDispatched, AlreadyArchived: It is not being developed.
        Invalid: Something is missing, unknown or too long; all problems are listed.
    """
    chance = work.opportunities.get(opportunity)
    may_develop(chance, work.actor)
    given: dict[str, Any] = dict(fields)
    made = build(
        SalesActivity,
        given,
        id=SalesActivityId(work.new_id()),
        opportunity=opportunity,
        responsible=work.user_id,
        created_at=work.now,
    )
    check_codes(work, made)
    stored = work.unscoped(SalesActivity).add(made)
    work.opportunities.touch(chance)  # nobody closes it at the same moment
    work.record(ActivityPlanned(opportunity, stored.id, stored.kind, stored.planned_on), about=opportunity)
    return stored


@action("plan.develop", "plan.develop_all")
def edit_activity(
    work: Work,
    id: SalesActivityId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[SalesActivityChanges],
) -> SalesActivity:
    """Change what is planned, or put it off to another day (requirement X-OPP-07).

    Raises:
        ActivityOver: It was done or called off.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint.
    """
    known = _known(work, id, expected)
    changed = change(known, changes)
    check_codes(work, changed, known=known)
    return work.unscoped(SalesActivity).save(changed)


@action("plan.develop", "plan.develop_all")
def record_progress(
    work: Work,
    id: SalesActivityId,  # noqa: A002
    *,
    progress: str,
    expected: int | None = None,
) -> SalesActivity:
    """Record how an activity goes: it is under way from then on (requirement X-OPP-07).

    Args:
        work: The unit of work.
        id: Which activity.
        progress: How it goes, 1 to 1000 characters; what was recorded before stays in the history.
        expected: The version the person saw; None if that does not matter.

    Raises:
        ActivityOver: It was done or called off.
        Invalid: Nothing is said, or too much.
    """
    known = _known(work, id, expected)
    said = _said("progress", progress)
    changed = attrs.evolve(known, state=ActivityProgress.UNDER_WAY, progress=said, responsible=work.user_id)
    return work.unscoped(SalesActivity).save(changed)


@action("plan.develop", "plan.develop_all")
def complete_activity(
    work: Work,
    id: SalesActivityId,  # noqa: A002
    *,
    result: str,
    done_on: dt.date | None = None,
    expected: int | None = None,
) -> SalesActivity:
    """Record what came of an activity (requirement X-OPP-07).

    Args:
        work: The unit of work.
        id: Which activity.
        result: What came of it, 1 to 1000 characters.
        done_on: On which day; today if not given, never in the future.
        expected: The version the person saw; None if that does not matter.

    Raises:
        ActivityOver: It was done or called off before.
        Invalid: The result is missing or too long, or the day lies in the future.
    """
    known = _known(work, id, expected)
    day = work.today if done_on is None else done_on
    changes = {"result": _said("result", result), "done_on": day, "responsible": work.user_id}
    done = attrs.evolve(known, state=ActivityProgress.DONE, **changes)
    if day > work.today:
        raise Invalid(Problem(field="done_on", code="opportunity.not_yet", entity="sales_activity"))
    return _ended(work, done)


@action("plan.develop", "plan.develop_all")
def cancel_activity(
    work: Work,
    id: SalesActivityId,  # noqa: A002
    *,
    reason: str,
    expected: int | None = None,
) -> SalesActivity:
    """Call off an activity; why is kept as its result (requirement X-OPP-07).

    Raises:
        ActivityOver: It was done or called off before.
        Invalid: The reason is missing or too long.
    """
    known = _known(work, id, expected)
    return _ended(work, attrs.evolve(known, state=ActivityProgress.CANCELLED, result=_said("reason", reason)))


def _known(work: Work, id_: SalesActivityId, expected: int | None) -> SalesActivity:
    """Answer an activity that the actor may change; nobody closes its opportunity at the same moment."""
    known = work.sales_activities.get(id_, expected=expected)
    chance = work.opportunities.get(known.opportunity)
    may_change_activity(known, chance, work.actor)
    return known


def _ended(work: Work, over: SalesActivity) -> SalesActivity:
    stored = work.unscoped(SalesActivity).save(over)
    said = ActivityEnded(stored.opportunity, stored.id, stored.kind, stored.state, stored.result)
    work.record(said, about=stored.opportunity)
    return stored


def _said(field: str, text: Any) -> Any:
    """Answer a text without the blanks around it; the entity refuses what is none."""
    said = text.strip() if isinstance(text, str) else text
    if said is None or said == "":
        raise Invalid(Problem(field=field, code="value.missing", entity="sales_activity"))
    return said
