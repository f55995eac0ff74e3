"""Brings records of a chunk back to what they were, as far as nobody went on with them (requirement X-ADM-10)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.base.schema import describe
from crmcore.customers.deriving import with_derived
from crmcore.customers.entity import Contact, Customer
from crmcore.exchange.chunks import ChangedRecord, changed_in, created_in
from crmcore.exchange.entity import ImportChunk
from crmcore.exchange.lookups import contacts_of, customers_by
from crmcore.query import Op, Query, Test, eq, one_of, query
from crmcore.storage.codec import value_from_json
from crmcore.storage.records import ChangeRecord
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

__all__ = ["KeptRecord", "Restoring"]

_KINDS: Final[dict[str, type[Any]]] = {"customer": Customer, "contact": Contact}
_UNIQUE: Final = ("name_key", "external_key")
_NOTHING: Final = "{}"


@attrs.frozen
class KeptRecord:
    """A record that is left as it is."""

    kind: str
    id: UUID
    reason: str
    """``changed`` since the import, ``in_use`` by other records, or its former value is ``taken`` by another record."""


class Restoring:
    """Takes back what one chunk has written, within one unit of work."""

    def __init__(self, work: Work, versions: Mapping[UUID, int]) -> None:
        """Begin.

        Args:
            work: The unit of work.
            versions: The versions that undoing later chunks has made: nobody's changes.
        """
        self._work, self._known_versions = work, versions
        self.removed = self.restored = 0
        self.kept: list[KeptRecord] = []
        self._kept: set[UUID] = set()
        self.versions: dict[UUID, int] = {}

    def take_back(self, chunk: ImportChunk) -> None:
        """Remove what the chunk created, and restore what it changed."""
        created = {kind: self._loaded(_KINDS[kind], ids) for kind, ids in created_in(chunk).items()}
        customers = self._untouched("customer", created.get("customer", {}), {})
        contacts = self._untouched("contact", created.get("contact", {}), {})
        self._keep_used(customers, contacts)
        for id_ in [id_ for id_, one in contacts.items() if self._is_kept(one.customer)]:
            self._keep("contact", id_, "in_use")
            del contacts[id_]
        changed = {kind: self._former(kind, chunk) for kind in _KINDS}
        self._check_free(changed["customer"])
        gone = {*contacts}
        self._work.bulk.remove([*contacts.values(), *customers.values()])
        self.removed = len(contacts) + len(customers)
        self._renew(changed["contact"].values())
        theirs = contacts_of(self._work, changed["customer"])
        derived = [
            with_derived(one, [other for other in theirs.get(one.id, ()) if other.id not in gone])
            for one in changed["customer"].values()
        ]
        self._renew(derived)

    def _former(self, kind: str, chunk: ImportChunk) -> dict[UUID, Any]:
        """Answer the records of a kind that the chunk changed, with the values they had before."""
        entries: dict[UUID, ChangedRecord] = {one.id: one for one in changed_in(chunk) if one.kind == kind}
        schema = describe(_KINDS[kind])
        loaded = self._loaded(_KINDS[kind], entries)
        versions = {id_: entry.version for id_, entry in entries.items()}
        return {
            id_: attrs.evolve(
                record,
                **{name: value_from_json(schema.by_name[name], value) for name, value in entries[id_].before.items()},
            )
            for id_, record in self._untouched(kind, loaded, versions).items()
        }

    def _untouched(self, kind: str, records: dict[UUID, Any], versions: Mapping[UUID, int]) -> dict[UUID, Any]:
        """Answer the records that nobody has changed since the chunk; the others are kept.

        Args:
            kind: Kind of the records.
            records: The records as they are.
            versions: The version the chunk has made of each; 1 of those it created.
        """
        suspects = {
            id_: one.version - self._known_versions.get(id_, versions.get(id_, 1)) for id_, one in records.items()
        }
        suspects = {id_: more for id_, more in suspects.items() if more}
        touches = self._touches(kind, suspects, {id_: records[id_].version - more for id_, more in suspects.items()})
        for id_, more in suspects.items():
            if touches.get(id_, 0) != more:
                self._keep(kind, id_, "changed")
        return {id_: one for id_, one in records.items() if not self._is_kept(id_)}

    def _touches(self, kind: str, ids: Iterable[UUID], since: Mapping[UUID, int]) -> dict[UUID, int]:
        """Count the versions of records that changed nothing: somebody only made sure that they stay."""
        wanted = sorted(ids)
        if not wanted:
            return {}
        c = fields(ChangeRecord)
        found: dict[UUID, int] = {}
        asked = query(ChangeRecord).where(one_of(c.entity_id, wanted), eq(c.entity, kind), eq(c.changes, _NOTHING))
        for one in self._work.unscoped(ChangeRecord).find(asked):
            if one.entity_id is not None and one.entity_version > since[one.entity_id]:
                found[one.entity_id] = found.get(one.entity_id, 0) + 1
        return found

    def _keep_used(self, customers: dict[UUID, Any], contacts: Mapping[UUID, Any]) -> None:
        """Keep customers and contacts that other records refer to."""
        for kind, records in (("contact", contacts), ("customer", customers)):
            ids = sorted(records)
            for cls in ENTITIES if ids else ():
                for spec in describe(cls).fields:
                    if spec.hint.ref != kind or spec.kind != "uuid":
                        continue
                    wanted: Query[Any] = Query(entity=cls, condition=Test(spec.path, Op.ONE_OF, tuple(ids)))
                    for one in self._work.unscoped(cls).find(wanted):
                        if one.id not in contacts or self._is_kept(one.id):
                            self._keep(kind, getattr(one, spec.path[0]), "in_use")
        for id_ in [id_ for id_ in customers if self._is_kept(id_)]:
            del customers[id_]

    def _check_free(self, customers: dict[UUID, Any]) -> None:
        """Keep customers whose former name or key another customer has taken."""
        for name in _UNIQUE:
            values = {value: id_ for id_, one in customers.items() if (value := getattr(one, name)) is not None}
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

    def _renew(self, records: Iterable[Any]) -> None:
        for one in self._work.bulk.renew([*records]):
            self.versions[one.id] = one.version
            self.restored += 1

    def _keep(self, kind: str, id_: UUID, reason: str) -> None:
        if not self._is_kept(id_):
            self.kept.append(KeptRecord(kind, id_, reason))
            self._kept.add(id_)

    def _is_kept(self, id_: UUID) -> bool:
        return id_ in self._kept
