"""What a good password is, and which texts could be one at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.access.passwords import LONGEST, SHORTEST, check_password, normal, verifiable
from crmcore.base.errors import Invalid


@pytest.mark.requirement("USR-05")
@pytest.mark.parametrize(
    "password", ["12345678", "aaaaaaaa", "x" * 128, "  spaces  ", "密码密码密码密码", "pässwörd", "🐎🐎🐎🐎🐎🐎🐎🐎"]
)
def test_length_counts_and_nothing_else(password: str) -> None:
    assert check_password(password, name="lihua") == normal(password)


@pytest.mark.requirement("USR-05")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        (None, "value.missing"),
        ("", "value.missing"),
        (12345678, "value.type"),
        (b"12345678", "value.type"),
        ("1234567", "value.too_short"),
        ("密码密码密码密", "value.too_short"),
        ("x" * 129, "value.too_long"),
        ("nul\0nul\0", "value.characters"),
        ("half\ud800half", "value.characters"),
        ("WangWeiWei", "access.password_is_name"),
        ("ｗａｎｇweiwei", "access.password_is_name"),
    ],
)
def test_what_is_no_password_says_why(password: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password, name="wangweiwei", field="new")
    (problem,) = caught.value.problems
    assert (problem.field, problem.code, problem.entity) == ("new", code, "credential")
    for language in ("zh", "en"):
        said = problem.explain(language)
        assert "{" not in said
        assert "x" * 9 not in said


def test_width_makes_no_difference() -> None:
    assert check_password("ａｂｃｄｅｆｇｈ", name="x") == "abcdefgh"
    assert check_password("㍿" * 4, name="x") == "株式会社" * 4


@given(st.one_of(st.text(), st.none(), st.binary(), st.integers()))
def test_whatever_is_accepted_can_be_verified(password: Any) -> None:
    try:
        kept = check_password(password, name="lihua")
    except Invalid:
        return
    assert verifiable(password)
    assert verifiable(kept)
    assert normal(kept) == kept
    assert SHORTEST <= len(kept) <= LONGEST


@pytest.mark.parametrize("password", [None, b"x", "nul\0", "half\ud800", "x" * 129, "㍿" * 100])
def test_what_could_be_nobodys_password(password: Any) -> None:
    assert not verifiable(password)
