"""Connections that break, and servers that come back: each moment has its own meaning."""

import select
from collections.abc import Callable
from typing import Any

import psycopg
import pymysql
import pytest

from crmcore.base.errors import Contention, StoreError, Transient, Unavailable, UnknownOutcome
from crmcore.query import query
from crmcore.storage.ports import SchemaState
from crmcore.testing.samples import Mark, Sample, mark, number, sample
from crmcore.testing.sessions import committed, put, reading, writing

Cut = Callable[[Any], None]


def _cut_postgresql(session: Any) -> None:
    """End the session's connection from the server's side."""
    link = session._link
    with psycopg.connect(session._store._conninfo, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (link.raw.info.backend_pid,))


def _cut_mariadb(session: Any) -> None:
    number_ = session._link.raw.thread_id()
    other = session._store.connect()
    with other.cursor() as cursor:
        cursor.execute(f"KILL {number_}")
    other.close()


@pytest.fixture(params=["postgresql", "mariadb"])
def served(request: pytest.FixtureRequest, opened: Any) -> tuple[Any, Cut]:
    """A store on a server, and the way to cut one of its connections."""
    url = request.getfixturevalue({"postgresql": "pg_url", "mariadb": "mariadb_url"}[request.param])
    return opened(url), {"postgresql": _cut_postgresql, "mariadb": _cut_mariadb}[request.param]


def test_before_the_commit_it_is_safe_to_run_again(served: tuple[Any, Cut]) -> None:
    store, cut = served
    session = store.begin(write=True)
    assert session.insert(sample(1))
    cut(session)
    with pytest.raises(Transient):
        session.load(Sample, number(1))
    session.close()
    with reading(store) as reader:
        assert reader.count(query(Sample)) == 0
    put(store, sample(1))


def test_during_the_commit_nobody_knows(served: tuple[Any, Cut]) -> None:
    store, cut = served
    session = store.begin(write=True)
    assert session.insert(sample(1))
    cut(session)
    with pytest.raises(UnknownOutcome):
        session.commit()
    session.close()
    put(store, sample(2))


def test_idle_connections_that_were_cut_are_not_used(served: tuple[Any, Cut]) -> None:
    store, cut = served
    first, second = store.begin(write=False), store.begin(write=False)
    first.count(query(Sample))
    second.count(query(Sample))
    cut(first)
    cut(second)
    first.close()
    second.close()
    for place in range(3):
        put(store, sample(place))


def test_a_closed_session_says_so(served: tuple[Any, Cut]) -> None:
    store, _ = served
    session = store.begin(write=True)
    session.close()
    session.close()
    with pytest.raises(StoreError):
        session.load(Sample, number(1))
    session.append([mark(1)])
    with pytest.raises(StoreError):
        session.commit()


def test_a_closed_store_gives_its_connections_back(served: tuple[Any, Cut]) -> None:
    store, _ = served
    session = store.begin(write=False)
    session.count(query(Sample))
    link = session._link
    store.close()
    assert not link.raw.closed if hasattr(link.raw, "closed") else link.raw.open
    session.close()
    assert link.raw.closed if hasattr(link.raw, "closed") else not link.raw.open
    store.close()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_comes_back_is_found_again(kind: str, start_server: Any, opened: Any) -> None:
    server = start_server(kind)
    store = opened(f"{server.create_database()}&pool_size=4")
    put(store, sample(1))
    caught = store.begin(write=True)
    assert caught.insert(sample(4))
    server.kill()
    with pytest.raises(UnknownOutcome):
        caught.commit()
    caught.close()
    _wait_until_cut(store)
    with pytest.raises((Transient, Unavailable)):
        put(store, sample(2))
    with pytest.raises(Unavailable):
        store.state()
    server.start()
    assert store.state() is SchemaState.CURRENT
    put(store, sample(3))
    with reading(store) as session:
        assert session.load(Sample, number(1)) == sample(1)
        assert session.load(Sample, number(2)) is None, "who was told to try again has left nothing"


def _wait_until_cut(store: Any) -> None:
    """Wait until every connection that waits in the pool has come to its end: children of a server outlive it a little.

    Until then a commit may reach a child that dies over it, and only then nobody knows what came of it.
    """
    for link in store.pool._idle:
        socket = getattr(link.raw, "_sock", link.raw)
        readable, _, _ = select.select([socket], [], [], 30)
        assert readable, "a connection outlives its server"


def test_too_many_sessions_wait_and_then_give_up(pg_url: str, opened: Any) -> None:
    store = opened(f"{pg_url}&pool_size=2&timeout=0.2")
    first, second = store.begin(write=False), store.begin(write=False)
    with pytest.raises(Transient):
        store.begin(write=False)
    first.close()
    third = store.begin(write=False)
    assert third.count(query(Sample)) == 0
    second.close()
    third.close()


def test_a_lock_that_is_held_too_long_is_passing(sql_url: str, opened: Any) -> None:
    separator = "&" if "?" in sql_url else "?"
    store = opened(f"{sql_url}{separator}timeout=1")
    put(store, sample(1))
    first = store.begin(write=True)
    assert first.replace(sample(1, version=2), 1)
    with pytest.raises(Transient):
        committed(store, lambda session: session.replace(sample(1, version=2), 1))
    first.commit()
    first.close()
    with reading(store) as session:
        assert session.load(Sample, number(1)) == sample(1, version=2)


