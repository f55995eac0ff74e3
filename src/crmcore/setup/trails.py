"""Writes down how one opportunity stood at any time, as :mod:`crmcore.pipeline.following` keeps it, without asking."""

import attrs

from crmcore.base.schema import Entity
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.following import facts_of, prior_of
from crmcore.pipeline.standing import (
    PassageOutcome,
    PipelinePosition,
    PipelinePositionId,
    StagePassage,
    StagePassageId,
)
from crmcore.storage.work import Work

__all__ = ["Trail"]


class Trail:
    """The positions of one opportunity and the stages that it passed, the last one of each last."""

    def __init__(self, work: Work) -> None:
        """Note them in *work*."""
        self._work = work
        self._positions: list[PipelinePosition] = []
        self._passages: list[StagePassage] = []

    def records(self) -> list[Entity]:
        """Answer everything that is to be stored."""
        return [*self._positions, *self._passages]

    def follow(self, before: Opportunity, after: Opportunity) -> None:
        """Note what is forecast of it from now on, if that is something else."""
        known, facts = facts_of(before), facts_of(after)
        if known == facts:
            return
        if not self._positions:
            id_ = PipelinePositionId(after.id)
            first = PipelinePosition(id=id_, opportunity=after.id, since=before.created_at, version=1, **known)
            self._positions.append(first)
        at = max(self._work.now, self._positions[-1].since)
        self._positions[-1] = attrs.evolve(self._positions[-1], until=at, version=2)
        id_ = PipelinePositionId(self._work.new_id())
        self._positions.append(
            PipelinePosition(id=id_, opportunity=after.id, since=at, version=1, **facts, **prior_of(before))
        )

    def passed(self, before: Opportunity, after: Opportunity, outcome: PassageOutcome, reason: str) -> None:
        """Note that it left a stage and perhaps entered another."""
        at = self._work.now
        goes_on = after.stage is not None and after.stage != before.stage
        if before.stage is not None and self._passages:
            at = max(at, self._passages[-1].entered_at)
            to = after.stage if goes_on else None
            self._passages[-1] = attrs.evolve(self._passages[-1], left_at=at, to_stage=to, outcome=outcome, version=2)
        if after.stage is not None and goes_on:
            entered = StagePassage(
                id=StagePassageId(self._work.new_id()),
                opportunity=after.id,
                stage=after.stage,
                from_stage=before.stage,
                entered_at=at,
                entered_by=self._work.user_id,
                reason=reason,
                assignee=after.assignee,
                version=1,
            )
            self._passages.append(entered)
