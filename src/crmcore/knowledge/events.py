"""What happened to articles, for other systems to hear of."""

import attrs

from crmcore.access.entity import UserId
from crmcore.knowledge.entity import ArticleId
from crmcore.service.entity import ServiceRequestId

__all__ = [
    "ArticleArchived",
    "ArticleBegun",
    "ArticleDiscarded",
    "ArticleHandedOver",
    "ArticlePublished",
    "ArticleRejected",
    "ArticleRestored",
    "ArticleSolved",
    "ArticleSubmitted",
]


@attrs.frozen
class ArticleBegun:
    """Somebody began to write an article, or its next edition."""

    article: ArticleId
    number: str
    edition: int
    """Which edition it will be."""


@attrs.frozen
class ArticleSubmitted:
    """Somebody waits for a colleague to review what he has written."""

    article: ArticleId
    writer: UserId


@attrs.frozen
class ArticleRejected:
    """A colleague wants something changed before it is published."""

    article: ArticleId
    writer: UserId
    remark: str


@attrs.frozen
class ArticleHandedOver:
    """Somebody else writes on what a colleague has begun."""

    article: ArticleId
    before: UserId
    writer: UserId


@attrs.frozen
class ArticlePublished:
    """Readers got an article, or its next edition."""

    article: ArticleId
    number: str
    title: str
    edition: int


@attrs.frozen
class ArticleDiscarded:
    """What was being written was thrown away."""

    article: ArticleId
    number: str


@attrs.frozen
class ArticleArchived:
    """An article is not found any more."""

    article: ArticleId


@attrs.frozen
class ArticleRestored:
    """An archived article is found again."""

    article: ArticleId


@attrs.frozen
class ArticleSolved:
    """An article solved a request."""

    article: ArticleId
    request: ServiceRequestId
