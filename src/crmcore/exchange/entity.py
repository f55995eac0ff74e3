"""What is kept of imports and exports: enough to go on with one, to undo it, and to account for it."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Range
from crmcore.base.kinds import hint

__all__ = ["ExportRecord", "ImportBatch", "ImportBatchId", "ImportChunk", "ImportState"]

ImportBatchId = NewType("ImportBatchId", UUID)


class ImportState(enum.Enum):
    """How far an import has come."""

    RUNNING = "running"
    """Not all rows are in; running it again goes on after the last chunk."""
    DONE = "done"
    UNDONE = "undone"


@attrs.frozen(kw_only=True, field_transformer=checked)
class ImportBatch:
    """One file that was read into the CRM (requirement X-ADM-10)."""

    id: ImportBatchId = field(metadata=hint(system=True))
    kind: str = field(validator=Length(1, 50), metadata=hint(system=True))
    """What its rows are: ``customer``, ``order``, ``product``, ``stock_item``."""
    file_name: str = field(default="", validator=Length(0, 255), metadata=hint(system=True))
    fingerprint: str = field(validator=Length(1, 64), metadata=hint(system=True, indexed=True))
    """Digest of the file and of how it is read: the same import is recognised."""
    mode: str = field(default="", validator=Length(0, 50), metadata=hint(system=True))
    """Insert, update or upsert, and by which key."""
    state: ImportState = field(default=ImportState.RUNNING, metadata=hint(system=True))
    chunks: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many chunks are in."""
    rows_read: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    created: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    updated: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    unchanged: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    failed: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    started_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    started_at: dt.datetime = field(metadata=hint(system=True))
    ended_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("started_at",),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class ImportChunk:
    """What one transaction of an import wrote; kept so that it can be undone."""

    id: UUID = field(metadata=hint(system=True))
    batch: ImportBatchId = field(metadata=hint(system=True, ref="import_batch"))
    number: int = field(validator=Range(1, 2**31), metadata=hint(system=True, unique=True, within=("batch",)))
    """Which of the batch's chunks, from 1."""
    content: str = field(validator=Length(2, 4_000_000), metadata=hint(system=True, long=True))
    """JSON: kind of record to the ids created, and to the ids changed with versions and old values."""
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class ExportRecord:
    """That somebody took records out of the CRM (requirements X-ADM-08, X-ADM-09, 14.20)."""

    id: UUID = field(metadata=hint(system=True))
    kind: str = field(validator=Length(1, 50), metadata=hint(system=True))
    """What was exported: ``customer``, ``contact``, ``order``."""
    format: str = field(validator=Length(1, 20), metadata=hint(system=True))
    filters: str = field(default="", validator=Length(0, 4000), metadata=hint(system=True, long=True))
    """JSON: what the list was narrowed to."""
    rows: int = field(default=0, validator=Range(0, 2**62), metadata=hint(system=True))
    taken_by: UserId | None = field(default=None, metadata=hint(system=True, ref="user"))
    taken_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("taken_at",),)
