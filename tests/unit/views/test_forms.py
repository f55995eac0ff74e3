"""Forms ask for what an entity says of itself, read what people type, and say everything that is wrong."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest
from attrs import field
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import User
from crmcore.base.building import build
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Items, Length, Pattern, Range
from crmcore.base.errors import Invalid, Problem
from crmcore.base.kinds import hint
from crmcore.base.values import Money
from crmcore.customers.entity import Contact, Customer, Gender
from crmcore.opportunities import Opportunity, PlanItem
from crmcore.views import Choice, Control, Form, form_for

SHANGHAI = ZoneInfo("Asia/Shanghai")
GIVEN = {"customer_name": "北京华建", "title": "笔记本电脑", "success_rate": "60", "description": "两百台"}


@attrs.frozen(kw_only=True, field_transformer=checked)
class Offer:
    """One of everything a form can ask for."""

    id: UUID = field(metadata=hint(system=True))
    name: str = field(validator=[Length(2, 10), Pattern("[a-z]+")])
    note: str = field(default="", validator=Length(0, 30), metadata=hint(long=True))
    nick: str | None = field(default=None, validator=Length(1, 5))
    amount: int = field(default=7, validator=Range(-5, 99))
    share: Decimal | None = field(default=None, validator=Digits(5, 2))
    urgent: bool
    agreed: bool | None = None
    day: dt.date = field(metadata=hint(fixed=True))
    at: dt.datetime | None = None
    gender: Gender | None = None
    owner: UUID | None = None
    tags: tuple[str, ...] = field(default=(), validator=Items(2, 4))
    people: tuple[UUID, ...] = field(validator=Items(3, 40))
    price: Money
    deposit: Money | None = None
    version: int = field(default=0, metadata=hint(system=True))


FILLED = {
    "name": "abc",
    "urgent": "yes",
    "day": "2026-03-31",
    "people": str(UUID(int=1)),
    "price_amount": "9.90",
    "price_currency": "CNY",
}


@pytest.fixture
def form() -> Form:
    return form_for(Opportunity, zone=SHANGHAI)


@pytest.fixture
def offer() -> Form:
    return form_for(Offer, zone=SHANGHAI)


def problems(form: Form, submitted: dict[str, str]) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        form.parse(submitted)
    return {problem.field: problem.code for problem in invalid.value.problems}


@pytest.mark.requirement("GEN-15")
def test_a_form_asks_for_what_people_fill_in_and_nothing_the_system_does(form: Form) -> None:
    assert [control.name for control in form] == [
        "source",
        "customer_name",
        "success_rate",
        "title",
        "contact_name",
        "contact_phone",
        "description",
    ]


@pytest.mark.requirement("GEN-11")
def test_required_controls_are_marked(form: Form) -> None:
    assert {control.name for control in form if control.required} == GIVEN.keys()


@pytest.mark.requirement("GEN-11")
def test_an_empty_form_names_every_required_field(form: Form) -> None:
    assert problems(form, {}) == dict.fromkeys(GIVEN, "value.missing")
    assert problems(form, dict.fromkeys(GIVEN, " \r\n\t")) == dict.fromkeys(GIVEN, "value.missing")


def test_what_was_filled_in_makes_the_record(form: Form) -> None:
    values = form.parse({**GIVEN, "title": "  笔记本电脑 ", "description": "一\r\n二\r\n"})
    assert values == {
        "customer_name": "北京华建",
        "title": "笔记本电脑",
        "success_rate": 60,
        "description": "一\n二",
        "source": "",
        "contact_name": "",
        "contact_phone": "",
    }


def test_controls_carry_what_a_page_needs(form: Form) -> None:
    rate, title = (next(one for one in form if one.name == name) for name in ("success_rate", "title"))
    assert (rate.kind, rate.minimum, rate.maximum, rate.unit) == ("integer", 0, 100, "%")
    assert (title.max_length, title.long, title.label) == (200, False, "opportunity.title")
    assert next(one for one in form if one.name == "description").long


def test_controls_carry_what_a_value_may_look_like(offer: Form) -> None:
    by_name = {control.name: control for control in offer}
    assert by_name["name"].pattern == "[a-z]+"
    assert by_name["share"].step == "0.01"
    assert by_name["gender"].choices == (Choice("male", "gender.male"), Choice("female", "gender.female"))
    assert by_name["amount"].step is None
    assert not by_name["urgent"].required
    assert by_name["price_amount"].required
    assert not by_name["deposit_amount"].required
    assert by_name["price_amount"].part_of is Money


def test_a_field_that_is_given_once_is_not_asked_again() -> None:
    assert [c.name for c in form_for(PlanItem, zone=SHANGHAI)] == ["plan_date", "content"]
    assert [c.name for c in form_for(PlanItem, zone=SHANGHAI, changing=True)] == ["content"]


def test_a_form_asks_in_the_order_wanted() -> None:
    form = form_for(Contact, zone=SHANGHAI, names=("mobile", "name"))
    assert [control.name for control in form] == ["mobile", "name"]


def test_a_field_that_does_not_exist_can_not_be_asked_for() -> None:
    with pytest.raises(KeyError):
        form_for(Contact, zone=SHANGHAI, names=("shoe_size",))


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("success_rate", "101", "value.range"),
        ("success_rate", "-1", "value.range"),
        ("success_rate", "6o", "value.number"),
        ("success_rate", "60%", "value.number"),
        ("success_rate", "6.5", "value.number"),
        ("success_rate", "-", "value.number"),
        ("success_rate", "--1", "value.number"),
        ("success_rate", "9" * 41, "value.number"),
        ("success_rate", "²", "value.number"),
        ("title", "x" * 201, "value.too_long"),
        ("title", "a\0b", "value.characters"),
        ("title", "\ud800", "value.characters"),
        ("source", "x" * 51, "value.too_long"),
    ],
)
def test_wrong_input_is_refused_with_a_code(form: Form, name: str, typed: str, code: str) -> None:
    assert problems(form, {**GIVEN, name: typed}) == {name: code}


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("name", "a", "value.too_short"),
        ("name", "ABC", "value.pattern"),
        ("share", "1.005", "value.digits"),
        ("share", "1000", "value.digits"),
        ("share", "NaN", "value.not_finite"),
        ("share", "sNaN", "value.not_finite"),
        ("share", "Infinity", "value.not_finite"),
        ("share", "1E+999999", "value.digits"),
        ("share", "abc", "value.decimal"),
        ("share", "1" * 41, "value.decimal"),
        ("day", "31.03.2026", "value.date"),
        ("day", "2026-02-30", "value.date"),
        ("day", "20260331", "value.date"),
        ("day", "2026-W13-2", "value.date"),
        ("day", "0999-01-01", "value.year"),
        ("day", "2026-03-31T10:00", "value.date"),
        ("at", "2026-03-31", "value.instant"),
        ("at", "2026-03-31T25:00", "value.instant"),
        ("at", "tomorrow", "value.instant"),
        ("at", "0001-01-01T00:00", "value.year"),
        ("urgent", "perhaps", "value.boolean"),
        ("gender", "other", "value.choice"),
        ("owner", "me", "value.uuid"),
        ("people", "me", "value.uuid"),
        ("tags", "a\nb\nc", "value.too_many"),
        ("tags", "aaaaa", "value.item"),
        ("price_currency", "cny", "value.pattern"),
        ("price_amount", "1.234", "value.digits"),
    ],
)
def test_wrong_input_of_every_kind_is_refused(offer: Form, name: str, typed: str, code: str) -> None:
    assert problems(offer, {**FILLED, name: typed}) == {name: code}


def test_all_problems_are_told_at_once_in_both_languages(form: Form) -> None:
    with pytest.raises(Invalid) as invalid:
        form.parse({**GIVEN, "title": "", "success_rate": "abc"})
    assert invalid.value.explain("zh") == "成功机率：“abc”不是整数。；请输入概要。"
    assert "“abc” is not a whole number" in invalid.value.explain("en")


def test_a_long_wrong_input_is_not_repeated_in_full(form: Form) -> None:
    with pytest.raises(Invalid) as invalid:
        form.parse({**GIVEN, "success_rate": "x" * 5000})
    assert len(invalid.value.explain("en")) < 200


def test_every_kind_is_read(offer: Form) -> None:
    values = offer.parse(
        {
            **FILLED,
            "note": "n",
            "nick": "nn",
            "amount": "１２",
            "share": "0.50",
            "agreed": "否",
            "at": "2026-03-31T08:30",
            "gender": "female",
            "owner": str(UUID(int=2)),
            "tags": " a \n\n b ",
            "people": f"{UUID(int=1)}\r\n{UUID(int=2)}",
            "deposit_amount": "1",
            "deposit_currency": "EUR",
        }
    )
    assert values["at"] == dt.datetime(2026, 3, 31, 0, 30, tzinfo=dt.UTC)
    made = build(Offer, values, id=UUID(int=9))
    assert (made.amount, made.share, made.urgent, made.agreed) == (12, Decimal("0.50"), True, False)
    assert (made.day, made.gender, made.owner) == (dt.date(2026, 3, 31), Gender.FEMALE, UUID(int=2))
    assert (made.tags, made.people) == (("a", "b"), (UUID(int=1), UUID(int=2)))
    assert made.price == Money(amount=Decimal("9.90"), currency="CNY")
    assert made.deposit == Money(amount=Decimal(1), currency="EUR")


def test_what_is_left_out_has_its_default(offer: Form) -> None:
    values = offer.parse({**FILLED, "urgent": ""})
    left = {name: values[name] for name in values.keys() - FILLED.keys() - {"price", "urgent"}}
    assert left == {
        "note": "",
        "nick": None,
        "amount": 7,
        "share": None,
        "agreed": None,
        "at": None,
        "gender": None,
        "owner": None,
        "tags": (),
        "deposit": None,
    }
    assert values["urgent"] is False


def test_a_time_that_names_its_zone_keeps_it(offer: Form) -> None:
    values = offer.parse({**FILLED, "at": "2026-03-31T08:30:00+02:00"})
    assert values["at"] == dt.datetime(2026, 3, 31, 6, 30, tzinfo=dt.UTC)


def test_a_value_filled_in_by_half_is_refused(offer: Form) -> None:
    assert problems(offer, {**FILLED, "deposit_amount": "5"}) == {"deposit_currency": "value.missing"}
    assert problems(offer, {**FILLED, "price_currency": ""}) == {"price_currency": "value.missing"}
    assert problems(offer, {**FILLED, "deposit_amount": "x"}) == {"deposit_amount": "value.decimal"}


@pytest.mark.requirement("DIC-01")
def test_choices_put_in_are_the_only_ones_accepted() -> None:
    form = form_for(Customer, zone=SHANGHAI, names=("region", "name"))
    regions = form.with_choices("region", [Choice("north", "华北"), Choice("west", "西部")])
    assert regions.parse({"region": "west", "name": "n"})["region"] == "west"
    assert regions.parse({"region": "", "name": "n"})["region"] == ""
    assert problems(regions, {"region": "华北", "name": "n"}) == {"region": "value.choice"}
    assert next(one for one in form if one.name == "region").choices is None
    assert next(one for one in form if one.name == "region").dictionary == "region"


def test_each_of_several_choices_has_to_be_offered() -> None:
    roles = [Choice(str(UUID(int=place)), f"r{place}") for place in (1, 2)]
    form = form_for(User, zone=SHANGHAI, names=("roles",)).with_choices("roles", roles)
    assert form.parse({"roles": f"{UUID(int=1)}\n{UUID(int=2)}"})["roles"] == (UUID(int=1), UUID(int=2))
    assert problems(form, {"roles": f"{UUID(int=1)}\n{UUID(int=3)}"}) == {"roles": "value.choice"}
    assert problems(form, {"roles": ""}) == {"roles": "value.missing"}


def test_a_form_shows_the_defaults_of_a_new_record(offer: Form) -> None:
    shown = offer.fill(day=dt.date(2026, 1, 2))
    assert (shown["amount"], shown["name"], shown["urgent"], shown["tags"]) == ("7", "", "", "")
    assert shown["day"] == "2026-01-02"


def test_a_form_shows_a_record_so_that_reading_it_again_changes_nothing(offer: Form) -> None:
    values = offer.parse(
        {
            **FILLED,
            "share": "1E+1",
            "agreed": "no",
            "at": "2026-03-31T08:30",
            "gender": "male",
            "tags": "a\nb",
            "deposit_amount": "-1.50",
            "deposit_currency": "EUR",
        }
    )
    shown = offer.fill(build(Offer, values, id=UUID(int=9)))
    assert (shown["share"], shown["at"], shown["deposit_amount"]) == ("10", "2026-03-31T08:30", "-1.50")
    assert offer.parse(shown) == {**values, "agreed": None}


def test_a_control_of_ones_own_needs_no_entity() -> None:
    def accept(*_: Any) -> None:
        """Anything goes."""

    one = Control(name="old", entity="credential", kind="text", required=True, nullable=False, check=accept)
    form = Form(entity="credential", controls=(one,), zone=SHANGHAI)
    assert form.parse({"old": "x"}) == {"old": "x"}
    assert form.fill() == {"old": ""}


@given(st.dictionaries(st.sampled_from([c.name for c in form_for(Offer, zone=SHANGHAI)]), st.text(max_size=50)))
def test_whatever_is_typed_gives_values_or_problems(typed: dict[str, str]) -> None:
    form = form_for(Offer, zone=SHANGHAI)
    values, wrong = attempt(form, {**FILLED, **typed})
    if wrong:
        assert {problem.field for problem in wrong} <= {control.name for control in form}
        assert all(problem.explain("zh") and problem.explain("en") for problem in wrong)
    else:
        assert build(Offer, values, id=UUID(int=9)).name == values["name"]


def attempt(form: Form, submitted: dict[str, str]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    try:
        return form.parse(submitted), ()
    except Invalid as invalid:
        return {}, invalid.problems


def test_a_single_line_stays_one() -> None:
    form = form_for(Opportunity, zone=ZoneInfo("Asia/Shanghai"), names=("title", "description"))
    parsed = form.parse({"title": "a\r\nb\u2028c", "description": "a\r\nb"})
    assert parsed == {"title": "a b c", "description": "a\nb"}


def test_digits_of_other_scripts_are_no_number() -> None:
    form = form_for(Opportunity, zone=ZoneInfo("Asia/Shanghai"), names=("success_rate",))
    with pytest.raises(Invalid):
        form.parse({"success_rate": "\u0665"})
