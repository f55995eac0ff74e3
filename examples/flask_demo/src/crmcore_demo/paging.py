"""Which part of a list a person looks at, read from the address and never trusted (GEN-10)."""

from collections.abc import Mapping
from typing import Final

import attrs

SIZES: Final = (10, 20, 50, 100)
LARGEST_PAGE: Final = 1_000_000


def whole_number(text: str | None, default: int, largest: int = LARGEST_PAGE) -> int:
    """Read a positive number a client sent; anything else is the default, anything larger the largest."""
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    # Comparing lengths first keeps a number of a million digits from being converted at all.
    digits = text.lstrip("0")
    if len(digits) > len(str(largest)):
        return largest
    return min(max(int(digits or "0"), 1), largest)


@attrs.frozen(kw_only=True)
class Paging:
    """The page asked for and how many rows it holds."""

    page: int = 1
    size: int = SIZES[0]
    chosen: bool = False
    """Whether the person chose the size, or it is the company's."""


def read_paging(args: Mapping[str, str], company_size: int) -> Paging:
    """Read `page` and `size` from an address."""
    asked = whole_number(args.get("size"), company_size)
    chosen = asked in SIZES and asked != company_size
    return Paging(page=whole_number(args.get("page"), 1), size=asked if chosen else company_size, chosen=chosen)


def sizes_offered(size: int) -> tuple[int, ...]:
    """List the sizes a person can choose from, the present one among them."""
    return tuple(sorted({*SIZES, size}))
