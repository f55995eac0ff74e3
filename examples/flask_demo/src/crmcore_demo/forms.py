"""A form as a page shows it: fields with labels, kept input and the problem of each (GEN-11)."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import attrs
from flask import request

from crmcore import CrmError, Invalid
from crmcore.i18n import has_text, text
from crmcore.views import Choice, Control
from crmcore.views import Form as Asked
from crmcore_demo.display import language, t
from crmcore_demo.paging import whole_number
from crmcore_demo.session import settings
from crmcore_demo.words import has

Kind = Literal[
    "text",
    "long",
    "number",
    "decimal",
    "date",
    "datetime-local",
    "choice",
    "flag",
    "pick",
    "ticks",
    "password",
    "search",
    "file",
]
_KINDS: Final[Mapping[str, Kind]] = {
    "integer": "number",
    "decimal": "decimal",
    "date": "date",
    "instant": "datetime-local",
    "boolean": "flag",
    "uuid_list": "ticks",
    "text_list": "long",
}
_KEY: Final = re.compile(r"[0-9a-f]{32}")
KEY, VERSION = "key", "version"
SENT_BEFORE: Final = "value.key_reused"
FEW_LINES, MANY_LINES = 3, 7
LONG_TEXT = 1000


@attrs.frozen(kw_only=True)
class Option:
    """One value that can be chosen, in words."""

    value: str
    words: str
    note: str = ""


@attrs.frozen(kw_only=True)
class Shown:
    """One field of a form with everything needed to draw it."""

    name: str
    label: str
    kind: Kind = "text"
    value: str | tuple[str, ...] = ""
    required: bool = False
    help: str = ""
    problem: str = ""
    longest: int | None = None
    smallest: int | None = None
    largest: int | None = None
    unit: str = ""
    rows: int = FEW_LINES
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    accept: str = ""
    """Endings of the files that can be chosen."""
    leads_to: str = ""
    """Address of what the field is about, shown under it."""
    seldom: bool = False
    """A filter that stands behind "more"."""

    @property
    def described(self) -> str:
        """The ids of the texts under the field, for assistive technology."""
        return " ".join([f"p-{self.name}"] * bool(self.problem) + [f"h-{self.name}"] * bool(self.help))

    def holds(self, value: str) -> bool:
        """Whether an option is chosen: one of several, or the only one."""
        return value in self.value if isinstance(self.value, tuple) else value == self.value


@attrs.frozen(kw_only=True)
class Trouble:
    """One thing to put right, linked to its field if it has one on the page."""

    words: str
    field: str = ""


@attrs.frozen(kw_only=True)
class Form:
    """The fields of one form in the order they are filled in."""

    fields: tuple[Shown, ...] = ()
    hidden: Mapping[str, str] = attrs.field(factory=dict)
    problems: tuple[Trouble, ...] = ()

    def __getitem__(self, name: str) -> Shown:
        """Return the field of that name."""
        return next(shown for shown in self.fields if shown.name == name)

    def with_field(self, name: str, **facts: Any) -> "Form":
        """Return the form with one field drawn differently."""
        changed = (attrs.evolve(shown, **facts) if shown.name == name else shown for shown in self.fields)
        return attrs.evolve(self, fields=tuple(changed))

    def with_all(self, *names: str) -> "Form":
        """Return the form with choices that say what it means to choose nothing: everything."""
        form = self
        for name in names:
            options = (Option(value="", words=t("list.all")), *(one for one in self[name].options if one.value))
            form = form.with_field(name, options=options)
        return form

    def with_error(self, error: CrmError) -> "Form":
        """Return the form with what the library refused, at the fields concerned and in the summary."""
        return self.with_problems(troubles(error))

    def with_problems(self, problems: Iterable[Trouble]) -> "Form":
        """Return the form with each problem at its field and all of them in the summary."""
        names = {shown.name for shown in self.fields}
        listed = tuple(one if one.field in names else Trouble(words=one.words) for one in problems)
        first: dict[str, str] = {}
        for trouble in listed:
            first.setdefault(trouble.field, trouble.words)
        fields = (attrs.evolve(shown, problem=first.get(shown.name, "")) for shown in self.fields)
        return attrs.evolve(self, fields=tuple(fields), problems=listed)


def troubles(error: CrmError) -> tuple[Trouble, ...]:
    """Say everything that is wrong, each at its field where there is one."""
    if SENT_BEFORE in _codes(error):
        return (Trouble(words=t("form.sent_before")),)
    if isinstance(error, Invalid):
        return tuple(Trouble(words=one.explain(language()), field=one.field) for one in error.problems)
    return (Trouble(words=error.explain(language())),)


def label_of(key: str) -> str:
    """Say a catalogue key of the library; a choice from the database is its own label."""
    return text(key, language()) if has_text(key, language()) else key


def shown_field(control: Control, value: str) -> Shown:
    """Draw one control of the library's form."""
    kind: Kind = _KINDS.get(control.kind, "long" if control.long else "text")
    options: tuple[Option, ...] = ()
    if kind == "ticks" or (control.kind == "text_list" and control.choices is not None):
        kind = "ticks"
        options = tuple(Option(value=one.value, words=label_of(one.label)) for one in control.choices or ())
    elif control.choices is not None:
        kind = "choice"
        blank = () if control.required and value else (Option(value="", words=t("form.choose")),)
        options = (*blank, *(Option(value=one.value, words=label_of(one.label)) for one in control.choices))
    return Shown(
        name=control.name,
        label=label_of(control.label),
        kind=kind,
        value=tuple(value.split()) if kind == "ticks" else value,
        required=control.required,
        longest=control.max_length,
        smallest=control.minimum,
        largest=control.maximum,
        unit=label_of(f"unit.{control.unit}") if control.unit else "",
        rows=MANY_LINES if (control.max_length or 0) > LONG_TEXT else FEW_LINES,
        options=options,
    )


