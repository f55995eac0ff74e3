"""What is reckoned of an opportunity: amount, day, category, follow-up; and the large deals (X-OPP-01, 02, 06)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Unpack, cast

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.dictionary.lookup import check_codes
from crmcore.dictionary.parameters import LARGE_DEAL
from crmcore.opportunities.entity import OPEN, Opportunity, OpportunityEvaluation, OpportunityId
from crmcore.opportunities.rules import check_amount, may_evaluate
from crmcore.pipeline.entity import ForecastCategory, SalesStageId
from crmcore.pipeline.events import LargeDealReached, OpportunityEvaluated
from crmcore.pipeline.following import follow
from crmcore.pipeline.rules import check_category
from crmcore.query import Condition, asc, desc, ge, is_null, le, lt, negate, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of, page_of_both, partly
from crmcore.storage.work import Work

__all__ = ["evaluate", "in_process", "large_deals"]

_o = fields(Opportunity)


@action("opportunity.edit", "plan.develop", "plan.develop_all")
def evaluate(
    work: Work,
    id: OpportunityId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[OpportunityEvaluation],
) -> Opportunity:
    """Say what an open opportunity is expected to bring, when, and how sure that is (requirements X-OPP-01, X-OPP-02).

    Before it is dispatched, whoever may edit it does this; afterwards its account manager. Other systems hear when it
    becomes a large deal (requirement X-OPP-06).

    Args:
        work: The unit of work.
        id: Which opportunity.
        expected: The version the person saw; None if that does not matter.
        changes: ``expected_amount`` and ``target_amount`` in the company's currency, ``expected_on``, ``follow_up``
            from the dictionary, ``category`` (all but ``closed``, which is what winning makes it).

    Raises:
        NotTheAssignee: It was dispatched to somebody else.
        AlreadyArchived: It is won or lost.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A field is unknown, an amount is negative, or a value breaks a constraint; all problems are listed.
    """
    known = work.opportunities.get(id, expected=expected)
    may_evaluate(known, work.actor)
    given = cast("Mapping[str, Any]", changes)
    problems = list(_problems(known, given))
    if problems:
        raise Invalid(problems)
    changed = attrs.evolve(known, **given)
    check_codes(work, changed, known=known)
    stored = work.opportunities.save(changed)
    if stored.version != known.version:
        follow(work, known, stored)
        said = OpportunityEvaluated(id, stored.expected_amount, stored.expected_on, stored.category)
        work.record(said, about=id)
        _remind(work, known, stored)
    return stored


@action("opportunity.read", "plan.read")
def large_deals(
    work: Work, *, assignee: UserId | None = None, page: int = 1, size: int | None = None
) -> Page[Opportunity]:
    """List the open opportunities that reach the company's threshold, the largest first (requirement X-OPP-06).

    Args:
        work: The unit of work.
        assignee: One account manager's; None for all that the actor may see.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    wanted = query(Opportunity).where(
        one_of(_o.status, OPEN),
        ge(_o.expected_amount, Decimal(work.parameter(LARGE_DEAL))),
        *exactly((_o.assignee, assignee)),
    )
    return page_of(work, work.opportunities, wanted.sort(desc(_o.expected_amount)), page=page, size=size)


@action("opportunity.read", "plan.read")
def in_process(
    work: Work,
    *,
    stage: SalesStageId | None = None,
    no_stage: bool = False,
    category: ForecastCategory | None = None,
    follow_up: str = "",
    assignee: UserId | None = None,
    customer_name: str = "",
    expected_from: dt.date | None = None,
    expected_to: dt.date | None = None,
    overdue: bool = False,
    page: int = 1,
    size: int | None = None,
) -> Page[Opportunity]:
    """List the open opportunities by the day they are expected to be won, those without one last (X-OPP-02).

    Args:
        work: The unit of work.
        stage: In one stage of the sales process; None for all, as the other filters.
        no_stage: Only those that are in none.
        category: Of one forecast category.
        follow_up: How the follow-up goes, from the dictionary; empty for all.
        assignee: One account manager's.
        customer_name: Part of the customer's name.
        expected_from: First expected day.
        expected_to: Last expected day.
        overdue: Only those that should have been won before today.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    days = _expected(expected_from, expected_to, work.today if overdue else None)
    named = partly((_o.customer_name, customer_name))
    chosen = exactly((_o.stage, stage), (_o.category, category), (_o.follow_up, follow_up), (_o.assignee, assignee))
    none = [is_null(_o.stage)] if no_stage else []
    wanted = query(Opportunity).where(one_of(_o.status, OPEN), *days, *named, *chosen, *none)
    undated = is_null(_o.expected_on)
    dated, others = (wanted.where(one).sort(asc(_o.expected_on)) for one in (negate(undated), undated))
    return page_of_both(work, work.opportunities, dated, others, page=page, size=size, both=wanted)


def _expected(first: dt.date | None, last: dt.date | None, before: dt.date | None) -> list[Condition]:
    """Answer what opportunities meet that are expected within some days, or before one."""
    days: list[Condition] = [] if first is None else [ge(_o.expected_on, first)]
    if last is not None:
        days.append(le(_o.expected_on, last))
    if before is not None:
        days += [negate(is_null(_o.expected_on)), lt(_o.expected_on, before)]
    return days


def _problems(known: Opportunity, given: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in given.items():
        if name not in OpportunityEvaluation.__annotations__:
            code = "value.not_yours" if hasattr(known, name) else "value.unknown_field"
            yield Problem(field=name, code=code, entity="opportunity")
            continue
        try:
            attrs.evolve(known, **{name: value})
            if name == "category":
                check_category(value, "opportunity")
            elif name.endswith("amount"):
                check_amount(name, value)
        except Invalid as error:
            yield from error.problems


def _remind(work: Work, known: Opportunity, stored: Opportunity) -> None:
    """Tell other systems of an opportunity that has become a large deal (requirement X-OPP-06)."""
    amount, threshold = stored.expected_amount, work.parameter(LARGE_DEAL)
    if amount is not None and (known.expected_amount or 0) < threshold <= amount:
        work.record(LargeDealReached(stored.id, stored.number, amount, threshold, stored.assignee), about=stored.id)
