"""Finds a record by the secret of which it keeps a digest: a link in somebody's message (X-SRV-04, X-SLF-01)."""

from typing import Protocol, TypeVar

from crmcore.base.schema import Entity
from crmcore.base.tokens import same_digest
from crmcore.query import Op, Query, Test
from crmcore.storage.work import Work

__all__ = ["by_digest"]


class _Kept(Entity, Protocol):
    """What keeps the digest of a token."""

    @property
    def token_digest(self) -> str:
        """SHA-256 of the token, which is kept nowhere."""


K = TypeVar("K", bound=_Kept)


def by_digest(work: Work, kind: type[K], digest: str) -> K | None:
    """Answer the record that a token opens, by the token's digest; None if it opens none. For actions.

    The store is asked past the collection: a secret field may be in no query of an application.
    """
    asked = Query(entity=kind, condition=Test(("token_digest",), Op.EQ, digest), limit=1)
    found = next(iter(work.session.find(asked)), None)
    return found if found is not None and same_digest(found.token_digest, digest) else None
