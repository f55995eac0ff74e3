"""Work counted instead of timed: statements, round trips and Python calls of an operation may not grow unnoticed."""

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company.install import PASSWORDS, install
from crmcore import SYSTEM, exchange, opportunities, sales
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.query import Op, Prior, Query, eq, query
from crmcore.sales import LineRow, OrderRow
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES
from crmcore.testing.notices import notices
from crmcore.testing.samples import Part, Sample, number, part, sample
from crmcore.testing.sessions import put, reading, writing

OWN = tuple(describe(cls) for cls in ENTITIES)
GIVEN: dict[str, Any] = {
    "customer_name": "北京华建工程有限公司",
    "title": "采购笔记本电脑意向",
    "success_rate": 60,
    "description": "通过展会认识。",
}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def company(sqlite_url: str, opened: Any) -> Any:
    return _company(opened(sqlite_url, OWN))


def _company(store: Any) -> tuple[Crm, Any]:
    crm = Crm(store, clock=_now, ids=TimeOrderedIds(_now, os.urandom), passwords=PASSWORDS)
    return crm, install(crm)


def _record(crm: Crm, who: Any) -> Any:
    return crm.perform(opportunities.create, as_user=who, **GIVEN)


class Statements:
    """Notes the first word of every statement that a connection of SQLite runs."""

    def __init__(self, store: Any) -> None:
        self.words: list[str] = []
        link = store.pool._idle[-1]
        link.raw.set_trace_callback(lambda text: self.words.append(text.split()[0]))

    def of(self, run: Callable[[], object]) -> Counter[str]:
        self.words.clear()
        run()
        return Counter(self.words)


def python_calls(run: Callable[[], object]) -> int:
    """Count the Python functions that are called."""
    calls = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def test_statements_of_a_recorded_opportunity(company: Any) -> None:
    """Who, his role, the company's zone; the opportunity, its change, its message; begin and commit."""
    crm, people = company
    _record(crm, people.lihua.id)
    counted = Statements(crm.store).of(lambda: _record(crm, people.lihua.id))
    assert counted == {"BEGIN": 1, "SELECT": 3, "INSERT": 3, "COMMIT": 1}


def test_calls_of_a_recorded_opportunity(company: Any) -> None:
    crm, people = company
    for _ in range(3):
        _record(crm, people.lihua.id)
    assert python_calls(lambda: _record(crm, people.lihua.id)) <= 170


def test_round_trips_of_a_recorded_opportunity(pg_url: str, opened: Any) -> None:
    """The questions together, the record, and the rest with the commit."""
    crm, people = _company(opened(pg_url, OWN))
    for _ in range(3):
        _record(crm, people.lihua.id)
    link = crm.store.pool._idle[-1]  # type: ignore[attr-defined]
    sizes: list[int] = []
    run = link.run

    def counting(batch: Any) -> Any:
        sizes.append(len(batch))
        return run(batch)

    link.run = counting
    _record(crm, people.lihua.id)
    assert sizes == [4, 1, 3]


def test_a_page_is_one_statement(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, *(sample(place) for place in range(60)))
    asked: Query[Sample] = query(Sample).where(eq(_fields().count, 0)).page(50)

    def ask() -> None:
        with reading(store) as session:
            assert len(session.find(asked)) == 50

    ask()
    assert Statements(store).of(ask) == {"BEGIN": 1, "SELECT": 1, "ROLLBACK": 1}


def _fields() -> Any:
    from attrs import fields

    return fields(Sample)


@pytest.fixture
def filled(sqlite_url: str, opened: Any) -> Iterator[Any]:
    store = opened(sqlite_url)
    put(store, *(part(place, number(1), number=place, name=f"n{place}") for place in range(60)))
    with writing(store) as session:
        yield session


