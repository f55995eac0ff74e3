"""Keeps spreadsheets from taking a text for a formula, and gives every text back as it was (X-ADM-08, 14.20).

An exported text that a spreadsheet could take for a formula gets an apostrophe in front, as does a text that reading
would otherwise change (blanks around it, line breaks in a field of one line). Where a spreadsheet that separates by
semicolons or tabs would begin a cell in the middle of the text, an apostrophe stands there as well. The import takes
away exactly the apostrophes that the export puts: every text is written in one way only, and no two in the same.
"""

import json
import re
from typing import Final

__all__ = ["guarded", "kept", "listed", "tidy", "unguarded", "unlisted"]

_GUARD: Final = "'"
_SIGNS: Final = "=+\\-@\u207a\u207b\u207c\u208a\u208b\u208c\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
"""What formulas begin with; some spreadsheets read the forms of other widths and heights as well."""
_UNSEEN: Final = (
    " \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What nobody sees, and programs pass over: blanks, controls, direction marks, byte order marks, fillers."""
_SEPARATORS: Final = ";\t\r\n"
"""Where programs that separate otherwise, or do not heed quotation marks within a cell, begin another cell."""
_LEADING: Final = re.compile(rf"['\"{_UNSEEN}{_SEPARATORS}]*[{_SIGNS}]|[|%\uff05\uff5c]")
_WITHIN: Final = rf"(?=['\"{_UNSEEN}]*[{_SIGNS}])"
_BEGINS: Final = re.compile(rf"(?<=[{_SEPARATORS}]){_WITHIN}")
_BEGINS_GUARDED: Final = re.compile(rf"(?<=[{_SEPARATORS}]){_GUARD}{_WITHIN}")


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
    return _GUARD + _BEGINS.sub(_GUARD, text) if _needs_guard(text, long=long) else text


def kept(text: str, *, long: bool = True) -> str:
    """Answer a text as it is written where no program takes texts for formulas: guarded only if reading changes it."""
    read = unguarded(text, long=long)
    return text if (tidy(text, long=long) if read is None else read) == text else guarded(text, long=long)


def unguarded(text: str, *, long: bool = True) -> str | None:
    """Answer the text that :func:`guarded` has written as this; None if this was not guarded."""
    if not text.startswith(_GUARD):
        return None
    bare = _BEGINS_GUARDED.sub("", text[1:])
    return bare if _needs_guard(bare, long=long) and guarded(bare, long=long) == text else None


def _needs_guard(text: str, *, long: bool) -> bool:
    """Tell whether a text is written with a guard: one more apostrophe in front does not change the answer."""
    if text.isalnum():
        return False
    bare = text.lstrip(_GUARD)
    return _LEADING.match(bare) is not None or tidy(bare, long=long) != bare or _BEGINS.search(bare) is not None


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
