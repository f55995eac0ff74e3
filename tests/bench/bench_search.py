"""The first page of the customer list, by keyword and without, out of a million customers.

``pytest tests/bench/bench_search.py -s``; filling takes some minutes. ``BENCH_ROWS`` chooses another size. One customer
of twenty is entered, the others are copies, see :mod:`bench.loading`.
"""

import datetime as dt
import functools
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from bench.loading import load
from bench.workshop import new_company
from company.crowd import RARE, crowd
from crmcore import customers
from crmcore.access.entity import UserId
from servers import Databases

ROWS: Final = int(os.environ.get("BENCH_ROWS", "1000000"))
COPIES: Final = 20
_ROUNDS: Final = 9
_MOST: Final = 50
"""Milliseconds that the first page of hits may take."""
ASKED: Final[dict[str, dict[str, Any]]] = {
    "rare, two characters": {"keyword": RARE},
    "common, two characters": {"keyword": "公司"},
    "in one of fourteen": {"keyword": "北京"},
    "in one of a hundred": {"keyword": "96有"},
    "three characters": {"keyword": f"{RARE[1]}科"},
    "nobody has it": {"keyword": "龘龘"},
    "two digits": {"keyword": "73"},
    "three digits": {"keyword": "739"},
    "four digits": {"keyword": "7391"},
    "six digits": {"keyword": "739145"},
    "in one of fourteen, by name": {"keyword": "北京", "sort": "name"},
    "in one of a hundred, by number": {"keyword": "96有", "sort": "number"},
    "in one of a hundred, the oldest": {"keyword": "96有", "sort": "oldest"},
    "in one of fourteen, of a level": {"keyword": "北京", "level": "2"},
    "in one of a hundred, of a region": {"keyword": "96有", "region": "east"},
    "common, of a rare region": {"keyword": "公司", "region": "rare"},
    "in one of fourteen, of a rare region": {"keyword": "北京", "region": "rare"},
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, str]]:
    with Databases() as databases:
        folder: Path = tmp_path_factory.mktemp("search")
        url = f"sqlite:///{folder}/crm.db" if request.param == "sqlite" else databases.make_url(request.param)
        crm, people = new_company(url)
        managers = [people.lihua.id, *(UserId(crm.ids()) for _ in range(49))]
        made, started = ROWS // COPIES, time.perf_counter()
        load(crm.store, crowd(made, managers, crm.ids), COPIES, dt.timedelta(minutes=made))
        print(f"\n{request.param}: {made * COPIES} customers stored in {time.perf_counter() - started:.0f} s")
        yield crm, people, request.param
        crm.close()


def test_the_first_page(filled: tuple[Any, Any, str]) -> None:
    crm, people, product = filled
    slow = []
    for who in ("supervisor", "lihua"):
        for what, filters in ASKED.items():
            milliseconds, found = _asked(crm, getattr(people, who).id, **filters)
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
