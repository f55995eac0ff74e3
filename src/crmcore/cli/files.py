"""The commands that take files in and out: ``crmcore import``, ``export`` and ``undo-import`` (X-ADM-08, X-ADM-10)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, cast
from uuid import UUID

import attrs
import typer

from crmcore import exchange
from crmcore.access.directory import user_named
from crmcore.base.errors import Invalid, Problem
from crmcore.cli.commands import Json, Lang, Tongue, respond
from crmcore.cli.nightly import app
from crmcore.cli.speaker import Answer, Speaker
from crmcore.exchange import ImportBatchId, ImportPlan, ImportResult
from crmcore.exchange.kinds import Column
from crmcore.exchange.limits import file_refused
from crmcore.exchange.plans import Mode
from crmcore.i18n import text
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_crm

__all__ = ["app", "export_file", "import_file", "undo_import"]

_SHOWN: Final = 20
"""Rows with errors that people are shown."""
_URL: Final = "CRM_URL"
_FORMATS: Final = {".csv": "csv", ".xlsx": "xlsx", ".vcf": "vcard"}
Places = Annotated[list[str], typer.Argument(metavar="[URL] FILE", help="cli.help.places")]
User = Annotated[str, typer.Option("--user", metavar="NAME", help="cli.help.user")]
Columns = Annotated[list[str] | None, typer.Option("--column", metavar="HEADING=FIELD", help="cli.help.column")]
Kind = Annotated[str, typer.Option("--kind", metavar="KIND", help="cli.help.kind")]


@app.command("import", help="cli.help.import")
def import_file(  # noqa: PLR0913, PLR0917  # a command has an argument for each of its options
    context: typer.Context,
    places: Places,
    user: User,
    kind: Kind = "customer",
    mode: Annotated[str, typer.Option(metavar="MODE", help="cli.help.mode")] = "insert",
    key: Annotated[str, typer.Option(metavar="FIELD", help="cli.help.key")] = "name",
    columns: Annotated[
        list[str] | None, typer.Option("--column", metavar="HEADING=FIELD", help="cli.help.column")
    ] = None,
    manager: Annotated[str, typer.Option(metavar="NAME", help="cli.help.manager")] = "",
    encoding: Annotated[str, typer.Option(metavar="NAME", help="cli.help.encoding")] = "",
    errors: Annotated[str, typer.Option(metavar="FILE", help="cli.help.errors")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.help.dry_run")] = False,  # noqa: FBT002
    template: Annotated[bool, typer.Option("--template", help="cli.help.template")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Take a file of customers or contacts in."""
    url, file = _divided(context, places)

    def deed(say: Speaker) -> Answer:
        with open_crm(url) as crm:
            if template:
                return _template(say, crm, file, kind, user)
            seen = exchange.preview(file, kind=kind, encoding=encoding, columns=_columns(crm, user, kind))
            plan = ImportPlan(
                mapping=_mapped(seen, columns or []),
                kind=kind,
                mode=cast("Mode", mode),
                key=key,
                manager=_manager(crm, user, manager),
            )
            with say.progress(say.words("import.progress")) as progress:
                done = exchange.import_file(
                    crm, seen.file, plan, as_user=user, dry_run=dry_run, errors=errors or None, progress=progress
                )
        return _imported(say, done)

    return respond("import", lang, as_json, deed)


