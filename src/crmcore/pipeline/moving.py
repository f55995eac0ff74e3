"""Moving opportunities through the sales process, and the stages they passed (X-OPP-02, X-OPP-03)."""

from collections.abc import Sequence

import attrs
from attrs import fields

from crmcore.dictionary.parameters import PROCESS_MOVES
from crmcore.opportunities.entity import Opportunity, OpportunityId
from crmcore.opportunities.rules import may_develop
from crmcore.pipeline.entity import SalesStage, SalesStageId
from crmcore.pipeline.following import follow, passed, process_of
from crmcore.pipeline.rules import check_filled, check_move, direction
from crmcore.pipeline.standing import PassageOutcome, StagePassage
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["move", "passages"]


@action("plan.develop", "plan.develop_all")
def move(
    work: Work,
    opportunity: OpportunityId,
    *,
    to: SalesStageId,
    reason: str = "",
    expected: int | None = None,
) -> Opportunity:
    """Take an opportunity to another stage of the sales process (阶段推进; requirements X-OPP-02, X-OPP-03).

    It gets the forecast category of that stage. Which ways beside that to the next stage are open, a parameter says.

    Args:
        work: The unit of work.
        opportunity: Which one.
        to: The stage it enters.
        reason: Why, up to 500 characters; needed to go back.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotTheAssignee: It was dispatched to somebody else.
        NotDispatched, AlreadyArchived: It is not being developed.
        StageRetired, AlreadyThere, SkipsStages, GoesBack: It can't go there.
        NotFound: There is no such opportunity or stage.
        Conflict: Somebody changed it since the person saw it.
        Invalid: Something is not filled in that the stage needs, or the reason is missing or too long.
    """
    known = work.opportunities.get(opportunity, expected=expected)
    may_develop(known, work.actor)
    stage = work.sales_stages.get(to)
    here = None if known.stage is None else work.unscoped(SalesStage).get(known.stage)
    moves = work.parameter(PROCESS_MOVES)
    check_move(here, stage, process_of(work), moves, reason)
    check_filled(known, stage)
    outcome = PassageOutcome.FORWARD if here is None else direction(here, stage)
    work.unscoped(SalesStage).touch(stage)  # nobody retires it at the same moment
    stored = work.opportunities.save(attrs.evolve(known, stage=stage.id, category=stage.category))
    passed(work, known, stored, outcome, reason.strip())
    follow(work, known, stored)
    return stored


@action("opportunity.read", "plan.read")
def passages(work: Work, opportunity: OpportunityId) -> Sequence[StagePassage]:
    """List the stages that an opportunity has passed, the first one first (requirement X-OPP-02)."""
    known = work.opportunities.get(opportunity)
    s = fields(StagePassage)
    about = query(StagePassage).where(eq(s.opportunity, known.id)).sort(asc(s.entered_at))
    return work.unscoped(StagePassage).find(about)
