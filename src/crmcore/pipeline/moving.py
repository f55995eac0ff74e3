"""Moving opportunities through the sales process, and the stages they passed (X-OPP-02, X-OPP-03)."""

from collections.abc import Sequence

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.base.errors import CrmError, Invalid, Refused
from crmcore.dictionary.parameters import PROCESS_MOVES
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus, SalesActivity
from crmcore.opportunities.rules import may_develop
from crmcore.pipeline.entity import SalesStage, SalesStageId
from crmcore.pipeline.following import follow, passed, process_of
from crmcore.pipeline.rules import AlreadyThere, check_filled, check_move, direction
from crmcore.pipeline.standing import PassageOutcome, StagePassage
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["MoveOffer", "Progress", "move", "move_offers", "passages", "progress"]


@attrs.frozen(kw_only=True)
class MoveOffer:
    """One stage that an opportunity could go to, or why it can't (stages advanced and controlled; X-OPP-03)."""

    stage: SalesStage
    direction: PassageOutcome
    """Forward or back; staying where it is."""
    refusal: CrmError | None = None
    """Why it can't go there now; None if it can."""
    reason_needed: bool = False
    """Whether somebody has to say why."""

    @property
    def possible(self) -> bool:
        """Whether it can go there now."""
        return self.refusal is None


@attrs.frozen(kw_only=True)
class Progress:
    """How far an opportunity has come, and how it came there."""

    opportunity: Opportunity
    offers: tuple[MoveOffer, ...]
    """Every stage in use, and whether it could go there."""
    passed: tuple[StagePassage, ...]
    """The stages that it has passed, the first one first."""
    activities: tuple[SalesActivity, ...]
    """What was planned and done for it, by day; none for who does not see plans."""


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
def move_offers(work: Work, opportunity: OpportunityId) -> tuple[MoveOffer, ...]:
    """List every stage in use, in order, and whether the actor could take an opportunity there (requirement X-OPP-03).

    The rules are those of :func:`move`, which looks again. The stage it is in stands among them, even if retired.

    Args:
        work: The unit of work.
        opportunity: Which one.
    """
    return _offers(work, work.opportunities.get(opportunity))


def _offers(work: Work, known: Opportunity) -> tuple[MoveOffer, ...]:
    process = list(process_of(work))
    here = next((one for one in process if one.id == known.stage), None)
    if here is None and known.stage is not None:
        here = work.unscoped(SalesStage).get(known.stage)
        process = sorted([*process, here], key=lambda one: (one.position, one.id))
    moves = work.parameter(PROCESS_MOVES)
    return tuple(_offer(work, known, here, stage, process, moves) for stage in process)


def _offer(
    work: Work,
    known: Opportunity,
    here: SalesStage | None,
    stage: SalesStage,
    process: Sequence[SalesStage],
    moves: Sequence[str],
) -> MoveOffer:
    way = PassageOutcome.FORWARD if here is None else direction(here, stage)
    if here is not None and here.id == stage.id:
        return MoveOffer(stage=stage, direction=PassageOutcome.STAYING, refusal=AlreadyThere(name=stage.name))
    back = way is PassageOutcome.BACKWARD
    try:
        may_develop(known, work.actor)
        used = [one for one in process if one.status is Validity.VALID]
        check_move(here, stage, used, moves, "?" if back else "")  # the reason is asked for when it is moved
        check_filled(known, stage)
    except (Invalid, Refused) as refusal:
        return MoveOffer(stage=stage, direction=way, refusal=refusal, reason_needed=back)
    return MoveOffer(stage=stage, direction=way, reason_needed=back)


@action("opportunity.read", "plan.read")
def passages(work: Work, opportunity: OpportunityId) -> Sequence[StagePassage]:
    """List the stages that an opportunity has passed, the first one first (requirement X-OPP-02)."""
    return _passed(work, work.opportunities.get(opportunity))


def _passed(work: Work, known: Opportunity) -> Sequence[StagePassage]:
    s = fields(StagePassage)
    about = query(StagePassage).where(eq(s.opportunity, known.id)).sort(asc(s.entered_at))
    return work.unscoped(StagePassage).find(about)


@action("opportunity.read", "plan.read")
def progress(work: Work, opportunity: OpportunityId) -> Progress:
    """Answer how far an opportunity has come, and how, with what was done for it (X-OPP-02, X-OPP-03, X-OPP-07).

    Args:
        work: The unit of work.
        opportunity: Which one.
    """
    known = work.opportunities.get(opportunity)
    return Progress(
        opportunity=known,
        offers=_offers(work, known),
        passed=tuple(_passed(work, known)),
        activities=tuple(_done(work, known)),
    )


def _done(work: Work, known: Opportunity) -> Sequence[SalesActivity]:
    if known.status is OpportunityStatus.UNASSIGNED or not work.actor.may("plan.read"):
        return ()
    a = fields(SalesActivity)
    return work.sales_activities.find(query(SalesActivity).where(eq(a.opportunity, known.id)).sort(asc(a.planned_on)))
