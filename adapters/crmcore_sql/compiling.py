"""Turns SQLAlchemy statements into text for the driver, once; values then go in by position."""

from collections.abc import Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa

__all__ = ["ANEW", "Compiled", "compiled", "positional"]

ANEW: Final = " /* planned anew */"
"""How a statement ends that is planned for its values each time: what is usual may be far from what they ask for."""


@attrs.frozen
class Compiled:
    """A statement as the driver takes it."""

    text: str
    names: tuple[str, ...]
    """Names of the values in the order of the placeholders."""


def compiled(statement: sa.sql.ClauseElement, dialect: sa.Dialect) -> Compiled:
    """Compile *statement* for the positional placeholders of a dialect."""
    made: Any = statement.compile(dialect=dialect)
    return Compiled(str(made), tuple(made.positiontup or ()))


def positional(names: Sequence[str], order: Sequence[str]) -> tuple[int, ...] | None:
    """Answer where each placeholder finds its value among *names*; None if they come in that very order."""
    places = tuple(map(names.index, order))
    return None if places == tuple(range(len(names))) else places
