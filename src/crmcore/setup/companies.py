"""Invents companies and the people in them; no two companies have the same name, however many are asked for."""

import itertools
import math
import random
from typing import Any, Final

import attrs

from crmcore.customers.entity import Gender
from crmcore.setup.words import City, Trade, Words

__all__ = ["Companies", "Company", "Person"]

_STRIDE: Final = 0.6180339887
"""Stepping by the golden ratio spreads neighbours evenly over the list of brands."""
_LETTERS: Final = "ABDEFGHJLNPQRSTUWXYZ"


@attrs.frozen
class Company:
    """A prospect."""

    name: str
    brand: str
    """Spelling in web addresses."""
    city: City
    trade: Trade


@attrs.frozen
class Person:
    """Somebody at a prospect."""

    name: str
    gender: Gender


class Companies:
    """Invents companies and people from the words of a language."""

    def __init__(self, words: Words, rng: random.Random) -> None:
        """Choose with *rng*."""
        self._words, self._rng = words, rng
        self._first, self._second = words.brands
        self._brands = len(self._first) * len(self._second)
        self._stride = _coprime(int(self._brands * _STRIDE), self._brands)
        self._start = rng.randrange(self._brands)
        self._weights = [*itertools.accumulate(1.0 / (place + 2) for place in range(len(words.cities)))]

    def company(self, index: int) -> Company:
        """Invent the company number *index*: brand, trade, legal form and branch together are different for each."""
        words, brands, trades, forms = self._words, self._brands, self._words.trades, self._words.lists["forms"]
        cycle, place = divmod(index, brands)
        first, second = divmod((self._start + place * self._stride) % brands, len(self._second))
        (left, left_spelt), (right, right_spelt) = self._first[first], self._second[second]
        trade = trades[(place * 7 + cycle) % len(trades)]
        branch, form = divmod(cycle // len(trades), len(forms))
        city = self._rng.choices(words.cities, cum_weights=self._weights)[0]
        name = words.patterns["company"].format(
            city=city.name, brand=left + right, trade=trade.word, form=forms[(form + place) % len(forms)]
        )
        if branch:
            name += words.patterns["branch"].format(number=branch + 1)
        return Company(name, left_spelt + right_spelt, city, trade)

    def person(self) -> Person:
        """Invent somebody by full name."""
        gender = self._rng.choice((Gender.MALE, Gender.FEMALE))
        given = self._rng.choice(self._words.lists[gender.value])
        surname = self._rng.choice(self._words.lists["surnames"])
        return Person(self._words.patterns["person"].format(surname=surname, given=given), gender)

    def known_as(self, gender: Gender) -> str:
        """Invent what somebody is called of whom only the surname is known (王经理, Mr Smith)."""
        surname = self._rng.choice(self._words.lists["surnames"])
        return self._rng.choice(self._words.known_as[gender.value]).format(surname=surname)

    def phone(self, city: City, kind: str = "") -> str:
        """Invent a number that reaches nobody: a mobile one, or a land line in *city*."""
        kind = kind or self._rng.choice(("mobile", "mobile", "phone"))
        return self._say(kind, area=city.area, number=self._rng.randrange(self._words.numbers[kind]))

    def profile(self, company: Company) -> dict[str, Any]:
        """Invent what an account manager writes on a customer's form once the customer is won."""
        rng, lists = self._rng, self._words.lists
        district = rng.choice(company.city.districts)
        where = {"city": company.city.name, "district": district}
        size = rng.choice((50, 100, 200, 300, 500, 1000, 2000, 5000, 10000))
        return {
            "region": company.city.region,
            "level": str(rng.choices((1, 2, 3, 4, 5), (40, 25, 20, 10, 5))[0]),
            "satisfaction": rng.choices((2, 3, 4, 5, None), (5, 35, 40, 15, 5))[0],
            "credit": rng.choices((2, 3, 4, 5, None), (5, 40, 35, 15, 5))[0],
            "address": self._say("address", street=rng.choice(lists["streets"]), number=rng.randrange(1, 200), **where),
            "zip": self._say(
                "zip",
                zip=company.city.zip,
                number=rng.randrange(100),
                digit=rng.randrange(1, 10),
                letters="".join(rng.sample(_LETTERS, 2)),
            ),
            "phone": self.phone(company.city, "phone"),
            "fax": self.phone(company.city, "fax"),
            "website": self._say("website", brand=company.brand),
            "licence_no": self._say("licence", number=rng.randrange(10**8)),
            "legal_person": self.person().name,
            "registered_capital": size,
            "annual_turnover": size * rng.randrange(2, 30),
            "bank": rng.choice(lists["banks"]).format(**where),
            "bank_account": self._say("account", number=rng.randrange(10**8)),
            "local_tax_no": self._say("tax", number=rng.randrange(10**9)),
            "national_tax_no": self._say("tax", number=rng.randrange(10**9)),
            "remark": rng.choice(lists["remarks"]),
        }

    def contact_details(self, company: Company, gender: Gender) -> dict[str, Any]:
        """Invent what is written down about a contact once the customer is won."""
        return {
            "gender": gender,
            "position": self._rng.choice(self._words.lists["positions"]),
            "mobile": self.phone(company.city, "mobile"),
            "memo": self._rng.choice(self._words.lists["memos"]),
        }

    def _say(self, pattern: str, **values: Any) -> str:
        return self._words.patterns[pattern].format(**values)


def _coprime(near: int, modulus: int) -> int:
    """Answer the least number from *near* on that shares no factor with *modulus*."""
    while math.gcd(near, modulus) != 1:
        near += 1
    return near
