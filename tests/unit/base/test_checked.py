"""An entity refuses every value that some store could not keep exactly, and says which field and why."""

import datetime as dt
import enum
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest
from attrs import field
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import User
from crmcore.base.checked import checked
from crmcore.base.constraints import LARGEST_INTEGER, Digits, Items, Length, Pattern, Range
from crmcore.base.errors import Invalid
from crmcore.base.schema import describe
from crmcore.base.values import Money
from crmcore.customers.entity import Contact, Customer
from crmcore.i18n import LANGUAGES

pytestmark = pytest.mark.requirement("GEN-11")
ID = UUID(int=1)


class Grade(enum.Enum):
    GOOD = "good"
    BAD = "bad"


@attrs.frozen(kw_only=True, field_transformer=checked)
class Thing:
    name: str = field(default="n", validator=Length(1, 5))
    note: str = field(default="", validator=Length(0, 5))
    code: str = field(default="ab", validator=[Length(2, 4), Pattern("[a-z]+")])
    rate: int = field(default=0, validator=Range(0, 100))
    count: int = 0
    price: Decimal = field(default=Decimal(0), validator=Digits(5, 2))
    day: dt.date = dt.date(2026, 1, 1)
    at: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    owner: UUID = ID
    good: bool = True
    grade: Grade = Grade.GOOD
    tags: tuple[str, ...] = field(default=(), validator=Items(2, 3))
    owners: tuple[UUID, ...] = ()
    until: dt.date | None = None
    worth: Money | None = None


def problem(**values: Any) -> tuple[str, dict[str, object]]:
    """What is wrong with a thing that has these values."""
    with pytest.raises(Invalid) as caught:
        Thing(**values)
    (found,) = caught.value.problems
    assert found.field == next(iter(values))
    assert found.entity == "thing"
    return found.code, found.params


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": None}, "value.missing"),
        ({"name": ""}, "value.missing"),
        ({"name": " \t "}, "value.missing"),
        ({"name": "abcdef"}, "value.too_long"),
        ({"name": 5}, "value.type"),
        ({"name": b"abc"}, "value.type"),
        ({"name": "a\0"}, "value.characters"),
        ({"note": "\ud800"}, "value.characters"),
        ({"note": None}, "value.missing"),
        ({"code": "a"}, "value.too_short"),
        ({"code": "aB"}, "value.pattern"),
        ({"code": "ab\n"}, "value.pattern"),
        ({"rate": 101}, "value.range"),
        ({"rate": -1}, "value.range"),
        ({"rate": 5.0}, "value.type"),
        ({"rate": "5"}, "value.type"),
        ({"rate": True}, "value.type"),
        ({"rate": None}, "value.missing"),
        ({"count": LARGEST_INTEGER + 1}, "value.range"),
        ({"count": -LARGEST_INTEGER - 1}, "value.range"),
        ({"price": 1}, "value.type"),
        ({"price": 1.5}, "value.type"),
        ({"price": Decimal("NaN")}, "value.not_finite"),
        ({"price": Decimal("sNaN")}, "value.not_finite"),
        ({"price": Decimal("-Infinity")}, "value.not_finite"),
        ({"price": Decimal("0.001")}, "value.digits"),
        ({"price": Decimal(1000)}, "value.digits"),
        ({"price": Decimal(-1000)}, "value.digits"),
        ({"price": Decimal("1E-999999")}, "value.digits"),
        ({"price": Decimal("1E+999999")}, "value.digits"),
        ({"day": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "value.type"),
        ({"day": "2026-01-01"}, "value.type"),
        ({"day": dt.date(999, 12, 31)}, "value.year"),
        ({"day": dt.date(9999, 1, 1)}, "value.year"),
        ({"at": dt.date(2026, 1, 1)}, "value.type"),
        ({"at": dt.datetime(2026, 1, 1)}, "value.naive"),  # noqa: DTZ001
        ({"at": dt.datetime(999, 1, 1, tzinfo=dt.UTC)}, "value.year"),
        ({"at": dt.datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))}, "value.year"),
        ({"at": None}, "value.missing"),
        ({"owner": "00000000-0000-0000-0000-000000000001"}, "value.type"),
        ({"owner": None}, "value.missing"),
        ({"good": 1}, "value.type"),
        ({"good": None}, "value.missing"),
        ({"grade": "good"}, "value.choice"),
        ({"grade": ""}, "value.missing"),
        ({"grade": None}, "value.missing"),
        ({"tags": "abc"}, "value.type"),
        ({"tags": None}, "value.missing"),
        ({"tags": ("a", "b", "c")}, "value.too_many"),
        ({"tags": ("abcd",)}, "value.item"),
        ({"tags": ("\0",)}, "value.item"),
        ({"tags": (1,)}, "value.type"),
        ({"owners": ("a",)}, "value.type"),
        ({"owners": (ID,) * 1001}, "value.too_many"),
        ({"worth": Decimal(1)}, "value.type"),
    ],
)
def test_refuses(values: dict[str, Any], code: str) -> None:
    assert problem(**values)[0] == code


