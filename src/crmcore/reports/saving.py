"""Reports that people put together themselves and keep by a name (按权限自定义报表; requirement X-ANA-05).

::

    with crm.work(as_user="zhaomin") as work:
        kept = saving.save_report(
            work,
            name="North, this quarter",
            kind="contribution_by",
            given={"by": "region", "period": "this_quarter"},
            shared_with="report.contribution",
        )
        report = saving.run_saved(work, kept.id)

What is kept is what was asked, not what was answered: whoever opens it is answered from the records that he may see,
on the day he asks, and needs the rights that the report itself needs.
"""

import json
from collections.abc import Mapping
from typing import Any

import attrs
from attrs import fields

from crmcore.access.permissions import known_permissions
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, NotFound, Problem
from crmcore.base.paging import Page
from crmcore.base.text import key_of, stripped
from crmcore.query import asc, eq, one_of, query
from crmcore.reports import catalogue
from crmcore.reports.filters import FilterKind, as_typed
from crmcore.reports.kinds import ReportKind
from crmcore.reports.tables import Report
from crmcore.saved_reports.entity import LONGEST, SavedReport, SavedReportId
from crmcore.saved_reports.rules import READERS, check_keeper
from crmcore.storage.action import action
from crmcore.storage.codec import compact
from crmcore.storage.listing import page_of
from crmcore.storage.work import Work

__all__ = [
    "delete_saved_report",
    "edit_saved_report",
    "filters_of",
    "run_saved",
    "save_report",
    "saved_named",
    "saved_report",
    "saved_reports",
]

_s = fields(SavedReport)
_MOST_OF_A_NAME = 50
"""So many reports of one name are looked at: the reader's own among those that are shared with him."""


@action(*READERS)
def save_report(
    work: Work, *, name: str, kind: str, given: Mapping[str, Any] | None = None, shared_with: str = ""
) -> SavedReport:
    """Keep a report with what it is narrowed to, by a name (requirement X-ANA-05).

    Args:
        work: The unit of work.
        name: 1 to 50 characters; unique among those of the same person, whatever its case and width.
        kind: Name of a report of the catalogue, which the actor may see.
        given: What it is narrowed to, as :meth:`crmcore.reports.kinds.ReportKind.run` takes it. Texts are kept as they
            were typed: ``this_month`` is the month in which somebody looks.
        shared_with: Code of a permission: people who have it are offered the report, too; empty for nobody else.

    Raises:
        NotFound: There is no such report.
        NoPermission: The actor may not see it.
        Invalid: The name is missing, or there is no such filter, value or permission.
        AlreadyExists: The actor keeps a report of that name already.
    """
    wanted = catalogue.kind_named(kind)
    wanted.require(work)
    made = build(
        SavedReport,
        {"name": stripped(name), "kind": wanted.name, "shared_with": _known(shared_with)},
        id=SavedReportId(work.new_id()),
        name_key=_key(name),
        filters=_written(work, wanted, given or {}),
        created_by=work.user_id,
        created_at=work.now,
    )
    return work.saved_reports.add(made)


@action(*READERS)
def edit_saved_report(
    work: Work,
    id: SavedReportId,  # noqa: A002
    *,
    expected: int | None = None,
    name: str | None = None,
    given: Mapping[str, Any] | None = None,
    shared_with: str | None = None,
) -> SavedReport:
    """Rename a report one keeps, narrow it to something else, or share it otherwise; what is None stays.

    Raises:
        SavedByAnother: Somebody else keeps it.
        NoPermission: It is to be narrowed to something else, and the actor may see such a report no longer.
        Conflict: It was changed since the person saw it.
        Invalid: A value breaks a constraint, or there is no such filter, value or permission.
        AlreadyExists: The actor keeps another report of that name.
    """
    known = work.saved_reports.get(id, expected=expected)
    check_keeper(work.actor, known)
    said = {"name": stripped(name), "shared_with": None if shared_with is None else _known(shared_with)}
    changed = change(known, {field: value for field, value in said.items() if value is not None})
    filters = known.filters
    if given is not None:
        kind = catalogue.kind_named(known.kind)
        kind.require(work)
        filters = _written(work, kind, given)
    return work.saved_reports.save(attrs.evolve(changed, name_key=_key(changed.name), filters=filters))


