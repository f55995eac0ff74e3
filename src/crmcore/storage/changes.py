"""Collects what a unit of work changed: one change record for each stored version, chained by hashes."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from crmcore.base.errors import StoreError
from crmcore.base.schema import Entity, EntitySchema, describe
from crmcore.query import All, Not, Op, Query, Test
from crmcore.storage.codec import compact, differences
from crmcore.storage.records import ChangeRecord, Operation

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["Changes", "digest"]

_hydrate: Final = describe(ChangeRecord).hydrate


class Changes:
    """What a unit of work has read, changed and been refused."""

    def __init__(self, work: "Work") -> None:
        """Start with nothing changed."""
        self._work = work
        self._known: dict[tuple[type[Any], UUID], Any] = {}
        self._records: list[ChangeRecord] = []
        self._denials: list[ChangeRecord] = []
        self._last_hash: dict[tuple[str, UUID], str] = {}
        self.count = 0
        """Number of records written so far."""

    def remember(self, entity: Entity) -> None:
        """Keep a record as it is stored, to compare with later."""
        self._known[type(entity), entity.id] = entity

    def recall(self, cls: type[Any], id_: UUID) -> Any:
        """Answer a record as it is stored, if it was read or written here."""
        return self._known.get((cls, id_))

    def created(self, schema: EntitySchema, new: Entity) -> None:
        """Note a new record."""
        self._note(schema, Operation.CREATED, None, new, "")

    def changed(self, schema: EntitySchema, old: Entity, new: Entity) -> None:
        """Note a new version of a record."""
        self._note(schema, Operation.CHANGED, old, new, self._hash_of(schema, old))

    def removed(self, schema: EntitySchema, old: Entity) -> None:
        """Note that a record is gone."""
        self._note(schema, Operation.REMOVED, old, None, self._hash_of(schema, old))

    def denied(self, entity: str, id_: UUID | None, code: str) -> None:
        """Note a refused attempt; kept even though the unit of work is rolled back."""
        self._denials.append(self._record(Operation.DENIED, entity, id_, 0, "{}", code, ""))

    def records(self) -> list[ChangeRecord]:
        """Answer the change records and refused attempts to store with the commit."""
        kept, self._denials = self._denials, []
        return [*self._records, *kept]

    def keep_denials(self) -> None:
        """Store the refused attempts that no commit has taken along, in a transaction of their own."""
        if not self._denials:
            return
        kept, self._denials = self._denials, []
        try:
            session = self._work.crm.store.begin(write=True)
        except StoreError:  # the refusal itself must reach the caller
            return
        try:
            session.append(kept)
            session.commit()
        except StoreError:
            return
        finally:
            session.close()

    def _note(
        self, schema: EntitySchema, operation: Operation, old: Entity | None, new: Entity | None, previous: str
    ) -> None:
        entity = new if new is not None else old
        assert entity is not None  # noqa: S101  # one of the two is always there
        version = entity.version if new is not None else entity.version + 1
        record = self._record(
            operation, schema.name, entity.id, version, compact(differences(schema, old, new)), "", previous
        )
        self._records.append(record)
        self._last_hash[schema.name, entity.id] = record.hash
        self._known[schema.cls, entity.id] = new
        self.count += 1

    def _record(
        self, operation: Operation, entity: str, id_: UUID | None, version: int, changes: str, code: str, previous: str
    ) -> ChangeRecord:
        """Make a change record without checking it again: every part of it is the core's own."""
        work = self._work
        actor = work.actor
        head = (work.crm.ids(), work.now, actor.id, actor.name, work.action, operation)
        facts = (*head, entity, id_, version, changes, code, previous)
        made: ChangeRecord = _hydrate((*facts, digest(facts), 1))
        return made

    def _hash_of(self, schema: EntitySchema, old: Entity) -> str:
        """Answer the hash of the record's last change, made here or read.

        The kind counts beside the id: a credential has the id of its user.
        """
        known = self._last_hash.get((schema.name, old.id))
        if known is not None:
            return known
        same = (Test(("entity_id",), Op.EQ, old.id), Test(("entity_version",), Op.EQ, old.version))
        kind = (Test(("entity",), Op.EQ, schema.name), Not(Test(("operation",), Op.EQ, Operation.DENIED)))
        wanted = Query(entity=ChangeRecord, condition=All((*same, *kind)), limit=1)
        return next((record.hash for record in self._work.session.find(wanted)), "")


def digest(facts: Sequence[Any]) -> str:
    """Answer the SHA-256 of what a change record says, in hexadecimal.

    Args:
        facts: The values of all its fields before ``hash``, in their order.
    """
    id_, at, actor, name, act, operation, entity, entity_id, version, changes, code, previous = facts
    who, what = actor and actor.int, entity_id and entity_id.int
    said = (
        f"{id_.int}|{at.timestamp():.3f}|{who}|{len(name)}|{name}|{act}|{operation.name}|{entity}|{what}"
        f"|{version}|{len(changes)}|{changes}|{code}|{previous}"
    )
    return hashlib.sha256(said.encode()).hexdigest()
