"""Somebody was quicker: both versions of a record side by side, for the person to choose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
from flask import render_template

from crmcore.storage.history import history
from crmcore.views import Form as Asked
from crmcore_demo.addresses import carry
from crmcore_demo.forms import VERSION, Form, shown_form
from crmcore_demo.session import reading


@attrs.frozen(kw_only=True)
class Line:
    """One field in both versions, in words."""

    label: str
    theirs: str
    yours: str

    @property
    def differs(self) -> bool:
        """Whether the two versions say different things here."""
        return self.theirs != self.yours


def _words(form: Form, name: str) -> str:
    shown = form[name]
    value = str(shown.value).replace("\r\n", "\n").strip()
    words = next((option.words for option in shown.options if option.value == value), value)
    return f"{words} {shown.unit}".strip() if words else ""


def both_versions(
    record: Any,
    name: str,
    asked: Asked,
    values: Mapping[str, str],
    *,
    show: str,
    edit: str,
    known_as: UUID | None = None,
) -> tuple[str, int]:
    """Draw the record as it is now beside what the person filled in.

    Args:
        record: The record as it is stored now.
        name: What people call it.
        asked: The form it is edited with.
        values: What the person filled in.
        show: Endpoint of the record's page.
        edit: Endpoint of its form.
        known_as: The id by which these pages know it; its own, if nothing is said.
    """
    mine, theirs = shown_form(asked, values), shown_form(asked, asked.fill(record))
    lines = tuple(
        Line(label=shown.label, theirs=_words(theirs, shown.name), yours=_words(mine, shown.name))
        for shown in mine.fields
    )
    id_ = known_as or record.id
    last = history(reading(), type(record), record.id)[-1:]
    page = render_template(
        "conflict.html",
        name=name,
        lines=lines,
        form=Form(hidden={VERSION: str(record.version), **values}),
        who=last[0].by_name if last else "",
        when=last[0].at if last else None,
        back=carry(show, id=id_),
        keep_theirs=carry(show, id=id_),
        edit_again=carry(edit, id=id_),
    )
    return page, 409
