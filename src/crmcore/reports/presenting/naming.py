"""Says what codes and people are called in the rows of a report; one statement for all of them, or none."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import fields

from crmcore.dictionary.entity import DictionaryEntry
from crmcore.query import eq, one_of, query
from crmcore.reports.composing import labels_of
from crmcore.reports.kinds import Asked

__all__ = ["code_names", "said_or_code"]

_d = fields(DictionaryEntry)


def code_names(asked: Asked, category: str, codes: Iterable[str]) -> Mapping[str, str]:
    """Answer what codes of a category mean; retired ones, too."""
    wanted = sorted({code for code in codes if code})
    if not wanted:
        return {}
    entries = query(DictionaryEntry).where(eq(_d.category, category), one_of(_d.code, wanted))
    return labels_of(asked.work, asked.work.dictionary.find(entries))


def said_or_code(asked: Asked, names: Mapping[Any, str], key: Any) -> str:
    """Answer what stands in a row for a key: its name, the key itself where it has none, or that there is none."""
    if key is None or key == "":
        return asked.say("report.unspecified")
    return names.get(key) or str(key)
