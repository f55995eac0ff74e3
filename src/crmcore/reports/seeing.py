"""Which records figures are made of, for who reads them (chapters 8 and 9)."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import attrs

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.base.schema import Entity
from crmcore.opportunities.entity import Opportunity, SalesActivity
from crmcore.pipeline.standing import StagePassage
from crmcore.query import Query
from crmcore.storage.collection import Collection
from crmcore.storage.scoping import within_scope
from crmcore.storage.work import Work
from crmcore.subjects import SCOPES

__all__ = ["behind", "counted_for", "shown_any", "shown_to"]

E = TypeVar("E", bound=Entity)
_ALL: Final[dict[type[Any], str]] = dict.fromkeys((Opportunity, SalesActivity, StagePassage), "forecast.read_all")
"""Kinds of which reports show all to who has a right, though he has no list of them: executives (chapter 9)."""


def counted_for(work: Work, kind: type[E]) -> Collection[E]:
    """Answer the records of a kind that reports count for the reader: those his lists show, or all (chapter 9).

    For actions that have checked their permission.

    Raises:
        NoPermission: He may see none of them.
    """
    return work.unscoped(kind) if _sees_all(work, kind) else work.of(kind)


def behind(work: Work, found: Query[E]) -> tuple[Collection[E], Query[E]]:
    """Answer where the records behind a number are, and the query that finds them, and tells of no others."""
    if not _sees_all(work, found.entity):
        return work.of(found.entity), found
    return work.unscoped(found.entity), attrs.evolve(found, condition=within_scope(work, found.condition))


def shown_any(work: Work, kind: type[Any]) -> bool:
    """Tell whether reports show the reader any records of a kind."""
    return _sees_all(work, kind) or work.crm.scope_of(kind, work.actor) is not None


def shown_to(actor: Actor, kind: type[Any], scopes: Mapping[type[Any], Scope] = SCOPES) -> bool:
    """Tell whether reports show somebody any records of a kind, before there is a unit of work."""
    if kind in _ALL and actor.may(_ALL[kind]):
        return True
    return kind in scopes and scopes[kind].condition(actor) is not None


def _sees_all(work: Work, kind: type[Any]) -> bool:
    return kind in _ALL and work.actor.may(_ALL[kind])
