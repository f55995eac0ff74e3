"""Who sees what was imported and exported (requirements X-ADM-08, X-ADM-09)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.query import EVERYTHING, Condition, eq, in_query, query

__all__ = ["SCOPES"]

_IMPORT: Final = frozenset({"customer.import", "order.import"})


def _own(actor: Actor) -> Condition:
    """What one has imported oneself; everything for those who see everybody's customers anyhow."""
    return EVERYTHING if actor.may("customer.read_all") else eq(fields(ImportBatch).started_by, actor.id)


def _of_own(actor: Actor) -> Condition:
    if actor.may("customer.read_all"):
        return EVERYTHING
    return in_query(fields(ImportChunk).batch, query(ImportBatch).where(_own(actor)))


SCOPES: Final = (
    Scope(entity=ImportBatch, read=_IMPORT, own=_own),
    Scope(entity=ImportChunk, read=_IMPORT, own=_of_own),
    Scope(entity=ExportRecord, read=frozenset({"audit.read"}), read_all=frozenset({"audit.read"})),
)
