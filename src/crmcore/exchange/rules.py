"""Who sees what was imported and exported (requirements X-ADM-08, X-ADM-09)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.query import Condition, eq, in_query, query

__all__ = ["SCOPES"]

_IMPORT: Final = frozenset({"customer.import", "order.import"})
_READ_ALL: Final = frozenset({"customer.read_all"})


def _own(actor: Actor) -> Condition:
    return eq(fields(ImportBatch).started_by, actor.id)


def _of_own(actor: Actor) -> Condition:
    return in_query(fields(ImportChunk).batch, query(ImportBatch).where(_own(actor)))


SCOPES: Final = (
    Scope(entity=ImportBatch, read=_IMPORT, read_all=_READ_ALL, own=_own),
    Scope(entity=ImportChunk, read=_IMPORT, read_all=_READ_ALL, own=_of_own),
    Scope(entity=ExportRecord, read=frozenset({"audit.read"}), read_all=frozenset({"audit.read"})),
)
