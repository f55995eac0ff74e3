"""``kill -9`` in the middle of a churn check or an order import: whole batches only, and again finishes the work."""

import datetime as dt
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest

from company import SetClock
from crmcore import churn, sales
from crmcore.access.entity import User, UserId
from crmcore.base.ids import TimeOrderedIds
from crmcore.churn.entity import ChurnCase
from crmcore.churn.rules import cutoff
from crmcore.customers.entity import Customer, CustomerId
from crmcore.query import query
from crmcore.sales.entity import Order, OrderId, OrderLine, OrderStatus, OrderSummary, lapse_of
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Store
from crmcore.storage.records import ChangeRecord, OutboxMessage
from faults.conftest import Victim, end_sessions
from faults.lives import Nursery
from faults.nursery import CHUNK, chunk_of

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes are neither forked nor killed like this there"
)
DEATHS = 6
DAYS = 40
EACH = 50
"""Customers who are late from each day on."""
FIRST = dt.date(2026, 3, 2)
TRANSACTIONAL = {"sqlite", "postgresql", "mariadb"}
"""Stores whose transactions hold a derivation."""


def kept(store: Store, kind: type[Any]) -> list[Any]:
    session = store.begin(write=False)
    try:
        return list(session.find(query(kind)))
    finally:
        session.close()


def settled(store: Store, kind: type[Any]) -> list[Any]:
    """What is kept once a server has finished what a client asked for before it died (as MongoDB does)."""
    now, same = kept(store, kind), 0
    while same < 4:  # two seconds: a busy machine may let a server rest for a while
        time.sleep(0.5)
        before, now = now, kept(store, kind)
        same = same + 1 if len(before) == len(now) else 0
    return now


def crm_of(store: Store) -> Crm:
    clock = SetClock()
    return Crm(store, clock=clock, ids=TimeOrderedIds(clock, random.Random(7).randbytes))


def a_customer(store: Store, name: str, unique: str) -> Customer:
    user = UserId(kept(store, User)[0].id)
    return Customer(
        id=CustomerId(uuid4()),
        number=f"KH{unique}",
        name=name,
        name_key=name,
        manager=user,
        created_by=user,
        created_at=SetClock()(),
        version=1,
    )


def put_in(store: Store, records: list[Any]) -> None:
    session = store.begin(write=True)
    session.append(records)
    session.commit()
    session.close()


def die(victim: Victim, nursery: Nursery, life: str, start: Callable[[], int], longest: float) -> dict[UUID, int]:
    """Let children live one after the other and kill each at some moment; answer what they have said was done."""
    chance = random.Random(20261122)
    acknowledged: dict[UUID, int] = {}
    for death in range(DEATHS):
        child, first = nursery.start(life, victim.url, str(start()))
        assert first == ["ready"]
        if death % 2:
            nursery.wait_for_words(2)  # the first may find done what the server finished for one that had died
        time.sleep(chance.uniform(0.001, longest))
        child.kill()
        for batch, count in nursery.acknowledged(child).items():
            assert count == acknowledged.setdefault(batch, count) or not count, "a batch was done twice"
        end_sessions(victim)
    return acknowledged


