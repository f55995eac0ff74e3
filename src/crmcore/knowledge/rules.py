"""Who reads and writes which articles (requirement X-SRV-03)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.knowledge.entity import Article, ArticleEdition, ArticleStatus, ArticleUse
from crmcore.query import Condition, any_of, eq, in_query, negate, one_of, query

__all__ = ["SCOPES"]

_a = fields(Article)
_SHOWN: Final = (ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED)


def _readable(actor: Actor) -> Condition:
    """Everybody reads what was published; what is being written only its author and those who review."""
    return any_of(one_of(_a.status, _SHOWN), eq(_a.author, actor.id), negate(eq(_a.edition, 0)))


SCOPES: Final = (
    Scope(
        entity=Article,
        read=frozenset({"knowledge.read"}),
        read_all=frozenset({"knowledge.review"}),
        own=_readable,
    ),
    Scope(
        entity=ArticleEdition,
        read=frozenset({"knowledge.read"}),
        read_all=frozenset({"knowledge.review"}),
        own=lambda actor: in_query(fields(ArticleEdition).article, query(Article).where(_readable(actor))),
    ),
    Scope(entity=ArticleUse, read=frozenset({"knowledge.read"})),
)
