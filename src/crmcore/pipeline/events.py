"""What happened to opportunities on their way through the sales process, for other systems to hear of."""

import datetime as dt
from decimal import Decimal

import attrs

from crmcore.access.entity import UserId
from crmcore.opportunities.entity import OpportunityId
from crmcore.pipeline.entity import ForecastCategory, SalesStageId

__all__ = ["LargeDealReached", "OpportunityEvaluated", "StageEntered"]


@attrs.frozen
class StageEntered:
    """An opportunity came to another stage of the sales process."""

    opportunity: OpportunityId
    stage: SalesStageId
    from_stage: SalesStageId | None
    reason: str


@attrs.frozen
class OpportunityEvaluated:
    """What is reckoned of an opportunity changed."""

    opportunity: OpportunityId
    expected_amount: Decimal | None
    expected_on: dt.date | None
    category: ForecastCategory | None


@attrs.frozen
class LargeDealReached:
    """An open opportunity became a large deal (大额业务提醒; requirement X-OPP-06)."""

    opportunity: OpportunityId
    number: str
    amount: Decimal
    threshold: int
    assignee: UserId | None
