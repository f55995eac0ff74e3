"""Conditions over lists: a column that is one of many values, and an item of a column that is a list."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crmcore_sql.products import Product
from crmcore_sql.shapes import ARRAY

__all__ = ["has", "one_of"]

Clause = sa.ColumnElement[Any]
Binds = Callable[[Any], sa.BindParameter[Any]]
"""Hands out the values of a statement in order."""


def one_of(product: Product, column: sa.Column[Any], size: Any, binds: Binds) -> Clause:
    """Answer whether a column is one of many values, which go in as one where the product can take them apart."""
    if size == 0:
        return sa.false()
    if size != ARRAY:
        return sa.or_(sa.false(), column.in_([binds(column.type) for _ in range(size)]))
    if product.name == "postgresql":
        return column == sa.any_(binds(postgresql.ARRAY(column.type)))
    packed = binds(sa.Text())
    if product.name == "mariadb":  # its driver writes a list of literals
        return column.op("IN", is_comparison=True)(packed)
    if isinstance(column.type, sa.LargeBinary):  # ids, sixteen bytes each
        start = sa.select(sa.literal_column("1").label("place")).cte(recursive=True)
        ahead = start.c.place + sa.literal_column("16")
        places = start.union_all(sa.select(ahead).where(ahead < sa.func.length(packed)))
        return column.in_(sa.select(sa.func.substr(packed, places.c.place, sa.literal_column("16"))))
    return column.in_(sa.select(sa.func.json_each(packed).table_valued("value").c.value))


def has(product: Product, column: sa.Column[Any], binds: Binds) -> Clause:
    """Answer whether a column's list has an item."""
    match product.name:
        case "sqlite":
            each = sa.func.json_each(column).table_valued("value").alias()
            return sa.exists(sa.select(sa.literal_column("1")).where(each.c.value == binds(sa.Text())))
        case "postgresql":
            item: Any = column.type
            found: Clause = binds(item.item_type) == sa.any_(column)
        case _:
            found = sa.func.json_contains(column, binds(sa.Text())) == sa.literal_column("1")
    return found
