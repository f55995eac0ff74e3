"""Entities and events as JSON: exact, and the same text for the same values."""

import datetime as dt
import enum
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given

from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.storage.codec import compact, differences, entity_from_json, entity_to_json, event_to_json
from crmcore.testing.samples import Colour, Sample, sample
from crmcore.testing.strategies import entities

SCHEMA = describe(Sample)


@given(entities(Sample))
def test_an_entity_comes_back_from_json_as_it_was(one: Sample) -> None:
    assert entity_from_json(SCHEMA, json.loads(compact(entity_to_json(one)))) == one


@given(entities(Sample), entities(Sample))
def test_differences_name_exactly_the_fields_that_differ(old: Sample, new: Sample) -> None:
    pairs = zip(SCHEMA.fields, SCHEMA.flatten(old), SCHEMA.flatten(new), strict=True)
    expected = {spec.name for spec, was, now in pairs if was != now} - {"id", "version"}
    assert differences(SCHEMA, old, new).keys() == expected


def test_a_new_record_lists_what_was_given_and_a_removed_one_what_it_had() -> None:
    one = sample(1, note="", label="", tags=(), aliases=None)
    said = differences(SCHEMA, None, one)
    assert said["name"] == [None, "n001"]
    assert said["label"] == [None, ""]
    assert said.keys().isdisjoint({"id", "version", "note", "tags", "aliases", "deposit_amount"})
    assert differences(SCHEMA, one, None) == {name: [new, old] for name, (old, new) in said.items()}


def test_equal_values_give_equal_text() -> None:
    one = sample(1, weight=Decimal(100), at=dt.datetime(2026, 1, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    two = sample(1, weight=Decimal("1E+2"), at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert compact(entity_to_json(one)) == compact(entity_to_json(two))
    assert '"at":"2026-01-01T00:00:00.000Z"' in compact(entity_to_json(one))


def test_json_is_written_without_blanks_in_sorted_order_and_readable() -> None:
    assert compact({"b": [1, None], "a": "华"}) == '{"a":"华","b":[1,null]}'


def test_what_json_can_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        compact(float("nan"))


class Level(enum.Enum):
    HIGH = "high"


@attrs.frozen
class Happened:
    """An event with every kind of value."""

    id: UUID
    amount: Decimal
    at: dt.datetime
    day: dt.date
    level: Level
    names: tuple[Any, ...]
    note: str | None


def test_an_event_becomes_a_json_object() -> None:
    event = Happened(
        id=UUID(int=1),
        amount=Decimal("1E+3"),
        at=dt.datetime(2026, 3, 1, 1, 2, 3, 45_000, tzinfo=dt.UTC),
        day=dt.date(2026, 3, 1),
        level=Level.HIGH,
        names=("a", UUID(int=2)),
        note=None,
    )
    assert json.loads(event_to_json(event)) == {
        "id": str(UUID(int=1)),
        "amount": "1000",
        "at": "2026-03-01T01:02:03.045Z",
        "day": "2026-03-01",
        "level": "high",
        "names": ["a", str(UUID(int=2))],
        "note": None,
    }


def test_a_value_of_several_parts_is_written_flat() -> None:
    one = sample(1, price=Money(amount=Decimal("12.30"), currency="CNY"), shade=Colour.BLUE)
    said = entity_to_json(one)
    assert (said["price_amount"], said["price_currency"], said["shade"]) == ("12.30", "CNY", "blue")
