"""What people give to write articles, and what they look for; sizes and meaning are those of the entities."""

from typing import Final, NotRequired, Required, TypedDict

import attrs

__all__ = ["FILTER_LABELS", "ArticleChanges", "ArticleFields", "ArticleFilter"]


FILTER_LABELS: Final = ("article.words", "article.text")
"""Catalogue keys of what articles are looked for by and that is no field of theirs: errors name it so."""


class ArticleFields(TypedDict):
    """What somebody gives to write an article (requirement X-SRV-03)."""

    title: Required[str]
    body: NotRequired[str]
    category: NotRequired[str]
    tags: NotRequired[tuple[str, ...]]
    language: NotRequired[str]
    public: NotRequired[bool]


class ArticleChanges(TypedDict, total=False):
    """What a writer changes."""

    title: str
    body: str
    category: str
    tags: tuple[str, ...]
    language: str
    public: bool


@attrs.frozen(kw_only=True)
class ArticleFilter:
    """What articles are looked for by; whatever is empty does not narrow it (requirement GEN-16)."""

    words: str = ""
    """Words with blanks between them: an article has all of them, in its title, number, tags or text."""
    category: str = ""
    tag: str = ""
    language: str = ""
    public: bool | None = None
    """Only those that customers may read, or only the others."""
    archived: bool = False
    """Those that were archived, instead of those that are published."""
