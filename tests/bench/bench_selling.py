"""Figures of 200,000 opportunities and as many requests, against the best SQL by hand that answers the same.

``pytest tests/bench/bench_selling.py -s``. ``BENCH_RECORDS`` chooses another size. A report checks a permission, reads
settings and the process, and knows the query behind each number.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.by_hand import Wording
from bench.expecting_by_hand import EXPECTING
from bench.handling_by_hand import HANDLING
from bench.reckoning import ratio_of
from bench.selling import fill_sales
from bench.selling_by_hand import SELLING
from bench.serving import fill_service
from bench.serving_by_hand import SERVING
from bench.workshop import new_company
from crmcore.storage.work import Work

RECORDS = int(os.environ.get("BENCH_RECORDS", "200000"))
MOST = 1.2
REPORTS = {**SELLING, **EXPECTING, **HANDLING, **SERVING}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Work]]:
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("selling") / "crm.db"
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("pg_server").create_database()
    crm, people = new_company(url)
    sellers = [people.lihua.id, people.wangwei.id, people.retired.id]
    fill_sales(crm, sellers, RECORDS)
    fill_service(crm, sellers, RECORDS)
    with crm.work(as_user=people.supervisor.id, readonly=True) as work:
        yield request.param, work
    crm.close()


@pytest.mark.parametrize("asked", REPORTS)
def test_as_quick_as_by_hand(filled: tuple[str, Work], asked: str) -> None:
    kind, work = filled
    one = REPORTS[asked]
    session: Any = work.session
    ways = one.ways(Wording(kind, work))
    shown = one.shown(one.report(work))
    for way in ways:
        assert shown == way.said([session.rows(text, ()) for text in way.statements])
    by_hand = [lambda way=way: [session.rows(text, ()) for text in way.statements] for way in ways]
    assert ratio_of(f"{kind}, {asked}", lambda: one.report(work), by_hand) <= MOST
