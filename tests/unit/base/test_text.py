"""What "the same text" means, and which texts every store can keep."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.text import fold, fragments, is_storable, key_of, name_key, sought, stripped

TEXTS = st.text() | st.text("aAéÉßẞİıſKKÅΣσςﬁ①ａＡ\u0301\u0345ϒΐ")


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_case_and_width_do_not_matter(text: str) -> None:
    assert fold(text.lower()) == fold(fold(text).lower())
    assert fold(unicodedata.normalize("NFKC", text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@pytest.mark.requirement("GEN-16")
@pytest.mark.parametrize(
    ("one", "other"),
    [("ＡＢＣ", "abc"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("ﬁ", "FI"), ("é", "e\u0301"), ("K", "k")],
)
def test_people_find_what_looks_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("é", "e"), ("华", "華"), ("a", "b"), ("a", "a "), ("0", "o")])
def test_people_do_not_find_what_is_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(TEXTS)
def test_every_text_without_nul_or_lone_surrogate_can_be_kept(text: str) -> None:
    assert is_storable(text) is ("\0" not in text)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "华\udfff", "😀\ud83d"])
def test_nul_and_lone_surrogates_can_not_be_kept(text: str) -> None:
    assert not is_storable(text)


@pytest.mark.parametrize("text", ["", "a", "\x01", "\uffff", "😀", "\ufeff"])
def test_strange_texts_can_be_kept(text: str) -> None:
    assert is_storable(text)


LINES = st.text("ab北京0129 %_😀\n", max_size=14)


@pytest.mark.requirement("X-CUS-02")
@given(LINES, LINES, LINES)
def test_a_text_has_every_fragment_of_a_keyword_that_it_contains(before: str, keyword: str, after: str) -> None:
    assert set(sought(keyword)) <= fragments(before + keyword + after)


@pytest.mark.requirement("X-CUS-02")
@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("北京", ["北京"]),
        ("北京华", ["京华", "北京"]),
        ("138", ["13", "38"]),
        ("13800", ["1380", "3800"]),
        ("kh26112", ["2611", "6112", "h2", "kh"]),
        ("8000转12", ["8000", "0转", "转1", "12"]),
        ("😀", []),
        ("", []),
        ("a\nb", []),
    ],
)
def test_a_keyword_is_looked_for_by_its_rarest_fragments(keyword: str, expected: list[str]) -> None:
    assert sought(keyword) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" a b\n", "a b"),
        ("\u200b", ""),
        (" \u200b\u2060\t", ""),
        ("", ""),
        ("华\u200b", "华\u200b"),
        (5, 5),
        (None, None),
    ],
)
def test_a_text_is_stripped_to_what_shows(text: object, expected: object) -> None:
    assert stripped(text) == expected


def test_a_name_that_shows_nothing_has_a_key_all_the_same() -> None:
    assert name_key(" Ａbc ") == key_of("abc")
    assert [name_key(one) for one in (None, "", " ", "\u200b")] == ["?"] * 4, "their own check refuses them by name"
