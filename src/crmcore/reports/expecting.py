"""Forecasts, how good they were, and how a pipeline changed between two snapshots (X-TGT-01, X-ANA-03).

An account manager gets the figures of the opportunities that he sees; a supervisor and an executive those of all.
"""

from collections.abc import Mapping

from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.dictionary.parameters import CURRENCY
from crmcore.opportunities.entity import Opportunity
from crmcore.pipeline.entity import SalesStageId
from crmcore.pipeline.flow import Pipeline
from crmcore.pipeline.standing import PipelineSnapshotId, SnapshotStage
from crmcore.query import eq, query
from crmcore.reports.asking import chosen, needed_period
from crmcore.reports.seeing import counted_for
from crmcore.statistics.accuracy import Accuracy, accuracy, expected_then, won_since
from crmcore.statistics.forecasting import Chances, Forecast, asked_open, brought, forecast
from crmcore.statistics.periods import Period, Span, steps
from crmcore.statistics.waterfall import Waterfall, asked_moves, asked_stood, began, held, standing, waterfall
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["forecast_accuracy", "pipeline_waterfall", "sales_forecast"]

_EVERYTHING = Pipeline()


@action("forecast.read_all", "forecast.read")
def sales_forecast(
    work: Work,
    period: Period,
    *,
    span: Span = Span.MONTH,
    chances: Chances = Chances.STAGE,
    owner: UserId | None = None,
) -> Forecast:
    """Answer what will be sold in each part of a period, by chance and by category (销售预测; requirement X-TGT-01).

    Five questions to the store at most.

    Args:
        work: The unit of work.
        period: Which days, past and to come.
        span: Days, months, quarters or years.
        chances: The fixed chance of the stage, or the opportunity's own success rate.
        owner: One account manager's; None for all that the actor may see.

    Raises:
        Invalid: Period, span or chances are none.
    """
    parts = steps(needed_period(period), chosen(span, Span, "span"))
    by: Chances = chosen(chances, Chances, "chances")
    won = brought(parts, work.zone, owner)
    groups = counted_for(work, Opportunity).groups
    return forecast(
        parts,
        {one.id: one.probability for one in work.sales_stages.find()} if by is Chances.STAGE else None,
        groups(asked_open(parts, by, owner)),
        (won, groups(won)),
        work.parameter(CURRENCY),
        owner,
    )


@action("forecast.read_all", "forecast.read")
def forecast_accuracy(
    work: Work,
    snapshot: PipelineSnapshotId,
    period: Period,
    *,
    span: Span = Span.MONTH,
    chances: Chances = Chances.STAGE,
    owner: UserId | None = None,
) -> Accuracy:
    """Answer how near the forecast of a snapshot came to what was won (requirement X-TGT-01).

    Six questions to the store.

    Args:
        work: The unit of work.
        snapshot: Whose forecast.
        period: For which days.
        span: Days, months, quarters or years.
        chances: The chance that the stage had then, or the opportunity's own success rate then.
        owner: One account manager's; None for all that the actor may see.

    Raises:
        NotFound: There is no such snapshot.
        Invalid: Period, span or chances are none.
    """
    by = chosen(chances, Chances, "chances")
    parts = steps(needed_period(period), chosen(span, Span, "span"))
    taken = work.pipeline_snapshots.get(snapshot)
    expected, won = expected_then(parts, taken.taken_at, owner), won_since(parts, work.zone, taken.taken_at, owner)
    return accuracy(
        parts,
        _chances_at(work, snapshot),
        (expected, work.pipeline_positions.groups(expected)),
        (won, counted_for(work, Opportunity).groups(won)),
        work.zone,
        work.now,
        work.parameter(CURRENCY),
        by,
    )


@action("forecast.read_all", "forecast.read")
def pipeline_waterfall(
    work: Work, first: PipelineSnapshotId, then: PipelineSnapshotId, *, pipeline: Pipeline = _EVERYTHING
) -> Waterfall:
    """Answer how a pipeline came from what it was at one snapshot to what it was at another (requirement X-TGT-01).

    Opening + new + moved in - moved out - won - lost + changed = closing. Five questions to the store.

    Args:
        work: The unit of work.
        first: The earlier snapshot.
        then: The later one.
        pipeline: The days and the person looked at; everything that is open unless told.

    Raises:
        NotFound: There is no such snapshot.
        Invalid: The second snapshot is the earlier one, or the pipeline is none.
    """
    part: Pipeline = chosen(pipeline, Pipeline, "pipeline")
    start, end = (work.pipeline_snapshots.get(one).taken_at for one in (first, then))
    if start > end:
        raise Invalid(Problem(field="then", code="pipeline.backwards", entity="pipeline_snapshot"))
    groups = work.pipeline_positions.groups
    stood, moves = groups(asked_stood(start, end, part)), groups(asked_moves(start, end, part))
    return waterfall(
        (held(start, part), stood),
        (began(start, end), moves),
        (held(end, part), standing(stood, moves, part)),
        part,
        work.parameter(CURRENCY),
    )


def _chances_at(work: Work, snapshot: PipelineSnapshotId) -> Mapping[SalesStageId, int]:
    """Answer the chances that the stages had at a snapshot."""
    then = query(SnapshotStage).where(eq(fields(SnapshotStage).snapshot, snapshot))
    return {one.stage: one.probability for one in work.of(SnapshotStage).find(then)}
