"""Pages of a list, as screens show them (requirement GEN-10)."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import attrs

__all__ = ["Page", "page_count"]

T = TypeVar("T")


@attrs.frozen
class Page(Generic[T]):
    """One page of a list and what the pager says about it."""

    rows: Sequence[T]
    total: int
    """Number of records in the whole list."""
    number: int
    """Which page this is, from 1."""
    size: int
    """Most records on a page."""
    more: bool = False
    """There are more records than ``total``: a search among very many is counted no further ("more than 1,000")."""

    @property
    def pages(self) -> int:
        """Number of pages; an empty list has one."""
        return page_count(self.total, self.size)

    @property
    def first_row(self) -> int:
        """Place of this page's first record in the list, from 1."""
        return (self.number - 1) * self.size + 1


def page_count(total: int, size: int) -> int:
    """Tell how many pages *total* records take; an empty list takes one."""
    return max(1, -(-total // size))
