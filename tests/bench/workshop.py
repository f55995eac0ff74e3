"""A company on a store, for benches."""

import datetime as dt
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import naive
from company.install import PASSWORDS, install
from crmcore import opportunities
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES
from crmcore_sql import open_store
from servers import Databases

__all__ = ["fill_sqlite", "new_company", "now", "random_id", "recorder", "two_companies"]


def now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


def new_company(url: str) -> tuple[Crm, Any]:
    """Prepare a store and hire the staff."""
    store = open_store(url, [describe(cls) for cls in ENTITIES])
    store.prepare()
    crm = Crm(store, clock=now, ids=TimeOrderedIds(now, os.urandom), passwords=PASSWORDS)
    return crm, install(crm)


@contextmanager
def two_companies(product: str, folder: Path, fill: Callable[[Crm, Any], None]) -> Iterator[list[tuple[str, Crm]]]:
    """Two stores of a product with the same records: for ours, and for what is written by hand."""
    with Databases() as databases:
        made = []
        for name in ("ours", "bare"):
            sqlite = f"sqlite:///{folder}/{name}.db?synchronous=NORMAL"
            url = sqlite if product == "sqlite" else databases.make_url(product)
            crm, people = new_company(url)
            fill(crm, people)
            made.append((url, crm))
        yield made
        for _, crm in made:
            crm.close()


def recorder(crm: Crm, people: Any) -> Callable[[], object]:
    """What is measured: sign in, check permission and fields, store the record, its change and its message, commit."""
    who = people.lihua.id
    return lambda: crm.perform(opportunities.create, as_user=who, **naive.FIELDS)


def fill_sqlite(path: str, size: int, new_id: Callable[[], bytes]) -> None:
    """Put as many opportunities, changes and messages into a prepared file."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN")
    for place in range(size):
        rows = naive.rows(new_id(), new_id(), new_id(), naive.USER.bytes, int(now().timestamp() * 1000), now())
        for statement, row in zip(naive.SQLITE, rows, strict=True):
            numbered = (row[0], f"F{place}", *row[2:]) if "opportunity (" in statement else row
            raw.execute(statement, numbered)
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.close()


def random_id() -> bytes:
    """The id that everybody takes."""
    return uuid.uuid4().bytes
