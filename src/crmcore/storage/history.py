"""What happened to a record, how it looked at an earlier time, and whether the records of that were tampered with."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.clock import instant_of
from crmcore.base.ids import first_id_at
from crmcore.base.kinds import Kind
from crmcore.base.schema import Entity, EntitySchema, FieldSpec, describe
from crmcore.query import asc, eq, negate, query
from crmcore.storage.action import SIGNED_IN, action
from crmcore.storage.changes import digest
from crmcore.storage.codec import value_from_json
from crmcore.storage.records import MENTION, ChangeRecord, Operation
from crmcore.storage.work import Work

__all__ = ["FieldChange", "HistoryEntry", "as_of", "broken_links", "history", "values_over"]

_c = fields(ChangeRecord)
_MILLISECOND: Final = dt.timedelta(milliseconds=1)
_BLOTTED: Final = "***"


@attrs.frozen
class FieldChange:
    """One field before and after, or something else that was said with the change."""

    field: str
    """Name of the field; of what is none, as it was said: ``absorbed`` of a customer, number and name."""
    old: Any
    new: Any


@attrs.frozen
class HistoryEntry:
    """One thing that happened to a record, as people read it."""

    at: dt.datetime
    by: UUID | None
    by_name: str
    action: str
    operation: Operation
    version: int
    changes: tuple[FieldChange, ...]


@action(SIGNED_IN)
def history(work: Work, entity: type[Any], id: UUID) -> Sequence[HistoryEntry]:  # noqa: A002
    """Answer everything that happened to a record the actor may see, the oldest first.

    Versions that only kept others from changing the record at the same time are left out.

    Raises:
        NotFound: There is no such record, or none the actor may see.
    """
    work.of(entity).get(id)
    schema = describe(entity)
    entries = (_entry(schema, record) for record in _records(work, schema, id))
    return [entry for entry in entries if entry.changes]


@action(SIGNED_IN)
def as_of(work: Work, entity: type[Any], id: UUID, instant: dt.datetime) -> Any:  # noqa: A002
    """Answer a record the actor may see as it was at *instant*; None if it did not exist then.

    Secret fields are blotted out. Of a record that came with a file, whose change record tells of many, what it was is
    found by going back from what it is now.

    Raises:
        NotFound: There is no such record now, or none the actor may see.
        Invalid: *instant* is no instant, or does not say its time zone.
    """
    instant = instant_of(instant, "instant")
    present = work.of(entity).get(id)
    schema = describe(entity)
    records = _records(work, schema, id)
    if records and records[0].operation is Operation.CREATED:
        values = _forward(schema, records, instant)
    else:
        values = _back(schema, present, records, instant)
    if values is None:
        return None
    return schema.hydrate([values[spec.name] for spec in schema.fields])


def values_over(work: Work, present: Entity, name: str, instants: Iterable[dt.datetime]) -> tuple[Any, ...]:
    """Answer what a field of a record held at several instants; None where it held nothing, or did not exist yet.

    For actions that have read the record for somebody who may see it. One question to the store.
    """
    schema = describe(type(present))
    records = _records(work, schema, present.id)
    told = bool(records) and records[0].operation is Operation.CREATED
    found = (_forward(schema, records, at) if told else _back(schema, present, records, at) for at in instants)
    return tuple(None if values is None else values[name] for values in found)


def broken_links(records: Iterable[ChangeRecord]) -> Iterator[ChangeRecord]:
    """Answer the change records of one record, oldest first, that were altered or do not follow the one before.

    A missing record shows as a break at the one after it; for a missing tail see the seals.
    """
    previous = ""
    for record in records:
        values: Any = tuple(getattr(record, name) for name in _DIGESTED)
        if record.previous != previous or digest(values) != record.hash:
            yield record
        previous = record.hash


_DIGESTED: Final = (
    "id",
    "at",
    "actor",
    "actor_name",
    "action",
    "operation",
    "entity",
    "entity_id",
    "entity_version",
    "changes",
    "code",
    "previous",
)


def _records(work: Work, schema: EntitySchema, id_: UUID) -> Sequence[ChangeRecord]:
    same = (eq(_c.entity_id, id_), eq(_c.entity, schema.name))  # a credential has the id of its user
    wanted = query(ChangeRecord).where(*same, negate(eq(_c.operation, Operation.DENIED)))
    return work.unscoped(ChangeRecord).find(wanted.sort(asc(_c.entity_version)))


def _entry(schema: EntitySchema, record: ChangeRecord) -> HistoryEntry:
    found = json.loads(record.changes)
    changes = [
        FieldChange(name, *(_read(schema, name, value) for value in found[name]))
        for name in schema.by_name
        if name in found
    ]
    changes += [FieldChange(name[1:], *said) for name, said in found.items() if name.startswith(MENTION)]
    return HistoryEntry(
        record.at,
        record.actor,
        record.actor_name,
        record.action,
        record.operation,
        record.entity_version,
        tuple(changes),
    )


def _read(schema: EntitySchema, name: str, plain: Any) -> Any:
    spec = schema.by_name[name]
    return plain if spec.hint.secret else value_from_json(spec, plain)


def _forward(schema: EntitySchema, records: Sequence[ChangeRecord], instant: dt.datetime) -> dict[str, Any] | None:
    """Answer the values at *instant* of a record whose first change tells how it was made."""
    values: dict[str, Any] | None = None
    for record in records:
        if record.at > instant:
            break
        values = _applied(schema, values, record)
    return values


def _back(
    schema: EntitySchema, present: Any, records: Sequence[ChangeRecord], instant: dt.datetime
) -> dict[str, Any] | None:
    """Answer the values at *instant* of a record that was made together with others: take back what came later."""
    born: dt.datetime | None = getattr(present, "created_at", None)
    if born > instant if born is not None else present.id >= first_id_at(instant + _MILLISECOND):
        return None
    shown = zip(schema.fields, schema.flatten(present), strict=True)
    values: dict[str, Any] | None = {spec.name: _told(spec, value) for spec, value in shown}
    for record in reversed(records):
        if record.at <= instant:
            break
        found = json.loads(record.changes)
        before = {name: _read(schema, name, old) for name, (old, _) in found.items() if name in schema.by_name}
        facts = {**before, "id": record.entity_id, "version": record.entity_version - 1}
        if record.operation is Operation.CREATED:
            values = None
        elif values is None:  # it was removed then, and put back
            values = {**{spec.name: _blank(spec) for spec in schema.fields}, **facts}
        else:
            values = {**values, **facts}
    return values


def _told(spec: FieldSpec, value: Any) -> Any:
    """Answer a present value as change records tell it: not what is secret, nor what is computed of other fields."""
    if spec.hint.derived:
        return _blank(spec)
    return _BLOTTED if spec.hint.secret and value is not None else value


def _applied(schema: EntitySchema, values: dict[str, Any] | None, record: ChangeRecord) -> dict[str, Any] | None:
    """Answer the values of all fields after one more change; None after the record was removed."""
    if record.operation is Operation.REMOVED:
        return None
    known = values if values is not None else {spec.name: _blank(spec) for spec in schema.fields}
    found = json.loads(record.changes)
    changed = {name: _read(schema, name, new) for name, (_, new) in found.items() if name in schema.by_name}
    return {**known, **changed, "id": record.entity_id, "version": record.entity_version}


def _blank(spec: FieldSpec) -> Any:
    """What a field that no change record names holds: nothing, or its default if it came with a later version."""
    if spec.nullable:
        return None
    return _EMPTY.get(spec.kind, spec.default)


_EMPTY: Final[dict[Kind, Any]] = {"text": "", "text_list": (), "uuid_list": ()}