@action(*READERS)
def delete_saved_report(work: Work, id: SavedReportId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a report one keeps, for those it is shared with, too; its change records stay.

    Raises:
        SavedByAnother: Somebody else keeps it.
        Conflict: It was changed since the person saw it.
    """
    known = work.saved_reports.get(id, expected=expected)
    check_keeper(work.actor, known)
    work.saved_reports.remove(known)


@action(*READERS)
def saved_report(work: Work, id: SavedReportId) -> SavedReport:  # noqa: A002
    """Answer one report that the actor keeps, or that is shared with him."""
    return work.saved_reports.get(id)


@action(*READERS)
def saved_reports(
    work: Work, *, named: str = "", kind: str = "", page: int = 1, size: int | None = None
) -> Page[SavedReport]:
    """List the reports that the actor keeps or that are shared with him, of kinds that he may see now, by name.

    Args:
        work: The unit of work.
        named: Those of exactly this name, whatever its case and width.
        kind: Those of one report of the catalogue.
        page: Which page, from 1.
        size: Most records on a page; None for the company's setting.
    """
    seen = (one.name for one in catalogue.offered(work.actor, work.crm.scopes))
    wanted = query(SavedReport).where(one_of(_s.kind, [one for one in seen if kind in {"", one}]))
    if named:
        wanted = wanted.where(eq(_s.name_key, _key(named)))
    return page_of(work, work.saved_reports, wanted.sort(asc(_s.name_key)), page=page, size=size)


def saved_named(work: Work, name: str) -> SavedReport:
    """Answer the report of a name: the actor's own, or else the one that is shared with him.

    Raises:
        NotFound: There is none of that name that he may see.
        Invalid: Several people share one of that name.
    """
    said = str(name or "")[:50]
    if not said.strip():
        raise Invalid(Problem("name", "value.missing", "saved_report"))
    found = saved_reports(work, named=said, size=_MOST_OF_A_NAME).rows
    own = [one for one in found if work.actor.is_user(one.created_by)]
    match own or found:
        case [one]:
            return one
        case []:
            raise NotFound(entity="saved_report", id=said)
    raise Invalid(Problem("name", "report.not_one", "saved_report", {"got": said, "count": len(found)}))


def run_saved(
    work: Work,
    id: SavedReportId,  # noqa: A002
    language: str | None = None,
    *,
    whole: bool = False,
) -> Report:
    """Answer a saved report as of now, from what the actor may see, under the name it was saved by.

    Args:
        work: The unit of work.
        id: Which one.
        language: ``zh`` or ``en``; that of the reader unless told.
        whole: All rows rather than a page of them.

    Raises:
        NotFound: There is none, or none that is shared with him; or its kind of report is no more.
        NoPermission: He may not see reports of its kind.
        Invalid: Something it was narrowed to is no more.
    """
    kept = saved_report(work, id)
    report = catalogue.kind_named(kept.kind).run(work, filters_of(kept), language, whole=whole)
    return attrs.evolve(report, title=f"{kept.name} · {report.title}")


def filters_of(kept: SavedReport) -> Mapping[str, str]:
    """Answer what a saved report is narrowed to, as it was typed: for forms, addresses and files."""
    said: dict[str, str] = json.loads(kept.filters)
    return said


def _written(work: Work, kind: ReportKind, given: Mapping[str, Any]) -> str:
    """Write down what a report is narrowed to, after it was read as if it were asked now; the page it showed is not.

    Raises:
        Invalid: There is no such filter, what was said is no value of it, or it is too much to be kept.
    """
    typed = as_typed(work, kind.filters, given)
    kept = {
        one.name: said
        for one in kind.filters
        if one.kind is not FilterKind.PAGE and one.name in given
        if (said := _said(given[one.name], typed.get(one.name, ""))) or one.initial
    }
    written = compact(kept)
    if len(written) > LONGEST:
        raise Invalid(Problem("given", "value.too_long", "saved_report", {"max": LONGEST, "got": len(written)}))
    return written


def _said(value: Any, typed: str) -> str:
    """Answer a filter as somebody typed it, or as he would have typed the value that a program gave."""
    return value.strip() if isinstance(value, str) else typed


def _known(permission: Any) -> str:
    """Answer the permission that a report is shared with.

    Raises:
        Invalid: There is none of that code.
    """
    if isinstance(permission, str) and permission in {"", *known_permissions()}:
        return permission
    raise Invalid(Problem("shared_with", "value.choice", "saved_report", {"got": str(permission)[:50]}))


def _key(name: Any) -> str:
    return key_of(name)[:500] if isinstance(name, str) and key_of(name) else "-"
