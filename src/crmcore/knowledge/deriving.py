"""What the core computes of an article so that people find it, and the best first (requirement X-SRV-03)."""

from typing import Final

import attrs

from crmcore.knowledge.entity import Article

__all__ = ["title_of", "with_derived"]

_SEARCH_SIZE: Final = 4000


def with_derived(article: Article) -> Article:
    """Answer an article with its search text and how useful it was, computed from what readers read."""
    return attrs.evolve(
        article,
        usefulness=article.helpful - article.unhelpful + article.solved,
        search_text=_search_text(article),
    )


def title_of(search_text: str) -> str:
    """Answer the title that a search text begins with."""
    return search_text.partition("\n")[0]


def _search_text(article: Article) -> str:
    """A line each: title, number, tags, and the beginning of the text; blanks within a line count as one."""
    lines = (article.title, article.number, *article.tags, *article.body.splitlines())
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))[:_SEARCH_SIZE]
