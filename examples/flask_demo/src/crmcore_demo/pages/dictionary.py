"""The data dictionary: what drop-down lists offer (DIC-01 to 04, 16.9)."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.access import Validity
from crmcore.dictionary import (
    DictionaryEntry,
    DictionaryEntryId,
    add_entry,
    categories,
    delete_entry,
    edit_entry,
    entries,
    entry,
    restore_entry,
    retire_entry,
)
from crmcore.dictionary.rules import check_deletable, check_editable
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.conflicts import both_versions
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import category_words, label, language, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    Option,
    Shown,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
)
from crmcore_demo.listing import codes, read_filter
from crmcore_demo.possible import allowed
from crmcore_demo.session import company, perform, person, reading, settings

pages = Blueprint("dictionary", __name__, url_prefix="/dictionary")
Answer = str | Response | tuple[str, int]
NEW = ("category", "code", "label_zh", "label_en", "position", "editable")
CHANGED = ("label_zh", "label_en", "position", "editable")
STEPS = {"retire": retire_entry, "restore": restore_entry, "delete": delete_entry}


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0501"}


def _answers(it: DictionaryEntry) -> Iterable[Action | Refusal]:
    try:
        check_editable(it)
    except Refused:
        yield Refusal(words=t("dictionary.edit"), why=t("dictionary.locked"))
        return
    yield Action(words=t("dictionary.edit"), address=onward("dictionary.edit_form", id=it.id))
    steps = ["retire" if it.status is Validity.VALID else "restore"]
    steps += ["delete"] if allowed(check_deletable, it) else []
    for step in steps:
        address = onward("dictionary.ask", id=it.id, step=step)
        yield Action(words=t(f"dictionary.{step}"), address=address, dialog=True, danger=step == "delete")


def beside(here: str) -> tuple[Tab, ...]:
    """List the pages of the dictionary: its entries, and the fields the company adds to customers."""
    wanted = {"entries": "dictionary.index", "custom_fields": "custom_fields.index"}
    return tuple(
        Tab(words=t(f"dictionary.beside_{name}"), address=url_for(endpoint), here=name == here)
        for name, endpoint in wanted.items()
    )


@pages.get("")
def index() -> str:
    """Show the entries list by list (DIC-01)."""
    states = tuple((one.value, label(one)) for one in Validity)
    lists = tuple((one, category_words(one)) for one in sorted(settings().entries))
    asked = read_filter(
        codes("category", label("dictionary_entry.category"), lists),
        Shown(name="item", label=t("dictionary.item")),
        Shown(name="value", label=label("dictionary_entry.code")),
        codes("status", label("dictionary_entry.status"), states),
    )
    found = entries(
        reading(),
        category=asked["category"],
        item=asked["item"],
        value=asked["value"],
        status=Validity(asked["status"]) if asked["status"] else None,
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "dictionary/list.html",
        beside=beside("entries"),
        filter=asked,
        page=found,
        possible={it.id: Possibilities.of(_answers(it)) for it in found.rows},
    )


def _asked(*, changing: bool = False) -> Asked:
    names = CHANGED if changing else NEW
    return form_for(DictionaryEntry, zone=settings().zone, names=names, changing=changing)


def _page(title: str, button: str, form: Form, error: CrmError | None = None) -> Answer:
    page = render_template(
        "form.html",
        title=title,
        topic="dictionary",
        lead=t("dictionary.form_lead"),
        form=form.with_error(error) if error else form,
        button=button,
        back=back_to("dictionary.index"),
    )
    return page, status_of(error) if error else 200


def _new_form(values: dict[str, str], hidden: dict[str, str]) -> Form:
    form = shown_form(_asked(), values, helps="dictionary.help", hidden=hidden)
    known = tuple(Option(value=one, words=one) for one in categories(reading()))
    return form.with_field("category", options=known)


@pages.get("/new")
def new() -> Answer:
    """Ask for a new entry; known categories complete themselves."""
    person().require("dictionary.manage")
    return _page(t("dictionary.new"), t("dictionary.save_new"), _new_form(_asked().fill(), fresh_key()))


@pages.post("/new")
def add() -> Answer:
    """Add an entry to a list."""
    asked = _asked()
    values = posted(asked)
    try:
        perform(add_entry, posted_key(), **asked.parse(values))
    except (Invalid, Refused) as error:
        return _page(t("dictionary.new"), t("dictionary.save_new"), _new_form(values, kept_key(error)), error)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(back_to("dictionary.index"))


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask how the entry should be called; locked entries are not asked about (DIC-02)."""
    it = entry(reading(), DictionaryEntryId(id))
    check_editable(it)
    asked = _asked(changing=True)
    form = shown_form(asked, asked.fill(it), helps="dictionary.help", hidden={VERSION: str(it.version)})
    return _page(t("dictionary.edit_title", name=_name(it)), t("form.save"), form)


def _name(it: DictionaryEntry) -> str:
    return it.label_zh if language() == "zh" else it.label_en


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the labels; records that hold the code stay as they are (16.9)."""
    chosen, version = DictionaryEntryId(id), posted_version()
    asked = _asked(changing=True)
    values = posted(asked)
    try:
        perform(edit_entry, None, chosen, expected=version, **asked.parse(values))
    except Conflict:
        it = entry(reading(), chosen)
        return both_versions(it, _name(it), asked, values, show="dictionary.edit_form", edit="dictionary.edit_form")
    except (Invalid, Refused) as error:
        name = _name(entry(reading(), chosen))
        form = shown_form(asked, values, helps="dictionary.help", hidden={VERSION: str(version)})
        return _page(t("dictionary.edit_title", name=name), t("form.save"), form, error)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(back_to("dictionary.index"))


@pages.get("/<uuid:id>/<any(retire, restore, delete):step>")
def ask(id: UUID, step: str, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before an entry is retired, restored or deleted (GEN-13)."""
    it = entry(reading(), DictionaryEntryId(id))
    check_editable(it)
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="dictionary",
        title=t(f"dictionary.{step}_title"),
        question=t(f"dictionary.{step}_question", name=_name(it)),
        consequence=t(f"dictionary.{step}_consequence"),
        form=form.with_error(error) if error else form,
        button=t(f"dictionary.{step}_button"),
        kind="primary" if step == "restore" else "solid",
        back=back_to("dictionary.index"),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/<any(retire, restore, delete):step>")
def do(id: UUID, step: str) -> Answer:  # noqa: A002
    """Retire, restore or delete an entry."""
    try:
        perform(STEPS[step], None, DictionaryEntryId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask(id, step, error)
    company().forget()
    flash(t("done.deleted" if step == "delete" else "done.done"), "done")
    return redirect(back_to("dictionary.index"))
