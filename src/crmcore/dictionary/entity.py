"""Dictionary entries and system parameters."""

from typing import NewType, NotRequired, Required, TypedDict
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import Validity
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Pattern, Range
from crmcore.base.kinds import hint

__all__ = [
    "DictionaryEntry",
    "DictionaryEntryId",
    "EntryChanges",
    "EntryFields",
    "SystemParameter",
    "SystemParameterId",
]

DictionaryEntryId = NewType("DictionaryEntryId", UUID)
SystemParameterId = NewType("SystemParameterId", UUID)


class EntryFields(TypedDict):
    """What somebody gives to add an entry; sizes and meaning are those of :class:`DictionaryEntry`."""

    category: Required[str]
    code: Required[str]
    label_zh: Required[str]
    label_en: Required[str]
    position: NotRequired[int]
    editable: NotRequired[bool]


class EntryChanges(TypedDict, total=False):
    """What may change about an entry; category and code may not, since records hold them (decision 16.9)."""

    label_zh: str
    label_en: str
    position: int
    editable: bool


@attrs.frozen(kw_only=True, field_transformer=checked)
class DictionaryEntry:
    """One choice of a list: a code that is stored, labels that are shown (decision 16.9)."""

    id: DictionaryEntryId = field(metadata=hint(system=True))
    category: str = field(validator=[Length(1, 50), Pattern(r"\S+")], metadata=hint(fixed=True, searchable=True))
    """Code of the list, ``customer_level``."""
    code: str = field(
        validator=[Length(1, 50), Pattern(r"\S+")],
        metadata=hint(fixed=True, unique=True, within=("category",), searchable=True),
    )
    """The stored value (值); never changed, never reused."""
    label_zh: str = field(validator=Length(1, 50), metadata=hint(unique=True, within=("category",), searchable=True))
    label_en: str = field(validator=Length(1, 50), metadata=hint(searchable=True))
    position: int = field(default=0, validator=Range(0, 100_000))
    """Place in the list, ascending."""
    editable: bool = field(default=True)
    """False: can be neither changed nor retired (requirement DIC-02)."""
    status: Validity = field(default=Validity.VALID, metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class SystemParameter:
    """A setting of the company that differs from its default (requirement X-ADM-01)."""

    id: SystemParameterId = field(metadata=hint(system=True))
    """Made from the key, so that a setting exists once."""
    key: str = field(validator=Length(1, 100), metadata=hint(system=True))
    value: str = field(validator=Length(0, 1000))
    """As written; empty again for the default."""
    version: int = field(default=0, metadata=hint(system=True))
