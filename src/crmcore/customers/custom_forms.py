"""What customers have in the company's own fields: checked by kind, kept one record for each value (X-CUS-08)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.base.errors import Invalid, Problem
from crmcore.customers.entity import CustomerId
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.customers.inputs import CustomInput, CustomInputs
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.i18n import Language
from crmcore.query import asc, eq, query
from crmcore.storage.work import Work

__all__ = ["CustomForm", "CustomProblem", "custom_form", "fields_in_use", "kept_in", "store_custom"]

_f = fields(CustomField)
_v = fields(CustomValue)
PLACES: Final = {
    CustomKind.TEXT: "text",
    CustomKind.CHOICE: "text",
    CustomKind.NUMBER: "number",
    CustomKind.DATE: "day",
    CustomKind.YES_NO: "flag",
}
"""Which field of a :class:`CustomValue` holds a value of a kind."""
_BLANK: Final[dict[str, Any]] = {"text": None, "number": None, "day": None, "flag": None}


@attrs.frozen
class CustomProblem(Problem):
    """One thing wrong with what one of the company's own fields is given; the field is named by its own label."""

    label_zh: str = ""
    label_en: str = ""

    def label(self, language: Language = "en") -> str:
        """Name the field as the company calls it."""
        return (self.label_zh if language == "zh" else self.label_en) or self.field


@attrs.frozen
class CustomForm:
    """What a customer's form says in the company's own fields, and what is wrong with it."""

    given: Mapping[CustomFieldId, Any]
    """The checked values; None where a value is taken away."""
    by_id: Mapping[CustomFieldId, CustomField]
    known: Mapping[CustomFieldId, CustomValue]
    """What the customer has now."""
    taken: tuple[DictionaryEntry, ...]
    """Entries of the dictionary that are chosen anew."""
    problems: tuple[Problem, ...]


def fields_in_use(work: Work) -> dict[str, CustomField]:
    """Answer the company's own fields that are asked for, by code, in the order of the form."""
    wanted = query(CustomField).where(eq(_f.status, Validity.VALID)).sort(asc(_f.position))
    return {one.code: one for one in work.unscoped(CustomField).find(wanted)}


def kept_in(value: CustomValue) -> str | Decimal | Any:
    """Answer what a value record holds."""
    return next((held for name in _BLANK if (held := getattr(value, name)) is not None), None)


def custom_form(work: Work, given: CustomInputs | None, customer: CustomerId | None) -> CustomForm:
    """Check what a form gives in the company's own fields.

    Args:
        work: The unit of work.
        given: Code to value; None and empty texts take a value away, fields not named keep theirs.
        customer: Whose form it is; None for a new customer.
    """
    by_code = fields_in_use(work)
    wanted = query(CustomValue).where(eq(_v.customer, customer or UUID(int=0)))
    known = {one.custom_field: one for one in (work.unscoped(CustomValue).find(wanted) if customer else ())}
    checked: dict[CustomFieldId, Any] = {}
    taken: list[DictionaryEntry] = []
    problems: list[Problem] = []
    for code, value in (given or {}).items():
        if code not in by_code:
            problems.append(Problem(field=str(code)[:50], code="value.unknown_field", entity="customer"))
            continue
        field = by_code[code]
        try:
            checked[field.id] = None if _is_nothing(value) else _checked(field, value)
        except Invalid as invalid:
            problems += invalid.problems
            continue
        if field.kind is CustomKind.CHOICE and value and not _is_kept(known.get(field.id), value):
            entry = _entry(work, field, checked[field.id])
            taken += [entry] if entry else []
            problems += [] if entry else [_problem(field, "dictionary.not_offered", got=str(value)[:50])]
    wrong = {one.field for one in problems}
    for field in by_code.values():
        if field.required and field.code not in wrong and checked.get(field.id, known.get(field.id)) is None:
            problems.append(_problem(field, "value.missing"))
    return CustomForm(checked, {one.id: one for one in by_code.values()}, known, tuple(taken), tuple(problems))


def store_custom(work: Work, form: CustomForm, customer: CustomerId) -> bool:
    """Keep what a form says in the company's own fields; answer whether anything is different now.

    Args:
        work: The unit of work, in an action that has checked its permission.
        form: The checked form, without problems.
        customer: Whose form it is.
    """
    values = work.unscoped(CustomValue)
    different = False
    for entry in sorted(form.taken, key=lambda one: one.id):
        work.unscoped(DictionaryEntry).touch(entry)
    for field_id, value in form.given.items():
        known = form.known.get(field_id)
        if value == (None if known is None else kept_in(known)):
            continue
        different = True
        if value is None and known is not None:
            values.remove(known)
            continue
        said = {**_BLANK, PLACES[form.by_id[field_id].kind]: value}
        if known is None:
            values.add(CustomValue(id=work.new_id(), custom_field=field_id, customer=customer, **said))
        else:
            values.save(attrs.evolve(known, **said))
    return different


def _is_nothing(value: CustomInput) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _checked(field: CustomField, value: CustomInput) -> Any:
    """Answer a value as its field keeps it.

    Raises:
        Invalid: It is of another kind, too long, or has too many digits.
    """
    number = field.kind is CustomKind.NUMBER and type(value) is int
    given = Decimal(value) if number else value  # type: ignore[arg-type]  # a whole number, as just checked
    place = PLACES[field.kind]
    attribute = getattr(_v, place)
    try:
        attribute.validator(None, attribute, given)
    except Invalid as invalid:
        raise Invalid(_problem(field, one.code, **one.params) for one in invalid.problems) from None
    return given.strip() if isinstance(given, str) else given


def _is_kept(known: CustomValue | None, value: CustomInput) -> bool:
    """Tell whether a choice is the one the customer has already; it may stay when its entry is retired (16.9)."""
    return known is not None and known.text == value


def _entry(work: Work, field: CustomField, code: str) -> DictionaryEntry | None:
    d = fields(DictionaryEntry)
    chosen = (eq(d.category, field.choices), eq(d.code, code), eq(d.status, Validity.VALID))
    return work.unscoped(DictionaryEntry).first(*chosen)


def _problem(field: CustomField, code: str, **params: object) -> CustomProblem:
    return CustomProblem(field=field.code, code=code, params=params, label_zh=field.label_zh, label_en=field.label_en)
