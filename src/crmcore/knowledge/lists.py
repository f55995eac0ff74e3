"""Finding and reading articles, and the lists of those who write and review them (requirement X-SRV-03)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page
from crmcore.customers.tagging import TagUse
from crmcore.knowledge.entity import (
    Article,
    ArticleDraft,
    ArticleEdition,
    ArticleId,
    ArticleStatus,
    ArticleUse,
    DraftState,
)
from crmcore.knowledge.inputs import ArticleFilter
from crmcore.knowledge.judging import vote_of
from crmcore.knowledge.rules import check_filter, check_text
from crmcore.query import Condition, Query, Tally, all_of, asc, count, desc, eq, gt, has, in_query, negate, query
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.action import action
from crmcore.storage.collection import Collection
from crmcore.storage.listing import exactly, page_of, page_of_both, partly
from crmcore.storage.work import Work

__all__ = [
    "ArticleDetail",
    "article_tags",
    "detail",
    "drafts",
    "editions",
    "for_review",
    "found_by",
    "most_used",
    "most_useful",
    "never_used",
    "search",
    "solutions",
]

_a = fields(Article)
_d = fields(ArticleDraft)
_e = fields(ArticleEdition)
_u = fields(ArticleUse)
_MOST_WORDS: Final = 10
_ALL: Final = ArticleFilter()


@attrs.frozen(kw_only=True)
class ArticleDetail:
    """An article as somebody reads it."""

    article: Article
    draft: ArticleDraft | None
    """What is being written of its next edition; for its writer and those who review."""
    vote: bool | None
    """Whether the reader found it useful; None if he has not said."""


@action("knowledge.read")
def search(work: Work, only: ArticleFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[Article]:
    """Find articles by words, the most useful first; those with all words in the title before the others.

    Readers find what was published, in its last edition; what is being written is never found.

    Args:
        work: The unit of work.
        only: Words and filters.
        page: Which page, from 1.
        size: Most articles on a page; None for the company's setting.

    Raises:
        Invalid: A filter is of the wrong type, or there are more than ten words.
    """
    return found_by(work, work.articles, only, page=page, size=size)


def found_by(
    work: Work, records: Collection[Article], only: ArticleFilter, *, page: int, size: int | None
) -> Page[Article]:
    """Answer the articles with all words of a filter, the most useful first; those with them in the title before.

    For actions, which say whose articles are looked through.

    Raises:
        Invalid: A filter is of the wrong type, or there are more than ten words.
    """
    wanted = _found(only).sort(desc(_a.usefulness))
    words = _words(only.words)
    if not words:
        return page_of(work, records, wanted, page=page, size=size)
    anywhere = wanted.where(*(part for word in words for part in partly((_a.search_text, word))))
    titled = all_of(*(part for word in words for part in partly((_a.title, word))))
    first, then = anywhere.where(titled), anywhere.where(negate(titled))
    return page_of_both(work, records, first, then, page=page, size=size)


@action("knowledge.read")
def most_useful(work: Work, only: ArticleFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[Article]:
    """List published articles by votes for less votes against, and what they solved; without those nobody judged."""
    wanted = _found(only).where(gt(_a.usefulness, 0)).sort(desc(_a.usefulness))
    return page_of(work, work.articles, _narrowed(wanted, only), page=page, size=size)


@action("knowledge.read")
def most_used(work: Work, only: ArticleFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[Article]:
    """List the published articles that solved requests, those that solved most first."""
    wanted = _found(only).where(gt(_a.solved, 0)).sort(desc(_a.solved))
    return page_of(work, work.articles, _narrowed(wanted, only), page=page, size=size)


@action("knowledge.read")
def never_used(work: Work, only: ArticleFilter = _ALL, *, page: int = 1, size: int | None = None) -> Page[Article]:
    """List the published articles that have solved no request, those changed longest ago first."""
    wanted = _found(only).where(eq(_a.solved, 0)).sort(asc(_a.changed_at))
    return page_of(work, work.articles, _narrowed(wanted, only), page=page, size=size)


@action("knowledge.read")
def detail(work: Work, id: ArticleId) -> ArticleDetail:  # noqa: A002
    """Answer an article with the reader's vote; an archived one, too. Its draft for who may see that."""
    article = work.articles.get(id)
    vote = vote_of(work, id)
    return ArticleDetail(
        article=article,
        draft=work.article_drafts.first(eq(_d.article, id)),
        vote=None if vote is None else vote.helpful,
    )


