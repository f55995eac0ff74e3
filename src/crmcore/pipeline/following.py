"""Keeps what is forecast of opportunities, and the stages they pass, in the transaction that changes them.

Actions that store an opportunity call this; nothing is kept of one that nobody has evaluated or moved yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.events import StageEntered
from crmcore.pipeline.standing import (
    PassageOutcome,
    PipelinePosition,
    PipelinePositionId,
    StagePassage,
    StagePassageId,
)
from crmcore.query import asc, eq, is_null, query
from crmcore.storage.work import Work

__all__ = ["FOLLOWED", "PRIOR", "enter_first", "facts_of", "follow", "passed", "prior_of", "process_of"]

_s = fields(StagePassage)
_p = fields(PipelinePosition)
FOLLOWED: Final[Mapping[str, str]] = {
    "status": "status",
    "amount": "expected_amount",
    "expected_on": "expected_on",
    "stage": "stage",
    "category": "category",
    "owner": "assignee",
    "success_rate": "success_rate",
}
"""Field of a position to the opportunity's that it follows."""
_RATE: Final = "success_rate"
PRIOR: Final[Mapping[str, str]] = {name: f"prior_{name}" for name in FOLLOWED}
"""Field of a position to the one that keeps what it was before."""


def follow(work: Work, before: Opportunity, after: Opportunity, *, removed: bool = False) -> None:
    """Note what is forecast of an opportunity from now on, if that is something else (requirement X-TGT-01).

    What it was before is noted first, if nothing was noted yet. A removed one is noted as lost, if it was noted at all.
    """
    known, facts = facts_of(before), facts_of(after)
    if removed:
        facts["status"] = OpportunityStatus.LOST
    if known == facts:
        return
    positions = work.unscoped(PipelinePosition)
    last = positions.first(eq(_p.opportunity, after.id), is_null(_p.until))
    if last is None and (removed or known | {_RATE: None} == facts | {_RATE: None}):
        return  # a success rate alone, without an amount, forecasts nothing
    if last is None:
        id_ = PipelinePositionId(after.id)
        last = PipelinePosition(id=id_, opportunity=after.id, since=before.created_at, **known)
        (last,) = work.bulk.put([last])
    at = max(work.now, last.since)
    work.bulk.renew([attrs.evolve(last, until=at)])
    id_ = PipelinePositionId(work.new_id())
    work.bulk.put([PipelinePosition(id=id_, opportunity=after.id, since=at, **facts, **prior_of(before))])


def facts_of(opportunity: Opportunity) -> dict[str, Any]:
    """Answer what a position says of an opportunity, by the position's fields."""
    return {name: getattr(opportunity, source) for name, source in FOLLOWED.items()}


def prior_of(opportunity: Opportunity) -> dict[str, Any]:
    """Answer the same of an opportunity as it was before, by the fields in which a position keeps that."""
    return {PRIOR[name]: value for name, value in facts_of(opportunity).items()}


def process_of(work: Work) -> Sequence[SalesStage]:
    """Answer the stages that the company uses, in their order."""
    s = fields(SalesStage)
    valid = query(SalesStage).where(eq(s.status, Validity.VALID)).sort(asc(s.position), asc(s.id))
    return work.unscoped(SalesStage).find(valid)


def enter_first(work: Work, opportunity: Opportunity) -> Opportunity:
    """Answer a dispatched opportunity in the first stage of the process, which asks for nothing; for :func:`passed`."""
    first = next(iter(process_of(work)), None)
    if first is None:
        return opportunity
    return attrs.evolve(opportunity, stage=first.id, category=opportunity.category or first.category)


def passed(work: Work, before: Opportunity, after: Opportunity, outcome: PassageOutcome, reason: str = "") -> None:
    """Note that an opportunity left a stage and perhaps entered another (requirement X-OPP-02).

    Args:
        work: The unit of work.
        before: The opportunity as it was.
        after: The opportunity as it is stored now.
        outcome: How it left.
        reason: Why it was moved.
    """
    passages = work.unscoped(StagePassage)
    last = None
    if before.stage is not None:
        last = passages.first(eq(_s.opportunity, after.id), is_null(_s.left_at))
    at = work.now if last is None else max(work.now, last.entered_at)
    goes_on = after.stage is not None and after.stage != before.stage
    if last is not None:
        to = after.stage if goes_on else None
        work.bulk.renew([attrs.evolve(last, left_at=at, to_stage=to, outcome=outcome)])
    if after.stage is not None and goes_on:
        entered = StagePassage(
            id=StagePassageId(work.new_id()),
            opportunity=after.id,
            stage=after.stage,
            from_stage=before.stage,
            entered_at=at,
            entered_by=work.user_id,
            reason=reason,
            assignee=after.assignee,
        )
        work.bulk.put([entered])
        work.record(StageEntered(after.id, after.stage, before.stage, reason), about=after.id)
