"""One multi-document transaction: read concern snapshot, write concern majority and journaled."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from pymongo import ReadPreference, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from crmcore.base.errors import Contention, StoreError
from crmcore.base.schema import Entity
from crmcore.query import Derivation, Query, Tally, TallyRow
from crmcore_mongo import tallies, together
from crmcore_mongo.codec import Mapping, key_of
from crmcore_mongo.deriving import Deriving
from crmcore_mongo.errors import UNKNOWN_COMMIT, translated
from crmcore_mongo.find import Translation
from crmcore_mongo.turning import FEW, turned
from crmcore_mongo.urls import Document

if TYPE_CHECKING:
    from crmcore_mongo.store import MongoStore

__all__ = ["MongoSession"]

E = TypeVar("E", bound=Entity)
_SNAPSHOT: Final = ReadConcern("snapshot")
_COMMITS: Final = 3
"""How often a commit of unknown outcome is sent; the server carries it out once."""
_BATCH: Final = 1000
"""Appended records are sent when there are so many of a kind, so that an import of any length needs little memory."""

_MOST_IDS: Final = 200_000
"""Ids of a semi-join that go into a statement; one of 16 MB takes half a million, and may have several semi-joins."""


class MongoSession:
    """One transaction. Keep it short: the server gives one up after a minute, and other writers of a record wait."""

    def __init__(self, store: "MongoStore") -> None:
        """Begin; nothing is sent yet."""
        self._store = store
        self._session = store.client.start_session(causal_consistency=False)
        self._session.start_transaction(
            read_concern=_SNAPSHOT, write_concern=store.safe, read_preference=ReadPreference.PRIMARY
        )
        self._appended: dict[type[Any], list[Document]] = {}

    def load(self, entity: type[E], id: UUID) -> E | None:  # noqa: A002
        """Answer the record, or None."""
        with self._running():
            document = self._collection(entity).find_one({"_id": id}, session=self._session)
        found: E | None = None if document is None else self._mapping(entity).to_entity(document)
        return found

    def find(self, query: Query[E]) -> Sequence[E]:
        """Answer the records in the query's order."""
        if query.limit == 0:  # which MongoDB takes for no limit
            return []
        translation = self._translation(query.entity)
        sort = translation.sort(query.full_order)
        with self._running():
            stages = translation.stages(query, {"$sort": dict(sort)})
            if translation.lookups:
                page = [{"$skip": query.offset}] if query.offset else []
                page += [{"$limit": query.limit}] if query.limit else []
                documents = self._aggregate(query.entity, [*stages, *page])
            else:
                cursor = self._collection(query.entity).find(
                    stages[0]["$match"],
                    sort=sort,
                    skip=query.offset,
                    limit=query.limit or 0,
                    batch_size=query.limit or 0,
                    allow_disk_use=True,
                    session=self._session,
                )
                documents = list(cursor)
        return list(map(self._mapping(query.entity).to_entity, documents))

    def count(self, query: Query[Any], at_most: int | None = None) -> int:
        """Count the records."""
        if at_most is not None and at_most < 1:  # which MongoDB refuses as a limit
            return 0
        limit = {} if at_most is None else {"limit": at_most}
        translation, every = self._translation(query.entity), Query(entity=query.entity, condition=query.condition)
        with self._running():
            stages = translation.stages(every)
            if not translation.lookups:
                condition = stages[0]["$match"]
                return self._collection(query.entity).count_documents(condition, session=self._session, **limit)
            fewer = [] if at_most is None else [{"$limit": at_most}]
            counted = self._aggregate(query.entity, [*stages, *fewer, {"$count": "found"}])
            return counted[0]["found"] if counted else 0

    def tally(self, tally: Tally) -> Sequence[TallyRow]:
        """Group and measure on the server."""
        entity, codec = tally.of.entity, self._store.codec
        with self._running():
            start, found = turned(codec, tally, self._are_many, self._translation) or (entity, None)
            if found is None:
                found = self._translation(entity).stages(Query(entity=entity, condition=tally.of.condition))
            stages = tallies.pipeline(codec, tally, found, self._translation)
            documents = self._aggregate(start, [*stages, *tallies.finished(codec, tally)])
            if documents and tallies.of_all(codec, tally):
                if together.are_all(tally, documents):
                    whole = together.added(codec, tally, documents)
                else:
                    (whole,) = self._aggregate(start, [*stages, together.stage(codec, tally)])
                documents = [document | whole | {"_id": document["_id"]} for document in documents]
        return tallies.rows(codec, tally, documents)

    def insert(self, entity: Entity) -> bool:
        """Store a new record unless its id or a unique value is taken.

        It looks before it writes, since a duplicate key would make the server give up the whole transaction; whoever
        takes the same value at the same time makes one of the two fail with ``Contention``.
        """
        mapping, collection = self._mapping(type(entity)), self._collection(type(entity))
        document = mapping.to_document(entity)
        with self._running(entity=mapping.schema.name, id=entity.id):
            for keys in mapping.uniques:
                values = {key: document[key] for key in keys}
                if None not in values.values() and collection.find_one(values, {"_id": 1}, session=self._session):
                    return False
            taken = {"_id": document.pop("_id")}
            done = collection.update_one(taken, {"$setOnInsert": document}, upsert=True, session=self._session)
        return done.matched_count == 0

    def replace(self, entity: Entity, expected: int) -> bool:
        """Store a new version of a record if the stored version is *expected*."""
        mapping = self._mapping(type(entity))
        with self._running(entity=mapping.schema.name, id=entity.id):
            done = self._collection(type(entity)).replace_one(
                {"_id": entity.id, "version": expected}, mapping.to_document(entity), session=self._session
            )
        return done.matched_count == 1

    def delete(self, entity: type[Any], id: UUID, expected: int) -> bool:  # noqa: A002
        """Remove a record if the stored version is *expected*."""
        with self._running(entity=self._mapping(entity).schema.name, id=id):
            done = self._collection(entity).delete_one({"_id": id, "version": expected}, session=self._session)
        return done.deleted_count == 1

    def append(self, records: Sequence[Entity]) -> None:
        """Keep new records to be sent together: with the commit, or when there are many."""
        for record in records:
            cls = type(record)
            documents = self._appended.setdefault(cls, [])
            documents.append(self._mapping(cls).to_document(record))
            if len(documents) >= _BATCH:
                self._send(cls)

    def renew(self, records: Sequence[Entity]) -> None:
        """Store the next versions of many records, each kind in one go."""
        for cls, some in groupby(records, type):
            mapping = self._mapping(cls)
            rest = iter(some)
            while part := list(islice(rest, _BATCH)):
                changes = [
                    ReplaceOne({"_id": one.id, "version": one.version - 1}, mapping.to_document(one)) for one in part
                ]
                with self._running(entity=mapping.schema.name):
                    done = self._collection(cls).bulk_write(changes, session=self._session)
                if done.matched_count != len(part):
                    raise Contention(entity=mapping.schema.name)

    def derive(self, derivation: Derivation) -> int:
        """Make records of records by a pipeline that ends in ``$merge``, which no transaction may hold.

        What it makes is there at once. It carries the mark of this run, by which it is counted.
        """
        made = Deriving(self._store.codec, derivation, self._resolve)
        with self._running(entity=self._mapping(derivation.into).schema.name):
            self._collection(derivation.source.entity).aggregate(made.pipeline(), allowDiskUse=True)
            return self._collection(derivation.into).count_documents(made.mark())

    def commit(self) -> None:
        """Send what was put aside and commit; a commit of unknown outcome is sent again, the work never."""
        for cls in tuple(self._appended):
            self._send(cls)
        with self._running():
            for left in reversed(range(_COMMITS)):
                try:
                    self._session.commit_transaction()
                except PyMongoError as error:
                    if not (left and error.has_error_label(UNKNOWN_COMMIT)):
                        raise
                else:
                    return

    def close(self) -> None:
        """Give up what was not committed."""
        with suppress(PyMongoError):
            self._session.end_session()

    def _send(self, cls: type[Any]) -> None:
        with self._running(entity=self._mapping(cls).schema.name):
            self._collection(cls).insert_many(self._appended.pop(cls), session=self._session)

    def _aggregate(self, entity: type[Any], stages: list[Document]) -> list[Document]:
        return list(self._collection(entity).aggregate(stages, session=self._session, allowDiskUse=True))

    def _are_many(self, query: Query[Any]) -> bool:
        """Tell whether a query finds more records than a list of ids should have."""
        translation = self._translation(query.entity)
        condition = translation.condition(query.condition)
        if translation.lookups:
            return True
        found = self._collection(query.entity).find(condition, {"_id": 1}, limit=FEW + 1, session=self._session)
        return len(list(found)) > FEW

    def _resolve(self, query: Query[Any], on: tuple[str, ...]) -> list[UUID] | None:
        """Answer the ids that a semi-join asks for; None for more than a statement takes."""
        key = key_of(self._mapping(query.entity).spec(on))
        translation = self._translation(query.entity)
        condition = translation.condition(query.condition)
        shown = {"_id": 0, key: 1} if key != "_id" else {"_id": 1}
        if translation.lookups:
            return None
        found = self._collection(query.entity).find(condition, shown, limit=_MOST_IDS + 1, session=self._session)
        documents = list(found)
        return None if len(documents) > _MOST_IDS else list({document[key] for document in documents} - {None})

    @contextmanager
    def _running(self, **about: Any) -> Iterator[None]:
        """Make sure there is a transaction, for the driver would run statements without one after its end."""
        if not self._session.in_transaction:
            raise StoreError(reason=f"{self._store.address}: the session has ended")
        with translated(self._store.address, **about):
            yield

    def _collection(self, entity: type[Any]) -> Collection[Document]:
        return self._store.database[self._mapping(entity).schema.name]

    def _mapping(self, entity: type[Any]) -> Mapping:
        return self._store.codec.mappings[entity]

    def _translation(self, entity: type[Any]) -> Translation:
        return Translation(self._store.codec, entity, self._resolve)
