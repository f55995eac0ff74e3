"""The first page of the customer list, by keyword and without, out of a million customers.

``pytest tests/bench/bench_search.py -s``; filling takes some minutes. ``BENCH_ROWS`` chooses another size.
"""

import functools
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from bench.workshop import new_company
from company.crowd import RARE, crowd
from crmcore import customers
from crmcore.access.entity import UserId
from servers import Databases

ROWS: Final = int(os.environ.get("BENCH_ROWS", "1000000"))
_CHUNK: Final = 5000
_ROUNDS: Final = 9
_MOST: Final = 50
"""Milliseconds that the first page of hits may take."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, str]]:
    with Databases() as databases:
        folder: Path = tmp_path_factory.mktemp("search")
        url = f"sqlite:///{folder}/crm.db" if request.param == "sqlite" else databases.make_url(request.param)
        crm, people = new_company(url)
        managers = [people.lihua.id, *(UserId(crm.ids()) for _ in range(49))]
        started, chunk = time.perf_counter(), []
        spent = 0.0
        for one in crowd(ROWS, managers, crm.ids):
            chunk.append(one)
            if len(chunk) == _CHUNK:
                spent += _stored(crm.store, chunk)
                chunk = []
        spent += _stored(crm.store, chunk)
        whole = time.perf_counter() - started
        print(f"\n{request.param}: {ROWS} customers stored in {spent:.0f} s, {whole:.0f} s with making them")
        yield crm, people, request.param
        crm.close()


def _stored(store: Any, chunk: list[Any]) -> float:
    started = time.perf_counter()
    session = store.begin(write=True)
    session.append(chunk)
    session.commit()
    session.close()
    return time.perf_counter() - started


def test_the_first_page(filled: tuple[Any, Any, str]) -> None:
    crm, people, product = filled
    first = crm.perform(customers.listing, as_user=people.supervisor.id, sort="oldest", size=1).rows[0].phone
    keywords = {
        "rare, two characters": RARE,
        "common, two characters": "公司",
        "in one of fourteen": "北京",
        "three characters": f"{RARE[1]}科",
        "nobody has it": "龘龘",
        "four digits of a phone": first[-4:],
        "six digits of a phone": first[-6:],
        "three digits": "739",
    }
    slow = []
    for who in ("supervisor", "lihua"):
        for what, keyword in keywords.items():
            milliseconds, found = _asked(crm, getattr(people, who).id, keyword=keyword)
            more = "more than " if found.more else ""
            print(f"{product}, {who}: {what}: {milliseconds:.1f} ms, {more}{found.total} hits")
            slow += [(who, what, milliseconds)] if milliseconds > _MOST else []
        milliseconds, found = _asked(crm, getattr(people, who).id)
        print(f"{product}, {who}: no keyword, all {found.total} counted: {milliseconds:.1f} ms")
        milliseconds, found = _asked(crm, getattr(people, who).id, keyword="龘")
        print(f"{product}, {who}: one character that nobody has, for information: {milliseconds:.1f} ms")
    assert not slow


def _asked(crm: Any, who: Any, **filters: Any) -> tuple[float, Any]:
    """Answer the median of some rounds, and what was found."""
    asked = functools.partial(crm.perform, customers.listing, as_user=who, size=20, **filters)
    times, found = [], asked()
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        asked()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), found
