"""What the database has for each kind of record: a collection, a validator and indexes."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import attrs
import bson
from bson import Binary, Decimal128, Int64

from crmcore.base.constraints import Digits, Items, Length, Range
from crmcore.base.kinds import Kind
from crmcore.base.schema import EntitySchema, FieldSpec
from crmcore_mongo.codec import fold_key, fragments_key, is_searched, key_of
from crmcore_mongo.urls import Document

__all__ = ["INDEX_PREFIX", "Index", "Plan", "plan_of"]

INDEX_PREFIX: Final = "crm_"
"""Begins the names of our indexes; an operator's own indexes are left alone."""
MOST_DIGITS: Final = 34
_LISTS: Final = frozenset({"text_list", "uuid_list"})
_TYPES: Final[dict[Kind, list[str]]] = {
    "text": ["string"],
    "integer": ["int", "long"],
    "boolean": ["bool"],
    "decimal": ["decimal"],
    "date": ["string"],
    "instant": ["date"],
    "uuid": ["binData"],
    "text_list": ["array"],
    "uuid_list": ["array"],
}
_LEAST: Final[dict[Kind, Any]] = {
    "text": "",
    "integer": Int64(-(2**63)),
    "boolean": False,
    "decimal": Decimal128("-Infinity"),
    "date": "",
    "instant": dt.datetime(1, 1, 1, tzinfo=dt.UTC),
    "enum": "",
    "uuid": Binary.from_uuid(UUID(int=0)),
}
"""The lowest value of each kind: what is at least this is not null."""


@attrs.frozen(kw_only=True)
class Index:
    """One index, as ``createIndexes`` takes it and ``listIndexes`` answers it."""

    name: str
    key: tuple[str, ...]
    unique: bool = False
    partial: Document = attrs.field(factory=dict)

    def as_document(self) -> Document:
        """Write it down; keys ascend, since MongoDB reads an index in both directions."""
        document: Document = {"name": self.name, "key": dict.fromkeys(self.key, 1)}
        if self.unique:
            document["unique"] = True
        if self.partial:
            document["partialFilterExpression"] = self.partial
        return document


@attrs.frozen(kw_only=True)
class Plan:
    """Everything the database has to have for one kind of record."""

    collection: str
    validator: Document
    indexes: tuple[Index, ...]
    fingerprint: str
    """Differs when anything of this differs."""


def plan_of(schema: EntitySchema) -> Plan:
    """Plan the collection of one kind of record."""
    validator, indexes = _validator(schema), tuple(_indexes(schema))
    parts = {"validator": validator, "indexes": [index.as_document() for index in indexes]}
    return Plan(
        collection=schema.name,
        validator=validator,
        indexes=indexes,
        fingerprint=hashlib.sha256(bson.encode(parts)).hexdigest(),
    )


def _indexes(schema: EntitySchema) -> Iterator[Index]:
    """Plan one index for each set of fields that are unique or that lists go by.

    A partial index says ``at least the lowest value`` rather than ``of this type``, because MongoDB can then tell
    that a search for a value needs no more than the index. What may be null comes first in it: a server that takes the
    index for a search by that field alone, because the index speaks of it, then finds it where it looks.
    """
    for names in schema.uniques:
        specs = [schema.by_name[name] for name in names]
        if any(spec.kind in _LISTS for spec in specs):
            raise TypeError(f"{schema.name}: MongoDB would make each item of a list unique, not the list")
        yield Index(
            name=f"{INDEX_PREFIX}unique_{'_'.join(names)}",
            key=tuple(map(key_of, sorted(specs, key=lambda spec: not spec.nullable))),
            unique=True,
            partial={key_of(spec): {"$gte": _LEAST[spec.kind]} for spec in specs if spec.nullable},
        )
    for names in dict.fromkeys(schema.indexes):
        if sum(schema.by_name[name].kind in _LISTS for name in names) > 1:
            raise TypeError(f"{schema.name}: MongoDB has no index over two lists, {' and '.join(names)}")
        keys = dict.fromkeys([*(key_of(schema.by_name[name]) for name in names), "_id"])
        yield Index(name=f"{INDEX_PREFIX}by_{'_'.join(names)}", key=tuple(keys))
    for spec in schema.fields:
        if spec.hint.keyword:
            key = fragments_key(spec) if is_searched(spec) else key_of(spec)
            yield Index(name=f"{INDEX_PREFIX}by_{key}", key=(key,))


def _validator(schema: EntitySchema) -> Document:
    r"""Describe what may be stored: a second line behind the core, so never stricter than the core is.

    Patterns are left to the core: ``\d`` and its kin mean less in the server's regular expressions than in Python's.
    """
    properties = {key_of(spec): _property(spec) for spec in schema.fields}
    properties |= {fold_key(spec): _typed(["string"], spec) for spec in schema.fields if spec.hint.searchable}
    numbers: Document = {"bsonType": ["array"], "items": {"bsonType": "int"}}
    properties |= dict.fromkeys([fragments_key(spec) for spec in schema.fields if is_searched(spec)], numbers)
    validator: Document = {
        "$jsonSchema": {"bsonType": "object", "required": list(properties), "properties": properties}
    }
    if beyond := [one for spec in schema.fields for one in _beyond(spec)]:
        validator["$nor"] = beyond
    return validator


def _property(spec: FieldSpec) -> Document:
    if spec.kind == "enum":
        return {"enum": [one.value for one in spec.type] + ([None] if spec.nullable else [])}
    described = _typed(_TYPES[spec.kind], spec)
    if spec.kind == "date":
        return described | {"minLength": 10, "maxLength": 10}
    if length := spec.constraint(Length):
        described |= {"minLength": length.min, "maxLength": length.max}
    if bounds := spec.constraint(Range):
        described |= {"minimum": bounds.min, "maximum": bounds.max}
    if spec.kind == "uuid_list":
        described["items"] = {"bsonType": "binData"}
    elif spec.kind == "text_list":
        described["items"] = {"bsonType": "string"}
    if items := spec.constraint(Items):
        described["maxItems"] = items.count
    return described


def _typed(types: list[str], spec: FieldSpec) -> Document:
    return {"bsonType": [*types, "null"] if spec.nullable else types}


def _beyond(spec: FieldSpec) -> list[Document]:
    """What a decimal may not be. Said as a query, for not every server applies JSON schema bounds to decimals."""
    digits = spec.constraint(Digits)
    if digits is None:
        return []
    if digits.total > MOST_DIGITS:
        raise TypeError(f"{spec.name}: MongoDB keeps {MOST_DIGITS} digits, not {digits.total}")
    bound = f"1E+{digits.total - digits.places}"
    return [{key_of(spec): {"$gte": Decimal128(bound)}}, {key_of(spec): {"$lte": Decimal128("-" + bound)}}]
