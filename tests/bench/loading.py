"""Puts a million customers into an empty table within minutes: few are made, the server makes the others of those.

To make a record and all that it is found by takes ten times as long as to copy a row, and a feed keeps each index in
step with each chunk. Here rows are copied on the server, with ids, numbers, keys and times of their own, and every
index is made at the end. So each text is there as many times as there are copies; how many customers have a
keyword, which is what a search takes its time for, is as with texts of their own.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final

import psycopg

from crmcore.customers.entity import Customer

__all__ = ["load"]

_CHUNK: Final = 5000
_OWN: Final = {
    "sqlite": {
        "id": "randomblob(16)",
        "number": "'K' || {copy} || substr(number, 3)",
        "number_fold": "'k' || {copy} || substr(number_fold, 3)",
        "name_key": "name_key || ' ' || {copy}",
        "name_key_digest": "randomblob(32)",
        "created_at": "created_at + {later}",
    },
    "postgresql": {
        "id": "gen_random_uuid()",
        "number": "'K' || {copy} || substr(number, 3)",
        "number_fold": "'k' || {copy} || substr(number_fold, 3)",
        "name_key": "name_key || ' ' || {copy}",
        "name_key_digest": "sha256(convert_to(name_key || ' ' || {copy}, 'UTF8'))",
        "created_at": "created_at + {later} * interval '1 millisecond'",
    },
}
"""What each copy has for itself."""
_MADE: Final = "number LIKE 'KH%'"


def load(store: Any, customers: Iterable[Customer], copies: int, span: dt.timedelta) -> None:
    """Fill the table of customers of a SQLite or PostgreSQL store that has none, and let the server count its rows.

    Args:
        store: Where.
        customers: Those that are made.
        copies: How many there will be of each.
        span: How much later the next copies were entered than those before.
    """
    fill = _sqlite if store.product.name == "sqlite" else _postgresql
    fill(store, iter(customers), list(_copying(store, copies, span)))


def _copying(store: Any, copies: int, span: dt.timedelta) -> Iterator[str]:
    """Answer the statements that copy what was made."""
    own = _OWN[store.product.name]
    columns = [column.name for column in store.maps[Customer].table.columns if not column.system]
    for copy in range(1, copies):
        given = {"copy": copy, "later": copy * span // dt.timedelta(milliseconds=1)}
        taken = ", ".join(own[name].format(**given) if name in own else name for name in columns)
        into = f"INSERT INTO customer ({', '.join(columns)})"
        yield f"{into} SELECT {taken} FROM customer WHERE {_MADE} ORDER BY created_at"


def _sqlite(store: Any, customers: Iterator[Customer], copying: list[str]) -> None:
    mapping = store.maps[Customer]
    raw = store.connect()
    for setting in ("synchronous = OFF", "cache_size = -200000", "temp_store = MEMORY"):
        raw.execute(f"PRAGMA {setting}")
    found = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'customer' AND sql IS NOT NULL")
    remade = [(kind, name, sql) for kind, name, sql in found if kind in {"index", "trigger"}]
    for kind, name, _ in remade:
        raw.execute(f"DROP {kind} {name}")
    raw.execute("BEGIN")
    while some := list(islice(customers, _CHUNK)):
        raw.executemany(mapping.statements.append, map(mapping.write, some))
    for statement in copying:
        raw.execute(statement)
    raw.execute("COMMIT")
    for _, _, sql in remade:
        raw.execute(sql)
    for shadow in mapping.shadows.values():
        if shadow.kind == "fragments":
            raw.execute(f"INSERT INTO customer_{shadow.name} (customer_{shadow.name}) VALUES ('rebuild')")
    raw.execute("ANALYZE")
    raw.close()


def _postgresql(store: Any, customers: Iterator[Customer], copying: list[str]) -> None:
    with closing(store.connect()) as raw:
        _copy(raw, store.maps[Customer], customers, copying)


def _copy(raw: psycopg.Connection[Any], mapping: Any, customers: Iterator[Customer], copying: list[str]) -> None:
    raw.execute("SET maintenance_work_mem = '1GB'")
    remade = raw.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'customer' AND indexname <> 'customer_pkey'"
    ).fetchall()
    for name, _ in remade:
        raw.execute(f"DROP INDEX {name}")
    columns = ", ".join(column.name for column in mapping.table.columns if not column.system)
    with raw.cursor().copy(f"COPY customer ({columns}) FROM STDIN") as rows:
        for one in customers:
            rows.write_row(mapping.write(one))
    for statement in copying:
        raw.execute(statement)
    for _, made in remade:
        raw.execute(made)
    raw.execute("VACUUM ANALYZE customer")
