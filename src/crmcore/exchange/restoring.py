"""Brings records of a chunk back to what they were, as far as nobody went on with them (requirement X-ADM-10)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.access.entity import User
from crmcore.base.schema import EntitySchema, describe
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.customers.grouping import CustomField, CustomFieldId, CustomValue
from crmcore.exchange.chunks import ChangedRecord, changed_in, created_in, removed_in
from crmcore.exchange.entity import ImportChunk
from crmcore.exchange.following import follow
from crmcore.exchange.lookups import Managers, contacts_of, custom_values_of, customers_by
from crmcore.exchange.net_changes import changed_since
from crmcore.query import Op, Query, Test
from crmcore.storage.codec import entity_from_json, value_from_json
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

__all__ = ["KeptRecord", "Restoring"]

_KINDS: Final[dict[str, type[Any]]] = {"customer": Customer, "contact": Contact, "custom_value": CustomValue}
_UNIQUE: Final = ("name_key", "external_key")


@attrs.frozen
class KeptRecord:
    """A record that is left as it is."""

    kind: str
    id: UUID
    reason: str
    """``changed`` since the import, ``in_use`` by other records, or its former value is ``taken`` by another record."""


class Restoring:
    """Takes back what one chunk has written, within one unit of work."""

    def __init__(self, work: Work) -> None:
        """Begin."""
        self._work = work
        self.removed = self.restored = 0
        self.kept: list[KeptRecord] = []
        self._kept: set[UUID] = set()

    def take_back(self, chunk: ImportChunk) -> None:
        """Remove what the chunk created, and restore what it changed and took away."""
        created = {kind: self._loaded(_KINDS[kind], ids) for kind, ids in created_in(chunk).items()}
        customers = self._untouched("customer", created.get("customer", {}), {})
        contacts = self._untouched("contact", created.get("contact", {}), {})
        values = self._untouched("custom_value", created.get("custom_value", {}), {})
        self._keep_used(customers, contacts, values)
        for kind, records in (("contact", contacts), ("custom_value", values)):
            for id_ in [id_ for id_, one in records.items() if self._is_kept(one.customer)]:
                self._keep(kind, id_, "in_use")
                del records[id_]
        self._keep_last(customers, contacts)
        changed = {kind: self._former(kind, chunk) for kind in _KINDS}
        self._check_free(changed["customer"])
        self._check_managers(changed["customer"])
        self._work.bulk.remove([*values.values(), *contacts.values(), *customers.values()])
        self.removed = len(values) + len(contacts) + len(customers)
        beside = [*changed["contact"].values()]
        self._change(beside)
        employers = {one.customer for one in (*contacts.values(), *(after for _, after in beside))} - {*customers}
        others = self._loaded(Customer, employers - {*changed["customer"]})
        pairs = [*changed["customer"].values(), *((one, one) for one in others.values())]
        theirs = contacts_of(self._work, [after.id for _, after in pairs])
        derived = [
            (before, with_derived(after, [one for one in theirs.get(after.id, ()) if one.id not in contacts]))
            for before, after in pairs
        ]
        follow(self._work, self._change(derived))
        self._change([*changed["custom_value"].values()])
        returned = self._returned(chunk, values)
        self.restored = sum(len(one) for one in changed.values()) + returned

    def _returned(self, chunk: ImportChunk, gone: Mapping[UUID, CustomValue]) -> int:
        """Put back what the chunk took away from customers in the company's own fields; answer how much that is.

        What a customer has there by now stays; where the customer or the field is gone, nothing can be put back.
        """
        former = [_value_of(said) for _, said in removed_in(chunk)]
        customers = self._loaded(Customer, {one.customer for one in former})
        fields = self._loaded(CustomField, {one.custom_field for one in former})
        present = custom_values_of(self._work, customers, [CustomFieldId(one) for one in fields])
        schema = describe(CustomValue)
        free: list[tuple[CustomValue, CustomValue]] = []
        for one in former:
            held = present.get((one.customer, one.custom_field))
            if one.customer not in customers or one.custom_field not in fields or (held and held.id not in gone):
                self._keep("custom_value", one.id, "changed")
            else:
                free.append((one, schema.renumber(one, one.version + 2)))  # between them it was removed
        self._work.bulk.restore([], [again for _, again in free])
        for one, again in free:
            self._work.changes.created(schema, again, gone=one)
        return len(free)

    def _change(self, pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """Store what is different, each with a change record of its own."""
        different = [(before, after) for before, after in pairs if before != after]
        self._work.bulk.change(different)
        return different

    def _former(self, kind: str, chunk: ImportChunk) -> dict[UUID, tuple[Any, Any]]:
        """Answer the records of a kind that the chunk changed: as they are, and with the values they had before."""
        entries: dict[UUID, ChangedRecord] = {one.id: one for one in changed_in(chunk) if one.kind == kind}
        schema = describe(_KINDS[kind])
        loaded = self._loaded(_KINDS[kind], entries)
        versions = {id_: entry.version for id_, entry in entries.items()}
        return {
            id_: (record, attrs.evolve(record, **_values(schema, entries[id_].before)))
            for id_, record in self._untouched(kind, loaded, versions).items()
        }

    def _untouched(self, kind: str, records: dict[UUID, Any], versions: Mapping[UUID, int]) -> dict[UUID, Any]:
        """Answer the records that say what the chunk has left; the others are kept.

        Args:
            kind: Kind of the records.
            records: The records as they are.
            versions: The version the chunk has made of each; 1 of those it created.
        """
        since = {id_: versions.get(id_, 1) for id_ in records}
        for id_ in sorted(changed_since(self._work, _KINDS[kind], records, since)):
            self._keep(kind, id_, "changed")
        return {id_: one for id_, one in records.items() if not self._is_kept(id_)}

    def _keep_last(self, customers: Mapping[UUID, Any], contacts: dict[UUID, Any]) -> None:
        """Keep a contact of every customer who stays and would have none (requirement CON-03)."""
        staying = {one.customer for one in contacts.values()} - {*customers}
        for theirs in contacts_of(self._work, staying).values():
            if all(one.id in contacts for one in theirs):
                self._keep("contact", theirs[0].id, "in_use")
                del contacts[theirs[0].id]

    def _check_managers(self, customers: dict[UUID, tuple[Any, Any]]) -> None:
        """Keep customers whose former manager left; nobody retires the others meanwhile (requirement USR-06)."""
        given = {id_: after.manager for id_, (before, after) in customers.items() if before.manager != after.manager}
        people = Managers(self._work).by_id if given else {}
        for id_, manager in given.items():
            if manager not in people:
                self._keep("customer", id_, "changed")
                del customers[id_]
        for one in sorted({*given.values()} & {*people}):
            self._work.unscoped(User).touch(people[one])

    def _keep_used(self, customers: dict[UUID, Any], contacts: Mapping[UUID, Any], values: Mapping[UUID, Any]) -> None:
        """Keep customers and contacts that other records refer to."""
        going = {*contacts, *values}
        for kind, records in (("contact", contacts), ("customer", customers)):
            ids = sorted(records)
            for cls in ENTITIES if ids else ():
                for spec in describe(cls).fields:
                    if spec.hint.ref != kind or spec.kind != "uuid":
                        continue
                    wanted: Query[Any] = Query(entity=cls, condition=Test(spec.path, Op.ONE_OF, tuple(ids)))
                    for one in self._work.unscoped(cls).find(wanted):
                        if one.id not in going or self._is_kept(one.id):
                            self._keep(kind, getattr(one, spec.path[0]), "in_use")
        for id_ in [id_ for id_ in customers if self._is_kept(id_)]:
            del customers[id_]

    def _check_free(self, customers: dict[UUID, tuple[Any, Any]]) -> None:
        """Keep customers whose former name or key another customer has taken."""
        for name in _UNIQUE:
            values = {value: id_ for id_, (_, one) in customers.items() if (value := getattr(one, name)) is not None}
            for value, other in customers_by(self._work, name, values).items():
                if other.id != values[value] and other.id not in customers:
                    self._keep("customer", values[value], "taken")
                    del customers[values[value]]

    def _loaded(self, cls: type[Any], ids: Iterable[UUID]) -> dict[UUID, Any]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        found = self._work.unscoped(cls).find(Query(entity=cls, condition=Test(("id",), Op.ONE_OF, tuple(wanted))))
        return {one.id: one for one in found}

    def _keep(self, kind: str, id_: UUID, reason: str) -> None:
        if not self._is_kept(id_):
            self.kept.append(KeptRecord(kind, id_, reason))
            self._kept.add(id_)

    def _is_kept(self, id_: UUID) -> bool:
        return id_ in self._kept


def _value_of(said: Mapping[str, Any]) -> CustomValue:
    made: CustomValue = entity_from_json(describe(CustomValue), said)
    return made


def _values(schema: EntitySchema, before: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value_from_json(schema.by_name[name], value) for name, value in before.items()}
