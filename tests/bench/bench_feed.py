"""Importing customers and orders, with everything crmcore does, against the driver alone writing the same rows.

``pytest tests/bench/bench_feed.py -s``. ``BENCH_CUSTOMERS`` chooses the size, 100,000 with five orders each if it is
not set. The rows are read from what the import has left, and written into the same tables of an empty database.
"""

import os
import resource
import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.feeding import (
    ORDERS,
    Bare,
    Clock,
    bare_postgresql,
    bare_sqlite,
    customer_file,
    feed_orders,
    import_customers,
)
from bench.processor import used_with_servers
from bench.workshop import new_company
from servers import Databases

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
WARM = 10_000
MOST_MIB = 64


def _import(url: str, folder: Path, size: int, clock: Clock = time.perf_counter) -> Bare:
    crm, people = new_company(url)
    try:
        customers = import_customers(crm, customer_file(folder / f"customers{size}.csv", size), people, clock)
        return Bare(customers, feed_orders(crm, size, people.supervisor.id, clock))
    finally:
        crm.close()


def _say(what: str, ours: Bare, floor: Bare) -> float:
    """Tell the ratio, and how busy the machine was meanwhile: two programs on one core hinder each other."""
    whole, bare = ours.customers + ours.orders, floor.customers + floor.orders
    print(
        f"\n{what}: {whole:.1f} s against {bare:.1f} s, ratio {whole / bare:.2f}"
        f" (customers {ours.customers / floor.customers:.2f}, orders {ours.orders / floor.orders:.2f};"
        f" load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores)"
    )
    return whole / bare


def test_sqlite(tmp_path: Path) -> None:
    """By the processor time of this process, in which all of it happens: other programs do not count."""
    ours = _import(f"sqlite:///{tmp_path}/ours.db?synchronous=NORMAL", tmp_path, CUSTOMERS, time.process_time)
    crm: Any = new_company(f"sqlite:///{tmp_path}/bare.db?synchronous=NORMAL")[0]
    reading, writing = sqlite3.connect(tmp_path / "ours.db"), crm.store.connect()
    floor = bare_sqlite(reading, writing, time.process_time)
    reading.close()
    writing.close()
    crm.close()
    assert _say(f"import of {CUSTOMERS} customers and {CUSTOMERS * ORDERS} orders, SQLite", ours, floor) <= 2.0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the server's processor time is read from /proc")
def test_postgresql(tmp_path: Path) -> None:
    """By the processor time of this process and the server's."""
    with Databases() as databases:
        urls = [databases.make_url("postgresql") for _ in range(3)]
        ours = _import(urls[0], tmp_path, CUSTOMERS, used_with_servers)
        for url in urls[1:]:
            new_company(url)[0].close()
        with (
            psycopg.connect(urls[0], autocommit=True) as source,
            psycopg.connect(urls[1], autocommit=True) as one,
            psycopg.connect(urls[2], autocommit=True) as other,
        ):
            each = bare_postgresql(source, one, copy=False, clock=used_with_servers)
            copied = bare_postgresql(source, other, copy=True, clock=used_with_servers)
    what = f"import of {CUSTOMERS} customers and {CUSTOMERS * ORDERS} orders, PostgreSQL"
    _say(f"{what}, against COPY", ours, copied)
    assert _say(f"{what}, against executemany", ours, each) <= 1.0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory(tmp_path: Path) -> None:
    """An import of any length needs as much memory as a short one."""
    _import(f"sqlite:///{tmp_path}/warm.db?synchronous=NORMAL", tmp_path, WARM // (ORDERS + 1))
    before = _resident()
    _import(f"sqlite:///{tmp_path}/ours.db?synchronous=NORMAL", tmp_path, CUSTOMERS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(f"\nmemory from {WARM} rows to {CUSTOMERS * (ORDERS + 1)}: {grown:.0f} MiB more")
    assert grown <= MOST_MIB


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
