"""Keeps spreadsheets from taking a text for a formula, and gives every text back as it was (X-ADM-08, 14.20).

An exported text that a spreadsheet could take for a formula gets an apostrophe in front, as does a text that reading
would otherwise change (blanks around it, line breaks in a field of one line). The import takes away exactly the
apostrophes that the export puts.
"""

import json
from typing import Final

__all__ = ["guarded", "kept", "listed", "tidy", "unguarded", "unlisted"]

_GUARD: Final = "'"
_DANGEROUS: Final = tuple("=+-@\t\r\n|%＝＋－＠")
"""What formulas, and commands hidden in them, begin with; spreadsheets read full-width signs as well."""


def tidy(text: str, *, long: bool) -> str:
    """Answer a text as forms read it: without blanks around, and on one line unless the field has several."""
    whole = text.replace("\r\n", "\n").strip()
    return whole if long else " ".join(whole.splitlines())


def guarded(text: str, *, long: bool = True) -> str:
    """Answer a text as it is written into a file.

    Args:
        text: What a record holds.
        long: Whether the field has several lines.
    """
    return _GUARD + text if text and _needs_guard(text, long=long) else text


def kept(text: str, *, long: bool = True) -> str:
    """Answer a text as it is written where no program takes texts for formulas: guarded only if reading changes it."""
    read = unguarded(text, long=long)
    return text if (tidy(text, long=long) if read is None else read) == text else _GUARD + text


def unguarded(text: str, *, long: bool = True) -> str | None:
    """Answer the text that :func:`guarded` has written as this; None if this was not guarded."""
    bare = text[1:]
    return bare if text.startswith(_GUARD) and bare and _needs_guard(bare, long=long) else None


def _needs_guard(text: str, *, long: bool) -> bool:
    bare = text.lstrip(_GUARD)
    return bare.startswith(_DANGEROUS) or tidy(text, long=long) != text


def listed(values: tuple[str, ...]) -> str:
    """Answer a list as one cell: a value on a line, or JSON where that would not read the same."""
    plain = "\n".join(values)
    return plain if unlisted(plain) == values and not _needs_guard(plain, long=True) else json.dumps(values)


def unlisted(text: str) -> tuple[str, ...]:
    """Answer the list that a cell holds: its lines, parts between semicolons, or JSON."""
    if text.startswith('["') and text.endswith('"]'):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
    parts = text.replace("；", "\n").replace(";", "\n").splitlines()
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
