"""What "the same text" means when people search: width and case do not matter."""

import unicodedata

__all__ = ["fold", "is_storable", "is_visible", "key_of", "pairs"]


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


def key_of(text: str) -> str:
    """Bring a name to the form in which two names count as the same: folded, without invisible characters.

    Format characters (zero-width space, direction marks) are left out, and runs of blanks are one blank.
    """
    folded = fold(text)
    if not folded.isascii():
        folded = "".join(one for one in folded if unicodedata.category(one) != "Cf")
    return " ".join(folded.split())


def pairs(folded: str) -> frozenset[str]:
    """List the pairs of neighbouring characters of a folded text; those that reach over a line's end are left out.

    Two Chinese characters are the usual keyword, and indexes over triples don't serve it.
    """
    return frozenset(line[place : place + 2] for line in folded.split("\n") for place in range(len(line) - 1))


def is_visible(text: str) -> bool:
    """Tell whether *text* shows anything: blanks and format characters alone do not."""
    return any(map(str.isprintable, "".join(text.split())))


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
