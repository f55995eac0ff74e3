"""Hypothesis strategies for values and records of any kind of entity; :mod:`crmcore.testing.questions` asks about them.

The alphabets are tiny on purpose: with many letters two random texts never meet, and a wrong comparison is never seen.
"""

import datetime as dt
import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from hypothesis import strategies as st

from crmcore.base.constraints import LARGEST_INTEGER, Digits, Items, Length, Pattern, Range
from crmcore.base.kinds import shape_of
from crmcore.base.schema import FieldSpec, describe

__all__ = ["POOL", "entities", "given_values", "ids", "texts", "values"]

ALPHABET: Final = "aAbé\u0301ｅeßsSİiıσς%_\\.*[^$'\"` \n-0１华😀😁～"
WORDS: Final = (
    *("a", "A", "ａ", "a ", "ab", "aB", "a%", "é", "e\u0301", "e", "ß", "ss", "SS", "İ", "i", "ı", "%", "_", "\\"),
    *(".*", "$ne", "'", '"', "华", "華", "😀", "😁", "～", "\n", "10", "9"),
)
POOL: Final = tuple(UUID(int=(0x0196_0000_0000_7000_8000 << 48) + place * 0x1_0101) for place in range(24))
DAYS: Final = tuple(dt.date(2026, 1, 30) + dt.timedelta(days=step) for step in range(4))
INSTANTS: Final = tuple(
    dt.datetime(2026, 1, 31, 15, 59, 59, 999_000, dt.UTC) + dt.timedelta(milliseconds=step) for step in range(4)
)
FAR_DAYS: Final = (dt.date(1000, 1, 1), dt.date(1969, 12, 31), dt.date(9998, 12, 31))
FAR_INSTANTS: Final = tuple(dt.datetime(day.year, day.month, day.day, 23, 59, 59, 1_000, dt.UTC) for day in FAR_DAYS)
BEYOND_FLOAT: Final = 2**53 + 1
MANY_DIGITS: Final = 8


def ids() -> st.SearchStrategy[UUID]:
    """Ids from a small pool, so that references lead somewhere."""
    return st.sampled_from(POOL)


@functools.cache
def texts(least: int = 0, most: int = 4) -> st.SearchStrategy[str]:
    """Texts full of characters that some store treats in its own way."""
    words = [word for word in WORDS if least <= len(word) <= most and (not least or word.strip())]
    drawn = st.text(ALPHABET, min_size=least, max_size=min(most, max(least, 4)))
    if least:
        drawn = drawn.filter(lambda text: bool(text.strip()))
    known = st.sampled_from(words) if words else drawn
    return st.one_of(known, known, known, drawn)


@functools.cache
def values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Values of one field that keep its constraints; None now and then where the field itself allows it."""
    given = given_values(spec)
    return st.one_of(given, given, st.none()) if spec.nullable and len(spec.path) == 1 else given


@st.composite
def entities(draw: st.DrawFn, cls: Any, identity: st.SearchStrategy[UUID] | None = None) -> Any:
    """Records (or value objects) of a class in their first version; ids from the pool unless told otherwise."""
    parts = _parts(cls) if identity is None else {**_parts(cls), "id": identity}
    return cls(**{name: draw(part) for name, part in parts.items()})


@functools.cache
def _parts(cls: Any) -> dict[str, st.SearchStrategy[Any]]:
    schema = describe(cls)
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for attribute in attrs.fields(cls):
        shape = shape_of(attribute.type)
        if shape.kind == "value":
            inner = entities(shape.type)
            parts[attribute.name] = st.one_of(inner, st.none()) if shape.nullable else inner
        elif attribute.name == "version":
            parts[attribute.name] = st.just(1)
        else:
            parts[attribute.name] = values(schema.by_path[(attribute.name,)])
    return parts


def _text_values(spec: FieldSpec) -> st.SearchStrategy[str]:
    pattern, length = spec.constraint(Pattern), spec.constraint(Length) or Length(0, 100)
    if pattern is None:
        return texts(length.min, length.max)
    matching = st.from_regex(pattern.regex, fullmatch=True).filter(lambda text: length.min <= len(text) <= length.max)
    currencies = [word for word in ("CNY", "USD") if pattern.matches(word)]
    return st.sampled_from(currencies) if currencies else matching


def _integers(spec: FieldSpec) -> st.SearchStrategy[int]:
    bounds = spec.constraint(Range) or Range(-LARGEST_INTEGER, LARGEST_INTEGER)
    known = [value for value in (-2, -1, 0, 1, 2, 3, 10, BEYOND_FLOAT) if bounds.min <= value <= bounds.max]
    return st.sampled_from(known) if known else st.integers(bounds.min, bounds.max)


def _decimals(spec: FieldSpec) -> st.SearchStrategy[Decimal]:
    digits = spec.constraint(Digits) or Digits(18, 2)
    least = Decimal(1).scaleb(-digits.places)
    most = Decimal(10) ** (digits.total - digits.places) - least
    known = [Decimal(0), least, -least, least * 10, Decimal(1), Decimal(2), Decimal("-1.50"), Decimal(10)]
    fitting = [value for value in known if abs(value) <= most and value == round(value, digits.places)]
    return st.sampled_from([*fitting * 2, most / 1000 if digits.total > MANY_DIGITS else least, -least * 3]).map(
        lambda value: round(value, digits.places)
    )


def _lists(spec: FieldSpec) -> st.SearchStrategy[tuple[Any, ...]]:
    bounds = spec.constraint(Items) or Items(4)
    items: st.SearchStrategy[Any] = texts(0, min(bounds.length, 3)) if spec.kind == "text_list" else ids()
    return st.lists(items, max_size=min(bounds.count, 3)).map(tuple)


_KINDS: Final[dict[str, Callable[[FieldSpec], st.SearchStrategy[Any]]]] = {
    "text": _text_values,
    "integer": _integers,
    "boolean": lambda _: st.booleans(),
    "decimal": _decimals,
    "date": lambda _: st.sampled_from([*DAYS * 3, *FAR_DAYS]),
    "instant": lambda _: st.sampled_from([*INSTANTS * 3, *FAR_INSTANTS]),
    "uuid": lambda _: ids(),
    "enum": lambda spec: st.sampled_from(list(spec.type)),
    "text_list": _lists,
    "uuid_list": _lists,
}


@functools.cache
def given_values(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Values of one field, never None."""
    return _KINDS[spec.kind](spec)
