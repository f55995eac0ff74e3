"""What a database says about its own tables, for comparing two of them."""

from typing import Any

import sqlalchemy as sa

from crmcore_sql.migrations import VERSION_TABLE
from crmcore_sql.preparing import Preparation

__all__ = ["tables_of"]

_DETAILS = {
    "postgresql": (
        "SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT tablename, indexname, regexp_replace(indexdef, ' ON [^ ]+', '') FROM pg_indexes",
    ),
    "mariadb": (
        """SELECT table_name, column_name, CONCAT_WS('/', column_type, collation_name)
        FROM information_schema.columns WHERE table_schema = DATABASE()""",
        """SELECT table_name, 'table', CONCAT_WS('/', engine, table_collation, row_format)
        FROM information_schema.tables WHERE table_schema = DATABASE()""",
    ),
    "sqlite": ("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index'",),
}


def tables_of(store: Any) -> dict[str, dict[str, Any]]:
    """Describe every table: columns with type, nullability, default and collation; indexes; the key.

    Of SQLite without defaults: taking that of a new column away again would mean to copy the table.
    """
    with Preparation(store)._connection() as connection:
        inspector = sa.inspect(connection)
        defaults = store.product.name != "sqlite"  # which would have to copy a table to lose those of added columns
        found = {
            name: _table(inspector, name, defaults=defaults)
            for name in inspector.get_table_names()
            if name != VERSION_TABLE
        }
        for query in _DETAILS[store.product.name]:
            for table, name, value in connection.exec_driver_sql(query):
                if table in found:
                    found[table][f"{name} in detail"] = value
    if store.product.name == "sqlite":
        for described in found.values():
            described["columns"] = {name: facts[:2] for name, facts in described["columns"].items()}
    return found


def _table(inspector: sa.Inspector, name: str, *, defaults: bool) -> dict[str, Any]:
    columns = {
        column["name"]: (repr(column["type"]), column["nullable"], defaults and column.get("default"))
        for column in inspector.get_columns(name)
    }
    indexes = {
        one["name"]: (one["column_names"], one["unique"], str(one.get("column_sorting")))
        for one in inspector.get_indexes(name)
    }
    return {"columns": columns, "indexes": indexes, "key": inspector.get_pk_constraint(name)["constrained_columns"]}