@action("knowledge.read")
def editions(work: Work, id: ArticleId, *, page: int = 1, size: int | None = None) -> Page[ArticleEdition]:  # noqa: A002
    """List an article as it was published each time, the last edition first."""
    article = work.articles.get(id)
    wanted = query(ArticleEdition).where(eq(_e.article, article.id)).sort(desc(_e.number))
    return page_of(work, work.article_editions, wanted, page=page, size=size)


@action("service.read")
def solutions(work: Work, request: ServiceRequestId) -> Sequence[Article]:
    """List the articles that solved a request, the most useful first; none to who reads no articles."""
    work.service_requests.get(request)
    if not work.actor.may("knowledge.read"):
        return ()
    uses = query(ArticleUse).where(eq(_u.request, request))
    return work.articles.find(query(Article).where(in_query(_a.id, uses, on=_u.article)).sort(desc(_a.usefulness)))


@action("knowledge.write")
def drafts(work: Work, *, page: int = 1, size: int | None = None) -> Page[ArticleDraft]:
    """List what the actor is writing or has submitted, what was changed last first."""
    wanted = query(ArticleDraft).where(eq(_d.writer, work.actor.id)).sort(desc(_d.changed_at))
    return page_of(work, work.article_drafts, wanted, page=page, size=size)


@action("knowledge.review")
def for_review(work: Work, *, page: int = 1, size: int | None = None) -> Page[ArticleDraft]:
    """List what colleagues have submitted, what waits longest first."""
    others = negate(eq(_d.writer, work.actor.id))
    wanted = query(ArticleDraft).where(eq(_d.state, DraftState.REVIEW), others).sort(asc(_d.changed_at))
    return page_of(work, work.article_drafts, wanted, page=page, size=size)


@action("knowledge.read")
def article_tags(work: Work) -> Sequence[TagUse]:
    """List the tags of published articles, most used first, for choosing from.

    The store counts the articles that have the same tags, so no article is read; everybody reads what is published.
    """
    # A list is nothing to sort by, so a collection does not group by it; a store does.
    alike = Tally(of=_found(_ALL), by=((_a.tags.name,),), measures=(count(),))
    counted: Counter[str] = Counter()
    for row in work.session.tally(alike):
        for tag in row.key[0]:
            counted[tag] += row.values[0]
    return [TagUse(tag, number) for tag, number in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _found(only: ArticleFilter) -> Query[Article]:
    """Answer the articles that the filters ask for, without the words."""
    check_filter(only)
    status = ArticleStatus.ARCHIVED if only.archived else ArticleStatus.PUBLISHED
    conditions: list[Condition] = [eq(_a.status, status)]
    conditions += exactly((_a.category, only.category), (_a.language, only.language), (_a.public, only.public))
    tag: Any = only.tag
    if tag:
        conditions.append(has(_a.tags, " ".join(tag.split()) if isinstance(tag, str) else tag))
    return query(Article).where(*conditions)


def _narrowed(wanted: Query[Article], only: ArticleFilter) -> Query[Article]:
    return wanted.where(*(part for word in _words(only.words) for part in partly((_a.search_text, word))))


def _words(text: str) -> list[str]:
    """Answer the words that are looked for, each once."""
    check_text(text, "words")
    words = [*dict.fromkeys(text.split())]
    if len(words) > _MOST_WORDS:
        raise Invalid(Problem(field="words", code="knowledge.too_many_words", params={"max": _MOST_WORDS}))
    return words
