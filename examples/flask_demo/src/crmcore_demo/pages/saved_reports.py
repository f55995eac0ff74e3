"""Reports that people keep by a name of their own: saving what is shown, renaming, sharing, removing (X-ANA-05)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs
from flask import request, url_for

from crmcore.reports import catalogue
from crmcore.reports.kinds import ReportKind
from crmcore.reports.saving import (
    delete_saved_report,
    edit_saved_report,
    filters_of,
    save_report,
    saved_report,
    saved_reports,
)
from crmcore.saved_reports.entity import SavedReport, SavedReportId
from crmcore.saved_reports.rules import check_keeper
from crmcore.views import form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import narrowed, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.display import label, language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Option
from crmcore_demo.listing import typed
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.report_form import ask
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("saved_reports", "L0405", "/saved-reports")
ASKED_FOR = ("name", "shared_with")
MOST = 100


@attrs.frozen(kw_only=True)
class Kept:
    """A saved report as the list of reports shows it."""

    it: SavedReport
    title: str
    """What kind of report it is."""
    address: str
    """Where it is shown, with what it is narrowed to."""
    keeper: str
    """Who shares it; empty for one's own."""


def kept_reports() -> Sequence[Kept]:
    """Return the reports that the person keeps, or that are shared with him, by name."""
    found = saved_reports(reading(), size=MOST).rows
    others = names_of(*(one.created_by for one in found if one.created_by != person().id))
    return tuple(
        Kept(
            it=one,
            title=catalogue.kind_named(one.kind).title(language()),
            address=narrowed(url_for("reports.show", name=one.kind), filters_of(one).items()),
            keeper=others.get(one.created_by, ""),
        )
        for one in found
    )


def kept_actions(it: SavedReport) -> Iterable[Action]:
    """Say what the person can do to a report that he keeps; to what others share with him, nothing."""
    if it.created_by == person().id:
        yield Action(words=t("saved_reports.edit"), address=onward("saved_reports.edit_form", id=it.id))
        address = onward("saved_reports.ask", id=it.id, step="delete")
        yield Action(words=t("saved_reports.delete"), address=address, dialog=True, danger=True)


def _audiences(kind: ReportKind, chosen: str = "") -> tuple[Option, ...]:
    """Return whom a report can be shared with: people who have one of the rights that it needs."""
    rights = dict.fromkeys((*kind.rights, *([chosen] if chosen else [])))
    shared = (Option(value=one, words=t("saved_reports.with", right=label(f"permission.{one}"))) for one in rights)
    return Option(value="", words=t("saved_reports.with_nobody")), *shared


def _entry(
    kind: ReportKind, said: Sequence[tuple[str, str]], back: str, it: SavedReport | None = None, **more: Any
) -> Entry[SavedReport]:
    options = _audiences(kind, it.shared_with if it else "")
    return Entry(
        it=it,
        name=it.name if it else "",
        words="saved_reports",
        topic="reports",
        asked=form_for(SavedReport, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=save_report if it is None else edit_saved_report,
        lead=t("saved_reports.new_lead"),
        template="reports/save.html",
        around={"kind": kind, "title_of_kind": kind.title(language()), "said": said},
        drawn=lambda form: form.with_field("shared_with", kind="choice", options=options, longest=None),
        back=back,
        then=lambda _: url_for("reports.index"),
        **more,
    )


def _said(kind: ReportKind, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what a report is narrowed to, as it was chosen: the words of a choice, or what was typed."""
    found = []
    for one in kind.filters:
        if said := given.get(one.name, ""):
            words = dict(one.options(language())) if one.choices else {}
            found.append((one.title(language()), words.get(said, said)))
    return tuple(found)


def _new() -> Entry[SavedReport]:
    """Ask what to call the report that was shown, with what it was narrowed to in the address."""
    kind = catalogue.kind_named(typed(request.args.get("report", "")))
    if not kind.is_for(person().actor):
        person().require(kind.rights[0])
    asking = ask(kind)
    back = narrowed(url_for("reports.show", name=kind.name), asking.kept)
    given = {"kind": kind.name, "given": asking.given}
    return _entry(kind, _said(kind, asking.given), back, given=given)


def _mine(id: UUID) -> SavedReport:  # noqa: A002
    """Return a report that the person keeps himself."""
    it = saved_report(reading(), SavedReportId(id))
    check_keeper(person().actor, it)
    return it


def _kept(id: UUID) -> Entry[SavedReport]:  # noqa: A002
    """Ask what a report should be called, and whom it is shared with."""
    it = _mine(id)
    kind = catalogue.kind_named(it.kind)
    return _entry(kind, _said(kind, filters_of(it)), url_for("reports.index"), it)


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a saved report is removed; the figures stay what they are (GEN-13)."""
    it = _mine(id)
    return Question(
        id=it.id,
        words=f"saved_reports.{step}",
        topic="reports",
        back=url_for("reports.index"),
        version=it.version,
        gaps={"name": it.name},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept)
step_pages(pages, {"delete": delete_saved_report}, _asked)
