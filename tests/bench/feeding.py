"""A feed of customers and orders for benches, and the same rows written barely, by the driver alone."""

import csv
import datetime as dt
import io
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from crmcore import exchange, sales
from crmcore.sales import LineRow, OrderRow
from crmcore.storage.crm import Crm

__all__ = [
    "ORDERS",
    "TABLES",
    "Bare",
    "Clock",
    "bare_postgresql",
    "bare_sqlite",
    "customer_file",
    "feed_orders",
    "import_customers",
]

TABLES: Final = ("customer", "contact", "order", "order_line", "order_summary")
ORDERS: Final = 5
"""Orders of each customer."""
_CHUNK: Final = 5_000
_CITIES: Final = ("北京", "上海", "广州", "深圳", "成都", "杭州", "武汉", "西安")
_TRADES: Final = ("华建工程", "远大科技", "宏图贸易", "中天电子", "东方机械", "和信物流")
Clock = Callable[[], float]
_FIRST: Final = dt.date(2024, 1, 1)


def customer_file(path: Path, size: int) -> Path:
    """Write a file of customers, each with a contact."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "external_key", "phone", "address", "website", "contact_name", "contact_mobile"])
        for place in range(size):
            name = f"{_CITIES[place % 8]}{_TRADES[place % 6]}{place}有限公司"
            phone, mobile = f"010-{place % 90_000_000 + 10_000_000}", f"138{place:08d}"
            writer.writerow(
                [name, f"K{place}", phone, f"{place} 号", f"https://c{place}.example", f"王{place}", mobile]
            )
    return path


def import_customers(crm: Crm, path: Path, people: Any, clock: Clock = time.perf_counter) -> float:
    """Take the file in; answer the seconds."""
    with path.open(encoding="utf-8") as file:
        headings = next(csv.reader(io.StringIO(file.readline())))
    start = clock()
    done = exchange.import_file(
        crm, path, exchange.ImportPlan(mapping=tuple(headings), manager=people.lihua.id), as_user=people.supervisor.id
    )
    assert not done.failed, done.errors[:3]
    return clock() - start


def _orders(customers: int) -> Iterator[OrderRow]:
    for place in range(customers * ORDERS):
        yield OrderRow(
            f"SO{place}",
            _FIRST + dt.timedelta(days=place * 7 % 900),
            customer_key=f"K{place * 7919 % customers}",
            status="paid" if place % 3 else "new",
            lines=[LineRow(f"P{place % 500}", f"产品{place % 500}", Decimal(place % 9 + 1), "台", Decimal("12.50"))],
        )


def feed_orders(crm: Crm, customers: int, person: Any, clock: Clock = time.perf_counter) -> float:
    """Take over the orders of as many customers, chunk by chunk; answer the seconds."""
    rows = _orders(customers)
    seconds = 0.0
    while chunk := list(itertools.islice(rows, _CHUNK)):
        start = clock()
        done = crm.perform(sales.import_orders, chunk, as_user=person)
        seconds += clock() - start
        assert done.orders_created == len(chunk), done.problems[:3] or done.unmatched
    return seconds


@attrs.define
class Bare:
    """Seconds that the driver takes for the same rows."""

    customers: float = 0.0
    orders: float = 0.0

    def add(self, table: str, seconds: float) -> None:
        """Count a chunk of a table's rows."""
        if table in {"customer", "contact"}:
            self.customers += seconds
        else:
            self.orders += seconds


def bare_sqlite(source: Any, target: Any, clock: Clock = time.perf_counter) -> Bare:
    """Copy all rows from one connection to the other by ``executemany``, a transaction for each chunk."""
    found = Bare()
    for table in TABLES:
        names = [f'"{row[1]}"' for row in source.execute(f'PRAGMA table_info("{table}")')]
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})'
        rows = source.execute(f'SELECT {", ".join(names)} FROM "{table}"')
        while chunk := rows.fetchmany(_CHUNK):
            start = clock()
            target.execute("BEGIN")
            target.executemany(statement, chunk)
            target.execute("COMMIT")
            found.add(table, clock() - start)
    return found


def _columns(source: Any, table: str) -> Sequence[str]:
    return [f'"{one.name}"' for one in source.execute(f'SELECT * FROM "{table}" LIMIT 0').description]


def bare_postgresql(source: Any, target: Any, *, copy: bool, clock: Clock = time.perf_counter) -> Bare:
    """Copy all rows from one connection to the other by ``executemany`` or ``COPY``, a transaction for each chunk."""
    found = Bare()
    for table in TABLES:
        names = ", ".join(_columns(source, table))
        marks = ", ".join(["%s"] * (names.count(",") + 1))
        with source.transaction(), source.cursor(name="rows") as rows:
            rows.execute(f'SELECT {names} FROM "{table}"')
            while chunk := rows.fetchmany(_CHUNK):
                start = clock()
                with target.transaction(), target.cursor() as cursor:
                    if copy:
                        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copying:
                            for row in chunk:
                                copying.write_row(row)
                    else:
                        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', chunk)
                found.add(table, clock() - start)
    return found
