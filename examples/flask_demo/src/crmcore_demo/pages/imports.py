"""Taking files of customers and contacts in: upload, look, rehearse, run, undo (X-ADM-10)."""

from collections.abc import Mapping, Sequence
from typing import Final, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from crmcore import CrmError, Invalid, Refused
from crmcore.access.entity import UserId
from crmcore.base.errors import Problem
from crmcore.exchange import (
    ImportBatchId,
    ImportFile,
    ImportPlan,
    Preview,
    batch,
    batches,
    columns_of,
    import_errors,
    open_file,
    preview,
    undo,
)
from crmcore.exchange.encodings import ENCODINGS
from crmcore.exchange.kinds import KEYS
from crmcore.exchange.plans import MODES, Mode, checked_plan
from crmcore_demo import importing, uploads
from crmcore_demo.addresses import back_to
from crmcore_demo.display import label, language, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import Form, Option, Shown, Trouble, troubles
from crmcore_demo.listing import read_filter
from crmcore_demo.session import company, crm, names_of, person, reading, stop_reading

pages = Blueprint("imports", __name__, url_prefix="/imports")
Answer = str | Response | tuple[str, int]
FORMATS: Final = {"csv": "imports.format_csv", "xlsx": "imports.format_xlsx", "vcard": "imports.format_vcard"}
DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
READING: Final = ("kind", "encoding", "delimiter", "sheet")
COLUMN: Final = "column-"
SHOWN_ROWS: Final = 5
SHOWN_ERRORS: Final = 200


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0204"}


def _kinds() -> tuple[Option, ...]:
    return tuple(Option(value=kind, words=t(f"imports.kind_{kind}")) for kind in KEYS)


def _kind() -> str:
    kind = request.values.get("kind", "")
    return kind if kind in KEYS else "customer"


