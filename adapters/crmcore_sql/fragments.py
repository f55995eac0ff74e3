"""How the fragments of a text are written: as numbers where the server keeps lists, as words where it reads text."""

import functools
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from crmcore.base.text import fold, fragment_of, sought

if TYPE_CHECKING:
    from crmcore_sql.mapping import EntityMap
    from crmcore_sql.products import Product

__all__ = [
    "any_candidates",
    "as_array",
    "as_json",
    "as_words",
    "candidates",
    "having_any",
    "having_fragments",
    "item_bind",
    "keyword_bind",
    "keyword_table",
    "number_of",
]

_MOST_SOUGHT: Final = 32
"""Fragments of one keyword that are looked up; a longer one is told from others by these and by looking at the hits."""
_MOST_JOINED: Final = 8
"""The same where each of them is a table to join."""
_MIDDLE: Final = 2**31
_PRIVATE: Final = 0xE000
_WORD: Final = {code: _PRIVATE + code for code in range(0x80) if not chr(code).isalnum()}
"""Between words SQLite sees everything in ASCII that is no letter and no digit."""


@functools.lru_cache(maxsize=2**16)
def number_of(fragment: str) -> str:
    """Answer a number of 32 bits that stands for a fragment; two of them may share one, since hits are looked at."""
    return str(zlib.crc32(fragment.encode()) - _MIDDLE)


def as_array(found: Iterable[str]) -> str:
    """Write fragments as PostgreSQL reads an array."""
    return "{" + ",".join(map(number_of, found)) + "}"


def as_json(found: Iterable[str]) -> str:
    """Write fragments as a list in JSON."""
    return "[" + ",".join(map(number_of, found)) + "]"


def as_words(found: Iterable[str]) -> str:
    """Write fragments as words of a text."""
    return "\n".join(found).translate(_WORD_BREAKS)


_WORD_BREAKS: Final = {**_WORD, 0x0A: 0x20}


def item_bind(product: "Product", write: Callable[[Any], Any]) -> Callable[[Any, list[Any]], int]:
    """Answer what adds the values of an item that a list has: its fragment, and the item as *write* makes it."""

    def bind(item: str, values: list[Any]) -> int:
        values += [*_taken(product, [fragment_of(item)]), write(item)]
        return 1

    return bind


def keyword_bind(product: "Product") -> Callable[[Any, list[Any]], int]:
    """Answer what adds the values of a keyword: its fragments, as the product takes them, and the folded text.

    It answers how many values the fragments take.
    """
    most = _MOST_JOINED if product.name == "mariadb" else _MOST_SOUGHT

    def bind(keyword: str, values: list[Any]) -> int:
        folded = fold(keyword)
        chosen = sought(folded)[:most]
        taken = _taken(product, chosen) if chosen else []
        values.extend(taken)
        values.append(folded)
        return len(taken)

    return bind


def _taken(product: "Product", chosen: list[str]) -> list[Any]:
    match product.name:
        case "sqlite":
            return [" ".join(f'"{word}"' for word in as_words(chosen).split(" "))]
        case "postgresql":
            return [as_array(chosen)]
        case _:
            return [int(number_of(one)) for one in chosen]


def keyword_table(table: str, column: str) -> str:
    """Name what SQLite and MariaDB find the fragments in a column by."""
    return f"{table}_{column}"


def having_fragments(
    product: "Product", mapping: "EntityMap", field: str, size: int, binds: Callable[[Any], Any]
) -> sa.ColumnElement[Any]:
    """Answer the condition that a text has the fragments of a keyword, which an index finds."""
    table = mapping.table
    if product.name == "postgresql":
        column = table.c[mapping.shadows[field, "fragments"].name]
        having: sa.ColumnElement[Any] = column.contains(binds(column.type))
        return having
    key: sa.ColumnElement[Any] = table.c.rowid if product.name == "sqlite" else table.c.id
    return sa.and_(*(key.in_(ids) for ids in _lists(product, mapping, field, size, binds)))


def having_any(
    product: "Product", mapping: "EntityMap", tests: Sequence[tuple[str, int]], binds: Callable[[Any], Any]
) -> sa.ColumnElement[Any]:
    """Answer the condition that a record has the fragments of one keyword at least, each given by field and size.

    Said as one list of keys where a product finds by several lists only if they are one.
    """
    if product.name == "postgresql" or len(tests) == 1:
        return sa.or_(*(having_fragments(product, mapping, field, size, binds) for field, size in tests))
    key: sa.ColumnElement[Any] = mapping.table.c.rowid if product.name == "sqlite" else mapping.table.c.id
    either = any_candidates(product, mapping, tests, binds).subquery("either")
    return key.in_(sa.select(*either.c))


def any_candidates(
    product: "Product", mapping: "EntityMap", tests: Sequence[tuple[str, int]], binds: Callable[[Any], Any]
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Answer the keys of all records that have the fragments of one keyword at least, each once."""
    each = [candidates(product, mapping, field, size, binds) for field, size in tests]
    return each[0] if len(each) == 1 else sa.union(*each)


def candidates(
    product: "Product", mapping: "EntityMap", field: str, size: int, binds: Callable[[Any], Any]
) -> sa.Select[Any]:
    """Answer one row for each record whose text has the fragments of a keyword, without a look at it where possible."""
    if product.name == "postgresql":
        having = having_fragments(product, mapping, field, size, binds)
        return sa.select(sa.literal_column("1")).select_from(mapping.table).where(having)
    first, *others = _lists(product, mapping, field, size, binds)
    (key,) = first.selected_columns
    return first.where(*(key.in_(ids) for ids in others))


def _lists(
    product: "Product", mapping: "EntityMap", field: str, size: int, binds: Callable[[Any], Any]
) -> list[sa.Select[Any]]:
    """Answer the keys of all records that have the fragments: one list in SQLite, elsewhere one for each fragment."""
    name = keyword_table(mapping.schema.name, mapping.shadows[field, "fragments"].name)
    if product.name == "sqlite":
        words = sa.table(name, sa.column("rowid"))
        matching: Any = sa.column(name).op("MATCH", is_comparison=True)
        return [sa.select(words.c.rowid).where(matching(binds(sa.Text())))]
    found = []
    for place in range(size):
        kept = sa.table(name, sa.column("fragment"), sa.column("id")).alias(f"fragment{place}")
        found.append(sa.select(kept.c.id).where(kept.c.fragment == binds(sa.Integer())))
    return found
