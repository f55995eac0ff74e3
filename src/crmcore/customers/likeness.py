"""How much two customers look like the same organisation, and why; pure, so that every store finds the same.

What is compared are the derived values of ``customers.deriving``: names without case, width, blanks and forms of
companies, and the digits of phones. Simplified and traditional characters are different characters here, except where
Unicode itself (NFKC) says they are the same.
"""

import enum
import re
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from crmcore.customers.deriving import core_of, digits_of, licence_of

__all__ = [
    "SAME_LICENCE",
    "SAME_NAME",
    "SAME_PHONE",
    "Comparison",
    "DuplicateReason",
    "Features",
    "Likeness",
    "compare",
    "features_of",
    "name_comparison",
    "pieces_of",
    "score_of",
    "similar_pairs",
    "telling_licence",
    "telling_phone",
]


class DuplicateReason(enum.Enum):
    """Why two customers may be the same organisation."""

    LICENCE = "licence"
    NAME = "name"
    SIMILAR_NAME = "similar_name"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """Catalogue key of what people read."""
        return _LABELS[self]


_LABELS: Final = {
    DuplicateReason.LICENCE: "duplicate_reason.licence",
    DuplicateReason.NAME: "duplicate_reason.name",
    DuplicateReason.SIMILAR_NAME: "duplicate_reason.similar_name",
    DuplicateReason.PHONE: "duplicate_reason.phone",
}


@attrs.frozen
class Likeness:
    """One hint that two customers are the same."""

    reason: DuplicateReason
    score: int
    """How much it says, 0 to 100: a licence number belongs to one organisation only, a phone is shared now and then."""


@attrs.frozen(kw_only=True)
class Features:
    """What is compared of a customer, in comparable form; empty where nothing is known or it says nothing."""

    name: str = ""
    phones: frozenset[str] = frozenset()
    """His own and his contacts'."""
    licence: str = ""


Comparison = Callable[[str, str, int], int]
"""Answers how alike two names are, 0 to 100; 0 where that is less than the third."""

SAME_LICENCE: Final = Likeness(DuplicateReason.LICENCE, 100)
SAME_NAME: Final = Likeness(DuplicateReason.NAME, 95)
SAME_PHONE: Final = Likeness(DuplicateReason.PHONE, 75)
_REORDERED: Final = 92
_CONTAINED: Final = 88
_FEWEST: Final = 50
"""Per cent of characters that two names have in common in the same order if one part of a name was moved."""
_CERTAIN: Final = 100
_SHORTEST_PHONE: Final = 6
_SHORTEST_LICENCE: Final = 6
_SHORTEST_PART: Final = 4
"""Fewer characters of a name are found in too many others."""
_SHORTEST_LATIN_PART: Final = 7
_WINDOW: Final = 4
"""How many names after each, in some order, it is compared with."""
_APART: Final = re.compile(r"\d|[零〇一二三四五六七八九十百千两兩]|分公司|子公司|分行|支行|分店|办事处|辦事處")
"""What tells two customers apart whose names are alike otherwise: a number, or which part of a company it is."""
_LATIN: Final = re.compile(r"[a-z]")


def features_of(name: str, phones: Iterable[str] = (), licence_no: str = "") -> Features:
    """Bring what somebody typed to comparable form."""
    return Features(
        name=core_of(name) if name.strip() else "",
        phones=frozenset(found for one in phones if (found := telling_phone(digits_of(one)))),
        licence=telling_licence(licence_of(licence_no)),
    )


def telling_phone(digits: str) -> str:
    """Answer the digits of a phone; empty for what is typed to fill a form, ``0`` or ``11111111``."""
    return digits if len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1 else ""


def telling_licence(key: str) -> str:
    """Answer a licence number; empty for what is typed to fill a form, ``无`` or ``000000``."""
    return key if len(key) >= _SHORTEST_LICENCE and len(set(key)) > 1 else ""


