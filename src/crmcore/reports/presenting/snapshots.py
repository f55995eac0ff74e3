"""Which snapshot a report compares with: the one that was chosen, or the one that suits best (X-TGT-01)."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.pipeline.standing import PipelineSnapshot, PipelineSnapshotId
from crmcore.query import Condition, asc, desc, eq, le, query
from crmcore.reports.kinds import Asked

__all__ = ["before_day", "chosen_snapshot", "newest_snapshot", "oldest_snapshot"]

_n = fields(PipelineSnapshot)
_NEWEST: Final = (desc(_n.day), desc(_n.taken_at))
_OLDEST: Final = (asc(_n.day), asc(_n.taken_at))


def chosen_snapshot(asked: Asked, name: str) -> PipelineSnapshot | None:
    """Answer the snapshot that was chosen by its id or its day; None if none was.

    Raises:
        NotFound: There is no such snapshot.
        Invalid: What was said is neither id nor day, or there is no snapshot of that day.
    """
    said = asked[name]
    if said is None:
        return None
    if isinstance(said, UUID):
        return asked.work.pipeline_snapshots.get(PipelineSnapshotId(said))
    try:
        return asked.work.pipeline_snapshots.get(PipelineSnapshotId(UUID(str(said))))
    except ValueError:
        pass
    try:
        day = said if isinstance(said, dt.date) else dt.date.fromisoformat(str(said))
    except ValueError:
        day = None
    found = None if day is None else _first(asked, _NEWEST, eq(_n.day, day))
    if found is None:
        raise Invalid(Problem(name, "report.no_snapshot", "report", {"got": str(said)[:50]}))
    return found


def newest_snapshot(asked: Asked) -> PipelineSnapshot | None:
    """Answer the latest snapshot; None if there is none."""
    return _first(asked, _NEWEST)


def oldest_snapshot(asked: Asked) -> PipelineSnapshot | None:
    """Answer the earliest snapshot; None if there is none."""
    return _first(asked, _OLDEST)


def before_day(asked: Asked, day: dt.date) -> PipelineSnapshot | None:
    """Answer the latest snapshot that was there on a day; without one, the earliest of all."""
    return _first(asked, _NEWEST, le(_n.day, day)) or oldest_snapshot(asked)


def _first(asked: Asked, order: tuple[Any, ...], *which: Condition) -> PipelineSnapshot | None:
    found = asked.work.pipeline_snapshots.find(query(PipelineSnapshot).where(*which).sort(*order).page(1))
    return found[0] if found else None
