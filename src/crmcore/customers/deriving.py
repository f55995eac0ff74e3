"""What the core computes of a customer so that people find him: comparable names and numbers, and his search text.

Every path that stores a customer, or one of his contacts, keeps these up to date (requirements X-CUS-02 to 04, CUS-07).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from crmcore.base.text import fold, key_of
from crmcore.customers.entity import Contact, Customer

__all__ = ["core_of", "derived_values", "digits_of", "licence_of", "search_text_of", "with_derived"]

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
_EXTENSION: Final = re.compile(r"转|轉|分机|分機|ext|x|#")
_SEVERAL: Final = re.compile(r"[/,;、|\n]| or ")
_OF_CHINA: Final = re.compile(r"(?:\+|00)\s*86|\(\+?86\)|86(?=[-\s(])|86(?=1[3-9]\d{9}$)")
_ABROAD: Final = re.compile(r"\+|00(?=[1-9])")
_TRUNK: Final = re.compile(r"\D*0(?=\D*[1-9])")


def core_of(name: str) -> str:
    """Answer a name as it is compared with others: 华建（北京）有限公司 is 华建北京, and ＨＵＡ-jian Co., Ltd. huajian.

    Folded, without blanks, punctuation and the form of the company at its end. A name that is nothing else keeps it.
    """
    folded = key_of(name)
    core = _solid(_LATIN_FORMS.sub("", folded.replace(".", "")))
    while not core.endswith(_BRANCHES):
        shorter = next((core.removesuffix(form) for form in _CHINESE_FORMS if core.endswith(form)), "")
        if not shorter:
            break
        core = shorter
    return (core or _solid(folded) or folded)[:_NAME_SIZE]


def digits_of(phone: str) -> str:
    """Answer a phone number as it is compared with others: its digits, without China's prefix, 0 and extension.

    ``+86 (10) 6551-2233``, ``010-65512233`` and ``010 6551 2233 转 8`` are the same. Of several the first counts.
    """
    folded = next((part for part in _SEVERAL.split(fold(phone)) if any(map(str.isdecimal, part))), "").strip()
    known = _EXTENSION.split(folded)[0]
    number = known if any(map(str.isdecimal, known)) else folded
    domestic = _OF_CHINA.sub("", number, count=1) if _OF_CHINA.match(number) else None
    if domestic is None and _ABROAD.match(number):
        return _digits(_ABROAD.sub("", number, count=1))
    national = number if domestic is None else domestic
    return _digits(_TRUNK.sub("", national, count=1) if _TRUNK.match(national) else national)


def licence_of(text: str) -> str:
    """Answer a business licence number as it is compared with others: folded, without blanks and punctuation."""
    return _solid(fold(text))[:_LICENCE_SIZE]


def search_text_of(number: str, name: str, said: Iterable[str], contacts: Iterable[Contact]) -> str:
    """Answer what a keyword is looked for in, a line each.

    Args:
        number: The customer's number.
        name: His name.
        said: Phone, fax and website.
        contacts: Those who work there, with their names and phones.
    """
    lines: dict[str, None] = {}
    for text in (name, number, *said, *_of_contacts(contacts)):
        for one in _as_typed_and_digits(text):
            lines[one] = None
    return "\n".join(lines)[:_SEARCH_SIZE]


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
        "search_text": search_text_of(number, name, (phone, fax, website), contacts),
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


def _of_contacts(contacts: Iterable[Contact]) -> Iterator[str]:
    for one in sorted(contacts, key=lambda contact: contact.id):
        yield from (one.name, one.office_phone, one.mobile)


def _as_typed_and_digits(text: str) -> Iterator[str]:
    """Answer a text on one line; of a phone number its digits too, so that 65512233 finds ``6551-2233``."""
    line = " ".join(text.split())
    if not line:
        return
    yield line
    folded = fold(line)
    if not any(map(str.isalpha, folded)) and (digits := "".join(filter(str.isdecimal, folded))) not in ("", line):
        yield digits


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))[:_PHONE_SIZE]


def _solid(folded: str) -> str:
    """Leave out everything but letters and digits; marks that belong to letters stay."""
    if folded.isascii():
        return "".join(filter(str.isalnum, folded))
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LNM")
