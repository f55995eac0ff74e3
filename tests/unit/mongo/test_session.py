"""Sessions: everything inside one transaction, nothing outside of one."""

from typing import Any

import pytest
from attrs import fields

from crmcore.base.errors import Contention, StoreError
from crmcore.query import count, eq, in_query, query, tally
from crmcore.testing.notices import notices
from crmcore.testing.samples import Mark, Part, Sample, mark, number, part, sample
from crmcore.testing.sessions import count_of, load, put, reading, writing
from crmcore_mongo import session as session_module
from crmcore_mongo.store import MongoStore

s: Any = fields(Sample)
p: Any = fields(Part)


def test_sends_every_statement_in_one_transaction(store: MongoStore, commands_sent: Any) -> None:
    put(store, sample(1), sample(2))
    with commands_sent() as sent, writing(store) as session:
        assert session.load(Sample, number(1))
        assert session.find(query(Sample).where(in_query(s.id, query(Part))).page(5)) == []
        assert session.count(query(Sample), 1) == 1
        assert session.tally(tally(query(Sample), measures=(count(),)))[0].values == (2,)
        assert session.insert(sample(3, code="k"))
        assert session.replace(sample(1, version=2), 1)
        assert session.delete(Sample, number(2), 1)
        session.append([mark(1), part(1, number(1)), mark(2)])
    assert [name for name, _ in sent] == [
        *("find", "find", "find", "aggregate", "aggregate", "find", "update", "update", "delete"),
        *("insert", "insert", "commitTransaction"),
    ]
    assert {command["autocommit"] for _, command in sent} == {False}
    assert len({(str(command["lsid"]), command["txnNumber"]) for _, command in sent}) == 1
    first, *others = (command for _, command in sent)
    assert first["startTransaction"] is True
    assert first["readConcern"] == {"level": "snapshot"}
    assert not any("startTransaction" in command for command in others)
    assert others[-1]["writeConcern"] == {"w": "majority", "j": True, "wtimeout": 10_000}


def test_reads_in_a_transaction_too_and_gives_it_up(store: MongoStore, commands_sent: Any) -> None:
    with commands_sent() as sent, reading(store) as session:
        assert session.find(query(Sample)) == []
    assert [name for name, _ in sent] == ["find", "abortTransaction"]
    assert sent[0][1]["readConcern"] == {"level": "snapshot"}


def test_sends_nothing_for_nothing(store: MongoStore, commands_sent: Any) -> None:
    with commands_sent() as sent:
        with writing(store) as session:
            session.append([])
            assert session.find(query(Sample).page(0)) == []
            assert session.count(query(Sample), 0) == 0
        store.begin(write=True).close()
    assert sent == []


def test_asks_for_a_page_in_one_reply(store: MongoStore, commands_sent: Any) -> None:
    put(store, *(sample(n) for n in range(150)))
    with commands_sent() as sent, reading(store) as session:
        assert len(session.find(query(Sample).page(140))) == 140
    assert [name for name, _ in sent] == ["find", "abortTransaction"]


def test_looks_up_a_unique_value_by_its_index(store: MongoStore) -> None:
    put(store, *(sample(n, code=f"c{n}") for n in range(50)))
    explained = store.database["sample"].find({"code": {"$eq": "c7"}}).explain()
    assert "IXSCAN" in str(explained)
    assert "crm_unique_code" in str(explained)


def test_sends_appended_records_before_there_are_too_many(
    store: MongoStore, commands_sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "_BATCH", 3)
    with commands_sent() as sent, writing(store) as session:
        session.append([mark(n) for n in range(7)])
        assert [len(command["documents"]) for _, command in sent] == [3, 3]
    assert [name for name, _ in sent] == ["insert", "insert", "insert", "commitTransaction"]
    assert count_of(store, query(Mark)) == 7


@pytest.mark.parametrize("committed", [True, False])
def test_does_nothing_after_its_end(store: MongoStore, commands_sent: Any, committed: bool) -> None:
    session = store.begin(write=True)
    assert session.insert(sample(1))
    if committed:
        session.commit()
    else:
        session.close()
    asks: list[Any] = [
        lambda: session.load(Sample, number(1)),
        lambda: session.find(query(Sample)),
        lambda: session.count(query(Sample)),
        lambda: session.tally(tally(query(Sample), measures=(count(),))),
        lambda: session.insert(sample(2)),
        lambda: session.replace(sample(1, version=2), 1),
        lambda: session.delete(Sample, number(1), 1),
        session.commit,
    ]
    with commands_sent() as sent:
        for ask in asks:
            with pytest.raises(StoreError, match="ended"):
                ask()
        session.close()
        session.close()
    assert sent == []
    assert (load(store, Sample, number(1)) is not None) is committed


def test_names_the_record_that_lost(store: MongoStore) -> None:
    put(store, sample(1), sample(2, code="k"))
    session = store.begin(write=True)
    with pytest.raises(Contention) as lost:
        session.replace(sample(1, code="k", version=2), 1)
    session.close()
    assert (lost.value.params["entity"], lost.value.params["id"]) == ("sample", number(1))
    assert lost.value.params["address"] == store.address


def test_appending_what_is_there_is_contention(store: MongoStore) -> None:
    put(store, mark(1))
    session = store.begin(write=True)
    session.append([mark(2), mark(1)])
    with pytest.raises(Contention):
        session.commit()
    session.close()
    assert count_of(store, query(Mark)) == 1


def test_a_freed_unique_value_can_be_taken_at_once(store: MongoStore) -> None:
    put(store, sample(1, code="k"))
    with writing(store) as session:
        assert not session.insert(sample(2, code="k"))
        assert session.replace(sample(1, code="new", version=2), 1)
        assert session.insert(sample(2, code="k"))
        assert session.count(query(Sample).where(eq(s.code, "k"))) == 1
    assert count_of(store, query(Sample)) == 2


def test_sends_many_records_together(store: MongoStore, commands_sent: Any) -> None:
    """A thousand a command."""
    marks = [mark(place) for place in range(1_200)]
    with commands_sent() as sent, writing(store) as session:
        session.append(marks)
    assert [name for name, _ in sent] == ["insert", "insert", "commitTransaction"]
    with commands_sent() as sent, writing(store) as session:
        session.renew([mark(place, text="x", version=2) for place in range(1_200)])
    assert [name for name, _ in sent] == ["update", "update", "commitTransaction"]


def test_derives_in_two_commands(store: MongoStore, commands_sent: Any) -> None:
    """One makes the records, in no transaction, since servers refuse ``$merge`` in one; the other counts them."""
    put(store, sample(1), part(11, number(1)), part(12, number(1), number=1))
    with commands_sent() as sent, writing(store) as session:
        assert session.derive(notices()) == 2
    assert [name for name, _ in sent] == ["aggregate", "aggregate"]
    assert not any("txnNumber" in command for _, command in sent)
    assert [next(iter(stage)) for stage in sent[0][1]["pipeline"]] == [
        *("$match", "$lookup", "$unwind", "$match", "$project", "$merge")
    ]
