"""Questions that screens and scans ask are answered from an index, on every product."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import fields

from crmcore.access.entity import User, UserId
from crmcore.base.schema import describe
from crmcore.opportunities.entity import Opportunity, OpportunityId, OpportunityStatus
from crmcore.query import EVERYTHING, Query, asc, desc, eq, one_of, query
from crmcore.query.meaning import value_at
from crmcore.storage.records import ChangeRecord, Operation
from crmcore.subjects import ENTITIES
from crmcore.testing.samples import number
from crmcore_sql import open_store
from unit.sql.conftest import PRODUCTS, fresh_url

SIZE = 3000
_o, _c = fields(Opportunity), fields(ChangeRecord)
_START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NEWEST = query(Opportunity).where(eq(_o.status, OpportunityStatus.UNASSIGNED)).sort(desc(_o.created_at)).page(20)


def _opportunity(place: int) -> Opportunity:
    return Opportunity(
        id=OpportunityId(number(place)),
        number=f"XS{place:015d}",
        customer_name="北京华建",
        title="意向",
        success_rate=60,
        description="……",
        created_by=UserId(number(1)),
        created_at=_START + dt.timedelta(minutes=place * 7919 % SIZE),
        status=list(OpportunityStatus)[place % 4],
        assignee=UserId(number(place % 9)) if place % 3 else None,
    )


def _change(place: int) -> ChangeRecord:
    return ChangeRecord(
        id=number(place),
        at=_START,
        actor=None,
        actor_name="",
        action="",
        operation=Operation.CHANGED,
        entity="opportunity",
        entity_id=number(place % 100),
        entity_version=place // 100,
        changes="{}",
    )


def _user(place: int) -> User:
    return User(id=UserId(number(place)), name=f"u{place}", name_key=f"u{place}", roles=(), created_at=_START)


@pytest.fixture(scope="module", params=PRODUCTS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A store with so many opportunities that an index pays."""
    for url in fresh_url(request, Path(tmp_path_factory.mktemp("plans")), request.param):
        store = open_store(url, [describe(cls) for cls in ENTITIES])
        store.prepare()
        session = store.begin(write=True)
        session.append([_opportunity(place) for place in range(SIZE)])
        session.append([_change(place) for place in range(SIZE)])
        session.append([_user(place) for place in range(500)])
        session.commit()
        session.close()
        _analyse(store)
        yield store
        store.close()


def _analyse(store: Any) -> None:
    raw = store.connect()
    if store.product.name == "sqlite":
        raw.execute("ANALYZE")
    elif store.product.name == "postgresql":
        raw.execute("VACUUM ANALYZE")
    else:
        with raw.cursor() as cursor:
            for table in ("opportunity", "change_record", "user"):
                cursor.execute(f"ANALYZE TABLE `{table}` PERSISTENT FOR ALL")
                cursor.fetchall()
    raw.close()


def plan(store: Any, asked: Query[Any]) -> str:
    """What the product says it will do."""
    made, values = store.plans.find(asked)
    session = store.begin(write=False)
    try:
        if store.product.name == "sqlite":
            rows = session.rows(f"EXPLAIN QUERY PLAN {made.text}", values)
            return "\n".join(row[3] for row in rows)
        if store.product.name == "postgresql":
            return "\n".join(row[0] for row in session.rows(f"EXPLAIN {made.text}", values))
        (row,) = session.rows(f"EXPLAIN FORMAT=JSON {made.text}", values)
        return json.dumps(json.loads(row[0]))
    finally:
        session.close()


def uses(store: Any, asked: Query[Any], index: str) -> None:
    """Check that an index finds the records in their order: nothing is read in full, nothing is sorted."""
    said = plan(store, asked)
    assert index in said, said
    for word in ("TEMP B-TREE", "Sort", "filesort", "Seq Scan", "SCAN opportunity\n"):
        assert word not in said, said


def _after(store: Any, asked: Query[Any], skipped: int) -> Query[Any]:
    """The page that follows *skipped* records, by position."""
    session = store.begin(write=False)
    try:
        last = session.find(attrs.evolve(asked, limit=1, offset=skipped))[0]
    finally:
        session.close()
    return attrs.evolve(asked, after=tuple(value_at(last, key.path) for key in asked.full_order), offset=0)


def test_a_list_page(filled: Any) -> None:
    uses(filled, NEWEST, "ix_opportunity_status_created_at_id")


def test_the_other_way_round(filled: Any) -> None:
    uses(filled, attrs.evolve(NEWEST, order=(asc(_o.created_at),)), "ix_opportunity_status_created_at_id")


@pytest.mark.parametrize("order", [desc, asc])
def test_a_page_by_position(filled: Any, order: Any) -> None:
    asked = attrs.evolve(NEWEST, order=(order(_o.created_at),))
    deep = _after(filled, asked, SIZE // 5)
    uses(filled, deep, "ix_opportunity_status_created_at_id")
    if filled.product.name == "mariadb":
        assert '"access_type": "range"' in plan(filled, deep), plan(filled, deep)
        assert '"used_key_parts": ["status", "created_at"' in plan(filled, deep), plan(filled, deep)


def test_everything_by_position(filled: Any) -> None:
    """Exports go through all records by id."""
    deep = _after(filled, query(Opportunity).page(100), SIZE // 2)
    key = {"sqlite": "sqlite_autoindex_opportunity_1", "postgresql": "opportunity_pkey", "mariadb": "PRIMARY"}
    uses(filled, deep, key[filled.product.name])


def test_a_column_that_may_be_empty(filled: Any) -> None:
    """Missing values sort lowest, and the index sorts them so too."""
    mine = query(Opportunity).where(eq(_o.assignee, UserId(number(3)))).sort(desc(_o.created_at)).page(20)
    uses(filled, mine, "ix_opportunity_assignee_created_at_id")
    by_assignee = query(Opportunity).sort(asc(_o.assignee), asc(_o.created_at)).page(20)
    uses(filled, by_assignee, "ix_opportunity_assignee_created_at_id")
    backwards = query(Opportunity).sort(desc(_o.assignee), desc(_o.created_at)).page(20)
    uses(filled, backwards, "ix_opportunity_assignee_created_at_id")


def test_one_of_many_ids(filled: Any) -> None:
    for size in (3, 100):
        asked = query(Opportunity).where(one_of(_o.id, [OpportunityId(number(place * 7)) for place in range(size)]))
        said = plan(filled, asked)
        assert any(name in said for name in ("autoindex", "opportunity_pkey", "PRIMARY")), said


def test_the_history_of_a_record(filled: Any) -> None:
    asked = query(ChangeRecord).where(eq(_c.entity_id, number(5))).sort(desc(_c.entity_version)).page(20)
    assert "ix_change_record_entity_id_entity_version_id" in plan(filled, asked)


def test_unique_texts_of_any_length(filled: Any) -> None:
    """A name too long for an index is found by its digest."""
    said = plan(filled, query(User).where(eq(fields(User).name_key, "u77")))
    assert "uq_user_name_key_digest" in said, said


def test_no_condition_is_no_condition(filled: Any) -> None:
    assert "WHERE" not in filled.plans.find(attrs.evolve(NEWEST, condition=EVERYTHING))[0].text
