"""Taking records out of the CRM: a right of its own, and every export is on record (X-ADM-08, X-ADM-09, 14.20)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn, cast
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM
from crmcore.base.errors import Invalid, NotFound, Problem, Refused
from crmcore.base.paging import Page
from crmcore.customers.filtering import CustomerFilters
from crmcore.exchange.entity import ExportRecord
from crmcore.exchange.limits import file_refused
from crmcore.exchange.tables import ExportTable
from crmcore.exchange.writing import WRITERS, as_frame
from crmcore.i18n import Language
from crmcore.query import desc, query
from crmcore.storage.action import SYSTEM_ONLY, action, crm_action
from crmcore.storage.codec import compact_texts
from crmcore.storage.crm import Crm, Person
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = ["export", "export_frame", "export_table", "exports", "note_export", "note_exported"]

_FRAME: Final = "pandas"
_LONGEST: Final = 4_000
_BEGUN: Final = 1
"""The version of an export's record until its rows are counted."""


class ExportEnded(Refused):
    """The rows of the export were handed out and counted."""

    code = "exchange.export_ended"


@crm_action("customer.export")
def export(
    crm: Crm,
    kind: str,
    to: str | Path | BinaryIO,
    *,
    as_user: Person,
    format: str = "csv",  # noqa: A002  # what it is called everywhere
    language: Language | None = None,
    filters: CustomerFilters | None = None,
) -> ExportRecord:
    """Write customers, contacts, orders or opportunities to a file: those that the exporter may see (X-ADM-08, 14.20).

    That somebody exports is recorded before the first row is written, and how many rows it were afterwards. A file
    that is imported again gives the same records.

    Args:
        crm: The CRM.
        kind: ``customer``, ``contact``, ``order`` or ``opportunity``.
        to: Path of the file, or an open one.
        as_user: In whose name.
        format: ``csv``, ``xlsx`` (extra ``excel``) or, of contacts, ``vcard``.
        language: Language of headings and labels; None for names and codes, as programs want them, and cards have.
        filters: Which customers, as in their list; contacts and orders are those of the customers, and opportunities,
            of which all are meant where nothing is asked for, those won as one of them.

    Raises:
        Invalid: Kind, format or a filter is wrong.
        MissingPackage: A package that the format needs is not installed.
    """
    write = WRITERS.get(str(format)) or _refuse(format)
    with (
        _on_record(crm, kind, format, filters or {}, as_user) as done,
        _target(to) as target,
        crm.work(as_user=as_user, readonly=True) as work,
    ):
        spoken = None if format == "vcard" else language  # cards have no headings, and codes of their own
        done.table = export_table(work, done.record.id, filters=filters, language=spoken)
        write(done.table, target)
    return done.record


@crm_action("customer.export")
def export_frame(crm: Crm, kind: str, *, as_user: Person, filters: CustomerFilters | None = None) -> Any:
    """Answer customers, contacts, orders or opportunities as a pandas ``DataFrame``; on record like a file.

    Args:
        crm: The CRM.
        kind: ``customer``, ``contact``, ``order`` or ``opportunity``.
        as_user: In whose name.
        filters: Which customers, as in their list.

    Raises:
        MissingPackage: pandas is not installed.
    """
    with (
        _on_record(crm, kind, _FRAME, filters or {}, as_user) as done,
        crm.work(as_user=as_user, readonly=True) as work,
    ):
        done.table = export_table(work, done.record.id, filters=filters)
        return as_frame(done.table)


