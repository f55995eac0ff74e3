"""The lists of forecasting: snapshots, how things stood at one, what moved between two (requirement X-TGT-01)."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import attrs
from attrs import fields

from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.opportunities.entity import OPEN, OpportunityStatus
from crmcore.pipeline.entity import ForecastCategory, SalesStageId
from crmcore.pipeline.flow import Movement, Pipeline, moved, moved_between, standing_at
from crmcore.pipeline.standing import PipelinePosition, PipelineSnapshot, PipelineSnapshotId, SnapshotStage
from crmcore.query import EVERYTHING, Condition, Query, asc, banded, count, desc, eq, ge, le, one_of, query, tally
from crmcore.storage.action import action
from crmcore.storage.listing import exactly, page_of
from crmcore.storage.work import Work

__all__ = ["SnapshotDetail", "movements", "positions", "snapshot", "snapshots"]

_p = fields(PipelinePosition)
_n = fields(PipelineSnapshot)
_MOMENT: Final = dt.timedelta(milliseconds=1)
"""The shortest time that every store keeps: a position that began within it after an instant began later."""


@attrs.frozen(kw_only=True)
class SnapshotDetail:
    """A snapshot and the sales process as it was then."""

    snapshot: PipelineSnapshot
    stages: tuple[SnapshotStage, ...]
    """The stages in use, in their order."""


@action("forecast.read_all", "forecast.read")
def snapshots(
    work: Work,
    *,
    name: str | None = None,
    day_from: dt.date | None = None,
    day_to: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[PipelineSnapshot]:
    """List the snapshots, the newest first (requirement X-TGT-01).

    To whom is not shown what is forecast of everybody's, each says how many opportunities of his own were open then.

    Args:
        work: The unit of work.
        name: Those of a name, empty for those of every day; None for all.
        day_from: First day; None for all.
        day_to: Last day; None for all.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    conditions: list[Condition] = [] if name is None else [eq(_n.name, name)]
    conditions += [*_since(day_from), *([] if day_to is None else [le(_n.day, day_to)])]
    wanted = query(PipelineSnapshot).where(*conditions).sort(desc(_n.day), desc(_n.taken_at))
    found = page_of(work, work.pipeline_snapshots, wanted, page=page, size=size)
    return attrs.evolve(found, rows=_as_seen(work, found.rows))


@action("forecast.read_all", "forecast.read")
def snapshot(work: Work, id: PipelineSnapshotId) -> SnapshotDetail:  # noqa: A002
    """Answer a snapshot with the stages as they were (requirement X-TGT-01).

    How many opportunities were open it says as in :func:`snapshots`.
    """
    (known,) = _as_seen(work, [work.pipeline_snapshots.get(id)])
    s = fields(SnapshotStage)
    then = work.unscoped(SnapshotStage).find(query(SnapshotStage).where(eq(s.snapshot, id)).sort(asc(s.position)))
    return SnapshotDetail(snapshot=known, stages=tuple(then))


@action("forecast.read_all", "forecast.read")
def positions(
    work: Work,
    snapshot: PipelineSnapshotId | PipelineSnapshot,
    *,
    owner: UserId | None = None,
    stage: SalesStageId | None = None,
    category: ForecastCategory | None = None,
    status: OpportunityStatus | None = None,
    expected_from: dt.date | None = None,
    expected_to: dt.date | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[PipelinePosition]:
    """List how the opportunities stood at a snapshot, by the day they were expected to be won (requirement X-TGT-01).

    Args:
        work: The unit of work.
        snapshot: Which one: its id, or the snapshot itself where it was read already, which saves a question.
        owner: One account manager's; None for all that the actor may see, as the other filters.
        stage: In one stage.
        category: Of one forecast category.
        status: Open, won or lost.
        expected_from: First expected day.
        expected_to: Last expected day.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    known = snapshot if isinstance(snapshot, PipelineSnapshot) else work.pipeline_snapshots.get(snapshot)
    wanted = query(PipelinePosition).where(
        standing_at(known.taken_at),
        *exactly((_p.owner, owner), (_p.stage, stage), (_p.category, category), (_p.status, status)),
        *([] if expected_from is None else [ge(_p.expected_on, expected_from)]),
        *([] if expected_to is None else [le(_p.expected_on, expected_to)]),
    )
    return page_of(work, work.pipeline_positions, wanted.sort(asc(_p.expected_on)), page=page, size=size)


@action("forecast.read_all", "forecast.read")
def movements(
    work: Work,
    first: PipelineSnapshotId,
    then: PipelineSnapshotId,
    *,
    movement: Movement,
    pipeline: Pipeline | None = None,
    page: int = 1,
    size: int | None = None,
) -> Page[PipelinePosition]:
    """List by what a pipeline changed between two snapshots: what came in, went out, was won, lost (X-TGT-01).

    Args:
        work: The unit of work.
        first: The earlier snapshot.
        then: The later one.
        movement: In which way it changed.
        pipeline: The days and the person looked at; None for everything that is open.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.

    Raises:
        Invalid: The second snapshot is the earlier one.
    """
    opening, closing = (work.pipeline_snapshots.get(one) for one in (first, then))
    if opening.taken_at > closing.taken_at:
        raise Invalid(Problem(field="then", code="pipeline.backwards", entity="pipeline_snapshot"))
    wanted: Query[PipelinePosition] = query(PipelinePosition).where(
        moved_between(opening.taken_at, closing.taken_at), moved(movement, pipeline or Pipeline())
    )
    return page_of(work, work.pipeline_positions, wanted.sort(asc(_p.since)), page=page, size=size)


def _as_seen(work: Work, found: Sequence[PipelineSnapshot]) -> Sequence[PipelineSnapshot]:
    """Answer snapshots that count no opportunity which the reader's lists do not show (chapter 9). One question.

    Positions are counted by the first snapshot that is not before them, and by the first at which they were over: from
    this follows how many held at each.
    """
    if not found or work.crm.scope_of(PipelinePosition, work.actor) is EVERYTHING:
        return found
    instants = sorted({one.taken_at for one in found})
    edges = [instant + _MOMENT for instant in instants]
    is_open = query(PipelinePosition).where(one_of(_p.status, OPEN))
    keys = (banded(_p.since, edges), banded(_p.until, edges))
    rows = work.pipeline_positions.groups(tally(is_open, by=keys, measures=(count(),)))
    shown = []
    for one in found:
        place = instants.index(one.taken_at)
        held = [row for row in rows if row.key[0] <= place and (row.key[1] is None or row.key[1] > place)]
        shown.append(attrs.evolve(one, open_opportunities=sum(row.values[0] for row in held)))
    return shown


def _since(day: dt.date | None) -> list[Condition]:
    return [] if day is None else [ge(_n.day, day)]
