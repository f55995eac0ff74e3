"""Knowledge: answers that every employee can find and give (requirement X-SRV-03)."""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.knowledge.actions import create, discard, edit, revise, submit, withdraw
    from crmcore.knowledge.entity import (
        Article,
        ArticleDraft,
        ArticleEdition,
        ArticleId,
        ArticleStatus,
        ArticleUse,
        ArticleVote,
        DraftState,
    )
    from crmcore.knowledge.inputs import ArticleFilter
    from crmcore.knowledge.judging import link, unlink, vote
    from crmcore.knowledge.lists import (
        ArticleDetail,
        article_tags,
        detail,
        drafts,
        editions,
        for_review,
        most_used,
        most_useful,
        never_used,
        search,
        solutions,
    )
    from crmcore.knowledge.reviewing import archive, hand_over, publish, reject, restore
    from crmcore.knowledge.suggesting import Suggestion, suggest

__all__ = [
    "Article",
    "ArticleDetail",
    "ArticleDraft",
    "ArticleEdition",
    "ArticleFilter",
    "ArticleId",
    "ArticleStatus",
    "ArticleUse",
    "ArticleVote",
    "DraftState",
    "Suggestion",
    "archive",
    "article_tags",
    "create",
    "detail",
    "discard",
    "drafts",
    "edit",
    "editions",
    "for_review",
    "hand_over",
    "link",
    "most_used",
    "most_useful",
    "never_used",
    "publish",
    "reject",
    "restore",
    "revise",
    "search",
    "solutions",
    "submit",
    "suggest",
    "unlink",
    "vote",
    "withdraw",
]

_HERE = "crmcore.knowledge"
_HOMES = {
    "actions": ("create", "discard", "edit", "submit", "revise", "withdraw"),
    "entity": (
        "Article",
        "ArticleDraft",
        "ArticleEdition",
        "ArticleId",
        "ArticleStatus",
        "ArticleUse",
        "ArticleVote",
        "DraftState",
    ),
    "inputs": ("ArticleFilter",),
    "judging": ("link", "unlink", "vote"),
    "lists": (
        "ArticleDetail",
        "article_tags",
        "detail",
        "drafts",
        "editions",
        "for_review",
        "most_used",
        "most_useful",
        "never_used",
        "search",
        "solutions",
    ),
    "reviewing": ("archive", "hand_over", "publish", "reject", "restore"),
    "suggesting": ("Suggestion", "suggest"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _HOMES.items() for name in names}
)
