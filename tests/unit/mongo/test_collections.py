"""Plans of collections: validators that refuse rubbish but nothing the core accepts, and indexes real servers take."""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import attrs
import pytest
from attrs import field
from bson import Decimal128, Int64
from pymongo.errors import WriteError

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Items, Length, Pattern, Range
from crmcore.base.errors import StoreError
from crmcore.base.kinds import hint
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.testing.samples import Part, Sample, number, sample
from crmcore.testing.sessions import load, put
from crmcore_mongo.collections import plan_of
from crmcore_mongo.store import MongoStore

MOST = Decimal("9999999999999999.99")


@attrs.frozen(kw_only=True, field_transformer=checked)
class Plain:
    """A unique value that can't be missing, and an index over the id itself."""

    id: UUID
    login: str = field(validator=[Length(1, 5), Pattern(r"\d+")], metadata=hint(unique=True))
    version: int = 1

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("version", "id"), ("version", "id"))


def test_plans_indexes() -> None:
    assert [index.as_document() for index in plan_of(describe(Sample)).indexes] == [
        {
            "name": "crm_unique_code",
            "key": {"code": 1},
            "unique": True,
            "partialFilterExpression": {"code": {"$gte": ""}},
        },
        {"name": "crm_by_name", "key": {"name": 1, "_id": 1}},
        {"name": "crm_by_rank", "key": {"rank": 1, "_id": 1}},
        {"name": "crm_by_until", "key": {"until": 1, "_id": 1}},
        {"name": "crm_by_owner", "key": {"owner": 1, "_id": 1}},
        {"name": "crm_by_parent", "key": {"parent": 1, "_id": 1}},
        {"name": "crm_by_colour_day", "key": {"colour": 1, "day": 1, "_id": 1}},
        {"name": "crm_by_at", "key": {"at": 1, "_id": 1}},
        {"name": "crm_by_name_fragments", "key": {"name_fragments": 1}},
        {"name": "crm_by_label_fragments", "key": {"label_fragments": 1}},
        {"name": "crm_by_tags", "key": {"tags": 1}},
    ]


def test_indexes_only_values_where_one_may_be_missing() -> None:
    unique = plan_of(describe(Part)).indexes[0]
    assert unique.key == ("series", "sample", "number")
    assert unique.partial == {"series": {"$gte": Int64(-(2**63))}}
    assert plan_of(describe(Plain)).indexes[0].as_document() == {
        "name": "crm_unique_login",
        "key": {"login": 1},
        "unique": True,
    }


def test_does_not_index_the_id_twice() -> None:
    assert [index.key for index in plan_of(describe(Plain)).indexes[1:]] == [("version", "_id")]


def test_refuses_a_unique_list() -> None:
    @attrs.frozen(kw_only=True, field_transformer=checked)
    class Wrong:
        id: UUID
        tags: tuple[str, ...] = field(default=(), metadata=hint(unique=True))
        version: int = 1

    with pytest.raises(TypeError, match="each item"):
        plan_of(describe(Wrong))


def test_refuses_an_index_over_two_lists() -> None:
    schema = describe(Sample)
    assert plan_of(attrs.evolve(schema, indexes=(("tags", "day"),))).indexes[1].key == ("tags", "day", "_id")
    with pytest.raises(TypeError, match="tags and members"):
        plan_of(attrs.evolve(schema, indexes=(("tags", "members"),)))


def test_fingerprint_changes_with_the_plan() -> None:
    @attrs.frozen(kw_only=True, field_transformer=checked)
    class Other:
        id: UUID
        rate: int = field(validator=Range(0, 100))
        tags: tuple[str, ...] = field(default=(), validator=Items(3))
        version: int = 1

    first = describe(Other)
    again = attrs.evolve(first, indexes=(("rate",),))
    assert plan_of(first).fingerprint == plan_of(first).fingerprint
    assert plan_of(first).fingerprint != plan_of(again).fingerprint


def test_leaves_patterns_to_the_core() -> None:
    plan = plan_of(describe(Plain))
    assert plan.validator["$jsonSchema"]["properties"]["login"] == {
        "bsonType": ["string"],
        "minLength": 1,
        "maxLength": 5,
    }


EXTREMES: list[dict[str, Any]] = [
    {"name": "\U0001f600" * 100, "note": "客" * 2000, "label": "", "code": "\ufdfa" * 40},
    {"count": 2**63 - 1, "rank": -10},
    {"count": -(2**63 - 1), "rank": 10},
    {"ratio": Decimal("99999.9999"), "weight": MOST, "price": Money(amount=MOST, currency="CNY")},
    {"ratio": Decimal("-99999.9999"), "weight": -MOST, "price": Money(amount=-MOST, currency="CNY")},
    {"tags": ("客" * 40,) * 20, "members": (number(1),) * 1000, "aliases": ("x" * 100,) * 1000},
]


@pytest.mark.parametrize("values", EXTREMES)
def test_keeps_whatever_the_core_accepts(store: MongoStore, values: dict[str, Any]) -> None:
    put(store, sample(1, **values))
    assert load(store, Sample, number(1)) == sample(1, **values)


RUBBISH: list[dict[str, Any]] = [
    {"name": 1},
    {"name": None},
    {"name": "x" * 101},
    {"name": ""},
    {"count": 1.5},
    {"rank": 11},
    {"ratio": 1},
    {"ratio": Decimal128("100000")},
    {"weight": Decimal128("-1E+16")},
    {"price_amount": Decimal128("Infinity")},
    {"active": 1},
    {"day": "2026-3-1"},
    {"at": "2026-03-01T00:00:00Z"},
    {"owner": "0196"},
    {"colour": "mauve"},
    {"colour": None},
    {"tags": "a"},
    {"tags": [1]},
    {"tags": ["a"] * 21},
    {"members": ["a"]},
]


@pytest.mark.parametrize("values", RUBBISH)
def test_refuses_rubbish_from_elsewhere(store: MongoStore, values: dict[str, Any]) -> None:
    document = store.codec.mappings[Sample].to_document(sample(1))
    with pytest.raises(WriteError) as refused:
        store.database["sample"].insert_one(document | values)
    assert refused.value.code == 121


def test_refuses_a_document_that_lacks_a_key(store: MongoStore) -> None:
    document = store.codec.mappings[Sample].to_document(sample(1))
    del document["label_fold"]
    with pytest.raises(WriteError):
        store.database["sample"].insert_one(document)


def test_reports_what_the_validator_refuses_as_a_fault_of_the_store(store: MongoStore) -> None:
    store.database.command("collMod", "sample", validator={"name": "nothing else"})
    with pytest.raises(StoreError) as refused:
        put(store, sample(1, name="Li Hua"))
    assert type(refused.value) is StoreError
    assert "Li Hua" not in str(refused.value)
    assert "121" in str(refused.value)


def test_refuses_more_digits_than_mongodb_has() -> None:
    @attrs.frozen(kw_only=True, field_transformer=checked)
    class Wrong:
        id: UUID
        figure: Decimal = field(validator=Digits(35, 2))
        version: int = 1

    with pytest.raises(TypeError, match="34 digits"):
        plan_of(describe(Wrong))


def test_digits_bound_a_decimal() -> None:
    @attrs.frozen(kw_only=True, field_transformer=checked)
    class Amount:
        id: UUID
        figure: Decimal = field(validator=Digits(5, 2))
        version: int = 1

    assert plan_of(describe(Amount)).validator["$nor"] == [
        {"figure": {"$gte": Decimal128("1E+3")}},
        {"figure": {"$lte": Decimal128("-1E+3")}},
    ]
