"""How useful articles are: votes of readers, and requests that they solved (requirement X-SRV-03).

Every vote and every solved request stores the article with its next counts; of two at the same moment the later one
finds another version than it has read, and counts anew.
"""

from typing import Final

import attrs
from attrs import fields

from crmcore.base.errors import AlreadyExists, Invalid, NotFound, Problem
from crmcore.knowledge.deriving import with_derived
from crmcore.knowledge.entity import Article, ArticleId, ArticleUse, ArticleUseId, ArticleVote, ArticleVoteId
from crmcore.knowledge.events import ArticleSolved
from crmcore.knowledge.rules import check_published, may_link
from crmcore.query import eq
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["link", "take_vote", "unlink", "vote", "vote_of"]

_u = fields(ArticleUse)
_v = fields(ArticleVote)
_COUNTER: Final = {True: "helpful", False: "unhelpful"}


@action("knowledge.read")
def vote(work: Work, id: ArticleId, helpful: bool | None) -> Article:  # noqa: A002, FBT001  # the vote is the point
    """Say whether an article was useful; everybody has one vote for each, and the last word counts.

    Args:
        work: The unit of work.
        id: Which article.
        helpful: True or False; None takes one's vote back.

    Raises:
        ArticleNotPublished: Readers do not find it now.
        Invalid: *helpful* is something else.
    """
    return take_vote(work, work.articles.get(id), helpful)


def take_vote(work: Work, article: Article, helpful: bool | None) -> Article:  # noqa: FBT001
    """Count what the actor thinks of an article; for actions, which have checked that he may read it.

    Raises:
        ArticleNotPublished: Readers do not find it now.
        Invalid: *helpful* is none of True, False and None.
    """
    check_published(article)
    if helpful not in (True, False, None) or type(helpful) is int:
        raise Invalid(
            Problem("helpful", "value.type", "article_vote", {"wanted": "bool", "got": type(helpful).__name__})
        )
    known = vote_of(work, article.id)
    if helpful == (known and known.helpful):
        return article
    counted = article if known is None else _counted(article, _COUNTER[known.helpful], -1)
    counted = counted if helpful is None else _counted(counted, _COUNTER[helpful], 1)
    stored = work.unscoped(Article).save(with_derived(counted))
    _keep_vote(work, article.id, known, helpful)
    return stored


@action("service.handle", "service.assign")
def link(work: Work, article: ArticleId, request: ServiceRequestId) -> ArticleUse:
    """Say that an article solved a request ("this solved it").

    Raises:
        ArticleNotPublished: Readers do not find the article now.
        NotTheAssignee: Somebody else treats the request.
        RequestNotTreated: Nobody has been given it yet.
        AlreadyExists: This was said before.
        NotFound: There is no such article or request.
    """
    solution = work.articles.get(article)
    solved = work.service_requests.get(request)
    check_published(solution)
    may_link(solved, work.actor)
    if _use_of(work, article, request) is not None:
        raise AlreadyExists(entity="article_use", field="article", value=solution.number)
    use = ArticleUse(
        id=ArticleUseId(work.new_id()), article=article, request=request, linked_by=work.user_id, linked_at=work.now
    )
    work.unscoped(Article).save(with_derived(_counted(solution, "solved", 1)))
    stored = work.unscoped(ArticleUse).add(use)
    work.record(ArticleSolved(article, request), about=article)
    return stored


@action("service.handle", "service.assign")
def unlink(work: Work, article: ArticleId, request: ServiceRequestId) -> None:
    """Take back that an article solved a request; of an archived article, too.

    Raises:
        NotTheAssignee: Somebody else treats the request.
        NotFound: There is no such article or request, or it was not said.
    """
    solution = work.articles.get(article)
    may_link(work.service_requests.get(request), work.actor)
    use = _use_of(work, article, request)
    if use is None:
        raise NotFound(entity="article_use", id=article)
    work.unscoped(Article).save(with_derived(_counted(solution, "solved", -1)))
    work.unscoped(ArticleUse).remove(use)


def vote_of(work: Work, article: ArticleId) -> ArticleVote | None:
    """Answer the actor's own vote on an article; for actions."""
    return work.unscoped(ArticleVote).first(eq(_v.article, article), eq(_v.user, work.actor.id))


def _keep_vote(work: Work, article: ArticleId, known: ArticleVote | None, helpful: bool | None) -> None:  # noqa: FBT001
    votes = work.unscoped(ArticleVote)
    if known is not None and helpful is not None:
        votes.save(attrs.evolve(known, helpful=helpful, voted_at=work.now))
    elif known is not None:
        votes.remove(known)
    elif helpful is not None:
        id_ = ArticleVoteId(work.new_id())
        votes.add(ArticleVote(id=id_, article=article, user=work.user_id, helpful=helpful, voted_at=work.now))


def _use_of(work: Work, article: ArticleId, request: ServiceRequestId) -> ArticleUse | None:
    return work.unscoped(ArticleUse).first(eq(_u.request, request), eq(_u.article, article))


def _counted(article: Article, counter: str, step: int) -> Article:
    return attrs.evolve(article, **{counter: getattr(article, counter) + step})
