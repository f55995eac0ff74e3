"""Documents hold every value exactly, in the type MongoDB has for it, and reading them checks nothing again."""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import bson
import pytest
from attrs import field
from bson import CodecOptions, Decimal128, Int64
from bson.binary import UuidRepresentation

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Length
from crmcore.base.kinds import hint
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.testing.samples import SCHEMAS, Colour, Sample, number, sample
from crmcore_mongo.codec import Codec

OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, tzinfo=dt.UTC, uuid_representation=UuidRepresentation.STANDARD
)
FULL = sample(
    1,
    name="ＡＢＣ",
    label="ß",
    code="k",
    count=2**63 - 1,
    rank=-3,
    ratio=Decimal("0.1000"),
    weight=Decimal("9999999999999999.99"),
    checked=False,
    until=dt.date(1000, 1, 1),
    seen=dt.datetime(9998, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC),
    parent=number(2),
    shade=Colour.DARK_BLUE,
    tags=("a", "a"),
    members=(number(3),),
    aliases=(),
    deposit=Money(amount=Decimal("-0.01"), currency="USD"),
)


class Level(enum.StrEnum):
    LOW = "l"


@attrs.frozen(kw_only=True, field_transformer=checked)
class Odd:
    """What the samples lack."""

    id: UUID
    level: Level = Level.LOW
    alias: str | None = field(default=None, validator=Length(0, 5), metadata=hint(searchable=True))
    figure: Decimal = field(default=Decimal(0), validator=Digits(34, 10))
    version: int = 1


CODEC = Codec([*SCHEMAS, describe(Odd)])


def _through_bson(entity: Any) -> Any:
    mapping = CODEC.mappings[type(entity)]
    return mapping.to_entity(bson.decode(bson.encode(mapping.to_document(entity), codec_options=OPTIONS), OPTIONS))


@pytest.mark.parametrize("entity", [FULL, sample(1), Odd(id=number(1), alias="Ⅷ"), Odd(id=number(1))])
def test_keeps_every_value(entity: Any) -> None:
    kept = _through_bson(entity)
    assert kept == entity
    for name in entity.__slots__:
        assert type(getattr(kept, name, None)) is type(getattr(entity, name, None)), name


def test_uses_the_types_of_mongodb() -> None:
    document = CODEC.mappings[Sample].to_document(FULL)
    assert document["_id"] == FULL.id
    assert "id" not in document
    assert document["name"] == "ＡＢＣ"
    assert document["name_fold"] == "abc"
    assert document["label_fold"] == "ss"
    assert document["ratio"] == Decimal128("0.1000")
    assert document["until"] == "1000-01-01"
    assert document["seen"] == FULL.seen
    assert document["shade"] == "blue_dark"
    assert document["tags"] == ["a", "a"]
    assert document["members"] == [number(3)]
    assert document["deposit_amount"] == Decimal128("-0.01")
    assert document["deposit_currency"] == "USD"


def test_writes_what_is_missing_as_null() -> None:
    document = CODEC.mappings[Sample].to_document(sample(1))
    missing = {name for name, value in document.items() if value is None}
    assert missing == {
        *("code", "label", "label_fold", "rank", "weight", "checked", "until", "seen", "parent", "shade", "aliases"),
        *("deposit_amount", "deposit_currency"),
    }


def test_writes_the_code_of_a_choice_that_is_a_text() -> None:
    document = CODEC.mappings[Odd].to_document(Odd(id=number(1)))
    assert type(document["level"]) is str
    assert type(CODEC.encode(Level.LOW)) is str


@pytest.mark.parametrize("exact", ["0E-7000", "0E+7000", "-0", "1E+3", "1." + "0" * 60, "9" * 18 + "." + "9" * 10])
def test_keeps_decimals_of_any_form(exact: str) -> None:
    odd = Odd(id=number(1), figure=Decimal(exact))
    assert _through_bson(odd) == odd


def test_reads_without_checking_again() -> None:
    document = CODEC.mappings[Sample].to_document(sample(1)) | {"rank": Int64(4711), "name": ""}
    kept = CODEC.mappings[Sample].to_entity(document)
    assert (kept.rank, kept.name) == (4711, "")
    assert type(kept.rank) is int
