"""An entity class described as data: the one place where tables, forms, files and docs learn what a field is."""

import enum
from typing import Any, ClassVar, NewType, Optional
from uuid import UUID

import attrs
import pytest
from attrs import field
from hypothesis import given

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length, Pattern, Range
from crmcore.base.kinds import hint, name_of, shape_of
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.storage.ports import SchemaState
from crmcore.testing.samples import SCHEMAS, Colour, Part, Sample, sample
from crmcore.testing.strategies import entities

UserId = NewType("UserId", UUID)
SAMPLE = describe(Sample)


@attrs.frozen(kw_only=True, field_transformer=checked)
class PlanItem:
    id: UUID
    owner: UserId
    helper: Optional[UserId] = None  # noqa: UP045  # people write it this way too
    title: str = field(validator=Length(1, 10), metadata=hint(searchable=True))
    number: str = field(validator=Length(1, 10), metadata=hint(unique=True, system=True))
    place: int = field(default=0, metadata=hint(unique=True, within=("owner",), fixed=True, indexed=True))
    cost: Money | None = None
    version: int = field(default=0, validator=Range(0, 9), metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("owner", "place"),)


PLAN = describe(PlanItem)


def test_names_entities_as_programs_do() -> None:
    assert [schema.name for schema in SCHEMAS] == ["sample", "part", "mark", "notice"]
    assert PLAN.name == "plan_item"
    assert name_of(SchemaState) == "schema_state"


def test_describes_a_class_once() -> None:
    assert describe(PlanItem) is PLAN


def test_flattens_value_objects_into_fields() -> None:
    names = [spec.name for spec in PLAN.fields]
    assert names == ["id", "owner", "helper", "title", "number", "place", "cost_amount", "cost_currency", "version"]
    amount = PLAN.by_path["cost", "amount"]
    assert (amount.kind, amount.nullable, amount.path) == ("decimal", True, ("cost", "amount"))
    assert SAMPLE.by_name["price_amount"].nullable is False
    assert SAMPLE.by_name["deposit_currency"].nullable is True


def test_knows_the_kind_of_each_field() -> None:
    kinds = {spec.name: spec.kind for spec in SAMPLE.fields}
    assert kinds == {
        **dict.fromkeys(("name", "note", "label", "code", "price_currency", "deposit_currency"), "text"),
        **dict.fromkeys(("count", "rank", "version"), "integer"),
        **dict.fromkeys(("ratio", "weight", "price_amount", "deposit_amount"), "decimal"),
        **dict.fromkeys(("active", "checked"), "boolean"),
        **dict.fromkeys(("day", "until"), "date"),
        **dict.fromkeys(("at", "seen"), "instant"),
        **dict.fromkeys(("id", "owner", "parent"), "uuid"),
        **dict.fromkeys(("colour", "shade"), "enum"),
        **dict.fromkeys(("tags", "aliases"), "text_list"),
        "members": "uuid_list",
    }


def test_looks_through_new_types_and_optionals() -> None:
    owner, helper = PLAN.by_name["owner"], PLAN.by_name["helper"]
    assert (owner.kind, owner.type, owner.nullable) == ("uuid", UUID, False)
    assert (helper.kind, helper.type, helper.nullable) == ("uuid", UUID, True)
    assert SAMPLE.by_name["shade"].type is Colour
    assert shape_of(tuple[UserId, ...]).kind == "uuid_list"


@pytest.mark.parametrize(
    "annotation", [float, tuple[str, str], tuple[int, ...], list[str], str | int, int | str | None, object]
)
def test_refuses_types_that_no_store_keeps(annotation: Any) -> None:
    with pytest.raises(TypeError, match="no store can keep"):
        shape_of(annotation)


def test_hands_on_what_constraints_and_hints_say() -> None:
    assert SAMPLE.by_name["name"].constraint(Length) == Length(1, 100)
    assert SAMPLE.by_name["price_amount"].constraint(Digits) == Digits(18, 2)
    assert SAMPLE.by_name["price_currency"].constraint(Pattern) is not None
    assert SAMPLE.by_name["name"].constraint(Range) is None
    assert SAMPLE.by_name["name"].hint.searchable
    assert not SAMPLE.by_name["day"].hint.indexed


def test_lists_what_is_unique_and_indexed() -> None:
    assert PLAN.uniques == (("number",), ("owner", "place"))
    assert PLAN.indexes == (("place",), ("owner", "place"))
    assert describe(Part).uniques == (("sample", "series", "number"),)
    assert SAMPLE.indexes[-2:] == (("colour", "day"), ("at",))


@pytest.mark.requirement("GEN-11")
def test_knows_what_has_to_be_filled_in() -> None:
    required = {spec.name for spec in SAMPLE.fields if spec.required}
    assert {"name", "day", "at", "owner", "price_amount", "code"} <= required
    assert required.isdisjoint({"note", "label", "count", "until", "tags", "version"})


@pytest.mark.requirement("GEN-15")
def test_knows_what_people_may_give_and_change() -> None:
    assert PLAN.givable == {"id", "owner", "helper", "title", "place", "cost"}
    assert PLAN.changeable == {"id", "owner", "helper", "title", "cost"}
    assert PLAN.wanted == {"id", "owner", "title"}


def test_knows_defaults() -> None:
    assert SAMPLE.by_name["colour"].default is Colour.RED
    assert (SAMPLE.by_name["day"].has_default, SAMPLE.by_name["day"].default) == (False, None)
    assert (SAMPLE.by_name["until"].has_default, SAMPLE.by_name["until"].default) == (True, None)


@given(entities(Sample))
def test_an_entity_comes_back_from_its_values(one: Sample) -> None:
    again = SAMPLE.hydrate(SAMPLE.flatten(one))
    assert again == one
    assert hash(again) == hash(one)
    assert attrs.asdict(again) == attrs.asdict(one)


@given(entities(Part))
def test_an_entity_without_value_objects_comes_back_too(one: Part) -> None:
    assert describe(Part).hydrate(describe(Part).flatten(one)) == one


@given(entities(Sample))
def test_a_renumbered_entity_differs_in_its_version_only(one: Sample) -> None:
    assert SAMPLE.renumber(one, 7) == attrs.evolve(one, version=7)
    assert one.version == 1


def test_a_value_without_version_is_not_renumbered() -> None:
    price = sample(1).price
    assert describe(Money).renumber(price, 7) is price


def test_a_hydrated_entity_is_still_frozen() -> None:
    again = SAMPLE.hydrate(SAMPLE.flatten(sample(1)))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        again.name = "x"


def test_enumerations_of_any_class_are_choices() -> None:
    class Level(enum.StrEnum):
        LOW = "low"

    assert shape_of(Level | None) == shape_of(Optional[Level])  # noqa: UP045
    assert shape_of(Level).kind == "enum"


def test_a_class_without_slots_is_refused_when_its_records_are_read() -> None:
    @attrs.define(kw_only=True, slots=False, frozen=True, field_transformer=checked)
    class Loose:
        id: UUID
        version: int = 0

    with pytest.raises(TypeError, match="Loose needs slots"):
        _ = describe(Loose).hydrate
