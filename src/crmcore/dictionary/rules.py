"""Rules about dictionary entries and parameters (requirements DIC, decision 16.9)."""

from typing import Final

from crmcore.access.entity import Validity
from crmcore.access.scope import Scope
from crmcore.base.errors import Refused
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter

__all__ = ["SCOPES", "EntryInUse", "EntryLocked", "EntryStillOffered", "check_deletable", "check_editable"]

SCOPES: Final = (Scope(entity=DictionaryEntry), Scope(entity=SystemParameter, read=frozenset({"parameter.manage"})))
"""Everybody who is signed in reads the dictionary: forms need its lists."""


class EntryLocked(Refused):
    """The entry can be neither changed nor deleted (无法编辑; requirement DIC-02)."""

    code = "dictionary.locked"


class EntryInUse(Refused):
    """Records hold the entry's code (requirement DIC-04)."""

    code = "dictionary.in_use"


class EntryStillOffered(Refused):
    """An entry is retired before it is deleted, so that nobody chooses it at that moment (requirement DIC-04)."""

    code = "dictionary.still_offered"


def check_editable(entry: DictionaryEntry) -> None:
    """Refuse to change an entry that is locked (requirement DIC-02)."""
    if not entry.editable:
        raise EntryLocked(category=entry.category, item=entry.label_zh, value=entry.code)


def check_deletable(entry: DictionaryEntry) -> None:
    """Refuse to delete an entry that is locked or can still be chosen (requirements DIC-02, DIC-04)."""
    check_editable(entry)
    if entry.status is Validity.VALID:
        raise EntryStillOffered(item=entry.label_zh, value=entry.code)
