"""What "the same text" means when people search: width and case do not matter."""

import re
import unicodedata
from operator import add
from typing import Any, Final

__all__ = ["fold", "fragment_of", "fragments", "is_storable", "is_visible", "key_of", "name_key", "sought", "stripped"]

_FOUR_DIGITS: Final = re.compile(r"(?=([0-9]{4}))")
_MANY_DIGITS: Final = re.compile(r"[0-9]{4,}")


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
    if not folded.isprintable():  # what has such a character is not
        folded = "".join(one for one in folded if unicodedata.category(one) != "Cf")
    return " ".join(folded.split())


def name_key(name: object) -> str:
    """Answer what two names of a kind may not share, see :func:`key_of`; ``?`` for what their own check will refuse."""
    return key_of(str(name or "")) or "?"


def fragments(folded: str) -> set[str]:
    """List what a folded text is found by in an index of keywords: its pairs of characters, and fours of digits.

    Two Chinese characters are the usual keyword, and indexes over triples don't serve it. Pairs of digits are in every
    second phone number, so runs of four digits count too. Nothing reaches over the end of a line.
    """
    found = set(_FOUR_DIGITS.findall(folded))
    for line in folded.split("\n"):
        found.update(map(add, line, line[1:]))
    return found


def sought(folded: str) -> list[str]:
    """List the fragments that every text has which contains a keyword; none for a keyword of one character.

    The rarest come first: fours of digits, then what is not all ASCII. Pairs of digits within a four are left out.
    """
    fours = set(_FOUR_DIGITS.findall(folded))
    rest = _MANY_DIGITS.sub(lambda run: f"{run[0][0]}\n{run[0][-1]}", folded)
    return sorted(fours | fragments(rest), key=lambda one: (-len(one), one.isascii(), one))


def fragment_of(item: str) -> str:
    """Answer the one fragment that a list of texts is found by if *item* is in it."""
    return "=" + item.replace("\n", "\r")


def is_visible(text: str) -> bool:
    """Tell whether *text* shows anything: blanks and format characters alone do not."""
    return any(map(str.isprintable, "".join(text.split())))


def stripped(text: Any) -> Any:
    """Answer what somebody wrote without the blanks around it, and nothing if none of it shows; no text as it is."""
    if not isinstance(text, str):
        return text
    return text.strip() if is_visible(text) else ""


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