def compare(one: Features, other: Features, *, likeness: Comparison | None, least: int) -> tuple[Likeness, ...]:
    """Answer every hint that two customers are the same, the strongest first.

    Args:
        one: A customer, or what somebody is about to enter.
        other: Another customer.
        likeness: Compares names that are not the same; None leaves similar names out.
        least: Names less alike than this, 0 to 100, are not similar.
    """
    found: list[Likeness] = []
    if one.licence and one.licence == other.licence:
        found.append(SAME_LICENCE)
    if one.name and one.name == other.name:
        found.append(SAME_NAME)
    elif one.name and other.name and likeness is not None and (score := likeness(one.name, other.name, least)):
        found.append(Likeness(DuplicateReason.SIMILAR_NAME, score))
    if one.phones & other.phones:
        found.append(SAME_PHONE)
    return tuple(sorted(found, key=lambda hint: -hint.score))


def score_of(hints: Iterable[Likeness]) -> int:
    """Answer what several hints say together, 0 to 100: each leaves less doubt than there was without it."""
    doubt = 1.0
    for hint in hints:
        doubt *= 1 - hint.score / _CERTAIN
    return round(_CERTAIN * (1 - doubt))


def name_comparison() -> Comparison | None:
    """Answer what compares names that are not the same; None where rapidfuzz (extra ``duplicates``) is not installed.

    Names are alike by the share of characters they have in common in the same order; if they have the same characters
    in another order (华建北京科技, 北京华建科技); or if one is the other and something more (华建科技, 北京华建科技).
    Names that differ in a number, or in being a branch, are never alike: 第一中学 is not 第二中学.
    """
    try:
        from rapidfuzz.fuzz import ratio
    except ModuleNotFoundError:
        return None

    def alike(one: str, other: str, least: int) -> int:
        common = ratio(one, other, score_cutoff=_FEWEST)
        if not common:  # most pairs: parts of the same name have more in common, also in another order
            return 0
        score = round(common if common >= least else _rearranged(one, other))
        return score if score >= least and _apart(one) == _apart(other) else 0

    return alike


def _rearranged(one: str, other: str) -> int:
    """Answer how alike two names are that have the same parts in another order, or of which one has a part more."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    latin = bool(_LATIN.search(shorter))
    if len(shorter) < (_SHORTEST_LATIN_PART if latin else _SHORTEST_PART):
        return 0
    if not (shorter[0] in longer and shorter[-1] in longer and shorter[len(shorter) // 2] in longer):
        return 0  # most pairs end here, before anything is sorted
    if len(shorter) == len(longer):  # letters of a Latin word make other words: there, whole parts must have moved
        moved = shorter in longer + longer if latin else sorted(shorter) == sorted(longer)
        return _REORDERED if moved else 0
    return _CONTAINED if 2 * len(shorter) >= len(longer) and shorter in longer else 0


def _apart(name: str) -> list[str]:
    return sorted(_APART.findall(name))


def pieces_of(core: str) -> tuple[str, ...]:
    """Answer parts of a name one of which a similar name has too: its halves, and for a long name its thirds.

    A part of digits only is left out: it would be looked for among phones as well.
    """
    size = len(core)
    if size < _SHORTEST_PART:
        return ()
    parts = [core[: size // 2], core[size // 2 :]]
    if size >= 3 * _SHORTEST_PART:
        third = size // 3
        parts += [core[:third], core[third : size - third], core[size - third :]]
    return tuple(dict.fromkeys(part for part in parts if not part.isdecimal()))


def similar_pairs(names: Iterable[str], likeness: Comparison, least: int) -> dict[tuple[str, str], int]:
    """Answer pairs of alike names with their likeness, out of very many names.

    Names are compared with the next few in the order in which they read, and in that in which they read backwards; and
    with those that are made of the same characters. Of very many names that begin and end alike some may be missed.
    """
    found: dict[tuple[str, str], int] = {}
    known = list(names)
    for order, limit in ((str, None), (_backwards, None), (_by_characters, _by_characters)):
        ordered = sorted(known, key=order)
        keys = ordered if limit is None else list(map(limit, ordered))
        for place, one in enumerate(ordered):
            for ahead in range(place + 1, min(place + 1 + _WINDOW, len(ordered))):
                if limit is not None and keys[ahead] != keys[place]:
                    break
                other = ordered[ahead]
                score = likeness(one, other, least)
                if score:
                    found[min(one, other), max(one, other)] = score
    return found


def _backwards(name: str) -> str:
    return name[::-1]


def _by_characters(name: str) -> str:
    return "".join(sorted(name))
