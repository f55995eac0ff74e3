"""Which articles may answer a request, while somebody types it (requirement X-SRV-03)."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

import attrs
from attrs import Attribute, fields

from crmcore.base.text import fold
from crmcore.knowledge.deriving import title_of
from crmcore.knowledge.entity import Article, ArticleId, ArticleStatus
from crmcore.knowledge.rules import check_text
from crmcore.knowledge.terms import Term, terms_of
from crmcore.query import Query, any_of, contains, desc, eq, negate, one_of, query
from crmcore.storage.action import action
from crmcore.storage.listing import check_whole
from crmcore.storage.work import Work

__all__ = ["Suggestion", "suggest"]

_a = fields(Article)
_LOOKED_AT: Final = 200
"""So many articles at most are compared closely; of more, the most useful."""
_MOST: Final = 20
_IN_TITLE: Final = 4
_IN_TEXT: Final = 1
_WORD: Final = 2
"""A word says as much as two pairs of characters."""


@attrs.frozen(kw_only=True)
class Suggestion:
    """An article that may be the answer, and why."""

    article: Article
    score: int
    """How well it fits; for comparing the suggestions for one text only."""
    hits: tuple[str, ...]
    """What it has in common with the text, as the text says it: 打印机, printers."""


@attrs.frozen
class _Candidate:
    article: Article
    title: str
    text: str
    found: frozenset[str]


@action("knowledge.read")
def suggest(work: Work, text: str, limit: int = 5) -> Sequence[Suggestion]:
    """Answer published articles about the same matter as a text, the best first; quick enough for asking while typing.

    An article has to share two terms with the text, or one that is in its title or all the text has. Rare terms count
    more than those that many articles have, and titles more than text; of two that fit equally the more
    useful is first.

    Args:
        work: The unit of work.
        text: Title and description of a request, as far as they are typed.
        limit: Most suggestions, 1 to 20.

    Raises:
        Invalid: *text* is no text, or *limit* no whole number.
    """
    check_text(text, "text")
    check_whole(limit=limit)
    terms = terms_of(text)
    found = [_Candidate(one, *_seen(one, terms)) for one in _candidates(work, terms)]
    weights = _weights(terms, found)
    suggested = [one for one in (_judged(one, terms, weights) for one in found) if one is not None]
    suggested.sort(key=lambda one: (-one.score, -one.article.usefulness, one.article.id))
    return suggested[: min(max(limit, 1), _MOST)]


def _candidates(work: Work, terms: Sequence[Term]) -> list[Article]:
    """Look in titles first, then for what is most telling: a common pair of characters alone would find too many."""
    found: list[Article] = []
    telling = _each(one.telling for one in terms)
    looks = [(_a.title, telling), (_a.search_text, telling), (_a.search_text, _each(one.text for one in terms))]
    if not any(one.following for one in terms):
        looks.pop()
    for place, texts in looks if terms else ():
        if len(found) < _LOOKED_AT:
            found += work.articles.find(_having(place, texts, [one.id for one in found]))
    return found


def _having(place: "Attribute[str]", texts: Sequence[str], known: Sequence[ArticleId]) -> Query[Article]:
    wanted = query(Article).where(
        eq(_a.status, ArticleStatus.PUBLISHED), any_of(*(contains(place, one) for one in texts))
    )
    unknown = wanted.where(negate(one_of(_a.id, known))) if known else wanted
    return unknown.sort(desc(_a.usefulness)).page(_LOOKED_AT - len(known))


def _each(texts: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(texts)]


def _seen(article: Article, terms: Sequence[Term]) -> tuple[str, str, frozenset[str]]:
    folded = fold(article.search_text)
    return title_of(folded), folded, frozenset(one.text for one in terms if one.text in folded)


def _weights(terms: Sequence[Term], found: Sequence[_Candidate]) -> dict[str, float]:
    """Answer how telling each term is: the fewer of the articles that were found have it, the more."""
    weights = {}
    for term in terms:
        having = sum(term.text in one.found for one in found)
        rarity = math.log(1 + len(found) / having) if having else 0.0
        weights[term.text] = rarity * (1 if term.chinese else _WORD)
    return weights


def _judged(one: _Candidate, terms: Sequence[Term], weights: dict[str, float]) -> Suggestion | None:
    titled = {term.text for term in terms if term.text in one.title}
    if not one.found or not (titled or len(one.found) > 1 or len(terms) == 1):
        return None
    score = sum(weights[text] * (_IN_TITLE if text in titled else _IN_TEXT) for text in one.found)
    return Suggestion(article=one.article, score=round(score * 100), hits=tuple(_said(terms, one.found)))


def _said(terms: Sequence[Term], found: frozenset[str]) -> list[str]:
    """Answer the terms that hit as people read them: pairs of characters that follow each other as one word."""
    hits: list[str] = []
    before = None
    for term in terms:
        if term.text not in found:
            continue
        if before is not None and term.text == before.telling[1:]:
            hits[-1] += term.text[1]
        else:
            hits.append(term.said)
        before = term if term.chinese else None
    return _each(hits)
