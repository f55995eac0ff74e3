"""Ten thousand lines of orders as a company has them, through the feed of every store; the file is not part of this.

``CRMCORE_SUPERSTORE`` names the file: the well-known "Superstore" sample as CSV, with its usual columns.
"""

import importlib
import itertools
import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from company.feeds import contents, expected_summaries, kept, summaries
from crmcore import exchange, sales
from crmcore.customers.entity import Customer
from crmcore.sales.entity import Order, OrderLine, OrderSummary, UnmatchedOrder
from crmcore.storage.crm import Crm

SCRIPTS = Path(__file__).parents[3] / "examples" / "erp_scripts"
FILE = os.environ.get("CRMCORE_SUPERSTORE", "")


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The orders of the file, as the example script reads them."""
    if not FILE:
        pytest.skip("CRMCORE_SUPERSTORE does not name the file")
    monkeypatch.syspath_prepend(SCRIPTS)
    module = importlib.import_module("order_file")
    mapping = module.ColumnMapping.read(SCRIPTS / "mappings" / "superstore.toml")
    with module.OrderFile(Path(FILE), mapping) as found:
        yield [one.row for one in found]


def feed(crm: Crm, orders: list[Any]) -> Counter[str]:
    """Take over all orders in chunks; answer the counts."""
    counts: Counter[str] = Counter()
    left = iter(orders)
    while chunk := list(itertools.islice(left, 2000)):
        done = crm.perform(sales.import_orders, chunk, as_user="zhaomin", all_or_nothing=True)
        for name in ("created", "changed", "unchanged", "unmatched"):
            counts[name] += getattr(done, f"orders_{name}")
    return counts


@pytest.mark.requirement("ORD-03", "ORD-04", "ITG-02")
def test_taken_over_twice_is_once_and_sums_are_the_files(crm: Crm, orders: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    names = {one.customer_key: one.customer_name for one in orders}
    lines = (f'{key},"{name}",lihua' for key, name in names.items())
    path.write_text("\n".join(["external_key,name,manager", *lines]), encoding="utf-8")
    waiting = feed(crm, orders[:100])
    plan = exchange.ImportPlan(mapping=("external_key", "name", "manager"), key="external_key")
    assert exchange.import_file(crm, path, plan, as_user="zhaomin").failed == 0
    assert waiting == {"unmatched": 100, "created": 0, "changed": 0, "unchanged": 0}
    first = feed(crm, orders)
    assert (first["created"], first["unmatched"], kept(crm, UnmatchedOrder)) == (len(orders), 0, [])
    before = contents(crm, Order, OrderLine, OrderSummary)
    again = feed(crm, orders)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, len(orders))
    assert contents(crm, Order, OrderLine, OrderSummary) == before
    amounts = [line.amount for one in orders for line in one.lines]  # as exact as the file says them
    total = sum(amounts, Decimal(0))
    assert len(before[OrderLine]) == len(amounts)
    assert sum(one.amount for one in before[OrderLine].values()) == total
    assert sum(one.amount for one in before[Order].values()) == total
    assert sum(one.paid_amount for one in before[OrderSummary].values()) == total
    assert summaries(crm) == expected_summaries(crm)
    keys = {one.id: one.external_key for one in kept(crm, Customer)}
    by_customer: Counter[str] = Counter()
    for one in orders:
        by_customer[one.customer_key] += sum(line.amount for line in one.lines)
    assert {keys[one.id]: one.amount for one in before[OrderSummary].values()} == dict(by_customer)
    print(f"{len(orders)} orders, {len(amounts)} lines, {total}")
