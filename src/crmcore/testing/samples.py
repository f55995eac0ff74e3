"""Records that exist only to test stores: every kind of field, with and without a value, and every kind of hint."""

import datetime as dt
import enum
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

import attrs
from attrs import field

from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Items, Length, Range
from crmcore.base.kinds import hint
from crmcore.base.schema import describe
from crmcore.base.values import Money

__all__ = ["SCHEMAS", "Colour", "Mark", "Notice", "Part", "Sample", "mark", "number", "part", "sample"]


class Colour(enum.Enum):
    """A choice whose codes sort differently from its members."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    DARK_BLUE = "blue_dark"


@attrs.frozen(kw_only=True, field_transformer=checked)
class Sample:
    """One of everything a store has to keep."""

    id: UUID
    name: str = field(validator=Length(1, 100), metadata=hint(searchable=True, indexed=True, keyword=True))
    note: str = field(default="", validator=Length(0, 2000), metadata=hint(searchable=True, long=True))
    label: str | None = field(default=None, validator=Length(0, 40), metadata=hint(searchable=True, keyword=True))
    code: str | None = field(default=None, validator=Length(1, 40), metadata=hint(unique=True))
    count: int = 0
    rank: int | None = field(default=None, validator=Range(-10, 10), metadata=hint(indexed=True))
    ratio: Decimal = field(default=Decimal(0), validator=Digits(9, 4))
    weight: Decimal | None = field(default=None, validator=Digits(18, 2))
    active: bool = False
    checked: bool | None = None
    day: dt.date
    until: dt.date | None = field(default=None, metadata=hint(indexed=True))
    at: dt.datetime
    seen: dt.datetime | None = None
    owner: UUID = field(metadata=hint(indexed=True))
    parent: UUID | None = field(default=None, metadata=hint(ref="sample", indexed=True))
    colour: Colour = Colour.RED
    shade: Colour | None = None
    tags: tuple[str, ...] = field(default=(), validator=Items(20, 40), metadata=hint(keyword=True))
    members: tuple[UUID, ...] = ()
    aliases: tuple[str, ...] | None = None
    price: Money
    deposit: Money | None = None
    version: int = field(default=1, validator=Range(0, 2**31), metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("colour", "day"), ("at",))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Part:
    """Belongs to a sample; its number is unique within it."""

    id: UUID
    sample: UUID = field(metadata=hint(ref="sample", indexed=True))
    series: int | None = None
    number: int = field(default=0, metadata=hint(unique=True, within=("sample", "series")))
    name: str = field(default="", validator=Length(0, 40), metadata=hint(searchable=True))
    version: int = field(default=1, validator=Range(0, 2**31), metadata=hint(system=True))


@attrs.frozen(kw_only=True, field_transformer=checked)
class Mark:
    """New by construction, as change records and outbox messages are; its text may be long."""

    id: UUID
    about: UUID | None = None
    text: str = field(default="", validator=Length(0, 4_000_000), metadata=hint(long=True))
    version: int = field(default=1, validator=Range(0, 2**31), metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("about",),)


@attrs.frozen(kw_only=True, field_transformer=checked)
class Notice:
    """What a store makes of a part and its sample: nothing but its id is unique."""

    id: UUID
    about: UUID = field(metadata=hint(ref="sample"))
    series: int | None = None
    number: int = 0
    name: str = field(validator=Length(1, 100), metadata=hint(searchable=True))
    label: str | None = field(default=None, validator=Length(0, 40), metadata=hint(searchable=True))
    title: str = field(default="", validator=Length(0, 40), metadata=hint(searchable=True))
    rank: int | None = field(default=None, validator=Range(-10, 10))
    ratio: Decimal = field(default=Decimal(0), validator=Digits(9, 4))
    weight: Decimal | None = field(default=None, validator=Digits(18, 2))
    active: bool = False
    day: dt.date
    at: dt.datetime
    seen: dt.datetime | None = None
    parent: UUID | None = None
    colour: Colour = Colour.RED
    shade: Colour | None = None
    tags: tuple[str, ...] = field(default=(), validator=Items(20, 40))
    members: tuple[UUID, ...] = ()
    version: int = field(default=1, validator=Range(0, 2**31), metadata=hint(system=True))

    indexes: ClassVar[tuple[tuple[str, ...], ...]] = (("about", "number"), ("at",))


SCHEMAS: Final = tuple(describe(cls) for cls in (Sample, Part, Mark, Notice))
"""What the kit hands to a store."""

_DAY: Final = dt.date(2026, 3, 31)
_AT: Final = dt.datetime(2026, 3, 31, 16, 30, 0, 123_000, tzinfo=dt.UTC)
_PRICE: Final = Money(amount=Decimal("12.30"), currency="CNY")


def number(place: int) -> UUID:
    """Answer the id of that place: ids are in the order of their numbers."""
    return UUID(int=(0x0196_0000_0000_7000_8000 << 48) + place)


def sample(place: int, **values: Any) -> Sample:
    """Make a sample with the id of that place."""
    given = {"name": f"n{place:03d}", "day": _DAY, "at": _AT, "owner": number(1), "price": _PRICE, **values}
    return Sample(id=number(place), **given)


def part(place: int, of: UUID, **values: Any) -> Part:
    """Make a part of a sample."""
    return Part(id=number(place), sample=of, **values)


def mark(place: int, **values: Any) -> Mark:
    """Make a mark."""
    return Mark(id=number(place), **values)
