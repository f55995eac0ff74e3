"""Everything a store holds, to compare what it held before with what it holds after."""

from typing import Any
from uuid import UUID

from crmcore.base.schema import describe
from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportChunk
from crmcore.query import query
from crmcore.storage.ports import Store
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.subjects import ENTITIES

BOOKS: tuple[type[Any], ...] = (ChangeRecord, ImportBatch, ImportChunk, ExportRecord)


def contents(store: Store) -> dict[tuple[type[Any], UUID], Any]:
    """Everything in a store but the books kept of imports; versions only say how often something was stored."""
    session = store.begin(write=False)
    try:
        kinds = [cls for cls in ENTITIES if cls not in BOOKS]
        return {(cls, one.id): describe(cls).renumber(one, 1) for cls in kinds for one in session.find(query(cls))}
    finally:
        session.close()


def told_apart(store: Store) -> dict[tuple[str, UUID], tuple[Any, ...]]:
    """What the records of a store say, by kind and id, without messages and what is computed of other fields."""
    found: dict[tuple[str, UUID], tuple[Any, ...]] = {}
    for (cls, id_), one in contents(store).items():
        schema = describe(cls)
        values = zip(schema.fields, schema.flatten(one), strict=True)
        if cls is not OutboxMessage:
            found[schema.name, id_] = tuple(value for spec, value in values if not spec.hint.derived)
    return found
