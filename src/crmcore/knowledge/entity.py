"""What the company knows: answers that every employee can find and give (requirement X-SRV-03)."""

import datetime as dt
import enum
from typing import ClassVar, NewType
from uuid import UUID

import attrs
from attrs import field

from crmcore.access.entity import UserId
from crmcore.base.checked import checked
from crmcore.base.constraints import Items, Length, Pattern, Range
from crmcore.base.kinds import hint
from crmcore.service.entity import ServiceRequestId

__all__ = [
    "Article",
    "ArticleEdition",
    "ArticleEditionId",
    "ArticleId",
    "ArticleStatus",
    "ArticleUse",
    "ArticleUseId",
    "ArticleVote",
    "ArticleVoteId",
]

ArticleId = NewType("ArticleId", UUID)
ArticleEditionId = NewType("ArticleEditionId", UUID)
ArticleVoteId = NewType("ArticleVoteId", UUID)
ArticleUseId = NewType("ArticleUseId", UUID)


class ArticleStatus(enum.Enum):
    """How far an article has come."""

    DRAFT = "draft"
    REVIEW = "review"
    """Waits for somebody else to look at it."""
    PUBLISHED = "published"
    ARCHIVED = "archived"
    """Not found any more, and stays readable."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Article:
    """One answer, as it is written now (requirement X-SRV-03)."""

    id: ArticleId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 20), metadata=hint(system=True, unique=True, searchable=True))
    title: str = field(validator=Length(1, 200), metadata=hint(searchable=True))
    body: str = field(default="", validator=Length(0, 20_000), metadata=hint(long=True))
    category: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="article_category"))
    tags: tuple[str, ...] = field(default=(), validator=Items(30, 30))
    language: str = field(default="zh", validator=[Length(2, 2), Pattern("zh|en")])
    public: bool = False
    """Shown in the customer window, too, once it is published."""
    status: ArticleStatus = field(default=ArticleStatus.DRAFT, metadata=hint(system=True))
    edition: int = field(default=0, validator=Range(0, 100_000), metadata=hint(system=True))
    """How often it has been published; 0 for never."""
    author: UserId = field(metadata=hint(system=True, ref="user"))
    created_at: dt.datetime = field(metadata=hint(system=True))
    changed_at: dt.datetime = field(metadata=hint(system=True))
    published_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    helpful: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many found it useful."""
    unhelpful: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    solved: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many requests it has solved."""
    search_text: str = field(
        default="",
        validator=Length(0, 4000),
        metadata=hint(system=True, derived=True, searchable=True, keyword=True, long=True),
    )
    """What a keyword is looked for in, a line each: title, number, tags, and the beginning of the text."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("status", "changed_at"), ("category", "changed_at"))


@attrs.frozen(kw_only=True, field_transformer=checked)
class ArticleEdition:
    """An article as it was published once; never changes."""

    id: ArticleEditionId = field(metadata=hint(system=True))
    article: ArticleId = field(metadata=hint(system=True, ref="article"))
    number: int = field(validator=Range(1, 100_000), metadata=hint(system=True, unique=True, within=("article",)))
    title: str = field(validator=Length(1, 200), metadata=hint(system=True))
    body: str = field(default="", validator=Length(0, 20_000), metadata=hint(system=True, long=True))
    category: str = field(
        default="", validator=Length(0, 50), metadata=hint(system=True, dictionary="article_category")
    )
    published_by: UserId = field(metadata=hint(system=True, ref="user"))
    published_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class ArticleVote:
    """Whether one person found an article useful; the last word counts."""

    id: ArticleVoteId = field(metadata=hint(system=True))
    article: ArticleId = field(metadata=hint(system=True, ref="article", indexed=True))
    user: UserId = field(metadata=hint(system=True, ref="user", unique=True, within=("article",)))
    helpful: bool
    voted_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class ArticleUse:
    """That an article solved a request."""

    id: ArticleUseId = field(metadata=hint(system=True))
    article: ArticleId = field(metadata=hint(system=True, ref="article", unique=True, within=("request",)))
    request: ServiceRequestId = field(metadata=hint(system=True, ref="service_request", indexed=True))
    linked_by: UserId = field(metadata=hint(system=True, ref="user"))
    linked_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))
