"""Recording one opportunity, with everything crmcore does, against three bare INSERTs and a COMMIT.

``pytest tests/bench/bench_record.py -s``. Both sides write the same rows into the same tables, which hold 50,000
records already: a page of an empty table is written again and again, which no table in use is.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.measuring import compare
from bench.naive import write_postgresql, write_sqlite
from bench.workshop import fill_sqlite, new_company, random_id, recorder
from servers import Databases

SIZE = 50_000


def _raw(path: Path, synchronous: str) -> sqlite3.Connection:
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute(f"PRAGMA synchronous = {synchronous}")
    return raw


@pytest.mark.parametrize(("synchronous", "most"), [("NORMAL", 1.5), ("FULL", 1.3)])
def test_sqlite(synchronous: str, most: float, tmp_path: Path) -> None:
    crm, people = new_company(f"sqlite:///{tmp_path}/ours.db?synchronous={synchronous}")
    new_company(f"sqlite:///{tmp_path}/naive.db?synchronous={synchronous}")[0].close()
    fill_sqlite(f"{tmp_path}/ours.db", SIZE, lambda: crm.ids().bytes)
    fill_sqlite(f"{tmp_path}/naive.db", SIZE, random_id)
    raw = _raw(tmp_path / "naive.db", synchronous)
    found = compare(recorder(crm, people), lambda: write_sqlite(raw))
    print(found.say(f"\nrecord one opportunity, SQLite {synchronous}"))
    raw.close()
    crm.close()
    assert found.ratio <= most


def test_sqlite_when_empty(tmp_path: Path) -> None:
    """For information: the smallest database there is, where nothing but Python counts."""
    crm, people = new_company(f"sqlite:///{tmp_path}/ours.db?synchronous=NORMAL")
    new_company(f"sqlite:///{tmp_path}/naive.db?synchronous=NORMAL")[0].close()
    raw = _raw(tmp_path / "naive.db", "NORMAL")
    print(compare(recorder(crm, people), lambda: write_sqlite(raw)).say("\nthe same, SQLite NORMAL, empty tables"))
    raw.close()
    crm.close()


@pytest.fixture(params=[False, True], ids=["fast", "durable"])
def databases(request: pytest.FixtureRequest) -> Iterator[Any]:
    with Databases(durable=request.param) as made:
        yield made


def test_postgresql(databases: Databases) -> None:
    crm, people = new_company(databases.make_url("postgresql"))
    url = databases.make_url("postgresql")
    new_company(url)[0].close()
    with psycopg.connect(url, autocommit=True) as raw:
        found = compare(recorder(crm, people), lambda: write_postgresql(raw))
    print(found.say("\nrecord one opportunity, PostgreSQL"))
    crm.close()
    assert found.ratio <= 1.3
