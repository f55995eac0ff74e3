"""Which kinds of values a field can hold; every store, form and file format knows exactly these."""

import datetime as dt
import enum
import functools
import re
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

import attrs

__all__ = ["META", "Hint", "Kind", "Shape", "hint", "name_of", "shape_of"]

Kind = Literal[
    "text", "integer", "boolean", "decimal", "date", "instant", "uuid", "enum", "text_list", "uuid_list", "value"
]
META: Final = "crmcore"
_KINDS: Final[dict[Any, Kind]] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    Decimal: "decimal",
    dt.date: "date",
    dt.datetime: "instant",
    UUID: "uuid",
}
_LISTS: Final[dict[Any, Kind]] = {str: "text_list", UUID: "uuid_list"}


@attrs.frozen(kw_only=True)
class Hint:
    """Facts about a field that its type and constraints can't say."""

    ref: str = ""
    """Name of the entity whose id the field holds."""
    unique: bool = False
    """No two records have the same value; records without a value do not count."""
    within: tuple[str, ...] = ()
    """… among the records that agree in these fields."""
    indexed: bool = False
    """Lists filter by it."""
    searchable: bool = False
    """Text search (contains, starts with) is offered; stores keep a folded copy."""
    keyword: bool = False
    """People search for parts of it among very many records: stores keep an index of its pairs of characters, so that
    a search for two characters or more never reads all of them; of a list of texts, an index of its items."""
    derived: bool = False
    """Computed from other fields when the record is stored; never shown, exported or told in the history."""
    system: bool = False
    """Written by the library, never by a form (requirement GEN-15)."""
    fixed: bool = False
    """Given when the record is made, not changed afterwards."""
    secret: bool = False
    """Never shown, logged or exported; change records say only that it changed."""
    personal: bool = False
    """Says something about a living person (requirement NFR-19)."""
    long: bool = False
    """Text of several lines."""
    unit: str = ""
    """Unit of a number, ``%``."""
    dictionary: str = ""
    """Category of the data dictionary whose codes the field holds (decision 16.9)."""


def hint(**facts: Any) -> dict[str, Hint]:
    """Attach facts to a field: ``field(metadata=hint(searchable=True))``; see :class:`Hint`."""
    return {META: Hint(**facts)}


@attrs.frozen
class Shape:
    """A field's type taken apart."""

    kind: Kind
    nullable: bool
    type: Any
    """The class behind the annotation: ``UUID`` for ``UserId | None``."""


def shape_of(annotation: Any) -> Shape:
    """Take an annotation apart.

    Raises:
        TypeError: The annotation is none that every store can keep.
    """
    bare, nullable = _unwrap(annotation)
    if isinstance(bare, type) and issubclass(bare, enum.Enum):
        return Shape("enum", nullable, bare)
    if isinstance(bare, type) and attrs.has(bare):
        return Shape("value", nullable, bare)
    if typing.get_origin(bare) is tuple:
        item, rest = typing.get_args(bare)
        if rest is Ellipsis and (listed := _LISTS.get(_unwrap(item)[0])):
            return Shape(listed, nullable, tuple)
    if kind := _KINDS.get(bare):
        return Shape(kind, nullable, bare)
    message = f"no store can keep a field of type {annotation!r}"
    raise TypeError(message)


def _name_of(cls: type) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()


name_of: Final[Callable[[type[Any]], str]] = cast("Callable[[type[Any]], str]", functools.cache(_name_of))
"""Name an entity as programs do: ``PlanItem`` is ``plan_item``."""


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """Split ``X | None`` into X and True, and look through ``NewType``."""
    nullable = False
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        if len(rest) == 1:
            nullable, annotation = True, rest[0]
    bare: Any = annotation
    while hasattr(bare, "__supertype__"):
        bare = bare.__supertype__
    return bare, nullable
