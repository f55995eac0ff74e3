"""Who sees what was imported and exported (requirements X-ADM-08, X-ADM-09)."""

from typing import Final

from crmcore.access.scope import Scope
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk

__all__ = ["SCOPES"]

_IMPORT: Final = frozenset({"customer.import", "order.import"})
SCOPES: Final = (
    Scope(entity=ImportBatch, read=_IMPORT, read_all=_IMPORT),
    Scope(entity=ImportChunk, read=_IMPORT, read_all=_IMPORT),
    Scope(entity=ExportRecord, read=frozenset({"audit.read"}), read_all=frozenset({"audit.read"})),
)
