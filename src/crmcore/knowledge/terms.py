"""Cuts what people write into terms that articles can be looked for by, in Chinese and English (X-SRV-03).

No dictionary is needed: of Chinese every two characters that follow each other are a term, as are English words without
their endings, and numbers. Words that say nothing about the matter are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import attrs

from crmcore.base.text import fold

__all__ = ["LONGEST_TEXT", "MOST_TERMS", "Term", "terms_of"]

LONGEST_TEXT: Final = 4000
"""So many characters of a text are looked at."""
MOST_TERMS: Final = 24
"""So many terms are looked for at most: those a text says most often, and of these the first."""
_LONGEST_WORD: Final = 40
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_RUN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[-.'][^\W_{_HAN}]+)*")
_IS_HAN: Final = re.compile(f"[{_HAN}]")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BETWEEN: Final = re.compile(
    "[的了吗呢吧啊呀嘛么我你您他她它们这那哪]"
    "|怎样|如何|为何|请问|你好|您好|可以|一下|一直|现在|已经|因为|所以|但是|如果"
    "|或者|以及|还是|还有|是否|不是|没有|谢谢|麻烦|帮忙|尽快|希望|需要"
)
"""Characters and words that say how a sentence is built: no term reaches over them."""
_EMPTY_PAIRS: Final = _listed(
    "为什 什么 一个 一些 无法 不能 不会 不到 出现 发生 问题 情况 时候 进行 客户 反映 反馈 联系 解决 处理 "
)
_EMPTY_WORDS: Final = _listed(
    "a about after again all also am an and any are as at be because been before being but by can cannot could "
    "customer did do does doesn't doing don't for from get gets got had has have having he help her hello hi his "
    "how i if in into is isn't it it's its just know like may me more most my need needs no not now of off on "
    "once only or other our out over please problem same she should since so some than thank thanks that the "
    "their them then there these they this to too up us use used using very want was we were what when where "
    "which while who why will with would you your "
)
_DOUBLING: Final = ("ing", "ed")
"""Endings before which a consonant is doubled: jamming."""
_LONG_ENOUGH: Final = 4
"""Words shorter than this keep their ending."""


@attrs.frozen
class Term:
    """Something an article is looked for by."""

    text: str
    """What has to be in it, folded: two Chinese characters, or the beginning of a word."""
    said: str
    """How the text says it, folded: the whole word."""
    chinese: bool
    following: str = ""
    """Of Chinese the character that follows, if it belongs to the term: three are more telling than two."""

    @property
    def telling(self) -> str:
        """The longest thing that articles about the same matter have, too."""
        return self.text + self.following


def terms_of(text: str, *, most: int = MOST_TERMS) -> tuple[Term, ...]:
    """Answer what a text is about: the terms it says most often, each once, in the order in which it says them.

    Args:
        text: What somebody has typed; all of it after :data:`LONGEST_TEXT` characters is ignored.
        most: So many terms at most.
    """
    found: dict[str, Term] = {}
    counted: Counter[str] = Counter()
    for run in _RUN.findall(fold(text[:LONGEST_TEXT])):
        for term in _chinese(run) if _IS_HAN.match(run) else _word(run):
            counted[term.text] += 1
            found.setdefault(term.text, term)
    chosen = {one for one, _ in counted.most_common(max(most, 0))}
    return tuple(term for one, term in found.items() if one in chosen)


def _chinese(run: str) -> Iterator[Term]:
    for part in _BETWEEN.split(run):
        for place in range(len(part) - 1):
            pair = part[place : place + 2]
            if pair not in _EMPTY_PAIRS:
                after = part[place + 2 : place + 3]
                belongs = after and pair[1] + after not in _EMPTY_PAIRS
                yield Term(pair, pair, chinese=True, following=after if belongs else "")


def _word(run: str) -> Iterator[Term]:
    said = run[:_LONGEST_WORD]
    if len(said) > 1 and said not in _EMPTY_WORDS:
        yield Term(_stem(said), said, chinese=False)


def _stem(word: str) -> str:
    """Answer the part of a word that its other forms begin with, too: of printing and prints that is print."""
    if not word.isascii() or not word.isalpha():
        return word
    for ending in ("ies", "ing", "ed", "es", "s"):
        left = word.removesuffix(ending)
        if left != word and len(left) >= _LONG_ENOUGH and not word.endswith("ss"):
            doubled = ending in _DOUBLING and left[-1] == left[-2]
            return left[:-1] if doubled else left
    return word
