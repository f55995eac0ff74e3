"""Takes an import back: what it created is removed, what it changed is as before, unless somebody went on with it.

Chunks are undone one by one, the last first; a program that is killed leaves whole chunks, and undoing again goes on.
"""

from collections.abc import Callable

import attrs
from attrs import fields

from crmcore.base.errors import Contention, Refused
from crmcore.exchange.entity import ImportBatch, ImportBatchId, ImportChunk, ImportState
from crmcore.exchange.kinds import columns_of
from crmcore.exchange.restoring import KeptRecord, Restoring
from crmcore.query import eq
from crmcore.storage.action import action, crm_action
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = ["ChunkUndone", "UndoResult", "undo", "undo_last_chunk"]

_k = fields(ImportChunk)


class ImportUndone(Refused):
    """The import has been undone already."""

    code = "exchange.undone"


@attrs.frozen(kw_only=True)
class ChunkUndone:
    """What came of undoing one chunk."""

    removed: int
    restored: int
    kept: tuple[KeptRecord, ...]
    """What somebody went on with meanwhile, and is left as it is."""
    left: int
    """How many chunks are still to be undone."""


@attrs.frozen(kw_only=True)
class UndoResult:
    """What came of undoing an import."""

    batch: ImportBatch
    removed: int
    restored: int
    kept: tuple[KeptRecord, ...]
    """What somebody went on with meanwhile, and is left as it is."""


@crm_action("customer.import")
def undo(
    crm: Crm, batch: ImportBatchId, *, as_user: Person, progress: Callable[[int, int], None] | None = None
) -> UndoResult:
    """Take an import back (requirement X-ADM-10).

    Records that the import created and nobody changed or refers to are removed; those that it changed and nobody
    changed since have their former values. The others are left as they are, and listed.

    Args:
        crm: The CRM.
        batch: The import.
        as_user: In whose name.
        progress: Called after each chunk with the chunks undone and all chunks.

    Raises:
        NotFound: There is no such import, or it is somebody else's and the actor sees only his own customers.
        ImportUndone: It was undone already.
    """
    removed = restored = done = 0
    kept: list[KeptRecord] = []
    while True:
        one = crm.perform(undo_last_chunk, batch, as_user=as_user)
        removed, restored, done = removed + one.removed, restored + one.restored, done + 1
        kept += one.kept
        if progress is not None:
            progress(done, done + one.left)
        if not one.left:
            break
    with crm.work(as_user=as_user, readonly=True) as work:
        undone = work.of(ImportBatch).get(batch)
    return UndoResult(batch=undone, removed=removed, restored=restored, kept=tuple(kept))


@action("customer.import")
def undo_last_chunk(work: Work, id: ImportBatchId) -> ChunkUndone:  # noqa: A002
    """Undo the last chunk of an import that is not undone yet.

    Args:
        work: The unit of work.
        id: The import.

    Raises:
        NotFound: There is no such import, or it is somebody else's and the actor sees only his own customers.
        ImportUndone: It was undone already.
    """
    batch = work.of(ImportBatch).get(id)
    columns_of(batch.kind)
    if batch.state is ImportState.UNDONE and not batch.chunks:
        raise ImportUndone(name=batch.file_name)
    restoring = Restoring(work)
    if batch.chunks:
        chunk = work.unscoped(ImportChunk).first(eq(_k.batch, id), eq(_k.number, batch.chunks))
        if chunk is None:
            raise Contention(entity="import_chunk", id=id)
        restoring.take_back(chunk)
        work.bulk.remove([chunk])
    left = max(batch.chunks - 1, 0)
    work.unscoped(ImportBatch).save(
        attrs.evolve(batch, state=ImportState.UNDONE, chunks=left, ended_at=batch.ended_at or work.now)
    )
    return ChunkUndone(
        removed=restoring.removed,
        restored=restoring.restored,
        kept=tuple(restoring.kept),
        left=left,
    )
