"""Tallies of records that others tell of: found from these others where they are many."""

from typing import Any

import pytest
from attrs import fields

from crmcore.query import count, eq, in_query, query, tally, total
from crmcore.testing.samples import Part, Sample, number, part, sample
from crmcore.testing.sessions import put, reading
from crmcore_mongo import turning
from crmcore_mongo.store import MongoStore

s: Any = fields(Sample)
p: Any = fields(Part)
OF_COUNTED = tally(
    query(Part).where(in_query(p.sample, query(Sample).where(eq(s.count, 1))), eq(p.name, "a")),
    by=(p.name,),
    measures=(count(), total(p.number)),
)


@pytest.fixture
def filled(store: MongoStore) -> MongoStore:
    """Ten samples, each second of which counts, and three parts of each."""
    put(store, *(sample(n, count=n % 2) for n in range(10)))
    put(store, *(part(100 + n, number(n % 11), number=n, name="ab"[n % 3 == 0]) for n in range(33)))
    return store


@pytest.mark.parametrize(("few", "begun_at"), [(5, "part"), (4, "sample")])
def test_begins_at_the_others_where_they_are_many(
    filled: MongoStore, commands_sent: Any, monkeypatch: pytest.MonkeyPatch, few: int, begun_at: str
) -> None:
    """Same rows either way; no list of ids is sent from five samples on."""
    monkeypatch.setattr("crmcore_mongo.session.FEW", few)
    with commands_sent() as sent, reading(filled) as session:
        (row,) = session.tally(OF_COUNTED)
    wanted = [n for n in range(33) if n % 11 < 10 and n % 11 % 2 and n % 3]
    assert (row.key, row.values) == (("a",), (len(wanted), sum(wanted)))
    (asked,) = (command for name, command in sent if name == "aggregate")
    assert asked["aggregate"] == begun_at
    assert ("$in" in str(asked["pipeline"])) is (begun_at == "part")


def test_stays_where_no_index_leads_back(filled: MongoStore, commands_sent: Any, monkeypatch: Any) -> None:
    """Without an index each of the others would have to look through all records."""
    monkeypatch.setattr("crmcore_mongo.session.FEW", 1)
    parents = query(Sample).where(eq(s.count, 1))
    with commands_sent() as sent, reading(filled) as session:
        session.tally(tally(query(Sample).where(in_query(s.parent, parents)), measures=(count(),)))
        session.tally(tally(query(Sample).where(in_query(s.id, query(Part), on=p.sample)), measures=(count(),)))
    assert [command["aggregate"] for name, command in sent if name == "aggregate"] == ["sample", "sample"]
    assert turning.FEW == 1_000
