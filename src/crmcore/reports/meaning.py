"""Which customer or snapshot somebody means who asks for a report; for the actions and tables of this package."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import name_key
from crmcore.pipeline.standing import PipelineSnapshot, PipelineSnapshotId
from crmcore.query import Condition, any_of, asc, contains, desc, eq, le, query
from crmcore.storage.work import Work

__all__ = ["before_day", "chosen_snapshot", "customer_meant", "newest_snapshot", "oldest_snapshot"]

_c = fields(Customer)
_n = fields(PipelineSnapshot)
_NEWEST: Final = (desc(_n.day), desc(_n.taken_at))
_OLDEST: Final = (asc(_n.day), asc(_n.taken_at))


def customer_meant(work: Work, said: str) -> CustomerId | None:
    """Answer the one customer that is meant: by id, number, the whole name, or a part of it that no other has."""
    if not said:
        return None
    try:
        return CustomerId(UUID(said))
    except ValueError:
        exactly = any_of(eq(_c.number, said), eq(_c.name_key, name_key(said)))
        for named in (exactly, contains(_c.name, said)):
            found = work.customers.find(query(Customer).where(named).page(2))
            if found:
                return found[0].id if len(found) == 1 else None
        return None


def chosen_snapshot(work: Work, said: Any, name: str) -> PipelineSnapshot | None:
    """Answer the snapshot that was chosen by its id or its day; None if none was (requirement X-TGT-01).

    Args:
        work: The unit of work.
        said: What was said.
        name: The field in which it was said, as the error names it.

    Raises:
        NotFound: There is no such snapshot.
        Invalid: What was said is neither id nor day, or there is no snapshot of that day.
    """
    if said is None:
        return None
    if isinstance(said, UUID):
        return work.pipeline_snapshots.get(PipelineSnapshotId(said))
    try:
        return work.pipeline_snapshots.get(PipelineSnapshotId(UUID(str(said))))
    except ValueError:
        pass
    try:
        day = said if isinstance(said, dt.date) else dt.date.fromisoformat(str(said))
    except ValueError:
        day = None
    found = None if day is None else _first(work, _NEWEST, eq(_n.day, day))
    if found is None:
        raise Invalid(Problem(name, "report.no_snapshot", "report", {"got": str(said)[:50]}))
    return found


def newest_snapshot(work: Work) -> PipelineSnapshot | None:
    """Answer the latest snapshot; None if there is none."""
    return _first(work, _NEWEST)


def oldest_snapshot(work: Work) -> PipelineSnapshot | None:
    """Answer the earliest snapshot; None if there is none."""
    return _first(work, _OLDEST)


def before_day(work: Work, day: dt.date) -> PipelineSnapshot | None:
    """Answer the latest snapshot that was there on a day; without one, the earliest of all."""
    return _first(work, _NEWEST, le(_n.day, day)) or oldest_snapshot(work)


def _first(work: Work, order: tuple[Any, ...], *which: Condition) -> PipelineSnapshot | None:
    found = work.pipeline_snapshots.find(query(PipelineSnapshot).where(*which).sort(*order).page(1))
    return found[0] if found else None
