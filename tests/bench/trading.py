"""Fills an empty SQLite or PostgreSQL store with many customers and orders, as quickly as the server takes them."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import name_key
from crmcore.sales.entity import Order, OrderId, OrderStatus

__all__ = ["FIRST_DAY", "REGIONS", "fill", "pour"]

REGIONS: Final = ("华北", "华东", "华南", "华中", "西南", "西北", "东北", "海外")
FIRST_DAY: Final = dt.date(2023, 1, 1)
_DAYS: Final = 1096
_STATES: Final = (*(OrderStatus.PAID,) * 8, OrderStatus.SHIPPED, OrderStatus.CANCELLED)


def fill(store: Any, manager: Any, customers: int, orders: int) -> None:
    """Put customers and orders in, those of a customer far apart as in life, and let the server count its rows."""
    pour(store, (Customer, _customers(manager, customers)), (Order, _orders(customers, orders)))


def pour(store: Any, *kinds: tuple[type[Any], Iterator[Any]]) -> None:
    """Put records of some kinds into empty tables, and let the server count its rows."""
    with closing(store.connect()) as raw:
        for cls, records in kinds:
            mapping = store.maps[cls]
            rows = map(mapping.write, records)
            if store.product.name == "sqlite":
                _into_sqlite(raw, mapping, rows)
            else:
                _into_postgresql(raw, mapping, rows)


def _id(kind: int, place: int) -> UUID:
    """Ids in the order of time, as the core makes them."""
    return UUID(int=(0x0190_0000_0000 + place << 80) | 0x7000 << 64 | 0x8000 << 48 | kind << 40 | place)


def _customers(manager: Any, many: int) -> Iterator[Customer]:
    start = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    first = Customer(
        id=CustomerId(_id(1, 0)),
        number="KH",
        name="北京华建",
        manager=manager,
        created_by=manager,
        created_at=start,
        version=1,
    )
    for place in range(many):
        name = f"客户{place}有限公司"
        yield attrs.evolve(
            first,
            id=CustomerId(_id(1, place)),
            number=f"KH{place}",
            name=name,
            name_key=name_key(name),
            region=REGIONS[place * 7 % len(REGIONS)],
            registered_capital=place % 1000,
            created_at=start + dt.timedelta(minutes=place),
        )


def _orders(customers: int, many: int) -> Iterator[Order]:
    dice = random.Random(5)  # the same figures in every run
    for place in range(many):
        yield Order(
            id=OrderId(_id(2, place)),
            source_key=f"S{place}",
            customer=CustomerId(_id(1, dice.randrange(customers))),
            ordered_on=FIRST_DAY + dt.timedelta(days=place * _DAYS // many),
            status=dice.choice(_STATES),
            currency="CNY",
            amount=Decimal(dice.randrange(1, 5_000_000)).scaleb(-2),
            version=1,
        )


def _into_sqlite(raw: Any, mapping: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    name = mapping.table.name
    for setting in ("synchronous = OFF", "temp_store = MEMORY"):
        raw.execute(f"PRAGMA {setting}")
    found = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,))
    remade = [row for row in found.fetchall() if row[0] in {"index", "trigger"}]
    for kind, made, _ in remade:
        raw.execute(f'DROP {kind} "{made}"')
    raw.execute("BEGIN")
    raw.executemany(mapping.statements.append, rows)
    raw.execute("COMMIT")
    for _, _, sql in remade:
        raw.execute(sql)
    raw.execute("ANALYZE")


def _into_postgresql(raw: Any, mapping: Any, rows: Iterator[tuple[Any, ...]]) -> None:
    name = mapping.table.name
    columns = ", ".join(f'"{column.name}"' for column in mapping.table.columns if not column.system)
    with raw.cursor().copy(f'COPY "{name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    raw.execute(f'VACUUM ANALYZE "{name}"')
