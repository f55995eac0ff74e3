"""Which records of a kind a person sees: his own, all, or none (requirements chapter 9, decision 16.1)."""

from collections.abc import Callable
from typing import Any

import attrs

from crmcore.access.actor import Actor
from crmcore.query import EVERYTHING, Condition

__all__ = ["Scope"]


@attrs.frozen(kw_only=True)
class Scope:
    """The record scope of one kind of entity."""

    entity: type[Any]
    read: frozenset[str] = frozenset()
    """Any of these permissions lets a person see his own records; empty: every signed-in person may."""
    read_all: frozenset[str] = frozenset()
    """Any of these lets him see all records."""
    own: Callable[[Actor], Condition] = lambda _: EVERYTHING
    """What "his own" means."""

    def condition(self, actor: Actor) -> Condition | None:
        """Answer the condition that the records *actor* may see meet; None if he may see none at all."""
        if any(map(actor.may, self.read_all)):
            return EVERYTHING
        if any(map(actor.may, self.read)) or (not self.read and actor.id is not None):
            return self.own(actor)
        return None
