"""The person in whose name a unit of work runs; rules and scopes ask him for nothing else."""

from typing import Final
from uuid import UUID

import attrs

from crmcore.access.entity import UserId

__all__ = ["ANONYMOUS", "SYSTEM", "Actor", "System"]


@attrs.frozen(kw_only=True)
class Actor:
    """Who acts, and what he may do."""

    id: UserId | None
    """None while nobody is signed in."""
    name: str
    permissions: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """Codes of the delivered roles he has."""
    language: str = "zh"

    def may(self, permission: str) -> bool:
        """Tell whether he has a permission."""
        return permission in self.permissions

    def is_user(self, user: UserId | None) -> bool:
        """Tell whether he is that user."""
        return user is not None and self.id == user


@attrs.frozen(kw_only=True)
class System(Actor):
    """The system itself, for nightly jobs, set-up and scripts that run for nobody in particular; it may do anything."""

    def may(self, permission: str) -> bool:  # noqa: ARG002
        """Allow everything; business rules still hold."""
        return True


ANONYMOUS: Final = Actor(id=None, name="")
SYSTEM: Final = System(id=UserId(UUID(int=0)), name="system")
