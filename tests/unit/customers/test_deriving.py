"""What customers are found and compared by."""

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmcore.customers as subject
from crmcore.access.entity import UserId
from crmcore.base.text import fold, key_of
from crmcore.customers.deriving import core_of, derived_values, digits_of, licence_of, search_text_of, with_derived
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TEXT = st.text(max_size=100)
LIMITS = {"name_core": 200, "phone_key": 50, "licence_key": 100, "search_text": 4000}


@pytest.mark.requirement("CUS-07", "X-CUS-02")
@pytest.mark.parametrize(
    ("names", "core"),
    [
        (("华建（北京）有限公司", "华建北京", "华建 (北京) 股份有限公司", "华建·北京集团有限公司"), "华建北京"),
        (("HUAJIAN CO.,LTD", "Huajian Co., Ltd.", "ＨＵＡ-jian Inc", "Huajian Co.Ltd", "huajian"), "huajian"),
        (("Müller GmbH & Co. KG", "MÜLLER", "Mu\u0308ller AG"), "müller"),
        (("ABC公司 Co., Ltd", "ABC"), "abc"),
        (("华建上海分公司",), "华建上海分公司"),
        (("有限公司",), "有限公司"),
        (("Ltd",), "ltd"),
        (("Tesco", "TESCO PLC"), "tesco"),
        (("!!!",), "!!!"),
    ],
)
def test_names_are_compared_without_what_does_not_count(names: tuple[str, ...], core: str) -> None:
    assert {core_of(name) for name in names} == {core}


@pytest.mark.requirement("X-CUS-02")
@pytest.mark.parametrize(
    ("phones", "digits"),
    [
        (
            (
                "010-65512233",
                "+86 (10) 6551-2233",
                "+86(0)10 65512233",
                "0086 10 65512233",
                "86-10-65512233",
                "(86)10 65512233",
                "０１０ ６５５１ ２２３３",
                "010 6551 2233 转 8001",
                "010-65512233 ext. 8",
                "010-65512233 / 138 1234 5678",
                "电话: 010-65512233",
            ),
            "1065512233",
        ),
        (("13812345678", "138-1234-5678", "+8613812345678", "8613812345678", "0086 138 1234 5678"), "13812345678"),
        (("86551234",), "86551234"),
        (("+49 30 123456", "0049 30 123456"), "4930123456"),
        (("400-800-1234",), "4008001234"),
        (("", "n/a", "转"), ""),
    ],
)
def test_phone_numbers_are_compared_by_their_digits(phones: tuple[str, ...], digits: str) -> None:
    assert {phone: digits_of(phone) for phone in phones} == dict.fromkeys(phones, digits)


def test_licence_numbers_are_compared_without_blanks_and_punctuation() -> None:
    assert {licence_of(one) for one in ("91 3100-00 MA1x", "９１３１００００ＭＡ１Ｘ")} == {"91310000ma1x"}


def customer(**given: str) -> Customer:
    facts: Any = {"number": "KH1", "name": "华建", **given}
    somebody = UserId(UUID(int=2))
    return Customer(id=CustomerId(UUID(int=1)), manager=somebody, created_by=somebody, created_at=NOW, **facts)


def person(number: int, name: str, office: str = "", mobile: str = "") -> Contact:
    return Contact(
        id=ContactId(UUID(int=number)), customer=CustomerId(UUID(int=1)), name=name, office_phone=office, mobile=mobile
    )


@pytest.mark.requirement("X-CUS-04")
def test_the_search_text_has_a_line_for_each_thing_and_the_digits_of_phones() -> None:
    made = with_derived(
        customer(phone="6551-2233", website="a.example"),
        [person(9, "王\n强", mobile="138 0000"), person(8, "刘芳", "6551-2233")],
    )
    assert made.search_text.split("\n") == [
        "华建",
        "KH1",
        "6551-2233",
        "65512233",
        "a.example",
        "刘芳",
        "王 强",
        "138 0000",
        "1380000",
    ]
    assert with_derived(made, [person(8, "刘芳", "6551-2233"), person(9, "王\n强", mobile="138 0000")]) is made


@given(TEXT, TEXT, TEXT)
def test_whatever_people_type_fits(name: str, phone: str, licence: str) -> None:
    values = derived_values(number="KH1", name=name, phone=phone, licence_no=licence)
    assert {key: len(value) <= LIMITS[key] for key, value in values.items()} == dict.fromkeys(LIMITS, True)
    assert values["phone_key"] == "" or values["phone_key"].isdecimal()
    assert bool(values["name_core"]) == bool(key_of(name))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=100))
def test_case_never_counts(name: str) -> None:
    assert core_of(name.upper()) == core_of(name.lower())


@given(st.text(min_size=1, max_size=100).filter(lambda text: text.strip() and text.isprintable()))
def test_a_customer_is_found_by_every_part_of_his_name(name: str) -> None:
    line = fold(search_text_of("KH1", name))
    assert fold(" ".join(name.split())) in line


def test_no_module_hides_a_function_of_the_same_name() -> None:
    """Importing ``customers.x`` would put the module where ``customers.x`` should be the function."""
    modules = {file.stem for file in Path(str(subject.__file__)).parent.glob("*.py")}
    assert modules & set(subject.__all__) == set()
