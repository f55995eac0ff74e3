"""Taking reports out as files: a right of its own, and every export is on record (RPT-07, X-ADM-08, 14.20)."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from crmcore.access.actor import SYSTEM
from crmcore.exchange.entity import ExportRecord
from crmcore.exchange.exporting import note_exported
from crmcore.exchange.limits import file_refused
from crmcore.i18n import Language, language_of
from crmcore.reports.catalogue import kind_named
from crmcore.reports.filters import as_typed
from crmcore.reports.tables import Report
from crmcore.reports.writing.pages import write_html
from crmcore.reports.writing.placing import check_place, place
from crmcore.reports.writing.separated import write_csv, write_zip
from crmcore.reports.writing.workbooks import write_xlsx
from crmcore.storage.action import action, crm_action
from crmcore.storage.codec import compact_texts
from crmcore.storage.crm import Crm, Person
from crmcore.storage.work import Work

__all__ = ["FORMATS", "export_report", "note_report_export", "write_report"]

_LONGEST: Final = 4_000


def _one_table(report: Report, to: BinaryIO, language: Language) -> int:
    if len(report.tables) != 1:
        raise file_refused("report.one_table", tables=len(report.tables))
    return write_csv(report.tables[0], to, language)


FORMATS: Final[Mapping[str, Callable[[Report, BinaryIO, Language], int]]] = {
    "csv": _one_table,
    "xlsx": write_xlsx,
    "html": write_html,
    "zip": write_zip,
}
"""What files a report can be written as; each answers how many rows it wrote. CSV is for reports of one table."""


@crm_action("report.export")
def export_report(
    crm: Crm,
    name: str,
    to: str | Path | BinaryIO,
    *,
    as_user: Person,
    given: Mapping[str, Any] | None = None,
    format: str = "xlsx",  # noqa: A002  # what it is called everywhere
    language: str | None = None,
    replace: bool = True,
) -> ExportRecord:
    """Write a report to a file: what its reader may see of it (requirements RPT-07, X-ANA-09).

    That somebody exports is recorded before the report is made, and how many rows it had afterwards.

    Args:
        crm: The CRM.
        name: Which report, by its name in the catalogue.
        to: Path of the file, or an open one. A file that is named is whole, or not there.
        as_user: In whose name.
        given: What the report is narrowed to, as in :meth:`crmcore.reports.kinds.ReportKind.run`.
        format: ``csv``, ``xlsx`` (extra ``excel``), ``html`` (a page to print) or ``zip`` (every table as CSV).
        language: ``zh`` or ``en``; the reader's unless told.
        replace: Whether a file of that name may be replaced.

    Raises:
        NoPermission: He may not export, or not see this report.
        NotFound: There is no such report.
        Invalid: Format or a filter is wrong, no file can have that name, or there is such a file already.
        MissingPackage: A package that the format needs is not installed.
    """
    if isinstance(to, str | Path):
        check_place(Path(to), replace=replace)
    begun = crm.perform(note_report_export, name, format, given or {}, as_user=as_user)
    rows = 0
    try:
        rows = _written(*_made(crm, name, given, language, as_user), to, format, replace=replace)
    finally:
        done = crm.perform(note_exported, begun.id, rows, as_user=SYSTEM)
    return done


def _made(
    crm: Crm, name: str, given: Mapping[str, Any] | None, language: str | None, as_user: Person
) -> tuple[Report, Language]:
    with crm.work(as_user=as_user, readonly=True) as work:
        spoken = language_of(language, language_of(work.actor.language))
        return kind_named(name).run(work, given, spoken, whole=True), spoken


def _written(report: Report, language: Language, to: str | Path | BinaryIO, format: str, *, replace: bool) -> int:  # noqa: A002
    """Write a report to where it is wanted, whole or not at all, and answer how many rows it had."""
    if not isinstance(to, str | Path):
        return write_report(report, to, format, language)
    content = io.BytesIO()
    rows = _known(format)(report, content, language)
    place(content.getvalue(), Path(to), replace=replace)
    return rows


@action("report.export")
def note_report_export(work: Work, name: str, format: str, given: Mapping[str, Any]) -> ExportRecord:  # noqa: A002
    """Record that somebody begins to take a report out.

    Args:
        work: The unit of work.
        name: Which report.
        format: Which kind of file.
        given: What it is narrowed to.

    Raises:
        NotFound: There is no such report.
        Invalid: There is no such format, or no such filter.
    """
    kind = kind_named(name)
    _known(format)
    said = as_typed(work, kind.filters, given)
    return work.unscoped(ExportRecord).add(
        ExportRecord(
            id=work.new_id(),
            kind=f"report.{kind.name}",
            format=format,
            filters=compact_texts(said, _LONGEST),
            taken_by=work.user_id,
            taken_at=work.now,
        )
    )


def write_report(report: Report, to: BinaryIO, format: str, language: Language) -> int:  # noqa: A002
    """Write a report that was made to an open file, and answer how many rows it had.

    Args:
        report: The report.
        to: Where to; it need not be able to go back.
        format: One of :data:`FORMATS`.
        language: Of units and notes.

    Raises:
        Invalid: There is no such format, or it has no place for all tables.
        MissingPackage: A package that the format needs is not installed.
    """
    kept = io.BytesIO()  # archives and workbooks go back in what they write; a response can't
    rows = _known(format)(report, kept, language)
    to.write(kept.getbuffer())
    return rows


def _known(format: str) -> Callable[[Report, BinaryIO, Language], int]:  # noqa: A002
    write = FORMATS.get(str(format))
    if write is None:
        raise file_refused("exchange.unknown_format", got=str(format)[:20])
    return write
