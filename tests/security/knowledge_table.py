"""Knowledge in the tables of who may do what (``test_matrix``): from X-SRV-03 and chapters 9 and 16."""

from collections.abc import Callable
from typing import Any, Final

from company.articles import ARCHIVED_ARTICLE, PUBLISHED_ARTICLE
from crmcore import knowledge
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleEdition, ArticleUse, ArticleVote
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

knowledge.search                          P          +        +         +
knowledge.suggest                         P          +        +         +
knowledge.most_useful                     P          +        +         +
knowledge.most_used                       P          +        +         +
knowledge.never_used                      P          +        +         +
knowledge.article_tags                    P          +        +         +
knowledge.create                          P          +        +         P
knowledge.drafts                          P          +        +         P
knowledge.for_review                      P          P        +         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

knowledge.detail[published]              PPP        ++N      ++N       ++N
knowledge.detail[new]                    PPP        +NN      ++N       +NN
knowledge.editions                       PPP        ++N      ++N       ++N
knowledge.vote                           PPP        ++N      ++N       ++N
knowledge.revise                         PPP        ++N      ++N       PPP
knowledge.edit                           PPP        +NN      +WN       PPP
knowledge.submit                         PPP        +NN      +WN       PPP
knowledge.withdraw                       PPP        +NN      +WN       PPP
knowledge.discard                        PPP        +NN      ++N       PPP
knowledge.publish                        PPP        PPP      V+N       PPP
knowledge.reject                         PPP        PPP      V+N       PPP
knowledge.hand_over                      PPP        PPP      ++N       PPP
knowledge.archive                        PPP        PPP      ++N       PPP
knowledge.restore                        PPP        PPP      ++N       PPP
knowledge.link                           PPP        +NN      ++N       PPP
knowledge.unlink                         PPP        +NN      ++N       PPP
knowledge.solutions                      PPP        +NN      ++N       ++N
"""
READING: Final = """
Article                                   P         own      all       own
ArticleDraft                              P         own      all       own
ArticleEdition                            P         all      all       all
ArticleVote                               P          P        P         P
ArticleUse                                P         own      all       all
"""
"""Below the heading of the table it is added to; "own" articles are those, and what was published."""
KINDS: Final[tuple[type[Any], ...]] = (Article, ArticleDraft, ArticleEdition, ArticleVote, ArticleUse)
TAKE_THE_CRM: Final[set[str]] = set()
CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "knowledge.search": ("", lambda work, _: knowledge.search(work)),
    "knowledge.suggest": ("", lambda work, _: knowledge.suggest(work, "卡纸")),
    "knowledge.most_useful": ("", lambda work, _: knowledge.most_useful(work)),
    "knowledge.most_used": ("", lambda work, _: knowledge.most_used(work)),
    "knowledge.never_used": ("", lambda work, _: knowledge.never_used(work)),
    "knowledge.article_tags": ("", lambda work, _: knowledge.article_tags(work)),
    "knowledge.create": ("", lambda work, _: knowledge.create(work, title="t")),
    "knowledge.drafts": ("", lambda work, _: knowledge.drafts(work)),
    "knowledge.for_review": ("", lambda work, _: knowledge.for_review(work)),
    "knowledge.detail[published]": ("published_article", knowledge.detail),
    "knowledge.detail[new]": ("new_article", knowledge.detail),
    "knowledge.editions": ("published_article", knowledge.editions),
    "knowledge.vote": ("published_article", lambda work, id_: knowledge.vote(work, id_, True)),
    "knowledge.revise": ("published_article", lambda work, id_: knowledge.revise(work, id_, title="n")),
    "knowledge.edit": ("new_article", lambda work, id_: knowledge.edit(work, id_, title="n")),
    "knowledge.submit": ("new_article", knowledge.submit),
    "knowledge.withdraw": ("submitted_article", knowledge.withdraw),
    "knowledge.discard": ("new_article", knowledge.discard),
    "knowledge.publish": ("submitted_article", knowledge.publish),
    "knowledge.reject": ("submitted_article", lambda work, id_: knowledge.reject(work, id_, "r")),
    "knowledge.hand_over": ("new_article", lambda work, id_: knowledge.hand_over(work, id_, to="lihua")),
    "knowledge.archive": ("published_article", knowledge.archive),
    "knowledge.restore": ("archived_article", knowledge.restore),
    "knowledge.link": ("late_request", lambda work, id_: knowledge.link(work, PUBLISHED_ARTICLE, id_)),
    "knowledge.unlink": ("late_request", lambda work, id_: knowledge.unlink(work, ARCHIVED_ARTICLE, id_)),
    "knowledge.solutions": ("late_request", knowledge.solutions),
}
