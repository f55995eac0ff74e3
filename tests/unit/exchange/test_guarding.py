"""No exported text begins a formula, wherever a program begins a cell, and every text reads back (X-ADM-08, 14.20)."""

import csv
import io
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcore.exchange.guarding import guarded, kept, tidy, unguarded

SIGNS = "=+-@＝＋－＠﹢−⁼"
UNSEEN = [
    "",
    "\u200b",
    "\ufeff",
    "\u200f",
    "\u00a0",
    "\u2060",
    "\u00ad",
    "\u3164",
    "\ufe0f",
    "\U000e0020",
    "'",
    '"',
    " ",
]
ODD = st.text(st.sampled_from(SIGNS + ";\t\r\n,|%'\" a1\u200b\ufeff\u200f\u00a0\u3000"), max_size=12)


def cells(line: str, delimiter: str) -> list[str]:
    """As programs read that heed no quotation marks: worst for us."""
    return [one for row in re.split("[\r\n]", line) for one in row.split(delimiter)]


@pytest.mark.requirement("X-ADM-08", "14.20")
@pytest.mark.parametrize("before", UNSEEN)
@pytest.mark.parametrize("start", ["", "a;", ";", "a\t", "a\n", "'", ";;"])
def test_no_cell_begins_a_formula_however_the_file_is_divided(start: str, before: str) -> None:
    for sign in SIGNS:
        text = f"{start}{before}{sign}1+1"
        to = io.StringIO(newline="")
        csv.writer(to).writerow([guarded(text)])
        written = to.getvalue().removeprefix('"')
        for delimiter in ";\t":
            for cell in cells(written, delimiter):
                shown = cell.lstrip("".join({*UNSEEN} - {"'"}) + "\t\r\n ")
                assert not shown.startswith(tuple(SIGNS)), (text, written)
        assert unguarded(guarded(text)) == text


@pytest.mark.requirement("X-ADM-08", "X-ADM-10")
@given(text=ODD, long=st.booleans())
def test_every_text_reads_back_as_it_was(text: str, long: bool) -> None:
    for write in (guarded, kept):
        cell = write(text, long=long)
        read = unguarded(cell, long=long)
        assert (tidy(cell, long=long) if read is None else read) == text


@pytest.mark.requirement("X-ADM-10")
@pytest.mark.parametrize(
    "text", ["'n abend", "it's", "'", "''", "a, b", "rock 'n' roll;'s", "2026-03-02", "a-b", "a|b"]
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) is None


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    began = time.perf_counter()
    for filling in ("\t", ";", "'", "; ", "\u200b", "\n'", ";'\""):
        text = filling * (131_072 // len(filling))
        assert unguarded(guarded(text)) in {text, None}
    assert time.perf_counter() - began < 2
