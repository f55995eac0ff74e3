"""Taking files in, step by step: beginning, each chunk, the end; and looking at what was taken in (X-ADM-10, 16.2)."""

from collections.abc import Sequence
from typing import get_args

import attrs
from attrs import fields

from crmcore.access.entity import User
from crmcore.base.errors import Contention, Invalid, Problem, Refused
from crmcore.base.garbage import collecting_later
from crmcore.base.paging import Page
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.exchange.chunks import RowError, content_of, errors_in
from crmcore.exchange.contact_rows import ContactRows
from crmcore.exchange.customer_rows import CustomerRows
from crmcore.exchange.entity import ImportBatch, ImportBatchId, ImportChunk, ImportState
from crmcore.exchange.outcomes import ChunkDone, Outcome
from crmcore.exchange.plans import ImportPlan, checked_plan
from crmcore.exchange.reading_rows import ReadRows, read_rows
from crmcore.exchange.resemblance import resembling
from crmcore.exchange.sources import Row
from crmcore.query import asc, desc, eq, query
from crmcore.storage.action import action
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["batch", "batches", "begin", "check_rows", "end", "import_errors", "take_rows"]

_b = fields(ImportBatch)
_k = fields(ImportChunk)


class ImportEnded(Refused):
    """The import is done or was undone; nothing can be added to it."""

    code = "exchange.ended"


@action("customer.import")
def begin(
    work: Work, plan: ImportPlan, headings: Sequence[str], *, fingerprint: str, file_name: str = ""
) -> ImportBatch:
    """Begin an import, or go on with the same one that was broken off.

    Args:
        work: The unit of work.
        plan: How the file is taken in.
        headings: The file's headings.
        fingerprint: What recognises file and plan; see :meth:`ImportPlan.fingerprint`.
        file_name: What people call the file.

    Raises:
        Invalid: The plan does not fit the file.
    """
    checked_plan(plan, headings)
    same = eq(_b.fingerprint, fingerprint), eq(_b.state, ImportState.RUNNING)
    broken_off = work.unscoped(ImportBatch).first(*same, eq(_b.started_by, work.user_id))
    if broken_off is not None:
        return broken_off
    return work.unscoped(ImportBatch).add(
        ImportBatch(
            id=ImportBatchId(work.new_id()),
            kind=plan.kind,
            file_name=file_name[-255:],
            fingerprint=fingerprint,
            mode=plan.description,
            started_by=work.user_id,
            started_at=work.now,
        )
    )


@action("customer.import")
@collecting_later()
def take_rows(work: Work, id: ImportBatchId, plan: ImportPlan, rows: Sequence[Row], *, number: int) -> ChunkDone:  # noqa: A002
    """Take one chunk of rows in: all of its good rows, or nothing if it was taken in before.

    One change record tells of the whole chunk, and one record keeps what is needed to undo it.

    Args:
        work: The unit of work.
        id: The import.
        plan: How the file is taken in.
        rows: The chunk's rows.
        number: Which chunk it is, from 1.

    Raises:
        ImportEnded: The import is done or was undone.
        Invalid: The plan asks for what no plan may.
    """
    kept = work.of(ImportBatch).get(id)
    if kept.state is not ImportState.RUNNING:
        raise ImportEnded(name=kept.file_name)
    if number <= kept.chunks:
        return _done_before(work, id, number)
    if number != kept.chunks + 1:
        params: dict[str, object] = {"min": 1, "max": kept.chunks + 1, "got": number}
        raise Invalid(Problem(field="number", code="value.range", entity="import_plan", params=params))
    decided = _Decided(work, checked_plan(plan, plan.mapping), rows)
    written = decided.rows.draft.write(*decided.locks())
    done = decided.done
    counts = {name: getattr(kept, name) + done.count(name) for name in get_args(Outcome)}
    work.unscoped(ImportBatch).save(attrs.evolve(kept, chunks=number, rows_read=kept.rows_read + len(rows), **counts))
    content = content_of(written, done.errors)
    work.bulk.add([ImportChunk(id=work.new_id(), batch=id, number=number, content=content)])
    return done


@action("customer.import")
def check_rows(work: Work, plan: ImportPlan, rows: Sequence[Row]) -> ChunkDone:
    """Do with a chunk of rows everything but write: what would become of them, and what is wrong with them."""
    return _Decided(work, checked_plan(plan, plan.mapping), rows).done


@action("customer.import")
def end(work: Work, id: ImportBatchId) -> ImportBatch:  # noqa: A002
    """Note that all rows of an import are in.

    Raises:
        ImportEnded: It was undone.
    """
    kept = work.of(ImportBatch).get(id)
    if kept.state is ImportState.UNDONE:
        raise ImportEnded(name=kept.file_name)
    if kept.state is ImportState.DONE:
        return kept
    return work.unscoped(ImportBatch).save(attrs.evolve(kept, state=ImportState.DONE, ended_at=work.now))


@action("customer.import")
def batches(work: Work, *, page: int = 1, size: int | None = None) -> Page[ImportBatch]:
    """List what was imported, the latest first.

    Args:
        work: The unit of work.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    return page_of(work, work.of(ImportBatch), query(ImportBatch).sort(desc(_b.started_at)), page=page, size=size)


@action("customer.import")
def batch(work: Work, id: ImportBatchId) -> ImportBatch:  # noqa: A002
    """Answer one import: how far it is, what came of its rows."""
    return work.of(ImportBatch).get(id)


@action("customer.import")
def import_errors(work: Work, id: ImportBatchId, *, chunk: int | None = None) -> list[RowError]:  # noqa: A002
    """Answer what was wrong with rows of an import.

    Args:
        work: The unit of work.
        id: The import.
        chunk: Of one chunk only; None for all.
    """
    work.of(ImportBatch).get(id)
    mine = query(ImportChunk).where(eq(_k.batch, id)).sort(asc(_k.number))
    wanted = mine if chunk is None else mine.where(eq(_k.number, chunk))
    return [one for each in work.unscoped(ImportChunk).scan(wanted, size=20) for one in errors_in(each)]


class _Decided:
    """What is to become of the rows of a chunk."""

    def __init__(self, work: Work, plan: ImportPlan, rows: Sequence[Row]) -> None:
        self._work, self._read = work, read_rows(work, plan, rows)
        kind = CustomerRows if plan.kind == "customer" else ContactRows
        self.rows = kind(work, plan, rows, self._read)
        self.done = ChunkDone(
            outcomes=tuple(self.rows.decide()),
            errors=_errors(self._read, rows),
            resembling=resembling(work, plan, self.rows, rows),
        )

    def locks(self) -> tuple[list[User], list[DictionaryEntry]]:
        """Answer whom and what the chunk refers to, so that nobody takes them away meanwhile."""
        managers = [self.rows.managers[id_] for id_ in sorted(self.rows.used_managers())]
        return managers, self._read.used_entries()


def _errors(read: ReadRows, rows: Sequence[Row]) -> tuple[RowError, ...]:
    return tuple(RowError(row=rows[place][0], problems=tuple(found)) for place, found in sorted(read.wrong.items()))


def _done_before(work: Work, id: ImportBatchId, number: int) -> ChunkDone:  # noqa: A002
    """Answer what was wrong with a chunk that is in; it is counted already."""
    chunk = work.unscoped(ImportChunk).first(eq(_k.batch, id), eq(_k.number, number))
    if chunk is None:
        raise Contention(entity="import_chunk", id=id)
    return ChunkDone(errors=tuple(errors_in(chunk)))