def _upload_form(error: CrmError | Trouble | None = None) -> Form:
    form = Form(
        fields=(
            Shown(name="kind", label=t("imports.kind"), kind="pick", required=True, options=_kinds(), value=_kind()),
            Shown(
                name="file",
                label=t("imports.file"),
                kind="file",
                required=True,
                accept=uploads.ENDINGS,
                help=t("imports.file_help", mb=uploads.LARGEST_FILE // 2**20),
            ),
        )
    )
    if isinstance(error, Trouble):
        return form.with_problems([error])
    return form.with_error(error) if error else form


@pages.get("")
def index(error: CrmError | Trouble | None = None) -> Answer:
    """Ask for a file, and show what was taken in so far."""
    person().require("customer.import")
    paging = read_filter().paging
    found = batches(reading(), page=paging.page, size=paging.size)
    page = render_template(
        "exchange/imports.html",
        form=_upload_form(error),
        page=found,
        names=names_of(*(row.started_by for row in found.rows)),
    )
    return page, 422 if isinstance(error, Trouble) else status_of(error) if error else 200


@pages.post("/file")
def upload() -> Answer:
    """Keep the file for this session, if it is one that can be read."""
    person().require("customer.import")
    file = request.files.get("file")
    if file is None or not file.filename:
        return index(Trouble(words=t("imports.no_file"), field="file"))
    path = uploads.keep(file)
    try:
        open_file(path, name=file.filename)
    except Invalid as invalid:
        uploads.discard()
        return index(invalid)
    return redirect(url_for("imports.look", kind=_kind()))


def _gone() -> Response:
    flash(t("imports.gone"), "warn")
    return redirect(url_for("imports.index"))


def _opened(values: Mapping[str, str]) -> ImportFile | None:
    """Open this session's file as the person says it is to be read."""
    found = uploads.kept()
    if found is None:
        return None
    path, name = found
    encoding = values.get("encoding", "")
    delimiter = next((sign for sign, word in DELIMITERS.items() if word == values.get("delimiter")), "")
    return open_file(
        path,
        name=name,
        encoding=encoding if encoding in ENCODINGS else "",
        delimiter=delimiter,
        sheet=values.get("sheet", ""),
    )


def _fields_offered(kind: str) -> tuple[Option, ...]:
    known = columns_of(kind).items()
    skip = Option(value="", words=t("imports.skip"))
    return (skip, *(Option(value=name, words=column.label(language())) for name, column in known))


def _reading_fields(file: ImportFile) -> tuple[Shown, ...]:
    """Ask how the file is to be read, with what was found out."""
    found: list[Shown] = []
    if file.encoding:
        known = tuple(Option(value=one, words=t(f"imports.encoding_{one}")) for one in ENCODINGS)
        found.append(
            Shown(name="encoding", label=t("imports.encoding"), kind="choice", options=known, value=file.encoding)
        )
    if file.format == "csv":
        known = tuple(Option(value=word, words=t(f"imports.delimiter_{word}")) for word in DELIMITERS.values())
        chosen = DELIMITERS.get(file.delimiter, "")
        found.append(Shown(name="delimiter", label=t("imports.delimiter"), kind="choice", options=known, value=chosen))
    return tuple(found)


def _plan_fields(kind: str, file: ImportFile) -> tuple[Shown, ...]:
    def choice(name: str, values: Sequence[str], value: str, *, words_help: str = "") -> Shown:
        options = tuple(Option(value=one, words=t(f"imports.{name}_{one}")) for one in values)
        chosen = request.form.get(name, value)
        return Shown(
            name=name, label=t(f"imports.{name}"), kind="choice", options=options, value=chosen, help=words_help
        )

    managers = company().account_managers(reading())
    options = (
        Option(value="", words=t("imports.manager_row")),
        *(Option(value=str(one.id), words=one.display_name) for one in managers),
    )
    who = Shown(
        name="manager",
        label=t("imports.manager"),
        kind="choice",
        options=options,
        value=request.form.get("manager", ""),
        help=t("imports.manager_help"),
    )
    key = "number" if "number" in _guessed(file, kind) else "name"
    fields = (
        choice("mode", MODES, "upsert"),
        choice("key", KEYS["customer"], key, words_help=t("imports.key_help")),
        choice("blank", ("keep", "clear"), "keep"),
    )
    return (*fields, who) if kind == "customer" else fields


def _guessed(file: ImportFile, kind: str) -> Sequence[str]:
    return preview(file, kind=kind).mapping


@pages.get("/look")
def look(error: CrmError | None = None) -> Answer:
    """Show how the file will be understood: encoding, columns, the first rows; every guess can be changed."""
    person().require("customer.import")
    kind = _kind()
    try:
        file = _opened(request.values)
    except Invalid as invalid:
        file, error = _opened({}), invalid
    if file is None:
        return _gone()
    found = preview(file, kind=kind)
    form = Form(fields=_plan_fields(kind, file))
    page = render_template(
        "exchange/look.html",
        file=file,
        kind=kind,
        preview=found,
        format=t(FORMATS[file.format]),
        reading_fields=_reading_fields(file),
        offered=_fields_offered(kind),
        chosen=_chosen(found),
        form=form.with_problems(troubles(error)) if error else form,
        rows=found.rows[:SHOWN_ROWS],
        column=COLUMN,
    )
    return page, status_of(error) if error else 200


def _chosen(found: Preview) -> Sequence[str]:
    """Return the field of each column: as somebody chose, or as it was guessed."""
    if request.method == "POST":
        return [request.form.get(f"{COLUMN}{place}", "") for place in range(len(found.columns))]
    return found.mapping


def _plan(file: ImportFile) -> ImportPlan:
    """Read how the file is to be taken in.

    Raises:
        Invalid: The account manager is none.
    """
    try:
        manager = UserId(UUID(given)) if (given := request.form.get("manager", "")) else None
    except ValueError:
        problem = Problem(field="manager", code="value.choice", entity="customer", params={"got": given[:40]})
        raise Invalid(problem) from None
    return ImportPlan(
        mapping=tuple(request.form.get(f"{COLUMN}{place}", "") for place in range(len(file.headings))),
        kind=_kind(),
        mode=cast("Mode", request.form.get("mode", "")),
        key=request.form.get("key", ""),
        manager=manager,
        blank="clear" if request.form.get("blank") == "clear" else "keep",
        duplicates="warn",
    )


@pages.post("/look")
def begin() -> Answer:
    """Rehearse the import, or run it."""
    person().require("customer.import")
    dry_run = request.form.get("step") != "run"
    try:
        file = _opened(request.form)
        if file is None:
            return _gone()
        plan = _plan(file)
        checked_plan(plan, file.headings)
    except Invalid as invalid:
        return look(invalid)
    importing.start(file, plan, dry_run=dry_run)
    return redirect(url_for("imports.job", **_kept_reading()))


def _kept_reading() -> dict[str, str]:
    """Return how the file is read, to be kept from page to page."""
    return {name: value for name in READING if (value := request.values.get(name, ""))}


@pages.get("/job")
def job() -> Answer:
    """Show how far this session's import has come, and what came of it."""
    person().require("customer.import")
    it = importing.running()
    if it is None:
        return _gone()
    over = it.over  # asked once: it may be over while the page is drawn
    return render_template(
        "exchange/job.html",
        it=it,
        over=over,
        arguments=_kept_reading(),
        column=COLUMN,
        problems=troubles(it.error) if it.error else (),
        share=100 * it.done // it.total if it.total else 0,
        has_errors=over and it.result is not None and it.result.failed > 0 and it.errors.is_file(),
    )


@pages.get("/job/errors")
def errors() -> Answer:
    """Hand out the rows that were wrong, to be mended and taken in again."""
    person().require("customer.import")
    it = importing.running()
    if it is None or not it.over or not it.errors.is_file():
        return _gone()
    name = f"{it.name.rpartition('.')[0] or it.name}.{t('imports.errors_name')}.csv"
    return send_file(it.errors, mimetype="text/csv", as_attachment=True, download_name=name)


@pages.get("/<uuid:id>/undo")
def ask_undo(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before an import is taken back."""
    person().require("customer.import")
    it = batch(reading(), ImportBatchId(id))
    form = Form()
    page = render_template(
        "confirm.html",
        topic="imports",
        title=t("imports.undo_title"),
        question=t("imports.undo_question", name=it.file_name, created=it.created, updated=it.updated),
        consequence=t("imports.undo_consequence"),
        form=form.with_error(error) if error else form,
        button=t("imports.undo_button"),
        kind="solid",
        back=back_to("imports.index"),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/undo")
def take_back(id: UUID) -> Answer:  # noqa: A002
    """Take an import back; what somebody went on with stays and is told."""
    person().require("customer.import")
    user = person().id
    stop_reading()
    try:
        done = undo(crm(), ImportBatchId(id), as_user=user)
    except Refused as error:
        return ask_undo(id, error)
    words = t("imports.undone", removed=done.removed, restored=done.restored)
    if done.kept:
        words = f"{words} {t('imports.undone_kept', n=len(done.kept))}"
    flash(words, "warn" if done.kept else "done")
    return redirect(url_for("imports.index"))


@pages.get("/<uuid:id>")
def show(id: UUID) -> Answer:  # noqa: A002
    """Show what came of one import, with the rows that were wrong."""
    person().require("customer.import")
    it = batch(reading(), ImportBatchId(id))
    wrong = import_errors(reading(), it.id)
    return render_template(
        "exchange/show.html",
        it=it,
        errors=[(one.row, one.explain(language())) for one in wrong[:SHOWN_ERRORS]],
        names=names_of(it.started_by),
        back=back_to("imports.index"),
        kind_words=label(it.kind),
    )
