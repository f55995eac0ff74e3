"""The fields the company adds to its customers, for those who keep the dictionary (X-CUS-08)."""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from flask import render_template, url_for

from crmcore import NotFound
from crmcore.access import Validity
from crmcore.customers import (
    add_custom_field,
    all_custom_fields,
    delete_custom_field,
    edit_custom_field,
    restore_custom_field,
    retire_custom_field,
)
from crmcore.customers.grouping import CustomField
from crmcore.views import Choice, form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import carry
from crmcore_demo.answers import pages_of
from crmcore_demo.custom import label_of
from crmcore_demo.display import category_words, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import possible_with
from crmcore_demo.pages.dictionary import beside
from crmcore_demo.possible import steps_of
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import company, person, reading, settings

pages = pages_of("custom_fields", "L0501", "/custom-fields")
NEW: Final = ("label_zh", "label_en", "code", "kind", "choices", "required", "position")
CHANGED: Final = ("label_zh", "label_en", "required", "position")
STEPS: Final = {"retire": retire_custom_field, "restore": restore_custom_field, "delete": delete_custom_field}


def _answers(it: CustomField) -> Iterable[Action]:
    yield Action(words=t("custom_fields.edit"), address=carry("custom_fields.edit_form", id=it.id))
    yield from steps_of("custom_fields", it, removable=it.status is Validity.RETIRED)


@pages.get("")
def index() -> str:
    """Show the fields in the order of the form."""
    found, tabs = all_custom_fields(reading()), beside("custom_fields")
    possible = possible_with(found, _answers)
    return render_template("dictionary/custom_fields.html", fields=found, beside=tabs, possible=possible)


def _found(id: UUID) -> CustomField:  # noqa: A002
    """Return one field, for those who keep them."""
    found = next((it for it in all_custom_fields(reading()) if it.id == id), None)
    if found is None:
        raise NotFound(entity="custom_field", id=id)
    return found


def _entry(action: Callable[..., CustomField], it: CustomField | None = None) -> Entry[CustomField]:
    asked = form_for(CustomField, zone=settings().zone, names=CHANGED if it else NEW, changing=it is not None)
    if it is None:
        asked = asked.with_choices("choices", (Choice(one, category_words(one)) for one in sorted(settings().entries)))
    return Entry(
        it=it,
        name=label_of(it) if it else "",
        words="custom_fields",
        topic="custom_fields",
        asked=asked,
        action=action,
        lead=t("custom_fields.form_lead"),
        back=url_for("custom_fields.index"),
        after=company().forget,
    )


def _new() -> Entry[CustomField]:
    """Ask for a new field of every customer."""
    person().require("dictionary.manage")
    return _entry(add_custom_field)


def _kept(id: UUID) -> Entry[CustomField]:  # noqa: A002
    """Ask how a field is called, where it stands, and whether it must be filled in."""
    return _entry(edit_custom_field, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a field is retired, restored or deleted (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"custom_fields.{step}",
        topic="custom_fields",
        back=url_for("custom_fields.index"),
        version=it.version,
        gaps={"name": label_of(it)},
        done=DONE[step],
        after=company().forget,
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
