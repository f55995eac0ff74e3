"""The words sample data are made of: two files, ``words/zh.toml`` and ``words/en.toml``, read into one shape."""

import functools
import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final, cast

import attrs

from crmcore.i18n import Language

__all__ = ["City", "Product", "Region", "Step", "Trade", "Words", "words_of"]

Texts = tuple[str, ...]


@attrs.frozen
class City:
    """Where a sample company has its seat."""

    name: str
    area: str
    """Telephone area code."""
    zip: str
    """First part of its postal codes."""
    districts: Texts
    region: str
    """Code of the dictionary's regions."""


@attrs.frozen
class Region:
    """A region of the dictionary; one without labels is delivered with the product."""

    code: str
    label_zh: str
    label_en: str


@attrs.frozen
class Trade:
    """What a sample company does, and what an account manager calls that speciality."""

    word: str
    speciality: str


@attrs.frozen
class Product:
    """Something prospects want to buy."""

    name: str
    measure: str
    """Chinese measure word (台, 套)."""
    least: int
    most: int
    hundreds: int
    """Price of one in hundreds of the currency."""


@attrs.frozen
class Step:
    """One step of a development plan: what is done, and what comes of each when things go well or badly."""

    content: Texts
    good: Texts
    bad: Texts


@attrs.frozen(kw_only=True)
class Words:
    """Everything sample data in one language are made of."""

    patterns: Mapping[str, str]
    """How names, addresses and numbers are put together, as format strings."""
    numbers: Mapping[str, int]
    """How many telephone numbers of a kind there are to choose from."""
    lists: Mapping[str, Texts]
    """Plain lists to choose from."""
    brands: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
    """First and second parts of company names, each with its spelling in web addresses."""
    trades: tuple[Trade, ...]
    regions: tuple[Region, ...]
    cities: tuple[City, ...]
    products: tuple[Product, ...]
    steps: tuple[Step, ...]
    known_as: Mapping[str, Texts]
    """Gender to what somebody is called of whom only the surname is known."""
    staff: Mapping[str, tuple[tuple[str, str], ...]]
    """Code of a delivered role to log-in and full names of the people who may have it."""


def _words_of(language: Language) -> Words:
    source = resources.files("crmcore.setup").joinpath("words", f"{language}.toml")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    talk = table["opportunity"]
    plain = {name: tuple(value) for name, value in {**table, **talk}.items() if _is_texts(value)}
    return Words(
        patterns={name: value for name, value in table.items() if isinstance(value, str)},
        numbers=table["numbers"],
        lists={**plain, "surnames": tuple(table["surnames"].split())},
        brands=(tuple(map(_pair, table["first"])), tuple(map(_pair, table["second"]))),
        trades=tuple(Trade(*line.split(":")) for line in table["trades"]),
        regions=tuple(Region(one["code"], one.get("label_zh", ""), one.get("label_en", "")) for one in table["region"]),
        cities=tuple(_city(line, one["code"]) for one in table["region"] for line in one["cities"]),
        products=tuple(map(_product, talk["products"])),
        steps=tuple(Step(*(tuple(one[part]) for part in ("content", "good", "bad"))) for one in table["step"]),
        known_as={gender: tuple(forms) for gender, forms in table["addresses_as"].items()},
        staff={one["role"]: tuple(map(_pair, one["people"])) for one in table["staff"]},
    )


words_of: Final[Callable[[Language], Words]] = cast("Callable[[Language], Words]", functools.cache(_words_of))
"""Read the words of a language, once."""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _pair(line: str) -> tuple[str, str]:
    """Split ``华:hua``; a word without a colon is spelt as it is written."""
    left, _, right = line.partition(":")
    return left, right or left.lower()


def _city(line: str, region: str) -> City:
    name, area, zip_, districts = line.split(":")
    return City(name, area, zip_, tuple(districts.split()), region)


def _product(line: str) -> Product:
    name, measure, *numbers = line.split(":")
    return Product(name, measure, *map(int, numbers))
