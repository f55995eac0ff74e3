"""When two names, phones and licence numbers count as the same, and how much that says."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.customers.likeness import (
    DuplicateReason,
    Features,
    Likeness,
    compare,
    features_of,
    name_comparison,
    pieces_of,
    score_of,
    telling_licence,
    telling_phone,
)

LICENCE, NAME, SIMILAR, PHONE = DuplicateReason
LEAST = 85


def reasons(one: Features, other: Features, least: int = LEAST) -> list[DuplicateReason]:
    return [hint.reason for hint in compare(one, other, likeness=name_comparison(), least=least)]


@pytest.mark.requirement("CUS-07", "X-ADM-11")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京华建科技有限公司", "北京华建科技公司"),
        ("北京华建科技有限公司", "北京 华建科技 有限责任公司"),
        ("北京华建ＡＢＣ科技", "北京华建abc科技"),
        ("Huajian Co., Ltd.", "ＨＵＡＪＩＡＮ"),
        ("华建（北京）有限公司", "华建(北京)"),
    ],
)
def test_forms_width_case_and_blanks_make_no_other_name(one: str, other: str) -> None:
    assert reasons(features_of(one), features_of(other)) == [NAME]


@pytest.mark.extras
@pytest.mark.requirement("CUS-07")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京华建科技发展有限公司", "北京华建科枝发展有限公司"),
        ("北京华建科技发展有限公司", "北京华建科技发有限公司"),
        ("华建北京科技有限公司", "北京华建科技有限公司"),
        ("华建（北京）科技有限公司", "北京华建科技有限公司"),
        ("华建科技有限公司", "北京华建科技有限公司"),
        ("Huajian Technology Ltd", "Huajian Technologi Ltd"),
        ("Beijing Huajian", "Huajian Beijing"),
    ],
)
def test_a_slip_a_move_or_a_part_more_make_a_similar_name(one: str, other: str) -> None:
    assert reasons(features_of(one), features_of(other)) == [SIMILAR]
    assert reasons(features_of(other), features_of(one)) == [SIMILAR]


@pytest.mark.requirement("CUS-07")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京第一机床厂", "北京第二机床厂"),
        ("华建科技2018", "华建科技2019"),
        ("北京华建科技", "上海大众汽车"),
        ("北京华建科技有限公司", "北京华建科技有限公司分公司"),
        ("中国银行", "中国银行北京市海淀区中关村分行"),
        ("华建", "北京华建"),
        ("united steel", "listed untie"),
        ("漢華科技", "汉华科技"),
    ],
)
def test_other_names_are_not_alike(one: str, other: str) -> None:
    assert reasons(features_of(one), features_of(other)) == []


def test_without_the_package_the_same_name_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    assert name_comparison() is None
    assert reasons(features_of("北京华建科技发展"), features_of("北京华建科技发展公司")) == [NAME]
    assert reasons(features_of("北京华建科技发展"), features_of("北京华建科枝发展")) == []


@pytest.mark.requirement("CUS-07")
def test_a_phone_is_the_same_however_it_is_written_and_whosever_it_is() -> None:
    one = features_of("甲", ["+86 (10) 6551-2233", "13800001111"])
    assert reasons(one, features_of("乙", ["010-65512233"])) == [PHONE]
    assert reasons(one, features_of("乙", ["010-65512234"])) == []


@pytest.mark.parametrize("text", ["", "0", "110", "无", "00000000", "１１１１１１１１"])
def test_what_only_fills_a_form_is_no_hint(text: str) -> None:
    assert reasons(features_of("甲", [text], text), features_of("乙", [text], text)) == []
    assert telling_phone("000000") == telling_licence("000000") == ""


def test_the_strongest_hint_comes_first_and_several_say_more_than_one() -> None:
    one = features_of("北京华建", ["01065512233"], "91110000-ABC")
    hints = compare(one, one, likeness=None, least=LEAST)
    assert [hint.reason for hint in hints] == [LICENCE, NAME, PHONE]
    assert score_of(hints) == 100
    name, phone = hints[1:]
    assert score_of([name]) == name.score < score_of([name, phone]) < 100
    assert score_of([]) == 0


@pytest.mark.extras
@given(st.text("华建北科技a1", min_size=1, max_size=12), st.text("华建北科技a1", min_size=1, max_size=12))
def test_likeness_is_mutual_and_within_bounds(one: str, other: str) -> None:
    alike = name_comparison()
    assert alike is not None
    assert alike(one, other, LEAST) == alike(other, one, LEAST)
    assert alike(one, other, LEAST) in {0, *range(LEAST, 101)}


@given(st.text("华建北科技发a1", min_size=4, max_size=20), st.data())
def test_one_slip_leaves_a_piece_of_the_name_whole(core: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(core) - 1))
    slipped = f"{core[:place]}错{core[place + 1 :]}"
    halves = core[: len(core) // 2], core[len(core) // 2 :]
    assert any(part in slipped for part in halves)
    assert set(pieces_of(core)) >= {part for part in halves if not part.isdecimal()}


def test_no_piece_could_be_a_phone() -> None:
    assert pieces_of("13800001111") == ()
    assert pieces_of("华建") == ()


def test_a_reason_says_what_people_read() -> None:
    assert [one.label for one in DuplicateReason] == [f"duplicate_reason.{one.value}" for one in DuplicateReason]
    assert Likeness(NAME, 95).reason.label == "duplicate_reason.name"
