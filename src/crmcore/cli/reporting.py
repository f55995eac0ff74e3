"""``crmcore report``: a report as a file, for people and for a scheduler at the end of a month (RPT-05, RPT-07)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from crmcore.access.actor import SYSTEM
from crmcore.base.errors import Invalid, Problem
from crmcore.cli.commands import Json, Lang, Tongue, Url, respond
from crmcore.cli.files import app
from crmcore.cli.speaker import Answer, Speaker
from crmcore.reports.catalogue import kind_named
from crmcore.reports.exporting import FORMATS, export_report
from crmcore.reports.filters import as_typed
from crmcore.reports.managing import MANAGEMENT
from crmcore.reports.saving import filters_of, saved_named
from crmcore.storage.crm import Crm, Person
from crmcore.storage.stores import open_crm

__all__ = ["app", "report"]

_USUAL: Final = "html"
_PERIOD: Final = "period"


@app.command("report", help="cli.help.report")
def report(  # noqa: PLR0917  # a command has an argument for each of its options
    url: Url,
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="cli.help.report_out")],
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="cli.help.report_period")] = "",
    only: Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="cli.help.report_only")] = None,
    name: Annotated[str, typer.Option("--report", metavar="NAME", help="cli.help.report_name")] = "",
    saved: Annotated[str, typer.Option("--saved", metavar="NAME", help="cli.help.report_saved")] = "",
    narrowed: Annotated[
        list[str] | None, typer.Option("--filter", metavar="NAME=VALUE", help="cli.help.report_filter")
    ] = None,
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="cli.help.report_user")] = "",
    language: Annotated[Tongue | None, typer.Option("--language", help="cli.help.report_language")] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.help.report_force")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Write a report to a file."""

    def deed(say: Speaker) -> Answer:
        given = _given(period, only or [], narrowed or [])
        person: Person = user or SYSTEM
        with open_crm(url) as crm:
            kind, asked = _asked(crm, person, name, saved, given)
            place = _place(crm, person, kind, asked, out)
            done = export_report(
                crm,
                kind,
                place,
                as_user=person,
                given=asked,
                format=_format(place),
                language=say.language if language is None else language.value,
                replace=force,
            )
        facts = {"report": kind, "format": done.format, "rows": done.rows, "file": str(place)}
        return Answer(facts, ())

    return respond("report", lang, as_json, deed)


def _given(period: str, only: list[str], narrowed: list[str]) -> Mapping[str, str]:
    """Answer what the report is narrowed to."""
    given: dict[str, str] = {}
    for one in narrowed:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise Invalid(Problem("--filter", "value.choice", params={"got": one[:50]}))
        given[name] = value
    if period and given.setdefault(_PERIOD, period) != period:
        raise Invalid(Problem("--period", "report.period_twice", params={"got": period[:50]}))
    if only:
        given["only"] = ",".join(only)
    return given


def _asked(crm: Crm, person: Person, name: str, saved: str, given: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Answer which report is meant, and what it is narrowed to: one that somebody keeps, what is said now before that.

    Raises:
        Invalid: Both a report and a saved one are named, or several people share one of that name.
        NotFound: The person neither keeps a report of that name nor is shown one.
    """
    if not saved:
        return name or MANAGEMENT.name, given
    if name:
        raise Invalid(Problem("--saved", "report.saved_or_named", params={"got": name[:50]}))
    with crm.work(as_user=person, readonly=True) as work:
        kept = saved_named(work, saved)
    return kept.kind, {**filters_of(kept), **given}


def _place(crm: Crm, person: Person, name: str, given: Mapping[str, str], out: str) -> Path:
    """Answer which file is meant; in a folder, one that is named after the report and its period."""
    if not out.strip():
        raise Invalid(Problem("--out", "value.missing"))
    place = Path(out)
    try:
        folder = place.is_dir()
    except OSError:  # too long for a name; that is said where it would be written
        folder = False
    if not (folder or out.endswith(("/", "\\"))):
        return place
    kind = kind_named(name)
    with crm.work(as_user=person, readonly=True) as work:
        said = as_typed(work, kind.filters, given).get(_PERIOD, "")
    return place / f"{'-'.join(filter(None, (name.replace('_', '-'), said.replace('..', '--'))))}.{_USUAL}"


def _format(place: Path) -> str:
    """Answer the format that the ending of a file says.

    Raises:
        Invalid: It says none.
    """
    ending = place.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        known = ", ".join(f".{one}" for one in FORMATS)
        raise Invalid(Problem("--out", "report.ending", params={"got": place.name[:50], "known": known}))
    return ending
