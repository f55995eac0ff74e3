"""Fields that a company adds to its customers (requirement X-CUS-08): defined like the dictionary, by who keeps it."""

from collections.abc import Sequence
from typing import NotRequired, Required, TypedDict, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.entity import Validity
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomKind, CustomValue
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = [
    "CustomFieldChanges",
    "CustomFieldFields",
    "CustomFieldInUse",
    "add_custom_field",
    "all_custom_fields",
    "delete_custom_field",
    "edit_custom_field",
    "restore_custom_field",
    "retire_custom_field",
]

_f = attributes(CustomField)


class CustomFieldInUse(Refused):
    """A field that is still asked for, or in which customers have something, can't be removed; retire it."""

    code = "customer.field_in_use"


class CustomFieldFields(TypedDict):
    """What somebody gives to add a field; sizes and meaning are those of :class:`CustomField`."""

    code: Required[str]
    label_zh: Required[str]
    label_en: Required[str]
    kind: Required[CustomKind]
    choices: NotRequired[str]
    required: NotRequired[bool]
    position: NotRequired[int]


class CustomFieldChanges(TypedDict, total=False):
    """What may change about a field; code, kind and choices may not, since customers have values."""

    label_zh: str
    label_en: str
    required: bool
    position: int


@action("dictionary.manage")
def all_custom_fields(work: Work) -> Sequence[CustomField]:
    """List all fields that the company has added, retired ones too, in the order of the form."""
    return work.unscoped(CustomField).find(query(CustomField).sort(asc(_f.position)))


@action("dictionary.manage")
def add_custom_field(work: Work, **fields: Unpack[CustomFieldFields]) -> CustomField:
    """Add a field to customers (requirement X-CUS-08).

    Args:
        work: The unit of work.
        fields: ``code`` (small letters, digits and ``_``, never changed), ``label_zh``, ``label_en`` and ``kind``;
            for a choice ``choices``, the category of the dictionary; optionally ``required`` and ``position``.

    Raises:
        Invalid: Something is missing, unknown, too long or of the wrong type, or the dictionary has no such category.
        AlreadyExists: There is a field of that code or Chinese label.
    """
    made = build(CustomField, fields, id=CustomFieldId(work.new_id()))
    if (made.kind is CustomKind.CHOICE) != bool(made.choices):
        code = "value.missing" if made.kind is CustomKind.CHOICE else "value.not_yours"
        raise Invalid(Problem(field="choices", code=code, entity="custom_field"))
    if made.choices and work.dictionary.first(eq(attributes(DictionaryEntry).category, made.choices)) is None:
        got: dict[str, object] = {"got": made.choices}
        raise Invalid(Problem(field="choices", code="dictionary.not_offered", entity="custom_field", params=got))
    return work.unscoped(CustomField).add(made)


@action("dictionary.manage")
def edit_custom_field(
    work: Work,
    id: CustomFieldId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[CustomFieldChanges],
) -> CustomField:
    """Change labels or place of a field, or whether it has to be filled in.

    Raises:
        Invalid: A value breaks a constraint, or code, kind or choices were to be changed.
        AlreadyExists: Another field has that Chinese label.
    """
    known = work.unscoped(CustomField).get(id, expected=expected)
    return work.unscoped(CustomField).save(change(known, changes))


@action("dictionary.manage")
def retire_custom_field(work: Work, id: CustomFieldId, *, expected: int | None = None) -> CustomField:  # noqa: A002
    """Let a field be asked for no more; what customers have in it stays readable."""
    known = work.unscoped(CustomField).get(id, expected=expected)
    return work.unscoped(CustomField).save(attrs.evolve(known, status=Validity.RETIRED))


@action("dictionary.manage")
def restore_custom_field(work: Work, id: CustomFieldId, *, expected: int | None = None) -> CustomField:  # noqa: A002
    """Let a retired field be asked for again."""
    known = work.unscoped(CustomField).get(id, expected=expected)
    return work.unscoped(CustomField).save(attrs.evolve(known, status=Validity.VALID))


@action("dictionary.manage")
def delete_custom_field(work: Work, id: CustomFieldId, *, expected: int | None = None) -> None:  # noqa: A002
    """Remove a retired field in which no customer has anything.

    Raises:
        CustomFieldInUse: It is not retired, or customers have something in it.
    """
    known = work.unscoped(CustomField).get(id, expected=expected)
    held = query(CustomValue).where(eq(attributes(CustomValue).custom_field, id))
    if known.status is Validity.VALID or work.unscoped(CustomValue).count(held, at_most=1):
        raise CustomFieldInUse(name=known.label_zh)
    work.unscoped(CustomField).remove(known)