def shown_form(
    asked: Asked, values: Mapping[str, str], *, helps: str = "", hidden: Mapping[str, str] | None = None
) -> Form:
    """Draw the library's form with these values; helps are the screens' texts below the key *helps*."""
    fields = (shown_field(control, values.get(control.name, "")) for control in asked.controls)
    helped = (
        attrs.evolve(shown, help=t(f"{helps}.{shown.name}")) if has(language(), f"{helps}.{shown.name}") else shown
        for shown in fields
    )
    return Form(fields=tuple(helped), hidden=dict(hidden or {}))


def with_dictionary(asked: Asked, **kept: str) -> Asked:
    """Put the entries that can be chosen into the controls that hold codes of the dictionary (16.9).

    Args:
        asked: The library's form.
        kept: What a record holds now by control: stays choosable there even if it was retired.
    """
    for control in asked.controls:
        if control.dictionary:
            category, held = control.dictionary, kept.get(control.name, "")
            codes = [entry.code for entry in settings().choices(category)]
            codes += [held] if held and held not in codes else []
            choices = (Choice(code, settings().words(category, code, language())) for code in codes)
            asked = asked.with_choices(control.name, choices)
    return asked


def posted(asked: Asked) -> dict[str, str]:
    """Return what was filled in, one text for each control; anything else a client sent does not count."""
    return {
        control.name: "\n".join(request.form.getlist(control.name))
        if control.kind in {"uuid_list", "text_list"}
        else request.form.get(control.name, "")
        for control in asked.controls
    }


def fresh_key() -> dict[str, str]:
    """Return the hidden field that makes sending a form twice the same as sending it once."""
    return {KEY: secrets.token_hex(16)}


def posted_key() -> str | None:
    """Return the key of the form that was sent, if it is one of ours."""
    key = request.form.get(KEY, "")
    return key if _KEY.fullmatch(key) else None


def kept_key(error: CrmError) -> dict[str, str]:
    """Return the key for sending a form once more after putting things right.

    Somebody who goes back to a form that was saved, changes it and sends it again means another record: that one gets
    a key of its own.
    """
    key = posted_key()
    return {KEY: key} if key and SENT_BEFORE not in _codes(error) else fresh_key()


def _codes(error: CrmError) -> frozenset[str]:
    return error.codes if isinstance(error, Invalid) else frozenset()


def posted_version() -> int:
    """Return the version of the record the person saw; one that never existed if the client sent none."""
    return whole_number(request.form.get(VERSION), 0, largest=2**31)
