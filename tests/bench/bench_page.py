"""A page of fifty opportunities as entities, out of a million, against the same rows as bare tuples.

``pytest tests/bench/bench_page.py -s``; takes two minutes to fill the file. ``BENCH_ROWS`` chooses another size.
"""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import fields

from bench import naive
from bench.measuring import compare
from bench.workshop import new_company
from crmcore.base.schema import describe
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.query import Query, desc, eq, query

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_o = fields(Opportunity)
NEWEST = query(Opportunity).where(eq(_o.status, OpportunityStatus.UNASSIGNED)).sort(desc(_o.created_at)).page(50)
COLUMNS = ", ".join(spec.name for spec in describe(Opportunity).fields)
RAW = f"SELECT {COLUMNS} FROM opportunity WHERE status = 'unassigned' ORDER BY created_at DESC, id DESC LIMIT 50"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, sqlite3.Connection]]:
    path: Path = tmp_path_factory.mktemp("page") / "crm.db"
    crm, people = new_company(f"sqlite:///{path}?synchronous=NORMAL")
    store: Any = crm.store
    mapping = store.maps[Opportunity]
    states = list(OpportunityStatus)
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    first = Opportunity(
        id=OpportunityId(crm.ids()), number="F", created_by=people.lihua.id, created_at=start, **naive.FIELDS
    )
    raw = store.connect()
    raw.execute("BEGIN")
    for place in range(ROWS):
        one = attrs.evolve(
            first,
            id=crm.ids(),
            number=f"F{place}",
            created_at=start + dt.timedelta(seconds=place * 37 % (ROWS * 3)),
            status=states[place % 4],
        )
        raw.execute(mapping.statements.append, mapping.write(one))
    raw.execute("COMMIT")
    raw.close()
    session = store.begin(write=False)
    bare = sqlite3.connect(path)
    yield session, bare
    bare.close()
    session.close()
    crm.close()


def test_the_first_page(filled: tuple[Any, sqlite3.Connection]) -> None:
    session, raw = filled
    found = compare(lambda: session.find(NEWEST), lambda: raw.execute(RAW).fetchall(), runs=20)
    print(found.say(f"\nfirst page of 50 of {ROWS}"))
    assert found.ratio <= 1.5


def test_the_last_page(filled: tuple[Any, sqlite3.Connection]) -> None:
    session, raw = filled
    oldest = (
        "SELECT created_at, id FROM opportunity WHERE status = 'unassigned' ORDER BY created_at, id LIMIT 1 OFFSET 50"
    )
    at, id_ = raw.execute(oldest).fetchone()
    position = (_EPOCH + dt.timedelta(milliseconds=at), UUID(bytes=id_))
    last: Query[Opportunity] = attrs.evolve(NEWEST, after=position)
    assert len(session.find(last)) == 50
    found = compare(lambda: session.find(last), lambda: session.find(NEWEST), runs=20)
    print(found.say(f"\nlast page of {ROWS} against the first"))
    assert found.ratio <= 1.2
