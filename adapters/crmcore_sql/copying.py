"""Many new rows for PostgreSQL by COPY: the server stores them page by page and not one by one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

from crmcore_sql.mapping import EntityMap
from crmcore_sql.products import Product

__all__ = ["PLAIN", "Copying", "copying"]

PLAIN: Final = (sa.Uuid, sa.BigInteger, sa.Numeric, sa.Boolean, sa.Date, sa.DateTime)
"""Types whose text needs neither quotes in an array nor escapes in a COPY."""
_AT_ONCE: Final = 1000
"""Rows that are written out before the next are looked at."""
_ESCAPES: Final = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


@attrs.frozen
class Copying:
    """How many rows of one kind of record go in."""

    statement: str
    escaped: tuple[bool, ...]
    """Whether the text of each column may hold what COPY takes for its own."""

    def parts(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
        """Answer *rows* as COPY reads them, in parts."""
        for start in range(0, len(rows), _AT_ONCE):
            columns = zip(*rows[start : start + _AT_ONCE], strict=True)
            written = [_written(column, escaped=one) for column, one in zip(columns, self.escaped, strict=True)]
            yield ("\n".join(map("\t".join, zip(*written, strict=True))) + "\n").encode()


def _written(column: Sequence[str | None], *, escaped: bool) -> Sequence[str]:
    """Write a column's values; all of them at once, where none is missing: text never contains NUL."""
    if None in column:
        return ["\\N" if one is None else _escaped(one) if escaped else one for one in column]
    given: Sequence[Any] = column
    if not escaped:
        return given
    whole = "\0".join(given)
    written = _escaped(whole)
    return given if written == whole else written.split("\0")


def _escaped(text: str) -> str:
    for found, written in _ESCAPES:
        text = text.replace(found, written)
    return text


def copying(mapping: EntityMap, product: Product) -> Copying:
    """Make the statement of a kind of record."""
    quote = product.dialect.identifier_preparer.quote
    columns = list(mapping.table.columns)
    names = ", ".join(quote(column.name) for column in columns)
    return Copying(
        statement=f"COPY {quote(mapping.table.name)} ({names}) FROM STDIN",
        escaped=tuple(not isinstance(product.bind_type(column.type), PLAIN) for column in columns),
    )
