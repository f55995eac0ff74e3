"""Narrows questions to the records that the actor of a unit of work may see (design: permissions, chapter 9)."""

from typing import TYPE_CHECKING, Any

import attrs

from crmcore.access.rules import CoreOnly, NoPermission, NotSignedIn
from crmcore.base.schema import describe
from crmcore.query import EVERYTHING, All, AnyOf, Condition, InQuery, Not, Test
from crmcore.query.groups import Banded, Frequency, Key, Through, Way

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["key_within_scope", "scope_of", "within_scope"]


def scope_of(work: "Work", entity: type[Any]) -> Condition:
    """Answer the condition that the records of a kind which the actor may see meet.

    Raises:
        NotSignedIn, NoPermission, CoreOnly: He may see none of them.
    """
    crm, actor = work.crm, work.actor
    condition = crm.scope_of(entity, actor)
    if condition is not None:
        return condition
    scope = crm.scopes.get(entity)
    if actor.id is None:
        raise NotSignedIn(permission="")
    if scope is None:
        raise CoreOnly(entity=describe(entity).name)
    raise NoPermission(permission=min(scope.read))


def within_scope(work: "Work", condition: Condition) -> Condition:
    """Narrow every semi-join to what the actor sees: it must not answer questions about other records."""
    match condition:
        case All(parts) if not all(isinstance(part, Test) for part in parts):
            return All(tuple(within_scope(work, part) for part in parts))
        case AnyOf(parts) if not all(isinstance(part, Test) for part in parts):
            return AnyOf(tuple(within_scope(work, part) for part in parts))
        case Not(part):
            return Not(within_scope(work, part))
        case InQuery(path, inner, on):
            scope = scope_of(work, inner.entity)
            narrowed = attrs.evolve(inner, condition=within_scope(work, inner.condition))
            return InQuery(path, narrowed.where(scope), on)
    return condition


def key_within_scope(work: "Work", key: Key) -> Key:
    """Narrow the records that a tally's key leads through to what the actor sees; others are as if missing."""
    if isinstance(key, Frequency):
        return key  # it counts records of the tally itself
    if isinstance(key, Banded):
        return attrs.evolve(key, key=_way_within_scope(work, key.key))
    return _way_within_scope(work, key)


def _way_within_scope(work: "Work", way: Way) -> Way:
    if not isinstance(way, Through):
        return way
    scope, where = scope_of(work, way.entity), within_scope(work, way.where)
    seen = where if scope is EVERYTHING else All((where, scope))
    return attrs.evolve(way, key=_way_within_scope(work, way.key), where=seen)
