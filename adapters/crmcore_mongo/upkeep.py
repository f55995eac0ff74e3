"""Makes the database what this version of crmcore needs, and tells whether it is.

Every step may be repeated, and two processes may do all of it at the same time: there is no lock that a dead process
could leave behind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
import bson
from pymongo.database import Database
from pymongo.errors import OperationFailure

from crmcore.base.errors import NoTransactions, SchemaNewer, StoreError
from crmcore.storage.ports import SchemaState
from crmcore_mongo.collections import INDEX_PREFIX, Plan
from crmcore_mongo.errors import DUPLICATE_KEYS, REPLICA_SET, code_of
from crmcore_mongo.urls import Document

__all__ = ["META", "MIGRATIONS", "Migration", "Upkeep"]

META: Final = "crm_meta"
"""The collection with one document that says which version made the database."""
NAMESPACE_EXISTS: Final = 48
INDEX_NOT_FOUND: Final = 27
_INDEX_FACTS: Final = ("name", "key", "unique", "partialFilterExpression")

Migration = Callable[[Database[Document]], None]
"""Brings data from one version to the next; has to do no harm when run again, or twice at once.

The validators are still those of the old version, so it writes with ``bypass_document_validation``. Every key has to be
there afterwards: a new field is filled in, with null if need be.
"""


def _first(_database: Database[Document]) -> None:
    """Version 1 is what the plans say; there is nothing older to bring up to date."""


def _second(database: Database[Document]) -> None:
    """Version 2 gives customers and contacts the fields of the customer module."""
    blank = ("email", "industry", "company_size", "category", "city", "city_fold", "needs")
    derived = ("name_core", "phone_key", "licence_key", "search_text", "search_text_fold")
    folds = (
        "phone_fold",
        "phone_key_fold",
        "fax_fold",
        "website_fold",
    )  # the core stores old customers anew, which fills them
    missing: Document = {
        "search_text_fragments": [],
        "city_fragments": [],
        "trust": None,
        "tags": [],
        "external_key": None,
        "merged_into": None,
    }
    missing |= dict.fromkeys((*blank, *derived, *folds), "")
    contacts = dict.fromkeys(("email", "office_phone_fold", "mobile_fold"), "")
    for collection, fields in (("customer", missing), ("contact", contacts)):
        for name, value in fields.items():
            database[collection].update_many(
                {name: {"$exists": False}}, {"$set": {name: value}}, bypass_document_validation=True
            )


def _third(_: Database[Document]) -> None:
    """Version 3 brings the records of service; none of the older ones changes."""


def _fourth(database: Database[Document]) -> None:
    """Version 4 gives opportunities and requests what is reckoned of them, and products a cost.

    The records of the sales process are new.
    """
    chance = dict.fromkeys(("stage", "expected_amount", "expected_on", "target_amount", "category"))
    measured = dict.fromkeys(("responded_in", "respond_met", "resolved_in", "resolve_met"))
    changed: tuple[tuple[str, Document], ...] = (
        ("opportunity", chance | {"follow_up": ""}),
        ("service_request", measured),
        ("service_round", measured),
        ("product", {"unit_cost": None}),
    )
    for collection, missing in changed:
        for name, value in missing.items():
            database[collection].update_many(
                {name: {"$exists": False}}, {"$set": {name: value}}, bypass_document_validation=True
            )


MIGRATIONS: Final[tuple[Migration, ...]] = (_first, _second, _third, _fourth)
"""The migration at place n leads to version n + 1."""


@attrs.frozen
class Upkeep:
    """Cares for one database."""

    database: Database[Document]
    plans: Sequence[Plan]
    address: str
    migrations: Sequence[Migration] = MIGRATIONS

    def require_transactions(self) -> None:
        """Ask the server what it is.

        Raises:
            NoTransactions: It is neither a member of a replica set nor the router of a sharded cluster.
        """
        hello = self.database.client.admin.command("hello")
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise NoTransactions(address=self.address, hint=REPLICA_SET)

    def version(self) -> int:
        """Which version made the database; 0 for none."""
        return int(self._known().get("version", 0))

    def state(self) -> SchemaState:
        """Compare the database with this version of crmcore and the records it was opened for."""
        known = self._known()
        version, made = int(known.get("version", 0)), known.get("collections", {})
        if version == 0:
            return SchemaState.MISSING
        if version > len(self.migrations):
            return SchemaState.NEWER
        current = version == len(self.migrations) and all(made.get(p.collection) == p.fingerprint for p in self.plans)
        return SchemaState.CURRENT if current else SchemaState.OUTDATED

    def prepare(self) -> None:
        """Create collections, validators and indexes, bring data up to date, and then say so in the meta document."""
        version = self.version()
        if version > len(self.migrations):
            raise SchemaNewer(url=self.address, found=version, known=len(self.migrations))
        self._create(META)
        existing = {one["name"]: one for one in self.database.list_collections()}
        # A validator that came first would refuse what a migration has yet to bring up to date.
        for migrate in self.migrations[version:] if version else ():
            migrate(self.database)
        for plan in self.plans:
            self._prepare_collection(plan, existing.get(plan.collection))
        made = {f"collections.{plan.collection}": plan.fingerprint for plan in self.plans}
        self.database[META].update_one(
            {"_id": "schema"}, {"$max": {"version": len(self.migrations)}, "$set": made}, upsert=True
        )

    def _known(self) -> Mapping[str, Any]:
        return self.database[META].find_one({"_id": "schema"}) or {}

    def _create(self, name: str, **options: Any) -> bool:
        """Create a collection; False if it is there, perhaps since just now."""
        try:
            self.database.create_collection(name, check_exists=False, **options)
        except OperationFailure as error:
            if code_of(error) != NAMESPACE_EXISTS:
                raise
            return False
        return True

    def _prepare_collection(self, plan: Plan, existing: Mapping[str, Any] | None) -> None:
        if existing is None and self._create(plan.collection, validator=plan.validator):
            existing = {"options": {"validator": plan.validator}}
        if existing is None or existing["options"].get("validator") != plan.validator:
            self.database.command("collMod", plan.collection, validator=plan.validator)
        self._drop_old_indexes(plan)
        if plan.indexes:
            self._create_indexes(plan)

    def _create_indexes(self, plan: Plan) -> None:
        documents = [index.as_document() for index in plan.indexes]
        try:
            self.database.command("createIndexes", plan.collection, indexes=documents)
        except OperationFailure as error:
            if code_of(error) not in DUPLICATE_KEYS:
                raise
            doubled = f"{self.address}: records of {plan.collection} share a value that has to be unique"
            raise StoreError(reason=doubled) from error

    def _drop_old_indexes(self, plan: Plan) -> None:
        """Drop those of our indexes that are no longer wanted, or wanted differently."""
        wanted = {index.name: bson.encode(index.as_document()) for index in plan.indexes}
        for found in self.database[plan.collection].list_indexes():
            name = found["name"]
            facts = bson.encode({fact: found[fact] for fact in _INDEX_FACTS if fact in found})
            if name.startswith(INDEX_PREFIX) and wanted.get(name) != facts:
                self._drop_index(plan, name)

    def _drop_index(self, plan: Plan, name: str) -> None:
        try:
            self.database[plan.collection].drop_index(name)
        except OperationFailure as error:
            if code_of(error) != INDEX_NOT_FOUND:  # another process was quicker
                raise
