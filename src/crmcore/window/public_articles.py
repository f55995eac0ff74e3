"""What the company tells its customers: published answers that are meant for them (requirements X-SRV-03, X-SLF-01).

A guest reads the last published edition of public articles, as classes of their own: no draft, no name of whoever wrote
or reviewed it, no count of what others thought of it, and nothing of articles for colleagues alone.
"""

import datetime as dt

import attrs

from crmcore.base.errors import NotFound
from crmcore.base.paging import Page
from crmcore.knowledge.entity import Article, ArticleId, ArticleStatus
from crmcore.knowledge.inputs import ArticleFilter
from crmcore.knowledge.judging import take_vote, vote_of
from crmcore.knowledge.lists import found_by
from crmcore.storage.action import action
from crmcore.storage.work import Work
from crmcore.window.visitors import present_guest

__all__ = ["PublicArticle", "PublicArticleDetail", "article", "articles", "vote"]


@attrs.frozen(kw_only=True)
class PublicArticle:
    """An article as customers find it."""

    id: ArticleId
    number: str
    title: str
    category: str
    """Code of the dictionary's article categories."""
    language: str
    published_at: dt.datetime | None


@attrs.frozen(kw_only=True)
class PublicArticleDetail:
    """An article as customers read it."""

    article: PublicArticle
    body: str
    helped: bool | None
    """What the guest himself has said of it; None if nothing."""


@action("window.use")
def articles(
    work: Work, *, keyword: str = "", category: str = "", page: int = 1, size: int | None = None
) -> Page[PublicArticle]:
    """Find what the company has published for its customers, the most useful first (X-SRV-03, X-SLF-01).

    Args:
        work: The unit of work.
        keyword: Words with blanks between them: an article has all of them; those with all in the title come first.
        category: Code of a category; empty for all.
        page: Which page, from 1.
        size: Most articles on a page; None for the company's setting.

    Raises:
        WindowClosed: The company has no customer window.
        NotAGuest: The actor is nobody's contact, or contact or customer were deleted.
        Invalid: A filter is of the wrong type, or there are more than ten words.
    """
    present_guest(work)
    only = ArticleFilter(words=keyword, category=category, public=True)
    found = found_by(work, work.unscoped(Article), only, page=page, size=size)
    return Page([_shown(one) for one in found.rows], found.total, found.number, found.size, more=found.more)


@action("window.use")
def article(work: Work, id: ArticleId) -> PublicArticleDetail:  # noqa: A002
    """Answer one article that is published for customers, as readers read it now (X-SRV-03, X-SLF-01).

    Raises:
        NotFound: There is none, it is for colleagues alone, or it is not published now.
        WindowClosed, NotAGuest: As for :func:`articles`.
    """
    known = _public(work, id)
    said = vote_of(work, id)
    return PublicArticleDetail(article=_shown(known), body=known.body, helped=None if said is None else said.helpful)


@action("window.use")
def vote(work: Work, id: ArticleId, helpful: bool | None) -> None:  # noqa: A002, FBT001  # the vote is the point
    """Say whether an article has helped; each guest has one vote for it, and the last word counts (X-SRV-03).

    Args:
        work: The unit of work.
        id: Which article.
        helpful: True or False; None takes one's vote back.

    Raises:
        NotFound, WindowClosed, NotAGuest: As for :func:`article`.
        Invalid: *helpful* is something else.
    """
    take_vote(work, _public(work, id), helpful)


def _public(work: Work, id_: ArticleId) -> Article:
    """Answer an article that a guest may read; of any other he does not learn that it is there."""
    present_guest(work)
    known = work.unscoped(Article).get(id_)
    if known.status is not ArticleStatus.PUBLISHED or not known.public:
        work.changes.denied("article", id_, "access.out_of_scope")
        raise NotFound(entity="article", id=id_)
    return known


def _shown(known: Article) -> PublicArticle:
    return PublicArticle(
        id=known.id,
        number=known.number,
        title=known.title,
        category=known.category,
        language=known.language,
        published_at=known.published_at,
    )
