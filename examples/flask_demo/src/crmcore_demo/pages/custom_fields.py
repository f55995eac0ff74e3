"""The fields a company adds to its customers, kept beside the dictionary (X-CUS-08)."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, NotFound, Refused
from crmcore.access import Validity
from crmcore.base.errors import AlreadyExists
from crmcore.customers import (
    add_custom_field,
    all_custom_fields,
    delete_custom_field,
    edit_custom_field,
    restore_custom_field,
    retire_custom_field,
)
from crmcore.customers.grouping import CustomField, CustomFieldId
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import carry
from crmcore_demo.conflicts import both_versions
from crmcore_demo.custom import label_of
from crmcore_demo.display import category_words, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
)
from crmcore_demo.pages.dictionary import beside
from crmcore_demo.session import company, perform, person, reading, settings

pages = Blueprint("custom_fields", __name__, url_prefix="/custom-fields")
Answer = str | Response | tuple[str, int]
NEW: Final = ("label_zh", "label_en", "code", "kind", "choices", "required", "position")
CHANGED: Final = ("label_zh", "label_en", "required", "position")
STEPS: Final = {"retire": retire_custom_field, "restore": restore_custom_field, "delete": delete_custom_field}


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0501"}


def _answers(it: CustomField) -> Iterable[Action]:
    yield Action(words=t("custom_fields.edit"), address=carry("custom_fields.edit_form", id=it.id))
    steps = ("retire",) if it.status is Validity.VALID else ("restore", "delete")
    for step in steps:
        address = carry("custom_fields.ask", id=it.id, step=step)
        yield Action(words=t(f"custom_fields.{step}"), address=address, dialog=True, danger=step == "delete")


@pages.get("")
def index() -> str:
    """Show the fields in the order of the form."""
    found = all_custom_fields(reading())
    return render_template(
        "dictionary/custom_fields.html",
        fields=found,
        beside=beside("custom_fields"),
        possible={it.id: Possibilities.of(_answers(it)) for it in found},
    )


def _field(id: UUID) -> CustomField:  # noqa: A002
    """Return one field, for those who keep them."""
    found = next((it for it in all_custom_fields(reading()) if it.id == id), None)
    if found is None:
        raise NotFound(entity="custom_field", id=id)
    return found


def _asked(*, changing: bool = False) -> Asked:
    asked = form_for(CustomField, zone=settings().zone, names=CHANGED if changing else NEW, changing=changing)
    if changing:
        return asked
    return asked.with_choices("choices", (Choice(one, category_words(one)) for one in sorted(settings().entries)))


def _page(
    title: str, asked: Asked, values: Mapping[str, str], hidden: Mapping[str, str], error: CrmError | None = None
) -> Answer:
    form = shown_form(asked, values, helps="custom_fields.help", hidden=hidden)
    page = render_template(
        "form.html",
        title=title,
        topic="custom_fields",
        lead=t("custom_fields.form_lead"),
        form=form.with_error(error) if error else form,
        button=t("custom_fields.save"),
        back=carry("custom_fields.index"),
    )
    return page, status_of(error) if error else 200


@pages.get("/new")
def new() -> Answer:
    """Ask for a new field."""
    person().require("dictionary.manage")
    return _page(t("custom_fields.new"), _asked(), _asked().fill(), fresh_key())


@pages.post("/new")
def add() -> Answer:
    """Add a field to every customer."""
    person().require("dictionary.manage")
    asked = _asked()
    values = posted(asked)
    try:
        perform(add_custom_field, posted_key(), **asked.parse(values))
    except (Invalid, AlreadyExists) as error:
        return _page(t("custom_fields.new"), _asked(), values, kept_key(error), error)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(url_for("custom_fields.index"))


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask how a field is called, where it stands, and whether it must be filled in."""
    it = _field(id)
    asked = _asked(changing=True)
    return _page(t("custom_fields.edit_title", name=label_of(it)), asked, asked.fill(it), {VERSION: str(it.version)})


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    asked, version = _asked(changing=True), posted_version()
    values = posted(asked)
    try:
        perform(edit_custom_field, None, CustomFieldId(id), expected=version, **asked.parse(values))
    except (Invalid, AlreadyExists) as error:
        title = t("custom_fields.edit_title", name=label_of(_field(id)))
        return _page(title, asked, values, {VERSION: str(version)}, error)
    except Conflict:
        it, endpoint = _field(id), "custom_fields.edit_form"
        return both_versions(it, label_of(it), asked, values, show=endpoint, edit=endpoint)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(url_for("custom_fields.index"))


@pages.get("/<uuid:id>/<any(retire, restore, delete):step>")
def ask(id: UUID, step: str, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a field is retired, restored or deleted (GEN-13)."""
    it = _field(id)
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="custom_fields",
        title=t(f"custom_fields.{step}_title"),
        question=t(f"custom_fields.{step}_question", name=label_of(it)),
        consequence=t(f"custom_fields.{step}_consequence"),
        form=form.with_error(error) if error else form,
        button=t(f"custom_fields.{step}_button"),
        kind="primary" if step == "restore" else "solid",
        back=carry("custom_fields.index"),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/<any(retire, restore, delete):step>")
def do(id: UUID, step: str) -> Answer:  # noqa: A002
    """Retire, restore or delete a field."""
    try:
        perform(STEPS[step], None, CustomFieldId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask(id, step, error)
    company().forget()
    flash(t("done.deleted" if step == "delete" else "done.done"), "done")
    return redirect(url_for("custom_fields.index"))