PAGE: Query[Part] = query(Part).page(50)
NEW, CHANGED = part(1000, number(1)), part(8, number(1), number=8, version=2)
SEVENTH, NINTH = number(7), number(9)
OPERATIONS: dict[str, tuple[int, Callable[[Any], object]]] = {
    "load": (6, lambda session: session.load(Part, SEVENTH)),
    "insert": (4, lambda session: session.insert(NEW)),
    "replace": (4, lambda session: session.replace(CHANGED, 1)),
    "delete": (4, lambda session: session.delete(Part, NINTH, 1)),
    "append": (4, lambda session: session.append([NEW])),
    "count": (12, lambda session: session.count(PAGE)),
    "page": (12, lambda session: session.find(PAGE)),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_calls_of_an_operation(name: str, filled: Any) -> None:
    """Fields cost no Python call but where they are searched, and rows none at all."""
    most, run = OPERATIONS[name]
    filled.count(PAGE)
    filled.find(PAGE)
    counted = python_calls(lambda: run(filled)) - 2  # the two functions around it
    assert counted <= most, counted


MANY = [part(place, number(2), number=place, name=f"m{place}") for place in range(2_000, 4_500)]
RENEWED = [attrs.evolve(one, name="again", version=2) for one in MANY]


def test_many_rows_cost_their_writing_only(filled: Any) -> None:
    """A record that is appended or renewed among others costs no Python call but those of its fields."""
    assert python_calls(lambda: filled.append(MANY)) <= 2 * len(MANY) + 20
    assert python_calls(lambda: filled.renew(RENEWED)) <= 2 * len(MANY) + 40


def noted(link: Any) -> list[str]:
    """The first words of the statements that a connection to PostgreSQL sends from now on."""
    texts: list[str] = []
    run, copy = link.run, link.copy

    def noting(batch: Any) -> Any:
        texts.extend(text.split(maxsplit=1)[0] for text, _ in batch)
        return run(batch)

    def noting_copy(text: str, parts: Any) -> None:
        texts.append(text.split(maxsplit=1)[0])
        copy(text, parts)

    link.run, link.copy = noting, noting_copy
    return texts


def test_many_rows_are_few_statements(pg_url: str, opened: Any) -> None:
    """All new rows of a kind go in by one COPY; two thousand changed ones in one statement."""
    store = opened(pg_url)
    put(store, sample(1))
    texts = noted(store.pool._idle[-1])
    with writing(store) as session:
        session.append(MANY[:1_000])
        session.append(MANY[1_000:])
    assert texts == ["BEGIN", "COPY", "COMMIT"]
    texts.clear()
    with writing(store) as session:
        session.renew(RENEWED)
    assert texts == ["BEGIN", "UPDATE", "UPDATE", "COMMIT"]


def _orders(first: int, count: int) -> list[OrderRow]:
    """New orders of as many customers, each with a line."""
    line = LineRow("P1", "产品", Decimal(2), "台", Decimal("12.50"))
    return [
        OrderRow(f"SO{place}", dt.date(2026, 3, 2), customer_key=f"K{place % 1000}", lines=[line])
        for place in range(first, first + count)
    ]


def _buyers(crm: Crm, person: Any) -> None:
    rows = "".join(f"客户{place},K{place}\n" for place in range(1_000))
    plan = exchange.ImportPlan(mapping=("name", "external_key"), manager=person.id)
    exchange.import_file(crm, f"name,external_key\n{rows}".encode(), plan, as_user=SYSTEM)


@pytest.mark.requirement("ORD-04")
def test_calls_of_an_imported_order(company: Any) -> None:
    """An order with a line costs the calls that make its records and their ids, and few others."""
    crm, people = company
    _buyers(crm, people.lihua)

    def feed(first: int, count: int) -> int:
        rows = _orders(first, count)
        return python_calls(lambda: crm.perform(sales.import_orders, rows, as_user=people.supervisor.id))

    feed(0, 1_000)
    more = feed(2_000, 1_000) - feed(1_000, 500)
    assert more <= 24 * 500, more / 500


@pytest.mark.requirement("ORD-04")
def test_statements_of_a_chunk_of_orders(pg_url: str, opened: Any) -> None:
    """Their number does not depend on how many orders there are; new records of a kind are one COPY."""
    crm, people = _company(opened(pg_url, OWN))
    _buyers(crm, people.lihua)
    texts = noted(crm.store.pool._idle[-1])  # type: ignore[attr-defined]

    def feed(first: int, count: int) -> list[str]:
        texts.clear()
        crm.perform(sales.import_orders, _orders(first, count), as_user=people.supervisor.id)
        return list(texts)

    feed(0, 1_000)
    assert feed(1_000, 1_000) == feed(2_000, 2_000)
    assert Counter(texts) == {"BEGIN": 1, "SELECT": 7, "COPY": 2, "UPDATE": 1, "INSERT": 2, "COMMIT": 1}


def test_a_derivation_is_one_statement(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, sample(1), *(part(place, number(1), number=place) for place in range(60)))
    wanted = notices(unless=(Prior(("about",), Op.EQ, ("sample",)), Prior(("number",), Op.GE, ("number",))))

    def make() -> None:
        with writing(store) as session:
            assert session.derive(wanted) == 60

    assert Statements(store).of(make) == {"BEGIN": 1, "INSERT": 1, "COMMIT": 1}


def test_a_derivation_does_not_read_what_it_fills_for_every_record(pg_url: str, opened: Any) -> None:
    """A table that was empty when the server counted it is cheapest read as a whole, until it grows."""
    store = opened(pg_url)
    put(store, sample(1), *(part(place, number(1), number=place) for place in range(60)))
    raw = store.connect()
    raw.execute("VACUUM ANALYZE")
    raw.close()
    with writing(store) as session:
        assert session.derive(notices()) == 60
        scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'notice'"
        assert session.rows(scans, ()) == [(0,)]
    with writing(store) as session:
        assert session.rows("SHOW enable_seqscan", ()) == [("on",)], "for no longer than the transaction"


def test_opening_by_url_loads_only_the_driver_it_needs() -> None:
    program = (
        "import sys\n"
        "from crmcore_sql import open_store\n"
        "open_store('sqlite:///nothing.db', ())\n"
        "assert 'sqlalchemy' in sys.modules\n"
        "print([name for name in ('psycopg', 'pymysql', 'pymongo', 'alembic', 'sqlalchemy.orm', 'cattrs')"
        " if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_package_loads_nothing() -> None:
    program = "import sys, crmcore_sql\nprint('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
