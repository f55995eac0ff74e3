"""What the core computes of a customer so that people find him: comparable names and numbers, and his search text.

Every path that stores a customer, or one of his contacts, keeps these up to date (requirements X-CUS-02 to 04, CUS-07).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Final

import attrs

from crmcore.base.text import fold, key_of
from crmcore.customers.entity import Contact, Customer

__all__ = ["CUT", "core_of", "derived_values", "digits_of", "licence_of", "search_text_of", "with_derived"]

_CHINESE_FORMS: Final = (
    "股份有限责任公司",
    "集团有限责任公司",
    "有限责任公司",
    "有限責任公司",
    "股份有限公司",
    "集团有限公司",
    "集團有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "集團公司",
    "公司",
    "集团",
    "集團",
    "股份",
)
"""Forms of companies at the end of a name, the longest first."""
_BRANCHES: Final = ("分公司", "子公司")
"""Endings that say which part of a company it is: those tell two customers apart."""
_LATIN: Final = (
    "ab|ag|as|bv|co|coltd|company|corp|corporation|gmbh|group|inc|incorporated|kg|limited|llc|llp|lp|ltd|nv|oy|plc|pte"
    "|pty|sa|sarl|spa|srl"
)
_LATIN_FORMS: Final = re.compile(rf"(?:(?<![a-zß-ɏ0-9])(?:{_LATIN})\b\W*)+$")
_NAME_SIZE: Final = 200
_PHONE_SIZE: Final = 50
_LICENCE_SIZE: Final = 100
_SEARCH_SIZE: Final = 4000
CUT: Final = "¶¶"
"""The last line of a search text that has no room for all contacts: those are looked for among the contacts."""
_PLAIN: Final = re.compile(r"(?!00|\(?86)[0-9 ().\-]+")
"""A phone number without a country's prefix, extension or second number: most are."""
_EXTENSION: Final = re.compile(r"转|轉|分机|分機|ext|x|#")
_SEVERAL: Final = re.compile(r"[/,;、|\n]| or ")
_OF_CHINA: Final = re.compile(r"(?:\+|00)\s*86|\(\+?86\)|86(?=[-\s(])|86(?=1[3-9]\d{9}$)")
_ABROAD: Final = re.compile(r"\+|00(?=[1-9])")
_TRUNK: Final = re.compile(r"\D*0(?=\D*[1-9])")


def core_of(name: str) -> str:
    """Answer a name as it is compared with others: 华建（北京）有限公司 is 华建北京, and ＨＵＡ-jian Co., Ltd. huajian.

    Folded, without blanks, punctuation and the form of the company at its end. A name that is nothing else keeps it.
    """
    folded = fold(name)
    whole = core = folded.translate(_SOLID)
    if core[-1:].isascii():
        core = _LATIN_FORMS.sub("", folded.replace(".", "")).translate(_SOLID)
    while core.endswith(_CHINESE_FORMS) and not core.endswith(_BRANCHES):
        shorter = next(core.removesuffix(form) for form in _CHINESE_FORMS if core.endswith(form))
        if not shorter:
            break
        core = shorter
    return (core or whole or key_of(name))[:_NAME_SIZE]


def digits_of(phone: str) -> str:
    """Answer a phone number as it is compared with others: its digits, without China's prefix, 0 and extension.

    ``+86 (10) 6551-2233``, ``010-65512233`` and ``010 6551 2233 转 8`` are the same. Of several the first counts.
    """
    if _PLAIN.fullmatch(phone):
        digits = phone.translate(_DIGITS)
        return (digits[1:] if digits[:1] == "0" and digits[1:2] not in ("", "0") else digits)[:_PHONE_SIZE]
    folded = next((part for part in _SEVERAL.split(fold(phone)) if any(map(str.isdecimal, part))), "").strip()
    known = _EXTENSION.split(folded)[0]
    number = known if any(map(str.isdecimal, known)) else folded
    domestic = _OF_CHINA.sub("", number, count=1) if _OF_CHINA.match(number) else None
    if domestic is None and _ABROAD.match(number):
        return _ABROAD.sub("", number, count=1).translate(_DIGITS)[:_PHONE_SIZE]
    national = number if domestic is None else domestic
    return (_TRUNK.sub("", national, count=1) if _TRUNK.match(national) else national).translate(_DIGITS)[:_PHONE_SIZE]


def licence_of(text: str) -> str:
    """Answer a business licence number as it is compared with others: folded, without blanks and punctuation."""
    return fold(text).translate(_SOLID)[:_LICENCE_SIZE]


def search_text_of(
    number: str, name: str, *, phones: Iterable[str] = (), website: str = "", contacts: Iterable[Contact] = ()
) -> str:
    """Answer what a keyword is looked for in, a line each; of a phone its digits too: 65512233 finds ``6551-2233``.

    Args:
        number: The customer's number.
        name: His name.
        phones: Phone and fax.
        website: His website.
        contacts: Those who work there, with their names and phones; of hundreds only the first, see :data:`CUT`.
    """
    lines = [_line(name), number, *_called(*phones), _line(website)]
    for one in sorted(contacts, key=attrgetter("id")):
        lines += [_line(one.name), *_called(one.office_phone, one.mobile)]
    whole = "\n".join(filter(None, dict.fromkeys(lines)))
    return whole if len(whole) <= _SEARCH_SIZE else f"{whole[: _SEARCH_SIZE - len(CUT) - 1]}\n{CUT}"


def derived_values(
    *,
    number: str,
    name: str,
    phone: str = "",
    fax: str = "",
    website: str = "",
    licence_no: str = "",
    contacts: Iterable[Contact] = (),
) -> dict[str, str]:
    """Answer all that is computed of a customer, by field; for those who make many customers at once."""
    return {
        "name_core": core_of(name),
        "phone_key": digits_of(phone),
        "licence_key": licence_of(licence_no),
        "search_text": search_text_of(number, name, phones=(phone, fax), website=website, contacts=contacts),
    }


def with_derived(customer: Customer, contacts: Iterable[Contact] = ()) -> Customer:
    """Answer a customer with everything that is computed of him and his contacts.

    Args:
        customer: As he is about to be stored.
        contacts: All his contacts, in any order.
    """
    values = derived_values(
        number=customer.number,
        name=customer.name,
        phone=customer.phone,
        fax=customer.fax,
        website=customer.website,
        licence_no=customer.licence_no,
        contacts=contacts,
    )
    if all(getattr(customer, name) == value for name, value in values.items()):
        return customer
    return attrs.evolve(
        customer,
        name_core=values["name_core"],
        phone_key=values["phone_key"],
        licence_key=values["licence_key"],
        search_text=values["search_text"],
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _called(*phones: str) -> Iterator[str]:
    for phone in phones:
        if phone:
            yield _line(phone)
            yield (phone if phone.isascii() else fold(phone)).translate(_DIGITS)


class _Kept(dict[int, int | None]):
    """Which characters ``str.translate`` keeps; each is looked at once."""

    def __init__(self, keeps: Callable[[str], bool]) -> None:
        super().__init__()
        self._keeps = keeps

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = code if self._keeps(chr(code)) else None
        return kept


_SOLID: Final = _Kept(lambda one: unicodedata.category(one)[0] in "LNM")
"""Letters and digits, and marks that belong to letters."""
_DIGITS: Final = _Kept(str.isdecimal)
