"""Learning from the orders of a hundred thousand customers in SQLite, and what pages of them take: seconds and memory.

``pytest tests/bench/bench_outlook.py -s``. There is no other way of doing the same to compare with, so the bounds are
absolute: half a minute and 500 MB to learn from everything, and for tables of everybody; a second for a page.
"""

import datetime as dt
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.trading import pour
from bench.workshop import new_company
from crmcore.base.text import fold
from crmcore.customers.entity import Customer, CustomerId
from crmcore.sales.entity import Order, OrderId, OrderStatus, OrderSummary

CUSTOMERS = 100_000
FIRST = dt.date(2022, 1, 1)
DAYS = 1_500
ASKED = """
import resource, sys, time
import scipy.optimize, scipy.special  # importing them is no part of a page
import crmcore
from crmcore import SYSTEM, reports
crm = crmcore.open(sys.argv[1])
started = time.process_time()
if sys.argv[2] == "learn":
    done = reports.learn(crm)
    said = f"{done.customers} {done.orders!s:.60} {done.amounts!s:.40}"
else:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        getattr(reports, sys.argv[2])(work)
    said = ""
print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, said)
"""
"""In a process of its own: the memory is that of the whole program; seconds are those of the processor."""


def people(manager: UUID) -> Iterator[Customer]:
    """Customers with the least that is needed."""
    now = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    for place in range(CUSTOMERS):
        name = f"客户{place}"
        yield Customer(
            id=CustomerId(UUID(int=place + 1)),
            number=f"KH{place}",
            name=name,
            name_key=fold(name),
            manager=manager,  # type: ignore[arg-type]  # an account manager's id
            created_by=manager,  # type: ignore[arg-type]
            created_at=now,
            version=1,
        )


def orders(chance: random.Random) -> Iterator[Order]:
    """Orders of customers who order at rates of their own and leave by chances of their own."""
    number = 0
    for place in range(CUSTOMERS):
        rate, leaving = max(chance.gammavariate(0.8, 1 / 40), 1e-9), chance.betavariate(0.8, 3)
        mean, time_ = chance.gammavariate(6, 50), float(chance.randint(0, DAYS))
        while time_ < DAYS:
            number += 1
            yield Order(
                id=OrderId(UUID(int=number)),
                source_key=f"SO{number}",
                customer=CustomerId(UUID(int=place + 1)),
                ordered_on=FIRST + dt.timedelta(days=int(time_)),
                status=OrderStatus.PAID,
                currency="CNY",
                amount=Decimal(f"{chance.gammavariate(5, mean / 5):.2f}"),
                version=1,
            )
            if time_ and chance.random() < leaving:
                break
            time_ += chance.expovariate(rate)


def summaries(chance: random.Random) -> Iterator[OrderSummary]:
    """Somebody's orders in short; only what lists sort by."""
    for place in range(CUSTOMERS):
        day = FIRST + dt.timedelta(days=chance.randint(0, DAYS))
        yield OrderSummary(
            id=CustomerId(UUID(int=place + 1)),
            order_count=1,
            first_order_on=day,
            last_order_on=day,
            amount=Decimal(chance.randint(1, 10**6)),
            version=1,
        )


def asked(url: str, what: str) -> tuple[float, float, str]:
    """Seconds, megabytes and words of one report."""
    done = subprocess.run([sys.executable, "-c", ASKED, url, what], capture_output=True, check=True, text=True)
    seconds, megabytes, *said = done.stdout.split(maxsplit=2)
    return float(seconds), float(megabytes), "".join(said).strip()


def test_a_hundred_thousand_customers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    crm, staff = new_company(url)
    store: Any = crm.store
    started = time.perf_counter()
    pour(
        store,
        (Customer, people(staff.lihua.id)),
        (Order, orders(random.Random(1))),
        (OrderSummary, summaries(random.Random(2))),
    )
    crm.close()
    print(f"\nfilled in {time.perf_counter() - started:.0f} s")
    for what, most in (("learn", 30), ("customer_segments", 30), ("customer_screening", 30), ("customer_cards", 30)):
        seconds, megabytes, said = asked(url, what)
        print(f"{what}: {seconds:.1f} s, {megabytes:.0f} MB {said}")
        assert seconds < most
        assert megabytes < 500
    seconds, megabytes, _ = asked(url, "customer_outlooks")
    print(f"a page of outlooks: {seconds:.2f} s, {megabytes:.0f} MB")
    assert seconds < 1
