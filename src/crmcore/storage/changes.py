"""Collects what a unit of work changed: one change record for each stored version, chained by hashes.

Ids of messages and change records about one record are in the order in which things happened to it, whatever the clocks
of several machines say: they are made with the commit, those of messages first, and later than the last change read.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from attrs import fields

from crmcore.base.errors import StoreError
from crmcore.base.ids import id_after
from crmcore.base.schema import Entity, EntitySchema, describe
from crmcore.query import All, Condition, Op, Query, Test, desc, eq, gt, lt, negate, query
from crmcore.storage.codec import compact, differences
from crmcore.storage.records import MENTION, ChangeRecord, Operation

if TYPE_CHECKING:
    from crmcore.storage.work import Work

__all__ = ["Changes", "digest", "facts_of"]

_hydrate: Final = describe(ChangeRecord).hydrate
_flatten: Final = describe(ChangeRecord).flatten
_AT_ONCE: Final = 5_000
"""Most records of one question."""
_Facts = tuple[dt.datetime, UUID | None, str, str, Operation, str, UUID | None, int, str]
"""What a change record says, from ``at`` to ``changes``."""
_Noted = tuple[_Facts, str | None]
"""What happened, and the hash of the change before it; None for a change of the same unit of work."""


class Changes:
    """What a unit of work has read, changed and been refused."""

    def __init__(self, work: "Work") -> None:
        """Start with nothing changed."""
        self._work = work
        self._known: dict[tuple[type[Any], UUID], Any] = {}
        self._noted: list[_Noted] = []
        self._denials: list[ChangeRecord] = []
        self._changed: set[tuple[str, UUID]] = set()
        self._mentioned: dict[tuple[type[Any], UUID], Mapping[str, Any]] = {}
        self._last_ids: dict[UUID | None, UUID] = {}
        self._hashes: dict[tuple[str, UUID, int], str] = {}
        """Hashes of last changes that were looked up for many records at once, by kind, id and version."""
        self.count = 0
        """Number of records written so far."""

    def remember(self, entity: Entity) -> None:
        """Keep a record as it is stored, to compare with later."""
        self._known[type(entity), entity.id] = entity

    def recall(self, cls: type[Any], id_: UUID) -> Any:
        """Answer a record as it is stored, if it was read or written here."""
        return self._known.get((cls, id_))

    def has(self, schema: EntitySchema, entity: Entity) -> bool:
        """Tell whether this unit of work has written a record."""
        return (schema.name, entity.id) in self._changed

    def mention(self, cls: type[Any], id_: UUID, said: Mapping[str, Any]) -> None:
        """Let the next change record of a record say more than its fields do: whom a customer absorbed, say.

        Args:
            cls: Kind of the record.
            id_: Which record; it has to be stored afterwards.
            said: Name to ``[before, after]``, JSON values.
        """
        self._mentioned[cls, id_] = {f"{MENTION}{name}": pair for name, pair in said.items()}

    def created(self, schema: EntitySchema, new: Entity, *, gone: Entity | None = None) -> None:
        """Note a new record; or that *gone*, which was removed, is there again, as the version after the removal."""
        previous = "" if gone is None else self._hash_before(schema, schema.renumber(gone, gone.version + 1))
        self._note(schema, Operation.CREATED, None, new, previous)

    def changed(self, schema: EntitySchema, old: Entity, new: Entity) -> None:
        """Note a new version of a record."""
        self._note(schema, Operation.CHANGED, old, new, self._hash_before(schema, old))

    def removed(self, schema: EntitySchema, old: Entity) -> None:
        """Note that a record is gone."""
        self._note(schema, Operation.REMOVED, old, None, self._hash_before(schema, old))

    def look_up(self, schema: EntitySchema, olds: Sequence[Entity]) -> None:
        """Find the hashes of many records' last changes in few questions, for :meth:`changed`."""
        for start in range(0, len(olds), _AT_ONCE):
            self._look_up(schema, olds[start : start + _AT_ONCE])

    def _look_up(self, schema: EntitySchema, olds: Sequence[Entity]) -> None:
        asked = {one.id: one.version for one in olds if not self.has(schema, one)}
        versions = Test(("entity_version",), Op.ONE_OF, tuple(sorted({*asked.values()})))
        last = self._last_of(schema, asked, versions)
        found = {id_: one for id_, one in last.items() if one.entity_version == asked[id_]}
        renewed = {id_: version for id_, version in asked.items() if id_ not in found and version > 1}
        found |= self._last_of(schema, renewed)  # imports have renewed them without change records of their own
        for id_, version in asked.items():
            self._hashes[schema.name, id_, version] = found[id_].hash if id_ in found else ""

    def _last_of(self, schema: EntitySchema, asked: Mapping[UUID, int], *which: Condition) -> dict[UUID, ChangeRecord]:
        """Answer the last change of each record up to a version, of those that meet the conditions."""
        last: dict[UUID, ChangeRecord] = {}
        same = Test(("entity_id",), Op.ONE_OF, tuple(sorted(asked)))
        wanted = Query(entity=ChangeRecord, condition=All((same, *which)))
        for one in self._work.session.find(wanted) if asked else ():
            about, version = one.entity_id, one.entity_version
            if one.entity != schema.name or about is None or not 0 < version <= asked[about]:
                continue  # refused attempts have version 0
            if about not in last or last[about].entity_version < version:
                last[about] = one
        for one in last.values():
            self._keep_last(one)
        return last

    def summed(self, schema: EntitySchema, about: UUID | None, said: Mapping[str, Any]) -> None:
        """Note what was done to many records at once; it begins a chain of its own."""
        facts = self._facts(Operation.CHANGED, schema.name, about, 0, compact(dict(said)))
        self._noted.append((facts, ""))
        self.count += 1

    def denied(self, entity: str, id_: UUID | None, code: str) -> None:
        """Note a refused attempt; kept even though the unit of work is rolled back."""
        self._denials.append(self._record(self._facts(Operation.DENIED, entity, id_, 0, "{}"), code, ""))

    def new_id(self, about: UUID | None, at: dt.datetime) -> UUID:
        """Answer an id for something said about a record: later than what was said before."""
        made = self._work.new_id_at(at)
        last = self._last_ids.get(about)
        if last is not None:
            made = id_after(last, made)
        self._last_ids[about] = made
        return made

    def records(self) -> list[ChangeRecord]:
        """Make the change records to store with the commit; answer them, and the refused attempts."""
        made: list[ChangeRecord] = []
        hashes: dict[tuple[str, UUID | None], str] = {}
        for facts, previous in self._noted:
            about = facts[5:7]
            record = self._record(facts, "", hashes[about] if previous is None else previous)
            hashes[about] = record.hash
            made.append(record)
        return made + self._denials

    def forget_denials(self) -> None:
        """Forget the refused attempts: a commit has taken them along."""
        self._denials = []

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
        self, schema: EntitySchema, operation: Operation, old: Entity | None, new: Entity | None, previous: str | None
    ) -> None:
        entity = new if new is not None else old
        assert entity is not None  # noqa: S101  # one of the two is always there
        version = entity.version if new is not None else entity.version + 1
        said = {**differences(schema, old, new), **self._mentioned.pop((schema.cls, entity.id), {})}
        facts = self._facts(operation, schema.name, entity.id, version, compact(said))
        self._noted.append((facts, previous))
        self._changed.add((schema.name, entity.id))
        self._known[schema.cls, entity.id] = new
        self.count += 1

    def _facts(self, operation: Operation, entity: str, id_: UUID | None, version: int, changes: str) -> "_Facts":
        work = self._work
        actor = work.actor
        return (work.now, actor.id, actor.name, work.action, operation, entity, id_, version, changes)

    def _record(self, facts: "_Facts", code: str, previous: str) -> ChangeRecord:
        """Make a change record without checking it again: every part of it is the core's own."""
        said = (self.new_id(facts[6], facts[0]), *facts, code, previous)
        made: ChangeRecord = _hydrate((*said, digest(said), 1))
        return made

    def _hash_before(self, schema: EntitySchema, old: Entity) -> str | None:
        """Answer the hash of the record's last change; None if that was made here and has none yet.

        The kind counts beside the id: a credential has the id of its user. It is compared here, for the index knows id
        and version, and some servers use it only where that is all they are asked.
        """
        if self.has(schema, old):
            return None
        known = self._hashes.get((schema.name, old.id, old.version))
        if known is not None:
            return known
        same = (Test(("entity_id",), Op.EQ, old.id), Test(("entity_version",), Op.EQ, old.version))
        for last in self._work.session.find(Query(entity=ChangeRecord, condition=All(same))):
            if last.entity == schema.name and last.operation is not Operation.DENIED:
                self._keep_last(last)
                return last.hash
        return self._hash_below(schema, old) if old.version > 1 else ""

    def _hash_below(self, schema: EntitySchema, old: Entity) -> str:
        """Answer the hash of the last change of a record that imports have renewed since, without one of its own."""
        c = fields(ChangeRecord)
        same = (eq(c.entity_id, old.id), eq(c.entity, schema.name), negate(eq(c.operation, Operation.DENIED)))
        earlier = query(ChangeRecord).where(*same, gt(c.entity_version, 0), lt(c.entity_version, old.version))
        found = self._work.session.find(earlier.sort(desc(c.entity_version)).page(1))
        for last in found:
            self._last_ids[old.id] = max(last.id, self._last_ids.get(old.id, last.id))
        return found[0].hash if found else ""

    def _keep_last(self, last: ChangeRecord) -> None:
        """Let what is said next about a record be later than this."""
        about = last.entity_id
        self._last_ids[about] = max(last.id, self._last_ids.get(about, last.id))


def facts_of(record: ChangeRecord) -> tuple[Any, ...]:
    """Answer what a kept change record says, for :func:`digest`."""
    return _flatten(record)[:-2]


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
