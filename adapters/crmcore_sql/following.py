"""What comes after a position, for orders that no comparison of whole rows can say."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crmcore.query import Order

__all__ = ["stepwise"]

Clause = sa.ColumnElement[Any]


def stepwise(columns: Sequence[sa.Column[Any]], order: Sequence[Order], values: Sequence[Any]) -> Clause:
    """``a`` beyond, or ``a`` equal and the rest beyond; led by a bound on ``a`` alone, which an index serves."""
    column, value, down = columns[0], values[0], order[0].descending
    beyond = _beyond(column, value, down=down)
    if len(columns) == 1:
        return beyond
    equal = column.is_(None) if value is None else column == value
    rest = sa.and_(equal, stepwise(columns[1:], order[1:], values[1:]))
    return sa.or_(beyond, rest)


def _beyond(column: sa.Column[Any], value: Any, *, down: bool) -> Clause:
    """What sorts after a value: a missing one is the lowest."""
    if value is None:
        return sa.false() if down else column.is_not(None)
    above: Clause = column > value
    if not down:
        return above
    return sa.or_(column < value, column.is_(None)) if column.nullable else column < value
