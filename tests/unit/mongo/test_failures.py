"""What fails in the server or on the way to it becomes the port's error, by code and label; nothing is half done."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve, fields
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    InvalidOperation,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from crmcore.base.errors import (
    Conflict,
    Contention,
    NoTransactions,
    StoreError,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from crmcore.query import one_of, query
from crmcore.storage.ports import SchemaState
from crmcore.testing.samples import SCHEMAS, Mark, Sample, mark, number, sample
from crmcore.testing.sessions import count_of, find, load, put, reading, writing
from crmcore_mongo import open_store
from crmcore_mongo.errors import translated
from crmcore_mongo.store import MongoStore
from servers import MongoServer

s: Any = fields(Sample)
TRANSIENT = "TransientTransactionError"
UNKNOWN = "UnknownTransactionCommitResult"


def _unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _one_after_another(store: MongoStore) -> list[Callable[[], object]]:
    return [
        store.state,
        store.prepare,
        store.info,
        lambda: load(store, Sample, number(1)),
        lambda: put(store, sample(1)),
    ]


def test_says_within_three_seconds_that_nobody_answers() -> None:
    store = open_store(f"mongodb://lihua:secret@127.0.0.1:{_unused_port()}/crm", SCHEMAS)
    start = time.monotonic()
    with pytest.raises(Unavailable) as down:
        store.state()
    assert 1 < time.monotonic() - start < 5
    store.close()
    assert store.address in str(down.value)
    assert "secret" not in f"{down.value} {down.value!r} {down.value.explain('zh')}"


@pytest.mark.parametrize("place", range(5))
def test_is_unavailable_in_every_way(place: int) -> None:
    store = open_store(f"mongodb://127.0.0.1:{_unused_port()}/crm?serverSelectionTimeoutMS=150", SCHEMAS)
    with pytest.raises(Unavailable):
        _one_after_another(store)[place]()
    store.close()


@pytest.fixture(scope="module")
def standalone() -> Any:
    with MongoServer(standalone=True) as server:
        yield server


def test_refuses_a_server_without_transactions(standalone: MongoServer) -> None:
    store = open_store(standalone.create_database(), SCHEMAS)
    for ask in (store.state, store.prepare):
        with pytest.raises(NoTransactions) as refused:
            ask()
        for language in ("en", "zh"):
            assert "--replSet" in refused.value.explain(language)
            assert "rs.initiate()" in refused.value.explain(language)
    assert store.database.list_collection_names() == []
    store.close()


@pytest.mark.parametrize("code", [13, 18])
def test_a_refused_log_in_is_unavailable(store: MongoStore, fail_command: Any, code: int) -> None:
    with fail_command("find", errorCode=code), pytest.raises(Unavailable) as refused:
        load(store, Sample, number(1))
    assert str(code) in str(refused.value)


def _work(store: MongoStore) -> None:
    with writing(store) as session:
        session.load(Sample, number(1))
        session.insert(sample(1))
        session.append([mark(1)])


@pytest.mark.parametrize("command", ["find", "update", "insert", "commitTransaction"])
def test_a_lost_connection_is_transient_except_while_committing(
    store: MongoStore, fail_command: Any, command: str
) -> None:
    with fail_command(command, closeConnection=True):
        if command == "commitTransaction":
            _work(store)  # sent again: the server knows what it did
        else:
            with pytest.raises(Transient) as lost:
                _work(store)
            assert not isinstance(lost.value, Conflict)
            assert find(store, query(Sample)) == []
            _work(store)
    assert find(store, query(Sample)) == [sample(1)]
    assert count_of(store, query(Mark)) == 1


@pytest.mark.parametrize("command", ["find", "update", "insert", "commitTransaction"])
def test_a_write_conflict_is_contention(store: MongoStore, fail_command: Any, command: str) -> None:
    with fail_command(command, errorCode=112, errorLabels=[TRANSIENT]), pytest.raises(Contention):
        _work(store)
    assert find(store, query(Sample)) == []


def test_other_transient_errors_are_transient(store: MongoStore, fail_command: Any) -> None:
    with fail_command("update", errorCode=251, errorLabels=[TRANSIENT]), pytest.raises(Transient) as lost:
        put(store, sample(1))
    assert not isinstance(lost.value, Conflict)


def test_everything_else_is_a_store_error(store: MongoStore, fail_command: Any) -> None:
    with fail_command("update", errorCode=8), pytest.raises(StoreError) as failed:
        put(store, sample(1))
    assert type(failed.value) is StoreError
    assert "8" in str(failed.value)


@pytest.mark.parametrize(
    "how", [{"closeConnection": True}, {"errorCode": 262}, {"errorCode": 6, "errorLabels": [UNKNOWN]}]
)
def test_commits_again_until_the_outcome_is_known(store: MongoStore, fail_command: Any, how: dict[str, Any]) -> None:
    with fail_command("commitTransaction", times=2, **how):
        put(store, sample(1))
    assert find(store, query(Sample)) == [sample(1)]


def test_says_when_the_outcome_stays_unknown(store: MongoStore, fail_command: Any, commands_sent: Any) -> None:
    with (
        commands_sent() as sent,
        fail_command("commitTransaction", times=50, errorCode=262, errorLabels=[UNKNOWN]),
        pytest.raises(UnknownOutcome) as unknown,
    ):
        put(store, sample(1))
    assert not isinstance(unknown.value, Transient)
    assert [name for name, _ in sent].count("update") == 1
    assert [name for name, _ in sent].count("commitTransaction") >= 3


def test_a_majority_that_does_not_answer_leaves_the_outcome_unknown(store: MongoStore, fail_command: Any) -> None:
    concern = {"code": 64, "codeName": "WriteConcernTimeout", "errmsg": "waiting for replication timed out"}
    with fail_command("commitTransaction", times=50, writeConcernError=concern), pytest.raises(UnknownOutcome):
        put(store, sample(1))


def test_closing_never_raises(store: MongoStore, fail_command: Any) -> None:
    session = store.begin(write=True)
    session.insert(sample(1))
    with fail_command("abortTransaction", times=5, closeConnection=True):
        session.close()
    assert find(store, query(Sample)) == []


def test_goes_on_after_the_server_was_gone(start_server: Any) -> None:
    server = start_server("mongodb")
    store = open_store(server.create_database() + "&serverSelectionTimeoutMS=500", SCHEMAS)
    store.prepare()
    put(store, sample(1))
    session = store.begin(write=True)
    assert session.insert(sample(2))
    server.kill()
    with pytest.raises((Transient, Unavailable)):
        session.insert(sample(3))
    session.close()
    with pytest.raises(Unavailable), reading(store) as reader:
        reader.load(Sample, number(1))
    server.start()
    assert find(store, query(Sample)) == [sample(1)]
    assert store.state() is SchemaState.CURRENT
    store.close()


def test_a_failing_preparation_says_why(store: MongoStore, fail_command: Any) -> None:
    store.database.drop_collection("part")
    with fail_command("create", errorCode=8), pytest.raises(StoreError):
        store.prepare()
    store.database["part"].create_index("name", name="crm_by_nothing")
    with fail_command("dropIndexes", errorCode=8), pytest.raises(StoreError):
        store.prepare()
    store.prepare()
    assert store.state() is SchemaState.CURRENT


def _labelled(error: PyMongoError, *labels: str) -> PyMongoError:
    for label in labels:
        error._add_error_label(label)
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_labelled(ServerSelectionTimeoutError("x"), TRANSIENT), Unavailable),
        (_labelled(AutoReconnect("x"), TRANSIENT), Transient),
        (_labelled(AutoReconnect("x"), UNKNOWN), UnknownOutcome),
        (_labelled(ServerSelectionTimeoutError("x"), UNKNOWN), UnknownOutcome),
        (NetworkTimeout("x"), Unavailable),
        (ConfigurationError("x"), Unavailable),
        (InvalidOperation("x"), StoreError),
        (OperationFailure("x", 20), NoTransactions),
        (_labelled(OperationFailure("x", 112), TRANSIENT), Contention),
        (_labelled(OperationFailure("x", 24), TRANSIENT), Transient),
        (BulkWriteError({"writeErrors": [{"code": 11000}]}), Contention),
        (BulkWriteError({"writeErrors": [{}], "writeConcernErrors": []}), StoreError),
        (BulkWriteError({}), StoreError),
    ],
)
def test_translates(error: PyMongoError, expected: type[StoreError]) -> None:
    with pytest.raises(StoreError) as raised, translated("mongodb://host/crm"):
        raise error
    assert type(raised.value) is expected
    assert raised.value.__cause__ is error


def test_the_longest_record_fits_into_a_document(store: MongoStore) -> None:
    longest = mark(1, text="\U0001f600" * 4_000_000)
    put(store, longest)
    assert load(store, Mark, longest.id) == longest


def test_a_statement_too_large_is_a_store_error(store: MongoStore) -> None:
    with pytest.raises(StoreError, match="mongodb://") as refused:
        find(store, query(Sample).where(one_of(s.count, range(1_500_000))))
    assert type(refused.value) is StoreError


def test_closes_in_any_order(store: MongoStore) -> None:
    session = store.begin(write=True)
    assert session.insert(sample(1))
    store.close()
    with pytest.raises(StoreError):
        session.load(Sample, number(1))
    session.close()
    session = store.begin(write=False)
    with pytest.raises(StoreError):
        session.load(Sample, number(1))
    session.close()


def test_lets_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated("mongodb://host/crm"):
        raise ZeroDivisionError


def test_the_loser_of_a_race_may_run_again(store: MongoStore) -> None:
    put(store, sample(1))
    first, second = store.begin(write=True), store.begin(write=True)
    assert second.load(Sample, number(1)) == sample(1)
    assert first.replace(evolve(sample(1), count=1, version=2), 1)
    first.commit()
    with pytest.raises(Contention):
        second.replace(evolve(sample(1), count=2, version=2), 1)
    first.close()
    second.close()
    with writing(store) as again:
        assert again.replace(evolve(sample(1), count=3, version=3), 2)
    assert load(store, Sample, number(1)) == evolve(sample(1), count=3, version=3)