class TestPostgresql:
    def test_keeps_what_it_prepared_through_failures(self, pg_url: str, opened: Any) -> None:
        store = opened(pg_url)
        put(store, mark(1))
        for _ in range(5):
            session = store.begin(write=True)
            session.append([mark(2), mark(1)])
            with pytest.raises(Contention):
                session.commit()
            session.close()
        names = dict(store.pool._idle[-1]._names)
        put(store, mark(2))
        assert store.pool._idle[-1]._names == names

    def test_forgets_what_was_not_prepared(self, pg_url: str, opened: Any) -> None:
        """A statement prepared behind a failing one in the same batch does not exist."""
        store = opened(pg_url)
        put(store, mark(1))
        session = store.begin(write=True)
        session.append([mark(1), sample(1)])  # the sample's statement comes behind the failure
        with pytest.raises(Contention):
            session.commit()
        session.close()
        put(store, sample(1))
        with writing(store) as session:
            session.append([sample(2)])

    def test_lets_old_statements_go(self, pg_url: str, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("crmcore_sql.wire._PREPARED", 3)
        store = opened(pg_url)
        put(store, sample(1), mark(2))
        for limit in range(1, 5):
            with reading(store) as session:
                assert session.find(query(Sample).page(limit)) == [sample(1)]
                assert session.find(query(Mark).page(limit, limit)) == []
                assert session.count(query(Sample)) == 1
        session = store.begin(write=False)
        (kept,) = session.rows("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'crmcore%'", ())
        session.close()
        assert kept[0] <= 6  # with those of the question itself
        assert len(store.pool._idle[-1]._names) <= 4

    def test_works_without_prepared_statements(self, pg_url: str, opened: Any) -> None:
        store = opened(f"{pg_url}&prepare=no")
        put(store, sample(1))
        with reading(store) as session:
            assert session.find(query(Sample)) == [sample(1)]
        assert store.pool._idle[-1]._names == {}

    def test_sends_more_than_a_socket_takes(self, pg_url: str, opened: Any) -> None:
        store = opened(pg_url)
        large = [mark(place, text="大" * 1_000_000) for place in range(8)]
        with writing(store) as session:
            session.append(large)
        with reading(store) as session:
            assert list(session.find(query(Mark))) == large

    def test_an_interrupted_batch_ends_its_connection(
        self, pg_url: str, opened: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = opened(pg_url)
        session = store.begin(write=True)
        assert session.insert(sample(1))
        link = session._link

        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("crmcore_sql.wire._Socket.wait", interrupt)
        with pytest.raises(KeyboardInterrupt):
            session.load(Sample, number(1))
        monkeypatch.undo()
        session.close()
        assert link.raw.closed
        put(store, sample(2))

    def test_reads_ahead_only_what_usually_follows(self, pg_url: str, opened: Any) -> None:
        store = opened(pg_url)
        put(store, sample(1), sample(2), sample(3))
        trips = _count_trips(store)
        for expected in (3, 3, 2):
            trips.clear()
            with reading(store) as session:
                assert session.load(Sample, number(1)) == sample(1)
                assert session.load(Sample, number(2)) == sample(2)
            assert len(trips) == expected  # the last one is ROLLBACK
        trips.clear()
        with writing(store) as session:
            session.load(Sample, number(1))
            assert session.replace(sample(2, version=2), 1)
            assert session.load(Sample, number(2)) == sample(2, version=2)


def _count_trips(store: Any) -> list[int]:
    """Note the size of every batch from now on."""
    trips: list[int] = []
    link = store.pool._idle[-1]
    run = link.run

    def counting(batch: Any) -> Any:
        trips.append(len(batch))
        return run(batch)

    link.run = counting
    return trips


class TestMariadb:
    """Its writes see what others have committed since the snapshot: that is never passed off as an ordinary no."""

    @pytest.fixture(params=["snapshots", "versions"])
    def store(self, request: pytest.FixtureRequest, mariadb_url: str, opened: Any) -> Any:
        """With and without the server's own check of snapshots, which older servers lack."""
        store = opened(mariadb_url)
        if request.param == "versions":
            connect = store.connect

            def connect_to_older(*, create: bool = False) -> "pymysql.Connection[Any]":
                raw: pymysql.Connection[Any] = connect(create=create)
                with raw.cursor() as cursor:
                    cursor.execute("SET innodb_snapshot_isolation = OFF")
                return raw

            store.connect = connect_to_older
            store.pool.empty()
        return store

    def test_replace(self, store: Any) -> None:
        put(store, sample(1))
        session = store.begin(write=True)
        assert session.load(Sample, number(1)).version == 1
        with writing(store) as other:
            assert other.replace(sample(1, version=2), 1)
        with pytest.raises(Contention):
            session.replace(sample(1, version=2), 1)
        session.close()

    def test_delete(self, store: Any) -> None:
        put(store, sample(1))
        session = store.begin(write=True)
        assert session.load(Sample, number(1)).version == 1
        with writing(store) as other:
            assert other.delete(Sample, number(1), 1)
        with pytest.raises(Contention):
            session.delete(Sample, number(1), 1)
        session.close()

    def test_insert(self, store: Any) -> None:
        session = store.begin(write=True)
        assert session.count(query(Sample)) == 0
        put(store, sample(1, code="a"))
        with pytest.raises(Contention):
            session.insert(sample(2, code="a"))
        session.close()

    def test_an_ordinary_no_stays_one(self, store: Any) -> None:
        put(store, sample(1, code="a"))
        with writing(store) as session:
            assert not session.insert(sample(1))
            assert not session.insert(sample(2, code="a"))
            assert not session.replace(sample(1, version=3), 2)
            assert not session.delete(Sample, number(1), 2)
            assert not session.delete(Sample, number(9), 1)
            assert session.insert(sample(3))
        with reading(store) as session:
            assert session.count(query(Sample)) == 2