@pytest.mark.timeout(600)
@pytest.mark.requirement("CHN-01", "CHN-05", "NFR-14")
def test_a_churn_check_that_is_killed_leaves_whole_checks_and_is_finished_later(
    victim: Victim, nursery: Nursery
) -> None:
    manager = a_customer(victim.store, "x", "x")
    records: list[Any] = []
    for number in range(DAYS * EACH):
        ordered = cutoff(FIRST + dt.timedelta(days=number // EACH), 6) - dt.timedelta(days=1)
        customer = a_customer_like(manager, number)
        latest = OrderId(uuid4())
        lapse = lapse_of(customer.id, latest)
        records += [
            customer,
            OrderSummary(id=customer.id, last_order_on=ordered, last_order=latest, lapse=lapse, version=1),
        ]
    put_in(victim.store, records)
    late = Counter(one.last_order_on for one in records if isinstance(one, OrderSummary))

    def next_day() -> int:
        """Go on with the day that is not whole."""
        done = Counter(one.last_order_on for one in kept(victim.store, ChurnCase))
        if victim.kind in TRANSACTIONAL:
            assert all(done[day] == late[day] for day in done), "a check left a part of its cases"
            noted = [one for one in kept(victim.store, ChangeRecord) if one.action == "churn.open_cases"]
            assert sum(int(json.loads(one.changes)["opened"][1]) for one in noted) == sum(done.values())
        whole = [day for day in late if done[day] == late[day]]
        return FIRST.toordinal() + len(whole)

    acknowledged = die(victim, nursery, "sweep", next_day, 0.06)
    assert sum(acknowledged.values()) > 0, "the children died before they had done anything worth losing"
    stored = settled(victim.store, ChurnCase)
    assert len({one.customer for one in stored}) == len(stored) >= sum(acknowledged.values())
    crm = crm_of(victim.store)
    last = FIRST + dt.timedelta(days=DAYS - 1)
    assert churn.sweep(crm, last).opened == DAYS * EACH - len(stored)
    assert churn.sweep(crm, last).opened == 0
    opened = {(one.id, one.customer, one.last_order_on) for one in kept(victim.store, ChurnCase)}
    assert opened == {(one.lapse, one.id, one.last_order_on) for one in records if isinstance(one, OrderSummary)}


def a_customer_like(one: Customer, number: int) -> Customer:
    return attrs.evolve(
        one, id=CustomerId(uuid4()), number=f"KH{number}", name=f"客户 {number}", name_key=f"客户 {number}"
    )


@pytest.mark.timeout(600)
@pytest.mark.requirement("ORD-04", "NFR-14")
def test_an_order_import_that_is_killed_leaves_whole_chunks_and_is_finished_later(
    victim: Victim, nursery: Nursery
) -> None:
    put_in(victim.store, [a_customer(victim.store, f"客户 {number}", str(number)) for number in range(5)])
    acknowledged = die(victim, nursery, "orders", lambda: chunks_there(victim.store), 0.15)
    assert acknowledged, "the children died before they had done anything worth losing"
    there = chunks_there(victim.store)
    assert there >= 1 + max(one.int for one in acknowledged)
    crm = crm_of(victim.store)
    for number in range(there + 2):
        done = crm.perform(sales.import_orders, chunk_of(number), as_user="zhaomin")
        new = CHUNK if number >= there else 0
        assert (done.orders_created, done.orders_unchanged) == (new, CHUNK - new)
    assert chunks_there(victim.store) == there + 2
    orders = kept(victim.store, Order)
    for summary in kept(victim.store, OrderSummary):
        own = [one for one in orders if one.customer == summary.id]
        assert summary.order_count == len(own) == (there + 2) * CHUNK // 5
        assert summary.amount == sum((one.amount for one in own), Decimal(0))
        assert summary.paid_amount == sum((one.amount for one in own if one.status is OrderStatus.PAID), Decimal(0))
        assert summary.last_order_on == dt.date(2025, 1, 1) + dt.timedelta(days=there + 1)


def chunks_there(store: Store) -> int:
    """Check that every chunk is whole, with its lines, change record and message; answer how many there are."""
    orders, lines = kept(store, Order), Counter(one.order for one in kept(store, OrderLine))
    chunks = Counter(int(one.source_key.partition("-")[0]) for one in orders)
    assert all(count == CHUNK for count in chunks.values()), chunks
    assert sorted(chunks) == list(range(len(chunks)))
    assert lines == Counter({one.id: 2 for one in orders})
    assert len([one for one in kept(store, ChangeRecord) if one.action == "sales.import_orders"]) == len(chunks)
    assert len([one for one in kept(store, OutboxMessage) if one.kind == "orders_imported"]) == len(chunks)
    return len(chunks)
