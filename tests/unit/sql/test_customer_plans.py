"""Every filter and every order that the list of customers offers is served by an index, whatever the product."""

import datetime as dt
import functools
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest

from company.clock import SetClock
from company.crowd import FIRST_DAY, RARE, crowd, summaries
from company.install import PASSWORDS, install
from crmcore import customers
from crmcore.access.entity import UserId
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.base.text import fold
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.listing import COUNTED
from crmcore.subjects import ENTITIES
from crmcore.testing.sessions import writing
from crmcore_sql import open_store, searching
from crmcore_sql.searches import LOOKED_AT
from unit.sql.conftest import fresh_url

SIZES: Final = {"sqlite": 20_000, "postgresql": 20_000, "mariadb": 6_000}
DAY: Final = FIRST_DAY.date() + dt.timedelta(days=2)
ASKED: Final[dict[str, dict[str, Any]]] = {
    "nothing": {},
    "oldest": {"sort": "oldest"},
    "name": {"sort": "name"},
    "number": {"sort": "number"},
    "region": {"region": "rare"},
    "level": {"level": "5"},
    "industry": {"industry": "rare"},
    "category": {"category": "rare"},
    "company size": {"company_size": "rare"},
    "status": {"status": CustomerStatus.LOST},
    "status that nobody has": {"status": CustomerStatus.DELETED},
    "entered": {"created_from": DAY, "created_to": DAY},
    "city": {"city": "喀什"},
    "tag": {"tag": "稀客"},
    "part of the name": {"name": RARE},
    "part of the number": {"number": "KH240102"},
    "part of the phone": {"phone": "3344"},
    "bought for much": {"amount_from": 999_999},
    "bought for little": {"amount_to": 3},
    "warned of": {"churn_warning": True},
    "not warned of": {"churn_warning": False},
    "not warned of, by name": {"churn_warning": False, "sort": "name"},
    "rare keyword": {"keyword": RARE},
    "common keyword": {"keyword": "公司"},
    "keyword that nobody has": {"keyword": "龘龘"},
    "three characters": {"keyword": f"{RARE}科"},
    "rare keyword by name": {"keyword": RARE, "sort": "name"},
    "keyword and region": {"keyword": "有限", "region": "rare"},
    "digits": {"keyword": "0731"},
}


EMPTY: Final = {"status that nobody has", "keyword that nobody has", "three characters", "warned of"}
_SCANS: Final = {
    "sqlite": re.compile(r"SCAN customer\b(?! USING)"),
    "postgresql": re.compile(r"Seq Scan on customer\b"),
    "mariadb": re.compile(r"\bcustomer ALL\b"),
}


@pytest.fixture(scope="module", params=tuple(SIZES))
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A store with very many customers, and the staff."""
    for url in fresh_url(request, tmp_path_factory.mktemp("plans"), request.param):
        store = open_store(url, tuple(map(describe, ENTITIES)))
        store.prepare()
        clock = SetClock()
        crm = Crm(store, clock=clock, ids=TimeOrderedIds(clock, os.urandom), passwords=PASSWORDS)
        people = install(crm)
        managers = [people.lihua.id, people.wangwei.id, *(UserId(crm.ids()) for _ in range(40))]
        made = list(crowd(SIZES[request.param], managers, crm.ids))
        with writing(store) as session:
            session.append([*made, *summaries(made)])
        if request.param != "sqlite":
            tables = "customer, order_summary"
            _run(store, f"ANALYZE {'TABLE ' if request.param == 'mariadb' else ''}{tables}")
        yield crm, people
        crm.close()


@pytest.mark.requirement("CUS-01", "X-CUS-02", "X-CUS-03", "X-CUS-04")
@pytest.mark.parametrize("who", ["supervisor", "lihua"])
def test_no_list_of_customers_reads_the_whole_table(filled: Any, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account manager's list is narrowed to his own customers besides."""
    crm, people = filled
    asked: list[tuple[str, Sequence[Any]]] = []
    product = crm.store.product.name
    monkeypatch.setattr(_session_class(crm.store), "rows", _listening(_session_class(crm.store).rows, asked))
    wrong = []
    for what, filters in ASKED.items():
        asked.clear()
        found = crm.perform(customers.listing, as_user=getattr(people, who).id, size=20, **filters)
        assert found.total or what in EMPTY or who == "lihua", what
        heard = asked.copy()
        for statement, values in heard:
            if not _must_use_index(statement):
                continue
            plan = _plan(crm.store, product, statement, values)
            if _SCANS[product].search(plan):
                wrong.append((what, statement, plan))
    assert not wrong, "\n\n".join("\n".join(one) for one in wrong[:3])


WAYS: Final[dict[str, dict[str, int]]] = {
    "short lists": {},
    "the list": {"PEEK": 20_000, "SHORT": 0},
    "a part of the list, then the index": {"PEEK": 1, "FEW": 0, "MANY": 0, "REACH": 300, "HALF": 300, "SHORT": 0},
    "the index": {"PEEK": 1, "FEW": 10**6, "HALF": 0, "OWN": 1, "SHORT": 0},
    "both indexes": {"PEEK": 1, "FEW": 10**6, "MANY": 10**6, "HALF": 0, "SHORT": 0},
}
"""What a search goes by, if its numbers are these."""
SOUGHT: Final = ((RARE, ""), ("北京", ""), ("北京", "rare"), ("公司", "rare"), ("0731", ""), ("龘龘", ""))
"""Keywords and regions."""


