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
    "ArticleDraft",
    "ArticleDraftId",
    "ArticleEdition",
    "ArticleEditionId",
    "ArticleId",
    "ArticleStatus",
    "ArticleUse",
    "ArticleUseId",
    "ArticleVote",
    "ArticleVoteId",
    "DraftState",
]

ArticleId = NewType("ArticleId", UUID)
ArticleDraftId = NewType("ArticleDraftId", UUID)
ArticleEditionId = NewType("ArticleEditionId", UUID)
ArticleVoteId = NewType("ArticleVoteId", UUID)
ArticleUseId = NewType("ArticleUseId", UUID)


class DraftState(enum.Enum):
    """Whose turn it is with a draft."""

    DRAFT = "draft"
    """Its writer's."""
    REVIEW = "review"
    """That of somebody who reviews."""


class ArticleStatus(enum.Enum):
    """How far an article has come; one whose next edition is being written stays published."""

    DRAFT = "draft"
    """Was never published, and is being written."""
    REVIEW = "review"
    """Was never published, and waits for somebody else to look at it."""
    PUBLISHED = "published"
    ARCHIVED = "archived"
    """Not found any more, and stays readable."""


@attrs.frozen(kw_only=True, field_transformer=checked)
class Article:
    """One answer, as readers read it: its last published edition (requirement X-SRV-03).

    What is being written is an :class:`ArticleDraft`, so nobody reads unpublished words here, nor in the history. An
    article that was never published has its number for a title and no text; its author and those who review see it.
    """

    id: ArticleId = field(metadata=hint(system=True))
    number: str = field(validator=Length(1, 20), metadata=hint(system=True, unique=True, searchable=True))
    title: str = field(validator=Length(1, 200), metadata=hint(searchable=True, keyword=True))
    body: str = field(default="", validator=Length(0, 20_000), metadata=hint(long=True))
    category: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="article_category"))
    tags: tuple[str, ...] = field(default=(), validator=Items(30, 30), metadata=hint(keyword=True))
    language: str = field(default="zh", validator=[Length(2, 2), Pattern("zh|en")])
    public: bool = False
    """Shown in the customer window, too, once it is published."""
    status: ArticleStatus = field(default=ArticleStatus.DRAFT, metadata=hint(system=True))
    edition: int = field(default=0, validator=Range(0, 100_000), metadata=hint(system=True))
    """How often it has been published; 0 for never."""
    author: UserId = field(metadata=hint(system=True, ref="user"))
    """Who wrote its first edition."""
    created_at: dt.datetime = field(metadata=hint(system=True))
    changed_at: dt.datetime = field(metadata=hint(system=True))
    """When readers last got other words, or something became of the article."""
    published_at: dt.datetime | None = field(default=None, metadata=hint(system=True))
    helpful: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many found it useful."""
    unhelpful: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    solved: int = field(default=0, validator=Range(0, 2**31), metadata=hint(system=True))
    """How many requests it has solved."""
    usefulness: int = field(default=0, validator=Range(-(2**31), 2**32), metadata=hint(system=True, derived=True))
    """Votes for it less votes against it, and a vote for every request it has solved: what lists are ordered by."""
    search_text: str = field(
        default="",
        validator=Length(0, 4000),
        metadata=hint(system=True, derived=True, searchable=True, keyword=True, long=True),
    )
    """What a keyword is looked for in, a line each: title, number, tags, and the beginning of the text."""
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("status", "usefulness"),
        ("status", "solved"),
        ("status", "solved", "changed_at"),
        ("category", "usefulness"),
    )


@attrs.frozen(kw_only=True, field_transformer=checked)
class ArticleDraft:
    """What is being written of the next edition of an article; gone once it is published."""

    id: ArticleDraftId = field(metadata=hint(system=True))
    article: ArticleId = field(metadata=hint(system=True, ref="article", unique=True))
    title: str = field(validator=Length(1, 200))
    body: str = field(default="", validator=Length(0, 20_000), metadata=hint(long=True))
    category: str = field(default="", validator=Length(0, 50), metadata=hint(dictionary="article_category"))
    tags: tuple[str, ...] = field(default=(), validator=Items(30, 30))
    language: str = field(default="zh", validator=[Length(2, 2), Pattern("zh|en")])
    public: bool = False
    state: DraftState = field(default=DraftState.DRAFT, metadata=hint(system=True))
    writer: UserId = field(metadata=hint(system=True, ref="user"))
    """Who began it, writes it, and can't review it."""
    remark: str = field(default="", validator=Length(0, 500), metadata=hint(system=True, long=True))
    """Why it was sent back the last time."""
    changed_at: dt.datetime = field(metadata=hint(system=True))
    version: int = field(default=0, metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("state", "changed_at"), ("writer", "changed_at"))


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
    tags: tuple[str, ...] = field(default=(), validator=Items(30, 30), metadata=hint(system=True))
    language: str = field(default="zh", validator=[Length(2, 2), Pattern("zh|en")], metadata=hint(system=True))
    public: bool = field(default=False, metadata=hint(system=True))
    writer: UserId = field(metadata=hint(system=True, ref="user"))
    published_by: UserId = field(metadata=hint(system=True, ref="user"))
    """Who reviewed it; never its writer."""
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
