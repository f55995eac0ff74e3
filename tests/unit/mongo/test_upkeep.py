"""Preparing a database: what it makes, that it may be repeated and raced, and that it never goes back."""

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from pymongo.database import Database

from crmcore.base.errors import SchemaNewer, StoreError, Transient
from crmcore.base.schema import describe
from crmcore.customers.entity import Contact, Customer
from crmcore.opportunities.entity import Opportunity
from crmcore.sales.entity import Product
from crmcore.service.entity import ServiceRequest
from crmcore.storage.ports import SchemaState
from crmcore.testing.rivals import all_results
from crmcore.testing.samples import SCHEMAS, Mark, Part, Sample, mark, number, sample
from crmcore.testing.sessions import load, put
from crmcore_mongo import open_store
from crmcore_mongo.collections import Plan, plan_of
from crmcore_mongo.store import MongoStore
from crmcore_mongo.upkeep import META, MIGRATIONS, Migration, Upkeep
from crmcore_mongo.urls import Document

PLANS = tuple(map(plan_of, SCHEMAS))


def _upkeep(store: MongoStore, plans: Sequence[Plan] = PLANS, migrations: Sequence[Migration] = MIGRATIONS) -> Upkeep:
    return Upkeep(store.database, plans, store.address, migrations)


def _everything(store: MongoStore) -> dict[str, Any]:
    """All that ``prepare`` makes, as the server tells it."""
    listed = store.database.list_collections()
    return {one["name"]: (one["options"], store.database[one["name"]].index_information()) for one in listed}


def _meta(store: MongoStore) -> Any:
    return store.database[META].find_one({"_id": "schema"})


def test_makes_collections_validators_and_indexes(store: MongoStore) -> None:
    made = _everything(store)
    assert made.keys() == {META, *(plan.collection for plan in PLANS)}
    assert made["part"][0]["validator"] == plan_of(describe(Part)).validator
    assert made["part"][1].keys() == {"_id_", "crm_unique_sample_series_number", "crm_by_sample"}
    assert _meta(store) == {
        "_id": "schema",
        "version": len(MIGRATIONS),
        "collections": {plan.collection: plan.fingerprint for plan in PLANS},
    }


def test_says_what_it_is(store: MongoStore) -> None:
    facts = store.info()
    assert facts["product"] == "MongoDB"
    assert facts["version"][0].isdigit()
    assert facts["address"] == store.address
    assert facts["schema"] == str(len(MIGRATIONS))


def test_states(mongo_url: str) -> None:
    store = open_store(mongo_url, SCHEMAS)
    assert store.state() is SchemaState.MISSING
    assert store.info()["schema"] == "0"
    store.prepare()
    assert store.state() is SchemaState.CURRENT
    assert _upkeep(store, migrations=[*MIGRATIONS, MIGRATIONS[0]]).state() is SchemaState.OUTDATED
    store.database[META].update_one({"_id": "schema"}, {"$inc": {"version": 1}})
    assert store.state() is SchemaState.NEWER
    store.close()


def test_preparing_again_changes_nothing(store: MongoStore) -> None:
    put(store, sample(1))
    before, meta = _everything(store), _meta(store)
    store.prepare()
    assert (_everything(store), _meta(store)) == (before, meta)
    assert load(store, Sample, number(1)) == sample(1)


def test_leaves_a_newer_database_alone(store: MongoStore) -> None:
    store.database[META].update_one({"_id": "schema"}, {"$set": {"version": 7, "collections": {}}})
    store.database.drop_collection("part")
    before = _everything(store)
    with pytest.raises(SchemaNewer) as refused:
        store.prepare()
    assert store.address in str(refused.value)
    assert _everything(store) == before


def test_adds_collections_for_further_records(mongo_url: str) -> None:
    few = open_store(mongo_url, [describe(Mark)])
    few.prepare()
    put(few, mark(1))
    more = open_store(mongo_url, SCHEMAS)
    assert more.state() is SchemaState.OUTDATED
    more.prepare()
    assert more.state() is SchemaState.CURRENT
    assert few.state() is SchemaState.CURRENT
    assert load(more, Mark, mark(1).id) == mark(1)
    few.close()
    more.close()


def test_brings_validator_and_indexes_up_to_date(store: MongoStore) -> None:
    schema = describe(Sample)
    changed = attrs.evolve(schema, uniques=(("label",),), indexes=(("name",), ("name", "day")))
    store.database["sample"].create_index("note", name="operators_own")
    upkeep = _upkeep(store, [plan_of(changed)])
    assert upkeep.state() is SchemaState.OUTDATED
    upkeep.prepare()
    assert upkeep.state() is SchemaState.CURRENT
    assert _everything(store)["sample"][1].keys() == {
        *("_id_", "operators_own", "crm_unique_label", "crm_by_name", "crm_by_name_day"),
        *("crm_by_name_fragments", "crm_by_label_fragments", "crm_by_tags"),
    }


def test_replaces_an_index_that_means_something_else(store: MongoStore) -> None:
    store.database["part"].drop_index("crm_by_sample")
    store.database["part"].create_index("name", name="crm_by_sample")
    store.database.command("collMod", "part", validator={})
    store.prepare()
    options, indexes = _everything(store)["part"]
    assert indexes["crm_by_sample"]["key"] == [("sample", 1), ("_id", 1)]
    assert options["validator"] == plan_of(describe(Part)).validator


