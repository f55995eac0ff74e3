"""What is particular about SQLite: files, its one writer, its 64-bit numbers, its limits."""

import os
import sqlite3
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import field, fields

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits
from crmcore.base.errors import Contention, SchemaMissing, SchemaOutdated, StoreError, Transient, Unavailable
from crmcore.base.schema import describe
from crmcore.query import count, largest, one_of, query, tally, total
from crmcore.query.queries import Top
from crmcore.testing.samples import Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import put, reading, writing
from crmcore_sql import open_store


def _pragma(store: Any, name: str) -> Any:
    session = store.begin(write=False)
    found = session.rows(f"PRAGMA {name}", ())[0][0]
    session.close()
    return found


def test_commits_survive_a_power_cut_unless_told_otherwise(sqlite_url: str, opened: Any) -> None:
    full = opened(sqlite_url)
    assert _pragma(full, "journal_mode") == "wal"
    assert _pragma(full, "synchronous") == 2
    assert _pragma(opened(f"{sqlite_url}?synchronous=NORMAL"), "synchronous") == 1


def test_readers_and_a_writer_do_not_wait_for_each_other(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, sample(1))
    with writing(store) as writer:
        assert writer.insert(sample(2))
        with reading(store) as reader:
            assert reader.count(query(Sample)) == 1
    with reading(store) as reader:
        assert reader.count(query(Sample)) == 2


def test_writers_of_one_process_take_turns(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, sample(1, count=0))
    failures = []

    def add() -> None:
        try:
            for _ in range(20):
                with writing(store) as session:
                    known: Any = session.load(Sample, number(1))
                    changed = attrs.evolve(known, count=known.count + 1, version=known.version + 1)
                    assert session.replace(changed, known.version)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(store) as session:
        assert session.load(Sample, number(1)) == sample(1, count=160, version=161)


def test_a_writer_gives_up_after_a_while(sqlite_url: str, opened: Any) -> None:
    store = opened(f"{sqlite_url}?timeout=0.2")
    with writing(store):
        started = time.monotonic()
        with pytest.raises(Transient):
            store.begin(write=True)
        assert 0.1 < time.monotonic() - started < 3
    put(store, sample(1))


def test_a_writer_waits_for_another_process_for_a_while(sqlite_url: str, opened: Any, tmp_path: Path) -> None:
    store = opened(f"{sqlite_url}?timeout=0.2")
    other = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Transient):
        store.begin(write=True)
    other.execute("ROLLBACK")
    other.close()
    put(store, sample(1))


def test_a_reader_can_not_write(sqlite_url: str, opened: Any) -> None:
    """A reader that has to become a writer after somebody else wrote has seen what is no more."""
    store = opened(sqlite_url)
    put(store, sample(1))
    with reading(store) as session:
        session.load(Sample, number(1))
        put(store, sample(2))
        with pytest.raises(Contention):
            session.insert(sample(3))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Exact:
    id: UUID
    amount: Decimal = field(validator=Digits(19, 2))
    version: int = 1


def test_decimals_that_64_bits_can_not_hold_are_refused(sqlite_url: str) -> None:
    with pytest.raises(TypeError, match="at most 18 digits"):
        open_store(sqlite_url, [describe(Exact)])


def test_sums_beyond_64_bits_are_exact(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    big, small = 2**63 - 1, -(2**63) + 1
    put(store, *(sample(place, count=big if place % 3 else small, rank=place % 2) for place in range(30)))
    f = fields(Sample)
    measures = (total(f.count, "sum"), count("n"), largest(f.count, "most"))
    with reading(store) as session:
        (row,) = session.tally(tally(query(Sample), measures=measures))
        rows = session.tally(tally(query(Sample), by=(f.rank,), measures=measures, top=Top("sum", 5)))
    assert row.values == (20 * big + 10 * small, 30, big)
    assert [one.key for one in rows] == [(0,), (1,)]
    assert sum(one.values[0] for one in rows) == row.values[0]


def test_any_number_of_values_can_be_asked_for(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, *(sample(place, name=f"n'{place}\\", rank=place % 5) for place in range(50)))
    f = fields(Sample)
    with reading(store) as session:
        ids = [number(place) for place in range(25, 40_025)]
        assert session.count(query(Sample).where(one_of(f.id, ids))) == 25
        names = [f"n'{place}\\" for place in range(40, 40_040)]
        assert session.count(query(Sample).where(one_of(f.name, names))) == 10
        assert session.count(query(Sample).where(one_of(f.rank, list(range(-10, 11))))) == 50


def test_a_store_of_other_tables_says_what_is_wrong(sqlite_url: str, opened: Any, tmp_path: Path) -> None:
    store = opened(sqlite_url)
    raw = sqlite3.connect(tmp_path / "crm.db")
    raw.execute("ALTER TABLE mark DROP COLUMN text")
    raw.commit()
    with reading(store) as session, pytest.raises(SchemaOutdated):
        session.find(query(Mark))
    with pytest.raises(SchemaOutdated):
        store.prepare()
    raw.execute("DROP TABLE crmcore_schema")
    raw.commit()
    raw.close()
    with reading(store) as session, pytest.raises(SchemaMissing):
        session.find(query(Mark))


def test_an_error_without_another_meaning_is_a_store_error(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    for statement in ("SELECT nothing FROM nowhere", "SELECT ?"):
        session = store.begin(write=False)
        with pytest.raises(StoreError) as failed:
            session.rows(statement, ())
        assert type(failed.value) is StoreError
        session.close()


def test_a_full_disk_is_told(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    session = store.begin(write=True)
    session._link.raw.execute("PRAGMA max_page_count = 20")
    with pytest.raises(Unavailable) as failed:
        session.append([mark(place, text="x" * 4000) for place in range(1000)])
    assert failed.value.params["reason"] == "SQLITE_FULL"
    session.close()
    store.pool.empty()
    put(store, sample(1))


def test_a_child_process_leaves_its_parents_connections_alone(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    put(store, sample(1))
    kept = list(store.pool._idle)
    assert kept
    child = os.fork()
    if child == 0:
        try:
            put(store, sample(2))
            own = store.pool._idle[-1]
            os._exit(0 if own not in kept else 1)
        except BaseException:  # noqa: BLE001
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with reading(store) as session:
        assert session.count(query(Sample)) == 2
    assert list(store.pool._idle) == kept


def test_a_group_of_new_records_is_all_there(sqlite_url: str, opened: Any) -> None:
    store = opened(sqlite_url)
    with writing(store) as session:
        session.append([mark(1), mark(2), part(3, number(1)), mark(4)])
    with reading(store) as session:
        assert (session.count(query(Mark)), session.count(query(Part))) == (3, 1)
