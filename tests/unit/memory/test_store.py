"""The store in memory keeps every promise of the port, and a few of its own."""

import pytest

import crmcore.memory
from crmcore.base.errors import Contention
from crmcore.base.schema import describe
from crmcore.memory import MemoryStore
from crmcore.query import query
from crmcore.storage.ports import SchemaState
from crmcore.storage.stores import open_store
from crmcore.testing.kit import StoreKit
from crmcore.testing.samples import SCHEMAS, Part, Sample, number, part, sample
from crmcore.testing.sessions import find, load, put, reading, writing


class TestPromise(StoreKit):
    keeps_data = False

    @pytest.fixture
    def store_url(self) -> str:
        return "memory://"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(SCHEMAS)


def test_every_opening_is_a_new_store() -> None:
    one, other = (open_store("memory://", SCHEMAS) for _ in range(2))
    put(one, sample(1))
    assert find(other, query(Sample)) == []
    assert isinstance(one, crmcore.memory.MemoryStore)


def test_says_how_much_it_holds(store: MemoryStore) -> None:
    put(store, sample(1), part(1, number(1)))
    assert store.info() == {"product": "memory", "address": "memory://", "records": "2"}
    assert store.state() is SchemaState.CURRENT


def test_forgets_everything_when_closed(store: MemoryStore) -> None:
    put(store, sample(1, code="x"))
    store.close()
    assert store.info()["records"] == "0"
    put(store, sample(2, code="x"))


def test_a_lonely_commit_copies_nothing(store: MemoryStore) -> None:
    """What nobody else can see is changed in place: filling a store takes linear time."""
    put(store, sample(1))
    table = store.tables[Sample]
    put(store, sample(2))
    assert store.tables[Sample] is table


def test_a_commit_beside_a_reader_leaves_the_readers_table_alone(store: MemoryStore) -> None:
    put(store, sample(1))
    with reading(store) as reader:
        table = store.tables[Sample]
        put(store, sample(2))
        assert store.tables[Sample] is not table
        assert reader.count(query(Sample)) == 1
    assert store.open_sessions == 0


@pytest.mark.parametrize("first", ["insert", "replace"])
def test_a_unique_value_taken_meanwhile_is_noticed_at_commit(store: MemoryStore, first: str) -> None:
    put(store, sample(1), sample(2))
    early, late = store.begin(write=True), store.begin(write=True)
    assert early.insert(sample(3, code="x")) if first == "insert" else early.replace(sample(1, code="x", version=2), 1)
    assert late.replace(sample(2, code="x", version=2), 1)
    early.commit()
    with pytest.raises(Contention):
        late.commit()


def test_a_chain_of_unique_values_moves_within_one_transaction(store: MemoryStore) -> None:
    """Each record takes the value that the next one has just given up."""
    put(store, sample(1, code="a"), sample(2, code="b"))
    with writing(store) as session:
        assert session.replace(sample(2, code="c", version=2), 1)
        assert session.replace(sample(1, code="b", version=2), 1)
        assert session.insert(sample(3, code="a"))
    assert [one.code for one in find(store, query(Sample))] == ["b", "c", "a"]
    with writing(store) as session:
        assert session.insert(sample(4, code="b")) is False


def test_keeps_only_the_kinds_it_was_opened_with() -> None:
    store = MemoryStore([describe(Sample)])
    with reading(store) as session, pytest.raises(KeyError):
        session.load(Part, number(1))
    assert load(store, Sample, number(1)) is None