def test_keeps_an_index_over_values_that_may_be_missing(store: MongoStore, commands_sent: Any) -> None:
    """What the server answers about an index is recognised as what was asked for, whatever the type of its bounds."""
    schema = describe(Sample)
    names = ("parent", "weight", "seen", "rank", "checked", "until", "shade")
    upkeep = _upkeep(store, [plan_of(attrs.evolve(schema, uniques=tuple((name,) for name in names), indexes=()))])
    upkeep.prepare()
    found = store.database["sample"].list_indexes()
    assert sorted([*one["key"].items()] for one in found if one.get("unique")) == sorted([(name, 1)] for name in names)
    with commands_sent() as sent:
        upkeep.prepare()
    assert "dropIndexes" not in [command for command, _ in sent]


def test_runs_what_has_not_run_yet_in_order(store: MongoStore) -> None:
    ran: list[str] = []

    def second(database: Database[Document]) -> None:
        ran.append(database.name)

    def third(_: Database[Document]) -> None:
        ran.append("third")

    upkeep = _upkeep(store, migrations=[*MIGRATIONS, second, third])
    upkeep.prepare()
    assert ran == [store.database.name, "third"]
    upkeep.prepare()
    assert len(ran) == 2
    assert (upkeep.version(), upkeep.state(), store.state()) == (
        len(MIGRATIONS) + 2,
        SchemaState.CURRENT,
        SchemaState.NEWER,
    )


def test_runs_no_migration_on_an_empty_database(mongo_url: str) -> None:
    def refuse(_: Database[Document]) -> None:
        pytest.fail("there is nothing to bring up to date")

    store = open_store(mongo_url, SCHEMAS)
    _upkeep(store, migrations=[MIGRATIONS[0], refuse]).prepare()
    assert store.info()["schema"] == "2"
    store.close()


def test_the_first_migration_has_nothing_to_do(store: MongoStore) -> None:
    before = _everything(store)
    MIGRATIONS[0](store.database)
    assert _everything(store) == before


def test_the_second_migration_gives_customers_the_fields_they_lack(mongo_url: str) -> None:
    store = open_store(mongo_url, [describe(Customer), describe(Contact)])
    store.prepare()
    customers = store.database["customer"].with_options(write_concern=store.safe)
    customers.insert_one({"_id": 1, "name": "北京华建", "city": "北京"}, bypass_document_validation=True)
    for _ in range(2):
        MIGRATIONS[1](store.database)
    found = customers.find_one({"_id": 1}) or {}
    assert (found["city"], found["tags"], found["external_key"], found["search_text"]) == ("北京", [], None, "")
    described = plan_of(describe(Customer)).validator["$jsonSchema"]["required"]
    since = {"email", "industry", "company_size", "category", "needs", "trust", "merged_into", "name_core"}
    assert since <= found.keys() & set(described)
    store.close()


def test_the_fourth_migration_gives_what_is_kept_the_fields_it_lacks(mongo_url: str) -> None:
    kinds = {Opportunity: {"stage", "follow_up"}, Product: {"unit_cost"}, ServiceRequest: {"responded_in"}}
    store = open_store(mongo_url, [*map(describe, kinds)])
    store.prepare()
    for kind in kinds:
        kept = store.database[describe(kind).name].with_options(write_concern=store.safe)
        kept.insert_one({"_id": 1, "memo": "x"}, bypass_document_validation=True)
    for _ in range(2):
        MIGRATIONS[3](store.database)
    for kind, since in kinds.items():
        found = store.database[describe(kind).name].find_one({"_id": 1}) or {}
        assert since <= found.keys(), kind
        assert found["memo"] == "x"
        assert {name: found[name] for name in since} == {name: "" if name == "follow_up" else None for name in since}
    store.close()


def test_a_failed_migration_leaves_the_version(store: MongoStore) -> None:
    def fail(_: Database[Document]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _upkeep(store, migrations=[*MIGRATIONS, fail]).prepare()
    assert store.state() is SchemaState.CURRENT


def test_says_which_records_are_in_the_way_of_a_unique_index(store: MongoStore) -> None:
    put(store, sample(1, label="k"), sample(2, label="k"))
    with pytest.raises(StoreError, match="records of sample share") as refused:
        _upkeep(store, [plan_of(attrs.evolve(describe(Sample), uniques=(("label",),)))]).prepare()
    assert not isinstance(refused.value, Transient)
    assert store.state() is SchemaState.CURRENT


def test_fails_where_the_server_fails(store: MongoStore, fail_command: Any) -> None:
    with fail_command("createIndexes", errorCode=8), pytest.raises(StoreError):
        store.prepare()


def test_many_prepare_at_once(mongo_url: str) -> None:
    stores = [open_store(mongo_url, SCHEMAS) for _ in range(6)]
    all_results([store.prepare for store in stores])
    assert {store.state() for store in stores} == {SchemaState.CURRENT}
    put(stores[0], sample(1))
    assert load(stores[-1], Sample, number(1)) == sample(1)
    for store in stores:
        store.close()


def test_prepares_what_another_process_made_meanwhile(store: MongoStore) -> None:
    """The other process may come between the listing of collections or indexes and what is done about them."""
    upkeep = _upkeep(store)
    upkeep._prepare_collection(PLANS[0], existing=None)
    upkeep._drop_index(PLANS[0], "crm_by_nothing")
    assert store.state() is SchemaState.CURRENT
