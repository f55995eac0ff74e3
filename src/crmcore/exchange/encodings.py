"""Finds out how a text file is encoded, from a bounded sample of it; people may know better (requirement X-ADM-10)."""

import codecs
from typing import Final

from crmcore.exchange.limits import file_refused

__all__ = ["ENCODINGS", "SAMPLE_SIZE", "checked_encoding", "detect_encoding"]

SAMPLE_SIZE: Final = 65_536
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5")
"""What is detected, and what people may choose; the names are Python's."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FEW: Final = 0.02
"""Share of control characters above which a text is none."""
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 13, 27, 26, 12}


def detect_encoding(sample: bytes) -> str:
    """Answer the Python name of the encoding that a file's beginning is written in.

    Byte order marks are believed. Without one UTF-8 is tried, since nothing else looks like it by chance; then UTF-16,
    whose commas and line breaks have zero bytes beside them; then GB18030 and Big5, of which the one is chosen that
    makes of more of the bytes characters in common use.

    Args:
        sample: The first bytes of the file, at most :data:`SAMPLE_SIZE`; may end within a character.

    Raises:
        Invalid: It is no text.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _utf_16_or_none(sample)
    if _decodes(sample, "utf-8"):
        return "utf-8"
    if sum(map(_CONTROLS.__contains__, sample)) > _FEW * len(sample):
        raise file_refused("exchange.no_text")
    scores = {"gb18030": _score(sample, 0xB0, 0xD7), "big5": _score(sample, 0xA4, 0xC6)}
    readable = [name for name in scores if _decodes(sample, name)]
    if not readable:
        raise file_refused("exchange.no_encoding")
    return max(readable, key=scores.__getitem__)


def checked_encoding(encoding: str) -> str:
    """Answer the Python name of an encoding that somebody chose.

    Raises:
        Invalid: Python knows none of that name, or it is no encoding of texts.
    """
    try:
        known = codecs.lookup(encoding)
        "".encode(known.name)
    except (LookupError, ValueError) as error:
        raise file_refused("exchange.unknown_encoding", got=encoding[:40]) from error
    return known.name


def _utf_16_or_none(sample: bytes) -> str:
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 10 > max(even, odd) or not _decodes(sample, encoding):
        raise file_refused("exchange.no_text")
    text = sample.decode(encoding, "ignore")
    if sum(not (one.isprintable() or one.isspace()) for one in text) > _FEW * len(text):
        raise file_refused("exchange.no_text")
    return encoding


def _decodes(sample: bytes, encoding: str) -> bool:
    """Tell whether the sample is text in an encoding; a character that its end cuts apart does not count."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _score(sample: bytes, first: int, last: int) -> float:
    """Answer which share of the characters of two bytes are in common use: the standards put those into one block.

    GB 2312 has its 3,755 common characters from B0A1 to D7FE, Big5 its 5,401 from A440 to C67E.
    """
    common = other = place = 0
    least_trail = 0xA1 if first == 0xB0 else 0x40  # noqa: PLR2004  # where the second bytes of the block begin
    while place < len(sample) - 1:
        lead, trail = sample[place], sample[place + 1]
        if lead < 0x80:  # noqa: PLR2004  # ASCII
            place += 1
            continue
        if first <= lead <= last and trail >= least_trail:
            common += 1
        elif not 0xA1 <= lead <= 0xA3:  # noqa: PLR2004  # punctuation of both
            other += 1
        place += 2
    return common / (common + other or 1)