@app.command("export", help="cli.help.export")
def export_file(  # as above
    context: typer.Context,
    places: Places,
    user: User,
    kind: Kind = "customer",
    headings: Annotated[Tongue | None, typer.Option("--headings", help="cli.help.headings")] = None,
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Write customers, contacts, orders or opportunities to a file."""
    url, file = _divided(context, places)

    def deed(say: Speaker) -> Answer:
        language = None if headings is None else headings.value
        written = _FORMATS.get(Path(file).suffix.lower(), "")
        with open_crm(url) as crm:
            done = exchange.export(crm, kind, file, as_user=user, format=written, language=cast("Any", language))
        facts = {"kind": kind, "format": done.format, "rows": done.rows, "file": file}
        return Answer(facts, (say.words("export.done", rows=f"{done.rows:,}", file=file),))

    return respond("export", lang, as_json, deed)


@app.command("undo-import", help="cli.help.undo_import")
def undo_import(
    context: typer.Context,
    places: Annotated[list[str], typer.Argument(metavar="[URL] IMPORT", help="cli.help.import_places")],
    user: User,
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Take an import back."""
    url, batch = _divided(context, places)

    def deed(say: Speaker) -> Answer:
        with open_crm(url) as crm, say.progress(say.words("undo_import.progress")) as progress:
            done = exchange.undo(crm, _batch(batch), as_user=user, progress=progress)
        kept = [attrs.asdict(one) | {"id": str(one.id)} for one in done.kept]
        counts = {"removed": done.removed, "restored": done.restored}
        lines = [say.words("undo_import.done", **{name: f"{count:,}" for name, count in counts.items()})]
        if kept:
            lines.append(say.words("undo_import.kept", kept=f"{len(kept):,}"))
        return Answer({**counts, "kept": kept}, tuple(lines))

    return respond("undo-import", lang, as_json, deed)


def _divided(context: typer.Context, places: list[str]) -> tuple[str, str]:
    """Answer the URL, which may be in the environment instead, and what stands behind it.

    Raises:
        BadParameter: One of them is missing, or there is something more.
    """
    url, *rest = places if len(places) > 1 else [os.environ.get(_URL, ""), *places]
    if not url or len(rest) != 1:
        asked: Any = next(one for one in context.command.params if one.name == "places")
        raise typer.BadParameter(text("cli.import.places", "en", variable=_URL), context, asked)
    return url, rest[0]


def _columns(crm: Crm, user: str, kind: str) -> Mapping[str, Column]:
    """Answer what columns can be, the company's own fields among them."""
    with crm.work(as_user=user, readonly=True) as work:
        return exchange.columns_offered(work, kind)


def _template(say: Speaker, crm: Crm, file: str, kind: str, user: str) -> Answer:
    with crm.work(as_user=user, readonly=True) as work:
        content = exchange.template(work, kind, language=say.language)
    try:
        Path(file).write_bytes(content)
    except OSError as error:
        raise file_refused("exchange.not_written", reason=error.strerror or type(error).__name__) from error
    return Answer({"file": file, "kind": kind}, (say.words("import.template", file=file),))


def _mapped(seen: exchange.Preview, columns: list[str]) -> tuple[str, ...]:
    """Answer the fields of the file's columns, with what the caller knows better put in."""
    better: dict[str, str] = {}
    for one in columns:
        heading, separator, field = one.rpartition("=")
        if not separator or heading not in seen.file.headings:
            raise Invalid(Problem(field="--column", code="value.choice", params={"got": one[:50]}))
        better[heading] = field
    given = {*better.values()}
    return tuple(better.get(column.heading, "" if column.field in given else column.field) for column in seen.columns)


def _manager(crm: Crm, user: str, name: str) -> Any:
    if not name:
        return None
    with crm.work(as_user=user, readonly=True) as work:
        return user_named(work, name).id


def _batch(given: str) -> ImportBatchId:
    try:
        return ImportBatchId(UUID(given))
    except ValueError as error:
        raise Invalid(Problem(field="IMPORT", code="value.uuid", params={"got": given[:50]})) from error


def _imported(say: Speaker, done: ImportResult) -> Answer:
    counts = {name: getattr(done, name) for name in ("rows", "created", "updated", "unchanged", "failed")}
    batch = None if done.batch is None else str(done.batch.id)
    told = [{"row": one.row, "message": one.explain(say.language)} for one in done.errors]
    said = {name: f"{count:,}" for name, count in counts.items()}
    lines = [say.words("import.rehearsed" if batch is None else "import.done", **said)]
    lines += [say.words("import.wrong", row=one["row"], message=one["message"]) for one in told[:_SHOWN]]
    if batch:
        lines.append(say.words("import.batch", batch=batch))
    return Answer({**counts, "batch": batch, "errors": told}, tuple(lines))
