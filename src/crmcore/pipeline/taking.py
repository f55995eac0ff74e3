"""The job that fixes how all opportunities stand, to compare forecasts with later (requirement X-TGT-01).

Whatever the number of opportunities, it asks the store the same number of times: the store itself makes the positions
of opportunities that have none yet, each once, since the first has the id of its opportunity. From then on a snapshot
is an instant, and its figures are those of the positions that held at it.
"""

import datetime as dt
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.access.entity import User
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import key_of
from crmcore.opportunities.entity import ARCHIVED, OPEN, Opportunity
from crmcore.pipeline.entity import SalesStage
from crmcore.pipeline.following import FOLLOWED, PRIOR, process_of
from crmcore.pipeline.standing import (
    PipelinePosition,
    PipelineSnapshot,
    PipelineSnapshotId,
    SnapshotStage,
    SnapshotStageId,
)
from crmcore.query import Condition, Derivation, FromSource, in_query, is_null, negate, one_of, query
from crmcore.storage.action import action, crm_action
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = [
    "Taken",
    "fix_positions",
    "keep_snapshot",
    "note_positions",
    "take_snapshot",
]

_LONGEST: Final = 50
_WIDE_BLANK: Final = "\u3000"
"""The blank of Chinese text."""
_o = fields(Opportunity)


@attrs.frozen(kw_only=True)
class Taken:
    """What one run of the job did."""

    snapshot: PipelineSnapshot
    new: bool
    """False if there was a snapshot of that day and name already: it is left as it is."""
    positions: int
    """For how many opportunities it was noted for the first time what is forecast of them."""


@crm_action("process.configure")
def take_snapshot(crm: Crm, name: str = "", *, as_user: Person = SYSTEM) -> Taken:
    """Fix how all opportunities stand today, once a day for each name (requirement X-TGT-01).

    Safe to run at any time, again, and twice at once: the second one finds the first one's snapshot. Whoever takes one
    by hand is on record as the one who did.

    Args:
        crm: An opened CRM.
        name: What the company calls it, up to 50 characters; empty for the one of every day.
        as_user: In whose name; the system's for the job of every night.

    Raises:
        NoPermission: He does not look after the sales process.
        Invalid: The name is no text, is too long, or has characters that a line does not show.
    """
    return crm.perform(fix_positions, name, as_user=as_user)


@action("process.configure")
def fix_positions(work: Work, name: str = "") -> Taken:
    """Take a snapshot in one transaction, and leave one change record for it; a step of :func:`take_snapshot`."""
    called = _called(name)
    known = work.session.load(PipelineSnapshot, _snapshot_id(work.today, called))
    if known is not None:
        return Taken(snapshot=known, new=False, positions=0)
    noted = note_positions(work)
    counted = work.unscoped(Opportunity).count(query(Opportunity).where(one_of(_o.status, OPEN)))
    return Taken(snapshot=keep_snapshot(work, called, counted=counted, noted=noted), new=True, positions=noted)


def note_positions(work: Work) -> int:
    """Let the store note how opportunities stand of which nothing is noted yet; answer how many there were."""
    noted = work.bulk.derive(_first_positions(one_of(_o.status, OPEN), ("created_at",)))
    return noted + work.bulk.derive(_first_positions(one_of(_o.status, ARCHIVED), ("closed_at",)))


def keep_snapshot(work: Work, name: str, *, counted: int, noted: int) -> PipelineSnapshot:
    """Keep the present instant and the process as it is now, with one change record.

    Args:
        work: The unit of work.
        name: What the company calls it.
        counted: How many opportunities are open.
        noted: For how many it was noted for the first time how they stand.
    """
    id_ = _snapshot_id(work.today, name)
    made = PipelineSnapshot(id=id_, name=name, day=work.today, taken_at=work.now, open_opportunities=counted)
    (stored,) = work.bulk.put([made])
    work.bulk.add([_stage(id_, one) for one in process_of(work)])
    said = {"name": name, "day": made.day, "taken_at": work.now, "open_opportunities": counted, "positions": noted}
    work.bulk.note(PipelineSnapshot, id_, {key: [None, str(value)] for key, value in said.items()})
    return stored


def _snapshot_id(day: dt.date, name: str) -> PipelineSnapshotId:
    """Answer the id of the one snapshot of a day and name."""
    return PipelineSnapshotId(uuid5(NAMESPACE_URL, f"urn:crmcore:pipeline:snapshot:{day.isoformat()}:{key_of(name)}"))


def _called(name: object) -> str:
    """Answer what a snapshot is called, which has to be one line that shows all of what it says (chapter 15)."""
    if not isinstance(name, str):
        raise _wrong("value.type", wanted="text", got=type(name).__name__)
    called = name.strip()
    if len(called) > _LONGEST:
        raise _wrong("value.too_long", max=_LONGEST, got=len(called))
    if not called.replace(_WIDE_BLANK, " ").isprintable():  # line ends, direction marks, halves of characters
        raise _wrong("value.characters")
    return called


def _wrong(code: str, **params: object) -> Invalid:
    return Invalid(Problem(field="name", code=code, entity="pipeline_snapshot", params=params))


def _stage(snapshot: PipelineSnapshotId, stage: SalesStage) -> SnapshotStage:
    return SnapshotStage(
        id=SnapshotStageId(uuid5(snapshot, str(stage.id))),
        snapshot=snapshot,
        stage=stage.id,
        name=stage.name,
        position=stage.position,
        probability=stage.probability,
    )


def _first_positions(which: Condition, since: tuple[str, ...]) -> Derivation:
    """Describe the first positions of opportunities that have none: as they stand, for nothing changed yet."""
    source = query(Opportunity).where(which, negate(in_query(_o.id, query(PipelinePosition))))
    if since == ("closed_at",):
        source = source.where(negate(is_null(_o.closed_at)))
    return Derivation(
        into=PipelinePosition,
        source=source,
        joined=User,
        on=("created_by",),
        values={
            "id": FromSource(("id",)),
            "opportunity": FromSource(("id",)),
            "since": FromSource(since),
            "until": None,
            **{name: FromSource((source,)) for name, source in FOLLOWED.items()},
            **dict.fromkeys(PRIOR.values()),
            "version": 1,
        },
    )
