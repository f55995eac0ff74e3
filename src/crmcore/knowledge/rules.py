"""Who reads, writes and publishes which articles (requirement X-SRV-03)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.rules import may
from crmcore.access.scope import Scope
from crmcore.base.errors import Conflict, Invalid, Problem, Refused
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleEdition, ArticleStatus, ArticleUse, DraftState
from crmcore.knowledge.inputs import ArticleFilter
from crmcore.query import Condition, any_of, eq, gt
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.service.rules import check_treats
from crmcore.service.scopes import of_own_requests

__all__ = [
    "SCOPES",
    "ArchivedArticle",
    "ArticleBeingRevised",
    "ArticleInReview",
    "ArticleNotArchived",
    "ArticleNotPublished",
    "NotAWriter",
    "NotSubmitted",
    "NotTheWriter",
    "NothingWritten",
    "OwnDraft",
    "RequestNotTreated",
    "check_edition",
    "check_filter",
    "check_published",
    "check_text",
    "may_archive",
    "may_discard",
    "may_link",
    "may_restore",
    "may_review",
    "may_revise",
    "may_withdraw",
    "may_write",
]

_a = fields(Article)
_READ: Final = frozenset({"knowledge.read"})
_REVIEW: Final = frozenset({"knowledge.review"})


def _readable(actor: Actor) -> Condition:
    """Everybody reads what was published; what never was, its author and those who review alone."""
    return any_of(gt(_a.edition, 0), eq(_a.author, actor.id))


SCOPES: Final = (
    Scope(entity=Article, read=_READ, read_all=_REVIEW, own=_readable),
    Scope(
        entity=ArticleDraft,
        read=_READ,
        read_all=_REVIEW,
        own=lambda actor: eq(fields(ArticleDraft).writer, actor.id),
    ),
    Scope(entity=ArticleEdition, read=_READ),
    Scope(
        entity=ArticleUse,
        read=frozenset({"service.read"}),
        read_all=frozenset({"service.read_all"}),
        own=of_own_requests(fields(ArticleUse).request),
    ),
)


class ArticleNotPublished(Refused):
    """Only what readers find now is judged, and has solved something."""

    code = "knowledge.not_published"


class ArchivedArticle(Refused):
    """The article is archived; it has to be restored before anything else is done with it."""

    code = "knowledge.archived"


class ArticleNotArchived(Refused):
    """Only what was archived is restored."""

    code = "knowledge.not_archived"


class ArticleBeingRevised(Refused):
    """Somebody else is writing the next edition, or there is one that has to be published or thrown away first."""

    code = "knowledge.being_revised"


class ArticleInReview(Refused):
    """The draft waits for a review; its writer can take it back."""

    code = "knowledge.in_review"


class NotSubmitted(Refused):
    """Nothing waits for a review: the writer has not handed it in."""

    code = "knowledge.not_submitted"


class NothingWritten(Refused):
    """Nobody is writing at the article; a next edition has to be begun first."""

    code = "knowledge.nothing_written"


class NotTheWriter(Refused):
    """A draft is written by whom it was begun by, and by nobody else."""

    code = "knowledge.not_the_writer"


class NotAWriter(Refused):
    """Only a valid user who writes articles is given one to write on."""

    code = "knowledge.not_a_writer"


class OwnDraft(Refused):
    """Nobody reviews what he has written."""

    code = "knowledge.own_draft"


class RequestNotTreated(Refused):
    """Nobody has been given the request yet, so nothing can have solved it."""

    code = "knowledge.request_not_treated"


def may_revise(article: Article, draft: ArticleDraft | None, actor: Actor) -> None:
    """Refuse unless *actor* writes articles, and may write at this one: a draft has one writer."""
    may(actor, "knowledge.write")
    if article.status is ArticleStatus.ARCHIVED:
        raise ArchivedArticle(number=article.number)
    if draft is None:
        return
    if not actor.is_user(draft.writer):
        raise ArticleBeingRevised(number=article.number)
    if draft.state is DraftState.REVIEW:
        raise ArticleInReview(number=article.number)


def may_write(article: Article, draft: ArticleDraft, actor: Actor) -> None:
    """Refuse unless *actor* writes this draft, and it is his turn."""
    _his_own(article, draft, actor)
    if draft.state is DraftState.REVIEW:
        raise ArticleInReview(number=article.number)


def may_withdraw(article: Article, draft: ArticleDraft, actor: Actor) -> None:
    """Refuse unless *actor* has handed this draft in, and nobody has judged it yet."""
    _his_own(article, draft, actor)
    if draft.state is DraftState.DRAFT:
        raise NotSubmitted(number=article.number)


def may_review(article: Article, draft: ArticleDraft, actor: Actor) -> None:
    """Refuse unless *actor* reviews, the draft was submitted, and somebody else wrote it."""
    may(actor, "knowledge.review")
    if actor.is_user(draft.writer):
        raise OwnDraft(number=article.number)
    if draft.state is DraftState.DRAFT:
        raise NotSubmitted(number=article.number)


def may_discard(article: Article, draft: ArticleDraft, actor: Actor) -> None:
    """Refuse unless *actor* wrote the draft or reviews; so the draft of somebody who left can be thrown away."""
    if not actor.may("knowledge.review"):
        _his_own(article, draft, actor)


def may_archive(article: Article, draft: ArticleDraft | None, actor: Actor) -> None:
    """Refuse unless *actor* reviews, readers find the article, and nobody is writing at it."""
    may(actor, "knowledge.review")
    if article.status is not ArticleStatus.PUBLISHED:
        raise ArticleNotPublished(number=article.number, status=_status(article))
    if draft is not None:
        raise ArticleBeingRevised(number=article.number)


def may_restore(article: Article, actor: Actor) -> None:
    """Refuse unless *actor* reviews, and the article is archived."""
    may(actor, "knowledge.review")
    if article.status is not ArticleStatus.ARCHIVED:
        raise ArticleNotArchived(number=article.number, status=_status(article))


def check_published(article: Article) -> None:
    """Refuse an article that readers do not find now."""
    if article.status is not ArticleStatus.PUBLISHED:
        raise ArticleNotPublished(number=article.number, status=_status(article))


def check_text(given: object, field: str) -> None:
    """Refuse what is no text where people look for something."""
    if not isinstance(given, str):
        raise Invalid(Problem(field, "value.type", "article", {"wanted": "text", "got": type(given).__name__}))


def check_filter(given: object) -> None:
    """Refuse what is no filter of articles where people narrow a list."""
    if not isinstance(given, ArticleFilter):
        wanted: dict[str, object] = {"wanted": ArticleFilter.__name__, "got": type(given).__name__}
        raise Invalid(Problem("only", "value.type", "article", wanted))


def check_edition(article: Article, seen: object) -> None:
    """Refuse to go on from an edition that somebody has read, if it is not the last; None if that does not matter."""
    if seen is not None and type(seen) is not int:
        raise Invalid(Problem("edition", "value.type", "article", {"wanted": "integer", "got": type(seen).__name__}))
    if seen is not None and seen != article.edition:
        raise Conflict(entity="article", id=article.id, current=article)


def may_link(request: ServiceRequest, actor: Actor) -> None:
    """Refuse unless *actor* assigns requests, or has recorded or treated this one; and somebody has been given it."""
    check_treats(request, actor)
    if request.status is ServiceStatus.NEW:
        raise RequestNotTreated(number=request.number)


def _his_own(article: Article, draft: ArticleDraft, actor: Actor) -> None:
    may(actor, "knowledge.write")
    if not actor.is_user(draft.writer):
        raise NotTheWriter(number=article.number)


def _status(article: Article) -> str:
    """Catalogue key of the state, for texts."""
    return f"article_status.{article.status.value}"
