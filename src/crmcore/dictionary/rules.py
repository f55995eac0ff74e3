"""Rules about dictionary entries and parameters (requirements DIC)."""

from typing import Final

from crmcore.access.scope import Scope
from crmcore.dictionary.entity import DictionaryEntry, SystemParameter

__all__ = ["SCOPES"]

SCOPES: Final = (Scope(entity=DictionaryEntry), Scope(entity=SystemParameter, read=frozenset({"parameter.manage"})))
"""Everybody who is signed in reads the dictionary: forms need its lists."""
