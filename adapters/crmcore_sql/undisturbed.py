"""Reads many rows without a search for garbage after every few of them."""

import gc
from collections.abc import Callable, Sequence
from typing import Any, Final

__all__ = ["undisturbed"]

_MANY: Final = 10_000
"""Groups from which on making them is worth a thought."""


def undisturbed(read: Callable[[Sequence[Any]], list[Any]]) -> Callable[[Sequence[Any]], list[Any]]:
    """Keep the search for garbage away while many groups are made: none of them is any, and it looks at them all."""

    def read_many(rows: Sequence[Any]) -> list[Any]:
        if len(rows) < _MANY or not gc.isenabled():
            return read(rows)
        gc.disable()
        try:
            return read(rows)
        finally:
            gc.enable()

    return read_many
