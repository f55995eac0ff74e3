"""Taking files of customers and contacts in: upload, look, rehearse, run, undo (X-ADM-10)."""

import io
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from crmcore import CrmError, Invalid, Refused
from crmcore.exchange import (
    ImportBatchId,
    batch,
    batches,
    import_errors,
    open_file,
    template,
    undo,
)
from crmcore.exchange.plans import checked_plan
from crmcore_demo import importing, uploads
from crmcore_demo.addresses import back_to
from crmcore_demo.display import label, language, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import Form, Trouble, troubles
from crmcore_demo.import_form import (
    COLUMN,
    FORMATS,
    asked_kind,
    chosen_fields,
    fields_offered,
    kept_reading,
    opened,
    plan_fields,
    posted_plan,
    reading_fields,
    understood,
    upload_form,
)
from crmcore_demo.listing import read_filter
from crmcore_demo.session import crm, names_of, person, reading, stop_reading

pages = Blueprint("imports", __name__, url_prefix="/imports")
Answer = str | Response | tuple[str, int]
SHOWN_ROWS: Final = 5
SHOWN_ERRORS: Final = 200


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0204"}


@pages.get("")
def index(error: CrmError | Trouble | None = None) -> Answer:
    """Ask for a file, and show what was taken in so far."""
    person().require("customer.import")
    paging = read_filter().paging
    found = batches(reading(), page=paging.page, size=paging.size)
    page = render_template(
        "exchange/imports.html",
        form=upload_form(error),
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
    return redirect(url_for("imports.look", kind=asked_kind()))


@pages.get("/template")
def empty_file() -> Response:
    """Hand out an empty file to fill in, with a heading for every field."""
    person().require("customer.import")
    kind = asked_kind()
    content = io.BytesIO(template(reading(), kind, language=language()))
    name = f"{t('imports.template_contact' if kind == 'contact' else 'imports.template_customer')}.csv"
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name=name)


def _gone() -> Response:
    flash(t("imports.gone"), "warn")
    return redirect(url_for("imports.index"))


@pages.get("/look")
def look(error: CrmError | None = None) -> Answer:
    """Show how the file will be understood: encoding, columns, the first rows; every guess can be changed."""
    person().require("customer.import")
    kind = asked_kind()
    try:
        file = opened(request.values)
    except Invalid as invalid:
        file, error = opened({}), invalid
    if file is None:
        return _gone()
    found = understood(kind, file)
    form = Form(fields=plan_fields(kind, found))
    page = render_template(
        "exchange/look.html",
        file=file,
        kind=kind,
        preview=found,
        format=t(FORMATS[file.format]),
        reading_fields=reading_fields(file),
        offered=fields_offered(kind),
        chosen=chosen_fields(found),
        form=form.with_problems(troubles(error)) if error else form,
        rows=found.rows[:SHOWN_ROWS],
        column=COLUMN,
    )
    return page, status_of(error) if error else 200


@pages.post("/look")
def begin() -> Answer:
    """Rehearse the import, or run it."""
    person().require("customer.import")
    dry_run = request.form.get("step") != "run"
    try:
        file = opened(request.form)
        if file is None:
            return _gone()
        plan = posted_plan(file)
        checked_plan(plan, file.headings)
    except Invalid as invalid:
        return look(invalid)
    if not importing.start(file, plan, dry_run=dry_run):
        flash(t("imports.one_at_a_time"), "warn")
    return redirect(url_for("imports.job", **kept_reading()))


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
        arguments=kept_reading(),
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
