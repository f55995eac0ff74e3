"""The nightly churn check over 100,000 customers, half of them lapsed, against the same in hand-written SQL.

``pytest tests/bench/bench_sweep.py -s``. ``BENCH_CUSTOMERS`` chooses another size. What the check reads of the orders
is each customer's summary, which every import keeps: half a million orders are 100,000 rows here, for both sides.
"""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from bench.workshop import now, two_companies
from crmcore import churn
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import name_key
from crmcore.sales.entity import OrderId, OrderSummary, lapse_of
from crmcore.storage.crm import Crm

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
TODAY = dt.date(2026, 3, 2)
LAPSED = dt.date(2025, 9, 2)
MOST, MOST_AGAIN = 1.3, 0.1
COLUMNS = (
    "id, customer, customer_name, manager, last_order_on, measures, reason, status, opened_at, closed_at, version,"
    " customer_name_fold"
)
BY_HAND = f"""
INSERT INTO churn_case ({COLUMNS})
SELECT s.lapse, c.id, c.name, c.manager, s.last_order_on, '', '', 'warning', %s, NULL, 1, c.name_fold
FROM order_summary s JOIN customer c ON c.id = s.id
WHERE s.last_order_on < %s AND c.status = 'normal' AND s.lapse IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM churn_case p WHERE p.customer = s.id AND p.last_order_on >= s.last_order_on)
ON CONFLICT (id) DO NOTHING
"""


def _fill(crm: Crm, people: Any) -> None:
    """Put customers and their summaries in; the same for both sides."""
    manager = people.lihua.id
    for first in range(0, CUSTOMERS, 10_000):
        records: list[Any] = []
        for place in range(first, min(first + 10_000, CUSTOMERS)):
            name = f"客户{place}有限公司"
            given: dict[str, Any] = {"manager": manager, "created_by": manager, "created_at": now(), "version": 1}
            id_ = CustomerId(crm.ids())
            records.append(Customer(id=id_, number=f"K{place}", name=name, name_key=name_key(name), **given))
            latest = OrderId(uuid4())  # the sales system's orders come in any order
            records.append(
                OrderSummary(
                    id=id_,
                    order_count=5,
                    first_order_on=dt.date(2024, 1, 1),
                    last_order_on=LAPSED + dt.timedelta(days=(place * 7 % 300) - 150),
                    last_order=latest,
                    lapse=lapse_of(id_, latest),
                    amount=Decimal("100.00"),
                    version=1,
                )
            )
        session = crm.store.begin(write=True)
        session.append(sorted(records, key=lambda one: type(one).__name__))
        session.commit()
        session.close()


def _compare(what: str, crm: Crm, by_hand: Callable[[], int]) -> None:
    start = time.perf_counter()
    counted = by_hand()
    hand = time.perf_counter() - start
    start = time.perf_counter()
    assert churn.sweep(crm, TODAY).opened == counted
    ours = time.perf_counter() - start
    start = time.perf_counter()
    assert churn.sweep(crm, TODAY).opened == 0
    again = time.perf_counter() - start
    print(
        f"\nchurn check of {CUSTOMERS} customers, {counted} lapsed, {what}: {ours:.2f} s against {hand:.2f} s by hand,"
        f" ratio {ours / hand:.2f}; the second run {again / ours:.3f} of the first"
    )
    assert ours / hand <= MOST
    assert again / ours <= MOST_AGAIN


@pytest.fixture
def companies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[tuple[str, Crm]]]:
    """Two stores of a product with the same records."""
    with two_companies(request.param, tmp_path, _fill) as made:
        yield made


@pytest.mark.parametrize("companies", ["sqlite"], indirect=True)
def test_sqlite(companies: list[tuple[str, Crm]]) -> None:
    (_, crm), (_, bare) = companies
    store: Any = bare.store
    raw = store.connect()

    def by_hand() -> int:
        raw.execute("BEGIN IMMEDIATE")
        made: int = raw.execute(BY_HAND.replace("%s", "?"), (0, LAPSED.isoformat())).rowcount
        raw.execute("COMMIT")
        return made

    for one in (crm.store.connect(), store.connect()):  # type: ignore[attr-defined]
        one.execute("ANALYZE")
        one.close()
    _compare("SQLite", crm, by_hand)
    raw.close()


@pytest.mark.parametrize("companies", ["postgresql"], indirect=True)
def test_postgresql(companies: list[tuple[str, Crm]]) -> None:
    (ours, crm), (bare, _) = companies
    for url in (ours, bare):
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("VACUUM ANALYZE")
    with psycopg.connect(bare) as raw:

        def by_hand() -> int:
            made = raw.execute(BY_HAND, (now(), LAPSED)).rowcount
            raw.commit()
            return made

        _compare("PostgreSQL", crm, by_hand)
