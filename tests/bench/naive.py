"""What somebody writes who knows the tables and the driver and nothing else: the floor that crmcore is compared with.

It writes the same three rows (opportunity, change record, outbox message) in one transaction, with a new id for each.
It checks nothing: no rule, no permission, no constraint, no hash.
"""

import datetime as dt
import json
import sqlite3
import uuid
from typing import Any, Final

import psycopg

__all__ = ["FIELDS", "SQLITE", "USER", "rows", "write_postgresql", "write_sqlite"]

USER: Final = uuid.uuid4()
HASH: Final = "0" * 64
FIELDS: Final[dict[str, Any]] = {
    "customer_name": "北京华建工程有限公司",
    "title": "采购笔记本电脑意向",
    "success_rate": 60,
    "description": "通过展会认识，计划在第三季度采购。",
}
OPPORTUNITY: Final = (
    "id, number, source, customer_name, success_rate, title, contact_name, contact_phone, description, created_by,"
    " created_at, status, proof, version, customer_name_fold, title_fold, contact_name_fold"
)
CHANGE: Final = (
    "id, at, actor, actor_name, action, operation, entity, entity_id, entity_version, changes, code, previous, hash,"
    " version"
)
MESSAGE: Final = "id, at, kind, entity_id, actor, payload, state, attempts, version"


def _insert(table: str, columns: str, mark: str) -> str:
    marks = ", ".join([mark] * (columns.count(",") + 1))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"


def _statements(mark: str) -> tuple[str, str, str]:
    return (
        _insert("opportunity", OPPORTUNITY, mark),
        _insert("change_record", CHANGE, mark),
        _insert("outbox_message", MESSAGE, mark),
    )


SQLITE: Final = _statements("?")
POSTGRESQL: Final = _statements("%s")


def write_sqlite(connection: sqlite3.Connection) -> None:
    """Record one opportunity in SQLite."""
    now = dt.datetime.now(dt.UTC)
    ids = [uuid.uuid4().bytes for _ in range(3)]
    three = rows(*ids, USER.bytes, int(now.timestamp() * 1000), now)
    with connection:
        for statement, row in zip(SQLITE, three, strict=True):
            connection.execute(statement, row)


def write_postgresql(connection: "psycopg.Connection[Any]") -> None:
    """Record one opportunity in PostgreSQL."""
    now = dt.datetime.now(dt.UTC)
    three = rows(uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), USER, now, now)
    with connection.transaction():
        for statement, row in zip(POSTGRESQL, three, strict=True):
            connection.execute(statement, row)  # type: ignore[arg-type]  # text made of constants


def rows(one: Any, two: Any, three: Any, user: Any, at: Any, now: dt.datetime) -> tuple[tuple[Any, ...], ...]:
    """Answer the three rows."""
    number = f"XS{now:%y%m%d%H%M%S%f}"[:19] + str(one)[-1:]
    values = FIELDS
    name, title = values["customer_name"], values["title"]
    changes = {**{key: [None, value] for key, value in values.items()}, "number": [None, number]}
    payload = {"customer_name": name, "title": title}
    return (
        (
            *(one, number, "", name, values["success_rate"], title, "", "", values["description"], user, at),
            *("unassigned", "", 1, name, title, ""),
        ),
        (
            *(two, at, user, "李华", "opportunities.create", "created", "opportunity", one, 1),
            *(json.dumps(changes, ensure_ascii=False), "", "", HASH, 1),
        ),
        (three, at, "opportunity_recorded", one, user, json.dumps(payload, ensure_ascii=False), "pending", 0, 1),
    )
