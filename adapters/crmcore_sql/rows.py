"""Takes many rows in parts that one statement holds."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

__all__ = ["batched", "batched_by_size"]

T = TypeVar("T")
Row = Sequence[Any]


def batched(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Answer *items* in parts of at most *most*."""
    rest = iter(items)
    while part := list(islice(rest, most)):
        yield part


def batched_by_size(rows: Iterable[Row], most: int, largest: int) -> Iterator[list[Row]]:
    """Answer *rows* in parts of at most *most*, whose texts have at most *largest* characters, or of a single one."""
    part: list[Row] = []
    size = 0
    for row in rows:
        length = sum(len(value) for value in row if isinstance(value, str | bytes))
        if part and (len(part) == most or size + length > largest):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part
