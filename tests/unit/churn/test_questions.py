"""What the churn check asks of a store, counted: the same whatever the number of customers (requirement CHN-01)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import crmcore
from crmcore import churn
from crmcore.access.entity import UserId
from crmcore.churn.entity import ChurnCase
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import query
from crmcore.sales.entity import OrderId, OrderSummary, lapse_of
from crmcore.storage.crm import Crm

pytestmark = pytest.mark.extras

TODAY = dt.date(2026, 3, 2)
SIZES = (3, 400)


def lapses(crm: Crm, count: int) -> None:
    """So many customers more who have not ordered for long."""
    manager = UserId(uuid4())
    records: list[Any] = []
    for _ in range(count):
        id_ = CustomerId(uuid4())
        number = f"KH{uuid4().hex[:15]}"
        given: dict[str, Any] = {"name": "客户", "manager": manager, "created_by": manager, "created_at": crm.clock()}
        records.append(Customer(id=id_, number=number, version=1, **given))
        latest = OrderId(uuid4())
        day, lapse = dt.date(2025, 1, 1), lapse_of(id_, latest)
        records.append(OrderSummary(id=id_, last_order_on=day, last_order=latest, lapse=lapse, version=1))
    session = crm.store.begin(write=True)
    session.append(records)
    session.commit()
    session.close()


def opened(crm: Crm) -> int:
    session = crm.store.begin(write=False)
    try:
        return session.count(query(ChurnCase))
    finally:
        session.close()


@contextmanager
def prepared(url: str) -> Iterator[Crm]:
    with crmcore.open(url, check=False) as crm:
        crm.store.prepare()
        lapses(crm, 1)
        assert churn.sweep(crm, TODAY).opened == 1
        yield crm


class _Counted:
    """A session that notes which verbs are used, and how many records are handed over."""

    def __init__(self, session: Any, said: Counter[str]) -> None:
        self._session, self._said = session, said

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._session, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._said[name] += len(args[0]) if name in {"append", "renew"} else 1
            return verb(*args, **kwargs)

        return call


def test_a_check_asks_three_things_of_a_store() -> None:
    with prepared("memory://") as crm:
        said: Counter[str] = Counter()
        begin = crm.store.begin
        crm.store.begin = lambda *, write: _Counted(begin(write=write), said)  # type: ignore[method-assign]
        for size in SIZES:
            lapses(crm, size)
            said.clear()
            assert churn.sweep(crm, TODAY).opened == size
            assert said == {"find": 1, "derive": 1, "append": 1, "commit": 1, "close": 1}


def test_statements_on_sqlite(tmp_path: Path) -> None:
    """The settings, the cases, the change record."""
    with prepared(f"sqlite:///{tmp_path / 'crm.db'}") as crm:
        words: list[str] = []
        for size in SIZES:
            lapses(crm, size)
            link: Any = crm.store.pool._idle[-1]  # type: ignore[attr-defined]
            link.raw.set_trace_callback(lambda text: words.append(text.split()[0]))
            words.clear()
            assert churn.sweep(crm, TODAY).opened == size
            assert Counter(words) == {"BEGIN": 1, "SELECT": 1, "INSERT": 2, "COMMIT": 1}


def test_statements_on_mariadb(mariadb_server: Any) -> None:
    names = ("Com_select", "Com_insert", "Com_insert_select")
    with prepared(mariadb_server.create_database()) as crm:

        def statements() -> Counter[str]:
            link: Any = crm.store.pool._idle[-1]  # type: ignore[attr-defined]
            with link.raw.cursor() as cursor:
                cursor.execute(f"SHOW SESSION STATUS WHERE Variable_name IN {names}")
                return Counter({name: int(value) for name, value in cursor.fetchall()})

        for size in SIZES:
            lapses(crm, size)
            before = statements()
            assert churn.sweep(crm, TODAY).opened == size
            assert statements() - before == {"Com_select": 1, "Com_insert": 1, "Com_insert_select": 1}


def test_statements_on_postgresql(pg_server: Any) -> None:
    url = pg_server.create_database()
    with prepared(url) as crm:
        for size in SIZES:
            lapses(crm, size)
            link: Any = crm.store.pool._idle[-1]  # type: ignore[attr-defined]
            sizes: list[int] = []
            run = link.run

            def counting(batch: Any, run: Any = run, sizes: list[int] = sizes) -> Any:
                sizes.append(len(batch))
                return run(batch)

            link.run = counting
            assert churn.sweep(crm, TODAY).opened == size
            link.run = run
            assert sum(sizes) <= 5, "begin, settings, cases, change record, commit"


def test_commands_on_mongodb(mongo_server: Any) -> None:
    """The settings, the cases and their number, the change record and its commit."""
    monitoring = pytest.importorskip("pymongo.monitoring")
    names: list[str] = []

    class Listener(monitoring.CommandListener):  # type: ignore[misc, name-defined]
        def started(self, event: Any) -> None:
            names.append(event.command_name)

        def succeeded(self, event: Any) -> None:
            """Nothing to note."""

        def failed(self, event: Any) -> None:
            """Nothing to note."""

    kept = monitoring._LISTENERS.command_listeners[:]
    monitoring.register(Listener())
    try:
        url = mongo_server.create_database()
        with prepared(url) as crm:
            for size in SIZES:
                lapses(crm, size)
                names.clear()
                assert churn.sweep(crm, TODAY).opened == size
                asked = Counter(names)
                assert asked == {"find": 1, "aggregate": 2, "insert": 1, "commitTransaction": 1}
    finally:
        monitoring._LISTENERS.command_listeners[:] = kept
