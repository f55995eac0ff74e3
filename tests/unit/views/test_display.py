"""Values, columns, JSON schema and field tables say what the entities say."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from attrs import field
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.entity import Credential, Role, User
from crmcore.base.checked import checked
from crmcore.base.constraints import Digits, Items, Pattern
from crmcore.base.errors import Invalid
from crmcore.base.schema import FieldSpec, describe
from crmcore.customers.entity import Customer
from crmcore.opportunities import Opportunity, OpportunityStatus
from crmcore.storage.codec import entity_to_json
from crmcore.subjects import ENTITIES
from crmcore.testing.samples import Sample
from crmcore.testing.strategies import entities
from crmcore.views import columns, field_table, json_schema, shown
from crmcore.views.docs import bound

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = dt.datetime(2026, 3, 31, 16, 30, 5, 900_000, tzinfo=dt.UTC)


@pytest.mark.requirement("GEN-18")
@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "", ""),
        (True, "是", "yes"),
        (False, "否", "no"),
        (OpportunityStatus.ASSIGNED, "开发中", "In development"),
        (EVENING, "2026-04-01", "2026-04-01"),
        (dt.date(2026, 3, 31), "2026-03-31", "2026-03-31"),
        (("a", None, OpportunityStatus.WON), "a、、开发成功", "a, , Won"),
        (Decimal("1E+3"), "1000", "1000"),
        (Decimal("0.10"), "0.10", "0.10"),
        (60, "60", "60"),
        ("北京", "北京", "北京"),
    ],
)
def test_values_are_shown_as_people_read_them(value: Any, chinese: str, english: str) -> None:
    assert (shown(value, "zh", SHANGHAI), shown(value, "en", SHANGHAI)) == (chinese, english)


@pytest.mark.requirement("GEN-18")
def test_details_show_the_second() -> None:
    assert shown(EVENING, "zh", SHANGHAI, exact=True) == "2026-04-01 00:30:05"
    assert shown((EVENING,), "zh", SHANGHAI, exact=True) == "2026-04-01 00:30:05"
    assert shown(dt.date(2026, 3, 31), "zh", SHANGHAI, exact=True) == "2026-03-31"


@pytest.mark.requirement("OPP-04")
def test_the_columns_of_a_list_come_in_the_order_asked() -> None:
    found = columns(Opportunity, ("customer_name", "success_rate", "created_at"))
    assert [(one.label, one.kind, one.align, one.sortable, one.searchable) for one in found] == [
        ("opportunity.customer_name", "text", "start", True, True),
        ("opportunity.success_rate", "integer", "end", True, False),
        ("opportunity.created_at", "instant", "start", True, False),
    ]


def test_lists_within_a_record_can_not_be_sorted_by() -> None:
    (found,) = columns(User, ("roles",))
    assert not found.sortable


def test_a_column_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        columns(User, ("shoe_size",))


def fits(schema: dict[str, Any], value: Any) -> bool:
    """The part of JSON schema that ours use."""
    if "anyOf" in schema:
        return any(fits(one, value) for one in schema["anyOf"])
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "null": type(None)}
    if not isinstance(value, kinds[schema["type"]]):
        return False
    if schema["type"] == "array":
        return len(value) <= schema.get("maxItems", 10**9) and all(fits(schema["items"], one) for one in value)
    if schema["type"] == "integer":
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if schema["type"] != "string":
        return True
    sized = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
    shaped = re.search(schema.get("pattern", ""), value) is not None
    return sized and shaped and value in schema.get("enum", [value])


@given(entities(Sample))
def test_every_entity_fits_its_json_schema(one: Sample) -> None:
    schema = json_schema(Sample)
    written = entity_to_json(one)
    assert written.keys() == schema["properties"].keys()
    wrong = {name: value for name, value in written.items() if not fits(schema["properties"][name], value)}
    assert wrong == {}


def test_a_json_schema_refuses_what_the_entity_refuses() -> None:
    properties = json_schema(Opportunity)["properties"]
    assert not fits(properties["success_rate"], 101)
    assert not fits(properties["title"], "")
    assert not fits(properties["status"], "gone")
    assert not fits(properties["customer_name"], None)
    assert fits(properties["assignee"], None)


@pytest.mark.requirement("GEN-15")
def test_a_json_schema_marks_what_the_system_fills_in() -> None:
    properties = json_schema(Opportunity, "zh")["properties"]
    assert properties["created_by"]["readOnly"] is True
    assert "readOnly" not in properties["title"]
    assert properties["title"]["title"] == "概要"
    assert json_schema(Opportunity, "zh")["title"] == "销售机会"


def test_a_json_schema_bounds_lists() -> None:
    assert json_schema(User)["properties"]["roles"]["maxItems"] == 50
    assert json_schema(Role)["properties"]["permissions"]["items"]["maxLength"] == 100
    assert json_schema(User)["properties"]["language"]["pattern"] == "^(?:zh|en)$"


def test_a_secret_is_in_no_json_schema() -> None:
    assert "password_hash" not in json_schema(Credential)["properties"]


@attrs.frozen(kw_only=True, field_transformer=checked)
class Amounts:
    whole: Decimal = field(validator=Digits(4, 0))
    share: Decimal = field(validator=Digits(3, 3))
    price: Decimal = field(validator=Digits(5, 2))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-99999, max_value=99999, places=3))
def test_the_form_of_a_decimal_is_what_its_digits_allow(value: Decimal) -> None:
    for spec in describe(Amounts).fields:
        pattern = json_schema(Amounts)["properties"][spec.name]["pattern"]
        assert (re.search(pattern, f"{value:f}") is not None) == allowed(spec, value)


def allowed(spec: FieldSpec, value: Decimal) -> bool:
    try:
        spec.check(None, None, value)
    except Invalid:
        return False
    return True


@pytest.mark.parametrize("cls", ENTITIES, ids=lambda cls: cls.__name__)
def test_a_field_table_has_a_row_for_each_field(cls: type[Any]) -> None:
    rows = field_table(cls).splitlines()
    assert len(rows) == 2 + len(describe(cls).fields)
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


def test_a_field_table_says_what_bounds_a_field() -> None:
    table = field_table(Customer)
    assert "| `number` | 客户编号 | Customer number | text | system | 1–20 characters; unique; searchable |" in table
    assert "| `satisfaction` | 客户满意度 | Satisfaction | integer | no | 1–5 |" in table
    assert "unit: × 10,000 yuan" in table
    assert "dictionary: region" in table
    assert "points to: User" in table
    assert "| `name` | 用户名 | User name | text | yes | 1–50 characters; `\\S+`; searchable |" in field_table(User)
    assert "| 2 characters; `zh\\|en` |" in field_table(User)
    assert "| up to 50; points to: Role |" in field_table(User)


def test_a_field_table_speaks_chinese_too() -> None:
    table = field_table(Opportunity, "zh")
    assert table.splitlines()[0] == "| 字段 | 中文 | English | 类型 | 必填 | 限制 |"
    assert "| `success_rate` | 成功机率 | Chance of success | 整数 | 是 | 0–100；单位：% |" in table
    assert "| `assignee` | 指派给 | Assigned to | 标识 | 系统 | 指向：用户 |" in table


@pytest.mark.parametrize(
    ("constraint", "english", "chinese"),
    [
        (Digits(18, 2), "18 digits, 2 of them decimals", "共 18 位，其中 2 位小数"),
        (Items(5, 40), "up to 5 items of 40 characters", "最多 5 项，每项 40 个字符"),
        (Pattern("a|b"), "`a|b`", "`a|b`"),
    ],
)
def test_every_constraint_has_words(constraint: Any, english: str, chinese: str) -> None:
    assert (bound(constraint, "en"), bound(constraint, "zh")) == (english, chinese)