def test_says_what_would_be_right() -> None:
    assert problem(name="abcdef") == ("value.too_long", {"max": 5, "got": 6})
    assert problem(code="a") == ("value.too_short", {"min": 2, "got": 1})
    assert problem(rate=101) == ("value.range", {"min": 0, "max": 100, "got": 101})
    assert problem(price=Decimal(1000)) == ("value.digits", {"whole": 3, "places": 2})
    assert problem(day="x") == ("value.type", {"wanted": "date", "got": "str"})
    assert problem(grade="x" * 99) == ("value.choice", {"got": "x" * 50})
    assert problem(owners=("a",)) == ("value.type", {"wanted": "uuid", "got": "str"})
    assert problem(tags=("abcd",)) == ("value.item", {"max": 3})
    assert problem(worth=1) == ("value.type", {"wanted": "money", "got": "int"})


@pytest.mark.parametrize(
    "values",
    [
        {"name": "华😀a b"},
        {"note": ""},
        {"rate": 0},
        {"rate": 100},
        {"count": LARGEST_INTEGER},
        {"count": -LARGEST_INTEGER},
        {"price": Decimal("999.99")},
        {"price": Decimal("-999.990000")},
        {"price": Decimal("1E+2")},
        {"price": Decimal("-0")},
        {"day": dt.date(1000, 1, 1)},
        {"day": dt.date(9998, 12, 31)},
        {"until": None},
        {"worth": None},
        {"worth": Money(amount=Decimal(1), currency="CNY")},
        {"tags": ("", "abc")},
        {"owners": (ID, ID)},
    ],
)
def test_takes(values: dict[str, Any]) -> None:
    name, value = next(iter(values.items()))
    assert getattr(Thing(**values), name) == value


def test_cuts_instants_to_utc_milliseconds() -> None:
    at = Thing(at=dt.datetime(2026, 1, 1, 8, 0, 0, 1_999, ZoneInfo("Asia/Shanghai"))).at
    assert at == dt.datetime(2026, 1, 1, 0, 0, 0, 1_000, dt.UTC)
    assert at.tzinfo is dt.UTC


def test_takes_a_list_for_a_tuple() -> None:
    assert Thing(tags=["a"]).tags == ("a",)  # type: ignore[arg-type]


def test_is_not_fooled_by_the_precision_an_application_has_set() -> None:
    with localcontext(prec=2):
        assert Thing(price=Decimal("999.99")).price == Decimal("999.99")
        assert problem(price=Decimal("999.999"))[0] == "value.digits"
        assert problem(price=Decimal("1000.01"))[0] == "value.digits"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_kept_whole_or_refused(value: Decimal) -> None:
    numerator, denominator = value.as_integer_ratio()
    fits = abs(numerator) < 1000 * denominator and (numerator * 100) % denominator == 0
    if fits:
        assert Thing(price=value).price == value
    else:
        assert problem(price=value)[0] == "value.digits"


def test_a_changed_entity_is_checked_too() -> None:
    with pytest.raises(Invalid):
        attrs.evolve(Thing(), rate=101)


def test_money_is_an_amount_in_one_currency() -> None:
    assert Money(amount=Decimal("-0.01"), currency="CNY") == Money(amount=Decimal("-0.010"), currency="CNY")
    for currency in ("cny", "CN", "CNYY", "ＣＮＹ", "CN1", ""):
        with pytest.raises(Invalid):
            Money(amount=Decimal(1), currency=currency)
    with pytest.raises(Invalid):
        Money(amount=Decimal("0.001"), currency="CNY")


@pytest.mark.parametrize(
    ("annotation", "validator"),
    [(str, None), (str, Range(0, 1)), (Decimal, None), (float, None), (dict[str, str], None), (str | int, None)],
)
def test_an_entity_that_no_store_could_keep_is_refused_when_it_is_written(annotation: Any, validator: Any) -> None:
    """A text without length, a decimal without digits, a type without a kind: the class itself fails."""
    attribute = field(validator=validator)
    attribute.type = annotation
    with pytest.raises(TypeError):
        attrs.make_class("Bad", {"x": attribute}, field_transformer=checked)


def test_a_validator_that_does_not_describe_itself_is_refused() -> None:
    with pytest.raises(TypeError, match="only constraints describe themselves"):
        attrs.make_class("Bad", {"x": field(type=int, validator=attrs.validators.gt(0))}, field_transformer=checked)


def test_a_converter_of_ones_own_is_kept() -> None:
    cls: Any = attrs.make_class(
        "Own", {"x": field(type=str, validator=Length(0, 3), converter=str.strip)}, field_transformer=checked
    )
    assert cls(x=" a ").x == "a"


@pytest.mark.requirement("GEN-11", "3.1", "3.4")
@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("", True),
        ("o'neil+crm@mail.example.com", True),
        ("张三@公司.中国", True),
        ("clerk@localhost", True),
        ("010-65512233", False),
        ("two words@example.com", False),
        ("a@example.com;b@example.com", False),
        ("Wang <wang@example.com>", False),
        ("wang@@example.com", False),
        ("wang@example..com", False),
        ("@example.com", False),
        ("wang@", False),
        ("wang@exa\x01mple.com", False),
    ],
)
def test_an_e_mail_address_is_one_address_in_any_script(address: str, fine: bool) -> None:
    for cls in (Customer, Contact, User):
        spec = describe(cls).by_name["email"]
        if fine:
            spec.check(None, None, address)
            continue
        with pytest.raises(Invalid) as caught:
            spec.check(None, None, address)
        assert caught.value.codes == {"value.email"}
        assert all(address in caught.value.explain(language) for language in LANGUAGES)
