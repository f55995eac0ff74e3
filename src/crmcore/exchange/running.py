"""Takes a whole file in, a chunk a transaction, and goes on where an import was broken off (requirement X-ADM-10)."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from crmcore.exchange.actions import begin, check_rows, end, take_rows
from crmcore.exchange.chunks import RowError
from crmcore.exchange.entity import ImportBatch
from crmcore.exchange.error_files import ErrorFile
from crmcore.exchange.outcomes import ChunkDone, ImportResult, Outcome, Resemblance
from crmcore.exchange.plans import ImportPlan, checked_plan
from crmcore.exchange.repeated import Repeated
from crmcore.exchange.sources import ImportFile, Row, Vetted, open_file
from crmcore.storage.action import crm_action
from crmcore.storage.crm import Crm, Person

__all__ = ["import_file"]

_KEPT: Final = 100
"""Errors and warnings that an answer holds; the error file has all of them."""
Progress = Callable[[int, int], None]


@crm_action("customer.import")
def import_file(
    crm: Crm,
    content: str | Path | bytes | ImportFile,
    plan: ImportPlan,
    *,
    as_user: Person,
    dry_run: bool = False,
    errors: str | Path | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Take a file of customers or contacts in; good rows are taken, the others told of (requirement X-ADM-10).

    The file is first read to its end, so that nothing is taken of one that breaks off. Each chunk of rows is one
    transaction. A program that is killed leaves whole chunks; the same call again goes on after them. Whoever may
    import need not have the rights of forms: it is a right of its own (decision 16.2), over the customers he sees.

    Args:
        crm: The CRM.
        content: The file: its path, what it holds, or as :func:`preview` has opened it.
        plan: How it is taken in.
        as_user: In whose name.
        dry_run: Only find out what would be done and what is wrong; nothing is written.
        errors: Where to write the rows that are wrong, as a file of the same columns and one that says why.
        progress: Called after each chunk with the rows done and all rows.

    Raises:
        Invalid: The file can't be read, or the plan does not fit it.
    """
    file = content if isinstance(content, ImportFile) else open_file(content)
    language = _language_of_who_may(crm, plan, file, as_user)
    vetted = file.vet()
    with ErrorFile(errors, file.headings, language) as wrong:
        steps = _Rehearsal(crm, plan, as_user) if dry_run else _Taking(crm, plan, as_user, file, vetted)
        total = _Total()
        for rows in _chunks(file, plan.chunk_size):
            total.add(len(rows), done := steps.take(rows))
            wrong.write(rows, done.errors)
            if progress is not None:
                progress(total.rows, vetted.rows)
    return total.result(steps.ended())


def _language_of_who_may(crm: Crm, plan: ImportPlan, file: ImportFile, person: Person) -> str:
    """Answer the importer's language; refuse people and plans before work is done for them."""
    checked_plan(plan, file.headings)
    with crm.work(as_user=person, readonly=True) as work:
        check_rows(work, plan, ())
        return work.actor.language


class _Taking:
    """Writes chunk after chunk; those that are in already are passed over."""

    def __init__(self, crm: Crm, plan: ImportPlan, person: Person, file: ImportFile, vetted: Vetted) -> None:
        self._crm, self._plan, self._person = crm, plan, person
        reading = {"format": file.format, "encoding": file.encoding, "delimiter": file.delimiter, "sheet": file.sheet}
        fingerprint = plan.fingerprint(vetted.digest, **reading)
        self._batch = crm.perform(
            begin, plan, file.headings, fingerprint=fingerprint, file_name=file.name, as_user=person
        )
        self._number = 0

    def take(self, rows: Sequence[Row]) -> ChunkDone:
        self._number += 1
        perform, batch = self._crm.perform, self._batch.id
        return perform(take_rows, batch, self._plan, rows, number=self._number, as_user=self._person)

    def ended(self) -> ImportBatch | None:
        return self._crm.perform(end, self._batch.id, as_user=self._person)


class _Rehearsal:
    """Finds out what would become of chunk after chunk."""

    def __init__(self, crm: Crm, plan: ImportPlan, person: Person) -> None:
        self._crm, self._plan, self._person = crm, plan, person
        self._repeated = Repeated(plan)

    def take(self, rows: Sequence[Row]) -> ChunkDone:
        with self._crm.work(as_user=self._person, readonly=True) as work:
            done = check_rows(work, self._plan, rows)
        return self._repeated.told(done, rows)

    def ended(self) -> ImportBatch | None:
        self._repeated.close()
        return None


class _Total:
    """What came of all chunks so far."""

    def __init__(self) -> None:
        self.rows = 0
        self._counts: Counter[Outcome] = Counter()
        self._errors: list[RowError] = []
        self._resembling: list[Resemblance] = []

    def add(self, rows: int, done: ChunkDone) -> None:
        self.rows += rows
        self._counts.update(done.outcomes)
        self._errors += done.errors[: _KEPT - len(self._errors)]
        self._resembling += done.resembling[: _KEPT - len(self._resembling)]

    def result(self, batch: ImportBatch | None) -> ImportResult:
        """Answer the result; a kept import knows also what came of its rows before it was broken off."""
        counts = self._counts
        return ImportResult(
            batch=batch,
            rows=self.rows,
            created=counts["created"] if batch is None else batch.created,
            updated=counts["updated"] if batch is None else batch.updated,
            unchanged=counts["unchanged"] if batch is None else batch.unchanged,
            failed=counts["failed"] if batch is None else batch.failed,
            errors=tuple(self._errors),
            resembling=tuple(self._resembling),
        )


def _chunks(file: ImportFile, size: int) -> Iterator[list[Row]]:
    rows = file.rows()
    while chunk := list(itertools.islice(rows, size)):
        yield chunk
