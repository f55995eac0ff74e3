"""The fields a company adds to its customers: in the form, on the customer's page, and back again (X-CUS-08)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import attrs
from flask import request

from crmcore import Invalid, Work
from crmcore.access import Validity
from crmcore.customers.custom_forms import CustomProblem, kept_in
from crmcore.customers.entity import CustomerId
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.query import eq, query
from crmcore.views import shown
from crmcore.views.reading import Unreadable, read, written
from crmcore_demo.display import entry_words, language, t
from crmcore_demo.forms import Kind, Option, Shown
from crmcore_demo.session import settings

PREFIX: Final = "custom_"
LONGEST_TEXT: Final = 500
LONGEST_QUOTE: Final = 40
KINDS: Final[Mapping[CustomKind, Kind]] = {
    CustomKind.TEXT: "text",
    CustomKind.NUMBER: "decimal",
    CustomKind.DATE: "date",
    CustomKind.YES_NO: "choice",
    CustomKind.CHOICE: "choice",
}


@attrs.frozen(kw_only=True)
class Said:
    """One of the company's own fields of a customer, in words."""

    words: str
    value: str


def label_of(field: CustomField) -> str:
    """Return what the company calls a field."""
    return field.label_zh if language() == "zh" else field.label_en


@attrs.frozen(kw_only=True)
class Custom:
    """The company's own fields, and what one customer has in them."""

    known: Sequence[CustomField]
    """All of them in the order of the form, retired ones too."""
    kept: Mapping[CustomFieldId, CustomValue]

    @classmethod
    def of_new(cls) -> Self:
        """Return the fields for a customer that is not recorded yet."""
        return cls(known=settings().own_fields, kept={})

    @classmethod
    def of(cls, work: Work, customer: CustomerId) -> Self:
        """Read the fields with what a customer has in them."""
        it = cls.of_new()
        v = attrs.fields(CustomValue)
        values = work.of(CustomValue).find(query(CustomValue).where(eq(v.customer, customer))) if it.known else ()
        return attrs.evolve(it, kept={one.custom_field: one for one in values})

    @property
    def asked(self) -> Sequence[CustomField]:
        """The fields that are asked for."""
        return [field for field in self.known if field.status is Validity.VALID]

    def fields(self, values: Mapping[str, str]) -> tuple[Shown, ...]:
        """Draw the fields with what was filled in."""
        return tuple(
            Shown(
                name=PREFIX + field.code,
                label=label_of(field),
                kind=KINDS[field.kind],
                value=values.get(PREFIX + field.code, ""),
                required=field.required,
                longest=LONGEST_TEXT if field.kind is CustomKind.TEXT else None,
                options=self._options(field),
            )
            for field in self.asked
        )

    def _options(self, field: CustomField) -> tuple[Option, ...]:
        if field.kind is CustomKind.YES_NO:
            known = [(one, t(f"word.{one}")) for one in ("yes", "no")]
        elif field.kind is CustomKind.CHOICE:
            known = [(one.code, entry_words(field.choices, one.code)) for one in settings().choices(field.choices)]
            held = self.kept.get(field.id)
            if held is not None and held.text and held.text not in dict(known):
                known.append((held.text, entry_words(field.choices, held.text)))
        else:
            return ()
        return (
            Option(value="", words=t("form.choose")),
            *(Option(value=value, words=words) for value, words in known),
        )

    def part(self) -> dict[str, tuple[str, ...]]:
        """Return the heading of these fields in the form; none if the company has none."""
        return {t("customers.part_custom"): tuple(PREFIX + field.code for field in self.asked)} if self.asked else {}

    def values(self) -> dict[str, str]:
        """Return what the customer has, as the form's controls show it."""
        return {PREFIX + field.code: self._written(field) for field in self.asked}

    def _written(self, field: CustomField) -> str:
        held = self._held(field)
        if isinstance(held, bool):
            return "yes" if held else "no"
        text = written(held, settings().zone)
        return _plain(text) if field.kind is CustomKind.NUMBER else text

    def _held(self, field: CustomField) -> Any:
        value = self.kept.get(field.id)
        return None if value is None else kept_in(value)

    def posted(self) -> dict[str, str]:
        """Return what was filled in."""
        return {PREFIX + field.code: request.form.get(PREFIX + field.code, "") for field in self.asked}

    def parse(self) -> dict[str, Any]:
        """Read what was filled in, by code.

        Raises:
            Invalid: Something is no number, date or choice; every problem is listed.
        """
        given: dict[str, Any] = {}
        problems: list[CustomProblem] = []
        for field in self.asked:
            text = request.form.get(PREFIX + field.code, "").strip()
            if field.required and not text:
                problems.append(_problem(field, "value.missing"))
                continue
            try:
                given[field.code] = _read(field, text) if text else None
            except Unreadable as error:
                problems.append(_problem(field, error.code, got=text[:LONGEST_QUOTE]))
        if problems:
            raise Invalid(problems)
        return given

    def said(self) -> tuple[Said, ...]:
        """Return what the customer has, in words; a retired field only if there is something in it."""
        return tuple(
            Said(words=label_of(field), value=self._words(field))
            for field in self.known
            if field.status is Validity.VALID or self._held(field) is not None
        )

    def _words(self, field: CustomField) -> str:
        held = self._held(field)
        if field.kind is CustomKind.CHOICE:
            return entry_words(field.choices, held or "")
        words = shown(held, language(), settings().zone)
        return _plain(words) if field.kind is CustomKind.NUMBER else words


def _plain(number: str) -> str:
    """Write a number without zeros that say nothing."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _problem(field: CustomField, code: str, **params: object) -> CustomProblem:
    return CustomProblem(field=field.code, code=code, params=params, label_zh=field.label_zh, label_en=field.label_en)


def _read(field: CustomField, text: str) -> Any:
    match field.kind:
        case CustomKind.NUMBER:
            return read("decimal", text, settings().zone)
        case CustomKind.DATE:
            return read("date", text, settings().zone)
        case CustomKind.YES_NO:
            return read("boolean", text, settings().zone)
    return text
