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
from crmcore.sales.entity import (
    Order,
    OrderId,
    OrderLine,
    OrderLineId,
    OrderStatus,
    OrderSummary,
    Product,
    ProductId,
    lapse_of,
)

__all__ = ["FIRST_DAY", "REGIONS", "fill", "fill_lines", "pour"]

REGIONS: Final = ("华北", "华东", "华南", "华中", "西南", "西北", "东北", "海外")
INDUSTRIES: Final = ("制造", "建筑", "教育", "医疗", "零售", "软件")
CATEGORIES: Final = ("regular", "target", "potential", "partner")
SIZES: Final = ("small", "middle", "large")
FIRST_DAY: Final = dt.date(2023, 1, 1)
_DAYS: Final = 1096
_PRODUCTS: Final = 2000
_STATES: Final = (*(OrderStatus.PAID,) * 8, OrderStatus.SHIPPED, OrderStatus.CANCELLED)


def fill(store: Any, manager: Any, customers: int, orders: int) -> None:
    """Put customers and orders in, those of a customer far apart as in life, and let the server count its rows."""
    pour(store, (Customer, _customers(manager, customers)), (Order, _orders(customers, orders)))


def fill_lines(store: Any, customers: int, orders: int) -> None:
    """Add what belongs to the orders of :func:`fill`: two lines each, the products, and each customer's summary."""
    pour(store, (Product, _products()), (OrderLine, _lines(orders)), (OrderSummary, _summaries(customers, orders)))


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
            level=str(place * 5 % 3 + 1),
            industry=INDUSTRIES[place * 11 % len(INDUSTRIES)],
            category=CATEGORIES[place * 13 % len(CATEGORIES)],
            company_size=SIZES[place * 17 % len(SIZES)],
            satisfaction=place * 3 % 5 + 1,
            credit=place * 19 % 5 + 1,
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


def _products() -> Iterator[Product]:
    for place in range(_PRODUCTS):
        yield Product(id=ProductId(_id(3, place)), source_key=f"P{place}", name=f"产品{place}", version=1)


def _lines(orders: int) -> Iterator[OrderLine]:
    dice = random.Random(9)
    for place in range(2 * orders):
        yield OrderLine(
            id=OrderLineId(_id(4, place)),
            order=OrderId(_id(2, place // 2)),
            position=place % 2 + 1,
            product_key=f"P{dice.randrange(_PRODUCTS)}",
            quantity=Decimal(dice.randrange(1, 20)),
            amount=Decimal(dice.randrange(1, 2_500_000)).scaleb(-2),
            version=1,
        )


def _summaries(customers: int, orders: int) -> Iterator[OrderSummary]:
    """Sum up the orders as an import does."""
    kept: dict[CustomerId, list[Order]] = {}
    for one in _orders(customers, orders):
        if one.status is not OrderStatus.CANCELLED:
            kept.setdefault(one.customer, []).append(one)
    for customer, own in kept.items():
        last = max(own, key=lambda one: (one.ordered_on, -one.id.int))
        yield OrderSummary(
            id=customer,
            order_count=len(own),
            first_order_on=min(one.ordered_on for one in own),
            last_order_on=last.ordered_on,
            last_order=last.id,
            lapse=lapse_of(customer, last.id),
            amount=sum((one.amount for one in own), Decimal(0)),
            paid_amount=sum((one.amount for one in own if one.status is OrderStatus.PAID), Decimal(0)),
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
