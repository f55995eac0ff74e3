"""The data dictionary: what drop-down lists offer (DIC-01 to 04, 16.9)."""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from flask import url_for

from crmcore import Refused
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
from crmcore.views import form_for
from crmcore_demo.actions import Action, Refusal
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import category_words, label, language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Option, Shown
from crmcore_demo.listing import codes, list_page, read_filter, states
from crmcore_demo.possible import allowed, steps_of
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import company, person, reading, settings

pages = pages_of("dictionary", "L0501", "/dictionary")
NEW: Final = ("category", "code", "label_zh", "label_en", "position", "editable")
CHANGED: Final = ("label_zh", "label_en", "position", "editable")
STEPS: Final = {"retire": retire_entry, "restore": restore_entry, "delete": delete_entry}


def _answers(it: DictionaryEntry) -> Iterable[Action | Refusal]:
    try:
        check_editable(it)
    except Refused:
        yield Refusal(words=t("dictionary.edit"), why=t("dictionary.locked"))
        return
    yield Action(words=t("dictionary.edit"), address=onward("dictionary.edit_form", id=it.id))
    yield from steps_of("dictionary", it, removable=allowed(check_deletable, it))


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
    lists = tuple((one, category_words(one)) for one in sorted(settings().entries))
    asked = read_filter(
        codes("category", label("dictionary_entry.category"), lists),
        Shown(name="item", label=t("dictionary.item")),
        Shown(name="value", label=label("dictionary_entry.code")),
        states("dictionary_entry", Validity),
    )
    status = asked.chosen("status", Validity)
    found = entries(reading(), category=asked["category"], status=status, **asked.typed)
    new = Action(words=t("dictionary.new"), address=url_for("dictionary.new"), primary=True)
    tabs = beside("entries")
    return list_page("dictionary/list.html", "dictionary", found, asked, _answers, actions=(new,), beside=tabs)


def _name(it: DictionaryEntry) -> str:
    return it.label_zh if language() == "zh" else it.label_en


def _entry(action: Callable[..., DictionaryEntry], it: DictionaryEntry | None = None) -> Entry[DictionaryEntry]:
    names = CHANGED if it else NEW
    known = tuple(Option(value=one, words=one) for one in categories(reading())) if it is None else ()
    return Entry(
        it=it,
        name=_name(it) if it else "",
        words="dictionary",
        topic="dictionary",
        asked=form_for(DictionaryEntry, zone=settings().zone, names=names, changing=it is not None),
        action=action,
        # Known categories complete themselves.
        drawn=lambda form: form.with_field("category", options=known),
        lead=t("dictionary.form_lead"),
        back=back_to("dictionary.index"),
        after=company().forget,
    )


def _new() -> Entry[DictionaryEntry]:
    """Ask for a new entry of a list."""
    person().require("dictionary.manage")
    return _entry(add_entry)


def _found(id: UUID) -> DictionaryEntry:  # noqa: A002
    """Return an entry that may be changed; locked entries are not asked about (DIC-02)."""
    it = entry(reading(), DictionaryEntryId(id))
    check_editable(it)
    return it


def _kept(id: UUID) -> Entry[DictionaryEntry]:  # noqa: A002
    """Ask how an entry should be called; records that hold its code stay as they are (16.9)."""
    return _entry(edit_entry, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before an entry is retired, restored or deleted (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"dictionary.{step}",
        topic="dictionary",
        back=back_to("dictionary.index"),
        version=it.version,
        gaps={"name": _name(it)},
        done=DONE[step],
        after=company().forget,
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
