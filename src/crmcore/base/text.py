"""What "the same text" means when people search: width and case do not matter."""

import unicodedata

__all__ = ["fold", "is_storable"]


def fold(text: str) -> str:
    """Bring *text* to the form in which search compares it: NFKC, then case-folded.

    Full-width ``ＡＢＣ`` finds ``abc``; ``ß`` finds ``SS``. Folding twice changes nothing more.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    again = unicodedata.normalize("NFKC", folded).casefold()
    while again != folded:
        folded, again = again, unicodedata.normalize("NFKC", again).casefold()
    return folded


def is_storable(text: str) -> bool:
    """Tell whether every store can keep *text*: no NUL character, no lone surrogate."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
