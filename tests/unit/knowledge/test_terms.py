"""Texts are cut into terms that say what they are about: known answers, and laws for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.base.text import fold
from crmcore.knowledge.terms import LONGEST_TEXT, MOST_TERMS, terms_of


@pytest.mark.requirement("X-SRV-03")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("打印机卡纸了怎么办", ["打印", "印机", "机卡", "卡纸"]),
        ("请问我的发票如何补开？", ["发票", "补开"]),
        ("The printers are jamming", ["printers", "jamming"]),
        ("ＰＲＩＮＴＥＲ printer", ["printer"]),
        ("错误代码 E-0042，机器 HP1020", ["错误", "误代", "代码", "机器", "e-0042", "hp1020"]),
        ("卡", []),
        ("的 了 I am a", []),
        ("", []),
        ("!!! ？？ \n\t", []),
    ],
)
def test_a_text_is_cut_into_what_it_is_about(text: str, said: list[str]) -> None:
    assert sorted(one.said for one in terms_of(text)) == sorted(said)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("printers", "printer"),
        ("printing", "print"),
        ("jammed", "jam"),
        ("batteries", "batter"),
        ("boxes", "boxe"),
        ("address", "address"),
        ("bus", "bus"),
        ("e42s", "e42s"),
    ],
)
def test_the_other_forms_of_an_english_word_begin_alike(word: str, stem: str) -> None:
    (term,) = terms_of(word)
    assert term.text == stem


def test_what_is_said_most_often_is_kept() -> None:
    text = " ".join(f"word{number:03}" for number in range(100)) + " 发票 发票 invoice invoice"
    kept = terms_of(text)
    assert len(kept) == MOST_TERMS
    assert {"发票", "invoice", "word000"} <= {one.text for one in kept}
    assert [one.said for one in terms_of(text, most=2)] == ["发票", "invoice"]


def test_a_pair_knows_what_follows_it() -> None:
    assert [one.telling for one in terms_of("打印机的墨盒")] == ["打印机", "印机", "墨盒"]


@pytest.mark.requirement("X-SRV-03")
@given(
    st.text(max_size=300) | st.text("打印机卡纸的了 abcs'-.I\u200b０\n", max_size=300),
    st.integers(-1, MOST_TERMS),
)
def test_any_text_is_cut_into_few_short_terms_that_it_contains(text: str, most: int) -> None:
    terms = terms_of(text, most=most)
    assert len(terms) <= max(most, 0)
    assert len({one.text for one in terms}) == len(terms)
    folded = fold(text)
    for one in terms:
        assert 2 <= len(one.text) <= len(one.said) <= 40
        assert one.said in folded
        assert one.telling in folded or not one.chinese
        assert one.said.startswith(one.text)
    again = terms_of(folded, most=most)
    assert again == terms


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert [one.text for one in terms_of("卡纸" + "。" * LONGEST_TEXT + "墨盒")] == ["卡纸"]
    assert len(terms_of("x" * 3000)[0].said) == 40
