"""A MongoDB database as a store."""

from collections.abc import Mapping, Sequence

from pymongo import ReadPreference, WriteConcern

from crmcore.base.schema import EntitySchema
from crmcore.storage.ports import SchemaState
from crmcore_mongo.codec import Codec
from crmcore_mongo.collections import plan_of
from crmcore_mongo.errors import translated
from crmcore_mongo.session import MongoSession
from crmcore_mongo.upkeep import Upkeep
from crmcore_mongo.urls import connect

__all__ = ["MongoStore"]

_PATIENCE_MS = 10_000
"""How long a write waits for a majority of the replica set before its outcome counts as unknown."""


class MongoStore:
    """Keeps records in one database; each session is one multi-document transaction.

    Threads may share it. Processes may not: open a store after forking.
    """

    def __init__(self, url: str, schemas: Sequence[EntitySchema]) -> None:
        """Read the URL and prepare the mapping; nothing is sent yet."""
        target = connect(url)
        self.client, self.address = target.client, target.address
        self.safe = WriteConcern("majority", j=True, wtimeout=_PATIENCE_MS)
        self.database = self.client.get_database(
            target.database, read_preference=ReadPreference.PRIMARY, write_concern=self.safe
        )
        self.codec = Codec(schemas)
        self._upkeep = Upkeep(self.database, tuple(map(plan_of, schemas)), self.address)

    def begin(self, *, write: bool) -> MongoSession:  # noqa: ARG002  # reading needs the same transaction, for its snapshot
        """Open a transaction; the server hears of it with the first statement, which also takes the snapshot."""
        with translated(self.address):
            return MongoSession(self)

    def state(self) -> SchemaState:
        """Compare the database with this version of crmcore."""
        with translated(self.address):
            self._upkeep.require_transactions()
            return self._upkeep.state()

    def prepare(self) -> None:
        """Create or upgrade collections, validators and indexes."""
        with translated(self.address):
            self._upkeep.require_transactions()
            self._upkeep.prepare()

    def info(self) -> Mapping[str, str]:
        """Say what server this is, and which version of crmcore made the database."""
        with translated(self.address):
            return {
                "product": "MongoDB",
                "version": str(self.client.server_info()["version"]),
                "address": self.address,
                "schema": str(self._upkeep.version()),
            }

    def close(self) -> None:
        """Close all connections."""
        self.client.close()
