"""Escalating among 100,000 open requests, half of them late, against the same in hand-written SQL.

``pytest tests/bench/bench_escalation.py -s``. ``BENCH_REQUESTS`` chooses another size. The job asks the store five
times, whatever the size.
"""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.workshop import now, two_companies
from company.counting import CountingStore
from company.lateness import late_request, policy, step_of
from crmcore import escalation
from crmcore.base.clock import cut
from crmcore.storage.crm import Crm

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "100000"))
MOST, MOST_AGAIN = 1.3, 0.5
"""Against hand-written SQL; and the next run, which finds all of it escalated already."""
SETTLED = "r.waiting_since IS NULL AND r.status IN ('new', 'assigned')"
BY_HAND = (
    (
        "INSERT INTO escalation (id, request, policy, watched, due_at, recipient, recipient_user,"
        " escalated_at, version)"
        " SELECT s.id, s.request, s.policy, s.watched, s.due_at, s.recipient, s.recipient_user, %s, 1"
        f" FROM escalation_step s JOIN service_request r ON r.id = s.request WHERE s.due_at < %s AND {SETTLED}"
        " ON CONFLICT (id) DO NOTHING"
    ),
    (
        "INSERT INTO outbox_message (id, at, kind, entity_id, payload, state, attempts, version)"
        " SELECT s.id, %s, 'request_escalated', s.request, s.message, 'pending', 0, 1"
        " FROM escalation_step s JOIN escalation e ON e.id = s.id WHERE s.due_at < %s ON CONFLICT (id) DO NOTHING"
    ),
)


def _fill(crm: Crm, people: Any, at: dt.datetime) -> None:
    """Put requests and their steps in; the same for both sides."""
    by = policy(crm)
    for first in range(0, REQUESTS, 10_000):
        requests, steps = [], []
        for number in range(first, min(first + 10_000, REQUESTS)):
            due_at = at + dt.timedelta(minutes=(number * 7 % 2_000) - 999)
            requests.append(late_request(crm, people.lihua.id, number, due_at))
            steps.append(step_of(requests[-1], by, due_at))
        session = crm.store.begin(write=True)
        session.append([*requests, *steps])
        session.commit()
        session.close()


def _compare(what: str, crm: Crm, at: dt.datetime, by_hand: Callable[[], int]) -> None:
    start = time.perf_counter()
    counted = by_hand()
    hand = time.perf_counter() - start
    store = CountingStore(crm.store)
    counting = Crm(store, clock=crm.clock, ids=crm.ids)
    start = time.perf_counter()
    done = escalation.escalate(counting, at)
    ours = time.perf_counter() - start
    assert (done.escalated, done.messages) == (counted, counted)
    assert store.asked == ["derive"] * 4 + ["append"]
    start = time.perf_counter()
    assert escalation.escalate(crm, at).escalated == 0
    again = time.perf_counter() - start
    print(
        f"\nescalating {counted} of {REQUESTS} requests, {what}: {ours:.2f} s against {hand:.2f} s by hand,"
        f" ratio {ours / hand:.2f}; the second run {again:.2f} s"
    )
    assert ours / hand <= MOST
    assert again / ours <= MOST_AGAIN


@pytest.fixture
def companies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[tuple[str, Crm]]]:
    """Two stores of a product with the same records."""
    with two_companies(request.param, tmp_path, lambda crm, people: _fill(crm, people, AT)) as made:
        yield made


AT = cut(now())


@pytest.mark.parametrize("companies", ["sqlite"], indirect=True)
def test_sqlite(companies: list[tuple[str, Crm]]) -> None:
    (_, crm), (_, bare) = companies
    store: Any = bare.store
    raw = store.connect()
    instant = int(AT.timestamp() * 1000)

    def by_hand() -> int:
        raw.execute("BEGIN IMMEDIATE")
        escalated, told = (raw.execute(one.replace("%s", "?"), (instant, instant)).rowcount for one in BY_HAND)
        raw.execute("COMMIT")
        assert escalated == told
        return int(told)

    for one in (crm.store.connect(), store.connect()):  # type: ignore[attr-defined]
        one.execute("ANALYZE")
        one.close()
    _compare("SQLite", crm, AT, by_hand)
    raw.close()


@pytest.mark.parametrize("companies", ["postgresql"], indirect=True)
def test_postgresql(companies: list[tuple[str, Crm]]) -> None:
    (ours, crm), (bare, _) = companies
    for url in (ours, bare):
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("VACUUM ANALYZE")
    with psycopg.connect(bare) as raw:

        def by_hand() -> int:
            escalated, told = (raw.execute(one, (AT, AT)).rowcount for one in BY_HAND)
            raw.commit()
            assert escalated == told
            return int(told)

        _compare("PostgreSQL", crm, AT, by_hand)