@action("customer.export")
def export_table(
    work: Work,
    id: UUID,  # noqa: A002
    *,
    filters: CustomerFilters | None = None,
    language: Language | None = None,
) -> ExportTable:
    """Answer the table of an export that is on record; its rows are read while the unit of work is open.

    Args:
        work: The unit of work.
        id: The export, which :func:`note_export` has put on record.
        filters: Which customers; the same as are on record.
        language: Language of headings and labels; None for names and codes.

    Raises:
        NotFound: The actor has begun no such export.
        ExportEnded: Its rows were handed out before.
        Invalid: Other customers are asked for than are on record.
    """
    begun = work.unscoped(ExportRecord).get(id)
    if begun.taken_by != work.user_id:
        work.changes.denied("export_record", id, "access.out_of_scope")
        raise NotFound(entity="export_record", id=id)
    if begun.version != _BEGUN:
        raise ExportEnded
    if begun.filters != _said(filters or {}):
        raise Invalid(Problem(field="filters", code="exchange.other_filters", entity="export_record"))
    return ExportTable(work, begun.kind, filters or {}, language)


@action("customer.export")
def note_export(work: Work, kind: str, format: str, filters: Mapping[str, Any]) -> ExportRecord:  # noqa: A002
    """Record that somebody begins to take records out.

    Args:
        work: The unit of work.
        kind: Kind of the records.
        format: Format they are written in.
        filters: Which are wanted.

    Raises:
        Invalid: Kind, format or a filter is wrong.
    """
    if format not in {*WRITERS, _FRAME}:
        _refuse(format)
    ExportTable(work, kind, cast("CustomerFilters", filters), None)  # which checks both
    return work.unscoped(ExportRecord).add(
        ExportRecord(
            id=work.new_id(),
            kind=kind,
            format=format,
            filters=_said(filters),
            taken_by=work.user_id,
            taken_at=work.now,
        )
    )


@action(SYSTEM_ONLY)
def note_exported(work: Work, id: UUID, rows: int) -> ExportRecord:  # noqa: A002
    """Record how many rows an export has handed out: once, by the core itself, which has counted them.

    Args:
        work: The unit of work.
        id: The export.
        rows: How many rows it were.

    Raises:
        ExportEnded: That is on record.
    """
    begun = work.unscoped(ExportRecord).get(id)
    if begun.version != _BEGUN:
        raise ExportEnded
    records = work.unscoped(ExportRecord)
    return records.touch(records.save(attrs.evolve(begun, rows=rows)))


@action("audit.read")
def exports(work: Work, *, page: int = 1, size: int | None = None) -> Page[ExportRecord]:
    """List who took what out of the CRM, the latest first (requirement X-ADM-09).

    Args:
        work: The unit of work.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    newest = query(ExportRecord).sort(desc(fields(ExportRecord).taken_at))
    return page_of(work, work.of(ExportRecord), newest, page=page, size=size)


class _Done:
    """What an export has come to."""

    def __init__(self, record: ExportRecord) -> None:
        self.record = record
        self.table: ExportTable | None = None


@contextmanager
def _on_record(crm: Crm, kind: str, format: str, filters: Mapping[str, Any], person: Person) -> Iterator[_Done]:  # noqa: A002
    """Record an export before its first row is read, and its rows afterwards: those handed out before it broke off."""
    done = _Done(crm.perform(note_export, kind, format, filters, as_user=person))
    try:
        yield done
    finally:
        rows = 0 if done.table is None else done.table.handed_out
        done.record = crm.perform(note_exported, done.record.id, rows, as_user=SYSTEM)


def _said(filters: Mapping[str, Any]) -> str:
    """Answer what is on record of filters."""
    if not isinstance(filters, Mapping):
        raise Invalid(
            Problem("filters", "value.type", "customer", {"wanted": "mapping", "got": type(filters).__name__})
        )
    said = {str(name): str(value) for name, value in filters.items() if value not in ("", None)}
    return compact_texts(said, _LONGEST)


@contextmanager
def _target(to: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open what is written to; a file that is named is whole, or not there."""
    if not isinstance(to, str | Path):
        yield to
        return
    begun = Path(f"{to}.part")
    try:
        target = begun.open("wb")
    except OSError as error:
        raise file_refused("exchange.not_written", reason=error.strerror or type(error).__name__) from error
    try:
        with target:
            yield target
        begun.replace(to)
    finally:
        begun.unlink(missing_ok=True)


def _refuse(format_: object) -> NoReturn:
    raise file_refused("exchange.unknown_format", got=str(format_)[:20])