@pytest.mark.requirement("CUS-01", "X-CUS-02")
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_a_keyword_finds_the_same(filled: Any, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    crm, people = filled
    for name, value in WAYS[way].items():
        monkeypatch.setattr(searching, name, value)
    everybody = _everybody(crm)
    for who in (people.supervisor.id, people.lihua.id):
        seen = [one for one in everybody if who in {people.supervisor.id, one.manager}]
        for keyword, region in SOUGHT:
            wanted = [one for one in seen if fold(keyword) in fold(one.search_text) and region in {"", one.region}]
            for page in (1, 2):
                found = crm.perform(
                    customers.listing, as_user=who, size=20, page=page, sort="oldest", keyword=keyword, region=region
                )
                last = max(1, min(page, -(-len(wanted) // 20)))
                expected = [one.id for one in wanted[20 * (last - 1) : 20 * last]]
                assert [one.id for one in found.rows] == expected, (keyword, region, page)
                assert found.total == min(len(wanted), COUNTED), (keyword, region, page)
                assert found.more == (len(wanted) > COUNTED)


@functools.cache
def _everybody(crm: Crm) -> Sequence[Customer]:
    """Answer all customers of a store, the oldest first."""
    session = crm.store.begin(write=False)
    try:
        return sorted(session.find(query(Customer)), key=lambda one: (one.created_at, one.id))
    finally:
        session.close()


@pytest.mark.requirement("X-CUS-02")
def test_sqlite_compares_what_two_indexes_find_before_it_reads_a_row(
    filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account manager's hits are few of those that everybody has; to read all of them would take long."""
    crm, people = filled
    if crm.store.product.name != "sqlite":
        pytest.skip("servers find out by themselves")
    for name, value in WAYS["both indexes"].items():
        monkeypatch.setattr(searching, name, value)
    asked: list[tuple[str, Sequence[Any]]] = []
    listen = _listening(_session_class(crm.store).rows, asked)
    monkeypatch.setattr(_session_class(crm.store), "rows", listen)
    crm.perform(customers.listing, as_user=people.lihua.id, size=20, keyword="北京")
    led = [one for one in asked.copy() if "MATCH" in one[0] and "ix_" not in one[0] and " AS own" in one[0]]
    assert len(led) == 2, "a count and a page"
    for statement, values in led:
        said = _plan(crm.store, "sqlite", statement, values)
        assert re.search(r"USING COVERING INDEX ix_customer_manager\w* \(manager=\?\)", said), said
        assert re.search(r"SEARCH customer USING INTEGER PRIMARY KEY \(rowid=\?\)", said), said
        assert not re.search(r"VIRTUAL TABLE INDEX \d+:=", said), said


@pytest.mark.requirement("X-CUS-02")
def test_postgresql_plans_a_search_for_its_values(filled: Any) -> None:
    """Prepared, it would soon be planned for usual values: a rare region would be looked for everywhere."""
    crm, people = filled
    if crm.store.product.name != "postgresql":
        pytest.skip("others prepare nothing, or look at the values")
    crm.perform(customers.listing, as_user=people.supervisor.id, size=20, keyword="北京", region="rare")
    prepared = "SELECT statement FROM pg_prepared_statements WHERE strpos(statement, $1) > 0"
    assert _run(crm.store, prepared, ["customer"]), "a list without a keyword is prepared"
    assert not _run(crm.store, prepared, [LOOKED_AT])


def _session_class(store: Any) -> Any:
    session = store.begin(write=False)
    session.close()
    return type(session)


def _listening(rows: Any, asked: list[tuple[str, Sequence[Any]]]) -> Any:
    def listen(self: Any, statement: str, values: Sequence[Any]) -> Any:
        asked.append((statement, values))
        return rows(self, statement, values)

    return listen


def _must_use_index(statement: str) -> bool:
    """Tell whether a statement about customers could read all of them; those that look at so many and no more can't.

    To say how many customers there are in all, all of them have to be counted.
    """
    if not re.search(r"\bFROM [`\"]?customer\b", statement) or LOOKED_AT in statement:
        return False
    return "fragments" in statement or not statement.startswith("SELECT count(*)")


def _plan(store: Any, product: str, statement: str, values: Sequence[Any]) -> str:
    found = _run(store, f"EXPLAIN {'QUERY PLAN ' if product == 'sqlite' else ''}{statement}", values)
    if product == "mariadb":
        return "\n".join(f"{row[2]} {row[3]} {row[5]} {row[8]} {row[9]}" for row in found)
    return "\n".join(str(row[-1]) for row in found)


def _run(store: Any, statement: str, values: Sequence[Any] = ()) -> Sequence[Any]:
    session = store.begin(write=False)
    try:
        return session.rows(statement, values)  # type: ignore[no-any-return]
    finally:
        session.close()
