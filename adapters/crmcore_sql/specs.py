"""Tables as plain data: what migrations freeze and compare, and what every product's tables are made from."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import attrs

from crmcore.base.constraints import Digits, Length
from crmcore.base.kinds import Kind
from crmcore.base.schema import EntitySchema, FieldSpec
from crmcore.base.text import fold, fragment_of, fragments

__all__ = ["Column", "Index", "Shadow", "Table", "digest", "shadows_of", "table_of"]

_ENUM_LENGTH: Final = 40
"""Room for the codes of choices that later versions add."""
_INDEXED_CHARACTERS: Final = 325
"""PostgreSQL takes 2704 bytes in one index row, InnoDB 3072: two texts of this length and an id fit in any script."""
_LONGEST_NAME: Final = 60
"""MySQL takes 64 characters, PostgreSQL 63."""


@attrs.frozen
class Column:
    """One column."""

    name: str
    kind: Kind | Literal["fold", "digest", "fragments"]
    """A kind of field, or what a shadow is for."""
    nullable: bool = attrs.field(default=False, kw_only=True)
    length: int = attrs.field(default=0, kw_only=True)
    """Most characters of a text, or of the text behind a shadow."""
    digits: tuple[int, int] = attrs.field(default=(0, 0), kw_only=True)
    """Digits of a decimal: all, and those after the point."""


@attrs.frozen
class Index:
    """One index."""

    columns: tuple[str, ...]
    unique: bool = False
    keyword: bool = attrs.field(default=False, kw_only=True)
    """It finds records by the fragments in its only column."""

    def name_on(self, table: str) -> str:
        """Name the index after its columns; a long name ends with a digest instead."""
        name = "_".join(("uq" if self.unique else "ix", table, *self.columns))
        if len(name) <= _LONGEST_NAME:
            return name
        return f"{name[: _LONGEST_NAME - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@attrs.frozen
class Table:
    """One table; its primary key is ``id``."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()


@attrs.frozen(kw_only=True, eq=False)
class Shadow:
    """A column computed from a field in Python, so that every product searches and compares the same.

    ``fold`` is the text as search compares it. ``digest`` stands for a text that must be unique but may be too long for
    an index; where it is equal, the texts are. ``fragments`` are what an index of keywords finds a text by.
    """

    name: str
    source: FieldSpec
    kind: Literal["fold", "digest", "fragments"]
    make: Callable[[Any], Any]


def digest(text: str) -> bytes:
    """Answer 32 bytes that stand for a text."""
    return hashlib.sha256(text.encode()).digest()


def _finder(schema: EntitySchema, spec: FieldSpec) -> Callable[[Any], set[str]]:
    if spec.kind == "text_list":
        return lambda items: set(map(fragment_of, items))
    if not spec.hint.searchable:
        message = f"{schema.name}.{spec.name}: a keyword is looked for in what is searchable, or in a list of texts"
        raise TypeError(message)
    return lambda text: fragments(fold(text))


def shadows_of(schema: EntitySchema) -> dict[tuple[str, str], Shadow]:
    """List the shadows of a kind of record by the name of their field and what they are for."""
    found: dict[tuple[str, str], Shadow] = {}
    unique = {name for names in schema.uniques for name in names}
    for spec in schema.fields:
        if spec.hint.searchable:
            found[spec.name, "fold"] = Shadow(name=f"{spec.name}_fold", source=spec, kind="fold", make=fold)
        if spec.hint.keyword:
            found[spec.name, "fragments"] = Shadow(
                name=f"{spec.name}_fragments", source=spec, kind="fragments", make=_finder(schema, spec)
            )
        if spec.name in unique and spec.kind == "text" and _length(spec) > _INDEXED_CHARACTERS:
            found[spec.name, "digest"] = Shadow(name=f"{spec.name}_digest", source=spec, kind="digest", make=digest)
    return found


def table_of(schema: EntitySchema) -> Table:
    """Answer the table of a kind of record: its fields, then their shadows."""
    shadows = shadows_of(schema)
    columns = [_column(spec) for spec in schema.fields]
    columns += [
        Column(one.name, one.kind, nullable=one.source.nullable, length=_length(one.source)) for one in shadows.values()
    ]
    indexes = [
        Index(
            tuple(shadows[name, "digest"].name if (name, "digest") in shadows else name for name in names), unique=True
        )
        for names in schema.uniques
    ]
    indexes += [Index(_with_id(names)) for names in schema.indexes]
    indexes += [Index((one.name,), keyword=True) for one in shadows.values() if one.kind == "fragments"]
    for name in {name for names in schema.indexes for name in names}:
        if schema.by_name[name].kind == "text" and _length(schema.by_name[name]) > _INDEXED_CHARACTERS:
            message = f"{schema.name}.{name}: an index takes texts of at most {_INDEXED_CHARACTERS} characters"
            raise TypeError(message)
    return Table(schema.name, tuple(columns), tuple(dict.fromkeys(indexes)))


def _column(spec: FieldSpec) -> Column:
    digits = spec.constraint(Digits)
    return Column(
        spec.name,
        spec.kind,
        nullable=spec.nullable,
        length=_length(spec),
        digits=(digits.total, digits.places) if digits is not None else (0, 0),
    )


def _length(spec: FieldSpec) -> int:
    if spec.kind == "enum":
        return max(_ENUM_LENGTH, *(len(member.value) for member in spec.type))
    length = spec.constraint(Length)
    return length.max if length is not None else 0


def _with_id(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names) if names[-1] == "id" else (*names, "id")
