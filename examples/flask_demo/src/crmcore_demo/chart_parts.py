"""What a picture of numbers is made of, and how much room its texts take."""

import unicodedata
from typing import Final

import attrs

SIGN: Final = 13
"""How high the signs of a picture are."""
COLOURS: Final = {"red", "yellow", "blue", "white"}
"""Names of series that are drawn in the colour they name."""
_LATIN: Final = 0.56
_FEWEST_SIGNS: Final = 4


@attrs.frozen
class Mark:
    """One number of a picture: a bar, a point or a slice."""

    value: float | None
    words: str
    """The number as the table writes it."""
    title: str
    """What it is, for whoever points at it."""
    address: str | None = None
    """Where its records are."""


@attrs.frozen
class Series:
    """The numbers that have one colour."""

    title: str
    marks: tuple[Mark, ...]
    name: str = ""


@attrs.frozen
class Picture:
    """What is drawn: series over the same labels."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    upright: bool = False
    """Whether time runs along it from left to right."""


def width_of(words: str) -> float:
    """Estimate how wide a text is: a Chinese sign takes its whole square."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else _LATIN for sign in words) * SIGN


def shortened(words: str, width: float) -> str:
    """Cut a text to a width; the whole of it is in the table and where one points."""
    if width_of(words) <= width:
        return words
    kept = words
    while len(kept) > _FEWEST_SIGNS and width_of(kept) > width - SIGN:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
