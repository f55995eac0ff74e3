"""Entities as BSON documents and back: exact, and without running an entity's checks on what was checked before.

A document has one key for each value of the entity, ``price_amount`` for a value inside a value, ``_id`` for the id,
and ``name_fold`` beside ``name`` where text search is offered, with ``name_fragments`` where an index of keywords is.
What is missing is written as null, so that every key is there.
"""

import datetime as dt
import functools
import operator
import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from bson import Decimal128
from cattrs import Converter
from cattrs.fns import identity

from crmcore.base.kinds import Kind
from crmcore.base.schema import EntitySchema, FieldSpec
from crmcore.base.text import fold, fragments
from crmcore_mongo.urls import Document

__all__ = ["Codec", "Mapping", "fold_key", "fragments_key", "is_searched", "key_of", "number_of"]

FOLD: Final = "_fold"
FRAGMENTS: Final = "_fragments"
_MIDDLE: Final = 2**31
Decode = Callable[[Any], Any]
_LISTS: Final[dict[Kind, Any]] = {"text_list": tuple[str, ...], "uuid_list": tuple[UUID, ...]}
_WRITTEN_OTHERWISE: Final = frozenset({"decimal", "date", "enum", "text_list", "uuid_list"})
_READ_AS_IT_IS: Final = frozenset({"text", "boolean", "uuid", "instant"})


def key_of(spec: FieldSpec) -> str:
    """Name the key that holds a field."""
    return "_id" if spec.path == ("id",) else spec.name


def fold_key(spec: FieldSpec) -> str:
    """Name the key that holds a searchable field in the form in which search compares it."""
    return spec.name + FOLD


def fragments_key(spec: FieldSpec) -> str:
    """Name the key that holds what an index of keywords finds a field by."""
    return spec.name + FRAGMENTS


def is_searched(spec: FieldSpec) -> bool:
    """Tell whether a text has an index of keywords; that of a list is an index of the list itself."""
    return spec.hint.keyword and spec.kind == "text"


@functools.lru_cache(maxsize=2**16)
def number_of(fragment: str) -> int:
    """Answer a number of 32 bits that stands for a fragment; two of them may share one, since hits are looked at."""
    return zlib.crc32(fragment.encode()) - _MIDDLE


@attrs.frozen(eq=False)
class Mapping:
    """How one kind of entity is kept."""

    schema: EntitySchema
    to_document: Callable[[Any], Document]
    to_entity: Callable[[Document], Any]
    uniques: tuple[tuple[str, ...], ...]
    """The keys whose values together are unique."""
    decoders: dict[str, Decode]
    """For a field's name, what turns its BSON value into the entity's; null excepted."""

    def spec(self, path: tuple[str, ...]) -> FieldSpec:
        """Find a field by its path."""
        return self.schema.by_path[path]

    def decode(self, spec: FieldSpec, value: Any) -> Any:
        """Turn one BSON value of a field into the entity's value."""
        return None if value is None else self.decoders[spec.name](value)


class Codec:
    """One converter, with the hooks of every entity built once."""

    def __init__(self, schemas: Sequence[EntitySchema]) -> None:
        """Prepare the mapping of each kind of entity."""
        self._converter = _converter()
        self.encode: Callable[[Any], Any] = self._converter.unstructure
        self.mappings = {schema.cls: self._mapping(schema) for schema in schemas}

    def _mapping(self, schema: EntitySchema) -> Mapping:
        decoders = {spec.name: self._decoder(spec) for spec in schema.fields}
        self._converter.register_unstructure_hook(schema.cls, self._document_writer(schema))
        self._converter.register_structure_hook(schema.cls, _document_reader(schema, decoders))
        return Mapping(
            schema=schema,
            to_document=self._converter.get_unstructure_hook(schema.cls),
            to_entity=_bound(self._converter.get_structure_hook(schema.cls), schema.cls),
            uniques=tuple(tuple(key_of(schema.by_name[name]) for name in names) for names in schema.uniques),
            decoders=decoders,
        )

    def _decoder(self, spec: FieldSpec) -> Decode:
        wanted = _LISTS.get(spec.kind, spec.type)
        if spec.kind == "enum":
            members = {one.value: one for one in wanted}
            self._converter.register_unstructure_hook(wanted, operator.attrgetter("value"))
            self._converter.register_structure_hook(wanted, lambda code, _: members[code])
        return _bound(self._converter.get_structure_hook(wanted), wanted)

    def _document_writer(self, schema: EntitySchema) -> Callable[[Any], Document]:
        keys = tuple(key_of(spec) for spec in schema.fields)
        encoders = tuple(
            (key_of(spec), self._converter.get_unstructure_hook(spec.type))
            for spec in schema.fields
            if spec.kind in _WRITTEN_OTHERWISE
        )
        folds = tuple((spec.name, fold_key(spec)) for spec in schema.fields if spec.hint.searchable)
        searched = tuple((fold_key(spec), fragments_key(spec)) for spec in schema.fields if is_searched(spec))
        flatten = schema.flatten

        def to_document(entity: Any) -> Document:
            document: Document = dict(zip(keys, flatten(entity), strict=True))
            for key, encode in encoders:
                if (value := document[key]) is not None:
                    document[key] = encode(value)
            for key, folded in folds:
                document[folded] = None if (value := document[key]) is None else fold(value)
            for folded, found in searched:
                document[found] = list(map(number_of, fragments(document[folded] or "")))
            return document

        return to_document


def _document_reader(schema: EntitySchema, decoders: dict[str, Decode]) -> Callable[[Document, Any], Any]:
    values_of = operator.itemgetter(*(key_of(spec) for spec in schema.fields))
    places = tuple((n, decoders[spec.name]) for n, spec in enumerate(schema.fields) if spec.kind not in _READ_AS_IT_IS)
    hydrate = schema.hydrate

    def to_entity(document: Document, _: Any) -> Any:
        values = list(values_of(document))
        for place, decode in places:
            if (value := values[place]) is not None:
                values[place] = decode(value)
        return hydrate(values)

    return to_entity


def _bound(hook: Callable[[Any, Any], Any], wanted: Any) -> Decode:
    return lambda value: hook(value, wanted)


def _converter() -> Converter:
    """Know the kinds of values that a field can hold."""
    converter = Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
    for kept in (UUID, dt.datetime):
        converter.register_unstructure_hook(kept, identity)
    for same in (UUID, dt.datetime, str, bool):
        converter.register_structure_hook(same, lambda value, _: value)
    converter.register_structure_hook(int, lambda value, _: int(value))  # a 64-bit integer arrives as bson.Int64
    converter.register_unstructure_hook(dt.date, dt.date.isoformat)
    converter.register_structure_hook(dt.date, lambda value, _: dt.date.fromisoformat(value))
    converter.register_unstructure_hook(Decimal, Decimal128)
    converter.register_structure_hook(Decimal, lambda value, _: value.to_decimal())
    return converter
