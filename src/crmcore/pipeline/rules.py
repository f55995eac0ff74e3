"""Which moves the sales process allows, what a stage needs, and who sees what is forecast (X-OPP-02, X-OPP-03)."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import fields

from crmcore.access.entity import Validity
from crmcore.access.scope import Scope
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.opportunities.entity import Opportunity
from crmcore.opportunities.rules import of_own_opportunities
from crmcore.pipeline.entity import ForecastCategory, SalesStage
from crmcore.pipeline.standing import (
    PassageOutcome,
    PipelinePosition,
    PipelineSnapshot,
    SnapshotStage,
    StagePassage,
)

__all__ = [
    "BACK",
    "NEEDABLE",
    "SCOPES",
    "SKIP",
    "AlreadyThere",
    "GoesBack",
    "SkipsStages",
    "StageRetired",
    "check_category",
    "check_filled",
    "check_move",
    "check_needed",
    "direction",
]

SKIP: Final = "skip"
"""Stages may be skipped on the way forward."""
BACK: Final = "back"
"""An opportunity may go back, with a reason."""
NEEDABLE: Final = ("expected_amount", "expected_on", "target_amount", "follow_up")
"""What a stage may ask for: what can be filled in while an opportunity is developed."""

_OPPORTUNITY: Final = frozenset({"opportunity.read", "plan.read"})
_OPPORTUNITY_ALL: Final = frozenset({"opportunity.read_all"})
_FORECAST: Final = frozenset({"forecast.read", "forecast.read_all"})
_FORECAST_ALL: Final = frozenset({"forecast.read_all"})
_PROCESS: Final = frozenset({"process.configure"}) | _OPPORTUNITY | _OPPORTUNITY_ALL | _FORECAST
SCOPES: Final = (
    Scope(entity=SalesStage, read=_PROCESS),
    Scope(
        entity=StagePassage,
        read=_OPPORTUNITY,
        read_all=_OPPORTUNITY_ALL,
        own=of_own_opportunities(fields(StagePassage).opportunity),
    ),
    Scope(
        entity=PipelinePosition,
        read=_FORECAST,
        read_all=_FORECAST_ALL,
        own=of_own_opportunities(fields(PipelinePosition).opportunity),
    ),
    Scope(entity=PipelineSnapshot, read=_FORECAST),
    Scope(entity=SnapshotStage, read=_FORECAST),
)


class StageRetired(Refused):
    """The company does not use the stage any more; what is in it may leave it."""

    code = "pipeline.stage_retired"


class AlreadyThere(Refused):
    """The opportunity is in that stage."""

    code = "pipeline.already_there"


class SkipsStages(Refused):
    """The company wants every stage to be passed, one after the other (requirement X-OPP-03)."""

    code = "pipeline.skips_stages"


class GoesBack(Refused):
    """The company's sales process leads forward only (requirement X-OPP-03)."""

    code = "pipeline.goes_back"


def direction(known: SalesStage, to: SalesStage) -> PassageOutcome:
    """Tell whether a move leads forward or back."""
    return PassageOutcome.FORWARD if _place(to) > _place(known) else PassageOutcome.BACKWARD


def check_move(
    known: SalesStage | None, to: SalesStage, process: Sequence[SalesStage], allowed: Sequence[str], reason: str
) -> None:
    """Refuse a move that the company does not allow (stages advanced and controlled; requirement X-OPP-03).

    The next stage may always be entered. Back goes only what may go back, with a reason.

    Args:
        known: The stage it is in; None for none.
        to: The stage it is to enter.
        process: The stages in use.
        allowed: ``skip`` and ``back``, as the company has set.
        reason: Why.

    Raises:
        StageRetired: The stage is not used any more.
        AlreadyThere: It is in that stage.
        SkipsStages, GoesBack: The company does not allow it.
        Invalid: It may go back, and no reason was given.
    """
    if to.status is not Validity.VALID:
        raise StageRetired(name=to.name)
    here = 0 if known is None else known.position
    if known is not None and known.id == to.id:
        raise AlreadyThere(name=to.name)
    if known is not None and direction(known, to) is PassageOutcome.BACKWARD:
        if BACK not in allowed:
            raise GoesBack(name=to.name)
        if not str(reason or "").strip():
            raise Invalid(Problem(field="reason", code="value.missing", entity="stage_passage"))
    elif SKIP not in allowed and any(here < one.position < to.position for one in process):
        raise SkipsStages(name=to.name)


def check_filled(opportunity: Opportunity, to: SalesStage) -> None:
    """Refuse to enter a stage before everything is filled in that it needs; all that is missing is named.

    Raises:
        Invalid: Something is missing.
    """
    missing = [name for name in to.needed if getattr(opportunity, name) in {None, ""}]
    if missing:
        code = "pipeline.needed"
        raise Invalid(
            [Problem(field=name, code=code, entity="opportunity", params={"name": to.name}) for name in missing]
        )


def check_needed(stage: SalesStage) -> None:
    """Refuse a stage that asks for what nobody could fill in, or that counts as won.

    Raises:
        Invalid: A field is none of :data:`NEEDABLE`, or the category is ``closed``.
    """
    problems = [
        Problem(field="needed", code="value.choice", entity="sales_stage", params={"got": name[:50]})
        for name in stage.needed
        if name not in NEEDABLE
    ]
    if stage.category is ForecastCategory.CLOSED:
        problems.append(Problem(field="category", code="pipeline.closed_is_won", entity="sales_stage"))
    if problems:
        raise Invalid(problems)


def check_category(category: Any, entity: str) -> None:
    """Refuse to call what is not won closed.

    Raises:
        Invalid: The category is ``closed``.
    """
    if category is ForecastCategory.CLOSED:
        raise Invalid(Problem(field="category", code="pipeline.closed_is_won", entity=entity))


def _place(stage: SalesStage) -> tuple[int, Any]:
    return stage.position, stage.id
