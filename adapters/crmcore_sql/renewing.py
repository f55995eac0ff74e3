"""The statement that stores the next versions of many rows in MariaDB and MySQL, which have no arrays."""

import functools

import sqlalchemy as sa

from crmcore_sql.mapping import EntityMap

__all__ = ["renewing"]


@functools.lru_cache(maxsize=256)
def renewing(mapping: EntityMap, size: int) -> str:
    """Answer the statement for *size* rows; their values come one row after the other, as ``write`` makes them."""
    table = f"`{mapping.table.name}`"
    columns = list(mapping.table.columns)
    names = [f"`{column.name}`" for column in columns]
    # Without the cast one number with an exponent would make the whole column a floating point one.
    values = [
        f"CAST(%s AS DECIMAL({column.type.precision},{column.type.scale}))"
        if isinstance(column.type, sa.Numeric)
        else "%s"
        for column in columns
    ]
    first = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
    rows = " UNION ALL SELECT ".join([first, *[", ".join(values)] * (size - 1)])
    changed = ", ".join(f"{table}.{name} = new.{name}" for name in names if name != "`id`")
    same = f"{table}.`id` = new.`id` AND {table}.`version` = new.`version` - 1"
    return f"UPDATE {table} JOIN (SELECT {rows}) AS new ON {same} SET {changed}"  # noqa: S608  # names of the schema
