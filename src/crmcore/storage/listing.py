"""Reads one page of a list, with filters as people fill them in (requirements GEN-10, GEN-16, GEN-17)."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from attrs import Attribute

from crmcore.base.errors import Invalid, Problem
from crmcore.base.paging import Page, page_count
from crmcore.base.schema import Entity, describe
from crmcore.base.text import fold, sought
from crmcore.dictionary.parameters import PAGE_SIZE
from crmcore.query import All, AnyOf, Condition, Op, Query, Test, contains, eq
from crmcore.storage.collection import Collection
from crmcore.storage.work import Work

__all__ = [
    "COUNTED",
    "check_whole",
    "exactly",
    "is_quick",
    "page_among",
    "page_of",
    "page_of_both",
    "partly",
    "place_of",
]

E = TypeVar("E", bound=Entity)
T = TypeVar("T")
U = TypeVar("U")
COUNTED: Final = 200
"""How far a list with a keyword is counted: the exact number of hundreds of thousands of hits takes its time."""


def page_of(
    work: Work, records: Collection[E], wanted: Query[E], *, page: int, size: int | None, to_the_end: bool = True
) -> Page[E]:
    """Answer page *page* of what a query finds; the last page if there are fewer.

    A list with a keyword is counted up to :data:`COUNTED` records, or to the page behind the one asked for; ``more``
    then says that there are more. Every other list is counted to its end, unless its first page shows all of it.

    Args:
        work: The unit of work, for the company's page size.
        records: The collection to read.
        wanted: Condition and order of the list.
        page: Which page, from 1; less counts as 1.
        size: Most records on a page, 1 to 200; None for the company's setting.
        to_the_end: Count a list without a keyword to its end; otherwise as far as one with a keyword.

    Raises:
        Invalid: Page or size is no whole number.
    """
    check_whole(page=page, size=1 if size is None else size)
    rows = _rows(work, size)
    most = _counted_to(wanted, page, rows, to_the_end=to_the_end)
    if most is not None:
        counted = records.count(wanted, at_most=most + 1)
        total = min(counted, most)
        number = min(max(page, 1), page_count(total, rows))
        found = records.find(wanted.page(rows, (number - 1) * rows)) if total else ()
        return Page(found, total, number, rows, more=counted > total)
    found = records.find(wanted.page(rows)) if page <= 1 else ()
    if page <= 1 and len(found) < rows:
        return Page(found, len(found), 1, rows)
    total = records.count(wanted)
    number = min(max(page, 1), page_count(total, rows))
    if page > 1:
        found = records.find(wanted.page(rows, (number - 1) * rows))
    return Page(found, total, number, rows)


def _counted_to(wanted: Query[Any], page: int, rows: int, *, to_the_end: bool = True) -> int | None:
    """Answer how far a list is counted: to the page behind the one asked for at least; None for to its end."""
    if to_the_end and not _has_keyword(wanted.condition, wanted.entity):
        return None
    return max(COUNTED, (max(page, 1) + 1) * rows)


def _has_keyword(condition: Condition, entity: type[Any]) -> bool:
    match condition:
        case Test(path, Op.CONTAINS):
            spec = describe(entity).by_path.get(path)
            return spec is not None and spec.hint.keyword
        case All(parts):
            return any(_has_keyword(part, entity) for part in parts)
        case AnyOf(parts):  # a phone number as it was typed, or by its digits
            return bool(parts) and all(_has_keyword(part, entity) for part in parts)
    return False


def is_quick(keyword: str) -> bool:
    """Tell whether a keyword is found by an index; one of a single character goes through all records, and may be slow.

    For screens that say so while somebody types.
    """
    return bool(sought(fold(keyword.strip())))


def page_of_both(
    work: Work,
    records: Collection[E],
    first: Query[E],
    then: Query[E],
    *,
    page: int,
    size: int | None,
    both: Query[E] | None = None,
) -> Page[E]:
    """Answer a page of two lists behind each other, each in an order of its own that has an index.

    A first page counts nothing that it shows to its end. With a keyword it is counted as far as :func:`page_of` counts.

    Args:
        work: The unit of work, for the company's page size.
        records: The collection to read.
        first: The list that comes first.
        then: The list behind it; no record is in both, and it has a keyword if the first has one.
        page: Which page, from 1; less counts as 1.
        size: Most records on a page, 1 to 200; None for the company's setting.
        both: What finds the records of both lists and no others, if there is such a query: a full first page then
            counts once.

    Raises:
        Invalid: Page or size is no whole number.
    """
    check_whole(page=page, size=1 if size is None else size)
    rows = _rows(work, size)
    most = _counted_to(first, page, rows)
    if page <= 1:
        return _first_page_of_both(records, first, then, both, rows, most)
    before = _count(records, first, most)
    total = before + _count(records, then, most, before)
    number = min(page, page_count(total if most is None else min(total, most), rows))
    start = (number - 1) * rows
    found = [*records.find(first.page(rows, start))] if start < before else []
    if len(found) < rows:
        found += records.find(then.page(rows - len(found), max(start - before, 0)))
    return _page(tuple(found), total, most, number=number, rows=rows)


def _first_page_of_both(
    records: Collection[E], first: Query[E], then: Query[E], both: Query[E] | None, rows: int, most: int | None
) -> Page[E]:
    """Answer the first page of two lists behind each other; what it shows to its end is not counted."""
    found = [*records.find(first.page(rows))]
    if both is not None and len(found) == rows:
        return _page(tuple(found), _count(records, both, most), most, number=1, rows=rows)
    before = len(found) if len(found) < rows else _count(records, first, most)
    rest = records.find(then.page(rows - len(found))) if len(found) < rows else ()
    shown = len(found) + len(rest) < rows
    total = before + (len(rest) if shown else _count(records, then, most, before))
    return _page((*found, *rest), total, most, number=1, rows=rows)


def _count(records: Collection[E], wanted: Query[E], most: int | None, before: int = 0) -> int:
    """Count a list of which *before* records are counted already, until there are more than *most*."""
    if most is None:
        return records.count(wanted)
    return records.count(wanted, at_most=most + 1 - before) if before <= most else 0


def _page(found: tuple[E, ...], total: int, most: int | None, *, number: int, rows: int) -> Page[E]:
    """Answer a page of a list that was counted until there are more than *most*."""
    counted = total if most is None else min(total, most)
    return Page(found, counted, number, rows, more=counted < total)


def _rows(work: Work, size: int | None) -> int:
    return min(max(size, 1), PAGE_SIZE.maximum or size) if size is not None else work.parameter(PAGE_SIZE)


def place_of(work: Work, total: int, *, page: int, size: int | None) -> tuple[int, int]:
    """Answer which page of a list to show, and how many records are on one.

    Args:
        work: The unit of work, for the company's page size.
        total: Number of records in the list.
        page: Which page is wanted, from 1; less counts as 1, more as the last.
        size: Most records on a page, 1 to 200; None for the company's setting.

    Raises:
        Invalid: Page or size is no whole number.
    """
    check_whole(page=page, size=1 if size is None else size)
    rows = _rows(work, size)
    return min(max(page, 1), page_count(total, rows)), rows


def page_among(
    work: Work, rows: Sequence[T], show: Callable[[Sequence[T]], Sequence[U]], *, page: int, size: int | None
) -> Page[U]:
    """Answer a page of what is known as a whole already.

    Args:
        work: The unit of work, for the company's page size.
        rows: All of it, in its order.
        show: Makes the rows of the page what they are shown as.
        page: Which page is wanted, from 1; less counts as 1, more as the last.
        size: Most rows on a page, 1 to 200; None for the company's setting.

    Raises:
        Invalid: Page or size is no whole number.
    """
    place, most = place_of(work, len(rows), page=page, size=size)
    return Page(show(rows[(place - 1) * most : place * most]), len(rows), place, most)


def check_whole(**numbers: object) -> None:
    """Refuse page numbers and sizes that are no whole numbers, by name."""
    wrong = {name: type(value).__name__ for name, value in numbers.items() if type(value) is not int}
    if wrong:
        raise Invalid(
            Problem(field=name, code="value.type", params={"wanted": "integer", "got": got})
            for name, got in wrong.items()
        )


def partly(*filters: "tuple[Attribute[str], str]") -> list[Condition]:
    """Text filters match parts of the value; empty ones are ignored (requirement GEN-16)."""
    return [contains(field, wanted) for field, text in filters if (wanted := _typed(text)) != ""]


def _typed(text: Any) -> Any:
    """Answer a filter without the blanks around it; what is no text is left for the query's check to refuse."""
    if text is None:
        return ""
    return text.strip() if isinstance(text, str) else text


def exactly(*filters: "tuple[Attribute[Any], Any]") -> list[Condition]:
    """Drop-down filters match exactly; None means "all" (requirement GEN-16)."""
    return [eq(field, value) for field, value in filters if value is not None and value != ""]
