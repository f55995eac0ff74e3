"""Whole reports of a million orders of 200,000 customers, against the best SQL by hand that answers the same.

``pytest tests/bench/bench_reports.py -s``; takes some minutes to fill each store. ``BENCH_ORDERS`` chooses another
size. A report checks a permission, reads settings, names what it shows, and knows the query behind each number.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.reckoning import ratio_of
from bench.trading import fill, fill_lines
from bench.trading_by_hand import REPORTS
from bench.workshop import new_company
from crmcore.storage.work import Work

ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
MOST = 1.2


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Work]]:
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("reports") / "crm.db"
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("pg_server").create_database()
    crm, people = new_company(url)
    fill(crm.store, people.lihua.id, ORDERS // 5, ORDERS)
    fill_lines(crm.store, ORDERS // 5, ORDERS)
    with crm.work(as_user=people.supervisor.id, readonly=True) as work:
        yield request.param, work
    crm.close()


@pytest.mark.parametrize("asked", REPORTS)
def test_as_quick_as_by_hand(filled: tuple[str, Work], asked: str) -> None:
    kind, work = filled
    one = REPORTS[asked]
    session: Any = work.session
    ways = one.by_hand(kind, work)
    assert one.shown(one.report(work)) == one.said(kind, [session.rows(text, ()) for text in ways[0]])
    by_hand = [lambda way=way: [session.rows(text, ()) for text in way] for way in ways]
    assert ratio_of(f"{kind}, {asked}", lambda: one.report(work), by_hand) <= MOST
